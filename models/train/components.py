"""Finds instances in NYU rooms and draws expressions about them. NYU's labels give classes only, so the connected components of a label, cut where
the depth jumps, are used as instances."""

import numpy as np

from classes import IGNORE, NYU_TO_CLASS, NYU_WORDS, PLURALS, SHELL
from grammar import one_of, ordinals, phrase, relations

STEP = 2  # pixels; components are computed on every second pixel, at 160×120
JUMP = 0.25  # metres between neighbouring points; more separates two objects of one label
SMALL, TARGET = 60, 110  # pixels at 160×120: components below SMALL are specks, those below TARGET are no targets
NAMELESS = ("other structure", "other prop", "other furniture")
MAX_COMPONENTS = 254


def connected_components(labels, depth):
    """Returns ids uint8 [h, w], 1 for the largest component, 0 where ignored, of labels uint8 [h, w] (IGNORE: ignored) and depth [h, w] in metres."""
    height, width = labels.shape
    index = np.arange(height * width).reshape(height, width)
    edges = []
    for a, b in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        joined = (labels[a] == labels[b]) & (np.abs(depth[a] - depth[b]) < JUMP)
        edges.append((index[a][joined], index[b][joined]))
    first, second = (np.concatenate(side) for side in zip(*edges))
    root = np.arange(height * width)
    while True:  # hook larger roots under smaller ones, then shorten paths
        low, high = np.minimum(root[first], root[second]), np.maximum(root[first], root[second])
        if (low == high).all():
            break
        np.minimum.at(root, high, low)
        while (root != root[root]).any():
            root = root[root]
    root[labels.ravel() == IGNORE] = -1
    roots, inverse, counts = np.unique(root, return_inverse=True, return_counts=True)
    counts[roots == -1] = 0
    order = np.argsort(-counts)
    new = np.zeros(len(roots), np.int64)
    new[order] = np.arange(1, len(roots) + 1)
    new[(roots == -1) | (new > MAX_COMPONENTS)] = 0
    return new[inverse].reshape(height, width).astype(np.uint8)


def describe(components, labels, depth, names):
    """Returns a record per component, the largest first: id, NYU name, pixels, centre (0..1), mean depth in metres."""
    height, width = components.shape
    flat = components.ravel()
    pixels, first = np.bincount(flat), np.zeros(int(flat.max()) + 1, int)
    first[flat[::-1]] = np.arange(flat.size)[::-1]
    rows, columns = np.mgrid[0:height, 0:width]
    x, y, metres = (np.bincount(flat, values.ravel()) / np.maximum(pixels, 1) for values in (columns, rows, depth.astype(np.float64)))
    things = []
    for identity in np.flatnonzero(pixels[1:]) + 1:
        name = names[labels.ravel()[first[identity]]]
        if name not in NAMELESS:
            things.append({"id": int(identity), "name": name, "pixels": int(pixels[identity]), "x": x[identity] / width,
                           "y": y[identity] / height, "depth": float(metres[identity])})
    return sorted(things, key=lambda thing: (-thing["pixels"], thing["id"]))


def words_of_labels():
    """Returns {word: NYU names that it denotes}."""
    words = {name: [name] for name in NYU_TO_CLASS if name not in ("other furniture", "floor mat", "shelves")}
    return words | NYU_WORDS


def nyu_expressions(random, things):
    """Draws expressions of the same kinds as for scenes, as far as components allow; format: see grammar.py."""
    found = []
    article = lambda: one_of(random, ("the ", "the ", ""))
    for word, names in words_of_labels().items():
        group = [thing for thing in things if thing["name"] in names]
        large = [thing for thing in group if thing["pixels"] >= SMALL]
        if not large or large[0]["pixels"] < TARGET:
            continue
        everything = [thing["id"] for thing in group]
        if word in SHELL:
            found.append({"kind": "shell", "text": article() + word, "objects": everything})
        elif len(large) == 1 or all(thing["pixels"] < 0.15 * large[0]["pixels"] for thing in large[1:]):
            found.append({"kind": "class", "text": article() + word, "objects": everything})
        else:
            if word in PLURALS:
                text = one_of(random, ("the ", "all the ", "")) + PLURALS[word]
                found.append({"kind": "group", "text": text, "objects": everything})
            if len(large) > 4 or word.endswith("s"):
                continue
            for thing in large:
                if thing["pixels"] < TARGET:
                    continue
                others = [other for other in large if other is not thing]
                for kind in relations(thing, others):
                    found.append({"kind": kind, "text": phrase(random, kind, word), "objects": [thing["id"]]})
            for thing, text in ordinals(random, large, lambda word=word: word):
                if thing["pixels"] >= TARGET:
                    found.append({"kind": "ordinal", "text": text, "objects": [thing["id"]]})
    return found


def caption_things(things):
    """Returns what a caption may name: furniture and fittings that are large enough, with their class names."""
    return [
        {"word": NYU_TO_CLASS[thing["name"]], "pixels": thing["pixels"], "x": thing["x"]}
        for thing in things
        if thing["pixels"] >= 150 and thing["name"] in NYU_TO_CLASS and NYU_TO_CLASS[thing["name"]] not in SHELL
    ]
