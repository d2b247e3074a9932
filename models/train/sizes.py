"""How pictures become inputs and where the heads' grids lie on them.

Maps are sampled where the heads predict: a head's grid has half the input's resolution and is spread over it with aligned
corners, so grid point j of n lies on pixel j·(2n−1)/(n−1).
"""

import numpy as np
import torch

MULTIPLE = 64  # pixels: sides are padded to it, here as in inference
FACTOR = 8  # pixels of the picture along a side of a latent's pixel


def head_grid(size):
    """Pixel index under each of the size/2 grid points of a head's output."""
    points = size // 2
    return np.round(np.arange(points) * (size - 1) / (points - 1)).astype(int)


def padded(side):
    return -(-side // MULTIPLE) * MULTIPLE


def to_pixels(images):
    """uint8 [batch, height, width, 3] → float −1..1, channels first."""
    return torch.from_numpy(np.array(images)).permute(0, 3, 1, 2).float() / 127.5 - 1


def pad_image(pixels):
    """Pixels [batch, 3, height, width] → sides of whole MULTIPLEs, zeros below and on the right (after ×2−1, as in inference)."""
    height, width = pixels.shape[2:]
    return torch.nn.functional.pad(pixels, (0, padded(width) - width, 0, padded(height) - height))


def pad_maps(maps, height, width, value):
    """Maps [batch, rows, columns] on the grid points over a picture → all grid points of its padded input of height × width pixels."""
    _, rows, columns = maps.shape
    return np.pad(maps, ((0, 0), (0, height // 2 - rows), (0, width // 2 - columns)), constant_values=value)
