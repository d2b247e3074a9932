"""Tests that splicing, pasting and painting change pictures, labels and expressions consistently."""

import unittest

import numpy as np
import torch

from absent import VIVID, colours_near
from augment import CELL, SPLICE_AT, SPLICE_CHANCE, spliced
from classes import COLOUR_NAMES, COLOURS
from components import MAX_COMPONENTS, STEP
from nyu_rooms import Room
from paste import FRAME, GROWTH, IN_SIGHT, UNCERTAIN, furnished, movable, paste
from tint import tinted
from views import CENTRE, HEIGHT, WIDTH

NAMES = ["wall", "chair", "lamp", "window", "sofa"]
WALL, CHAIR, LAMP, WINDOW, SOFA = range(5)


def room(*things, seed=0, far=4.0):
    """Returns a room with a wall (component 1) and things (components 2, 3, …): (label, rows, columns, metres), rows and columns in pixels."""
    rgb = np.random.default_rng(seed).integers(60, 200, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    depth, label = np.full((HEIGHT, WIDTH), far, np.float32), np.full((HEIGHT, WIDTH), WALL, np.uint8)
    component = np.ones((HEIGHT // STEP, WIDTH // STEP), np.uint8)
    for identity, (name, rows, columns, metres) in enumerate(things, 2):
        where = slice(*rows), slice(*columns)
        depth[where], label[where] = metres, name
        component[tuple(slice(each.start // STEP, each.stop // STEP) for each in where)] = identity
    return Room(rgb, depth, label, component)


class Draws:
    """A random generator that returns given numbers."""

    def __init__(self, growth, at, mirrored=False):
        self.numbers, self.mirrored = iter((growth, at)), mirrored

    def uniform(self, low, high):
        return next(self.numbers)

    def random(self):
        return 0.0 if self.mirrored else 1.0


class Spliced(unittest.TestCase):
    HEIGHT, WIDTH, PICTURES = 3, 40, 400

    def setUp(self):
        """Encodes the picture and the column in every cell of a latent and every point of its map."""
        value = 1000 * torch.arange(self.PICTURES)[:, None, None] + torch.arange(self.WIDTH)
        latents = value.expand(-1, self.HEIGHT, -1)[:, None].repeat(1, 4, 1, 1).float()
        maps = latents[:, 0].repeat_interleave(CELL, 1).repeat_interleave(CELL, 2)
        self.before = latents.clone(), maps.clone()
        self.found = spliced(latents, maps, np.random.default_rng(0))
        self.assertTrue(torch.equal(latents, self.before[0]) and torch.equal(maps, self.before[1]))

    def test_maps_are_cut_where_latents_are(self):
        latents, maps = self.found
        for channel in range(4):
            self.assertTrue(torch.equal(maps, latents[:, channel].repeat_interleave(CELL, 1).repeat_interleave(CELL, 2)))

    def test_one_side_comes_from_the_same_columns_of_another_picture(self):
        picture, column = self.found[0][:, 0] // 1000, self.found[0][:, 0] % 1000
        self.assertTrue(torch.equal(column, torch.arange(self.WIDTH).expand_as(column).float()))
        foreign = (picture != torch.arange(self.PICTURES)[:, None, None])[:, 0]
        changed = foreign.any(1)
        self.assertAlmostEqual(changed.float().mean().item(), SPLICE_CHANCE, delta=0.06)
        share = foreign[changed].float().mean(1)
        self.assertGreaterEqual(share.min(), SPLICE_AT[0] - 1 / self.WIDTH)
        self.assertLessEqual(share.max(), SPLICE_AT[1])
        self.assertGreater(share.std(), 0.1)
        left_of = torch.arange(self.WIDTH) < foreign.sum(1, keepdim=True)
        self.assertTrue(torch.equal(foreign, left_of))


class Movable(unittest.TestCase):
    def test_only_whole_furniture_is_movable(self):
        edge = FRAME // STEP * STEP
        things = {
            "whole": (CHAIR, (100, 160), (40, 80), 2.0),
            "on the lower edge": (LAMP, (160, HEIGHT), (100, 140), 2.0),
            "built in": (WINDOW, (40, 100), (100, 160), 3.9),
            "a speck": (CHAIR, (20, 30), (40, 50), 2.0),
            "cut at the left": (CHAIR, (100, 160), (edge - STEP, 36), 2.0),
            "cut at the right": (CHAIR, (100, 160), (280, WIDTH), 2.0),
            "cut at the top": (LAMP, (0, 40), (180, 240), 2.0),
        }
        found = movable(room(*things.values()), NAMES)
        self.assertEqual([list(things)[identity - 2] for identity in found], ["whole", "on the lower edge"])
        self.assertEqual(movable(room((SOFA, (40, 230), (20, 300), 2.0)), NAMES), [])  # as large as the room


class Paste(unittest.TestCase):
    other = room((CHAIR, (100, 160), (40, 80), 2.0), seed=1)

    def pasted(self, into, growth=1.0, at=200.0, mirrored=False):
        return paste(into, self.other, 2, Draws(growth, at, mirrored))

    def test_a_thing_moves_with_its_depth_its_label_and_its_colours(self):
        into, before = room(), room()
        self.assertTrue(self.pasted(into, at=219.5))  # its middle, column 59.5, goes to 219.5
        rows, columns = slice(100, 160), slice(200, 240)
        new = np.zeros((HEIGHT, WIDTH), bool)
        new[rows, columns] = True
        np.testing.assert_array_equal(into.depth, np.where(new, 2.0, before.depth))
        np.testing.assert_array_equal(into.label, np.where(new, CHAIR, before.label))
        np.testing.assert_array_equal(into.component, np.where(new[::STEP, ::STEP], 2, before.component))
        np.testing.assert_array_equal(into.rgb[rows, columns], self.other.rgb[100:160, 40:80])
        np.testing.assert_array_equal(into.rgb[~new], before.rgb[~new])

    def test_a_mirrored_thing_keeps_its_colours(self):
        into = room()
        self.assertTrue(self.pasted(into, at=219.5, mirrored=True))
        columns = np.flatnonzero((into.label == CHAIR).any(0))
        self.assertEqual(len(columns), 40)
        np.testing.assert_array_equal(into.rgb[100:160, columns], self.other.rgb[100:160, 40:80][:, ::-1])

    def test_a_larger_thing_is_nearer_and_stands_on_the_same_floor(self):
        for growth in GROWTH:
            with self.subTest(growth):
                into = room()
                self.assertTrue(self.pasted(into, growth))
                rows, columns = (np.flatnonzero((into.label == CHAIR).any(axis)) for axis in (1, 0))
                self.assertAlmostEqual(len(rows), growth * 60, delta=1)
                self.assertAlmostEqual(len(columns), growth * 40, delta=1)
                self.assertAlmostEqual(rows[-1] + 1 - CENTRE[1], growth * (160 - CENTRE[1]), delta=1)
                np.testing.assert_allclose(into.depth[into.label == CHAIR], 2.0 / growth, rtol=1e-6)

    def test_nearer_things_occlude_it(self):
        into = room((SOFA, (80, 200), (180, 215), 1.0))
        self.assertTrue(self.pasted(into, at=219.5))
        self.assertTrue((into.label[80:200, 180:215] == SOFA).all())
        self.assertTrue((into.label[100:160, 215:240] == CHAIR).all())

    def test_a_thing_that_would_hardly_be_visible_is_not_pasted(self):
        hidden = int(40 * (1 - IN_SIGHT)) + 2
        for into in (room((SOFA, (80, 200), (180, 200 + hidden), 1.0)), room(far=2.0 - 1.1 * UNCERTAIN)):
            before = into.copy()
            self.assertFalse(self.pasted(into, at=219.5))
            for name in ("rgb", "depth", "label", "component"):
                np.testing.assert_array_equal(getattr(into, name), getattr(before, name))

    def test_pixels_of_its_component_with_another_label_or_no_depth_are_not_copied(self):
        other = room((CHAIR, (100, 160), (40, 80), 2.0), seed=1)
        other.label[101, 41], other.depth[103, 43] = WALL, 0  # between the pixels on which components are computed
        into = room()
        self.assertTrue(paste(into, other, 2, Draws(1.0, 219.5)))
        self.assertEqual([(into.label[at], into.depth[at]) for at in ((101, 201), (103, 203))], [(WALL, 4.0)] * 2)

    def test_a_furnished_room_is_a_copy(self):
        into, before = room(), room()
        found = [furnished(into, lambda: self.other, NAMES, np.random.default_rng(seed)) for seed in range(8)]
        np.testing.assert_array_equal(into.depth, before.depth)
        np.testing.assert_array_equal(into.rgb, before.rgb)
        self.assertTrue(any((each.label == CHAIR).any() for each in found))
        for each in found:  # every pasted thing is a new component with its own label
            chairs = each.component[each.coarse_label == CHAIR]
            self.assertFalse((chairs == 1).any())
            self.assertLessEqual(each.component.max(), MAX_COMPONENTS)


def nearest_hue(colour):
    """Returns the vivid colour with the nearest hue."""
    direction = lambda each: (each - each.mean()) / np.linalg.norm(each - each.mean())
    return max(VIVID, key=lambda name: direction(colour) @ direction(np.array(COLOURS[name])))


class Tinted(unittest.TestCase):
    """Two chairs and a lamp, gray and textured."""

    def setUp(self):
        self.room = room((CHAIR, (100, 180), (20, 90), 2.0), (CHAIR, (100, 180), (120, 190), 2.0), (LAMP, (60, 120), (220, 260), 2.0))
        self.room.rgb[:] = self.room.rgb.mean(2, keepdims=True).astype(np.uint8)
        self.drawn = [tinted(self.room, self.room.things(NAMES), np.random.default_rng(seed)) for seed in range(60)]

    def colour_of(self, text):
        return next(word for word in text.split() if word in COLOURS)

    def test_colour_words_match_the_pixels_of_their_things(self):
        said = set()
        for painted, true, _ in self.drawn:
            for expression in true:
                colour = self.colour_of(expression["text"])
                said.add(colour)
                pixels = painted.rgb[painted.mask(expression["objects"])].reshape(-1, 3) / 255
                mean = pixels.mean(0)
                if colour in VIVID:
                    self.assertIn(nearest_hue(mean), colours_near({colour}), expression["text"])
                    self.assertGreater(np.ptp(mean), 0.2, expression["text"])
                elif colour != "brown":
                    self.assertLess(np.ptp(mean), 0.1, expression["text"])
        self.assertEqual(said, set(COLOUR_NAMES))

    def test_white_is_lighter_than_gray_and_gray_than_black(self):
        brightness = {"white": [], "gray": [], "black": []}
        for painted, true, _ in self.drawn:
            for expression in true:
                colour = self.colour_of(expression["text"])
                if colour in brightness:
                    brightness[colour].append(painted.rgb[painted.mask(expression["objects"])].mean() / 255)
        self.assertGreater(min(brightness["white"]), max(brightness["gray"]))
        self.assertGreater(min(brightness["gray"]), max(brightness["black"]))

    def test_expressions_name_the_things_with_the_colour_and_no_others(self):
        groups = {(2, 3): "chair", (4,): "lamp"}
        for painted, true, absent in self.drawn:
            changed = {i for i in (1, 2, 3, 4) if (painted.rgb != self.room.rgb)[painted.mask([i])].any()}
            self.assertIn(tuple(sorted(changed)), groups)  # the wall is never painted
            word = groups[tuple(sorted(changed))]
            colours = {}
            for expression in true:
                self.assertEqual(len(expression["objects"]), 1)
                self.assertLessEqual(set(expression["objects"]), changed)
                colours.setdefault(self.colour_of(expression["text"]), set()).update(expression["objects"])
                self.assertEqual(word in expression["text"].split(), expression["kind"] == "colour")
            self.assertTrue(all(len(objects) == 1 for objects in colours.values()), true)
            for expression in absent:
                self.assertEqual(expression["objects"], [])
                self.assertIn(word, expression["text"].split())
                self.assertFalse(colours_near(colours) & {self.colour_of(expression["text"])}, (true, expression))

    def test_things_of_one_word_are_told_apart_by_their_colours(self):
        chairs = [true for painted, true, _ in self.drawn if (painted.rgb != self.room.rgb)[painted.mask([2])].any()]
        self.assertTrue(chairs)
        for true in chairs:
            self.assertEqual({e["objects"][0] for e in true if e["kind"] == "colour"}, {2, 3})

    def test_a_colour_alone_is_named_only_if_no_other_thing_has_it(self):
        self.assertTrue(any(e["kind"] == "colour only" for _, true, _ in self.drawn for e in true))
        self.room.rgb[:50] = (np.array(COLOURS["blue"]) * 255).astype(np.uint8)
        for seed in range(60):
            _, true, _ = tinted(self.room, self.room.things(NAMES), np.random.default_rng(seed))
            alone = {self.colour_of(e["text"]) for e in true if e["kind"] == "colour only"}
            self.assertFalse(alone & {"blue", "purple"}, true)

    def test_the_original_room_is_unchanged_and_the_copy_keeps_its_light(self):
        before = self.room.rgb.copy()
        contrast = lambda rgb: rgb.mean(1).std() / rgb.mean()
        for painted, true, _ in self.drawn:
            np.testing.assert_array_equal(self.room.rgb, before)
            np.testing.assert_array_equal(painted.depth, self.room.depth)
            for expression in true:
                if self.colour_of(expression["text"]) in VIVID:
                    thing = painted.mask(expression["objects"])
                    old, new = self.room.rgb[thing], painted.rgb[thing]
                    self.assertGreater(np.corrcoef(old.mean(1), new.mean(1))[0, 1], 0.9)
                    self.assertGreater(contrast(new), 0.7 * contrast(old))

    def test_without_furniture_nothing_is_painted(self):
        bare = room((WINDOW, (40, 100), (100, 160), 3.9))
        self.assertIsNone(tinted(bare, bare.things(NAMES), np.random.default_rng(0)))


if __name__ == "__main__":
    unittest.main()
