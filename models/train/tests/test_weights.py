import argparse
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import torch

import average
from checkpoint import averaged, pack, store, unpack
from vpd import VPD, averaged_model


def state(value, steps=7):
    return {"weight": torch.full((2, 3), float(value)), "num_batches_tracked": torch.tensor(steps)}


class Folders(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_of(self, name, value, steps=7):
        (self.folder / name).mkdir()
        store({"average": state(value, steps)}, self.folder / name / "vpd.pt")
        return self.folder / name


class Average(Folders):
    def average(self, *line):
        with mock.patch.object(sys, "argv", ["average.py", *map(str, line)]), contextlib.redirect_stderr(io.StringIO()):
            average.main()

    def test_folder_and_share(self):
        self.assertEqual(average.folder_and_share("checkpoints:0.4"), (Path("checkpoints"), 0.4))
        self.assertEqual(average.folder_and_share("runs/12:30/b:0.25"), (Path("runs/12:30/b"), 0.25))
        for text in ("checkpoints", "checkpoints:", "checkpoints:half"):
            with self.subTest(text), self.assertRaises(ValueError):
                average.folder_and_share(text)

    def test_shares_of_a_run_another_and_packed_weights(self):
        run, other = self.run_of("run", 1, steps=100), self.run_of("other", 2)
        pack({"vpd": state(3)}, self.folder / "packed")
        self.average("--run", run, "--with", f"{other}:0.25", f"{self.folder / 'packed'}:0.25")
        found = averaged(run)
        torch.testing.assert_close(found["weight"], torch.full((2, 3), 0.5 * 1 + 0.25 * 2 + 0.25 * 3))
        self.assertEqual(found["num_batches_tracked"].item(), 100)
        self.assertEqual(averaged(other)["weight"][0, 0].item(), 2)

    def test_shares_above_one_in_all_are_refused(self):
        run, other = self.run_of("run", 1), self.run_of("other", 2)
        with self.assertRaises(SystemExit):
            self.average("--run", run, "--with", f"{other}:0.7", f"{other}:0.4")
        self.assertEqual(averaged(run)["weight"][0, 0].item(), 1)


class Packed(Folders):
    def test_unpacked_weights_are_preferred_to_packed_ones(self):
        run = self.run_of("run", 1)
        pack({"vpd": state(2), "diffusion": state(3)}, run)
        self.assertEqual(averaged(run)["weight"][0, 0].item(), 1)
        self.assertEqual(averaged(run, "diffusion")["weight"][0, 0].item(), 3)

    def test_missing_weights_are_named(self):
        with self.assertRaisesRegex(FileNotFoundError, r"vpd\.pt'"):
            averaged(self.folder)

    def test_unpacking_keeps_existing_files(self):
        run = self.run_of("run", 1)
        pack({"vpd": state(2), "text": state(3)}, self.folder / "packed")
        unpack(self.folder / "packed", run)
        self.assertEqual(averaged(run)["weight"][0, 0].item(), 1)
        self.assertEqual(torch.load(run / "text.pt", weights_only=True)["weight"].dtype, torch.float32)
        self.assertEqual([path.name for path in run.glob("*.partial")], [])

    def test_a_folder_without_weights_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "no packed weights"):
            unpack(self.folder / "chekpoints", self.folder / "run")
        self.assertFalse((self.folder / "run").exists())


class Model(unittest.TestCase):
    def test_averaged_model_is_ready_for_inference(self):
        torch.manual_seed(1)
        trained = VPD(maps=False)
        model = averaged_model(trained.state_dict(), maps=False)
        self.assertFalse(any(module.training for module in model.modules()))
        for (name, value), (_, own) in zip(trained.state_dict().items(), model.state_dict().items()):
            self.assertTrue(torch.equal(value, own), name)
        with self.assertRaises(RuntimeError):
            averaged_model(trained.state_dict())


if __name__ == "__main__":
    unittest.main()
