"""Generates captions of rooms, and referring expressions that fit exactly one object (or one group).

An expression is {"kind", "text", "objects"}; its mask is the union of the objects with these ids. Scenes use the renderer's object ids, NYU rooms the
ids of connected components (see components.py).
"""

import numpy as np

from classes import CLASSES, COLOUR_NAMES, PLURALS, SYNONYMS
from scene import SHELL_OBJECT

MIN_SEEN, MIN_TARGET = 40, 200  # pixels of a 256×256 scene: objects below MIN_SEEN count as invisible, those below MIN_TARGET are no targets
FLAT = ("rug", "window", "picture", "door", "mirror", "curtain")  # "next to" is unclear for these
MIRROR = {"left": "right", "right": "left", "leftmost": "rightmost", "rightmost": "leftmost"}

TEMPLATES = {  # {the}: "the " or nothing; {it}: the noun, with or without its colour
    "left": ("{the}{it} on the left", "{the}left {it}", "{the}leftmost {it}", "left {it}", "{the}{it} on the left side"),
    "right": ("{the}{it} on the right", "{the}right {it}", "{the}rightmost {it}", "right {it}", "{the}{it} on the right side"),
    "middle": ("{the}{it} in the middle", "{the}middle {it}"),
    "near": ("{the}nearest {it}", "{the}closest {it}", "{the}{it} in the front", "front {it}", "{the}{it} closest to the camera"),
    "far": ("{the}farthest {it}", "{the}{it} in the back", "{the}{it} furthest away", "back {it}", "{the}furthest {it}"),
    "big": ("{the}big {it}", "{the}large {it}", "{the}biggest {it}"),
    "small": ("{the}small {it}", "{the}little {it}", "{the}smallest {it}"),
}
ORDINALS = ("first", "second", "third")
COUNTED = ("{the}{rank} {it} from the {side}", "{the}{rank} {it} from {side}", "{the}{rank} {it} counted from the {side}")
BESIDE = ("next to", "near", "by", "beside")
CAPTIONS = ("a room with", "a photo of a room with", "there is", "an image of", "a photo of")
FLOORS = ("wooden", "tiled", "carpeted")
NUMBERS = {2: "two", 3: "three", 4: "four"}
EVERYDAY = {"gray": ("grey", 0.4), "rug": ("mat", 0.15), "television": ("screen", 0.15)}  # word: (another word for it, how often it is used)
OTHER_WORDS = (
    "a an the of in on to at with and photo image picture room indoor rendering next by near beside left right leftmost rightmost "
    "side middle center nearest closest farthest furthest back front away big large biggest small little smallest tall one thing "
    "object floor is there scene all camera two three four first second third from counted some , . ' "
    "kitchen bedroom bathroom living office nothing empty"
)


def grammar_words(nyu_words=()):
    """Returns every word that the grammar can produce."""
    words = set(OTHER_WORDS.split()) | set(CLASSES) | set(COLOUR_NAMES) | set(FLOORS) | set(PLURALS.values())
    words |= {word for synonyms in SYNONYMS.values() for word in synonyms}
    words |= {word for name in nyu_words for word in name.split()}
    words |= {other for other, _ in EVERYDAY.values()}
    for template in (t for group in TEMPLATES.values() for t in group):
        words |= set(template.replace("{the}", " ").replace("{it}", " ").split())
    return words


def mirror_words(text):
    return " ".join(MIRROR.get(word, word) for word in text.split())


def one_of(random, options):
    return options[random.integers(len(options))]


def everyday(random, expression):
    """Returns the expression as other people might type it: British "grey", "mat" for a rug, "a" instead of "the" if only one object fits."""
    words = [(word, *EVERYDAY.get(word, (word, 0))) for word in expression["text"].split()]
    text = " ".join(other if random.random() < chance else word for word, other, chance in words)
    if expression["kind"] in ("class", "colour", "colour only", "absent") and text.startswith("the ") and random.random() < 0.12:
        rest = text.removeprefix("the ")
        text = ("an " if rest[0] in "aeiou" else "a ") + rest
    return expression | {"text": text}


def say(random, name):
    return one_of(random, SYNONYMS.get(name, [name]))


