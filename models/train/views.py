"""Virtual cameras on NYU's photos. The view of a camera that is turned about its centre, or has another lens, follows exactly from the photo and its
depth. Training sees NYU's few hundred rooms through a new one each time."""

import numpy as np
import torch

import photos
from sizes import head_grid, padded

WIDTH, HEIGHT = photos.NYU_SIZE
# Drawn evenly in its logarithm, hardly more often above 1 than below. As a lens cannot be recognised, the model assumes the average one: with zooms of
# up to 1.5, its depths for unchanged photos were 7 % too small.
ZOOM = (0.85, 1.25)
FOCAL, CENTRE = 518.86 / 2, (325.58 / 2, 253.74 / 2)  # of NYU's camera, in pixels at 320×240
FRAME = 6  # pixels; width of the white frame that only NYU's photos have
MAX_TURN = np.radians((7.0, 5.0, 5.0))  # largest yaw, pitch and roll of a virtual camera; more would leave too much of the view empty


def camera_turn(random):
    """Draws the rotation matrix [3, 3] of a camera turned about its centre."""
    yaw, pitch, roll = random.uniform(-MAX_TURN, MAX_TURN)
    cos, sin = np.cos, np.sin
    about_y = np.array([[cos(yaw), 0, sin(yaw)], [0, 1, 0], [-sin(yaw), 0, cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, cos(pitch), -sin(pitch)], [0, sin(pitch), cos(pitch)]])
    about_z = np.array([[cos(roll), -sin(roll), 0], [sin(roll), cos(roll), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


def folded(values, low, high):
    """Returns values with those outside low..high reflected at these limits."""
    along = (values - low) % (2 * (high - low))
    return low + np.minimum(along, 2 * (high - low) - along)


def unframed(images):
    """Returns photos [images, 240, 320, 3] with the white frame replaced by a reflection of the inside, because people's photos have no frame."""
    rows, columns = (folded(np.arange(side) + 0.5, FRAME, side - FRAME).astype(int) for side in (HEIGHT, WIDTH))
    return images[:, rows[:, None], columns]


class View:
    """A virtual camera on a NYU photo: mirrored if `copy` is odd, zoomed, turned and, in half of the cases, without the white frame. Copy 0 is the photo
    itself, copy 1 its mirror image."""

    def __init__(self, random, copy):
        self.mirrored, moved = copy % 2 == 1, copy > 1
        self.zoom = np.exp(random.uniform(*np.log(ZOOM))) if moved else 1.0
        self.left, self.top = random.random(2) * (1 - 1 / self.zoom) * photos.NYU_SIZE
        self.turn = camera_turn(random) if moved else np.eye(3)
        self.frame = FRAME * int(random.integers(2)) if moved else 0

    @classmethod
    def through(cls, zoom):
        """Returns the view through a lens of `zoom` times the focal length, about the middle of the photo and without its frame."""
        view = cls(np.random.default_rng(0), 0)
        view.zoom, view.frame = zoom, FRAME
        view.left, view.top = (side / 2 * (1 - 1 / zoom) for side in photos.NYU_SIZE)
        return view

    def look(self, columns, rows):
        """Returns x, y in the photo and the factor of the depth, all [rows, columns], for pixels of the view (columns and rows are 1-D)."""
        columns = WIDTH - 1 - columns if self.mirrored else columns
        x, y = np.meshgrid(self.left + (columns + 0.5) / self.zoom, self.top + (rows + 0.5) / self.zoom)
        rays = np.stack([(x - CENTRE[0]) / FOCAL, (y - CENTRE[1]) / FOCAL, np.ones_like(x)], -1) @ self.turn
        # A point at depth z in the photo is at depth z / rays_z along the turned axis; through a longer lens, objects look nearer.
        return (*(rays[..., i] / rays[..., 2] * FOCAL + CENTRE[i] for i in (0, 1)), 1 / (rays[..., 2] * self.zoom))

    def photo(self, rgb):
        """Returns the view as an image [1, 3, 240, 320] in 0..1; parts that the photo does not show are reflections of parts that it shows."""
        x, y, _ = self.look(np.arange(WIDTH), np.arange(HEIGHT))
        x, y = (folded(at, self.frame, side - self.frame) for at, side in ((x, WIDTH), (y, HEIGHT)))
        grid = torch.from_numpy(np.stack([x / WIDTH * 2 - 1, y / HEIGHT * 2 - 1], -1)).float()[None]
        image = torch.from_numpy(np.array(rgb)).permute(2, 0, 1)[None].float() / 255
        return torch.nn.functional.grid_sample(image, grid, mode="bilinear", padding_mode="border", align_corners=False)

    def maps(self):
        """Returns `sources` of the head's grid points."""
        rows = head_grid(padded(HEIGHT))
        return self.sources(head_grid(WIDTH), rows[rows < HEIGHT])

    def sources(self, columns, rows):
        """Returns, for these pixels of the view: rows and columns in the photo, factor of the depth, and True where the photo shows the point."""
        x, y, factor = self.look(columns, rows)
        seen = (x >= self.frame) & (x < WIDTH - self.frame) & (y >= self.frame) & (y < HEIGHT - self.frame)
        return np.clip(y.astype(int), 0, HEIGHT - 1), np.clip(x.astype(int), 0, WIDTH - 1), factor, seen
