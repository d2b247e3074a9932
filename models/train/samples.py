"""Sample scenes for the page, and evaluation folders for the command line.

    python samples.py --run RUN [--data DATA]

RUN/samples: generated rooms at 640×480 with depth (16-bit PNG, millimetres), classes (8-bit PNG) and expressions.
RUN/eval/scenes-refer: held-out scenes with expressions and masks. RUN/eval/nyu-val: held-out NYU rooms (only with --data).
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
from data import KIND_WEIGHT
from grammar import expressions, visible_objects
from phrases import load
from render import pack, render
from render_scenes import open_arrays
from scene import make_scene

FIRST_SEED = 20_000_000  # out of reach of training and validation seeds
CANDIDATES, CHOSEN = 60, 4
WIDTH, HEIGHT, OVERSAMPLE = 640, 480, 2
NYU_ROOMS, SCENES = 20, 20


def appeal(scene, objects, depth):
    """How good a room looks as an example: several large things of several colours, some depth, enough light."""
    seen = visible_objects(scene["objects"], objects, depth)
    large = [thing for thing in seen if thing["pixels"] > 600]
    if not 4 <= len(large) <= 9:
        return -1.0
    variety = len({thing["class"] for thing in large}) + 0.7 * len({thing["colour"] for thing in large})
    nearest = np.percentile(depth, 2)
    covered = max(thing["pixels"] for thing in large) / 256**2
    light = scene["light"]["ambient"] + 0.5 * scene["light"]["key"]
    return variety + 2 * min(light, 1.0) + min(np.percentile(depth, 90), 5) / 2 - 6 * max(0, covered - 0.25) - 4 * max(0, 1.3 - nearest)


def choose_seeds():
    scored = []
    for seed in range(FIRST_SEED, FIRST_SEED + CANDIDATES):
        scene = make_scene(seed)
        _, depth, objects, _ = render(pack([scene]), 256, 192)
        scored.append((appeal(scene, objects[0].numpy(), depth[0].numpy()), seed))
    return [seed for _, seed in sorted(scored, reverse=True)[:CHOSEN]]


def pick_phrases(random, found, count=4):
    """Up to `count` expressions of different kinds and different targets, relations first."""
    found = [e for e in found if e["kind"] not in ("shell", "group")]
    order = sorted(random.permutation(len(found)), key=lambda k: -KIND_WEIGHT[found[k]["kind"]])
    chosen, kinds, targets = [], set(), set()
    for k in order:
        kind, target = found[k]["kind"], tuple(found[k]["objects"])
        if kind not in kinds and target not in targets and len(chosen) < count:
            chosen.append(found[k]), kinds.add(kind), targets.add(target)
    return chosen


def save_image(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


def page_samples(folder, seeds):
    entries = []
    for number, seed in enumerate(seeds, 1):
        scene = make_scene(seed)
        rgb, _, _, _ = render(pack([scene]), WIDTH * OVERSAMPLE, HEIGHT * OVERSAMPLE)
        _, depth, objects, labels = render(pack([scene]), WIDTH, HEIGHT)
        smooth = torch.nn.functional.avg_pool2d(rgb, OVERSAMPLE)[0].permute(1, 2, 0)
        save_image(folder / f"scene-{number}.png", (smooth.numpy() * 255 + 0.5).astype(np.uint8))
        save_image(folder / f"scene-{number}-depth.png", (depth[0].numpy() * 1000).round().astype(np.uint16))
        save_image(folder / f"scene-{number}-labels.png", labels[0].numpy())
        random = np.random.default_rng([seed, 4])
        seen = visible_objects(scene["objects"], objects[0].numpy(), depth[0].numpy())
        texts = [e["text"] for e in pick_phrases(random, expressions(random, seen, objects[0].numpy()))]
        entries.append({"image": f"scene-{number}.png", "depth": f"scene-{number}-depth.png", "labels": f"scene-{number}-labels.png",
                        "depthUnit": "mm", "seed": seed, "expressions": texts})
        print(entries[-1], flush=True)
    (folder / "samples.json").write_text(json.dumps(entries, indent=1))


def evaluation_scenes(settings, folder):
    arrays, everything, references = open_arrays(settings, "val"), load(settings, "val"), []
    for i in range(min(SCENES, len(everything))):
        save_image(folder / "rgb" / f"{i:03d}.png", np.array(arrays["rgb"][i]))
        for k, e in enumerate(pick_phrases(np.random.default_rng([i, 5]), everything[i]["expressions"], 4)):
            mask = np.isin(arrays["object"][i], e["objects"])
            save_image(folder / "masks" / f"{i:03d}-{k}.png", mask.astype(np.uint8) * 255)
            references.append({"image": f"rgb/{i:03d}.png", "expression": e["text"], "mask": f"masks/{i:03d}-{k}.png"})
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
    parser.add_argument("--seeds", type=int, nargs="*", help="instead of the most appealing ones")
    arguments = parser.parse_args()
    settings = Settings(run=arguments.run, data=arguments.data)
    torch.set_num_threads(1)
    page_samples(Path(arguments.run) / "samples", arguments.seeds or choose_seeds())
    evaluation_scenes(settings, Path(arguments.run) / "eval" / "scenes-refer")
    if settings.data:
        evaluation_rooms(settings, Path(arguments.run) / "eval" / "nyu-val")


if __name__ == "__main__":
    main()
