"""Stage “photos”: converts NYU Depth v2 (images, depth, labels) and the captioned photos to memory-mapped arrays under RUN.

The NYU validation images (nyu_val.json) are eight blocks of twelve neighbours, around the sixteenths 1, 3, 5 … of the sorted names, because
neighbouring indices often show the same room. For the same reason, training leaves out two images on either side of a block, and all images of scenes in
which a block begins or ends.
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image

import origin
from classes import CLASS_ID, IGNORE, NYU_TO_CLASS

NYU_SIZE = (320, 240)
PHOTO_SIZE = 192  # pixels; square centre crops, a multiple of 64
GUARD = 2  # neighbours on either side of a held-out room that are not trained on
OWN_LIST = "held-out.json"
VAL_FILE = Path(__file__).parent / "nyu_val.json"
FARTHEST = 9.98  # metres; NYU's camera returns this for everything farther away
NYU_ARRAYS = ("rgb", "depth", "label")


def data_folder(settings):
    folder = Path(settings.data)
    if not (folder / "nyu-train").is_dir() or not (folder / "photos").is_dir():
        raise SystemExit(
            f"--data {folder}: no nyu-train/ and photos/ there; "
            "give the folder that has them with --data (a new run without it uses generated scenes only)."
        )
    return folder


def nyu_names(folder):
    return sorted(path.stem for path in (folder / "nyu-train" / "rgb").glob("*.jpg"))


def held_out_lists(folder):
    """Returns {"validation": names, "unused": names} of the rooms that are not trained on: those of nyu_val.json, or of nyu-train/held-out.json for a folder
    of other rooms."""
    own = folder / "nyu-train" / OWN_LIST
    return json.loads((own if own.exists() else VAL_FILE).read_text())


def nyu_split(settings):
    """Returns (training positions, validation positions).

    Raises SystemExit if held-out rooms are missing in DATA, because it is then not the data that the lists are about.
    """
    folder = data_folder(settings)
    names, lists = nyu_names(folder), held_out_lists(folder)
    if missing := sorted({*lists["validation"], *lists["unused"]} - set(names)):
        few = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
        raise SystemExit(
            f"--data {folder}: nyu-train/rgb lacks {len(missing)} of the held-out rooms ({few}); "
            f"add them, or name this folder's own held-out rooms in nyu-train/{OWN_LIST}."
        )
    positions = {kind: [i for i, name in enumerate(names) if name in lists[kind]] for kind in ("validation", "unused")}
    val = positions["validation"]
    close = {i + k for i in val for k in range(-GUARD, GUARD + 1)} | set(positions["unused"])
    return [i for i in range(len(names)) if i not in close], val


def nyu_label_table(folder):
    """Returns the lookup table uint8 [256] from NYU-40 value to class id (IGNORE if it has none), and the list of NYU names."""
    names = json.loads((folder / "nyu-train" / "classes.json").read_text())["names"]
    table = np.full(256, IGNORE, np.uint8)
    for value, name in enumerate(names):
        if name in NYU_TO_CLASS:
            table[value] = CLASS_ID[NYU_TO_CLASS[name]]
    return table, names


def rooms_origin(settings):
    """Returns what the arrays of NYU's rooms are made from."""
    names = nyu_names(data_folder(settings))
    return {"rooms": len(names), "names": origin.digest(names)}


def photos_origin(settings):
    """Returns what the array of the captioned photos is made from."""
    files = [path for path, _ in photo_list(data_folder(settings))]
    return {"photos": len(files), "files": origin.digest(files)}


def open_nyu(settings):
    """Opens the arrays of NYU's rooms.

    Raises SystemExit if they are of other rooms than those in DATA.
    """
    origin.check(settings.folder, "nyu", rooms_origin(settings), "photos")
    return {name: np.load(settings.folder / f"nyu-{name}.npy", mmap_mode="r") for name in NYU_ARRAYS}


def open_photos(settings):
    """Opens the array of the captioned photos, [photos, PHOTO_SIZE, PHOTO_SIZE, 3].

    Raises SystemExit if they are others than those in DATA.
    """
    origin.check(settings.folder, "photos-rgb", photos_origin(settings), "photos")
    return np.load(settings.folder / "photos-rgb.npy", mmap_mode="r")


def photo_list(folder):
    lines = (folder / "photos" / "captions.tsv").read_text().splitlines()[1:]
    return [line.split("\t", 1) for line in lines]


def square(path):
    image = Image.open(path).convert("RGB")
    scale = PHOTO_SIZE / min(image.size)
    image = image.resize([max(PHOTO_SIZE, round(side * scale)) for side in image.size], Image.BICUBIC)
    left, top = (image.width - PHOTO_SIZE) // 2, (image.height - PHOTO_SIZE) // 2
    return np.asarray(image.crop((left, top, left + PHOTO_SIZE, top + PHOTO_SIZE)))


def run(settings):
    if settings.data is None:
        return
    folder = data_folder(settings)
    nyu = folder / "nyu-train"
    scales = json.loads((nyu / "meta.json").read_text())["depth"]
    names = nyu_names(folder)
    for name in ("nyu", "photos-rgb"):
        origin.forget(settings.folder, name)
    read = lambda kind, suffix: np.stack([np.asarray(Image.open(nyu / kind / (name + suffix))) for name in names])
    np.save(settings.folder / "nyu-rgb.npy", read("rgb", ".jpg"))
    np.save(settings.folder / "nyu-label.npy", read("label40", ".png"))
    depth = read("depth", ".png").astype(np.float32) * scales["scale"] + scales["offset"]
    np.save(settings.folder / "nyu-depth.npy", depth.astype(np.float16))
    photos = photo_list(folder)
    target = np.lib.format.open_memmap(settings.folder / "photos-rgb.npy", "w+", np.uint8, (len(photos), PHOTO_SIZE, PHOTO_SIZE, 3))
    for i, (path, _) in enumerate(photos):
        target[i] = square(folder / "photos" / path)
    target.flush()
    origin.write(settings.folder, "nyu", rooms_origin(settings))
    origin.write(settings.folder, "photos-rgb", photos_origin(settings))
    training, val = nyu_split(settings)
    print(f"NYU {len(training)} training, {len(val)} held out; {len(photos)} photos", flush=True)
