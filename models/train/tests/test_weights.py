import contextlib
import io
import json
import sys
import tempfile
import unittest
from dataclasses import asdict
from pathlib import Path
from unittest import mock

import torch

import average
import card
from checkpoint import Weights, averaged, fingerprint, pack, read_weights, store, unpack
from config import Settings
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
        pack({"vpd": Weights(state(3))}, self.folder / "packed")
        self.average("--run", run, "--with", f"{other}:0.25", f"{self.folder / 'packed'}:0.25")
        found = averaged(run)
        torch.testing.assert_close(found["weight"], torch.full((2, 3), 0.5 * 1 + 0.25 * 2 + 0.25 * 3))
        self.assertEqual(found["num_batches_tracked"].item(), 100)
        self.assertEqual(averaged(other)["weight"][0, 0].item(), 2)

    def test_the_average_names_its_parents_and_keeps_the_settings(self):
        run, other = self.run_of("run", 1), self.run_of("other", 2)
        store(Weights(state(1), {"seed": 51}, []).content(), run / "vpd.pt")
        self.average("--run", run, "--with", f"{other}:0.25")
        found = read_weights(run)
        self.assertEqual(found.settings, {"seed": 51})
        self.assertEqual(found.parents, [{"sha256": fingerprint(state(1)), "share": 0.75}, {"sha256": fingerprint(state(2)), "share": 0.25}])

    def test_shares_above_one_in_all_are_refused(self):
        run, other = self.run_of("run", 1), self.run_of("other", 2)
        with self.assertRaises(SystemExit):
            self.average("--run", run, "--with", f"{other}:0.7", f"{other}:0.4")
        self.assertEqual(averaged(run)["weight"][0, 0].item(), 1)


class Packed(Folders):
    def test_unpacked_weights_are_preferred_to_packed_ones(self):
        run = self.run_of("run", 1)
        pack({"vpd": Weights(state(2)), "diffusion": Weights(state(3))}, run)
        self.assertEqual(averaged(run)["weight"][0, 0].item(), 1)
        self.assertEqual(averaged(run, "diffusion")["weight"][0, 0].item(), 3)

    def test_missing_weights_are_named(self):
        with self.assertRaisesRegex(FileNotFoundError, r"vpd\.pt'"):
            averaged(self.folder)

    def test_unpacking_keeps_existing_files(self):
        run = self.run_of("run", 1)
        pack({"vpd": Weights(state(2)), "text": Weights(state(3))}, self.folder / "packed")
        unpack(self.folder / "packed", run)
        self.assertEqual(averaged(run)["weight"][0, 0].item(), 1)
        self.assertEqual(averaged(run, "text")["weight"].dtype, torch.float32)
        self.assertEqual([path.name for path in run.glob("*.partial")], [])

    def test_packing_keeps_the_origin_and_the_fingerprint(self):
        before = Weights({"weight": torch.rand(3, 5), "steps": torch.tensor(7)}, {"seed": 51}, [{"sha256": "ab", "share": 1.0}])
        pack({"vpd": before}, self.folder / "packed")
        unpack(self.folder / "packed", self.folder / "run")
        found = read_weights(self.folder / "run")
        self.assertEqual((found.settings, found.parents), (before.settings, before.parents))
        self.assertEqual(fingerprint(found.state), fingerprint(before.state))
        self.assertNotEqual(fingerprint(found.state), fingerprint({**found.state, "steps": torch.tensor(8)}))

    def test_older_files_have_no_known_origin(self):
        torch.save(state(1), self.folder / "text.pt")
        found = read_weights(self.folder, "text")
        self.assertEqual((fingerprint(found.state), found.settings, found.parents), (fingerprint(state(1)), {}, []))

    def test_a_folder_without_weights_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "no packed weights"):
            unpack(self.folder / "chekpoints", self.folder / "run")
        self.assertFalse((self.folder / "run").exists())


class Evaluated(Folders):
    figures = {"depth": {"rmse": 0.7, "delta1": 0.6, "absRel": 0.2, "images": 3}, "segment": {"mIoU": 0.2, "accuracy": 0.5, "classes": 4},
               "refer": {"oIoU": 0.3, "mIoU": 0.2, "count": 9}}

    def provenance(self, evaluated):
        run, settings = self.run_of("run", 1), Settings(str(self.folder / "run"))
        if evaluated:
            (run / "evaluation-vpd.json").write_text(json.dumps({"scenes": self.figures, **evaluated}))
        return card.provenance(settings, read_weights(run), None, None, None, None)

    def test_a_card_has_figures_of_its_own_weights(self):
        found = self.provenance({"weights": fingerprint(state(1)), "sets": [asdict(each) for each in Settings("run").scene_sets("val")]})
        self.assertEqual(found["heldOut"], {"scenes": self.figures})
        self.assertEqual(found["data"][-1], card.CHOICES)
        self.assertLess(len(card.CHOICES), 400)  # the page cuts a longer sentence
        self.assertEqual(found["weights"], {"sha256": fingerprint(state(1)), "parents": []})

    def test_figures_of_other_weights_are_refused(self):
        sets = [asdict(each) for each in Settings("run").scene_sets("val")]
        other = [asdict(each) for each in Settings("run", val_scenes=10).scene_sets("val")]
        cases = ({"weights": fingerprint(state(2)), "sets": sets}, {"weights": fingerprint(state(1)), "sets": other}, {})
        for number, evaluated in enumerate(cases):
            with self.subTest(evaluated):
                self.folder = self.folder / str(number)
                self.folder.mkdir()
                with self.assertRaisesRegex(SystemExit, "--stages evaluate again"):
                    self.provenance({"kinds": {}, **evaluated})

    def test_a_card_before_any_evaluation_has_no_figures(self):
        self.assertEqual(self.provenance(None)["heldOut"], {})


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
