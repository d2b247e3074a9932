"""Stage “calibrate”: shifts the bias of the referring head to the value with the best overlap of masks on training images, among those that mask
little for phrases that fit nothing.

As foreground is rare, cross-entropy in a short training run yields logits that rank pixels well, but masks (at the argmax) that are too small, too
large or empty. One number, chosen on scenes and rooms of the training sets, corrects that. Over a wide range of it, overlap hardly changes, while the
area masked for phrases that fit nothing doubles.
"""

import numpy as np
import torch

import photos
from checkpoint import store
from classes import IGNORE
from data import Nyu, Scenes, rows_of
from sizes import pad_image
from vpd import averaged_model

EACH = 2  # true expressions per image, and as many absent ones
OFFSETS = np.arange(-1.5, 3.01, 0.1)  # added to the foreground logit
# Largest share of the pixels of training images that may be masked for absent expressions. Over the rounds it was 1.45, 1.75, 1.6 and 1.8 %, changed with
# a look at the area that was masked on held-out rooms.
MAX_ABSENT = 0.018


@torch.no_grad()
def overlaps(model, source, images, random):
    """Returns, per expression and offset, on the head's grid: intersections and unions of true expressions, and shares masked for absent ones; three
    arrays [expressions, offsets]."""
    intersections, unions, shares = [], [], []
    for _ in range(images):
        example = source.example(random)
        draws = [draw(random) for draw in (example.expression, example.absent) for _ in range(EACH)]
        expressions = [draw[1:] for draw in draws if draw]
        if not expressions:
            continue
        latent = model.vae.encode(pad_image(example.pixels)).expand(len(expressions), -1, -1, -1)
        logits = model("refer", latent, rows_of([text for text, _ in expressions]))
        for margin, (_, mask) in zip((logits[:, 1] - logits[:, 0]).numpy(), expressions):
            known = mask != IGNORE
            margin, target = margin[: mask.shape[0], : mask.shape[1]][known], mask[known] == 1
            found = margin[:, None] + OFFSETS > 0
            if not target.any():
                shares.append(found.mean(0))
                continue
            intersections.append((found & target[:, None]).sum(0))
            unions.append((found | target[:, None]).sum(0))
    return np.array(intersections), np.array(unions), np.array(shares)


def run(settings):
    torch.set_num_threads(1)
    path = settings.folder / "vpd.pt"
    state = torch.load(path, weights_only=True)
    model, random = averaged_model(state["average"]), np.random.default_rng(settings.seed)
    sources = [Scenes(settings)]
    if settings.data:
        sources.append(Nyu(settings, photos.nyu_split(settings)[0]))
    scores, areas = [], []
    for source in sources:
        intersection, union, share = overlaps(model, source, settings.calibrate_images, random)
        scores.append((intersection / np.maximum(union, 1)).mean(0) + intersection.sum(0) / union.sum(0))
        areas.append(share.mean(0))
    allowed = np.max(areas, 0) <= MAX_ABSENT
    if not allowed.any():
        every = f"every one from {OFFSETS[0]:+.1f} to {OFFSETS[-1]:+.1f}"
        print(f"refer bias stays: {every} masks more than {MAX_ABSENT:.1%} where nothing fits", flush=True)
        return
    best = int(np.where(allowed, np.mean(scores, 0), -1).argmax())
    zero = int(np.abs(OFFSETS).argmin())
    shown = lambda values: [tuple(round(float(v[k]), 4) for k in (zero, best)) for v in values]
    figures = f"oIoU + mean IoU on training images {shown(scores)}, masked where nothing fits {shown(areas)}"
    print(f"refer bias {OFFSETS[best]:+.1f}: {figures}", flush=True)
    state["average"]["refer.head.conv1_1.bias"][1] += float(OFFSETS[best])
    state["calibrated"] = state.get("calibrated", 0.0) + float(OFFSETS[best])
    store(state, path)
