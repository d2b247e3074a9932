"""Pastes furniture of one NYU room into another, as in copy-paste (Ghiasi et al. 2021, arXiv 2012.07177), but with depth: an object is moved sideways,
scaled with its distance, and occluded by what is nearer. So the few hundred rooms become many that were never photographed."""

import numpy as np

from classes import NYU_TO_CLASS
from components import MAX_COMPONENTS, STEP, TARGET
from views import CENTRE, FRAME

# Without objects that hang on walls or are built in, as these cannot be moved.
MOVABLE = ("chair", "table", "sofa", "bed", "lamp", "cabinet", "box", "plant", "television", "refrigerator", "toilet", "person", "furniture", "shelf")
THINGS, GROWTH = (1, 4), (0.8, 1.4)  # one to three attempts per room; range of the scale, by which the distance is divided
LARGEST = 0.3  # share of the image's pixels
IN_SIGHT = 0.5  # share of a thing's pixels that must be visible; with fewer, it is not pasted there
TRIES = 4
UNCERTAIN = 0.1  # metres; so that the floor does not occlude what stands on it


def movable(room, names):
    """Returns ids of things that are wholly visible (except at the image's lower edge) and neither specks nor as large as the room."""
    (height, width), edge = room.component.shape, FRAME // STEP  # the photo is inside the white frame
    pixels = np.bincount(room.component.ravel(), minlength=MAX_COMPONENTS + 1)
    cut = set(np.concatenate([room.component[:edge].ravel(), room.component[:, :edge].ravel(), room.component[:, -edge:].ravel()]))
    name_of = lambda identity: names[room.coarse_label[room.component == identity][0]]
    large_enough = np.flatnonzero((pixels >= 2 * TARGET) & (pixels < LARGEST * height * width))
    return [identity for identity in large_enough if identity and identity not in cut and NYU_TO_CLASS.get(name_of(identity)) in MOVABLE]


def paste(room, other, identity, random):
    """Pastes a thing of `other` into `room` (nyu_rooms.Room), in place. Returns False, without a change, if too little of it would be visible."""
    (height, width), middle = room.depth.shape, CENTRE[1]  # row of the horizon if the camera were level
    thing = other.mask(identity) & (other.label == other.coarse_label[other.component == identity][0]) & (other.depth > 0)
    columns = np.flatnonzero(thing.any(0))
    growth, mirrored = random.uniform(*GROWTH), random.random() < 0.5
    centre, at = (columns[0] + columns[-1]) / 2, random.uniform(0, width)
    # Pixels of `other` for those of the room. Scaling about the horizon would keep what stands on the floor on the floor; NYU's camera looks down by 16° in
    # the median, so its horizon is some 74 rows above `middle`, and enlarged things end above the floor (by 30 rows at 1.4), reduced ones below it.
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
    """Returns a copy of `room` with things of other rooms; draw_other() returns one of these."""
    room = room.copy()
    for _ in range(int(random.integers(*THINGS))):
        other = draw_other()
        things = movable(other, names)
        tries = TRIES if things and room.component.max() < MAX_COMPONENTS else 0
        any(paste(room, other, things[random.integers(len(things))], random) for _ in range(tries))
    return room
