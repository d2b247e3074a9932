import tempfile
import unittest
from dataclasses import asdict, replace

import origin
import phrases
import render_scenes
from config import Settings


class Scenes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.settings = Settings(run=folder.name, train_halls=2)
        self.halls = self.settings.scene_set("train-halls")
        render_scenes.create_arrays(self.settings, self.halls)

    def finish(self):
        origin.write(render_scenes.folder_of(self.settings), "train-halls", asdict(self.halls))

    def test_interrupted_rendering_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "train-halls was never finished .* --stages scenes again"):
            render_scenes.open_arrays(self.settings, "train-halls")
        self.finish()
        self.assertEqual(len(render_scenes.open_arrays(self.settings, "train-halls")["rgb"]), 2)
        render_scenes.create_arrays(self.settings, self.halls)
        with self.assertRaisesRegex(SystemExit, "never finished"):
            render_scenes.open_arrays(self.settings, "train-halls")

    def test_scenes_of_other_settings_are_refused(self):
        self.finish()
        for change, said in (({"train_first_seed": 7}, "first_seed 4000000 where the run now has 4000007"), ({"train_halls": 3}, "count 2 .* has 3"),
                             ({"data": "photographs"}, "surfaces False .* has True")):
            with self.subTest(change), self.assertRaisesRegex(SystemExit, f"{said}; run train.py --stages scenes again, or"):
                render_scenes.open_arrays(replace(self.settings, **change), "train-halls")

    def test_phrases_of_other_scenes_are_refused(self):
        phrases.keep(self.settings, "train-halls", [{"captions": ["a hall"]}] * 2)
        self.assertEqual(len(phrases.load(self.settings, "train-halls")), 2)
        with self.assertRaisesRegex(SystemExit, "phrases-train-halls was made from first_seed .* --stages phrases again"):
            phrases.load(replace(self.settings, train_first_seed=7), "train-halls")


if __name__ == "__main__":
    unittest.main()
