import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import torch
from torch import nn

from checkpoint import Stage, Weights, fingerprint, read_weights, store
from config import Settings
from muon import Muon


class Resumed(unittest.TestCase):
    def stage(self, folder, rate):
        module = nn.Sequential(nn.Linear(16, 16), nn.Linear(16, 16))
        optimizer = Muon([{"named": list(module.named_parameters()), "lr": rate}], 0, 1, 0.01, torch.float32)
        with contextlib.redirect_stdout(io.StringIO()):
            return module, Stage("some", module, optimizer, 1.0, Settings(run=folder), 0, 1, 0.9, steps=10)

    def test_resumes_where_it_stopped_at_the_current_rate(self):
        with tempfile.TemporaryDirectory() as folder:
            module, stage = self.stage(folder, 8e-4)
            for _ in range(3):
                stage.goes_on()
                stage.update(module(torch.ones(2, 16)).pow(2).mean())
            stage.save()
            again, other = self.stage(folder, 5e-4)
            self.assertEqual(other.step, 3)
            torch.testing.assert_close(again[0].weight, module[0].weight)
            torch.testing.assert_close(other.optimizer.moments, stage.optimizer.moments)
            self.assertEqual([group["peak"] for group in other.optimizer.param_groups], [5e-4] * 2)
            other.goes_on()
            stage.goes_on()
            for now, then in zip(other.optimizer.param_groups, stage.optimizer.param_groups):
                self.assertAlmostEqual(now["lr"] / then["lr"], 5 / 8)


class Ancestry(unittest.TestCase):
    def stage(self, folder, parents=()):
        module = nn.Linear(4, 4)
        return Stage("some", module, torch.optim.AdamW(module.parameters()), 1.0, Settings(run=folder, seed=51), 0, 1, 0.9, steps=10, parents=parents)

    def test_a_checkpoint_names_the_weights_that_it_was_put_together_from(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            parents = [{"sha256": "ab", "share": 1.0, "part": "vae"}]
            self.stage(folder, parents).save()
            self.stage(folder).save()  # resumed, so it keeps them
            found = read_weights(Path(folder), "some")
            self.assertEqual((found.parents, found.settings["seed"]), (parents, 51))

    def test_a_schedule_from_whole_weights_descends_from_these_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            start = Weights(nn.Linear(4, 4).state_dict())
            store(start.content(), Path(folder) / "some.pt")
            stage = self.stage(folder, [{"sha256": "ab", "share": 1.0, "part": "vae"}])
            self.assertEqual(stage.weights().parents, [{"sha256": fingerprint(start.state), "share": 1.0}])
            torch.testing.assert_close(stage.module.weight, start.state["weight"])


if __name__ == "__main__":
    unittest.main()
