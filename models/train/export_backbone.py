"""Writes the backbone before fine-tuning, without heads, to measure `eval refer --zero-shot` on it.

    python export_backbone.py --run RUN --out FILE.safetensors

As a pack of a plain Stable Diffusion checkpoint, the result finds words by attention alone. `checkpoint.unpack` fills a run folder from the weights in
the repository.
"""

import argparse
import json

import torch

from autoencoder import load_autoencoder
from checkpoint import averaged
from config import Settings
from diffusion import load_text_encoder
from export import check_fold, encoder_tensors, pack_config
from safetensors_file import save
from unet import UNet


def backbone_config(settings):
    config = pack_config({"weights": "text-to-image pre-training only", "seed": settings.seed})
    config |= {"family": "vpd-tiny-backbone", "name": "vpd-tiny backbone, before fine-tuning", "tasks": {}}
    config["unet"]["eps"] = True
    config["unet"].pop("position")  # positions are added in fine-tuning only
    return config


def backbone_tensors(settings, autoencoder):
    """Returns the pack's tensors, including the noise prediction."""
    unet = UNet()
    unet.load_state_dict(averaged(settings.folder, "diffusion"))
    tensors = encoder_tensors(autoencoder)
    tensors |= {f"unet.{name}": value for name, value in unet.state_dict().items()}
    tensors |= {f"text.{name}": value for name, value in load_text_encoder(settings).state_dict().items()}
    return {name: value.detach().float().contiguous().clone() for name, value in tensors.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    settings = Settings.load(arguments.run)
    torch.set_num_threads(1)
    autoencoder = load_autoencoder(settings)
    tensors = backbone_tensors(settings, autoencoder)
    check_fold(tensors, autoencoder)
    save(tensors, arguments.out, {"vpd_config": json.dumps(backbone_config(settings))})
    print(f"{arguments.out}: {len(tensors)} tensors, {sum(t.numel() for t in tensors.values()) / 1e6:.2f} M parameters")


if __name__ == "__main__":
    main()
