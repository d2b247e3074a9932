import unittest

import numpy as np

from components import SMALL, TARGET, connected_components, describe, nyu_expressions

NAMES = ["wall", "chair", "other prop"]


class Components(unittest.TestCase):
    def setUp(self):
        self.labels = np.zeros((6, 8), np.uint8)
        self.labels[2:5, 1:3] = self.labels[2:5, 3:7] = 1  # two chairs that touch each other in the picture
        self.labels[5, 7] = 2
        self.labels[0, :2] = 255
        self.depth = np.full((6, 8), 4.0, np.float32)
        self.depth[2:5, 1:3] = 2.0
        self.depth[2:5, 3:7] = 3.0

    def test_cut_where_label_or_depth_changes(self):
        found = connected_components(self.labels, self.depth)
        self.assertEqual(len(np.unique(found[self.labels == 1])), 2)
        self.assertEqual(len(np.unique(found[2:5, 1:3])), 1)
        self.depth[2:5, 1:3] = 2.9
        self.assertEqual(len(np.unique(connected_components(self.labels, self.depth)[self.labels == 1])), 1)

    def test_ids_start_with_the_largest_component_and_are_0_where_ignored(self):
        found = connected_components(self.labels, self.depth)
        self.assertTrue((found[self.labels == 255] == 0).all())
        self.assertTrue((found[self.labels != 255] > 0).all())
        self.assertEqual(np.bincount(found.ravel()).tolist(), [2, 48 - 2 - 18 - 1, 12, 6, 1])

    def test_diagonal_neighbours_are_not_connected(self):
        labels = np.array([[1, 0], [0, 1]], np.uint8)
        self.assertEqual(len(np.unique(connected_components(labels, np.ones((2, 2), np.float32)))), 4)

    def test_records_of_components(self):
        things = describe(connected_components(self.labels, self.depth), self.labels, self.depth, NAMES)
        self.assertEqual([(t["name"], t["pixels"], t["depth"]) for t in things], [("wall", 27, 4.0), ("chair", 12, 3.0), ("chair", 6, 2.0)])
        self.assertAlmostEqual(things[1]["x"], 4.5 / 8)
        self.assertAlmostEqual(things[1]["y"], 3 / 6)


class RoomsExpressions(unittest.TestCase):
    def said(self, things):
        return [e for seed in range(40) for e in nyu_expressions(np.random.default_rng(seed), things)]

    def thing(self, identity, name, pixels, x=0.5, depth=3.0):
        return {"id": identity, "name": name, "pixels": pixels, "x": x, "y": 0.5, "depth": depth}

    def test_a_single_thing_is_named_and_includes_its_specks(self):
        said = [e for e in self.said([self.thing(1, "lamp", 900), self.thing(2, "lamp", 5)]) if "lamp" in e["text"]]
        self.assertEqual({(e["kind"], tuple(e["objects"])) for e in said}, {("class", (1, 2))})

    def test_several_are_told_apart(self):
        said = self.said([self.thing(1, "lamp", 900, 0.2), self.thing(2, "lamp", 800, 0.8), self.thing(3, "lamp", SMALL - 1, 0.5)])
        self.assertEqual({tuple(e["objects"]) for e in said if e["kind"] == "left"}, {(1,)})
        self.assertEqual({tuple(e["objects"]) for e in said if e["kind"] == "group"}, {(1, 2, 3)})
        self.assertFalse([e for e in said if e["kind"] == "class"])

    def test_things_below_the_limit_are_no_targets(self):
        self.assertEqual(self.said([self.thing(1, "lamp", TARGET - 1)]), [])

    def test_a_class_name_denotes_the_labels_merged_into_it(self):
        said = self.said([self.thing(1, "desk", 900)])
        self.assertEqual({e["text"].removeprefix("the ") for e in said}, {"desk", "table"})


if __name__ == "__main__":
    unittest.main()
