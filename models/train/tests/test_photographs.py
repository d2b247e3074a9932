"""Tests the figures on photographs and lenses with models and pictures that are known by heart."""

import unittest

import numpy as np

import lenses
import photographs
from evaluate import EIGEN_CROP, crop_figures
from tests.test_nyu_figures import Seeing
from views import CENTRE, FOCAL, FRAME, HEIGHT, WIDTH, View

RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.uniform(1, 9, (3, HEIGHT, WIDTH)).astype(np.float32)
WHOLE = np.s_[:, *EIGEN_CROP]


class Limits(unittest.TestCase):
    def test_an_error_of_scale_goes_with_the_scale(self):
        found = photographs.limits(TRUTH * np.float32(0.8), TRUTH)
        self.assertGreater(found["asFound"]["rmse"], 0.5)
        self.assertAlmostEqual(found["asFound"]["logRatio"], np.log(0.8), places=4)
        for name in ("bestFactor", "bestFactorAndOffset", "rightMedian"):
            self.assertLess(found[name]["rmse"], 1e-5, name)
        for name, draws in (("middlePixel", 1), ("anyPixel", photographs.DRAWS), ("twoPoints", photographs.DRAWS)):
            self.assertLess(found["oneKnown"][name]["rmse"], 1e-5, name)
            self.assertEqual(found["oneKnown"][name]["draws"], draws)

    def test_an_offset_stays_without_an_offset(self):
        found = photographs.limits(TRUTH + 1, TRUTH)
        self.assertLess(found["bestFactorAndOffset"]["rmse"], 1e-4)
        for name in ("bestFactor", "rightMedian"):
            self.assertGreater(found[name]["rmse"], 0.1, name)

    def test_no_factor_is_better_than_the_best(self):
        noisy = (TRUTH * RANDOM.uniform(0.6, 1.2, TRUTH.shape)).astype(np.float32)
        best = photographs.limits(noisy, TRUTH)["bestFactor"]["rmse"]
        for factor in np.arange(0.8, 1.4, 0.02, np.float32):
            self.assertLessEqual(best, crop_figures(noisy * factor, TRUTH)["rmse"] + 1e-5)

    def test_one_depth_for_the_photo_leaves_its_deviation(self):
        found = photographs.limits(TRUTH * 0.5, TRUTH)["itsMeanDepth"]
        self.assertAlmostEqual(found["rmse"], float(np.mean([each.std() for each in TRUTH[WHOLE]])), places=3)
        self.assertAlmostEqual(found["bias"], 0, places=4)

    def test_unknown_pixels_are_never_measured(self):
        truth = np.zeros_like(TRUTH)
        truth[:, 30:200:20, 30:290] = 4
        found = photographs.limits(np.where(truth > 0, 2, 9).astype(np.float32), truth)
        self.assertEqual({name: each["rmse"] for name, each in found["oneKnown"].items()}, {"middlePixel": 0, "anyPixel": 0, "twoPoints": 0})


class Measures(unittest.TestCase):
    def test_the_middle_is_the_middle_of_the_photo(self):
        found = TRUTH[WHOLE].copy()
        found[:, 98, 140] *= 0.5  # row 120, column 160 of the photo
        np.testing.assert_allclose(photographs.with_measure(found, TRUTH[WHOLE], photographs.middle, 0), found * 2, rtol=1e-5)

    def test_two_points_lie_apart(self):
        places, random = np.argwhere(np.ones((214, 280), bool)), np.random.default_rng(1)
        for _ in range(30):
            at = photographs.two_points(places, random)
            self.assertGreaterEqual(np.hypot(*(places[at[0]] - places[at[1]])), 80)

    def test_distances_are_those_of_points_in_space(self):
        rays = photographs.rays()
        self.assertAlmostEqual(photographs.measured(np.array([2.0, 2.0]), rays[[10, 10], [20, 120]]), 2 * 100 / FOCAL)
        straight = rays[round(CENTRE[1] - 22.5), round(CENTRE[0] - 20.5)]
        self.assertAlmostEqual(photographs.measured(np.array([2.0, 5.0]), np.stack([straight, straight])), 3, places=3)
        self.assertAlmostEqual(photographs.measured(np.array([5.0]), rays[:1, 0]), 5)


