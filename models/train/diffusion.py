"""Stage “diffusion”: text-to-image pre-training. The UNet learns to predict the noise in latents, given their captions.

The text encoder is frozen. The gap between the errors with right and with wrong captions shows whether the UNet uses the words.
"""

from collections import deque

import numpy as np
import torch
from torch.nn import functional as F

import photos
from captioned import Captioned, CaptionedNyu, CaptionedScenes, Photos
from checkpoint import Stage, averaged, parents_of
from data import rows_of
from parallel import half_precision, launch
from text_encoder import TextEncoder
from unet import UNet

STEPS = 1000
WEIGHT_FLOOR = 0.05  # the loss is divided by the signal's share ᾱ, or by this if ᾱ is less, so that noisy steps, where words help, count more
VALIDATION = 96  # latents


def signal_share(settings):
    """Returns ᾱ of every step, [STEPS]: Stable Diffusion's schedule, linear in the square root of beta."""
    betas = torch.linspace(settings.beta_first**0.5, settings.beta_last**0.5, STEPS, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, 0).float()


def add_noise(latent, noise, share):
    share = share[:, None, None, None]
    return share.sqrt() * latent + (1 - share).sqrt() * noise


def draw_steps(random, count, settings):
    """Draws steps stratified over the batch; high_noise_share of the batches skip the first quarter, where the picture is nearly clean."""
    steps = (np.arange(count) + random.random()) / count * STEPS
    if random.random() < settings.high_noise_share:
        steps = 250 + 0.75 * steps
    return torch.from_numpy(steps.astype(np.int64)).clamp(0, STEPS - 1)


def load_text_encoder(settings):
    encoder = TextEncoder()
    encoder.load_state_dict(averaged(settings.folder, "text"))
    return encoder.eval().requires_grad_(False)


@torch.no_grad()
def caption_gap(unet, encoder, share, latents, rows):
    """Returns the noise errors on held-out scenes with their own captions and with those of other scenes; noise and steps are fixed."""
    generator = torch.Generator().manual_seed(5)
    noise = torch.randn(latents.shape, generator=generator)
    steps = torch.arange(len(latents)) * STEPS // len(latents)
    errors = []
    for captions in (rows, rows.roll(1, 0)):
        parts = []
        for s in (slice(i, i + 16) for i in range(0, len(latents), 16)):
            found = unet(add_noise(latents[s], noise[s], share[steps[s]]), steps[s], encoder(captions[s]))
            parts.append(F.mse_loss(found, noise[s], reduction="none").mean((1, 2, 3)))
        errors.append(torch.cat(parts).mean().item())
    return errors


def sources(settings):
    found = [(CaptionedScenes(settings), 1 - settings.photo_share - settings.nyu_share)]
    if settings.data:
        found += [(CaptionedNyu(settings, photos.nyu_split(settings)[0]), settings.nyu_share), (Photos(settings), settings.photo_share)]
    return found


def train(rank, world, settings):
    torch.manual_seed(settings.seed)
    unet, encoder, share = UNet().to(memory_format=torch.channels_last), load_text_encoder(settings), signal_share(settings)
    optimizer = torch.optim.AdamW(unet.parameters(), settings.diffusion_rate, betas=(0.9, 0.99), weight_decay=settings.weight_decay)
    parents = parents_of(settings.folder, "vae", "text")
    stage = Stage("diffusion", unet, optimizer, settings.diffusion_minutes, settings, rank, world, settings.ema, parents=parents)
    random = np.random.default_rng([settings.seed, rank, stage.step])
    torch.manual_seed(settings.seed * 1000 + stage.step + rank)
    mixture, held_out, recent = Captioned(sources(settings), random), CaptionedScenes(settings, "val"), deque(maxlen=200)
    count = min(VALIDATION, len(held_out.latents))
    val_latents = torch.from_numpy(held_out.latents[:count].astype(np.float32))
    val_rows = rows_of([item["captions"][0] for item in held_out.phrases[:count]])
    stage.restart_clock()
    while stage.goes_on():
        latent, captions, height = mixture.batch(settings.diffusion_batch)
        dropped = random.random(len(captions)) < settings.caption_dropout
        rows = rows_of(["" if drop else caption for caption, drop in zip(captions, dropped)])
        steps, noise = draw_steps(random, len(latent), settings), torch.randn_like(latent)
        with torch.no_grad():
            context = encoder(rows)
        with half_precision(settings):
            noisy = add_noise(latent, noise, share[steps]).contiguous(memory_format=torch.channels_last)
            predicted = unet(noisy, steps, context)
        error = (predicted.float() - noise)[:, :, :height].pow(2).mean((1, 2, 3))
        stage.update((error / share[steps].clamp(min=WEIGHT_FLOOR)).mean())
        recent.append(error.mean().item())
        if rank == 0 and stage.step % 100 == 0:
            rate = settings.diffusion_batch * world * 100 / max(stage.lap(), 1e-6)
            print(f"diffusion {stage.elapsed():.1f} min, step {stage.step}, {rate:.0f}/s, noise error {np.mean(recent):.4f}", flush=True)
        if rank == 0 and stage.step % 500 == 0:
            report_gap(stage, encoder, share, val_latents, val_rows)
    if rank == 0:
        report_gap(stage, encoder, share, val_latents, val_rows)


def report_gap(stage, encoder, share, latents, rows):
    averaged = UNet()
    averaged.load_state_dict(stage.average.state)
    right, wrong = caption_gap(averaged.eval(), encoder, share, latents, rows)
    print(f"   held-out noise error: right caption {right:.4f}, wrong caption {wrong:.4f}", flush=True)


def run(settings):
    launch(train, settings.workers, settings)
