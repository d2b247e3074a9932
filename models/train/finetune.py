"""Stage “vpd”: joint fine-tuning of depth, referring and semantic segmentation from the pre-trained UNet and its encoder.

Every step encodes its pictures once, runs each task on their latents through the shared UNet (three passes, as in VPD) and sums the gradients, including
those of the latents, which are then propagated through the encoder. VPD freezes its encoder; ours was trained on so few pictures that the details of
photos lost in its latents limited the whole model.
"""

from collections import deque

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import photos
from augment import Styles, disturbed, spliced
from checkpoint import Stage, averaged, parents_of
from classes import CLASSES, IGNORE
from data import Mixture, Scenes
from evaluate import evaluate, headline
from muon import Muon
from parallel import half_precision, launch
from vae import encoder_state
from vpd import SUPERVISED_LEVELS, VPD, averaged_model

TASKS = ("depth", "refer", "segment")
MASK_WEIGHTS = (0.8, 2.0)  # background, target; with VPD's 0.9 and 1.1, masks stayed empty for most of this short stage


def depth_loss(predicted, truth, settings):
    """Returns scale-sensitive silog plus the mean of the images' RMSE in metres, over pixels with known depth; predicted [batch, 1, h, w], truth
    [batch, h, w] in metres, 0 where unknown."""
    predicted, valid = predicted[:, 0], (truth > 0).float()
    of_image = lambda values: (values * valid).sum((1, 2)) / valid.sum((1, 2)).clamp(min=1)  # per picture, so that pictures with few known pixels count as much
    difference = torch.log(predicted.clamp(min=1e-3)) - torch.log(truth.where(truth > 0, 1))
    silog = torch.sqrt(of_image(difference.pow(2)).mean() - settings.silog_lambda * of_image(difference).mean().pow(2) + 1e-8)
    return silog + settings.depth_metres_weight * (of_image((predicted - truth).pow(2)) + 1e-4).sqrt().mean()


def refer_loss(logits, maps, mask, settings):
    """Returns cross-entropy and soft dice over valid pixels; logits [batch, 2, h, w], mask [batch, h, w] of 0, 1 or IGNORE.

    The maps are also trained as masks: pixels of the target attend to the words, all others to the start token. Without that, attention ignored the
    words for most of the stage. A cell of the maps counts if more than half of it is valid; its ignored part counts as background.
    """
    cross_entropy = F.cross_entropy(logits, mask, torch.tensor(MASK_WEIGHTS), ignore_index=IGNORE)
    valid, target = (mask != IGNORE).float(), (mask == 1).float()
    loss = cross_entropy + settings.dice_weight * dice(logits.softmax(1)[:, 1], target, valid)
    for attention in maps[:SUPERVISED_LEVELS]:
        size = attention.shape[-2:]
        coarse, inside = F.adaptive_avg_pool2d(target, size), (F.adaptive_avg_pool2d(valid, size) > 0.5).float()
        words = (1 - attention[:, 0].float()).clamp(1e-4, 1 - 1e-4)
        found = F.binary_cross_entropy(words, coarse, inside) + settings.dice_weight * dice(words, coarse, inside)
        loss = loss + settings.refer_map_weight * found
    return loss


def dice(chance, target, valid):
    """Returns 1 − soft dice, averaged over the batch; all arguments [batch, h, w]."""
    chance = chance * valid
    overlap, total = (chance * target).sum((1, 2)), chance.sum((1, 2)) + target.sum((1, 2))
    return (1 - 2 * overlap / (total + 1)).mean()


