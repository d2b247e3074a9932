"""Writes sample scenes for the page, and evaluation folders for the command line.

    python samples.py --page ../../public/samples
    python samples.py --run RUN [--data DATA]

--page FOLDER: generated rooms at 640×480, samples.json (names and expressions), and the ground truth of each room: scene-N/truth.json with
depth (16-bit PNG, millimetres), classes (8-bit PNG) and the mask of each expression (COCO RLE). `npm run samples` then adds the results of the
embedded pack. The rooms depend on their seeds only.
--run RUN: RUN/eval/square, landscape, portrait, wide: held-out scenes with depth, classes, expressions and their masks, and absent expressions,
for `vpd eval` and `vpd calibrate`. RUN/eval/nyu-val: held-out NYU rooms (only with --data).
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import photos
from classes import CLASSES, IGNORE
from config import SHAPES, Settings
from grammar import expressions, visible_objects
from phrases import load
from render import pack, render
from render_scenes import open_arrays
from scene import make_scene

# Rooms picked by eye, with expressions that fit one object each; training and validation never use these seeds.
ROOMS = {
    20_000_054: ("Bedroom", ["the red chair", "the bed", "the shelf", "the plant"]),
    20_000_013: ("Round table", ["the yellow chair", "the rug", "the green shelf", "the table"]),
    20_000_052: ("Two televisions", ["the green chair", "the ball", "the curtains", "the left television"]),
    20_000_023: ("Lamps", ["the yellow lamp", "the window", "the black chair", "the lamp on the left"]),
    20_000_154: ("Orange sofa", ["the orange sofa", "the black ball", "the lamp on the left", "the gray box"]),
    20_000_124: ("Blue bed", ["the blue bed", "the yellow chair", "the ball", "the chair on the left"]),
    20_000_131: ("Refrigerator", ["the refrigerator", "the blue shelf", "the ball", "the yellow chair"]),
    20_000_146: ("Five chairs", ["the red chair", "the rug", "the lamp", "the blue chair"]),
}
WIDTH, HEIGHT, OVERSAMPLE = 640, 480, 2
NYU_ROOMS, ABSENT = 20, 4  # number of NYU rooms; absent expressions per scene
STREAMS = 400  # seeds of the grammar that are tried; one of them must produce each expression of ROOMS
EVALUATION = {"min": 0.001, "max": 10, "crop": None}  # metres; range of depths that count, as for NYU


def pack_wide(scene):
    """Packs the scene as seen by NYU's camera, with a focal length of 520 pixels at a width of 640 (square training scenes are crops of that)."""
    packed = pack([scene])
    packed["focal"] *= 256 / 320
    return packed


def pick_phrases(random, found):
    """Returns up to one expression of each group of kinds, four in all, each with another target."""
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


def find_objects(scene, identities, depth, texts):
    """Returns {text: object ids}, according to the grammar. Asserts that the grammar produces every text for this room, with one meaning."""
    seen, meant = visible_objects(scene["objects"], identities, depth), {}
    for stream in range(STREAMS):
        for e in expressions(np.random.default_rng([scene["seed"], stream]), seen, identities):
            if e["text"] in texts:
                known = meant.setdefault(e["text"], e["objects"])
                assert sorted(known) == sorted(e["objects"]), f"{e['text']!r} fits several things in room {scene['seed']}"
    missing = [text for text in texts if text not in meant]
    assert not missing, f"room {scene['seed']} has no {missing}; it has {[(o['colour'], o['class']) for o in seen]}"
    return meant


def run_lengths(mask):
    """Returns COCO's compressed RLE, as pycocotools writes it: runs down the columns, starting with zeros."""
    flat = mask.T.ravel().astype(np.int8)
    ends = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()
    counts, text = ([0] if flat[0] else []) + runs, ""
    for i, run in enumerate(counts):
        rest, more = run - counts[i - 2] if i > 2 else run, True
        while more:
            bits, rest = rest & 0x1F, rest >> 5
            more = rest != (-1 if bits & 0x10 else 0)
            text += chr(48 + (bits | 0x20 if more else bits))
    return {"size": list(mask.shape), "counts": text}


