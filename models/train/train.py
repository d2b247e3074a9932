"""Runs the recipe, stage by stage. `python train.py --help`."""

import argparse
import importlib
import time
from pathlib import Path

from checkpoint import unpack
from config import Settings, smoke

STAGES = {  # in order; each module has run(settings)
    "photos": "photos", "surfaces": "surfaces", "scenes": "render_scenes", "phrases": "phrases", "vae": "autoencoder", "latents": "latents",
    "text": "text_warmup", "diffusion": "diffusion", "vpd": "finetune", "calibrate": "calibrate", "evaluate": "evaluate",
}


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", default="run", help="folder for scenes, latents and checkpoints (outside the repository)")
    parser.add_argument("--data", help="folder with nyu-train/ and photos/; without it only generated scenes are used")
    parser.add_argument("--stages", default=",".join(STAGES), help="comma-separated, of: " + ", ".join(STAGES))
    parser.add_argument("--workers", type=int, help="processes of one thread")
    parser.add_argument("--smoke", action="store_true", help="all stages in about a minute, without --data")
    parser.add_argument("--start-from", help="folder of packed weights (checkpoints/) to continue from")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="overrides of config.py")
    return parser.parse_args()


def configure(arguments):
    settings = Settings(run=arguments.run, data=arguments.data)
    if arguments.smoke:
        settings = smoke(settings)
    if arguments.workers:
        settings.workers = arguments.workers
    for override in arguments.set:
        name, value = override.split("=", 1)
        kind = type(getattr(settings, name))
        setattr(settings, name, value.lower() == "true" if kind is bool else kind(value))
    return settings


def main():
    arguments = parse()
    settings = configure(arguments)
    settings.save()
    if arguments.start_from:
        unpack(Path(arguments.start_from), settings.folder)
    for stage in arguments.stages.split(","):
        started = time.time()
        print(f"== {stage}", flush=True)
        importlib.import_module(STAGES[stage]).run(settings)
        print(f"== {stage} took {(time.time() - started) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()