class Rooms(unittest.TestCase):
    def test_the_mean_map_is_of_training_rooms_and_known_pixels(self):
        depth = np.stack([np.full((HEIGHT, WIDTH), value, np.float16) for value in (2, 4, 9)])
        depth[0, :, :160] = 0
        found = photographs.mean_map(depth, [0, 1], np.full((1, HEIGHT, WIDTH), 4, np.float32))  # 4 on the left, 3 on the right
        self.assertEqual(found["of"], 2)
        self.assertAlmostEqual(found["rmse"], np.sqrt(0.5))
        self.assertAlmostEqual(found["absRel"], 0.125)

    def test_blocks_are_of_twelve_rooms(self):
        truth, names = np.full((30, HEIGHT, WIDTH), 2.0), [f"{i:05d}" for i in range(30)]
        found = photographs.blocks(truth + np.arange(30)[:, None, None] // 12, truth, names)
        self.assertEqual([(each["first"], each["images"], each["rmse"]) for each in found], [("00000", 12, 0), ("00012", 12, 1), ("00024", 6, 2)])

    def test_rooms_are_spread_evenly(self):
        self.assertEqual(photographs.spread(list(range(10)), 3), [0, 3, 6])
        self.assertEqual(photographs.spread([5, 6], 3), [5, 6])


class Lenses(unittest.TestCase):
    def test_a_longer_lens_shows_the_middle_larger_and_as_far_away(self):
        columns = np.arange(WIDTH)
        rgb = np.broadcast_to(columns.astype(np.uint8)[None, None, :, None] // 2, (1, HEIGHT, WIDTH, 3))
        depth = np.broadcast_to(1 + columns / 100, (1, HEIGHT, WIDTH))
        _, truth = lenses.through(View.through(1.25), rgb, depth)
        self.assertTrue((truth > 0).all())
        source = (160 + (columns + 0.5 - 160) * 0.8).astype(int)
        np.testing.assert_allclose(truth[0, 0], depth[0, 0, source], atol=0.0101)  # at a pixel's edge, rounding decides

    def test_a_wider_lens_has_margins_without_truth(self):
        seen, truth = lenses.through(View.through(0.8), np.full((1, HEIGHT, WIDTH, 3), 9, np.uint8), np.full((1, HEIGHT, WIDTH), 2.0))
        self.assertEqual(set(np.unique(seen)), {9})
        width, height = (round((side - 2 * FRAME) * 0.8) for side in (WIDTH, HEIGHT))
        self.assertEqual((truth > 0).any(1).sum(), width)
        self.assertEqual((truth > 0).any(2).sum(), height)

    def test_the_photo_itself_loses_its_frame(self):
        rgb = np.full((1, HEIGHT, WIDTH, 3), 100, np.uint8)
        for edge in np.s_[:, :FRAME], np.s_[:, -FRAME:], np.s_[:, :, :FRAME], np.s_[:, :, -FRAME:]:
            rgb[edge] = 255
        seen, _ = lenses.through(View.through(1.0), rgb, np.ones((1, HEIGHT, WIDTH)))
        self.assertEqual(set(np.unique(seen)), {100})

    def test_multiplied_takes_back_what_training_teaches(self):
        rgb = np.full((1, HEIGHT, WIDTH, 3), 102, np.uint8)  # 4 m to a model that reads depth from brightness

        class Nearer(Seeing):
            def full(self, task, latents):
                return super().full(task, latents) / 1.25

        found = lenses.figures(Nearer(), 1.25, rgb, np.full((1, HEIGHT, WIDTH), 4, np.float32))
        self.assertAlmostEqual(found["asFound"]["bias"], -0.8, places=3)
        self.assertLess(found["multiplied"]["rmse"], 1e-3)


if __name__ == "__main__":
    unittest.main()
