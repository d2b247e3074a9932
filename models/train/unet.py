"""A small version of Stable Diffusion v1's UNet, with CompVis names. It is the denoiser in pre-training and, run once on a clean latent, VPD's
backbone."""

import math

import torch
from torch import nn
from torch.nn import functional as F

CHANNELS, MULT, BLOCKS, LATENT, CONTEXT = 32, (1, 2, 4, 6), 1, 4, 128
HEAD_CHANNELS, FF_MULT, GROUPS = 32, 2, 8
CROSS_ATTENTION = (True, True, True, False)  # by level, finest first
SELF_ATTENTION = (False, True, True, False)  # none at H/8: its cost grows with the square of the pixels
TIME_CHANNELS = 4 * CHANNELS
PLACE, PLACE_UNIT, PLACE_STD = 2, 16.0, 0.25  # channels of `grid`, its unit in latent pixels, deviation of the initial weights
FEATURES = ("output_blocks.7.1", "output_blocks.5.1", "output_blocks.3.1", "output_blocks.1.0")  # finest first


class ResBlock(nn.Module):
    def __init__(self, inner, outer):
        super().__init__()
        self.in_layers = nn.Sequential(nn.GroupNorm(GROUPS, inner), nn.SiLU(), nn.Conv2d(inner, outer, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(TIME_CHANNELS, outer))
        self.out_layers = nn.Sequential(nn.GroupNorm(GROUPS, outer), nn.SiLU(), nn.Identity(), nn.Conv2d(outer, outer, 3, padding=1))
        self.skip_connection = nn.Conv2d(inner, outer, 1) if inner != outer else nn.Identity()
        nn.init.zeros_(self.out_layers[3].weight)
        nn.init.zeros_(self.out_layers[3].bias)

    def forward(self, x, embedding):
        hidden = self.in_layers(x) + self.emb_layers(embedding)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(hidden)


class Attention(nn.Module):
    def __init__(self, width, context_width):
        super().__init__()
        self.heads = width // HEAD_CHANNELS
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k, self.to_v = nn.Linear(context_width, width, bias=False), nn.Linear(context_width, width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(width, width))

    def forward(self, x, context, want_map=False):
        """Returns the output [batch, pixels, width] and, if `want_map`, the attention averaged over heads, [batch, pixels, tokens], else None."""
        batch, pixels, width = x.shape
        if context.shape[1] == 1:  # the softmax over one token is 1
            return self.to_out(self.to_v(context)).expand(-1, pixels, -1), None
        split = lambda y: y.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)
        query, key, value = split(self.to_q(x)), split(self.to_k(context)), split(self.to_v(context))
        # Written out: the fused kernel's backward pass takes four times as long on a CPU at these sizes.
        weights = (query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5).softmax(-1)
        mixed = weights.to(value.dtype) @ value
        return self.to_out(mixed.transpose(1, 2).reshape(batch, pixels, width)), weights.mean(1) if want_map else None


class GEGLU(nn.Module):
    def __init__(self, inner, outer):
        super().__init__()
        self.proj = nn.Linear(inner, 2 * outer)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.gelu(gate)


class TransformerBlock(nn.Module):
    def __init__(self, width, self_attention):
        super().__init__()
        if self_attention:
            self.norm1, self.attn1 = nn.LayerNorm(width), Attention(width, width)
        self.norm2, self.attn2 = nn.LayerNorm(width), Attention(width, CONTEXT)
        self.norm3 = nn.LayerNorm(width)
        self.ff = nn.ModuleDict({"net": nn.Sequential(GEGLU(width, FF_MULT * width), nn.Identity(), nn.Linear(FF_MULT * width, width))})

    def forward(self, x, context, want_map):
        if hasattr(self, "attn1"):
            normed = self.norm1(x)
            x = x + self.attn1(normed, normed)[0]
        mixed, average = self.attn2(self.norm2(x), context, want_map)
        x = x + mixed
        return x + self.ff["net"](self.norm3(x)), average


def grid(height, width, level=0):
    """Returns the position of every pixel of a level (0: H/8, 1: H/16, …) from the middle of the picture, [PLACE, height, width]: x to the right, y down,
    in units of PLACE_UNIT latent pixels."""
    y, x = ((torch.arange(side) + 0.5 - side / 2) * 2**level / PLACE_UNIT for side in (height, width))
    return torch.stack([x.expand(height, width), y[:, None].expand(height, width)])


