"""NYU's rooms with the components that are used as their objects (see components.py)."""

from dataclasses import dataclass

import numpy as np

import origin
import photos
from components import STEP, describe


@dataclass
class Room:
    """A photo: uint8 [h, w, 3]; its depth in metres (0: unknown) and NYU labels, [h, w]; the ids of its components, [h / STEP, w / STEP]."""

    rgb: np.ndarray
    depth: np.ndarray
    label: np.ndarray
    component: np.ndarray

    @property
    def coarse_label(self):
        return self.label[::STEP, ::STEP]

    def copy(self):
        return Room(*(array.copy() for array in (self.rgb, self.depth, self.label, self.component)))

    def mask(self, identities):
        """Returns the mask of these components, bool [h, w]."""
        return np.isin(self.component, identities).repeat(STEP, 0).repeat(STEP, 1)

    def things(self, names):
        """Returns the records of its components (see components.describe); `names`: of the labels."""
        return describe(self.component, self.coarse_label, self.depth[::STEP, ::STEP], names)


class Rooms:
    """Memory-mapped rooms; rooms[position] is a Room."""

    def __init__(self, settings):
        origin.check(settings.folder, "nyu-component", photos.rooms_origin(settings), "phrases")
        self.arrays, self.component = photos.open_nyu(settings), np.load(settings.folder / "nyu-component.npy", mmap_mode="r")

    def __getitem__(self, i):
        return Room(self.arrays["rgb"][i], self.arrays["depth"][i].astype(np.float32), self.arrays["label"][i], self.component[i])
