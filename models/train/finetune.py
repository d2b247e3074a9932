"""Stage 8: joint fine-tuning of depth, referring and semantic segmentation from the pre-trained UNet.

Every step runs one batch of each task through the shared UNet (three passes, as in VPD) and sums the gradients.
"""

from collections import deque

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import photos
from checkpoint import Stage
from classes import CLASSES, IGNORE
from data import Mixture, Nyu, Scenes, scene_mixture
from evaluate import evaluate, headline
from muon import Muon
from parallel import half_precision, launch
from vpd import VPD

MASK_WEIGHTS = (0.8, 2.0)  # background, target; VPD's 0.9 and 1.1 left masks empty for most of this short stage


def depth_loss(predicted, truth, settings):
    """Scale-sensitive silog plus L1 in metres over pixels with a measurement; predicted [batch, 1, h, w]."""
    valid = truth > 0
    predicted, truth = predicted[:, 0][valid], truth[valid]
    difference = torch.log(predicted.clamp(min=1e-3)) - torch.log(truth)
    silog = torch.sqrt(difference.pow(2).mean() - settings.silog_lambda * difference.mean().pow(2) + 1e-8)
    return silog + settings.depth_metres_weight * (predicted - truth).abs().mean()


def refer_loss(logits, maps, mask, settings):
    """Cross-entropy and soft dice over valid pixels; logits [batch, 2, h, w], mask 0, 1 or 255.

    The maps are told to be a mask as well: a pixel of the target attends to the words, any other pixel to the start token.
    Without that, attention took most of the stage to notice the words.
    """
    cross_entropy = F.cross_entropy(logits, mask, torch.tensor(MASK_WEIGHTS), ignore_index=IGNORE)
    valid, target = (mask != IGNORE).float(), (mask == 1).float()
    loss = cross_entropy + settings.dice_weight * dice(logits.softmax(1)[:, 1], target, valid)
    for attention in maps[:2]:
        size = attention.shape[-2:]
        coarse, inside = F.adaptive_avg_pool2d(target, size), (F.adaptive_avg_pool2d(valid, size) > 0.5).float()
        words = (1 - attention[:, 0].float()).clamp(1e-4, 1 - 1e-4)
        found = F.binary_cross_entropy(words, coarse, inside) + settings.dice_weight * dice(words, coarse, inside)
        loss = loss + settings.refer_map_weight * found
    return loss


def dice(chance, target, valid):
    """1 − soft dice, averaged over the batch; all [batch, h, w]."""
    chance = chance * valid
    overlap, total = (chance * target).sum((1, 2)), chance.sum((1, 2)) + target.sum((1, 2))
    return (1 - 2 * overlap / (total + 1)).mean()


