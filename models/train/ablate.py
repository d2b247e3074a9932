"""Measures what single parts of the trained model contribute: held-out figures with each part removed, without further training.

    python ablate.py --run RUN --data DATA [--images 96]

evidence.py trains without a part; this script shows what the trained weights rely on.
"""

import argparse
import json

import torch

from checkpoint import averaged, fingerprint
from config import Settings
from evaluate import evaluate, headline
from parallel import prepare_process
from unet import PLACE
from vpd import averaged_model

STAGES = ("conv1_4", "conv1_3", "conv1_2")  # of a head: their inputs are the features, then the maps, then the positions


def heads(model):
    return [task.head for task in (model.depth, model.refer, model.segment)]


def without_maps(model):
    for head in heads(model):
        for stage in STAGES if head.maps else ():
            getattr(head, stage).weight[:, -head.maps - PLACE : -PLACE] = 0


def without_adapter(model):
    model.adapter = False


def without_places(model):
    for name, weight in model.unet.named_parameters():
        if name.endswith("place.weight"):
            weight.zero_()
    for head in heads(model):
        for stage in STAGES:
            getattr(head, stage).weight[:, -PLACE:] = 0


VARIANTS = {
    "whole": lambda model: None, "no maps in the heads": without_maps, "no text adapter": without_adapter, "no places": without_places,
}


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--data")
    parser.add_argument("--images", type=int, default=96, help="of each held-out set")
    arguments = parser.parse_args()
    prepare_process(nice=False)
    settings = Settings.load(arguments.run, data=arguments.data)
    state, found = averaged(settings.folder), {}
    for name, remove in VARIANTS.items():
        model = averaged_model(state)
        remove(model)
        found[name] = evaluate(model, settings, arguments.images)
        print(f"{name}: {headline(found[name])}", flush=True)
    (settings.folder / "ablation.json").write_text(json.dumps(found | {"weights": fingerprint(state)}, indent=1))


if __name__ == "__main__":
    main()