def page_samples(folder):
    entries = []
    for number, (seed, (name, texts)) in enumerate(ROOMS.items(), 1):
        scene, stem = make_scene(seed), f"scene-{number}"
        rgb, _, _, _ = render(pack_wide(scene), WIDTH * OVERSAMPLE, HEIGHT * OVERSAMPLE)
        _, depth, objects, labels = render(pack_wide(scene), WIDTH, HEIGHT)
        depth, objects, labels = depth[0].numpy(), objects[0].numpy(), labels[0].numpy()
        meant = find_objects(scene, objects, depth, texts)
        smooth = torch.nn.functional.avg_pool2d(rgb, OVERSAMPLE)[0].permute(1, 2, 0)
        save_image(folder / f"{stem}.png", (smooth.numpy() * 255 + 0.5).astype(np.uint8))
        save_image(folder / stem / "truth-depth.png", (depth * 1000).round().astype(np.uint16))
        save_image(folder / stem / "truth-labels.png", labels.astype(np.uint8))
        truth = {
            "depth": {"file": "truth-depth.png", "scale": 0.001, "offset": 0},
            "eval": EVALUATION,
            "labels": {"file": "truth-labels.png", "names": list(CLASSES), "ignore": IGNORE},
            "expressions": [{"expression": text, "mask": run_lengths(np.isin(objects, meant[text]))} for text in texts],
        }
        (folder / stem / "truth.json").write_text(json.dumps(truth) + "\n")
        entries.append({"file": f"{stem}.png", "name": name, "prompts": texts, "truth": f"{stem}/truth.json", "results": f"{stem}/results.json"})
        print(entries[-1], {text: np.isin(objects, ids).sum() for text, ids in meant.items()}, flush=True)
    (folder / "samples.json").write_text(json.dumps(entries, indent=2) + "\n")


def evaluation_scenes(settings, folder, name):
    """Writes a set of held-out scenes: rgb, depth (16-bit PNG, millimetres), label40 (8-bit PNG, indices of classes.json; the folder is named as NYU's),
    and refs.json with {"image", "expression", "mask"}, or {"image", "expression", "absent": true, "why"} for expressions that fit nothing (see absent.py)."""
    arrays, everything, references = open_arrays(settings, name), load(settings, name), []
    for i in range(len(everything)):
        save_image(folder / "rgb" / f"{i:03d}.png", np.array(arrays["rgb"][i]))
        save_image(folder / "depth" / f"{i:03d}.png", (arrays["depth"][i].astype(np.float32) * 1000).round().astype(np.uint16))
        save_image(folder / "label40" / f"{i:03d}.png", np.array(arrays["label"][i]))
        for k, e in enumerate(pick_phrases(np.random.default_rng([i, 5]), everything[i]["expressions"])):
            mask = np.isin(arrays["object"][i], e["objects"])
            save_image(folder / "masks" / f"{i:03d}-{k}.png", mask.astype(np.uint8) * 255)
            references.append({"image": f"rgb/{i:03d}.png", "expression": e["text"], "mask": f"masks/{i:03d}-{k}.png"})
        for e in everything[i]["absent"][:ABSENT]:
            references.append({"image": f"rgb/{i:03d}.png", "expression": e["text"], "absent": True, "why": e["why"]})
    (folder / "refs.json").write_text(json.dumps(references, indent=1))
    (folder / "classes.json").write_text(json.dumps({"names": list(CLASSES), "ignore": IGNORE}))
    (folder / "meta.json").write_text(json.dumps({"depth": {"scale": 0.001, "offset": 0}, "eval": EVALUATION}))


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
    parser.add_argument("--page")
    parser.add_argument("--run")
    parser.add_argument("--data")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.page:
        page_samples(Path(arguments.page))
    if not arguments.run:
        return
    settings = Settings.load(arguments.run, data=arguments.data)
    for each, shape in zip(settings.scene_sets("val"), SHAPES):
        evaluation_scenes(settings, Path(arguments.run) / "eval" / shape, each.name)
    if settings.data:
        evaluation_rooms(settings, Path(arguments.run) / "eval" / "nyu-val")


if __name__ == "__main__":
    main()
