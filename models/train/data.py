"""Batches for fine-tuning, drawn at random from scenes and NYU rooms: pixels with depth, classes, and expressions with their masks.

A batch has one source, because sizes differ between sources. Mirrored pictures come with mirrored words.
"""

from dataclasses import dataclass

import numpy as np
import torch

import phrases
import photos
from augment import lit, photographic, recoloured
from classes import IGNORE
from components import STEP
from grammar import mirror_words
from nyu_rooms import Rooms
from parallax import moved
from paste import furnished
from redecorate import redecorated
from render_scenes import open_arrays
from sizes import head_grid, pad_image, pad_maps, padded, to_pixels
from tint import tinted
from tokenizer import tokenize
from views import View

# Relations are rarer than names and harder to learn, so they are drawn more often; the rarest most of all.
KIND_WEIGHT = {
    "left": 4.0, "right": 4.0, "middle": 70.0, "near": 3.5, "far": 5.0, "big": 3.0, "small": 80.0, "colour": 1.5,
    "on": 50.0, "beside": 4.0, "ordinal": 7.0, "class": 1.6, "colour only": 1.0, "group": 0.8, "shell": 0.4,
}
# An image's second expression is the opposite of its first, where there is one: then nothing but the place tells the two masks apart.
# Drawn independently, "left" and "right" were still told apart by chance alone after 200,000 expressions.
OPPOSITE = {
    "left": "right", "right": "left", "middle": "left", "near": "far", "far": "near", "big": "small", "small": "big", "ordinal": "ordinal",
}
MIN_MASK = 0.0015  # of the picture: below this the head's grid cannot show the target
STRENGTH = 1.4  # of the photographic disturbance of NYU's photos: few rooms, few lights
SPREAD = (0.5, 2.0)  # metres, of a room's depth: rooms are drawn in proportion to it, because deep ones are rare and are where metres are lost
COLOUR_REPEATS = 3  # of the few expressions with colours among a painted room's others
TAKEN, VIEWS = (0, 2), (2, 1 << 30)  # numbers of the views of a NYU photo: through the photographer's camera, through others
AS_TAKEN = 0.15  # of NYU's pictures: neither furnished nor moved either


def rows_of(texts):
    return torch.from_numpy(np.stack([tokenize(text) for text in texts]))


@dataclass
class Example:
    """One picture and what is known of it; the maps are sampled at the head's grid points that lie on the picture."""

    pixels: torch.Tensor  # [1, 3, height, width], −1..1
    depth: np.ndarray  # metres, 0 where unknown
    label: np.ndarray  # class ids, IGNORE where unknown
    objects: np.ndarray  # ids that expressions refer to
    known: np.ndarray  # bool: not the mirror image of something
    phrases: dict
    mirrored: bool

    def mask(self, objects):
        return np.where(self.known, np.isin(self.objects, objects), IGNORE).astype(np.uint8)

    def said(self, text):
        return mirror_words(text) if self.mirrored else text

    def expression(self, random, kind=None):
        """(kind, text, mask) of a weighted draw whose target is large enough in this view; None after a few failures. `kind`: preferred,
        where there are such."""
        found = self.phrases["expressions"]
        found = [e for e in found if e["kind"] == kind] or found
        if not found:
            return None
        weights = np.array([KIND_WEIGHT[e["kind"]] for e in found])
        for k in random.choice(len(found), min(4, len(found)), replace=False, p=weights / weights.sum()):
            mask = self.mask(found[k]["objects"])
            if (mask == 1).mean() > MIN_MASK:
                return found[k]["kind"], self.said(found[k]["text"]), mask
        return None

    def absent(self, random):
        """An expression that fits nothing here, and the empty mask; None where there is none."""
        found = self.phrases["absent"]
        if not found:
            return None
        return "absent", self.said(found[random.integers(len(found))]["text"]), self.mask([])


class Scenes:
    """One set of scenes."""

    few = False

    def __init__(self, settings, name="train"):
        self.arrays, self.phrases = open_arrays(settings, name), phrases.load(settings, name)
        self.height, self.width = self.arrays["rgb"].shape[1:3]
        rows, columns = (head_grid(padded(side)) for side in (self.height, self.width))
        rows, columns = rows[rows < self.height], columns[columns < self.width]
        self.points = {mirrored: np.ix_(rows, self.width - 1 - columns if mirrored else columns) for mirrored in (False, True)}

    def example(self, random):
        i, mirrored = int(random.integers(len(self.phrases))), random.random() < 0.5
        image = self.arrays["rgb"][i, :, ::-1] if mirrored else self.arrays["rgb"][i]
        maps = {name: self.arrays[name][i][self.points[mirrored]] for name in ("depth", "label", "object")}
        known = np.ones(maps["depth"].shape, bool)
        return Example(to_pixels(image[None]), maps["depth"].astype(np.float32), maps["label"], maps["object"], known, self.phrases[i], mirrored)


def scene_sources(settings):
    """[(source, share)] of all sets, by their number."""
    sets = [each for each in settings.scene_sets("train") if each.count]
    total = sum(each.count for each in sets)
    return [(Scenes(settings, each.name), each.count / total) for each in sets]


