"""The autoencoder: CompVis names, a space-to-depth stem of 2, factor 8 in all, four latent channels."""

import torch
from torch import nn
from torch.nn import functional as F

GROUPS = 8
CHROMA_GAIN = 4.0  # factor of colour differences in the initial weights, because they are small compared to brightness and were learnt last
CHANNELS, MULT, LATENT, PATCH = 32, (1, 2, 3), 4, 2


def norm(channels):
    return nn.GroupNorm(GROUPS, channels, eps=1e-6)


class ResnetBlock(nn.Module):
    def __init__(self, inner, outer):
        super().__init__()
        self.norm1, self.conv1 = norm(inner), nn.Conv2d(inner, outer, 3, padding=1)
        self.norm2, self.conv2 = norm(outer), nn.Conv2d(outer, outer, 3, padding=1)
        if inner != outer:
            self.nin_shortcut = nn.Conv2d(inner, outer, 1)
        self.changes = inner != outer
        nn.init.zeros_(self.conv2.weight)  # every block starts as its shortcut, which speeds up the first minutes
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x):
        hidden = self.conv1(F.silu(self.norm1(x)))
        hidden = self.conv2(F.silu(self.norm2(hidden)))
        return (self.nin_shortcut(x) if self.changes else x) + hidden


class Downsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))  # zeros at the right and bottom only, as in Stable Diffusion


class Upsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


def middle(channels):
    block = nn.Module()
    block.block_1, block.block_2 = ResnetBlock(channels, channels), ResnetBlock(channels, channels)
    return block


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_in = nn.Conv2d(3 * PATCH**2, CHANNELS, 3, padding=1)
        with torch.no_grad():
            by_colour = self.conv_in.weight.view(CHANNELS, 3, PATCH**2, 3, 3)
            by_colour.copy_(CHROMA_GAIN * by_colour + (1 - CHROMA_GAIN) * by_colour.mean(1, keepdim=True))
        self.down, channels = nn.ModuleList(), CHANNELS
        for i, factor in enumerate(MULT):
            level = nn.Module()
            level.block = nn.ModuleList([ResnetBlock(channels, CHANNELS * factor)])
            channels = CHANNELS * factor
            if i < len(MULT) - 1:
                level.downsample = Downsample(channels)
            self.down.append(level)
        self.mid = middle(channels)
        self.norm_out, self.conv_out = norm(channels), nn.Conv2d(channels, 2 * LATENT, 3, padding=1)

    def forward(self, pixels):
        hidden = self.conv_in(F.pixel_unshuffle(pixels, PATCH))
        for level in self.down:
            hidden = level.block[0](hidden)
            if hasattr(level, "downsample"):
                hidden = level.downsample(hidden)
        hidden = self.mid.block_2(self.mid.block_1(hidden))
        return self.conv_out(F.silu(self.norm_out(hidden)))


class Decoder(nn.Module):
    """Used in training only; packs do not contain it."""

    def __init__(self):
        super().__init__()
        channels = CHANNELS * MULT[-1]
        self.conv_in, self.mid = nn.Conv2d(LATENT, channels, 3, padding=1), middle(channels)
        self.up = nn.ModuleList()
        for i, factor in reversed(list(enumerate(MULT))):
            level = nn.Module()
            level.block = nn.ModuleList([ResnetBlock(channels, CHANNELS * factor), ResnetBlock(CHANNELS * factor, CHANNELS * factor)])
            channels = CHANNELS * factor
            if i > 0:
                level.upsample = Upsample(channels)
            self.up.append(level)
        self.norm_out, self.conv_out = norm(channels), nn.Conv2d(channels, 3 * PATCH**2, 3, padding=1)

    def forward(self, latent):
        hidden = self.conv_in(latent)
        hidden = self.mid.block_2(self.mid.block_1(hidden))
        for level in self.up:
            for block in level.block:
                hidden = block(hidden)
            if hasattr(level, "upsample"):
                hidden = level.upsample(hidden)
        return F.pixel_shuffle(self.conv_out(F.silu(self.norm_out(hidden))), PATCH)


class LatentEncoder(nn.Module):
    """The encoding half of the autoencoder. `shift` (one number per latent channel) and `scale` (one number) normalise latents for the diffusion; the
    export folds them into `quant_conv` (see `folded_quant_conv`), so that the exported mode is the latent that the UNet was trained on."""

    def __init__(self):
        super().__init__()
        self.encoder, self.quant_conv = Encoder(), nn.Conv2d(2 * LATENT, 2 * LATENT, 1)
        self.register_buffer("shift", torch.zeros(LATENT))
        self.register_buffer("scale", torch.ones(1))

    def moments(self, pixels):
        """Returns mean and log variance, [batch, 4, height/8, width/8], not normalised, of pixels [batch, 3, height, width] in −1..1."""
        mean, log_variance = self.quant_conv(self.encoder(pixels)).chunk(2, 1)
        return mean, log_variance.clamp(-20, 10)

    def encode(self, pixels):
        """Returns the posterior's mode, normalised."""
        return (self.moments(pixels)[0] - self.shift[:, None, None]) * self.scale


class Autoencoder(LatentEncoder):
    def __init__(self):
        super().__init__()
        self.decoder, self.post_quant_conv = Decoder(), nn.Conv2d(LATENT, LATENT, 1)

    def decode_raw(self, latent):
        """Returns pixels, of latents that are not normalised."""
        return self.decoder(self.post_quant_conv(latent))


def encoder_state(state):
    """Returns the state of the LatentEncoder in an Autoencoder's state."""
    return {name: value for name, value in state.items() if not name.startswith(("decoder.", "post_quant_conv."))}


def folded_quant_conv(encoder):
    """Returns (weight, bias) of a quant_conv whose output is the normalised mean and the matching log variance."""
    weight, bias = encoder.quant_conv.weight.detach().clone(), encoder.quant_conv.bias.detach().clone()
    scale = encoder.scale
    weight[:LATENT] *= scale
    bias[:LATENT] = (bias[:LATENT] - encoder.shift) * scale
    bias[LATENT:] += 2 * torch.log(scale)
    return weight, bias
