"""Furniture of one NYU room in another, as in copy-paste (Ghiasi et al. 2021, arXiv 2012.07177), but with depth: a thing moves sideways, or towards the
camera and grows, and stands in front of what is farther and behind what is nearer. The few hundred rooms become others that were never photographed."""

import numpy as np

from classes import NYU_TO_CLASS
from components import MAX_COMPONENTS, STEP, TARGET
from views import CENTRE, FRAME

# What hangs on walls or is built in cannot stand elsewhere.
MOVABLE = ("chair", "table", "sofa", "bed", "lamp", "cabinet", "box", "plant", "television", "refrigerator", "toilet", "person", "furniture", "shelf")
THINGS, GROWTH = (1, 4), (0.8, 1.4)  # at most as many things a room; sizes in the image, with which distances fall
LARGEST = 0.3  # of the image's pixels
IN_SIGHT = 0.5  # of a thing: with less, it is not put there
TRIES = 4
UNCERTAIN = 0.1  # metres: a thing that stands on the floor is not cut off by it


def movable(room, names):
    """Ids of things that are whole (they may stand on the image's lower edge) and neither specks nor as large as the room."""
    (height, width), edge = room.component.shape, FRAME // STEP  # where the photo begins
    pixels = np.bincount(room.component.ravel(), minlength=MAX_COMPONENTS + 1)
    cut = set(np.concatenate([room.component[:edge].ravel(), room.component[:, :edge].ravel(), room.component[:, -edge:].ravel()]))
    name_of = lambda identity: names[room.coarse_label[room.component == identity][0]]
    large_enough = np.flatnonzero((pixels >= 2 * TARGET) & (pixels < LARGEST * height * width))
    return [identity for identity in large_enough if identity and identity not in cut and NYU_TO_CLASS.get(name_of(identity)) in MOVABLE]


def paste(room, other, identity, random):
    """Puts a thing of `other` into `room` (nyu_rooms.Room), in place; False where too little of it would be seen."""
    (height, width), middle = room.depth.shape, CENTRE[1]  # the horizon's row for a level camera
    thing = other.mask(identity) & (other.label == other.coarse_label[other.component == identity][0]) & (other.depth > 0)
    columns = np.flatnonzero(thing.any(0))
    growth, mirrored = random.uniform(*GROWTH), random.random() < 0.5
    centre, at = (columns[0] + columns[-1]) / 2, random.uniform(0, width)
    # From pixels of the room to those of the other: about the horizon, so that what stands on the floor still does.
    x = (np.arange(width) + 0.5 - at) / growth * (-1 if mirrored else 1) + centre
    y = (np.arange(height) + 0.5 - middle) / growth + middle
    inside = np.ix_((y >= 0) & (y < height), (x >= 0) & (x < width))
    source = np.ix_(*(np.floor(each[(each >= 0) & (each < side)]).astype(int) for each, side in ((y, height), (x, width))))
    here = np.zeros_like(thing)
    here[inside] = thing[source]
    depth = np.zeros_like(room.depth)
    depth[inside] = other.depth[source] / growth
    seen = here & ((room.depth == 0) | (depth < room.depth + UNCERTAIN))
    if seen.sum() < max(IN_SIGHT * thing.sum() * growth**2, 2 * TARGET * STEP**2):
        return False
    for into, of in ((room.rgb, other.rgb), (room.label, other.label)):
        moved = np.zeros_like(into)
        moved[inside] = of[source]
        into[seen] = moved[seen]
    room.depth[seen] = depth[seen]
    room.component[seen[::STEP, ::STEP]] = room.component.max() + 1
    return True


def furnished(room, draw_other, names, random):
    """A copy of `room` with things of other rooms; draw_other() gives one."""
    room = room.copy()
    for _ in range(int(random.integers(*THINGS))):
        other = draw_other()
        things = movable(other, names)
        tries = TRIES if things and room.component.max() < MAX_COMPONENTS else 0
        any(paste(room, other, things[random.integers(len(things))], random) for _ in range(tries))
    return room
