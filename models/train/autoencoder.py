"""Stage “vae”: trains the autoencoder on random crops of scenes, NYU rooms and photos, then measures the statistics of the latents."""

from collections import deque
from dataclasses import replace

import numpy as np
import torch

import photos
from checkpoint import Stage, averaged, store
from parallel import half_precision, launch
from render_scenes import open_arrays
from sizes import to_pixels
from vae import Autoencoder


class Crops:
    """Draws random square crops: half from scenes, a quarter each from NYU and from photos; half of them are mirrored."""

    def __init__(self, settings, random):
        self.random, self.size = random, settings.vae_crop
        self.sources = [(open_arrays(settings, "train")["rgb"], None)]
        if settings.data:
            nyu = (photos.open_nyu(settings)["rgb"], photos.nyu_split(settings)[0])
            self.sources += [self.sources[0], nyu, (photos.open_photos(settings), None)]

    def draw(self, count):
        crops = []
        for _ in range(count):
            images, allowed = self.sources[self.random.integers(len(self.sources))]
            index = self.random.integers(len(images)) if allowed is None else allowed[self.random.integers(len(allowed))]
            y = self.random.integers(images.shape[1] - self.size + 1)
            x = self.random.integers(images.shape[2] - self.size + 1)
            crop = images[index, y : y + self.size, x : x + self.size]
            crops.append(crop[:, ::-1] if self.random.random() < 0.5 else crop)
        return to_pixels(np.stack(crops))


def gradient_distance(difference):
    return (difference[..., 1:] - difference[..., :-1]).abs().mean() + (difference[..., 1:, :] - difference[..., :-1, :]).abs().mean()


def chroma_distance(difference):
    """Returns the L1 of red − green plus that of blue − yellow, on 4×4 means."""
    red, green, blue = torch.nn.functional.avg_pool2d(difference, 4).unbind(1)
    return (red - green).abs().mean() + (blue - 0.5 * (red + green)).abs().mean()


def train(rank, world, settings):
    torch.manual_seed(settings.seed)
    model = Autoencoder().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), settings.vae_rate, betas=(0.9, 0.99), weight_decay=1e-4)
    stage = Stage("vae-training", model, optimizer, settings.vae_minutes, settings, rank, world, settings.vae_ema)
    crops = Crops(settings, np.random.default_rng([settings.seed, rank, stage.step]))
    torch.manual_seed(settings.seed * 1000 + stage.step + rank)
    recent = deque(maxlen=100)
    while stage.goes_on():
        pixels = crops.draw(settings.vae_batch).contiguous(memory_format=torch.channels_last)
        with half_precision(settings):
            mean, log_variance = model.moments(pixels)
            decoded = model.decode_raw(mean + torch.randn_like(mean) * (0.5 * log_variance).exp())
        mean, log_variance, difference = mean.float(), log_variance.float(), pixels - decoded.float()
        kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).mean()
        l1 = difference.abs().mean()
        chroma = chroma_distance(difference)
        shape = settings.vae_gradient * gradient_distance(difference) + settings.vae_chroma * chroma
        stage.update(l1 + shape + settings.vae_kl * kl)
        psnr = -10 * np.log10(difference.detach().pow(2).mean().item() / 4)  # pixels span 2
        recent.append((l1.item(), psnr, chroma.item(), kl.item()))
        if rank == 0 and stage.step % 100 == 0:
            report = "L1 %.4f, PSNR %.2f dB, chroma %.4f, KL %.2f" % tuple(np.mean(recent, 0))
            print(f"vae {stage.elapsed():.1f} min, step {stage.step}, {report}", flush=True)
    if rank == 0:
        model.load_state_dict(stage.average.state)
        measure_statistics(model, settings)
        store(replace(stage.weights(), state=model.state_dict()).content(), settings.folder / "vae.pt")  # with the statistics of its latents


@torch.no_grad()
def measure_statistics(model, settings):
    """Sets `shift` and `scale` so that each latent channel has zero mean and all channels together have unit variance."""
    crops = Crops(settings, np.random.default_rng(settings.seed))
    latents = torch.cat([model.moments(crops.draw(16))[0] for _ in range(4 if settings.smoke else 32)])
    model.shift.copy_(latents.mean((0, 2, 3)))
    model.scale.fill_(1 / (latents - model.shift[:, None, None]).std())
    print(f"vae latents: mean {model.shift.tolist()}, deviation {latents.std((0, 2, 3)).tolist()}, scale {model.scale.item():.4f}", flush=True)


def load_autoencoder(settings):
    model = Autoencoder()
    model.load_state_dict(averaged(settings.folder, "vae"))
    return model.eval().requires_grad_(False)


def run(settings):
    launch(train, settings.workers, settings)