def segment_loss(logits, maps, labels, weights, settings):
    """Returns cross-entropy and soft dice of the head, plus cross-entropy of the attention maps as class probabilities at their own resolution."""
    logarithms = logits.permute(0, 2, 3, 1).flatten(0, 2).log_softmax(1)  # in the head's memory layout; one softmax for both terms
    flat = labels.flatten()
    loss = F.nll_loss(logarithms, flat, weights, ignore_index=IGNORE) + settings.segment_dice_weight * class_dice(logarithms.exp(), flat)
    for attention in maps[:SUPERVISED_LEVELS]:
        step = labels.shape[1] // attention.shape[2]
        coarse = labels[:, step // 2 :: step, step // 2 :: step]  # the middle of each cell
        loss = loss + settings.map_weight * F.nll_loss(attention.float().clamp(min=1e-4).log(), coarse, weights, ignore_index=IGNORE)
    return loss


def class_dice(chance, labels):
    """Returns 1 − soft dice over the batch, averaged over the classes in it, so that all classes count the same, as in mean IoU. chance [pixels, classes],
    labels [pixels]."""
    valid = labels != IGNORE
    known = labels.where(valid, 0)
    overlap = chance.new_zeros(len(CLASSES)).index_add(0, known, chance.gather(1, known[:, None])[:, 0] * valid)
    count = torch.bincount(labels[valid], minlength=len(CLASSES))
    here = count > 0
    return (1 - 2 * overlap / (valid.to(chance.dtype) @ chance + count))[here].mean()


def class_weights(settings):
    """Returns weights [classes]: the frequency to the power of −class_balance, at most 10, then scaled to a mean of 1 over the pixels."""
    count = lambda labels: np.bincount(np.asarray(labels).ravel(), minlength=256)[: len(CLASSES)]
    generated = count(Scenes(settings).arrays["label"][:: max(1, settings.train_scenes // 400), ::8, ::8])
    share = generated / generated.sum()
    if settings.data:
        table, _ = photos.nyu_label_table(photos.data_folder(settings))
        real = count(table[photos.open_nyu(settings)["label"][photos.nyu_split(settings)[0], ::8, ::8]])
        share = (share + real / real.sum()) / 2
    weights = (share.clip(1e-4) ** -settings.class_balance).clip(max=10.0)
    return torch.from_numpy(weights / (weights * share).sum()).float()


def build(settings, source="diffusion", **variant):
    """Returns VPD with the autoencoder's encoder, the text encoder and, for source "diffusion", the pre-trained UNet; for "scratch", the UNet has random
    weights. `variant`: see VPD."""
    torch.manual_seed(settings.seed)
    model = VPD(**variant)
    model.text.load_state_dict(averaged(settings.folder, "text"))
    model.vae.load_state_dict(encoder_state(averaged(settings.folder, "vae")))
    if source == "diffusion":
        missing, unexpected = model.unet.load_state_dict(averaged(settings.folder, "diffusion"), strict=False)
        assert not unexpected and all(name.endswith("place.weight") for name in missing), (missing, unexpected)
    model.unet.out.requires_grad_(False)  # the noise prediction is not used
    model.freeze_embeddings()
    return model.to(memory_format=torch.channels_last)


def parameter_groups(model, settings):
    """Returns groups with their learning rates: the encoder, the text encoder, the rest. Freezes the encoder if its rate is 0."""
    shares = {"vae.": settings.encoder_rate_share, "text.": settings.text_rate_share, "": 1.0}
    if not settings.encoder_rate_share:
        model.vae.requires_grad_(False)
    named = {prefix: [] for prefix in shares}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            named[next(prefix for prefix in shares if name.startswith(prefix))].append((name, parameter))
    return [{"named": named[prefix], "lr": settings.vpd_rate * share} for prefix, share in shares.items() if named[prefix]]


def optimizer_of(model, settings, rank, world):
    groups = parameter_groups(model, settings)
    if settings.optimizer == "muon":
        return Muon(groups, rank, world, settings.weight_decay, torch.bfloat16 if settings.bfloat16 else torch.float32)
    groups = [{"params": [p for _, p in group["named"]], "lr": group["lr"]} for group in groups]
    return torch.optim.AdamW(groups, betas=(0.9, 0.99), weight_decay=settings.weight_decay, fused=True)


def freeze_batchnorm(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def encode(model, pixels, settings):
    """Returns the latents of pixels, with gradients if the encoder is trained."""
    with half_precision(settings), torch.set_grad_enabled(settings.encoder_rate_share > 0):
        return model.vae.encode(pixels.contiguous(memory_format=torch.channels_last)).float()


def task_loss(name, model, latent, batch, weights, styles, random, settings):
    rows, truth = (), {"depth": batch.depth, "refer": batch.masks, "segment": batch.labels}[name]
    if name == "refer":
        latent, rows = latent[batch.of], (batch.rows,)
    elif batch.few:
        latent, truth = spliced(latent, truth, random)
    words = name == "refer"  # expressions may name colours
    if not words:
        latent = styles.mixed(latent, random)
    if batch.few:
        latent = disturbed(latent, random, holes=not words)
    with half_precision(settings):
        _, maps, output = model.perceive(name, latent.contiguous(memory_format=torch.channels_last), *rows)
    if name == "depth":
        return settings.depth_weight * depth_loss(output, truth, settings)
    if name == "refer":
        return settings.refer_weight * refer_loss(output, maps, truth, settings)
    return settings.segment_weight * segment_loss(output, maps, truth, weights, settings)


def backward(model, batch, share, weights, styles, random, settings):
    """Adds the gradients of the three tasks on one batch, times `share`, and returns the losses. Holds the activations of one task at a time."""
    encoded, losses = encode(model, batch.pixels, settings), {}
    latent = encoded.detach().requires_grad_(encoded.requires_grad)
    styles.add(encoded)
    for name in TASKS:
        loss = task_loss(name, model, latent, batch, weights, styles, random, settings)
        (share * loss).backward()
        losses[name] = loss.item()
    if encoded.requires_grad:
        encoded.backward(latent.grad)
    return losses


def train(rank, world, settings, source="diffusion", file="vpd", steps=None, **variant):
    """Fine-tunes and writes RUN/`file`.pt. `steps`: budget in steps instead of `vpd_minutes`; source, variant: see build."""
    model = build(settings, source, **variant)
    optimizer = optimizer_of(model, settings, rank, world)
    parents = parents_of(settings.folder, "vae", "text", *(["diffusion"] if source == "diffusion" else []))
    stage = Stage(file, model, optimizer, settings.vpd_minutes, settings, rank, world, settings.ema, steps, parents)
    random = np.random.default_rng([settings.seed, rank, stage.step])
    mixture, weights, styles, recent = Mixture(settings, random), class_weights(settings), Styles(), deque(maxlen=200)
    model.train()
    stage.restart_clock()
    evaluated = stage.elapsed()
    while stage.goes_on():
        if stage.progress > settings.batchnorm_freeze:
            freeze_batchnorm(model)
        optimizer.zero_grad()
        for batch, share in mixture.step():
            recent.append((batch.few, backward(model, batch, share, weights, styles, random, settings)))
        stage.apply()
        if rank == 0 and stage.step % 50 == 0:
            rate = 50 / max(stage.lap(), 1e-6)
            print(f"vpd {stage.elapsed():.1f} min, step {stage.step}, {rate:.2f} steps/s, {recent_losses(recent)}", flush=True)
        if rank == 0 and stage.elapsed() - evaluated > settings.evaluate_minutes:
            evaluated = stage.elapsed()
            print("   " + headline(evaluate(averaged_model(stage.average.state), settings, 32)), flush=True)


def recent_losses(recent):
    mean = lambda few: " ".join(f"{np.mean([losses[name] for which, losses in recent if which == few]):.4f}" for name in TASKS)
    return "; ".join(f"{name}: {mean(few)}" for few, name in ((False, "scenes"), (True, "NYU")) if any(which == few for which, _ in recent))


def run(settings):
    launch(train, settings.workers, settings)
