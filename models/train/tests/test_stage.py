import contextlib
import io
import tempfile
import unittest

import torch
from torch import nn

from checkpoint import Stage
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


if __name__ == "__main__":
    unittest.main()
