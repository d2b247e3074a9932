"""Sample scenes for the page, and evaluation folders for the command line.

    python samples.py --run RUN [--data DATA]

RUN/samples: generated rooms at 640×480 with depth (16-bit PNG, millimetres), classes (8-bit PNG) and expressions.
RUN/eval/scenes-refer: held-out scenes with expressions and masks, and with absent expressions; RUN/eval/scenes-absent: the same of
all held-out scenes, for `vpd calibrate`. RUN/eval/nyu-val: held-out NYU rooms (only with --data).
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import photos
from config import Settings
from phrases import load
from render import pack, render
from render_scenes import open_arrays
from scene import make_scene

# Rooms picked by eye, with expressions that fit one thing each; the seeds are out of reach of training and validation.
ROOMS = {
    20_000_054: ["the red chair", "the plant", "the bed", "the shelf"],
    20_000_013: ["the yellow chair", "the plant on the table", "the green shelf", "the rug"],
    20_000_052: ["the green chair", "the left television", "the ball", "the curtains"],
    20_000_023: ["the lamp on the left", "the yellow lamp", "the black chair", "the window"],
}
WIDTH, HEIGHT, OVERSAMPLE = 640, 480, 2
NYU_ROOMS, SCENES, ABSENT = 20, 20, 4  # ABSENT: expressions a scene


def pack_wide(scene):
    """The scene as NYU's camera would see it: 520 pixels of focal length at 640 pixels of width (training scenes are square crops of that)."""
    packed = pack([scene])
    packed["focal"] *= 256 / 320
    return packed


def pick_phrases(random, found):
    """Up to one expression of each group of kinds, all for different targets."""
    chosen, targets = [], set()
    for kinds in (("left", "right", "middle"), ("colour",), ("class",), ("near", "far"), ("on", "beside")):
        for k in random.permutation(len(found)):
            target = tuple(found[k]["objects"])
            if found[k]["kind"] in kinds and target not in targets and len(chosen) < 4:
                chosen.append(found[k]), targets.add(target)
                break
    return chosen


def save_image(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


def page_samples(folder):
    entries = []
    for number, (seed, texts) in enumerate(ROOMS.items(), 1):
        scene = make_scene(seed)
        rgb, _, _, _ = render(pack_wide(scene), WIDTH * OVERSAMPLE, HEIGHT * OVERSAMPLE)
        _, depth, _, labels = render(pack_wide(scene), WIDTH, HEIGHT)
        smooth = torch.nn.functional.avg_pool2d(rgb, OVERSAMPLE)[0].permute(1, 2, 0)
        save_image(folder / f"scene-{number}.png", (smooth.numpy() * 255 + 0.5).astype(np.uint8))
        save_image(folder / f"scene-{number}-depth.png", (depth[0].numpy() * 1000).round().astype(np.uint16))
        save_image(folder / f"scene-{number}-labels.png", labels[0].numpy())
        entries.append({"image": f"scene-{number}.png", "depth": f"scene-{number}-depth.png", "labels": f"scene-{number}-labels.png",
                        "depthUnit": "mm", "seed": seed, "expressions": texts})
        print(entries[-1], flush=True)
    (folder / "samples.json").write_text(json.dumps(entries, indent=1))


def evaluation_scenes(settings, folder, count):
    """refs.json: {"image", "expression", "mask"}, or {"image", "expression", "absent": true, "why"} where nothing fits (see absent.py)."""
    arrays, everything, references = open_arrays(settings, "val"), load(settings, "val"), []
    for i in range(min(count, len(everything))):
        save_image(folder / "rgb" / f"{i:03d}.png", np.array(arrays["rgb"][i]))
        for k, e in enumerate(pick_phrases(np.random.default_rng([i, 5]), everything[i]["expressions"])):
            mask = np.isin(arrays["object"][i], e["objects"])
            save_image(folder / "masks" / f"{i:03d}-{k}.png", mask.astype(np.uint8) * 255)
            references.append({"image": f"rgb/{i:03d}.png", "expression": e["text"], "mask": f"masks/{i:03d}-{k}.png"})
        for e in everything[i]["absent"][:ABSENT]:
            references.append({"image": f"rgb/{i:03d}.png", "expression": e["text"], "absent": True, "why": e["why"]})
    (folder / "refs.json").write_text(json.dumps(references, indent=1))


def evaluation_rooms(settings, folder):
    source = photos.data_folder(settings) / "nyu-train"
    names, val = photos.nyu_names(photos.data_folder(settings)), photos.nyu_split(settings)[1]
    for kind, suffix in (("rgb", ".jpg"), ("depth", ".png"), ("label40", ".png")):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for i in val[:: len(val) // NYU_ROOMS][:NYU_ROOMS]:
            shutil.copyfile(source / kind / (names[i] + suffix), folder / kind / (names[i] + suffix))
    for name in ("meta.json", "classes.json"):
        shutil.copyfile(source / name, folder / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="run")
    parser.add_argument("--data")
    arguments = parser.parse_args()
    settings = Settings(run=arguments.run, data=arguments.data)
    torch.set_num_threads(1)
    page_samples(Path(arguments.run) / "samples")
    evaluation_scenes(settings, Path(arguments.run) / "eval" / "scenes-refer", SCENES)
    evaluation_scenes(settings, Path(arguments.run) / "eval" / "scenes-absent", settings.val_scenes)
    if settings.data:
        evaluation_rooms(settings, Path(arguments.run) / "eval" / "nyu-val")


if __name__ == "__main__":
    main()
