"""Measures what pre-training, the attention maps and the text adapter contribute, at equal steps of one process each, and pre-training at equal compute, too.

    python evidence.py --run RUN --data DATA --out evidence.json [--only NAME …]

Needs the stages up to `diffusion` in RUN. Every run is a complete fine-tuning with its own schedule. Finished runs are in the output file, with their
settings, and are not repeated, so the script can be stopped at any time. Runs to be compared have the same seed, and so the same order of batches.
"""

import argparse
import json
import os
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import torch

import photos
from config import SHAPES, Settings
from data import expressions_of
from evaluate import evaluate, headline
from finetune import train
from macs import costs
from parallel import prepare_process
from sizes import padded
from vpd import averaged_model

LATENTS = 24_000  # seen in pre-training (see LOG.md, the first pack)
TRAINED = 3  # cost of a forward and a backward pass over that of the forward pass: the latter has the gradients of inputs and of weights
BUDGETS = (100, 200, 400)
LONG = 1350  # long enough for words to have an effect
# Steps that a run from scratch is given in place of pre-training. `equal_steps` says 531 for these runs, so they have a little more than equal compute.
IN_PLACE = 600
RUNS = {
    **{f"{source}-{steps}": dict(source=source, steps=steps) for steps in BUDGETS for source in ("diffusion", "scratch")},
    "no-maps-400": dict(source="diffusion", steps=400, maps=False),
    "no-adapter-400": dict(source="diffusion", steps=400, adapter=False),
    **{f"{source}-200-seed2": dict(source=source, steps=200, seed=2) for source in ("diffusion", "scratch")},
}
# The same questions with the optimizer that fine-tuning uses now.
SHORT = BUDGETS[-1]
MUON = dict(optimizer="muon", steps=SHORT)
RUNS |= {
    "muon-diffusion": dict(source="diffusion", **MUON),
    "muon-scratch": dict(source="scratch", **MUON),
    "muon-no-maps": dict(source="diffusion", maps=False, **MUON),
    "muon-no-adapter": dict(source="diffusion", adapter=False, **MUON),
    **{f"muon-{source}-seed2": dict(source=source, seed=2, **MUON) for source in ("diffusion", "scratch")},
    f"muon-diffusion-{LONG}": dict(source="diffusion", **MUON | dict(steps=LONG)),
    # After pre-training and SHORT steps, and after it and LONG steps, runs of equal compute; 2300 steps are some 400 more than that.
    **{f"muon-scratch-{steps}": dict(source="scratch", **MUON | dict(steps=steps)) for steps in (SHORT + IN_PLACE, LONG, LONG + IN_PLACE, 2300)},
}
IMAGES = 96  # evaluated per held-out set
# Settings of all runs: small steps for one core.
SMALL = dict(
    vpd_rate=1.0e-3, text_rate_share=0.2, encoder_rate_share=0.0, scene_images=2, nyu_images=4, scene_expressions=1.0, nyu_expressions=1.0,
    batchnorm_freeze=0.35,  # the default, whatever RUN has, as the heads start untrained
)


costs_of = cache(costs)


def cost_of_step(settings):
    """Returns the multiply-accumulates, in 1e9, of the passes of one fine-tuning step of one process, with the padded sizes of its pictures. The optimizer's
    own products are not counted."""

    def of_source(width, height, pictures, expressions):
        cost = costs_of(padded(height), padded(width))
        encoder = cost["encoder"] * (TRAINED if settings.encoder_rate_share else 1)
        said = expressions_of(pictures, expressions) * (cost["refer"] + cost["text"])
        return pictures * (encoder + TRAINED * (cost["depth"] + cost["segment"])) + TRAINED * said

    sets = [each for each in settings.scene_sets("train") if each.count]
    total, scenes = sum(each.count for each in sets), (settings.scene_images, settings.scene_expressions)
    cost = sum(each.count / total * of_source(each.width, each.height, *scenes) for each in sets)
    return cost + (of_source(*photos.NYU_SIZE, settings.nyu_images, settings.nyu_expressions) if settings.data else 0)


def cost_of_latent(settings):
    """Returns the multiply-accumulates, in 1e9, of the passes of pre-training on one latent, on average over its sources."""
    noise = lambda width, height: TRAINED * costs_of(padded(height), padded(width))["noise"]
    others = [(settings.nyu_share, photos.NYU_SIZE), (settings.photo_share, (photos.PHOTO_SIZE,) * 2)] if settings.data else []
    sources = [(1 - sum(share for share, _ in others), SHAPES["square"]), *others]
    return costs_of(*SHAPES["square"])["text"] + sum(share * noise(*size) for share, size in sources)


def equal_steps(settings):
    """Returns the fine-tuning steps with these settings whose passes cost as much as those of pre-training."""
    return LATENTS * cost_of_latent(settings) / cost_of_step(settings)


def measure(name, settings, source, steps, seed=1, optimizer="adamw", **variant):
    """Trains one run and returns its entry of the output file. source, variant: see finetune.build."""
    settings = replace(settings, seed=seed, evaluate_minutes=1e9, optimizer=optimizer, **SMALL)
    (settings.folder / "evidence").mkdir(exist_ok=True)
    train(0, 1, settings, source, f"evidence/{name}", steps, **variant)
    state = torch.load(settings.folder / "evidence" / f"{name}.pt", weights_only=True)
    found = evaluate(averaged_model(state["average"], **variant), settings, IMAGES)
    print(f"{name}: {headline(found)}", flush=True)
    return {
        "source": source, "steps": steps, "seed": seed, "optimizer": optimizer, **variant, "minutes": state["minutes"],
        "equalSteps": round(equal_steps(settings)),  # what pre-training costs, in steps of this schedule
        "settings": asdict(settings),  # only results with the same schedule and data can be compared
        "heldOut": found,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True)
    parser.add_argument("--data")
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", nargs="*", default=list(RUNS), choices=list(RUNS), metavar="NAME")
    arguments = parser.parse_args()
    prepare_process(nice=False)
    os.nice(10)
    path, settings = Path(arguments.out), Settings.load(arguments.run, data=arguments.data, workers=1)
    for name in arguments.only:
        found = json.loads(path.read_text()) if path.exists() else {}
        if name not in found:
            found[name] = measure(name, settings, **RUNS[name])
            path.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
