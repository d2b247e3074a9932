"""Draws batches for pre-training: encoded pictures and captions, from scenes, NYU rooms and photos. Mirrored pictures come with mirrored words.

Latents are [batch, 4, h, w]. Sizes differ between sources, so a batch has one source. `rows` of a source: number of latent rows that hold the
picture; the rows below are padding.
"""

import numpy as np
import torch

import phrases
import photos
from grammar import mirror_words
from latents import open_latents
from sizes import FACTOR


class CaptionedScenes:
    """Square scenes of a split. `draw` reports odd ones as mirrored, which is true of the training split only (see latents.py)."""

    def __init__(self, settings, name="train"):
        self.latents = open_latents(settings, name)
        self.phrases, self.rows = phrases.load(settings, name), self.latents.shape[2]

    def draw(self, random):
        i = int(random.integers(len(self.latents)))
        options = self.phrases[i]["captions"]
        one, other = options[random.integers(len(options))], options[random.integers(len(options))]
        return self.latents[i], max(one, other, key=len), i % 2  # the longer of two sentences says more


class CaptionedNyu:
    """Views of the NYU training rooms; odd views are mirrored."""

    def __init__(self, settings, positions):
        self.latents = open_latents(settings, "nyu")
        self.phrases, self.positions, self.rows = phrases.load(settings, "nyu"), positions, photos.NYU_SIZE[1] // FACTOR

    def draw(self, random):
        i, view = self.positions[random.integers(len(self.positions))], int(random.integers(self.latents.shape[1]))
        options = self.phrases[i]["captions"]
        return self.latents[i, view], options[random.integers(len(options))], view % 2


class Photos:
    """Captioned photographs; odd photos are mirrored."""

    def __init__(self, settings):
        self.latents = open_latents(settings, "photos")
        self.captions, self.rows = [caption for _, caption in photos.photo_list(photos.data_folder(settings))], self.latents.shape[2]

    def draw(self, random):
        i = int(random.integers(len(self.latents)))
        return self.latents[i], self.captions[i], i % 2


class Captioned:
    """Draws every batch from one source, chosen by the sources' shares."""

    def __init__(self, sources, random):
        self.sources, shares = [source for source, _ in sources], np.array([share for _, share in sources])
        self.shares, self.random = shares / shares.sum(), random

    def batch(self, count):
        """Returns latents [count, 4, h, w], their captions and their source's `rows`."""
        source = self.sources[self.random.choice(len(self.sources), p=self.shares)]
        latents, captions, mirrored = zip(*(source.draw(self.random) for _ in range(count)))
        said = [mirror_words(caption) if odd else caption for caption, odd in zip(captions, mirrored)]
        return torch.from_numpy(np.stack(latents).astype(np.float32)), said, source.rows
