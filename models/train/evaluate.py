"""Stage “evaluate”: measures figures on held-out scenes and held-out NYU rooms, at the resolution of the images.

    python evaluate.py --run RUN --data DATA [--checkpoint vpd]
    python evaluate.py --run RUN --kinds train --count 1000
"""

import argparse
import json
from dataclasses import asdict

import numpy as np
import torch

import photos
from checkpoint import averaged, fingerprint
from classes import CLASSES, IGNORE
from config import Settings
from data import rows_of
from nyu_rooms import Rooms
from parallel import prepare_process
from phrases import load
from render_scenes import open_arrays
from sizes import FACTOR, pad_image, to_pixels
from tint import tinted
from tokenizer import end_position
from views import unframed
from vpd import SUPERVISED_LEVELS, averaged_model

BATCH = 8
EIGEN_CROP = (slice(22, 236), slice(20, 300))  # rows and columns at 240×320, half of the usual 45:471 and 41:601 at 480×640
MIN_TARGET = 0.003  # share of the image's pixels
IMAGES, PER_IMAGE = 200, 4  # of each held-out set; expressions, and as many absent ones, per image
OF_A_KIND = 150  # expressions per kind, over all shapes; a random draw from the squares has only 6 to 10 of the rarest kinds
NYU_PICTURE = np.s_[:, : photos.NYU_SIZE[1], : photos.NYU_SIZE[0]]


def known(truth):
    """Returns which pixels of a depth map have a depth that is scored."""
    return (truth > 1e-3) & (truth < 10)


class DepthScore:
    """Computes figures per image, then their means, as is usual for NYU."""

    def __init__(self):
        self.figures = []

    def add(self, predicted, truth):
        for p, t in zip(predicted, truth):
            valid = known(t)
            p, t = p[valid], t[valid]
            ratio = np.maximum(p / t, t / p)
            self.figures.append((np.sqrt(((p - t) ** 2).mean()), (ratio < 1.25).mean(), (np.abs(p - t) / t).mean(), (p - t).mean()))

    def result(self):
        rmse, delta, relative, bias = np.mean(self.figures, 0)
        return {"rmse": float(rmse), "delta1": float(delta), "absRel": float(relative), "bias": float(bias), "images": len(self.figures)}


class SegmentScore:
    def __init__(self):
        self.confusion = np.zeros((len(CLASSES), len(CLASSES)), np.int64)

    def add(self, predicted, truth):
        valid = truth != IGNORE
        index = truth[valid].astype(np.int64) * len(CLASSES) + predicted[valid]
        self.confusion += np.bincount(index, minlength=self.confusion.size).reshape(self.confusion.shape)

    def result(self):
        hits, truth = np.diag(self.confusion), self.confusion.sum(1)
        iou = hits / np.maximum(truth + self.confusion.sum(0) - hits, 1)
        return {"mIoU": float(iou[truth > 0].mean()), "accuracy": float(hits.sum() / max(truth.sum(), 1)), "classes": int((truth > 0).sum()),
                "iou": {name: round(float(v), 3) for name, v, n in zip(CLASSES, iou, truth) if n}}


class ReferScore:
    def __init__(self):
        self.records = []

    def add(self, kind, predicted, truth):
        self.records.append((kind, (predicted & truth).sum(), (predicted | truth).sum()))

    def result(self):
        kinds = np.array([kind for kind, _, _ in self.records])
        overlap, union = np.array([r[1] for r in self.records], float), np.array([r[2] for r in self.records], float)
        iou = overlap / np.maximum(union, 1)
        of = lambda chosen: {"oIoU": round(float(overlap[chosen].sum() / max(union[chosen].sum(), 1)), 3),
                             "mIoU": round(float(iou[chosen].mean()), 3), "count": int(chosen.sum())}
        objects = ~np.isin(kinds, ["shell", "group"])
        return {**of(np.ones(len(kinds), bool)), "P@0.5": float((iou >= 0.5).mean()),
                "objects only": of(objects) if objects.any() else None, "kinds": {kind: of(kinds == kind) for kind in sorted(set(kinds.tolist()))}}


def batches(items):
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def encoded(model, images):
    """Returns latents [images, 4, h, w] of uint8 images [images, height, width, 3]."""
    return torch.cat([model.vae.encode(pad_image(to_pixels(images[part]))) for part in batches(np.arange(len(images)))])


