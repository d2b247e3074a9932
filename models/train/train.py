"""Runs the stages of the recipe. `python train.py --help`."""

import argparse
import importlib
import time
from dataclasses import fields
from pathlib import Path

from checkpoint import packed_names, unpack
from config import SMOKE, Settings
from toy_data import write_data

STAGES = {  # in order; each module has run(settings)
    "photos": "photos", "surfaces": "surfaces", "scenes": "render_scenes", "phrases": "phrases", "vae": "autoencoder", "latents": "latents",
    "text": "text_warmup", "diffusion": "diffusion", "vpd": "finetune", "calibrate": "calibrate", "evaluate": "evaluate",
}


def stage_names(text):
    names = text.split(",")
    if unknown := [name for name in names if name not in STAGES]:
        raise argparse.ArgumentTypeError(f"no stage {', '.join(map(repr, unknown))}; the stages are {', '.join(STAGES)}")
    return names


def setting(text):
    """Returns (name, value) of NAME=VALUE, with the value in the type of its default in config.py."""
    name, _, value = text.partition("=")
    kinds = {field.name: type(field.default) for field in fields(Settings) if field.name not in ("run", "data")}
    if name not in kinds:
        raise argparse.ArgumentTypeError(f"config.py has no setting {name!r}")
    if kinds[name] is bool and value.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{name} must be true or false, not {value!r}")
    return name, value.lower() == "true" if kinds[name] is bool else kinds[name](value)


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--run", required=True,
        help="folder for scenes, latents, checkpoints and settings (outside the repository); later calls continue with what it holds",
    )
    parser.add_argument("--data", help="folder with nyu-train/ and photos/; a run that was never given one uses generated scenes only")
    parser.add_argument("--stages", type=stage_names, default=list(STAGES), help="comma-separated, of: " + ", ".join(STAGES))
    parser.add_argument("--workers", type=int, help="number of processes, one thread each")
    parser.add_argument("--smoke", action="store_true", help="all stages in about a minute; without --data, on six rendered rooms in the form of NYU's")
    parser.add_argument("--start-from", help="folder of packed weights (checkpoints/) to continue from")
    parser.add_argument("--set", nargs="*", type=setting, default=[], metavar="NAME=VALUE", help="overrides of config.py and of the run's record")
    return parser.parse_args(arguments)


def configure(arguments):
    """Returns the run's settings, replaced by those given on the command line."""
    data = toy_folder(arguments) if arguments.smoke and not arguments.data else arguments.data
    said = {"data": data and str(data)} | (SMOKE if arguments.smoke else {})
    said |= {} if arguments.workers is None else {"workers": arguments.workers}
    try:
        return Settings.load(arguments.run, **said | dict(arguments.set))
    except ValueError as error:
        raise SystemExit(f"{error}.") from None


def toy_folder(arguments):
    return Path(arguments.run) / "data"


def check_start(arguments, packed):
    """Raises SystemExit if a stage would make anew what packed weights (`packed`: their names) were trained with, or what they make superfluous."""
    again = {"vae", "text"} | ({"diffusion"} if "vpd" in packed and "vpd" in arguments.stages else set())
    if wasted := [stage for stage in arguments.stages if stage in again & set(packed)]:
        rest = ",".join(stage for stage in arguments.stages if stage not in wasted)
        raise SystemExit(
            f"--start-from {arguments.start_from}: its weights have been through {' and '.join(wasted)}, which would be trained in vain or mixed with others; "
            f"leave out what they have, as in --stages {rest}."
        )


def main():
    arguments = parse()
    settings = configure(arguments)
    if arguments.start_from:
        check_start(arguments, packed_names(Path(arguments.start_from)))
        unpack(Path(arguments.start_from), settings.folder)
    settings.save()
    if settings.data == str(toy_folder(arguments)) and not toy_folder(arguments).exists():
        write_data(toy_folder(arguments))
    for stage in arguments.stages:
        started = time.time()
        print(f"== {stage}", flush=True)
        importlib.import_module(STAGES[stage]).run(settings)
        print(f"== {stage} took {(time.time() - started) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()
