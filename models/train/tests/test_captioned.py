import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

import latents
import origin
import phrases
from captioned import Captioned, CaptionedNyu, CaptionedScenes
from checkpoint import store
from config import Settings


class Rows(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.settings, folder = Settings(run=folder.name, data=f"{folder.name}/data"), Path(folder.name)
        (folder / "data" / "nyu-train").mkdir(parents=True)
        (folder / "data" / "photos").mkdir()
        store({"weight": torch.zeros(1)}, folder / "vae.pt")
        np.save(folder / "latent-train.npy", np.zeros((2, 4, 32, 32), np.float16))
        np.save(folder / "latent-nyu.npy", np.zeros((3, 2, 4, 32, 40), np.float16))
        for name, count in (("train", 2), ("nyu", 3)):
            phrases.keep(self.settings, name, [{"captions": ["a lamp on the left"]}] * count)
            origin.write(folder, f"latent-{name}", latents.made_from(self.settings, name))

    def batch(self, source):
        return Captioned([(source, 1.0)], np.random.default_rng(0)).batch(20)

    def test_a_photo_of_240_rows_is_padded_and_a_square_is_not(self):
        found, _, rows = self.batch(CaptionedNyu(self.settings, [0, 2]))
        self.assertEqual((tuple(found.shape), rows), ((20, 4, 32, 40), 30))
        found, _, rows = self.batch(CaptionedScenes(self.settings))
        self.assertEqual((tuple(found.shape), rows), ((20, 4, 32, 32), 32))

    def test_latents_of_another_encoder_or_of_other_views_are_refused(self):
        store({"weight": torch.ones(1)}, self.settings.folder / "vae.pt")
        with self.assertRaisesRegex(SystemExit, "encoder .* --stages latents again"):
            CaptionedScenes(self.settings)
        with self.assertRaisesRegex(SystemExit, "views 30 where the run now has 2"):
            CaptionedNyu(replace(self.settings, nyu_views=2), [0, 2])

    def test_mirrored_latents_come_with_mirrored_words(self):
        stored = np.load(self.settings.folder / "latent-nyu.npy")
        stored[:, 1] = 1
        np.save(self.settings.folder / "latent-nyu.npy", stored)
        found, captions, _ = self.batch(CaptionedNyu(self.settings, [0, 2]))
        self.assertEqual([caption.split()[-1] for caption in captions], ["right" if odd else "left" for odd in found[:, 0, 0, 0]])


if __name__ == "__main__":
    unittest.main()
