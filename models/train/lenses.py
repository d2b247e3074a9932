"""Measures depth of NYU's held-out rooms through other lenses, without their frame: crops stand for longer lenses, mirrored margins for wider ones.

    python lenses.py --run RUN --data DATA [--checkpoint vpd]

Needs the stage `photos` in RUN. Depth is averaged with that of the mirror image and scored in Eigen's crop, where the photo shows the point.
"""

import numpy as np
import torch

import photos
from evaluate import crop_figures, flip_averaged
from photographs import report
from views import HEIGHT, WIDTH, View

ZOOMS = (0.8, 0.89, 1.0, 1.12, 1.25, 1.5)  # focal length over that of NYU's camera


def through(view, rgb, depth):
    """Returns photos [rooms, 240, 320, 3] and their depth, 0 where the photo does not show the point, through another lens (views.View)."""
    seen = [(view.photo(each)[0].permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8) for each in rgb]
    rows, columns, _, inside = view.sources(np.arange(WIDTH), np.arange(HEIGHT))
    return np.stack(seen), depth[:, rows, columns] * inside


def figures(model, zoom, rgb, depth):
    """Returns depth figures through a lens: as found, and with the depth multiplied by `zoom`, by which training divides it (views.View.look)."""
    seen, truth = through(View.through(zoom), rgb, depth)
    found = flip_averaged(model, seen)
    return {"zoom": zoom, "asFound": crop_figures(found, truth), "multiplied": crop_figures(found * zoom, truth)}


@torch.no_grad()
def measure(model, settings):
    arrays, (_, val) = photos.open_nyu(settings), photos.nyu_split(settings)
    return {"lenses": [figures(model, zoom, arrays["rgb"][val], arrays["depth"][val].astype(np.float32)) for zoom in ZOOMS]}


if __name__ == "__main__":
    report(__doc__, measure)
