import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import export
import train
from config import RECORD, SMOKE, Settings


def said(function, *arguments, **named):
    """Returns (the function's result, what it printed)."""
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.redirect_stderr(printed):
        return function(*arguments, **named), printed.getvalue()


class Record(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_folder = Path(folder.name) / "run"

    def call(self, *line):
        """Returns the settings of a call of train.py, after recording them as train.py does, and what it printed."""
        settings, printed = said(lambda: train.configure(train.parse(["--run", str(self.run_folder), *line])))
        settings.save()
        return settings, printed

    def recorded(self):
        return json.loads((self.run_folder / RECORD).read_text())

    def test_no_record_gives_defaults(self):
        self.assertEqual(Settings.load(self.run_folder), Settings(run=str(self.run_folder)))
        self.assertFalse(self.run_folder.exists())

    def test_a_later_call_keeps_the_record(self):
        self.call("--data", "photographs", "--workers", "3", "--set", "seed=51", "train_scenes=3000", "vpd_rate=5e-4", "bfloat16=false")
        settings, printed = self.call("--stages", "calibrate,evaluate")
        self.assertEqual((settings.data, settings.workers, settings.seed, settings.train_scenes), ("photographs", 3, 51, 3000))
        self.assertEqual((settings.vpd_rate, settings.bfloat16, printed), (5e-4, False, ""))
        self.assertEqual((self.recorded()["seed"], self.recorded()["train_scenes"]), (51, 3000))

    def test_changed_settings_are_printed_and_recorded(self):
        self.call("--set", "seed=51", "vpd_minutes=88")
        settings, printed = self.call("--set", "vpd_minutes=60", "seed=51")
        self.assertEqual((settings.vpd_minutes, settings.seed), (60, 51))
        self.assertIn("vpd_minutes 88.0 → 60.0", printed)
        self.assertNotIn("seed", printed)
        self.assertEqual(self.recorded()["vpd_minutes"], 60)

    def test_settings_of_older_recipes_are_reported_and_kept(self):
        self.run_folder.mkdir()
        (self.run_folder / RECORD).write_text(json.dumps({"shared_styles": True, "seed": 32}))
        settings, printed = said(Settings.load, self.run_folder)
        self.assertEqual(settings, Settings(run=str(self.run_folder), seed=32))
        self.assertIn("shared_styles", printed)
        settings.save()
        self.assertEqual((self.recorded()["shared_styles"], self.recorded()["seed"]), (True, 32))

    def test_a_moved_run_is_loaded_with_its_new_folder(self):
        self.call("--set", "seed=51")
        moved = self.run_folder.with_name("moved")
        self.run_folder.rename(moved)
        self.assertEqual(Settings.load(moved), Settings(run=str(moved), seed=51))

    def test_later_calls_keep_the_settings_of_a_smoke_run(self):
        self.call("--smoke", "--set", "train_scenes=16")
        settings, _ = self.call("--stages", "evaluate")
        self.assertEqual(settings, Settings(run=str(self.run_folder), data=str(self.run_folder / "data"), **SMOKE | {"train_scenes": 16}))

    def test_unknown_settings_and_stages_are_refused(self):
        settings = ("sed=1", "folder=x", "run=x", "bfloat16=1", "seed=one")
        for line in (*(["--set", each] for each in settings), ["--stages", "vpd,calibrat"]):
            with self.subTest(line), self.assertRaises(SystemExit):
                said(train.parse, line)

    def test_impossible_values_are_refused(self):
        wrong = {"optimizer": "Muon", "workers": 0, "scene_images": -1, "nyu_images": 0, "vpd_minutes": 0.0, "vae_batch": 0, "photo_share": 1.5,
                 "train_halls": -1, "vpd_rate": -1e-3}
        for name, value in wrong.items():
            with self.subTest(name), self.assertRaisesRegex(ValueError, f"^{name} {value!r}: must be"):
                Settings("run", **{name: value})
        with self.assertRaisesRegex(SystemExit, "workers 0: must be 1 or more"):
            self.call("--workers", "0")
        self.assertFalse(self.run_folder.exists())

    def test_values_at_their_limits_are_accepted(self):
        Settings("run", batchnorm_freeze=-1, encoder_rate_share=0.0, train_halls=0, text_rate_share=1.5, absent_share=0.0, evaluate_minutes=1e9)

    def test_a_run_folder_must_be_named(self):
        with self.assertRaises(SystemExit):
            said(train.parse, ["--smoke"])

    def test_stages_that_packed_weights_have_been_through_are_refused(self):
        every = ["vae", "text", "diffusion", "vpd"]
        check = lambda packed, *line: train.check_start(train.parse(["--run", "run", "--start-from", "checkpoints", *line]), packed)
        with self.assertRaisesRegex(SystemExit, r"been through vae and text and diffusion.*--stages photos,surfaces,scenes,phrases,latents,vpd"):
            check(every)
        with self.assertRaisesRegex(SystemExit, "been through diffusion"):
            check(every, "--stages", "latents,diffusion,vpd")
        for packed, stages in ((every, "scenes,phrases,vpd"), (every, "latents,diffusion"), (["vae", "text", "diffusion"], "diffusion,vpd"), (["vae"], "text")):
            with self.subTest(stages):
                check(packed, "--stages", stages)

    def test_a_card_needs_the_record(self):
        line = ["export.py", "--run", str(self.run_folder), "--out", str(self.run_folder / "pack")]
        with mock.patch.object(sys, "argv", line), self.assertRaisesRegex(SystemExit, RECORD):
            export.main()


class Seeds(unittest.TestCase):
    def test_no_two_sets_share_a_seed(self):
        settings = Settings("run", train_first_seed=950_000)
        ranges = sorted((each.first_seed, each.first_seed + each.count) for split in ("train", "val") for each in settings.scene_sets(split))
        self.assertEqual(len(ranges), 11)
        for (_, end), (start, _) in zip(ranges, ranges[1:]):
            self.assertLessEqual(end, start)

    def test_held_out_scenes_cannot_be_trained_on(self):
        for first in (4_000_000, 10_000_100, 9_999_000):  # the seventh set; the first one; the end of the first one
            with self.subTest(first), self.assertRaisesRegex(ValueError, "held out"):
                Settings("run", train_first_seed=first)


if __name__ == "__main__":
    unittest.main()
