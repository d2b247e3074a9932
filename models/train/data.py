"""Batches for pre-training and fine-tuning, drawn at random from scenes, NYU rooms and photos.

A source yields latents [batch, 4, h, w] of one size; sizes differ between sources, so a batch has one source. Mirrored
latents (odd indices) come with mirrored words and maps.
"""

import numpy as np
import torch

import phrases
import photos
from augment import disturbed, spliced
from classes import IGNORE
from grammar import mirror_words
from latents import head_grid, padded
from render_scenes import open_arrays
from tokenizer import tokenize

# Relations are rarer than names and harder to learn, so they are drawn more often; the rarest most of all.
KIND_WEIGHT = {
    "left": 4.0, "right": 4.0, "middle": 50.0, "near": 3.5, "far": 5.0, "big": 3.0, "small": 24.0, "colour": 1.5,
    "on": 50.0, "beside": 4.0, "ordinal": 7.0, "class": 1.6, "colour only": 1.0, "group": 0.8, "shell": 0.4,
}
# An image's second expression is the opposite of its first, where there is one: then nothing but the place tells the two masks apart.
# Drawn independently, "left" and "right" were still told apart by chance alone after 200,000 expressions.
OPPOSITE = {
    "left": "right", "right": "left", "middle": "left", "near": "far", "far": "near", "big": "small", "small": "big", "ordinal": "ordinal",
}
MIN_MASK = 0.0015  # of the valid pixels: below this the head's grid cannot show the target


def rows_of(texts):
    return torch.from_numpy(np.stack([tokenize(text) for text in texts]))


def draw_expression(random, expressions, accept, kind=None):
    """A weighted draw of an expression that `accept`s its mask; None after a few failures. `kind`: preferred, where there are such."""
    expressions = [e for e in expressions if e["kind"] == kind] or expressions
    if not expressions:
        return None, None
    weights = np.array([KIND_WEIGHT[e["kind"]] for e in expressions])
    for k in random.choice(len(expressions), min(4, len(expressions)), replace=False, p=weights / weights.sum()):
        mask = accept(expressions[k])
        if mask is not None:
            return expressions[k], mask
    return None, None


class Scenes:
    """One set of scenes; odd ones are mirrored. What lies below or right of the picture is padding."""

    few = False

    def __init__(self, settings, name="train"):
        self.arrays = open_arrays(settings, name)
        self.latents = np.load(settings.folder / f"latent-{name}.npy", mmap_mode="r")
        self.phrases = phrases.load(settings, name)
        height, width = self.arrays["rgb"].shape[1:3]
        rows, columns = (head_grid(padded(side)) for side in (height, width))
        self.padding = [(0, int((grid >= side).sum())) for grid, side in ((rows, height), (columns, width))]
        self.rows, columns = rows[rows < height], columns[columns < width]
        self.columns = (columns, width - 1 - columns)

    def pick(self, random):
        i = int(random.integers(len(self.latents)))
        return i, i % 2

    def latent(self, i, mirrored):
        return self.latents[i]

    def caption(self, random, i, mirrored):
        options = self.phrases[i]["captions"]
        one, other = options[random.integers(len(options))], options[random.integers(len(options))]
        text = max(one, other, key=len)  # longer sentences say more
        return mirror_words(text) if mirrored else text

    def maps(self, name, i, mirrored):
        return self.arrays[name][i][np.ix_(self.rows, self.columns[mirrored])]

    def pad(self, array, value):
        return np.pad(array, self.padding, constant_values=value)

    def depth(self, i, mirrored):
        return self.pad(self.maps("depth", i, mirrored), 0)

    def label(self, i, mirrored):
        return self.pad(self.maps("label", i, mirrored), IGNORE)

    def expression(self, random, i, mirrored, kind=None):
        kind, text, mask = draw_mask(random, self.phrases[i]["expressions"], self.maps("object", i, mirrored), mirrored, kind)
        return kind, text, None if mask is None else self.pad(mask, IGNORE)

    def absent(self, random, i, mirrored):
        """An expression that fits nothing here, and the empty mask."""
        text = draw_absent(random, self.phrases[i]["absent"], mirrored)
        return "absent", text, None if text is None else self.pad(np.zeros((len(self.rows), len(self.columns[0])), np.uint8), IGNORE)


def scene_mixture(settings):
    """[(source, share)] of all shapes, by their number."""
    sets = [each for each in settings.scene_sets("train") if each.count]
    total = sum(each.count for each in sets)
    return [(Scenes(settings, each.name), each.count / total) for each in sets]


