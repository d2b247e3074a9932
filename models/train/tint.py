"""Paints furniture of photographs in named colours: NYU's labels have no colours, most of its furniture is brown or black, and generated rooms do not
show colours as photographs do. An object keeps its light and texture and gets a new colour, whose name is therefore certain."""

import numpy as np

from absent import ONE_COLOUR, VIVID, colours_near, dress
from classes import COLOUR_NAMES, COLOURS, NYU_TO_CLASS
from components import SMALL, STEP, TARGET, words_of_labels
from furniture import shade_of
from grammar import one_of

PAINTED = (*ONE_COLOUR, "bed", "pillow", "clothes", "counter", "toilet")
MOST = 4  # most things of one word that are painted
KEPT = (0.05, 0.35)  # share of a thing's own colour that is kept
RELIEF = (0.3, 2.5)  # limits of the brightness of a painted thing's pixels over its mean
ELSEWHERE = 0.004  # share of the image's pixels; if a colour covers more outside a thing, "the red one" does not name the thing


def vivid_colours(rgb):
    """Returns, for uint8 [..., 3], the index in VIVID of the colour with the nearest hue, −1 where there is hardly any colour."""
    direction = lambda each: each - each.mean(-1, keepdims=True)
    own, named = direction(rgb.astype(np.float32) / 255), direction(np.array([COLOURS[name] for name in VIVID], np.float32))
    strength = np.linalg.norm(own, axis=-1)
    named /= np.linalg.norm(named, axis=-1, keepdims=True)
    return np.where(strength > 0.12, (own @ named.T).argmax(-1), -1)


def paint(rgb, mask, colour, random):
    """Paints the pixels of `mask` in the named colour, in place; rgb uint8 [h, w, 3]."""
    own = rgb[mask].astype(np.float32) / 255
    gray = own.mean(1, keepdims=True) + 0.02
    shade = shade_of(random, colour).astype(np.float32)
    painted = shade * (gray / gray.mean()).clip(*RELIEF)
    kept = random.uniform(*KEPT)
    rgb[mask] = (((1 - kept) * painted + kept * own).clip(0, 1) * 255).astype(np.uint8)


def tinted(room, things, random):
    """Returns (a copy of `room` in which all things of one word are painted, each in another colour; true expressions and absent expressions that name
    colours), or None if nothing can be painted. room: nyu_rooms.Room; things: from Room.things."""
    groups = []
    for word, names in words_of_labels().items():
        group = [thing for thing in things if thing["name"] in names and thing["pixels"] >= SMALL]
        if NYU_TO_CLASS.get(names[0]) in PAINTED and not word.endswith("s") and 0 < len(group) <= MOST and group[0]["pixels"] >= TARGET:
            groups.append((word, group))
    if not groups:
        return None
    room, (word, group) = room.copy(), one_of(random, groups)
    free, worn = list(COLOUR_NAMES), []
    for thing in group:
        worn.append(one_of(random, free))
        free = sorted(set(free) - colours_near({worn[-1]})) or free
        paint(room.rgb, room.mask(thing["id"]), worn[-1], random)
    article = lambda: one_of(random, ("the ", "the ", ""))
    true, elsewhere = [], vivid_colours(room.rgb[::STEP, ::STEP])
    for thing, colour in zip(group, worn):
        if thing["pixels"] < TARGET or sum(other in colours_near({colour}) for other in worn) > 1:
            continue
        true.append({"kind": "colour", "text": f"{article()}{colour} {word}", "objects": [thing["id"]]})
        near = [VIVID.index(other) for other in colours_near({colour}) if other in VIVID]
        if colour in VIVID and np.isin(elsewhere[room.component != thing["id"]], near).sum() < ELSEWHERE * elsewhere.size:
            text = f"{article()}{colour} {one_of(random, ('one', 'thing', 'object'))}"
            true.append({"kind": "colour only", "text": text, "objects": [thing["id"]]})
    absent = [
        {"kind": "absent", "why": "colour", "text": dress(random, word, colour), "objects": []}
        for colour in sorted(set(COLOUR_NAMES) - colours_near(worn))
    ]
    return room, true, absent
