"""Writes the trained model as one safetensors file (float32) with its configuration in the metadata.

    python export.py --run RUN --out FILE.safetensors [--golden FOLDER] [--checkpoints FOLDER] [--random]

`--golden` also writes inputs and outputs as .npy files, to test other implementations of the graph.
`--random` exports random weights with non-trivial statistics everywhere, so that a wrong graph cannot agree by chance.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import unet
import vae
from card import LICENSE, provenance
from checkpoint import pack, read_weights
from classes import ALIASES, CLASSES
from config import RECORD, SHAPES, Settings
from safetensors_file import save
from sizes import MULTIPLE
from text_encoder import HEADS, HIDDEN as TEXT_HIDDEN, LAYERS, WIDTH
from tokenizer import MAX_TOKENS, VOCABULARY, WORDS, tokenize
from vpd import HIDDEN, MAX_DEPTH, REFINE, SCENES, VPD, averaged_model

EXPRESSION = "the red chair on the left"
# Guided filters (src/image/guided.ts) with which the page resizes results to a photo's size: half a window's side in pixels, and the variance of colours
# that counts as even. Chosen by figures of held-out rooms and by eye: LOG.md, 2026-12-01, along the photo's edges.
GUIDED_DEPTH = {"radius": 4, "epsilon": 1e-2}
GUIDED_LOGITS = {"radius": 8, "epsilon": 1e-3}


def head_config(outputs):
    return {"kind": "topdown", "hidden": HIDDEN, "refine": list(REFINE), "outputs": outputs, "position": {"unit": unet.PLACE_UNIT}}


def aliases():
    """Returns ALIASES after checking that every alias is unknown and stands for a known word."""
    for word, known in ALIASES.items():
        assert word not in WORDS and known in WORDS, (word, known)
    return ALIASES


def pack_config(said):
    return {
        "family": "vpd-tiny", "name": "vpd-tiny",
        "vae": {"channels": vae.CHANNELS, "mult": list(vae.MULT), "blocks": 1, "latent": vae.LATENT, "patch": vae.PATCH,
                "midAttention": False, "groups": vae.GROUPS},
        "unet": {"channels": unet.CHANNELS, "mult": list(unet.MULT), "blocks": unet.BLOCKS, "context": unet.CONTEXT,
                 "latent": unet.LATENT, "headChannels": unet.HEAD_CHANNELS, "crossAttention": list(unet.CROSS_ATTENTION),
                 "selfAttention": list(unet.SELF_ATTENTION), "ffMult": unet.FF_MULT, "groups": unet.GROUPS,
                 "features": list(unet.FEATURES), "position": {"unit": unet.PLACE_UNIT}},
        "text": {"width": WIDTH, "layers": LAYERS, "heads": HEADS, "mlp": TEXT_HIDDEN, "maxTokens": MAX_TOKENS,
                 "vocabulary": VOCABULARY, "aliases": aliases()},
        "tasks": {
            "depth": {"context": "scene", "scenes": list(SCENES), "head": head_config(1), "maps": [], "maxDepth": MAX_DEPTH,
                      "guided": GUIDED_DEPTH},
            "refer": {"context": "text", "tokens": MAX_TOKENS, "head": head_config(2), "maps": [0, 1, 2], "guided": GUIDED_LOGITS},
            "segment": {"context": "classes", "classes": CLASSES, "head": head_config(len(CLASSES)), "maps": [0, 1, 2], "guided": GUIDED_LOGITS},
        },
        # Long and short side of the shapes that the model was trained on (config.SHAPES).
        "working": {"longSide": max(map(max, SHAPES.values())), "shortSide": max(map(min, SHAPES.values())), "multiple": MULTIPLE},
        "provenance": said, "license": LICENSE,
    }


def encoder_tensors(encoder):
    """Returns the tensors of a LatentEncoder, with its normalisation folded into quant_conv."""
    weight, bias = vae.folded_quant_conv(encoder)
    tensors = {f"vae.encoder.{name}": value for name, value in encoder.encoder.state_dict().items()}
    return tensors | {"vae.quant_conv.weight": weight, "vae.quant_conv.bias": bias}


def exported_tensors(model):
    """Returns the pack's tensors, without the noise prediction and the counters of batch normalisation."""
    tensors = encoder_tensors(model.vae)
    for name, value in model.state_dict().items():
        if not name.startswith(("unet.out.", "vae.")) and not name.endswith("num_batches_tracked"):
            tensors[name] = value
    return {name: value.detach().float().contiguous().clone() for name, value in tensors.items()}


@torch.no_grad()
def randomize(module, seed=7):
    """Sets random values, in place, for everything that is initially zero or one, or is learnt from data."""
    generator = torch.Generator().manual_seed(seed)
    draw = lambda value, low, high: torch.empty_like(value).uniform_(low, high, generator=generator)
    for name, value in [*module.named_parameters(), *module.named_buffers()]:
        if name.endswith("num_batches_tracked") or not value.is_floating_point():
            continue
        if name.endswith("running_var"):
            value.copy_(draw(value, 0.5, 2.0))
        elif name.endswith("running_mean"):
            value.copy_(draw(value, -0.5, 0.5))
        elif name.endswith("gamma"):
            value.copy_(draw(value, -0.5, 0.5))
        elif name.endswith("vae.scale"):
            value.fill_(0.6)
        elif name.endswith("vae.shift"):
            value.copy_(draw(value, -0.5, 0.5))
        elif value.dim() == 1 and "bias" not in name:  # gains of normalisation layers
            value.copy_(draw(value, 0.7, 1.3))
        elif value.dim() == 1:
            value.copy_(draw(value, -0.2, 0.2))
        elif value.abs().max() == 0:  # zero-initialised convolutions and the fixed contexts
            bound = 1.5 / value[0].numel() ** 0.5 if value.dim() > 2 else 1.0
            value.copy_(draw(value, -bound, bound))
        elif "head." in name:  # torch's initial weights shrink signals through ReLU
            value.mul_(4.0 if "conv1_1" in name else 2.5)
        elif "to_q" in name or "to_k" in name:  # sharper attention than at initialisation
            value.mul_(3.0)