class Nyu:
    """Augmented copies of the training rooms; odd copies are mirrored. Rows below the photo are padding."""

    few = True

    def __init__(self, settings, positions):
        load = lambda name: np.load(settings.folder / f"nyu-copies-{name}.npy", mmap_mode="r")
        self.latents, self.depths, self.labels, self.components = load("latent"), load("depth"), load("label"), load("component")
        self.phrases, self.positions = phrases.load(settings, "nyu"), positions
        self.padding = self.latents.shape[3] * 4 - self.depths.shape[2]

    def pick(self, random):
        return self.positions[random.integers(len(self.positions))], int(random.integers(self.latents.shape[1]))

    def latent(self, i, copy):
        return self.latents[i, copy]

    def caption(self, random, i, copy):
        options = self.phrases[i]["captions"]
        text = options[random.integers(len(options))]
        return mirror_words(text) if copy % 2 else text

    def pad(self, array, value):
        return np.pad(array, ((0, self.padding), (0, 0)), constant_values=value)

    def depth(self, i, copy):
        return self.pad(self.depths[i, copy], 0)

    def label(self, i, copy):
        return self.pad(self.labels[i, copy], IGNORE)

    def expression(self, random, i, copy, kind=None):
        kind, text, mask = draw_mask(random, self.phrases[i]["expressions"], self.components[i, copy], copy % 2, kind)
        return kind, text, None if mask is None else self.pad(mask, IGNORE)

    def absent(self, random, i, copy):
        text = draw_absent(random, self.phrases[i]["absent"], copy % 2)
        return "absent", text, None if text is None else self.pad(np.zeros(self.components.shape[2:], np.uint8), IGNORE)


class Photos:
    """Captioned photographs, for pre-training only."""

    def __init__(self, settings):
        self.latents = np.load(settings.folder / "latent-photos.npy", mmap_mode="r")
        self.captions = [caption for _, caption in photos.photo_list(photos.data_folder(settings))]

    def pick(self, random):
        i = int(random.integers(len(self.latents)))
        return i, i % 2

    def latent(self, i, mirrored):
        return self.latents[i]

    def caption(self, random, i, mirrored):
        return mirror_words(self.captions[i]) if mirrored else self.captions[i]


def draw_mask(random, expressions, identities, mirrored, kind):
    """(kind, text, uint8 mask) of a random expression, of this kind if there is one, whose target is large enough in this view; or Nones."""

    def accept(expression):
        mask = np.isin(identities, expression["objects"])
        return mask if mask.mean() > MIN_MASK else None

    expression, mask = draw_expression(random, expressions, accept, kind)
    if expression is None:
        return None, None, None
    return expression["kind"], mirror_words(expression["text"]) if mirrored else expression["text"], mask.astype(np.uint8)


def draw_absent(random, expressions, mirrored):
    if not expressions:
        return None
    text = expressions[random.integers(len(expressions))]["text"]
    return mirror_words(text) if mirrored else text


def to_latents(arrays):
    return torch.from_numpy(np.stack(arrays).astype(np.float32))


class Mixture:
    """Sources with shares; every batch has one source."""

    def __init__(self, sources, random):
        self.sources = [source for source, _ in sources]
        shares = np.array([share for _, share in sources])
        self.shares, self.random = shares / shares.sum(), random

    def source(self):
        return self.sources[self.random.choice(len(self.sources), p=self.shares)]

    def captioned(self, count):
        """Latents and captions for pre-training."""
        source, picks = self.source(), []
        picks = [source.pick(self.random) for _ in range(count)]
        return to_latents([source.latent(*pick) for pick in picks]), [source.caption(self.random, *pick) for pick in picks]

    def latents(self, source, picks):
        return to_latents([source.latent(*pick) for pick in picks])

    def dense(self, source, picks, maps):
        """Latents and their maps, those of few rooms spliced and disturbed."""
        latents = self.latents(source, picks)
        if not source.few:
            return latents, maps
        latents, maps = spliced(latents, maps, self.random)
        return disturbed(latents, self.random, holes=True), maps

    def depth(self, count):
        """Latents and metres [batch, H/2, W/2], 0 where unknown."""
        source = self.source()
        picks = [source.pick(self.random) for _ in range(count)]
        depths = np.stack([source.depth(*pick) for pick in picks]).astype(np.float32)
        return self.dense(source, picks, torch.from_numpy(depths))

    def segment(self, count):
        """Latents and class ids [batch, H/2, W/2]."""
        source = self.source()
        picks = [source.pick(self.random) for _ in range(count)]
        labels = np.stack([source.label(*pick) for pick in picks]).astype(np.int64)
        return self.dense(source, picks, torch.from_numpy(labels))

    def refer(self, count, absent_share=0.0):
        """Latents, token rows and masks [batch, H/2, W/2] (255: padding). Each image comes with two expressions, so that
        what tells them apart is the words: one by one, "anything that stands out" was learnt long before the words.
        `absent_share` of them fit nothing in the image. Where the first has an opposite, it is the second."""
        source, picks, texts, masks = self.source(), [], [], []
        while len(texts) < count:
            pick, kind = source.pick(self.random), None
            for _ in range(min(2, count - len(texts))):
                if kind not in OPPOSITE and self.random.random() < absent_share:
                    kind, text, mask = source.absent(self.random, *pick)
                else:
                    kind, text, mask = source.expression(self.random, *pick, OPPOSITE.get(kind))
                if text is not None:
                    picks.append(pick), texts.append(text), masks.append(mask)
        latents = self.latents(source, picks)
        latents = disturbed(latents, self.random, holes=False) if source.few else latents
        return latents, rows_of(texts), torch.from_numpy(np.stack(masks).astype(np.int64))