class Nyu:
    """The training rooms, every time through another virtual camera and with other light; some with furniture of others, from another place, or painted."""

    few = True

    def __init__(self, settings, positions):
        self.rooms, self.phrases, self.positions = Rooms(settings), phrases.load(settings, "nyu"), positions
        self.table, self.names = photos.nyu_label_table(photos.data_folder(settings))
        self.width, self.height = photos.NYU_SIZE
        self.shares = settings.pasted_share, settings.moved_share, settings.tinted_share, settings.redecorated_share
        spread = np.array([self.rooms[i].depth[::STEP, ::STEP].std() for i in positions]).clip(*SPREAD)
        self.chance = spread / spread.sum()

    def position(self, random):
        return random.choice(self.positions, p=self.chance)

    def draw(self, random, as_taken):
        """A room, what can be said of it, and whether colours are among that."""
        i = self.position(random)
        room = photographed = self.rooms[i]
        pasted, away, painted, other_materials = random.random(4) < self.shares
        if pasted and not as_taken:
            room = furnished(room, lambda: self.rooms[self.position(random)], self.names, random)
        if away and not as_taken:
            room = moved(room, random)
        said = self.phrases[i] if room is photographed else phrases.nyu_phrases(room, self.names, random, random, random)
        painted = painted and tinted(room, room.things(self.names), random)
        if painted:
            room, *colours = painted
            said = {key: said[key] + COLOUR_REPEATS * phrases.worded(found, random) for key, found in zip(("expressions", "absent"), colours)}
        elif other_materials:
            room = redecorated(room, random)
        return room, said, bool(painted)

    def example(self, random):
        as_taken = random.random() < AS_TAKEN
        room, said, coloured = self.draw(random, as_taken)
        view = View(random, int(random.integers(*(TAKEN if as_taken else VIEWS))))
        image = lit(view.photo(room.rgb), random)
        image = photographic(image if coloured else recoloured(image, random), random, STRENGTH)
        y, x, factor, seen = view.maps()
        known = seen & (room.depth[y, x] > 0)
        depth = np.minimum(room.depth[y, x] * factor, photos.FARTHEST) * known
        return Example(
            image * 2 - 1, depth.astype(np.float32), np.where(known, self.table[room.label[y, x]], IGNORE), room.component[y // STEP, x // STEP],
            known, said, view.mirrored,
        )


@dataclass
class Batch:
    """Pictures of one source. Maps lie on the head's grid, [pictures, H/2, W/2]; `of` says which picture each expression is about."""

    pixels: torch.Tensor  # [pictures, 3, H, W], padded
    depth: torch.Tensor  # metres, 0 where unknown
    labels: torch.Tensor  # int64 class ids, IGNORE where unknown
    of: torch.Tensor  # int64 [expressions]
    rows: torch.Tensor  # token ids [expressions, 32]
    masks: torch.Tensor  # int64 [expressions, H/2, W/2]: 0, 1, or IGNORE in the padding
    few: bool  # from so few pictures that they would be learnt by heart


def draw_expressions(examples, count, absent_share, random):
    """(picture, text, mask) of up to `count` expressions. Each picture comes with two, so that what tells them apart is the words: one by
    one, "anything that stands out" was learnt long before the words. `absent_share` of them fit nothing in the picture. Where the
    first has an opposite, it is the second."""
    drawn = []
    for i, example in enumerate(examples):
        kind = None
        for _ in range(min(2, count - len(drawn))):
            fits = kind in OPPOSITE or random.random() >= absent_share
            found = example.expression(random, OPPOSITE.get(kind)) if fits else example.absent(random)
            if found:
                kind = found[0]
                drawn.append((i, *found[1:]))
    return drawn


def draw_batch(source, count, expressions, absent_share, random):
    """A Batch of `count` pictures with about as many `expressions`."""
    examples, drawn = [], []
    while not drawn:  # a picture may have nothing to say
        examples = [source.example(random) for _ in range(count)]
        drawn = draw_expressions(examples, expressions, absent_share, random)
    height, width = padded(source.height), padded(source.width)
    maps = lambda arrays, value: torch.from_numpy(pad_maps(np.stack(arrays), height, width, value))
    of, texts, masks = zip(*drawn)
    return Batch(
        pad_image(torch.cat([example.pixels for example in examples])), maps([example.depth for example in examples], 0),
        maps([example.label for example in examples], IGNORE).long(), torch.tensor(of), rows_of(texts), maps(masks, IGNORE).long(), source.few,
    )


class Mixture:
    """What a training step sees: some pictures of a set of scenes and, with `--data`, some of NYU's."""

    def __init__(self, settings, random):
        self.settings, self.random = settings, random
        self.scenes, self.shares = zip(*scene_sources(settings))
        self.nyu = Nyu(settings, photos.nyu_split(settings)[0]) if settings.data else None

    def step(self):
        """[(Batch, its share of the step's pictures)]."""
        settings, scenes = self.settings, self.scenes[self.random.choice(len(self.scenes), p=self.shares)]
        wanted = [(scenes, settings.scene_images, settings.scene_expressions)]
        if self.nyu:
            wanted.append((self.nyu, settings.nyu_images, settings.nyu_expressions))
        total = sum(count for _, count, _ in wanted)
        batch = lambda source, count, said: draw_batch(source, count, max(1, round(count * said)), settings.absent_share, self.random)
        return [(batch(source, count, said), count / total) for source, count, said in wanted]