def visible_objects(objects, identities, depth):
    """Returns a record per visible object: pixels (of a 256×256 image), centre (0..1), mean depth (metres), and its class, colour, position, volume."""
    height, width = identities.shape
    flat, count = identities.ravel(), 256
    pixels = np.bincount(flat, minlength=count)
    rows, columns = np.mgrid[0:height, 0:width]
    sums = [np.bincount(flat, weights.ravel(), count) for weights in (columns, rows, depth.astype(np.float64))]
    scale, seen = height * width / 256**2, []
    for identity, thing in enumerate(objects, 1):
        n = pixels[identity]
        if n < MIN_SEEN * scale:
            continue
        seen.append({
            "id": identity, "class": thing["class"], "colour": thing["colour"], "pixels": int(n / scale),
            "x": sums[0][identity] / n / width, "y": sums[1][identity] / n / height, "depth": sums[2][identity] / n,
            "position": thing["position"], "volume": float(np.prod(np.maximum(thing["size"], 0.05))), "on": thing["standing_on"],
        })
    return seen


def relations(thing, others):
    """Returns the kinds of TEMPLATES that tell `thing` from all `others` clearly enough for a person to agree."""
    found = []
    if all(thing["x"] < other["x"] - 0.05 for other in others):
        found.append("left")
    if all(thing["x"] > other["x"] + 0.05 for other in others):
        found.append("right")
    if len(others) == 2 and min(o["x"] for o in others) + 0.08 < thing["x"] < max(o["x"] for o in others) - 0.08:
        found.append("middle")
    if all(thing["depth"] < other["depth"] - 0.4 for other in others):
        found.append("near")
    if all(thing["depth"] > other["depth"] + 0.4 for other in others):
        found.append("far")
    if "volume" in thing:
        if all(thing["pixels"] > 1.8 * other["pixels"] and thing["volume"] > 1.15 * other["volume"] for other in others):
            found.append("big")
        if all(thing["pixels"] * 1.8 < other["pixels"] and thing["volume"] * 1.15 < other["volume"] for other in others):
            found.append("small")
    return found


def phrase(random, kind, noun):
    article = "the " if random.random() < 0.67 else ""
    return one_of(random, TEMPLATES[kind]).replace("{the}", article).replace("{it}", noun)


def expressions_for(random, thing, seen):
    """Returns (kind, text) pairs for one object of a scene."""
    same = [other for other in seen if other["class"] == thing["class"]]
    twins = [other for other in same if other["colour"] == thing["colour"]]
    noun = lambda: say(random, thing["class"])
    article = lambda: one_of(random, ("the ", "the ", ""))
    found = []
    if len(same) == 1:
        found.append(("class", article() + noun()))
    if len(twins) == 1:
        found += [("colour", f"{article()}{thing['colour']} {noun()}")] * (1 if len(same) == 1 else 2)
    if sum(other["colour"] == thing["colour"] for other in seen) == 1 and thing["class"] != "television":
        found.append(("colour only", f"{article()}{thing['colour']} {one_of(random, ('one', 'thing', 'object'))}"))
    for group, prefix in ((same, ""), (twins, thing["colour"] + " ")):
        others = [other for other in group if other is not thing]
        if others:
            for kind in relations(thing, others):
                found += [(kind, phrase(random, kind, prefix + noun()))] * (1 if kind in ("big", "small") else 3)
    for other in seen:
        found += beside(random, thing, other, same, seen, article() + noun())
    return found


def beside(random, thing, other, same, seen, noun):
    """Returns (kind, text) pairs such as "the ball on the table" and "the chair next to the red sofa", if the landmark is clear and no other such object is
    nearer to it; else []."""
    if other is thing or other["class"] == thing["class"] or other["pixels"] < 150 or {thing["class"], other["class"]} & set(FLAT):
        return []
    like = [o for o in seen if o["class"] == other["class"]]
    if len(like) > 1 and sum(o["colour"] == other["colour"] for o in like) > 1:
        return []
    bare = len(like) == 1 and random.random() < 0.5
    landmark = ("" if bare else other["colour"] + " ") + say(random, other["class"])
    if thing["on"] == other["id"]:
        alone = sum(o["on"] == other["id"] for o in same) == 1
        return [("on", f"{noun} on the {landmark}")] * 2 if alone else []
    distances = sorted((float(np.linalg.norm((o["position"] - other["position"])[:2])), o is not thing) for o in same)
    if distances[0][1] or distances[0][0] > 1.6:
        return []
    clear = random.random() < 0.25 if len(distances) == 1 else distances[1][0] > 1.4 * distances[0][0] + 0.3
    return [("beside", f"{noun} {one_of(random, BESIDE)} the {landmark}")] if clear else []