def segment_loss(logits, maps, labels, weights, settings):
    """Cross-entropy and soft dice of the head, and cross-entropy of the attention maps taken as class probabilities at their own resolution."""
    logarithms = logits.permute(0, 2, 3, 1).flatten(0, 2).log_softmax(1)  # as the head lays them out; one softmax for both terms
    flat = labels.flatten()
    loss = F.nll_loss(logarithms, flat, weights, ignore_index=IGNORE) + settings.segment_dice_weight * class_dice(logarithms.exp(), flat)
    for attention in maps[:2]:
        coarse = labels[:, :: labels.shape[1] // attention.shape[2], :: labels.shape[2] // attention.shape[3]]
        loss = loss + settings.map_weight * F.nll_loss(attention.float().clamp(min=1e-4).log(), coarse, weights, ignore_index=IGNORE)
    return loss


def class_dice(chance, labels):
    """1 − soft dice over the batch, averaged over the classes in it: every class counts the same, as in mean IoU. chance [pixels, classes]."""
    valid = labels != IGNORE
    known = labels.where(valid, 0)
    overlap = chance.new_zeros(len(CLASSES)).index_add(0, known, chance.gather(1, known[:, None])[:, 0] * valid)
    count = torch.bincount(labels[valid], minlength=len(CLASSES))
    here = count > 0
    return (1 - 2 * overlap / (valid.to(chance.dtype) @ chance + count))[here].mean()


def class_weights(settings):
    """Rarer classes weigh more, by a power of their frequency; unseen ones weigh nothing extra."""
    counts = np.bincount(np.asarray(Scenes(settings).arrays["label"][:: max(1, settings.train_scenes // 400), ::8, ::8]).ravel(), minlength=256)[: len(CLASSES)]
    share = counts / counts.sum()
    if settings.data:
        labels = np.load(settings.folder / "nyu-copies-label.npy", mmap_mode="r")[photos.nyu_split(settings)[0], 0, ::4, ::4]
        real = np.bincount(labels.ravel(), minlength=256)[: len(CLASSES)]
        share = (share + real / real.sum()) / 2
    weights = (share.clip(1e-4) ** -settings.class_balance).clip(max=10.0)
    return torch.from_numpy(weights / (weights * share).sum()).float()


def build(settings, source="diffusion", **variant):
    """VPD from the pre-trained UNet and text encoder. source "scratch": the same without the UNet's pre-training. `variant`: see VPD."""
    torch.manual_seed(settings.seed)
    model = VPD(**variant)
    model.text.load_state_dict(torch.load(settings.folder / "text.pt", weights_only=True))
    if source == "diffusion":
        missing, _ = model.unet.load_state_dict(torch.load(settings.folder / "diffusion.pt", weights_only=True)["average"], strict=False)
        assert all(name.endswith("place.weight") for name in missing), missing
    model.unet.out.requires_grad_(False)  # the noise prediction is not used
    model.freeze_embeddings()
    return model.to(memory_format=torch.channels_last)


def parameter_groups(model, settings):
    text = [(name, p) for name, p in model.named_parameters() if name.startswith("text.")]
    rest = [(name, p) for name, p in model.named_parameters() if not name.startswith("text.") and p.requires_grad]
    return [{"named": rest, "lr": settings.vpd_rate}, {"named": text, "lr": settings.vpd_rate * settings.text_rate_share}]


def optimizer_of(model, settings, rank, world):
    groups = parameter_groups(model, settings)
    if settings.optimizer == "muon":
        return Muon(groups, rank, world, settings.weight_decay)
    groups = [{"params": [p for _, p in group["named"]], "lr": group["lr"]} for group in groups]
    return torch.optim.AdamW(groups, betas=(0.9, 0.99), weight_decay=settings.weight_decay, fused=True)


def mixtures(settings, random):
    scenes = scene_mixture(settings)
    if not settings.data:
        return {name: Mixture(scenes, random) for name in ("depth", "refer", "segment")}
    nyu = Nyu(settings, photos.nyu_split(settings)[0])
    shares = {"depth": settings.depth_nyu_share, "refer": settings.refer_nyu_share, "segment": settings.segment_nyu_share}
    return {name: Mixture([*((each, (1 - share) * part) for each, part in scenes), (nyu, share)], random) for name, share in shares.items()}


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def task_loss(name, model, mixture, weights, settings):
    count = getattr(settings, f"{name}_batch")
    draws = {"depth": mixture.depth, "refer": lambda n: mixture.refer(n, settings.absent_share), "segment": mixture.segment}
    latent, *rows, truth = draws[name](count)
    latent = latent.contiguous(memory_format=torch.channels_last)
    with half_precision(settings):
        _, maps, output = model.perceive(name, latent, *rows)
    if name == "depth":
        return settings.depth_weight * depth_loss(output, truth, settings)
    if name == "refer":
        return settings.refer_weight * refer_loss(output, maps, truth, settings)
    return settings.segment_weight * segment_loss(output, maps, truth, weights, settings)


def train(rank, world, settings, source="diffusion", file="vpd", steps=None, **variant):
    """`steps`: a budget in steps instead of `vpd_minutes`."""
    model = build(settings, source, **variant)
    optimizer = optimizer_of(model, settings, rank, world)
    stage = Stage(file, model, optimizer, settings.vpd_minutes, settings, rank, world, settings.ema, steps)
    random = np.random.default_rng([settings.seed, rank, stage.step])
    drawn, weights, recent = mixtures(settings, random), class_weights(settings), deque(maxlen=100)
    evaluated, losses = stage.elapsed(), [float("nan")] * 3
    model.train()
    stage.restart_clock()
    while stage.goes_on():
        if stage.progress > settings.batchnorm_freeze:
            freeze_batchnorm(model)
        optimizer.zero_grad()
        for i, (name, mixture) in enumerate(drawn.items()):
            if name == "segment" and stage.step % settings.segment_every:
                continue
            loss = task_loss(name, model, mixture, weights, settings)
            loss.backward()
            losses[i] = loss.item()
        stage.apply()
        recent.append(tuple(losses))
        if rank == 0 and stage.step % 50 == 0:
            rate = 50 / max(stage.lap(), 1e-6)
            print(f"vpd {stage.elapsed():.1f} min, step {stage.step}, {rate:.2f} steps/s, depth, refer, segment " + " ".join("%.4f" % v for v in np.nanmean(recent, 0)), flush=True)
        if rank == 0 and stage.elapsed() - evaluated > settings.evaluate_minutes:
            evaluated = stage.elapsed()
            print("   " + headline(evaluate(averaged_model(stage.average.state), settings, 32)), flush=True)


def averaged_model(state, **variant):
    model = VPD(**variant)
    model.load_state_dict(state)
    return model.eval()


def run(settings):
    launch(train, settings.workers, settings)
