import math
import unittest
from dataclasses import replace

import torch
from torch.nn import functional as F

from classes import CLASSES, IGNORE
from config import Settings
from finetune import class_dice, depth_loss, dice, refer_loss, segment_loss

SETTINGS = Settings("run")
SURE = 30.0  # logit of a certain answer
SIDE = 32  # side of the heads' grid; the maps have a quarter and an eighth of it


def generator():
    return torch.Generator().manual_seed(1)


class Depth(unittest.TestCase):
    silog = replace(SETTINGS, depth_metres_weight=0.0)
    metres = replace(SETTINGS, depth_metres_weight=1.0)

    def setUp(self):
        self.truth = 1 + 5 * torch.rand((2, 8, 8), generator=generator())

    def loss(self, predicted, truth, settings=silog):
        return depth_loss(predicted[:, None], truth, settings).item()

    def test_the_truth_costs_nothing(self):
        self.assertLess(self.loss(self.truth, self.truth, SETTINGS), 0.01)

    def test_lambda_reduces_the_cost_of_an_error_of_scale(self):
        self.assertEqual(SETTINGS.silog_lambda, 0.3)
        for factor in (0.5, 1.25):
            self.assertAlmostEqual(self.loss(factor * self.truth, self.truth), abs(math.log(factor)) * math.sqrt(0.7), places=3)
            free = replace(self.silog, silog_lambda=1.0)
            self.assertLess(self.loss(factor * self.truth, self.truth, free), 1e-2)

    def test_errors_in_metres_are_rmse_per_picture(self):
        predicted = self.truth + torch.tensor([0.3, 0.5])[:, None, None]
        found = self.loss(predicted, self.truth, self.metres) - self.loss(predicted, self.truth)
        self.assertAlmostEqual(found, (0.3 + 0.5) / 2, places=3)

    def test_pixels_without_depth_change_nothing(self):
        self.truth[:, :3] = 0
        predicted = 1.1 * self.truth.where(self.truth > 0, 3)
        other = predicted.where(self.truth > 0, 9)
        self.assertEqual(self.loss(other, self.truth, SETTINGS), self.loss(predicted, self.truth, SETTINGS))

    def test_a_picture_with_less_known_depth_counts_as_much(self):
        predicted = self.truth * torch.tensor([1.0, 2.0])[:, None, None]
        found = self.loss(predicted, self.truth)
        self.truth[1, 1:] = 0
        self.assertAlmostEqual(self.loss(predicted, self.truth), found, places=5)

    def test_a_picture_without_any_depth_has_a_zero_gradient(self):
        self.truth[0] = 0
        predicted = torch.full((2, 1, 8, 8), 3.0, requires_grad=True)
        depth_loss(predicted, self.truth, SETTINGS).backward()
        self.assertTrue(predicted.grad.isfinite().all())
        self.assertEqual(predicted.grad[0].abs().max(), 0)