class SpatialTransformer(nn.Module):
    """`level`: of the resolution; if given, the positions of the pixels are added to the tokens (not in Stable Diffusion)."""

    def __init__(self, channels, self_attention=True, level=None):
        super().__init__()
        self.level = level
        if level is not None:
            self.place = nn.Linear(PLACE, channels, bias=False)
            nn.init.normal_(self.place.weight, std=PLACE_STD)
        self.norm = nn.GroupNorm(GROUPS, channels, eps=1e-6)
        self.proj_in = nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(channels, self_attention)])
        self.proj_out = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)

    def forward(self, x, context, maps=None):
        """`maps`: a dict to whose list under (height, width) the attention map is appended, or None."""
        batch, channels, height, width = x.shape
        hidden = self.proj_in(self.norm(x)).flatten(2).transpose(1, 2)
        if self.level is not None:
            hidden = hidden + self.place(grid(height, width, self.level).flatten(1).T)
        hidden, average = self.transformer_blocks[0](hidden, context, maps is not None)
        if average is not None:
            maps.setdefault((height, width), []).append(average.transpose(1, 2).reshape(batch, -1, height, width))
        return x + self.proj_out(hidden.transpose(1, 2).reshape(batch, channels, height, width))


class Downsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x):
        return self.op(x)


class Upsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


def time_embedding(step):
    """Returns sinusoids of the diffusion step [batch]: [batch, CHANNELS], cosines first, then sines, periods up to 2π · 10000."""
    half = CHANNELS // 2
    angles = step[:, None].float() * torch.exp(-math.log(10000) * torch.arange(half) / half)
    return torch.cat([angles.cos(), angles.sin()], -1)


class UNet(nn.Module):
    """`places`: True for VPD, whose transformers get the positions of their pixels; False for the denoiser."""

    def __init__(self, places=False):
        super().__init__()
        self.time_embed = nn.Sequential(nn.Linear(CHANNELS, TIME_CHANNELS), nn.SiLU(), nn.Linear(TIME_CHANNELS, TIME_CHANNELS))
        widths = [CHANNELS * factor for factor in MULT]
        level_block = lambda inner, level: [
            ResBlock(inner, widths[level]),
            *([SpatialTransformer(widths[level], SELF_ATTENTION[level], level if places else None)] if CROSS_ATTENTION[level] else []),
        ]
        self.input_blocks = nn.ModuleList([nn.ModuleList([nn.Conv2d(LATENT, CHANNELS, 3, padding=1)])])
        channels, skips = CHANNELS, [CHANNELS]
        for level, width in enumerate(widths):
            for _ in range(BLOCKS):
                self.input_blocks.append(nn.ModuleList(level_block(channels, level)))
                channels = width
                skips.append(channels)
            if level < len(widths) - 1:
                self.input_blocks.append(nn.ModuleList([Downsample(channels)]))
                skips.append(channels)
        self.middle_block = nn.ModuleList([
            ResBlock(channels, channels),
            SpatialTransformer(channels, level=len(widths) - 1 if places else None),
            ResBlock(channels, channels),
        ])
        self.output_blocks = nn.ModuleList()
        for level in reversed(range(len(widths))):
            for i in range(BLOCKS + 1):
                block = level_block(channels + skips.pop(), level)
                channels = widths[level]
                if level and i == BLOCKS:
                    block.append(Upsample(channels))
                self.output_blocks.append(nn.ModuleList(block))
        self.out = nn.Sequential(nn.GroupNorm(GROUPS, channels), nn.SiLU(), nn.Conv2d(channels, LATENT, 3, padding=1))
        nn.init.zeros_(self.out[2].weight)
        nn.init.zeros_(self.out[2].bias)

    def through(self, latent, step, context, maps=None):
        """Runs everything except `out`. Returns the last activation and the features before each upsampling, finest first."""
        embedding = self.time_embed(time_embedding(step))

        def run(block, x, maps):
            feature = x
            for layer in block:
                if isinstance(layer, ResBlock):
                    x = layer(x, embedding)
                elif isinstance(layer, SpatialTransformer):
                    x = layer(x, context, maps)
                else:
                    x = layer(x)
                if not isinstance(layer, Upsample):
                    feature = x
            return x, feature

        hidden, skips, features = latent, [], []
        for block in self.input_blocks:
            hidden, _ = run(block, hidden, maps)
            skips.append(hidden)
        hidden, _ = run(self.middle_block, hidden, None)  # the middle's maps are not used, as in VPD
        for i, block in enumerate(self.output_blocks):
            hidden, feature = run(block, torch.cat([hidden, skips.pop()], 1), maps)
            if i % (BLOCKS + 1) == BLOCKS:
                features.insert(0, feature)
        return hidden, features

    def forward(self, latent, step, context):
        """Returns the predicted noise; latent [batch, 4, h, w], step [batch], context [batch, tokens, 128]."""
        return self.out(self.through(latent, step, context)[0])

    def perceive(self, latent, context, want_maps):
        """Runs one pass on a clean latent at t = 1. Returns the features, finest first, and, if wanted, the cross-attention maps at H/8, H/16 and H/32, each
        averaged over heads and over the layers of that resolution, [batch, tokens, height, width]; else []."""
        maps = {} if want_maps else None
        _, features = self.through(latent, torch.ones(len(latent)), context, maps)
        if not want_maps:
            return features, []
        return features, [torch.stack(maps[tuple(f.shape[-2:])]).mean(0) for f in features[:3]]
