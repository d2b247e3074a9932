import unittest

import numpy as np

from classes import ALIASES, NYU_TO_CLASS, NYU_WORDS
from grammar import everyday, expressions, grammar_words, mirror_words, ordinals, relations
from scene import SHELL_OBJECT
from tokenizer import END, MAX_TOKENS, ROW, START, VOCABULARY, WORDS, end_position, tokenize


def thing(identity, name, colour, x, depth=3.0, pixels=1000, volume=1.0, position=(0, 0, 0)):
    return {"id": identity, "class": name, "colour": colour, "pixels": pixels, "x": x, "y": 0.5, "depth": depth, "volume": volume, "on": -1,
            "position": np.array(position, float)}


CHAIRS = [thing(1, "chair", "red", 0.2, 2.0), thing(2, "chair", "blue", 0.8, 4.0), thing(3, "table", "brown", 0.5, position=(9, 9, 0))]


def everything(seen, kind, tries=60):
    """Returns {text: objects} of all expressions of a kind that the grammar draws for a room with `tries` seeds."""
    identities = np.full((256, 256), SHELL_OBJECT["floor"], np.uint8)
    found = [e for seed in range(tries) for e in expressions(np.random.default_rng(seed), seen, identities)]
    return {e["text"]: e["objects"] for e in found if e["kind"] == kind}


class Mirror(unittest.TestCase):
    def test_sides_are_swapped(self):
        self.assertEqual(mirror_words("the leftmost chair left of the right lamp"), "the rightmost chair right of the left lamp")
        self.assertEqual(mirror_words("second box from the left"), "second box from the right")

    def test_mirroring_twice_restores_the_text(self):
        for kind in ("left", "right", "near", "colour", "group"):
            for text in everything(CHAIRS, kind):
                self.assertEqual(mirror_words(mirror_words(text)), text)

    def test_mirrored_rooms_have_mirrored_expressions(self):
        mirrored = [each | {"x": 1 - each["x"]} for each in CHAIRS]
        self.assertEqual({mirror_words(text): objects for text, objects in everything(CHAIRS, "left").items()}, everything(mirrored, "right"))


class Expressions(unittest.TestCase):
    def test_each_fits_one_thing(self):
        self.assertEqual(set(map(tuple, everything(CHAIRS, "left").values())), {(1,)})
        self.assertEqual(set(map(tuple, everything(CHAIRS, "far").values())), {(2,)})
        for text, objects in everything(CHAIRS, "colour").items():
            worn = ["red", "blue", "brown"]  # colours of CHAIRS, in this order
            self.assertEqual(objects, [worn.index(next(word for word in text.split() if word in worn)) + 1], text)

    def test_several_things_of_a_class_are_named_as_a_group_only(self):
        self.assertEqual(set(map(tuple, everything(CHAIRS, "class").values())), {(3,)})
        self.assertEqual(everything(CHAIRS, "group"), {"chairs": [1, 2], "the chairs": [1, 2], "all the chairs": [1, 2]})
        self.assertEqual(set(map(tuple, everything(CHAIRS, "shell").values())), {(SHELL_OBJECT["floor"],)})

    def test_small_differences_give_no_relations(self):
        self.assertEqual(relations(thing(1, "chair", "red", 0.5, 3.0), [thing(2, "chair", "red", 0.53, 3.3)]), [])

    def test_ordinals_count_from_the_nearer_side(self):
        row = [thing(i, "box", "red", x) for i, x in ((1, 0.9), (2, 0.1), (3, 0.4), (4, 0.65))]
        said = {each["id"]: text for each, text in ordinals(np.random.default_rng(0), row, lambda: "box")}
        self.assertEqual(sorted(said), [1, 2, 3, 4])
        for identity, (rank, side) in {2: ("first", "left"), 3: ("second", "left"), 4: ("second", "right"), 1: ("first", "right")}.items():
            self.assertIn(f"{rank} box", said[identity])
            self.assertTrue(said[identity].endswith(side), said[identity])

    def test_everyday_wording_varies_article_colour_and_noun(self):
        said = {everyday(np.random.default_rng(seed), {"kind": "class", "text": "the gray rug", "objects": [4]})["text"] for seed in range(300)}
        self.assertEqual(said, {f"{article} {colour} {noun}" for article in ("the", "a") for colour in ("gray", "grey") for noun in ("rug", "mat")})


class Tokens(unittest.TestCase):
    def test_start_pieces_end(self):
        rows = tokenize("The  red chair")
        pieces = [ROW[piece] for word in ("the", "red", "chair") for piece in WORDS[word]]
        self.assertEqual(rows.tolist(), [ROW[START], *pieces] + [ROW[END]] * (MAX_TOKENS - 1 - len(pieces)))
        self.assertEqual(end_position(rows), 1 + len(pieces))

    def test_unknown_words_share_row_0(self):
        self.assertEqual(tokenize("quokka chair")[1], 0)
        self.assertEqual(VOCABULARY[0], -1)

    def test_long_text_is_cut_before_the_end_token(self):
        rows = tokenize("red " * 100)
        self.assertEqual((len(rows), rows[-1], end_position(rows)), (MAX_TOKENS, ROW[END], MAX_TOKENS - 1))

    def test_the_grammar_and_aliases_have_no_unknown_words(self):
        unknown = [word for word in grammar_words([*NYU_TO_CLASS, *NYU_WORDS]) if 0 in tokenize(word)]
        self.assertEqual(unknown, [])
        self.assertEqual([word for word in ALIASES.values() if 0 in tokenize(word)], [])


if __name__ == "__main__":
    unittest.main()
