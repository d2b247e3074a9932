import contextlib
import io
import json
import tempfile
import unittest
from dataclasses import replace
from unittest import mock

import evidence
from config import Settings

FOUND = {"scenes": {"depth": {"rmse": 0.7}}}


class Measured(unittest.TestCase):
    def entry(self, settings, **run):
        """Returns the entry of a run whose training and evaluation are replaced."""
        replaced = {"train": None, "evaluate": FOUND, "averaged_model": None, "headline": ""}
        with contextlib.ExitStack() as stack:
            for name, value in replaced.items():
                stack.enter_context(mock.patch.object(evidence, name, return_value=value))
            stack.enter_context(mock.patch.object(evidence.torch, "load", return_value={"average": {}, "minutes": 12.5}))
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            return evidence.measure("some", settings, **run)

    def test_an_entry_holds_the_settings_that_it_was_trained_with(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(run=folder, train_first_seed=980_000, scene_images=9)
            found = self.entry(settings, **evidence.RUNS["muon-no-maps"])
        self.assertEqual((found["heldOut"], found["minutes"], found["maps"]), (FOUND, 12.5, False))
        expected = evidence.SMALL | {"optimizer": "muon", "seed": 1, "train_first_seed": 980_000}
        self.assertEqual({name: found["settings"][name] for name in expected}, expected)
        self.assertEqual(json.loads(json.dumps(found)), found)


class EqualCompute(unittest.TestCase):
    """By hand, from macs.py at 256×320: encoder 1.455, depth 1.295, refer 1.392 and text 0.019, segment 1.370, noise 0.745; at 256×256: 1.164, 1.029, 1.093,
    1.090, 0.590; at 192×192, noise 0.328."""

    squares = dict(train_landscape=0, train_portrait=0, train_wide=0, train_halls=0, train_alike=0, train_handheld=0)
    settings = replace(Settings("run", data="photographs", **squares), **evidence.SMALL)

    def test_a_step_costs_its_pictures_times_three_tasks(self):
        picture = lambda encoder, *tasks: encoder + 3 * sum(tasks)
        expected = 2 * picture(1.164, 1.029, 1.093 + 0.019, 1.090) + 4 * picture(1.455, 1.295, 1.392, 1.370)
        self.assertAlmostEqual(evidence.cost_of_step(self.settings), expected, delta=0.005 * expected)

    def test_a_trained_encoder_has_a_backward_pass(self):
        more = evidence.cost_of_step(replace(self.settings, encoder_rate_share=0.5)) - evidence.cost_of_step(self.settings)
        self.assertAlmostEqual(more, 2 * (2 * 1.164 + 4 * 1.455), delta=0.05)

    def test_a_latent_costs_the_mean_of_its_sources(self):
        expected = 3 * (0.65 * 0.590 + 0.2 * 0.745 + 0.15 * 0.328) + 0.019
        self.assertAlmostEqual(evidence.cost_of_latent(self.settings), expected, delta=0.005 * expected)

    def test_runs_from_scratch_have_at_least_the_steps_of_equal_compute(self):
        """With the rooms of the runs in models/README.md."""
        rooms = dict(train_scenes=3000, train_landscape=1200, train_portrait=700, train_wide=700, train_halls=1200, train_alike=1200, train_handheld=2400)
        steps = evidence.equal_steps(replace(self.settings, **rooms))
        self.assertEqual(round(steps), 531)
        self.assertTrue(steps < evidence.IN_PLACE < 1.15 * steps)
        for source, steps in (("diffusion", 1350), ("scratch", 1000), ("scratch", 1350), ("scratch", 1950), ("scratch", 2300)):
            run = evidence.RUNS[f"muon-{source}-{steps}"]
            self.assertEqual((run["source"], run["steps"], run["optimizer"]), (source, steps, "muon"))


if __name__ == "__main__":
    unittest.main()
