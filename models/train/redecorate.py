"""A NYU room in other materials: every thing lighter or darker and of another cast than it was. The few hundred rooms are also recalled by which of their things
is how bright: training rooms suffer from this (0.56 → 0.65 m), held-out ones hardly (0.92 → 0.96 m)."""

import numpy as np

from components import MAX_COMPONENTS, STEP

BRIGHTNESS, CAST = 0.35, 0.15  # deviations of the natural logarithm of a thing's factor: of all channels, of each


def redecorated(room, random):
    """A copy of `room` (nyu_rooms.Room) whose components have factors of their own; what has no label keeps its colours. Colour words are no longer certain."""
    room = room.copy()
    factors = np.exp(random.normal(0, BRIGHTNESS, (MAX_COMPONENTS + 1, 1)) + random.normal(0, CAST, (MAX_COMPONENTS + 1, 3))).astype(np.float32)
    factors[0] = 1
    of_pixel = factors[room.component].repeat(STEP, 0).repeat(STEP, 1)
    room.rgb = (room.rgb * of_pixel).clip(0, 255).astype(np.uint8)
    return room
