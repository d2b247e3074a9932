"""After fine-tuning: moves the bias of the referring head to where its masks overlap best, on training images.

Cross-entropy on rare foreground leaves a short training run with masks that rank pixels well and are too small or empty
at the argmax. One number, chosen on scenes and rooms of the training sets, corrects that.
"""

import numpy as np
import torch

import photos
from data import Nyu, Scenes, rows_of
from finetune import averaged_model

IMAGES, EACH = 72, 2
OFFSETS = np.arange(-1.0, 3.01, 0.1)  # added to the foreground logit


@torch.no_grad()
def overlaps(model, source, random):
    """Per expression and offset: intersection and union at the head's grid, arrays [expressions, offsets]."""
    intersections, unions = [], []
    for _ in range(IMAGES):
        pick = source.pick(random)
        expressions = [e for e in (source.expression(random, *pick) for _ in range(EACH)) if e[0] is not None]
        if not expressions:
            continue
        latents = torch.from_numpy(np.stack([source.latent(*pick)] * len(expressions)).astype(np.float32))
        logits = model("refer", latents, rows_of([text for text, _ in expressions]))
        for margin, (_, mask) in zip((logits[:, 1] - logits[:, 0]).numpy(), expressions):
            valid, target = mask != 255, mask == 1
            found = (margin[..., None] + OFFSETS > 0) & valid[..., None]
            intersections.append((found & target[..., None]).sum((0, 1)))
            unions.append((found | target[..., None]).sum((0, 1)))
    return np.array(intersections), np.array(unions)


def run(settings):
    torch.set_num_threads(1)
    path = settings.folder / "vpd.pt"
    state = torch.load(path, weights_only=True)
    model, random = averaged_model(state["average"]), np.random.default_rng(settings.seed)
    sources = [Scenes(settings)]
    if settings.data:
        sources.append(Nyu(settings, photos.nyu_split(settings)[0]))
    scores = []
    for source in sources:
        intersection, union = overlaps(model, source, random)
        scores.append((intersection / np.maximum(union, 1)).mean(0) + intersection.sum(0) / union.sum(0))
    best = int(np.mean(scores, 0).argmax())
    zero = int(np.abs(OFFSETS).argmin())
    print("refer bias %+.1f: oIoU + mean IoU on training images %s → %s" % (OFFSETS[best], *([round(float(s[k]), 3) for s in scores] for k in (zero, best))), flush=True)
    state["average"]["refer.head.conv1_1.bias"][1] += float(OFFSETS[best])
    torch.save(state, path)
