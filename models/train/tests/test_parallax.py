import unittest

import numpy as np

from components import STEP
from nyu_rooms import Room
from parallax import INSIDE, MOST, moved
from views import CENTRE, FOCAL, HEIGHT, WIDTH


class Steps:
    """A random generator that always returns this step (sideways, down, forward), in units of parallax.MOST."""

    def __init__(self, *step):
        self.step = np.array(step, float)

    def uniform(self, low, high, size):
        return self.step


def room(depth):
    labels = np.arange(WIDTH) // 40 % 8 + np.zeros((HEIGHT, 1), int)  # eight upright bands
    rgb = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3))
    return Room(rgb.astype(np.uint8), depth.astype(np.float32), labels.astype(np.uint8), (labels[::STEP, ::STEP] + 1).astype(np.uint8))


WALL = np.full((HEIGHT, WIDTH), 3.0)


class Moved(unittest.TestCase):
    def test_no_step_changes_nothing(self):
        depth = WALL.copy()
        depth[:, :160] = 2.0
        before, after = room(depth), moved(room(depth), Steps(0, 0, 0))
        np.testing.assert_allclose(after.depth[INSIDE], before.depth[INSIDE], atol=1e-5)
        self.assertLessEqual(np.abs(after.rgb[INSIDE].astype(int) - before.rgb[INSIDE]).max(), 1)  # floats are truncated to bytes, not rounded
        np.testing.assert_array_equal(after.label[INSIDE], before.label[INSIDE])
        coarse = np.s_[4:-4, 4:-4]
        np.testing.assert_array_equal(after.component[coarse], before.component[coarse])

    def test_a_step_forward_brings_a_wall_nearer(self):
        after, step = moved(room(WALL), Steps(0, 0, 1)), 3 * MOST[2]
        np.testing.assert_allclose(after.depth, 3 - step, atol=1e-5)
        columns = np.arange(20, 300)
        shown = (columns + 0.5 - CENTRE[0]) * (3 - step) / 3 + CENTRE[0]
        sure = np.abs((shown + 20) % 40 - 20) > 2  # not near the edges of bands
        np.testing.assert_array_equal(after.label[120, columns][sure], (shown // 40)[sure])

    def test_a_step_to_the_right_moves_things_to_the_left(self):
        after, shift = moved(room(WALL), Steps(1, 0, 0)), FOCAL * 3 * MOST[0] / 3
        columns = np.arange(10, 240)
        shown = columns + 0.5 + shift
        sure = np.abs((shown + 20) % 40 - 20) > 2
        np.testing.assert_array_equal(after.label[120, columns][sure], (shown // 40)[sure])
        hidden = np.arange(WIDTH) + shift > WIDTH
        self.assertTrue((after.depth[:, hidden] == 0).all())
        self.assertTrue((after.label[:, hidden] == 255).all())
        self.assertTrue((after.component[:, hidden[::STEP]] == 0).all())

    def test_uncovered_background_is_unknown(self):
        depth = WALL.copy()
        depth[:, :160] = 1.5
        near, far = (FOCAL * np.median(depth) * MOST[0] / z for z in (1.5, 3.0))
        gap = slice(int(160 - near) + 3, int(160 - far) - 3)
        after = moved(room(depth), Steps(1, 0, 0))
        self.assertGreater(gap.stop - gap.start, 10)
        self.assertTrue((after.depth[20:-20, gap] == 0).all())
        self.assertTrue((after.label[20:-20, gap] == 255).all())


if __name__ == "__main__":
    unittest.main()
