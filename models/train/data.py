"""Draws batches for fine-tuning from scenes and NYU rooms: pixels with depth, classes, and expressions with their masks.

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

# Weights of kinds of expressions. Relations are rarer than names and harder to learn, so they weigh more, the rarest most.
KIND_WEIGHT = {
    "left": 4.0, "right": 4.0, "middle": 70.0, "near": 3.5, "far": 5.0, "big": 3.0, "small": 80.0, "colour": 1.5,
    "on": 50.0, "beside": 4.0, "ordinal": 7.0, "class": 1.6, "colour only": 1.0, "group": 0.8, "shell": 0.4,
}
# If the first expression of an image has an opposite kind, the second is drawn from that kind, so that mostly only the position tells the two masks apart:
# it may also be about things of another class and, of ordinals, the same expression again. When kinds were drawn independently, "left" and "right" were
# still at chance after 200,000 expressions.
OPPOSITE = {
    "left": "right", "right": "left", "middle": "left", "near": "far", "far": "near", "big": "small", "small": "big", "ordinal": "ordinal",
}
MIN_MASK = 0.0015  # share of the picture; smaller targets are too small for the head's grid
STRENGTH = 1.4  # of photographic augmentation of NYU's photos, which show few rooms in few kinds of light
SPREAD = (0.5, 2.0)  # metres, limits of the deviation of a room's depth, by which rooms are drawn: deep ones are rare and have the largest errors
COLOUR_REPEATS = 3  # copies of the few expressions with colours among the others of a painted room
TAKEN, VIEWS = (0, 2), (2, 1 << 30)  # ranges of view numbers (see views.View): the photo and its mirror image; virtual cameras
AS_TAKEN = 0.15  # share of NYU's pictures shown without a virtual camera, without pasted furniture and from the original place


def rows_of(texts):
    return torch.from_numpy(np.stack([tokenize(text) for text in texts]))


@dataclass
class Example:
    """One picture and its ground truth. Maps are sampled at the head's grid points that lie on the picture."""

    pixels: torch.Tensor  # [1, 3, height, width], −1..1
    depth: np.ndarray  # metres, 0 where unknown
    label: np.ndarray  # class ids, IGNORE where unknown
    objects: np.ndarray  # ids that expressions refer to
    known: np.ndarray  # bool; False where a mirror image fills what the photo does not show
    phrases: dict
    mirrored: bool

    def mask(self, objects):
        return np.where(self.known, np.isin(self.objects, objects), IGNORE).astype(np.uint8)

    def said(self, text):
        return mirror_words(text) if self.mirrored else text

    def expression(self, random, kind=None):
        """Returns (kind, text, mask) of a weighted draw whose target is large enough in this view; None if a few draws fail. `kind`: preferred if the
        picture has expressions of it."""
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
        """Returns ("absent", text, empty mask) of an expression that fits nothing here; None if the picture has none."""
        found = self.phrases["absent"]
        if not found:
            return None
        return "absent", self.said(found[random.integers(len(found))]["text"]), self.mask([])


class Scenes:
    """Draws examples from one set of scenes."""

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
    """Returns [(source, share)] of all sets, in proportion to their numbers of scenes."""
    sets = [each for each in settings.scene_sets("train") if each.count]
    total = sum(each.count for each in sets)
    return [(Scenes(settings, each.name), each.count / total) for each in sets]


class Nyu:
    """Draws NYU training rooms, each time through another virtual camera and in other light; some with pasted furniture, from another place, painted or in
    other materials."""

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
        """Returns a room, its phrases, and whether they name colours."""
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
    """Pictures of one source. Maps are on the head's grid, [pictures, H/2, W/2]; `of` is the picture of each expression."""

    pixels: torch.Tensor  # [pictures, 3, H, W], padded
    depth: torch.Tensor  # metres, 0 where unknown
    labels: torch.Tensor  # int64 class ids, IGNORE where unknown
    of: torch.Tensor  # int64 [expressions]
    rows: torch.Tensor  # token ids [expressions, 32]
    masks: torch.Tensor  # int64 [expressions, H/2, W/2]: 0, 1, or IGNORE in the padding
    few: bool  # True if the source has so few pictures that they would be memorised


def draw_expressions(examples, count, absent_share, random):
    """Returns (picture, text, mask) of up to `count` expressions, two per picture, so that only the words tell their masks apart; with one per picture,
    the model first learnt to mask whatever stands out. `absent_share` of them fit nothing in the picture. If the first expression has an opposite kind, the
    second is drawn from that kind (see OPPOSITE)."""
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
    """Returns a Batch of `count` pictures with up to `expressions` expressions."""
    examples, drawn = [], []
    while not drawn:  # pictures may have no expressions
        examples = [source.example(random) for _ in range(count)]
        drawn = draw_expressions(examples, expressions, absent_share, random)
    height, width = padded(source.height), padded(source.width)
    maps = lambda arrays, value: torch.from_numpy(pad_maps(np.stack(arrays), height, width, value))
    of, texts, masks = zip(*drawn)
    return Batch(
        pad_image(torch.cat([example.pixels for example in examples])), maps([example.depth for example in examples], 0),
        maps([example.label for example in examples], IGNORE).long(), torch.tensor(of), rows_of(texts), maps(masks, IGNORE).long(), source.few,
    )


def expressions_of(pictures, share):
    """Returns how many expressions a step draws for this many pictures; `share`: per picture."""
    return max(1, round(pictures * share))


class Mixture:
    """Draws what a training step sees: pictures of one set of scenes and, with `--data`, of NYU."""

    def __init__(self, settings, random):
        self.settings, self.random = settings, random
        self.scenes, self.shares = zip(*scene_sources(settings))
        self.nyu = Nyu(settings, photos.nyu_split(settings)[0]) if settings.data else None

    def step(self):
        """Returns [(Batch, its share of the step's pictures)]."""
        settings, scenes = self.settings, self.scenes[self.random.choice(len(self.scenes), p=self.shares)]
        wanted = [(scenes, settings.scene_images, settings.scene_expressions)]
        if self.nyu:
            wanted.append((self.nyu, settings.nyu_images, settings.nyu_expressions))
        total = sum(count for _, count, _ in wanted)
        batch = lambda source, count, said: draw_batch(source, count, expressions_of(count, said), settings.absent_share, self.random)
        return [(batch(source, count, said), count / total) for source, count, said in wanted]
