"""Augments images and latents: photographic effects that keep the hue, so that colour words stay true; other colours, where no expression names a
colour; noise, holes, styles and splicing for latents."""

from collections import deque

import numpy as np
import torch
import torch.nn.functional as F

NOISE = 0.3  # standard deviation, relative to the latent channels' own, which grew to between 1.2 and 2 as the encoder learnt
HOLE_CHANCE, HOLE_SIDES = 0.4, (0.2, 0.5)  # side lengths as shares of the latent's
SPLICE_CHANCE, SPLICE_AT = 0.25, (0.25, 0.75)  # shares of the width; a quarter only, as a picture from two cameras does not show one scale
STYLE_CHANCE, STYLES = 0.5, 44  # per picture; the styles of a few steps' pictures are kept
MIX, GRAY_CHANCE, GAMMA = 0.18, 0.2, 0.4  # for recoloured: deviation of a 3×3 matrix, share of images, natural logarithm
UNEVEN, PATCHES = 0.25, (3, 4)  # for lit: deviation of the natural logarithm; rows and columns of lights
CELL = 4  # points of a head's grid along a latent pixel's side


def disturbed(latents, random, holes):
    """Returns latents [batch, 4, h, w] with noise of up to NOISE and, if `holes`, sometimes a rectangle of zeros (as in CutDepth, Ishii and Yamashita
    2021): the model has to infer what it hides from the rest of the room. For sources that are small enough to be memorised."""
    batch, _, height, width = latents.shape
    noise = torch.from_numpy(random.random((batch, 1, 1, 1), np.float32) * random.standard_normal(latents.shape, np.float32))
    latents = latents + NOISE * latents.std((2, 3), keepdim=True).detach() * noise
    for i in range(batch):
        if holes and random.random() < HOLE_CHANCE:
            tall, wide = (int(random.uniform(*HOLE_SIDES) * side) for side in (height, width))
            top, left = random.integers(height - tall + 1), random.integers(width - wide + 1)
            latents[i, :, top : top + tall, left : left + wide] = 0
    return latents


class Styles:
    """Keeps the means and deviations of the latest latents, [4, 1, 1] each: the light and colours of other rooms."""

    def __init__(self):
        self.seen = deque(maxlen=STYLES)

    def add(self, latents):
        self.seen.extend(zip(latents.mean((2, 3), keepdim=True).detach(), latents.std((2, 3), keepdim=True).detach() + 1e-3))

    def mixed(self, latents, random):
        """Returns latents [batch, 4, h, w], some of which take over a share of another picture's style, as in MixStyle (Zhou et al. 2021,
        arXiv 2104.02008). Photos and generated rooms also exchange styles, so that what is learnt on one helps on the other."""
        mean, deviation = latents.mean((2, 3), keepdim=True).detach(), latents.std((2, 3), keepdim=True).detach() + 1e-3
        means, deviations = (torch.stack(each) for each in zip(*(self.seen[k] for k in random.integers(len(self.seen), size=len(latents)))))
        share = random.random((len(latents), 1, 1, 1), np.float32) * (random.random((len(latents), 1, 1, 1)) < STYLE_CHANCE)
        share = torch.from_numpy(share)
        return (latents - mean) / deviation * (deviation + share * (deviations - deviation)) + mean + share * (means - mean)


def spliced(latents, maps, random):
    """Returns latents [batch, 4, h, w] and their maps [batch, 4h, 4w]. In some, everything to the left of a column comes from another picture of the batch,
    as in CutMix (Yun et al. 2019): the model has to see each side, as it cannot recall the whole room. Floors stay below and ceilings above."""
    latents, maps = latents.clone(), maps.clone()
    others = latents.roll(1, 0), maps.roll(1, 0)
    for i in range(len(latents)):
        if random.random() < SPLICE_CHANCE:
            column = int(random.uniform(*SPLICE_AT) * latents.shape[3])
            latents[i, :, :, :column] = others[0][i, :, :, :column]
            maps[i, :, : CELL * column] = others[1][i, :, : CELL * column]
    return latents, maps


def recoloured(image, random):
    """Returns images [batch, 3, height, width] in 0..1 with mixed channels, another gamma and sometimes in gray: paint does not change a room's geometry."""
    batch = len(image)
    mix = np.eye(3) + random.normal(0, MIX, (batch, 3, 3))
    mix = np.where(random.random((batch, 1, 1)) < GRAY_CHANCE, 1 / 3, mix)
    mix /= mix.sum(2, keepdims=True).clip(0.5)
    image = torch.einsum("bij,bjhw->bihw", torch.from_numpy(mix).float(), image).clamp(0, 1)
    gamma = torch.from_numpy(np.exp(random.uniform(-GAMMA, GAMMA, (batch, 1, 1, 1)))).float()
    return image.pow(gamma)


def lit(image, random):
    """Returns images [batch, 3, height, width] in 0..1 under uneven light; keeps the hue."""
    light = torch.from_numpy(random.normal(0, UNEVEN, (len(image), 1, *PATCHES))).float()
    return (image * F.interpolate(light, image.shape[-2:], mode="bicubic", align_corners=True).exp()).clamp(0, 1)


def photographic(image, random, strength=1.0):
    """Applies blur, exposure, contrast, saturation, white balance, vignette and noise to images [batch, 3, height, width] in 0..1."""
    batch, _, height, width = image.shape

    def draw(low, high, channels=1):
        return torch.from_numpy(random.uniform(low, high, (batch, channels, 1, 1)).astype(np.float32)) * strength

    sigma = 0.35 + 0.75 * draw(-1.5, 1.0).clamp(min=0).flatten()  # pixels
    taps = torch.arange(-2, 3).float()
    kernel = torch.exp(-(taps**2) / (2 * sigma[:, None] ** 2))
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(3, 0)
    flat = image.reshape(1, batch * 3, height, width)
    flat = F.conv2d(F.pad(flat, (2, 2, 0, 0), "replicate"), kernel.view(-1, 1, 1, 5), groups=3 * batch)
    flat = F.conv2d(F.pad(flat, (0, 0, 2, 2), "replicate"), kernel.view(-1, 1, 5, 1), groups=3 * batch)
    image = flat.view_as(image) * (1 + draw(-0.25, 0.2))
    mean = image.mean((1, 2, 3), keepdim=True)
    image = (image - mean) * (1 + draw(-0.25, 0.25)) + mean
    gray = image.mean(1, keepdim=True)
    image = (gray + (image - gray) * (1 + draw(-0.3, 0.15))) * (1 + draw(-0.07, 0.07, 3))
    x, y = torch.linspace(-1, 1, width), torch.linspace(-1, 1, height)
    image = image * (1 - draw(-0.1, 0.15).clamp(min=0) * (y[:, None] ** 2 + x[None] ** 2))
    noise = torch.from_numpy(random.standard_normal(image.shape, np.float32))
    return (image + noise * draw(-0.01, 0.035).clamp(min=0)).clamp(0, 1)