def smooth_image(height=256, width=320, seed=3):
    """Returns a sum of random waves, [3, height, width] in −1..1."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / height
    image = np.zeros((3, height, width))
    for _ in range(12):
        frequency, phase = random.uniform(-12, 12, 2), random.uniform(0, 2 * np.pi)
        image += random.uniform(-1, 1, (3, 1, 1)) * np.sin(frequency[0] * x + frequency[1] * y + phase)
    return (image / np.abs(image).max()).astype(np.float32)


def padded_photo(path):
    """Reads a picture as inference sees it: 320×240, scaled to −1..1, padded below with zeros to 256 rows; [3, 256, 320]."""
    pixels = np.asarray(Image.open(path).convert("RGB").resize((320, 240), Image.BICUBIC)).transpose(2, 0, 1) / 127.5 - 1
    return np.pad(pixels, ((0, 0), (0, 16), (0, 0))).astype(np.float32)


@torch.no_grad()
def write_golden(model, folder, image):
    """Writes inputs and outputs of every part as .npy, without the batch dimension; float32, token rows int64."""
    folder.mkdir(parents=True, exist_ok=True)
    keep = lambda name, value: np.save(folder / f"{name}.npy", np.asarray(value[0]))
    pixels, rows = torch.from_numpy(image)[None], torch.from_numpy(tokenize(EXPRESSION))[None]
    latent = model.vae.encode(pixels)
    keep("image", pixels), keep("latent", latent), keep("text_ids", rows), keep("text_hidden", model.text(rows))
    features, maps, _ = model.perceive("refer", latent, rows)
    for i, feature in enumerate(features):
        keep(f"feature{i}", feature)
    for i, attention in enumerate(maps):
        keep(f"maps{i}", attention)
    keep("depth", model.full("depth", latent)[:, 0])
    keep("refer", model.full("refer", latent, rows))
    keep("segment", model.full("segment", latent))


def checkpoints(settings):
    """Returns Weights to continue training from: the autoencoder with its decoder, the text encoder and the UNet before fine-tuning, and the whole model
    after it."""
    return {name: read_weights(settings.folder, name) for name in ("vae", "text", "diffusion", "vpd")}


@torch.no_grad()
def check_fold(tensors, encoder):
    """Asserts that the exported encoder's mode is the latent that training used."""
    pixels = torch.from_numpy(smooth_image(64, 64))[None]
    folded = torch.nn.functional.conv2d(encoder.encoder(pixels), tensors["vae.quant_conv.weight"], tensors["vae.quant_conv.bias"])
    difference = (folded[:, : vae.LATENT] - encoder.encode(pixels)).abs().max().item()
    assert difference < 1e-3, f"folded quant_conv is off by {difference}"


def random_model():
    torch.manual_seed(0)
    model = VPD()
    randomize(model)
    model.freeze_embeddings()
    return model.eval()


def trained_model(arguments):
    """Returns the model of a run and the card's entries about it."""
    settings = Settings.load(arguments.run, data=arguments.data)
    if not (settings.folder / RECORD).exists():
        raise SystemExit(f"{settings.folder / RECORD}: missing; the card takes from it which seeds and how many scenes these weights saw.")
    weights = read_weights(settings.folder)
    return averaged_model(weights.state), provenance(settings, weights, arguments.machine, arguments.hours, arguments.earlier, arguments.seeds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", help="required unless --random")
    parser.add_argument("--data", help="for the card: the folder of the run's --data, if it was moved")
    parser.add_argument("--out", required=True)
    parser.add_argument("--golden")
    parser.add_argument("--golden-image", help="a 4:3 picture for the golden files; default: smooth random waves")
    parser.add_argument("--checkpoints")
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--machine", help="for the card: the machine it was trained on, in words")
    parser.add_argument("--hours", type=float, help="for the card: hours of training, all rounds together")
    parser.add_argument("--seeds", type=int, nargs="+", help="for the card: the seeds of all runs in the average, if there are several")
    parser.add_argument("--earlier", help="for the card: scenes that earlier rounds were trained on, in words")
    arguments = parser.parse_args()
    if not arguments.random and not arguments.run:
        parser.error("the following arguments are required: --run (or --random)")
    if arguments.random and arguments.checkpoints:
        parser.error("--checkpoints: random weights are not worth continuing from")
    torch.set_num_threads(1)
    model, said = (random_model(), {"weights": "random"}) if arguments.random else trained_model(arguments)
    tensors = exported_tensors(model)
    check_fold(tensors, model.vae)
    save(tensors, arguments.out, {"vpd_config": json.dumps(pack_config(said))})
    print(f"{arguments.out}: {len(tensors)} tensors, {sum(t.numel() for t in tensors.values()) / 1e6:.2f} M parameters")
    if arguments.golden:
        image = padded_photo(arguments.golden_image) if arguments.golden_image else smooth_image()
        write_golden(model, Path(arguments.golden), image)
    if arguments.checkpoints:
        pack(checkpoints(Settings.load(arguments.run, data=arguments.data)), Path(arguments.checkpoints))


if __name__ == "__main__":
    main()
