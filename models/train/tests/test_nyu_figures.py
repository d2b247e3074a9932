"""Tests the figures on NYU's depth, its absent expressions and what the calibration measures, with models and pictures that are known by heart."""

import unittest
from unittest import mock

import numpy as np
import torch

import absent
import calibrate
import evaluate
from classes import IGNORE, NYU_TO_CLASS
from components import words_of_labels
from views import FRAME


class Seeing:
    """A model whose latents are the red channel of the padded pictures and whose depth is 10 m times that, plus `error(columns)`."""

    def __init__(self, error=lambda columns: 0 * columns):
        self.vae, self.error = self, error

    def encode(self, pixels):
        return pixels[:, :1]

    def full(self, task, latents):
        columns = torch.arange(latents.shape[3]).expand_as(latents)
        return (latents + 1) / 2 * 10 + self.error(columns)


class NyuDepth(unittest.TestCase):
    """Rooms whose red channel is their depth: 1 to 8 m from left to right."""

    def figures(self, model=None, change=lambda depth: None):
        red = np.linspace(26, 204, 320).round().astype(np.uint8)[None, None].repeat(2, 0).repeat(240, 1)
        arrays = {"rgb": red[..., None].repeat(3, 3), "depth": (red / 25.5).astype(np.float32)}
        change(arrays["depth"])
        model = model or Seeing()
        return evaluate.nyu_depth(model, arrays, [0, 1], evaluate.encoded(model, arrays["rgb"]))

    def test_a_perfect_model_has_no_error_also_mirrored(self):
        found = self.figures()
        for name in ("depth", "depthEigenCrop", "depthEigenCropFlip"):
            self.assertLess(found[name]["rmse"], 1e-5, name)
        self.assertEqual(found["depth"]["images"], 2)

    def test_the_crop_leaves_out_the_edges(self):
        def change(depth):
            depth[:, :22], depth[:, 236:], depth[:, :, :20], depth[:, :, 300:] = 9, 9, 9, 9

        found = self.figures(change=change)
        self.assertGreater(found["depth"]["rmse"], 1)
        self.assertLess(found["depthEigenCrop"]["rmse"], 1e-5)

    def test_the_crop_reaches_its_edges(self):
        for at in np.s_[:, 22, 20:300], np.s_[:, 235, 20:300], np.s_[:, 22:236, 20], np.s_[:, 22:236, 299]:
            found = self.figures(change=lambda depth, at=at: depth.__setitem__(at, depth[at] + 1))
            self.assertGreater(found["depthEigenCrop"]["rmse"], 0.01)

    def test_an_error_on_one_side_is_halved_by_the_mirror_image(self):
        found = self.figures(Seeing(lambda columns: (columns < 160).float()))
        self.assertAlmostEqual(found["depthEigenCrop"]["rmse"], np.sqrt(0.5), places=4)
        self.assertAlmostEqual(found["depthEigenCropFlip"]["rmse"], 0.5, places=4)
        self.assertAlmostEqual(found["depthEigenCropFlip"]["bias"], 0.5, places=4)

    def test_without_the_frame_the_model_does_not_see_the_edge(self):
        white = []

        class Watching(Seeing):
            def encode(self, pixels):
                white.append((pixels[0, 0, :240, 0] == 1).all().item())
                return super().encode(pixels)

        rgb = np.full((1, 240, 320, 3), 100, np.uint8)
        for edge in np.s_[:, :FRAME], np.s_[:, -FRAME:], np.s_[:, :, :FRAME], np.s_[:, :, -FRAME:]:
            rgb[edge] = 255
        model = Watching()
        found = evaluate.nyu_depth(model, {"rgb": rgb, "depth": np.full((1, 240, 320), 100 / 25.5)}, [0], evaluate.encoded(model, rgb))
        self.assertEqual(white, [True, True, False, False])  # the photo, mirrored, and both without the frame
        self.assertLess(found["depthEigenCropFlipUnframed"]["rmse"], 1e-5)


class NyuAbsent(unittest.TestCase):
    def test_nothing_that_is_present_or_looks_like_it_is_said_to_be_missing(self):
        words = words_of_labels()
        for present in (set(), {"chair", "wall"}, {"table", "window", "pillow"}, set(NYU_TO_CLASS)):
            classes = {NYU_TO_CLASS[name] for name in present}
            close = {word for word in absent.NYU_ASKED if absent.lookalikes(NYU_TO_CLASS[words[word][0]]) & classes}
            for seed in range(30):
                for entry in absent.nyu_absent(np.random.default_rng(seed), present, words):
                    self.assertEqual((entry["kind"], entry["objects"]), ("absent", []))
                    named = f" {entry['text']} "
                    if entry["why"] == "class":
                        self.assertTrue(any(f" {word} " in named for word in set(absent.NYU_ASKED) - close), entry)
                        self.assertFalse(any(f" {word} " in named for word in close), entry)
                    elif entry["why"] == "landmark":
                        self.assertFalse(any(named.endswith(f" the {word} ") for word in close), entry)
                    else:
                        self.assertEqual(entry["why"], "elsewhere")

    def test_colours_alone_make_nothing_absent(self):
        reasons = {entry["why"] for seed in range(60) for entry in absent.nyu_absent(np.random.default_rng(seed), {"chair", "wall"}, words_of_labels())}
        self.assertEqual(reasons, {"class", "landmark", "elsewhere"})


class Overlaps(unittest.TestCase):
    """One picture of 8×8 points, of which the lowest two rows are not known; the model's margin is −1 in the left half and +0.55 in the right one."""

    def test_intersections_unions_and_shares_at_every_offset(self):
        known = np.arange(8)[:, None].repeat(8, 1) < 6
        target = np.where(known, np.arange(8) < 4, IGNORE).astype(np.uint8)

        class Source:
            def example(self, random):
                empty = np.where(known, 0, IGNORE).astype(np.uint8)
                example = mock.Mock(pixels=torch.zeros(1, 3, 16, 16))
                example.expression, example.absent = lambda random: ("left", "the left one", target), lambda random: ("absent", "the dog", empty)
                return example

        logits = torch.zeros(2 * calibrate.EACH, 2, 32, 32)
        logits[:, 1, :, :4], logits[:, 1, :, 4:] = -1.0, 0.55
        model = mock.Mock(return_value=logits)
        model.vae.encode.return_value = torch.zeros(1, 4, 8, 8)
        intersection, union, share = calibrate.overlaps(model, Source(), 2, np.random.default_rng(0))
        self.assertEqual({each.shape for each in (intersection, union, share)}, {(2 * calibrate.EACH, len(calibrate.OFFSETS))})
        for k, offset in enumerate(calibrate.OFFSETS):
            left, right = 24 * (offset > 1.0 + 1e-9), 24 * (offset > -0.55)
            if abs(offset - 1.0) > 1e-6:  # at exactly 1.0, rounding decides
                self.assertEqual({*intersection[:, k]}, {left})
                self.assertEqual({*union[:, k]}, {24 + right})
                self.assertAlmostEqual(share[0, k], (left + right) / 48)


if __name__ == "__main__":
    unittest.main()
