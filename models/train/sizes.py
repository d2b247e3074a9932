"""Pads pictures to inputs, and locates the points of the heads' grids on them.

Maps are sampled where the heads predict. A head's grid has half the input's resolution and covers it with aligned corners, so grid point j of n is at
pixel j·(2n−1)/(n−1).
"""

import numpy as np
import torch

MULTIPLE = 64  # pixels; sides are padded to multiples of this, in training and inference
FACTOR = 8  # side of a latent pixel, in pixels of the picture


def head_grid(size):
    """Returns the pixel index of each of the size/2 grid points of a head's output."""
    points = size // 2
    return np.round(np.arange(points) * (size - 1) / (points - 1)).astype(int)


def padded(side):
    return -(-side // MULTIPLE) * MULTIPLE


def to_pixels(images):
    """Converts uint8 [batch, height, width, 3] to float [batch, 3, height, width] in −1..1."""
    return torch.from_numpy(np.array(images)).permute(0, 3, 1, 2).float() / 127.5 - 1


def pad_image(pixels):
    """Pads pixels [batch, 3, height, width] in −1..1 with zeros, below and on the right, to multiples of MULTIPLE, as in inference."""
    height, width = pixels.shape[2:]
    return torch.nn.functional.pad(pixels, (0, padded(width) - width, 0, padded(height) - height))


def pad_maps(maps, height, width, value):
    """Pads maps [batch, rows, columns] at the grid points on a picture to all grid points of the padded input of height × width pixels."""
    _, rows, columns = maps.shape
    return np.pad(maps, ((0, 0), (0, height // 2 - rows), (0, width // 2 - columns)), constant_values=value)
