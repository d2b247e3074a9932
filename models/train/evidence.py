"""Measures what pre-training, the attention maps and the text adapter contribute, at equal steps of one process each.

    python evidence.py --run RUN --data DATA --out evidence.json [--only NAME …]

Needs the stages up to `diffusion` in RUN. Every run is a complete fine-tuning with its own schedule. Finished runs are in the output file, with their
settings, and are not repeated, so the script can be stopped at any time. Runs to be compared have the same seed, and so the same order of batches.
"""

import argparse
import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import torch

from config import Settings
from evaluate import evaluate, headline
from finetune import train
from parallel import prepare_process
from vpd import averaged_model

# Fine-tuning steps whose forward and backward passes cost as much as those of pre-training, which ran the UNet on 24 k latents.
MATCHED = 950
BUDGETS = (100, 200, 400)
LONG = BUDGETS[-1] + MATCHED
RUNS = {
    **{f"{source}-{steps}": dict(source=source, steps=steps) for steps in BUDGETS for source in ("diffusion", "scratch")},
    "no-maps-400": dict(source="diffusion", steps=400, maps=False),
    "no-adapter-400": dict(source="diffusion", steps=400, adapter=False),
    # Long enough for words to have an effect. 1350 steps from scratch cost as much as pre-training and 400 steps, 2300 as much as it and 1350.
    **{f"{source}-{LONG}": dict(source=source, steps=LONG) for source in ("scratch", "diffusion")},
    f"scratch-{LONG + MATCHED}": dict(source="scratch", steps=LONG + MATCHED),
    **{f"{source}-200-seed2": dict(source=source, steps=200, seed=2) for source in ("diffusion", "scratch")},
}
# The same questions with the optimizer that fine-tuning uses now.
MUON = dict(optimizer="muon", steps=BUDGETS[-1])
RUNS |= {
    "muon-diffusion": dict(source="diffusion", **MUON),
    "muon-scratch": dict(source="scratch", **MUON),
    "muon-no-maps": dict(source="diffusion", maps=False, **MUON),
    "muon-no-adapter": dict(source="diffusion", adapter=False, **MUON),
    **{f"muon-{source}-seed2": dict(source=source, seed=2, **MUON) for source in ("diffusion", "scratch")},
    **{f"muon-{source}-{LONG}": dict(source=source, **MUON | dict(steps=LONG)) for source in ("diffusion", "scratch")},
    f"muon-scratch-{LONG + MATCHED}": dict(source="scratch", **MUON | dict(steps=LONG + MATCHED)),
}
IMAGES = 96  # evaluated per held-out set
# Settings of all runs: small steps for one core.
SMALL = dict(
    vpd_rate=1.0e-3, text_rate_share=0.2, encoder_rate_share=0.0, scene_images=2, nyu_images=4, scene_expressions=1.0, nyu_expressions=1.0,
    batchnorm_freeze=0.35,  # the default, whatever RUN has, as the heads start untrained
)


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
        "settings": asdict(settings),  # only results with the same schedule and data can be compared
        "heldOut": found,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="run")
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
