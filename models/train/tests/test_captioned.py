import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from captioned import Captioned, CaptionedNyu, CaptionedScenes
from config import Settings


class Rows(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.settings, folder = Settings(run=folder.name), Path(folder.name)
        np.save(folder / "latent-train.npy", np.zeros((2, 4, 32, 32), np.float16))
        np.save(folder / "latent-nyu.npy", np.zeros((3, 2, 4, 32, 40), np.float16))
        for name, count in (("train", 2), ("nyu", 3)):
            said = [{"captions": ["a lamp on the left"]}] * count
            (folder / f"phrases-{name}.json").write_text(json.dumps(said))

    def batch(self, source):
        return Captioned([(source, 1.0)], np.random.default_rng(0)).batch(20)

    def test_a_photo_of_240_rows_is_padded_and_a_square_is_not(self):
        latents, _, rows = self.batch(CaptionedNyu(self.settings, [0, 2]))
        self.assertEqual((tuple(latents.shape), rows), ((20, 4, 32, 40), 30))
        latents, _, rows = self.batch(CaptionedScenes(self.settings))
        self.assertEqual((tuple(latents.shape), rows), ((20, 4, 32, 32), 32))

    def test_mirrored_latents_come_with_mirrored_words(self):
        latents = np.load(self.settings.folder / "latent-nyu.npy")
        latents[:, 1] = 1
        np.save(self.settings.folder / "latent-nyu.npy", latents)
        latents, captions, _ = self.batch(CaptionedNyu(self.settings, [0, 2]))
        self.assertEqual([caption.split()[-1] for caption in captions], ["right" if odd else "left" for odd in latents[:, 0, 0, 0]])


if __name__ == "__main__":
    unittest.main()