def on_picture_of(maps):
    """Returns the index that cuts pictures of the size of `maps` [images, height, width] out of the model's outputs for padded inputs."""
    height, width = maps.shape[1:]
    return np.s_[:, :height, :width]


def metres_of(model, latents, on_picture):
    """Returns depth [batch, height, width] in metres for latents [batch, 4, h, w]; `on_picture`: an index that removes the padding."""
    return model.full("depth", latents)[:, 0].numpy()[on_picture]


def labels_of(model, latents, on_picture):
    """Returns class ids [batch, height, width] for latents [batch, 4, h, w]; `on_picture`: an index that removes the padding."""
    return model.full("segment", latents).argmax(1).numpy()[on_picture]


def pick_expressions(all_phrases, per_image, acceptable):
    """Returns [(image, expression)], up to `per_image` acceptable expressions of each image, in an order drawn from a fixed seed."""
    picked = []
    for i, item in enumerate(all_phrases):
        order = np.random.default_rng([i, 3]).permutation(len(item["expressions"]))
        fitting = [item["expressions"][k] for k in order if acceptable(i, item["expressions"][k])]
        picked += [(i, expression) for expression in fitting[:per_image]]
    return picked


def absent(model, latents, everything, per_image, on_picture):
    """Returns figures on expressions that fit nothing: the share that gets a mask all the same, and the mean share of the image masked; None if there are
    none."""
    items = [(i, e) for i, item in enumerate(everything) for e in item.get("absent", [])[:per_image]]
    shares = []
    for part in batches(items):
        logits = model.full("refer", latents[[i for i, _ in part]], rows_of([e["text"] for _, e in part]))
        shares += list((logits[:, 1] > logits[:, 0]).numpy()[on_picture].mean((1, 2)))
    if not shares:
        return None
    return {"masked": round(float(np.mean(np.array(shares) > 0)), 3), "area": round(float(np.mean(shares)), 4), "count": len(shares)}


def refer(model, latents, items, mask_of, on_picture, score=None):
    """Returns figures on [(image, expression)], together with those in `score` if it is given."""
    score = score or ReferScore()
    for part in batches(items):
        logits = model.full("refer", latents[[i for i, _ in part]], rows_of([e["text"] for _, e in part]))
        masks = (logits[:, 1] > logits[:, 0]).numpy()[on_picture]
        for (i, expression), mask in zip(part, masks):
            score.add(expression["kind"], mask, mask_of(i, expression))
    return score.result()


def attention_mass(model, latents, items, mask_of):
    """Returns the share of the mass of an expression's word maps inside its target, over the target's share of the image: 1 for maps at chance. The maps
    are the head's inputs at H/8 and H/16, summed over the words (without start, end and padding). Only for pictures that need no padding, because
    their masks fit the cells of the maps."""
    gains, whole = [], tuple(FACTOR * side for side in latents.shape[-2:])
    for part in batches(items):
        rows = rows_of([e["text"] for _, e in part])
        _, maps, _ = model.perceive("refer", latents[[i for i, _ in part]], rows)
        for k, (i, expression) in enumerate(part):
            target = torch.from_numpy(mask_of(i, expression).astype(np.float32))[None, None]
            assert target.shape[-2:] == whole, (target.shape, whole)
            ratios = []
            for attention in maps[:SUPERVISED_LEVELS]:
                words = attention[k, 1 : int(end_position(rows[k].numpy()))].float().sum(0)
                inside = torch.nn.functional.adaptive_avg_pool2d(target, words.shape)[0, 0]
                ratios.append(((words * inside).sum() / words.sum() / inside.mean()).item())
            gains.append(np.mean(ratios))
    return {"mean": float(np.mean(gains)), "median": float(np.median(gains)), "count": len(gains)}


def evaluate_scenes(model, settings, name, count, per_image):
    arrays, everything = open_arrays(settings, name), load(settings, name)
    latents = encoded(model, arrays["rgb"][:count])
    indices = list(range(len(latents)))
    depth, segment, on_picture = DepthScore(), SegmentScore(), on_picture_of(arrays["depth"])
    for part in batches(indices):
        depth.add(metres_of(model, latents[part], on_picture), arrays["depth"][part].astype(np.float32))
        segment.add(labels_of(model, latents[part], on_picture), arrays["label"][part])
    mask_of = lambda i, expression: np.isin(arrays["object"][i], expression["objects"])
    items = pick_expressions(everything[: len(indices)], per_image, lambda i, e: mask_of(i, e).mean() > MIN_TARGET)
    named = [(i, e) for i, e in items if e["kind"] in ("class", "colour")]
    return {"depth": depth.result(), "segment": segment.result(), "refer": refer(model, latents, items, mask_of, on_picture),
            "absent": absent(model, latents, everything[: len(indices)], per_image, on_picture),
            **({"attentionMass": attention_mass(model, latents, named, mask_of)} if name == "val" else {})}