def ordinals(random, group, noun):
    """Returns (object, text) for the objects of a row of three or more, counted from the nearer side: "the second chair from the left"."""
    row, found = sorted(group, key=lambda thing: thing["x"]), []
    if len(row) < 3 or any(right["x"] - left["x"] < 0.05 for left, right in zip(row, row[1:])):
        return []
    for i, thing in enumerate(row):
        after = len(row) - 1 - i
        rank, side = (i, "left") if i < after or i == after and random.random() < 0.5 else (after, "right")
        if rank < len(ORDINALS):
            text = one_of(random, COUNTED).replace("{the}", "the " if random.random() < 0.67 else "")
            found.append((thing, text.replace("{rank}", ORDINALS[rank]).replace("{it}", noun()).replace("{side}", side)))
    return found


def expressions(random, seen, identities, each=6):
    """Returns up to `each` expressions per object, then those for the room's surfaces, for groups ("all the chairs") and for positions in a row."""
    found = []
    for thing in seen:
        if thing["pixels"] < MIN_TARGET:
            continue
        candidates = expressions_for(random, thing, seen)
        texts = set()
        for k in random.permutation(len(candidates)):
            kind, text = candidates[k]
            if text not in texts and len(texts) < each:
                texts.add(text)
                found.append({"kind": kind, "text": text, "objects": [thing["id"]]})
    for name, identity in SHELL_OBJECT.items():
        if (identities == identity).sum() > identities.size / 100:
            found.append({"kind": "shell", "text": one_of(random, ("the ", "")) + name, "objects": [identity]})
    for name in sorted({thing["class"] for thing in seen}):  # sorted, as the order of a set differs between processes
        group = [thing["id"] for thing in seen if thing["class"] == name]
        if len(group) > 1 and name in PLURALS:
            text = one_of(random, ("the ", "all the ", "")) + PLURALS[name]
            found.append({"kind": "group", "text": text, "objects": group})
        things = [thing for thing in seen if thing["class"] == name]
        for thing, text in ordinals(random, things, lambda name=name: say(random, name)):
            if thing["pixels"] >= MIN_TARGET:
                found.append({"kind": "ordinal", "text": text, "objects": [thing["id"]]})
    return found


def join(parts):
    return " , ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]


def captions(random, seen, floor, count=6):
    """Returns `count` sentences that name up to four objects each; large objects are named more often."""
    sentences = []
    things = [thing for thing in seen if thing["pixels"] > 150]
    for _ in range(count):
        parts, places = [], random.random() < 0.4
        if things:
            weight = np.sqrt([thing["pixels"] for thing in things])
            chosen = random.choice(len(things), min(len(things), int(random.integers(1, 5))), replace=False, p=weight / weight.sum())
            for thing in (things[i] for i in chosen):
                part = "a " + (thing["colour"] + " " if random.random() < 0.9 else "") + say(random, thing["class"])
                if places and len(parts) < 2:
                    part += " on the left" if thing["x"] < 0.36 else " on the right" if thing["x"] > 0.64 else " in the middle"
                parts.append(part)
        text = one_of(random, CAPTIONS) + " " + (join(parts) if parts else "a room")
        if len(text.split()) < 18 and random.random() < 0.35:
            text += f" on a {floor} floor"
        sentences.append(text)
    return sentences


def photo_captions(random, things, count=6):
    """Returns `count` captions of a real room from its labelled components [{"word", "pixels", "x"}]; repeated words become numbers and plurals."""
    sentences = []
    for _ in range(count):
        words = {}
        for thing in things:
            words.setdefault(thing["word"], []).append(thing)
        names = list(words)
        parts, places = [], random.random() < 0.4
        if names:
            weight = np.sqrt([sum(t["pixels"] for t in words[name]) for name in names])
            for i in random.choice(len(names), min(len(names), int(random.integers(1, 6))), replace=False, p=weight / weight.sum()):
                group = words[names[i]]
                if len(group) > 1 and names[i] in PLURALS:
                    parts.append(f"{NUMBERS.get(len(group), 'some')} {PLURALS[names[i]]}")
                    continue
                part = "a " + say(random, names[i])
                if places and len(group) == 1:
                    x = group[0]["x"]
                    part += " on the left" if x < 0.36 else " on the right" if x > 0.64 else " in the middle"
                parts.append(part)
        sentences.append(one_of(random, CAPTIONS) + " " + (join(parts) if parts else "a room"))
    return sentences
