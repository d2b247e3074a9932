"""Writes a DATA folder of a few rendered rooms in the form of NYU's and a few captioned pictures, for tests and `train.py --smoke`. Nothing can be learnt
from it."""

import json

import numpy as np
from PIL import Image

import photos
from classes import CLASSES, IGNORE, NYU_TO_CLASS
from render import pack, render
from render_scenes import photographed
from scene import make_scene
from views import FRAME

NAMES = [*dict.fromkeys(NYU_TO_CLASS), "other prop"]  # a label's value is its position
ROOMS, CAPTIONED = 6, 4
FIRST_SEED = 30_000_000  # neither trained on nor held out nor a sample
SCALE = 10 / 250  # metres of a step of the depth's PNG; 0: unknown


def label_table():
    """Returns the NYU value, uint8 [256], of each class id."""
    table = np.full(256, IGNORE, np.uint8)
    for identity, name in enumerate(CLASSES):
        table[identity] = next((value for value, label in enumerate(NAMES) if NYU_TO_CLASS.get(label) == name), NAMES.index("other prop"))
    return table


def save(folder, name, array):
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(folder / name)


def write_data(folder):
    """Writes nyu-train/ with ROOMS rooms, of which the first is held out, and photos/ with CAPTIONED pictures."""
    width, height = photos.NYU_SIZE
    nyu, table = folder / "nyu-train", label_table()
    inside = np.zeros((height, width), bool)
    inside[FRAME:-FRAME, FRAME:-FRAME] = True
    for number in range(ROOMS):
        seed = FIRST_SEED + number
        rgb, depth, _, labels = render(pack([make_scene(seed, width, "handheld")]), width, height)
        picture = (photographed(rgb, [seed])[0].permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
        picture[~inside] = 255
        name = f"{number + 1:05d}"
        save(nyu / "rgb", f"{name}.jpg", picture)
        save(nyu / "depth", f"{name}.png", (depth[0].numpy().clip(max=photos.FARTHEST) / SCALE).round().astype(np.uint8))
        save(nyu / "label40", f"{name}.png", np.where(inside, table[labels[0].numpy()], IGNORE).astype(np.uint8))
        if number < CAPTIONED:
            save(folder / "photos", f"{name}.jpg", picture[:, 40:])
    (nyu / "meta.json").write_text(json.dumps({"depth": {"scale": SCALE, "offset": 0}}))
    (nyu / "classes.json").write_text(json.dumps({"names": NAMES, "ignore": IGNORE}))
    (nyu / photos.OWN_LIST).write_text(json.dumps({"validation": ["00001"], "unused": []}))
    lines = [f"{number + 1:05d}.jpg\ta photo of room number {number + 1}" for number in range(CAPTIONED)]
    (folder / "photos" / "captions.tsv").write_text("\n".join(["file\tcaption", *lines]) + "\n")
