"""Tests what is done with NYU's rooms, on rendered rooms in their form (toy_data.py)."""

import contextlib
import io
import json
import shutil
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import torch

import data
import photos
import phrases
import text_warmup
from classes import IGNORE
from components import STEP
from config import Settings
from data import Example, Nyu, draw_batch, draw_expressions
from sizes import head_grid
from toy_data import ROOMS, write_data


class Fixture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, folder)
        write_data(folder / "data")
        (folder / "run").mkdir()
        cls.settings = Settings(run=str(folder / "run"), data=str(folder / "data"))
        with contextlib.redirect_stdout(io.StringIO()):
            photos.run(cls.settings)
        phrases.write_nyu(cls.settings)
        cls.list = folder / "data" / "nyu-train" / photos.OWN_LIST


class Split(Fixture):
    def lists(self, **named):
        before = self.list.read_text()
        self.addCleanup(self.list.write_text, before)
        self.list.write_text(json.dumps({"validation": ["00001"], "unused": [], **named}))

    def test_neighbours_of_held_out_rooms_are_not_trained_on(self):
        self.assertEqual(photos.nyu_split(self.settings), ([3, 4, 5], [0]))

    def test_unused_rooms_are_left_out_without_their_neighbours(self):
        self.lists(unused=["00005"])
        self.assertEqual(photos.nyu_split(self.settings), ([3, 5], [0]))

    def test_missing_held_out_rooms_are_named(self):
        for named in ({"validation": ["00001", "00777"]}, {"unused": ["00777"]}):
            with self.subTest(named):
                self.lists(**named)
                with self.assertRaisesRegex(SystemExit, r"lacks 1 of the held-out rooms \(00777\)"):
                    photos.nyu_split(self.settings)

    def test_the_repositorys_list_holds_without_another_one(self):
        self.addCleanup(self.list.write_text, self.list.read_text())
        self.list.unlink()
        with self.assertRaisesRegex(SystemExit, r"lacks 1\d\d of the held-out rooms .*name this folder's own"):
            photos.nyu_split(self.settings)

    def test_arrays_of_other_rooms_are_refused(self):
        extra = Path(self.settings.data) / "nyu-train" / "rgb" / "00009.jpg"
        extra.write_bytes(b"")
        self.addCleanup(extra.unlink)
        with self.assertRaisesRegex(SystemExit, rf"nyu was made from rooms {ROOMS} where the run now has {ROOMS + 1}.*--stages photos again"):
            photos.open_nyu(self.settings)

    def test_texts_of_held_out_rooms_are_not_read(self):
        items = [{"captions": ["chair" if i else "television"], "expressions": []} for i in range(ROOMS)]
        load = {"train": [{"captions": ["lamp"], "expressions": []}], "nyu": items}
        with mock.patch.object(phrases, "load", lambda _, name: load[name]), mock.patch.object(text_warmup, "tokenize", lambda text: np.array(text)):
            texts = text_warmup.corpus(self.settings)
        self.assertEqual(((texts == "television").sum(), (texts == "chair").sum()), (0, 4))  # of three rooms, and one mirrored


