import unittest

import numpy as np

from classes import IGNORE
from evaluate import DepthScore, ReferScore, SegmentScore, pick_expressions


class Depth(unittest.TestCase):
    def test_figures(self):
        score = DepthScore()
        predicted = np.array([[[1.0, 2.0], [4.0, 9.0]], [[3.0, 3.0], [3.0, 3.0]]])
        truth = np.array([[[2.0, 2.0], [2.0, 0.0]], [[3.0, 10.0], [2.5, 3.0]]])
        score.add(predicted, truth)  # errors −1, 0, 2 (truth 0: unknown) and 0, 0.5, 0 (truth 10: too far)
        found = score.result()
        self.assertEqual(found["images"], 2)
        self.assertAlmostEqual(found["rmse"], (np.sqrt(5 / 3) + np.sqrt(0.25 / 3)) / 2)
        self.assertAlmostEqual(found["delta1"], (1 / 3 + 1) / 2)
        self.assertAlmostEqual(found["absRel"], ((0.5 + 0 + 1) / 3 + 0.2 / 3) / 2)
        self.assertAlmostEqual(found["bias"], (1 / 3 + 0.5 / 3) / 2)


class Segment(unittest.TestCase):
    def test_figures(self):
        score = SegmentScore()
        score.add(np.array([[0, 0, 1, 1]]), np.array([[0, 0, 0, 1]], np.uint8))
        score.add(np.array([[2, 1, 5]]), np.array([[1, 1, IGNORE]], np.uint8))
        # IoU: wall 2/3, floor 2/4; the ceiling is predicted once, but the truth has none
        found = score.result()
        self.assertEqual((found["classes"], found["iou"]), (2, {"wall": 0.667, "floor": 0.5}))
        self.assertAlmostEqual(found["mIoU"], (2 / 3 + 2 / 4) / 2)
        self.assertAlmostEqual(found["accuracy"], 4 / 6)


class Refer(unittest.TestCase):
    def test_figures(self):
        score, mask = ReferScore(), lambda pixels: np.arange(10) < pixels
        score.add("left", mask(4), mask(8))  # 4 of 8
        score.add("left", mask(6), mask(5))  # 5 of 6
        score.add("shell", mask(0), mask(2))  # 0 of 2
        found = score.result()
        self.assertEqual((found["oIoU"], found["mIoU"], found["count"]), (round(9 / 16, 3), round((1 / 2 + 5 / 6) / 3, 3), 3))
        self.assertAlmostEqual(found["P@0.5"], 2 / 3)  # one half counts, as in src/eval/refer.ts
        self.assertEqual(found["objects only"], {"oIoU": round(9 / 14, 3), "mIoU": round((1 / 2 + 5 / 6) / 2, 3), "count": 2})
        self.assertEqual(found["kinds"]["shell"], {"oIoU": 0.0, "mIoU": 0.0, "count": 1})

    def test_surfaces_only_give_no_figures_of_objects(self):
        score = ReferScore()
        score.add("shell", np.ones(4, bool), np.ones(4, bool))
        self.assertIsNone(score.result()["objects only"])


class Picked(unittest.TestCase):
    def test_the_choice_is_repeatable_and_has_acceptable_expressions_only(self):
        everything = [{"expressions": [{"text": f"{i} {k}"} for k in range(6)]} for i in range(4)]
        pick = lambda: pick_expressions(everything, 2, lambda i, e: not e["text"].endswith("3"))
        self.assertEqual(pick(), pick())
        self.assertEqual([i for i, _ in pick()], [0, 0, 1, 1, 2, 2, 3, 3])
        self.assertFalse([e for _, e in pick() if e["text"].endswith("3")])


if __name__ == "__main__":
    unittest.main()