class Refer(unittest.TestCase):
    """The target is the left half of each of two pictures; the last rows are padding."""

    def setUp(self):
        self.mask = torch.zeros((2, SIDE, SIDE), dtype=torch.int64)
        self.mask[:, :, : SIDE // 2] = 1
        self.mask[:, 24:] = IGNORE
        inside = (self.mask == 1).float()
        self.logits = SURE * torch.stack([1 - inside, inside], 1)
        # Token 0 is the start token, tokens 1 and 2 are words.
        coarse = lambda factor: inside[:, ::factor, ::factor]
        self.maps = [torch.stack([1 - coarse(f), 0.5 * coarse(f), 0.5 * coarse(f)], 1) for f in (4, 8)]

    def loss(self, logits=None, maps=None, settings=SETTINGS):
        return refer_loss(self.logits if logits is None else logits, self.maps if maps is None else maps, self.mask, settings).item()

    def test_the_truth_costs_almost_nothing(self):
        self.assertLess(self.loss(), 0.06)  # not 0, as soft dice adds one to its denominator, which matters for maps of few cells
        self.assertGreater(self.loss(self.logits.flip(1)), 10)
        self.assertGreater(self.loss(maps=[each.flip(3) for each in self.maps]), 2)

    def test_padding_changes_nothing(self):
        logits, maps = self.logits.clone(), [each.clone() for each in self.maps]
        logits[:, :, 24:] = logits[:, :, 24:].flip(1)
        for each, rows in zip(maps, (6, 3)):
            each[:, 0, rows:] = 0  # the padding attends to the words
        self.assertEqual(self.loss(logits, maps), self.loss())

    def test_maps_of_the_coarsest_level_are_not_trained(self):
        self.assertEqual(self.loss(maps=[*self.maps, torch.rand((2, 3, 2, 2), generator=generator())]), self.loss())

    def test_a_missed_target_costs_more_than_a_false_one(self):
        alone = replace(SETTINGS, dice_weight=0.0, refer_map_weight=0.0)
        nowhere = torch.zeros_like(self.logits)
        nowhere[:, 0] = SURE
        self.assertGreater(self.loss(nowhere, settings=alone), 2 * self.loss(nowhere.flip(1), settings=alone))

    def test_dice_of_half_a_target(self):
        target = torch.zeros((1, 10, 10))
        target[0, :4] = 1  # 40 pixels; 20 of them are found, and 10 others
        found = torch.zeros((1, 10, 10))
        found[0, 2:5] = 1
        self.assertAlmostEqual(dice(found, target, torch.ones_like(target)).item(), 1 - 2 * 20 / (30 + 40 + 1), places=6)


class Segment(unittest.TestCase):
    weights = torch.ones(len(CLASSES))

    def setUp(self):
        labels = torch.randint(0, 5, (2, SIDE // 8, SIDE // 8), generator=generator())
        self.labels = labels.repeat_interleave(8, 1).repeat_interleave(8, 2)
        self.labels[:, 24:] = IGNORE
        chance = lambda ids: F.one_hot(ids.where(ids != IGNORE, 0), len(CLASSES)).permute(0, 3, 1, 2).float()
        self.logits, self.maps = SURE * chance(self.labels), [chance(self.labels[:, ::f, ::f]) for f in (4, 8)]

    def loss(self, logits, maps, weights=weights):
        return segment_loss(logits, maps, self.labels, weights, SETTINGS).item()

    def test_the_truth_costs_nothing(self):
        self.assertLess(self.loss(self.logits, self.maps), 1e-4)
        self.assertGreater(self.loss(self.logits.roll(1, 1), self.maps), 10)
        self.assertGreater(self.loss(self.logits, [each.roll(1, 1) for each in self.maps]), 1)

    def test_pixels_without_a_class_do_not_change_the_loss(self):
        logits, maps = self.logits.clone(), [each.clone() for each in self.maps]
        logits[:, :, 24:] = logits[:, :, 24:].roll(7, 1)
        for each, rows in zip(maps, (6, 3)):
            each[:, :, rows:] = each[:, :, rows:].roll(7, 1)
        self.assertEqual(self.loss(logits, maps), self.loss(self.logits, self.maps))

    def test_each_class_costs_its_weight(self):
        flat, even = torch.zeros_like(self.logits), [torch.full_like(each, 1 / len(CLASSES)) for each in self.maps]
        self.logits[0, :, :8, :8] = flat[0, :, :8, :8]  # one block is not recognised
        label = self.labels[0, 0, 0]
        heavy = self.weights.clone()
        heavy[label] = 4
        self.assertGreater(self.loss(self.logits, even, heavy), 1.2 * self.loss(self.logits, even))


class ClassDice(unittest.TestCase):
    def dice(self, predicted, labels):
        return class_dice(F.one_hot(torch.tensor(predicted), len(CLASSES)).float(), torch.tensor(labels)).item()

    def test_the_truth_costs_nothing(self):
        self.assertAlmostEqual(self.dice([0, 1, 1, 4], [0, 1, 1, 4]), 0)

    def test_a_rare_class_counts_as_much_as_a_common_one(self):
        labels = [0] * 9 + [1]
        self.assertAlmostEqual(self.dice([0] * 10, labels), (1 - 2 * 9 / (10 + 9) + 1) / 2, places=6)
        self.assertAlmostEqual(self.dice([1] * 10, labels), (1 - 2 * 1 / (10 + 1) + 1) / 2, places=6)

    def test_pixels_without_a_class_change_nothing(self):
        self.assertEqual(self.dice([0, 1, 2, 2], [0, 1, 1, IGNORE]), self.dice([0, 1, 2, 1], [0, 1, 1, IGNORE]))

    def test_classes_without_pixels_are_not_counted(self):
        self.assertAlmostEqual(self.dice([0, 0, 0, 3], [0, 0, 0, 0]), 1 - 2 * 3 / (3 + 4), places=6)


if __name__ == "__main__":
    unittest.main()
