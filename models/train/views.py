"""Virtual cameras: what a camera turned about its centre, or with a longer lens, sees follows exactly from a photo and its depth.
NYU's few hundred rooms are seen through a new one each time."""

import numpy as np
import torch

import photos
from sizes import head_grid, padded

WIDTH, HEIGHT = photos.NYU_SIZE
# Evenly in its logarithm, hardly more often above 1 than below: where a lens cannot be seen, the usual one is assumed, and with up to 1.5 photos as they
# are came out too near by 7 %.
ZOOM = (0.85, 1.25)
FOCAL, CENTRE = 518.86 / 2, (325.58 / 2, 253.74 / 2)  # of NYU's camera at 320×240, pixels
FRAME = 6  # pixels: NYU's photos have a white one, which no other photo has
MAX_TURN = np.radians((7.0, 5.0, 5.0))  # yaw, pitch and roll of a virtual camera: more leaves too much of the view empty


def camera_turn(random):
    """Rotation matrix [3, 3] of a camera turned about its centre."""
    yaw, pitch, roll = random.uniform(-MAX_TURN, MAX_TURN)
    cos, sin = np.cos, np.sin
    about_y = np.array([[cos(yaw), 0, sin(yaw)], [0, 1, 0], [-sin(yaw), 0, cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, cos(pitch), -sin(pitch)], [0, sin(pitch), cos(pitch)]])
    about_z = np.array([[cos(roll), -sin(roll), 0], [sin(roll), cos(roll), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


def folded(values, low, high):
    """Values outside low..high as in mirrors that stand there."""
    along = (values - low) % (2 * (high - low))
    return low + np.minimum(along, 2 * (high - low) - along)


def unframed(images):
    """Photos [images, 240, 320, 3] whose frame is replaced by the mirror image of what lies inside it, as people's photos have none."""
    rows, columns = (folded(np.arange(side) + 0.5, FRAME, side - FRAME).astype(int) for side in (HEIGHT, WIDTH))
    return images[:, rows[:, None], columns]


class View:
    """A virtual camera on a NYU photo: mirrored, zoomed, turned and, of each two, cut out of its frame. Copy 0 is the photo, copy 1 its mirror image."""

    def __init__(self, random, copy):
        self.mirrored, moved = copy % 2 == 1, copy > 1
        self.zoom = np.exp(random.uniform(*np.log(ZOOM))) if moved else 1.0
        self.left, self.top = random.random(2) * (1 - 1 / self.zoom) * photos.NYU_SIZE
        self.turn = camera_turn(random) if moved else np.eye(3)
        self.frame = FRAME * int(random.integers(2)) if moved else 0

    def look(self, columns, rows):
        """Pixels of the view (1-D each) → x, y in the photo and how depth scales there, all [rows, columns]."""
        columns = WIDTH - 1 - columns if self.mirrored else columns
        x, y = np.meshgrid(self.left + (columns + 0.5) / self.zoom, self.top + (rows + 0.5) / self.zoom)
        rays = np.stack([(x - CENTRE[0]) / FOCAL, (y - CENTRE[1]) / FOCAL, np.ones_like(x)], -1) @ self.turn
        # A point at depth z of the photo lies at z / rays_z along the turned axis; through a longer lens, things look nearer.
        return (*(rays[..., i] / rays[..., 2] * FOCAL + CENTRE[i] for i in (0, 1)), 1 / (rays[..., 2] * self.zoom))

    def photo(self, rgb):
        """The view as an image [1, 3, 240, 320] in 0..1; what the photo does not show mirrors what it does."""
        x, y, _ = self.look(np.arange(WIDTH), np.arange(HEIGHT))
        x, y = (folded(at, self.frame, side - self.frame) for at, side in ((x, WIDTH), (y, HEIGHT)))
        grid = torch.from_numpy(np.stack([x / WIDTH * 2 - 1, y / HEIGHT * 2 - 1], -1)).float()[None]
        image = torch.from_numpy(np.array(rgb)).permute(2, 0, 1)[None].float() / 255
        return torch.nn.functional.grid_sample(image, grid, mode="bilinear", padding_mode="border", align_corners=False)

    def maps(self):
        """For the head's grid points on the photo: its rows and columns, factor of the depth, and where the photo has anything."""
        rows = head_grid(padded(HEIGHT))
        x, y, factor = self.look(head_grid(WIDTH), rows[rows < HEIGHT])
        seen = (x >= self.frame) & (x < WIDTH - self.frame) & (y >= self.frame) & (y < HEIGHT - self.frame)
        return np.clip(y.astype(int), 0, HEIGHT - 1), np.clip(x.astype(int), 0, WIDTH - 1), factor, seen
