import unittest

import numpy as np

from sizes import head_grid
from views import CENTRE, FOCAL, FRAME, HEIGHT, WIDTH, View, unframed

RGB = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
DEPTH = np.random.default_rng(1).uniform(1, 9, (HEIGHT, WIDTH))
ROWS, COLUMNS = head_grid(256)[:120], head_grid(WIDTH)


def picture(view, rgb=RGB):
    return np.round(view.photo(rgb)[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)


class Views(unittest.TestCase):
    def test_copy_0_is_the_photo_with_its_depth(self):
        view = View(np.random.default_rng(2), 0)
        np.testing.assert_array_equal(picture(view), RGB)
        y, x, factor, seen = view.maps()
        self.assertTrue(seen.all())
        np.testing.assert_allclose(DEPTH[y, x] * factor, DEPTH[np.ix_(ROWS, COLUMNS)], rtol=1e-12)

    def test_copy_1_is_the_mirror_image(self):
        view = View(np.random.default_rng(2), 1)
        self.assertTrue(view.mirrored)
        np.testing.assert_array_equal(picture(view), RGB[:, ::-1])
        np.testing.assert_array_equal(picture(view, picture(view)), RGB)
        y, x, factor, seen = view.maps()
        self.assertTrue(seen.all())
        np.testing.assert_allclose(DEPTH[y, x] * factor, DEPTH[:, ::-1][np.ix_(ROWS, COLUMNS)], rtol=1e-12)

    def test_a_turned_camera_keeps_distances(self):
        for seed in range(20):
            view = View(np.random.default_rng(seed), 2 + seed)
            x, y, factor = view.look(np.arange(0, WIDTH, 40), np.arange(0, HEIGHT, 40))
            photo = np.sqrt(((x - CENTRE[0]) / FOCAL) ** 2 + ((y - CENTRE[1]) / FOCAL) ** 2 + 1)  # distance of a point at depth 1 in the photo
            columns = np.arange(0, WIDTH, 40)
            columns = WIDTH - 1 - columns if view.mirrored else columns
            across = (view.left + (columns + 0.5) / view.zoom - CENTRE[0]) / FOCAL
            down = (view.top + (np.arange(0, HEIGHT, 40) + 0.5) / view.zoom - CENTRE[1]) / FOCAL
            own = factor * view.zoom * np.sqrt(across[None] ** 2 + down[:, None] ** 2 + 1)
            np.testing.assert_allclose(own, photo, rtol=1e-9)

    def test_a_longer_lens_brings_things_nearer(self):
        view = View(np.random.default_rng(3), 2)
        view.zoom, view.turn = 1.25, np.eye(3)
        self.assertAlmostEqual(view.look(np.array([160]), np.array([120]))[2].item(), 0.8)

    def test_points_outside_the_photo_are_not_seen(self):
        view = View(np.random.default_rng(3), 2)
        view.zoom, view.left, view.top, view.turn, view.frame = 0.8, -40.0, -30.0, np.eye(3), 0
        _, _, _, seen = view.maps()
        x, y = -40 + (COLUMNS + 0.5) / 0.8, -30 + (ROWS + 0.5) / 0.8
        np.testing.assert_array_equal(seen, ((y >= 0) & (y < HEIGHT))[:, None] & ((x >= 0) & (x < WIDTH))[None])

    def test_unframed_keeps_the_inside_and_reflects_it_outwards(self):
        image = unframed(RGB[None])[0]
        inside = np.s_[FRAME : HEIGHT - FRAME, FRAME : WIDTH - FRAME]
        np.testing.assert_array_equal(image[inside], RGB[inside])
        np.testing.assert_array_equal(image[FRAME:-FRAME, FRAME - 1], RGB[FRAME:-FRAME, FRAME])
        np.testing.assert_array_equal(image[FRAME:-FRAME, 0], RGB[FRAME:-FRAME, 2 * FRAME - 1])
        np.testing.assert_array_equal(image[FRAME:-FRAME, -1], RGB[FRAME:-FRAME, -2 * FRAME])


if __name__ == "__main__":
    unittest.main()
