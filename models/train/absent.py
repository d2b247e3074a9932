"""Draws expressions whose target is not in the picture. They teach the model to answer "nothing", and the signal "may not be in this photo" is
calibrated on them.

An entry is {"kind": "absent", "why", "text", "objects": []}; the phrases of an image hold its entries under the key "absent". `why`:
    class        the picture shows no such object ("the purple sofa" without a sofa)
    colour       the picture shows such objects in other colours only ("the purple chair" next to a red one)
    colour only  the picture shows nothing of that colour ("the purple thing")
    landmark     the picture shows the object, but not its landmark ("the chair next to the bed" without a bed)
    elsewhere    an object that rooms do not contain ("the dog")
A phrase is drawn only if a person would agree that it fits nothing: an object with one visible pixel counts as present, and so do its look-alikes
(a counter for a cabinet, orange for red). In generated rooms and painted photos, the phrases have the same forms as true ones, so that only the picture
tells them apart. In other photos they do not: true expressions there name no colours, as NYU's labels have none, and absent ones may.
"""

import numpy as np

from classes import CLASSES, COLOUR_NAMES, NYU_TO_CLASS, PLURALS, SHELL
from grammar import BESIDE, MIN_TARGET, TEMPLATES, one_of, phrase, say
from scene import FREQUENCY

# How often a class is named in absent expressions: as often as in true ones, because otherwise its name alone would give the answer away.
ASKED = FREQUENCY | {
    "window": 1.2, "picture": 1.2, "door": 0.6, "rug": 0.6, "curtain": 0.5, "mirror": 0.4, "pillow": 0.5, "books": 0.3,
    "sink": 0.3, "toilet": 0.2, "bathtub": 0.2, "person": 0.3, "clothes": 0.2,
}
LOOKALIKES = (
    {"cabinet", "counter", "shelf", "furniture"}, {"table", "counter", "furniture"}, {"picture", "mirror", "window"}, {"chair", "sofa", "furniture"},
    {"sofa", "bed"}, {"pillow", "clothes"}, {"bathtub", "sink", "toilet"}, {"window", "curtain"},
)
# Furniture with one colour that a person would name. A picture has many. A plant is left out, because its record has the colour of its pot, by which true
# expressions name it, too ("the red plant"), and a person would call it green.
ONE_COLOUR = ("chair", "table", "sofa", "lamp", "cabinet", "shelf", "box", "ball", "refrigerator", "rug", "curtain", "door", "television")
CLOSE_COLOURS = {
    "red": ("orange", "pink", "brown", "purple"), "orange": ("red", "yellow", "brown", "pink"), "yellow": ("orange", "brown"), "green": (),
    "blue": ("purple",), "purple": ("blue", "pink", "red"), "pink": ("red", "purple", "orange"), "brown": ("red", "orange", "yellow", "black"),
    "white": ("gray",), "black": ("gray", "brown"), "gray": ("white", "black"),
}
VIVID = ("red", "orange", "yellow", "green", "blue", "purple", "pink")  # legs, frames, walls and floors have the other colours
COLOURFUL = ("picture", "books", "pillow", "curtain")  # may show colours that their records do not list
ELSEWHERE = ("dog", "cat", "car", "bicycle", "boat", "horse", "tree", "elephant", "motorcycle", "train", "airplane", "umbrella", "guitar")
WHY = {"class": 0.45, "colour": 0.3, "colour only": 0.07, "landmark": 0.1, "elsewhere": 0.08}  # shares
# NYU words whose objects are labelled wherever they are visible; small objects often are not.
NYU_ASKED = (
    "bed", "sofa", "couch", "table", "desk", "chair", "window", "door", "bookshelf", "shelf", "picture", "painting", "counter", "curtain",
    "blinds", "dresser", "cabinet", "mirror", "refrigerator", "fridge", "television", "tv", "person", "toilet", "sink", "lamp",
    "bathtub", "shower curtain",
)


def lookalikes(name):
    """Returns the classes that a person might mistake for `name`, including `name` itself."""
    return {name}.union(*(group for group in LOOKALIKES if name in group))


def colours_near(colours):
    return set(colours).union(*(CLOSE_COLOURS[colour] for colour in colours if colour in CLOSE_COLOURS))


def dress(random, noun, colour=None):
    """Returns the noun in one of the forms of true expressions about generated rooms, often with a colour: `colour`, or any."""
    roll = random.random()
    tinted = f"{colour or one_of(random, COLOUR_NAMES)} {noun}"
    if roll < 0.3 and colour is None:
        return one_of(random, ("the ", "the ", "")) + noun
    if roll < 0.75:
        return one_of(random, ("the ", "the ", "")) + tinted
    return phrase(random, one_of(random, list(TEMPLATES)), tinted if colour or random.random() < 0.4 else noun)