def evaluate_kinds(model, settings, split="val", count=OF_A_KIND):
    """Returns referring figures on up to `count` expressions of every kind, drawn from the scenes of all shapes. `split` "train": those of the
    run, for weights that were never trained on them."""
    sets = [each.name for each in settings.scene_sets(split) if each.kind == "room"]
    arrays = {name: open_arrays(settings, name) for name in sets}
    of_kind = {}
    for name in sets:
        for i, item in enumerate(load(settings, name)):
            for expression in item["expressions"]:
                if np.isin(arrays[name]["object"][i], expression["objects"]).mean() > MIN_TARGET:
                    of_kind.setdefault(expression["kind"], []).append((name, i, expression))
    random, score = np.random.default_rng(4), ReferScore()
    chosen = [found[k] for _, found in sorted(of_kind.items()) for k in random.permutation(len(found))[:count]]
    for name in sets:
        mask_of = lambda i, expression, name=name: np.isin(arrays[name]["object"][i], expression["objects"])
        latents, own = encoded(model, arrays[name]["rgb"]), [(i, e) for each, i, e in chosen if each == name]
        refer(model, latents, own, mask_of, on_picture_of(arrays[name]["depth"]), score)
    return score.result()["kinds"]


def evaluate_nyu(model, settings, count, per_image):
    """Returns figures on about `count` held-out NYU rooms, evenly drawn, with up to `per_image` expressions each."""
    arrays, val = photos.open_nyu(settings), photos.nyu_split(settings)[1]
    val = val[:: max(1, len(val) // count)]
    latents = encoded(model, arrays["rgb"][val])
    return {
        **nyu_depth(model, arrays, val, latents), **nyu_words(model, settings, arrays, val, latents, per_image),
        "painted": evaluate_painted(model, settings, val, per_image),
    }


def nyu_depth(model, arrays, val, latents):
    """Returns depth figures on the rooms `val` with these latents [rooms, 4, h, w]: on whole photos; in Eigen's crop; there also averaged with the mirror
    image; and that without the white frame, by which the model recognises NYU's camera, as people's photos have no frame."""
    framed, truth = arrays["rgb"][val], arrays["depth"][val].astype(np.float32)
    found = nyu_metres(model, latents)
    return {
        "depth": depth_figures(found, truth), "depthEigenCrop": crop_figures(found, truth),
        "depthEigenCropFlip": crop_figures(flip_averaged(model, framed, found), truth),
        "depthEigenCropFlipUnframed": crop_figures(flip_averaged(model, unframed(framed)), truth),
    }


def nyu_metres(model, latents):
    """Returns depth [rooms, 240, 320] in metres for the latents of NYU's rooms."""
    return np.concatenate([metres_of(model, latents[part], NYU_PICTURE) for part in batches(np.arange(len(latents)))])


def flip_averaged(model, images, found=None):
    """Returns depth [rooms, 240, 320] of photos [rooms, 240, 320, 3], averaged with that of their mirror images; `found`: depth of the photos, if it is known
    already."""
    found = nyu_metres(model, encoded(model, images)) if found is None else found
    return (found + nyu_metres(model, encoded(model, images[:, :, ::-1]))[..., ::-1]) / 2


def depth_figures(predicted, truth):
    """Returns depth figures on maps [rooms, height, width]."""
    score = DepthScore()
    score.add(predicted, truth)
    return score.result()


def crop_figures(predicted, truth):
    """Returns depth figures in Eigen's crop of maps [rooms, 240, 320]."""
    return depth_figures(predicted[:, *EIGEN_CROP], truth[:, *EIGEN_CROP])


def nyu_words(model, settings, arrays, val, latents, per_image):
    """Returns figures on classes and expressions in the rooms `val` with these latents [rooms, 4, h, w]."""
    rooms, everything = Rooms(settings), load(settings, "nyu")
    (table, _), segment = photos.nyu_label_table(photos.data_folder(settings)), SegmentScore()
    for part in batches(np.arange(len(val))):
        segment.add(labels_of(model, latents[part], NYU_PICTURE), table[arrays["label"][[val[k] for k in part]]])
    mask_of = lambda k, expression: rooms[val[k]].mask(expression["objects"])
    chosen = [everything[i] for i in val]
    items = pick_expressions(chosen, per_image, lambda k, e: mask_of(k, e).mean() > MIN_TARGET)
    return {
        "segment": segment.result(), "refer": refer(model, latents, items, mask_of, NYU_PICTURE),
        "absent": absent(model, latents, chosen, per_image, NYU_PICTURE),
    }


def evaluate_painted(model, settings, positions, per_image):
    """Returns referring figures on expressions that name a colour, in NYU rooms with painted objects (see tint.py), because NYU's labels have no colours."""
    rooms, (_, names) = Rooms(settings), photos.nyu_label_table(photos.data_folder(settings))
    painted = [tinted(rooms[i], rooms[i].things(names), np.random.default_rng([i, 9])) for i in positions]
    painted = [each for each in painted if each and each[1]]
    latents = encoded(model, np.stack([room.rgb for room, _, _ in painted]))
    mask_of = lambda k, expression: painted[k][0].mask(expression["objects"])
    items = pick_expressions([{"expressions": true} for _, true, _ in painted], per_image, lambda k, e: mask_of(k, e).mean() > MIN_TARGET)
    everything = [{"absent": nothing} for _, _, nothing in painted]
    return {
        "refer": refer(model, latents, items, mask_of, NYU_PICTURE), "absent": absent(model, latents, everything, per_image, NYU_PICTURE),
    }


@torch.no_grad()
def evaluate(model, settings, count, per_image=2, shapes=False):
    """Returns figures on up to `count` images of each held-out set; `shapes`: also on scenes that are not square."""
    model.eval()
    found = {"scenes": evaluate_scenes(model, settings, "val", count, per_image)}
    if settings.data:
        found["nyu"] = evaluate_nyu(model, settings, count, per_image)
    for each in settings.scene_sets("val")[1:] if shapes else []:
        found[each.name.removeprefix("val-")] = evaluate_scenes(model, settings, each.name, count, per_image)
    return found


def headline(found):
    """Returns the main figures as one line."""
    return "; ".join(
        f"{name}: RMSE {f['depth']['rmse']:.3f} m, δ1 {f['depth']['delta1']:.3f}, mIoU {f['segment']['mIoU']:.3f}, oIoU {f['refer']['oIoU']:.3f} "
        f"(objects {f['refer']['objects only']['oIoU'] if f['refer']['objects only'] else 0:.3f})"
        + (f", absent masked {f['absent']['masked']:.2f} area {f['absent']['area']:.4f}" if f["absent"] else "")
        + (f", painted {f['painted']['refer']['oIoU']:.3f}" if "painted" in f else "")
        + (f", mass {f['attentionMass']['mean']:.2f}" if "attentionMass" in f else "")
        for name, f in found.items()
    )


def run(settings, checkpoint="vpd"):
    prepare_process(nice=False)
    state = averaged(settings.folder, checkpoint)
    model = averaged_model(state)
    with torch.no_grad():
        found = evaluate(model, settings, IMAGES, PER_IMAGE, shapes=True)
        kinds = evaluate_kinds(model, settings, count=2 if settings.smoke else OF_A_KIND)
    record = {**found, "kinds": kinds, "weights": fingerprint(state), "sets": [asdict(each) for each in settings.scene_sets("val")]}
    (settings.folder / f"evaluation-{checkpoint}.json").write_text(json.dumps(record, indent=1))
    print(headline(found), "kinds:", {kind: each["oIoU"] for kind, each in kinds.items()}, flush=True)
    return found


def run_kinds(settings, checkpoint, split, count):
    """Returns the figures by kind alone."""
    prepare_process(nice=False)
    with torch.no_grad():
        return evaluate_kinds(averaged_model(averaged(settings.folder, checkpoint)), settings, split, count)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--data")
    parser.add_argument("--checkpoint", default="vpd")
    parser.add_argument("--kinds", choices=("val", "train"),
                        help="only the figures by kind of expression; train: on RUN's training rooms, for weights that were never trained on them")
    parser.add_argument("--count", type=int, default=OF_A_KIND, help="expressions per kind, with --kinds")
    arguments = parser.parse_args()
    settings = Settings.load(arguments.run, data=arguments.data)
    found = run_kinds(settings, arguments.checkpoint, arguments.kinds, arguments.count) if arguments.kinds else run(settings, arguments.checkpoint)
    print(json.dumps(found, indent=1))
