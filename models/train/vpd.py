"""VPD: the encoder, one shared UNet, and for each of the three tasks a text adapter and a top-down head."""

import torch
from torch import nn
from torch.nn import functional as F

from classes import CLASSES
from text_encoder import WIDTH, TextEncoder
from tokenizer import MAX_TOKENS, tokenize
from unet import CHANNELS, MULT, PLACE, UNet, grid
from vae import LatentEncoder

HIDDEN, REFINE, MAX_DEPTH = 64, (48, 32), 10.0
SCENES = ("room",)
SUPERVISED_LEVELS = 2  # H/8 and H/16, whose maps are also trained, and measured, as masks
MAP_GAIN = 8.0  # factor of the initial weights of map channels, because probabilities over ~30 tokens are small compared to features


def resize(x, size, align_corners):
    return F.interpolate(x, size=size, mode="bilinear", align_corners=align_corners)


class Refine(nn.Module):
    def __init__(self, inner, outer):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(inner, outer, 3, padding=1, bias=False), nn.BatchNorm2d(outer)

    def forward(self, x):
        x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return F.relu(self.bn(self.conv(x)))


class Head(nn.Module):
    """VPD's referring head with two more stages, from H/64 to H/2. `maps`: number of attention channels at H/8, H/16 and H/32. Unlike VPD's, the inputs
    also contain x and y of every pixel, because convolutions alone hardly learnt "left"."""

    def __init__(self, outputs, maps):
        super().__init__()
        self.maps = maps
        widths = [CHANNELS * factor for factor in MULT]
        inner = widths[3]
        for stage, level in ((4, 2), (3, 1), (2, 0)):
            first = nn.Conv2d(inner + widths[level] + maps + PLACE, HIDDEN, 3, padding=1, bias=False)
            if maps:
                with torch.no_grad():
                    first.weight[:, -maps - PLACE : -PLACE] *= MAP_GAIN
            setattr(self, f"conv1_{stage}", first)
            setattr(self, f"bn1_{stage}", nn.BatchNorm2d(HIDDEN))
            setattr(self, f"conv2_{stage}", nn.Conv2d(HIDDEN, HIDDEN, 3, padding=1, bias=False))
            setattr(self, f"bn2_{stage}", nn.BatchNorm2d(HIDDEN))
            inner = HIDDEN
        self.refine = nn.ModuleList([Refine(HIDDEN, REFINE[0]), Refine(REFINE[0], REFINE[1])])
        self.conv1_1 = nn.Conv2d(REFINE[1], outputs, 1)

    def forward(self, features, maps):
        x = features[3]
        for stage, level in ((4, 2), (3, 1), (2, 0)):
            x = resize(x, features[level].shape[-2:], align_corners=True)
            place = grid(*x.shape[-2:], level).to(x.dtype).expand(len(x), -1, -1, -1)
            x = torch.cat([x, features[level], *([maps[level].to(x.dtype)] if self.maps else []), place], 1)
            x = F.relu(getattr(self, f"bn1_{stage}")(getattr(self, f"conv1_{stage}")(x)))
            x = F.relu(getattr(self, f"bn2_{stage}")(getattr(self, f"conv2_{stage}")(x)))
        for refine in self.refine:
            x = refine(x)
        # A matrix product, because the gradient of a one-channel convolution has another memory format, which slows down the layers before it.
        return F.linear(x.permute(0, 2, 3, 1), self.conv1_1.weight.flatten(1), self.conv1_1.bias).permute(0, 3, 1, 2)


class TextAdapter(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH))


class Task(nn.Module):
    """A head, an adapter and, for tasks with a fixed context, its embeddings."""

    def __init__(self, outputs, maps, contexts=0):
        super().__init__()
        self.text_adapter = TextAdapter()
        self.gamma = nn.Parameter(torch.full((WIDTH,), 1e-4))
        if contexts:
            self.register_buffer("class_embeddings", torch.zeros(contexts, WIDTH))
        self.head = Head(outputs, maps)

    def adapt(self, context):
        return context + self.gamma * self.text_adapter.fc(context)


class VPD(nn.Module):
    """The whole model. `maps` and `adapter` are False in the ablations of evidence.py: heads without attention maps, contexts without the adapter."""

    def __init__(self, maps=True, adapter=True):
        super().__init__()
        self.adapter, self.vae, self.unet, self.text = adapter, LatentEncoder(), UNet(places=True), TextEncoder()
        self.depth = Task(1, 0, len(SCENES))
        self.refer = Task(2, MAX_TOKENS if maps else 0)
        self.segment = Task(len(CLASSES), len(CLASSES) if maps else 0, len(CLASSES))

    @torch.no_grad()
    def freeze_embeddings(self):
        """Sets the fixed contexts to the text encoder's end-token states of "a photo of a …"."""
        rows = lambda names: torch.stack([torch.from_numpy(tokenize(f"a photo of a {name}")) for name in names])
        self.depth.class_embeddings.copy_(self.text.sentence(rows(SCENES)))
        self.segment.class_embeddings.copy_(self.text.sentence(rows(CLASSES)))

    def context(self, name, batch, rows=None):
        """Returns the context [batch, tokens, 128] after the adapter; `rows`: int64 [batch, 32], the referring expressions."""
        task = getattr(self, name)
        context = self.text(rows) if name == "refer" else task.class_embeddings.expand(batch, -1, -1)
        return task.adapt(context) if self.adapter else context

    def look(self, name, latent, rows=None):
        """Returns the UNet's features and, for tasks whose head uses them, its attention maps."""
        return self.unet.perceive(latent, self.context(name, len(latent), rows), want_maps=name != "depth")

    def perceive(self, name, latent, rows=None):
        """Returns features, maps and the head's output at half the input's resolution (depth in metres, else logits)."""
        features, maps = self.look(name, latent, rows)
        output = getattr(self, name).head(features, maps)
        if name == "depth":
            output = MAX_DEPTH * torch.sigmoid(output.float())
        return features, maps, output.float()

    def forward(self, name, latent, rows=None):
        """Returns the head's output at half the input's resolution."""
        return self.perceive(name, latent, rows)[2]

    def full(self, name, latent, rows=None):
        """Returns the output at the input's resolution. Logits are resized before depth's sigmoid."""
        features, maps = self.look(name, latent, rows)
        size = [8 * side for side in latent.shape[-2:]]
        output = resize(getattr(self, name).head(features, maps), size, align_corners=True)
        return MAX_DEPTH * torch.sigmoid(output) if name == "depth" else output


def averaged_model(state, **variant):
    """Returns a VPD for inference with weights as checkpoint.averaged returns them. `variant`: see VPD."""
    model = VPD(**variant)
    model.load_state_dict(state)
    return model.eval()
