"""Gives the objects of a NYU room another brightness and colour cast each. The model recognises the few hundred training rooms by the brightness of their
objects, too: this change costs training rooms 0.56 → 0.65 m, held-out ones only 0.92 → 0.96 m."""

import numpy as np

from components import MAX_COMPONENTS, STEP

BRIGHTNESS, CAST = 0.35, 0.15  # deviations of the natural logarithm of an object's factors: common to all channels, and per channel


def redecorated(room, random):
    """Returns a copy of `room` (nyu_rooms.Room), in which every component's colours are multiplied by factors of its own; unlabelled pixels keep theirs.
    Afterwards colour words may be wrong."""
    room = room.copy()
    factors = np.exp(random.normal(0, BRIGHTNESS, (MAX_COMPONENTS + 1, 1)) + random.normal(0, CAST, (MAX_COMPONENTS + 1, 3))).astype(np.float32)
    factors[0] = 1
    of_pixel = factors[room.component].repeat(STEP, 0).repeat(STEP, 1)
    room.rgb = (room.rgb * of_pixel).clip(0, 255).astype(np.uint8)
    return room