class Drawn(Fixture):
    def nyu(self, positions=(3, 4, 5), **shares):
        none = dict(pasted_share=0.0, moved_share=0.0, tinted_share=0.0, redecorated_share=0.0)
        return Nyu(replace(self.settings, **none | shares), list(positions))

    def test_a_photo_as_taken_has_its_own_maps(self):
        source, arrays = self.nyu([4]), photos.open_nyu(self.settings)
        rows, columns = (head_grid(side) for side in (256, 320))
        rows = rows[rows < 240]
        with mock.patch.object(data, "AS_TAKEN", 1.0):
            examples = [source.example(np.random.default_rng(seed)) for seed in range(8)]
        self.assertEqual({example.mirrored for example in examples}, {False, True})
        for example in examples:
            at = np.ix_(rows, 319 - columns if example.mirrored else columns)
            depth, label = arrays["depth"][4].astype(np.float32)[at], source.table[arrays["label"][4][at]]
            np.testing.assert_allclose(example.depth, np.minimum(depth, photos.FARTHEST), rtol=1e-6)
            np.testing.assert_array_equal(example.label, label)
            self.assertEqual((tuple(example.pixels.shape), example.known.all()), ((1, 3, 240, 320), True))

    def test_what_a_view_does_not_show_is_unknown(self):
        source, hidden = self.nyu(), []
        with mock.patch.object(data, "AS_TAKEN", 0.0):
            for seed in range(12):
                example = source.example(np.random.default_rng(seed))
                unknown = ~example.known
                hidden.append(unknown.mean())
                self.assertTrue((example.depth[unknown] == 0).all() and (example.label[unknown] == IGNORE).all())
                self.assertTrue((example.mask([1])[unknown] == IGNORE).all())
                self.assertFalse((example.mask([1])[example.known] == IGNORE).any())
        self.assertGreater(max(hidden), 0)

    def test_expressions_of_a_room_are_about_its_components(self):
        for shares in ({}, {"pasted_share": 1.0}, {"tinted_share": 1.0}, {"moved_share": 1.0}, {"redecorated_share": 1.0}):
            with self.subTest(shares):
                source = self.nyu(**shares)
                for seed in range(4):
                    room, said, coloured = source.draw(np.random.default_rng(seed), False)
                    self.assertEqual(room.component.shape, (240 // STEP, 320 // STEP))
                    self.assertLessEqual(coloured, bool(shares.get("tinted_share")))
                    for expression in said["expressions"]:
                        self.assertTrue(np.isin(room.component, expression["objects"]).any(), expression)

    def test_deep_rooms_are_drawn_more_often(self):
        source = self.nyu()
        spread = [source.rooms[i].depth.std() for i in (3, 4, 5)]
        self.assertEqual(np.argsort(source.chance).tolist(), np.argsort(np.clip(spread, *data.SPREAD)).tolist())

    def test_a_batch_is_padded_and_ignores_the_padding(self):
        batch = draw_batch(self.nyu(), 3, 4, 0.0, np.random.default_rng(0))
        self.assertEqual(tuple(batch.pixels.shape), (3, 3, 256, 320))
        self.assertEqual((tuple(batch.depth.shape), tuple(batch.labels.shape)), ((3, 128, 160),) * 2)
        self.assertEqual((len(batch.rows), tuple(batch.masks.shape[1:])), (len(batch.of), (128, 160)))
        self.assertLessEqual(len(batch.of), 4)
        self.assertLessEqual(set(batch.of.tolist()), {0, 1, 2})
        self.assertTrue((batch.depth[:, -8:] == 0).all() and (batch.labels[:, -8:] == IGNORE).all() and (batch.masks[:, -8:] == IGNORE).all())
        self.assertTrue(((batch.masks == 1).flatten(1).sum(1) > 0).all() and batch.few)


class Expressions(unittest.TestCase):
    def example(self, kinds, absent=("the dog",)):
        objects = np.repeat(np.arange(len(kinds), dtype=np.uint8)[:, None] + 1, 4, 1)
        said = {"expressions": [{"kind": kind, "text": f"{kind} {i}", "objects": [i + 1]} for i, kind in enumerate(kinds)],
                "absent": [{"text": text, "objects": []} for text in absent]}
        return Example(torch.zeros(1, 3, 8, 8), objects * 1.0, objects, objects, np.ones(objects.shape, bool), said, False)

    def drawn(self, *examples, count=4, absent_share=0.0):
        return [draw_expressions(examples, count, absent_share, np.random.default_rng(seed)) for seed in range(40)]

    def test_two_of_a_picture_until_there_are_enough(self):
        for found in self.drawn(*[self.example(["class", "colour", "group"])] * 3, count=5):
            self.assertEqual([i for i, _, _ in found], [0, 0, 1, 1, 2])

    def test_the_second_expression_is_an_opposite_of_the_first_if_there_is_one(self):
        for found in self.drawn(self.example(["left", "right", "colour", "shell"]), count=2):
            first, second = (text.split()[0] for _, text, _ in found)
            if first in ("left", "right"):
                self.assertEqual({first, second}, {"left", "right"})

    def test_masks_are_those_of_the_texts_and_absent_ones_are_empty(self):
        shares = []
        for found in self.drawn(self.example(["class", "colour", "group"]), count=2, absent_share=0.5):
            for _, text, mask in found:
                expected = np.zeros((3, 4)) if text == "the dog" else np.eye(3)[int(text.split()[1])][:, None].repeat(4, 1)
                np.testing.assert_array_equal(mask, expected)
                shares.append(text == "the dog")
        self.assertAlmostEqual(np.mean(shares), 0.5, delta=0.15)

    def test_a_picture_without_expressions_is_drawn_again(self):
        class Source:
            width = height = 64
            few, left = False, [self.example([], absent=()), self.example(["class"])]

            def example(self, random):
                return self.left.pop(0)

        batch = draw_batch(Source(), 1, 1, 0.0, np.random.default_rng(0))
        self.assertEqual((len(batch.of), Source.left), (1, []))


if __name__ == "__main__":
    unittest.main()
