"""Batches for pre-training: encoded pictures and captions, from scenes, NYU rooms and photos. What is mirrored comes with mirrored words.

Latents are [batch, 4, h, w] of one size; sizes differ between sources, so a batch has one source.
"""

import numpy as np
import torch

import phrases
import photos
from grammar import mirror_words


class Scenes:
    """One set of scenes; odd ones are mirrored (see latents.py)."""

    def __init__(self, settings, name="train"):
        self.latents = np.load(settings.folder / f"latent-{name}.npy", mmap_mode="r")
        self.phrases = phrases.load(settings, name)

    def draw(self, random):
        i = int(random.integers(len(self.latents)))
        options = self.phrases[i]["captions"]
        one, other = options[random.integers(len(options))], options[random.integers(len(options))]
        return self.latents[i], max(one, other, key=len), i % 2  # longer sentences say more


class Nyu:
    """Views of the training rooms; odd ones are mirrored."""

    def __init__(self, settings, positions):
        self.latents = np.load(settings.folder / "latent-nyu.npy", mmap_mode="r")
        self.phrases, self.positions = phrases.load(settings, "nyu"), positions

    def draw(self, random):
        i, view = self.positions[random.integers(len(self.positions))], int(random.integers(self.latents.shape[1]))
        options = self.phrases[i]["captions"]
        return self.latents[i, view], options[random.integers(len(options))], view % 2


class Photos:
    """Captioned photographs; odd ones are mirrored."""

    def __init__(self, settings):
        self.latents = np.load(settings.folder / "latent-photos.npy", mmap_mode="r")
        self.captions = [caption for _, caption in photos.photo_list(photos.data_folder(settings))]

    def draw(self, random):
        i = int(random.integers(len(self.latents)))
        return self.latents[i], self.captions[i], i % 2


class Captioned:
    """Sources with shares; every batch has one source."""

    def __init__(self, sources, random):
        self.sources, shares = [source for source, _ in sources], np.array([share for _, share in sources])
        self.shares, self.random = shares / shares.sum(), random

    def batch(self, count):
        """Latents [count, 4, h, w] and their captions."""
        source = self.sources[self.random.choice(len(self.sources), p=self.shares)]
        latents, captions, mirrored = zip(*(source.draw(self.random) for _ in range(count)))
        said = [mirror_words(caption) if odd else caption for caption, odd in zip(captions, mirrored)]
        return torch.from_numpy(np.stack(latents).astype(np.float32)), said
