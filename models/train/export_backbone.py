"""Writes the backbone as it was before fine-tuning, without heads: what `eval refer --zero-shot` is measured on.

    python export_backbone.py --run RUN --out FILE.safetensors

The pack then attends to words and finds them by attention alone, as one made of a plain Stable Diffusion checkpoint does.
`checkpoint.unpack` fills a run folder from the weights that lie in the repository.
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
    config["unet"].pop("position")  # places came with fine-tuning
    return config


def backbone_tensors(settings, autoencoder):
    """The pack's tensors, noise prediction included."""
    unet = UNet()
    unet.load_state_dict(averaged(settings.folder, "diffusion"))
    tensors = encoder_tensors(autoencoder)
    tensors |= {f"unet.{name}": value for name, value in unet.state_dict().items()}
    tensors |= {f"text.{name}": value for name, value in load_text_encoder(settings).state_dict().items()}
    return {name: value.detach().float().contiguous().clone() for name, value in tensors.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="run")
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