def draw_class(random, allowed):
    names = sorted(allowed)
    weights = np.array([ASKED[name] for name in names])
    return names[random.choice(len(names), p=weights / weights.sum())]


def missing_classes(present, floor):
    """Returns the classes that an absent expression may name in a picture that shows the classes `present` and this kind of floor."""
    seen = set(present) | ({"rug"} if floor == "carpeted" else set())
    return {name for name in ASKED if not lookalikes(name) & seen}


def missing_class(random, missing):
    name = draw_class(random, missing)
    if name in PLURALS and random.random() < 0.1:
        return one_of(random, ("the ", "all the ", "")) + PLURALS[name]
    return dress(random, say(random, name))


def missing_colour(random, worn):
    """worn: {class: colours of all its visible objects}, for classes with a target that is large enough."""
    names = sorted(name for name in worn if name in ONE_COLOUR)
    if not names:
        return None
    name = one_of(random, names)
    free = sorted(set(COLOUR_NAMES) - colours_near(worn[name]))
    return dress(random, say(random, name), one_of(random, free)) if free else None


def missing_colour_alone(random, visible, present, floor):
    colours = {thing["colour"] for thing in visible} | ({"green"} if "plant" in present else set())
    free = sorted(set(VIVID) - colours_near(colours))
    if not free or floor == "carpeted" or set(COLOURFUL) & set(present):
        return None
    return f"{one_of(random, ('the ', 'the ', ''))}{one_of(random, free)} {one_of(random, ('one', 'thing', 'object'))}"


def missing_landmark(random, targets, missing):
    if not targets or not missing:
        return None
    noun = one_of(random, ("the ", "the ", "")) + say(random, one_of(random, targets))
    landmark = draw_class(random, missing)
    tint = one_of(random, COLOUR_NAMES) + " " if random.random() < 0.5 else ""
    return f"{noun} {one_of(random, (*BESIDE, 'on'))} the {tint}{say(random, landmark)}"


def collect(random, draw, count):
    """Returns up to `count` different entries; draw(why) returns a text or None."""
    found, reasons, shares = {}, list(WHY), np.array(list(WHY.values()))
    for _ in range(6 * count):
        why = reasons[random.choice(len(reasons), p=shares)]
        text = draw(why)
        if text is not None and len(found) < count:
            found.setdefault(text, {"kind": "absent", "why": why, "text": text, "objects": []})
    return list(found.values())


def scene_absent(random, scene, identities, labels, count=8):
    """Returns absent expressions of a generated room.

    scene: from make_scene; identities, labels: uint8 [h, w], object ids and class ids (including the classes of parts of objects).
    """
    pixels = np.bincount(identities.ravel(), minlength=256)
    visible = [thing for identity, thing in enumerate(scene["objects"], 1) if pixels[identity]]
    large = {thing["class"] for identity, thing in enumerate(scene["objects"], 1) if pixels[identity] >= MIN_TARGET * identities.size / 256**2}
    present = {thing["class"] for thing in visible} | {CLASSES[label] for label in np.unique(labels) if label < len(CLASSES)}
    missing = missing_classes(present, scene["floor"])
    worn = {name: {thing["colour"] for thing in visible if thing["class"] == name} for name in large}
    draws = {
        "class": lambda: missing_class(random, missing) if missing else None,
        "colour": lambda: missing_colour(random, worn),
        "colour only": lambda: missing_colour_alone(random, visible, present, scene["floor"]),
        "landmark": lambda: missing_landmark(random, sorted(large), missing),
        "elsewhere": lambda: dress(random, one_of(random, ELSEWHERE)),
    }
    return collect(random, lambda why: draws[why](), count)


def nyu_absent(random, present, words, count=6):
    """Returns absent expressions of an NYU room. present: NYU names of all its labelled pixels; words: components.words_of_labels()."""
    classes = {NYU_TO_CLASS[name] for name in present if name in NYU_TO_CLASS}
    missing = [word for word in NYU_ASKED if not lookalikes(NYU_TO_CLASS[words[word][0]]) & classes]
    nouns = sorted((classes & set(ASKED)) - set(SHELL))

    def landmark():
        if not missing or not nouns:
            return None
        return f"the {say(random, one_of(random, nouns))} {one_of(random, BESIDE)} the {one_of(random, missing)}"

    draws = {
        "class": lambda: dress(random, one_of(random, missing)) if missing else None,
        "colour": lambda: None,  # NYU's labels have no colours
        "colour only": lambda: None,
        "landmark": landmark,
        "elsewhere": lambda: dress(random, one_of(random, ELSEWHERE)),
    }
    return collect(random, lambda why: draws[why](), count)
