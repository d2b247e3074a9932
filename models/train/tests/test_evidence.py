import contextlib
import io
import json
import tempfile
import unittest
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


if __name__ == "__main__":
    unittest.main()
