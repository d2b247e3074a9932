"""Collects what the pack's card says: what the model sees, what it was trained on, how long and where, and its held-out figures."""

import json
from dataclasses import asdict
from datetime import date

import photos
from checkpoint import fingerprint

LICENSE = (
    "Weights trained from scratch by this project; the NYU Depth v2, Caltech-101, ImageNet, Flickr8k and COCO images they saw "
    "are under their own terms (research use). See the model card."
)
SIGHT = {
    "sees": "Rooms: walls, floors, ceilings, large furniture, their depth within about a metre, "
    "and phrases such as “the red chair” or “the left lamp”.",
    "misses": "People, animals, streets, small things and fine relations. "
    "On photographs its masks and classes are rough: take metres as an impression.",
}
KINDS = {"room": "", "halls": " halls", "alike": " with many equals", "handheld": " through a hand-held camera"}
FIGURES = {"depth": ("rmse", "delta1", "absRel", "images"), "segment": ("mIoU", "accuracy", "classes"), "refer": ("oIoU", "mIoU", "count")}
# Shown with the data, because the page and the pack's README have no other place for it.
CHOICES = (
    "Not trained on the held-out rooms, but chosen with a look at them: the shares of the averaged weights, the limit of what may be masked where nothing "
    "fits, how results are enlarged, and the recipe. The signal “may not be in this photo” is fitted on every second of the square generated ones. So read the figures as slightly "
    "optimistic."
)


def data_lines(settings, earlier):
    sets = [each for each in settings.scene_sets("train") if each.count]
    shapes = ", ".join(f"{each.count}{KINDS[each.kind]} of {each.width}×{each.height}" for each in sets)
    lines = [f"{sum(each.count for each in sets)} generated rooms: {shapes}" + (f"; in earlier rounds, {earlier}" if earlier else "")]
    if settings.data:
        training, val = photos.nyu_split(settings)
        every = len(photos.nyu_names(photos.data_folder(settings)))
        lines += [
            f"NYU Depth v2: {len(training)} of the {every} official training images ({len(val)} held out in blocks, "
            f"{every - len(training) - len(val)} unused, as neighbours that may show the same scenes)",
            f"{len(photos.photo_list(photos.data_folder(settings)))} captioned photographs (Caltech-101, ImageNet, Flickr8k, COCO)",
        ]
    return lines


def held_out(settings, weights):
    """Returns the main figures of the last evaluation; {} before the first one. weights: fingerprint of the weights that the card describes.

    Raises SystemExit if others were evaluated, or on other scenes.
    """
    path = settings.folder / "evaluation-vpd.json"
    found = json.loads(path.read_text()) if path.exists() else {}
    measured = found.get("weights"), found.get("sets")
    if found and measured != (weights, [asdict(each) for each in settings.scene_sets("val")]):
        raise SystemExit(f"{path}: of other weights than vpd.pt, of other held-out scenes or from an older evaluate.py; run --stages evaluate again.")
    pick = lambda figures, names: {name: round(figures[name], 3) for name in names}
    return {each: {task: pick(found[each][task], names) for task, names in FIGURES.items()} for each in ("scenes", "nyu") if each in found}


def seeds_of(settings, split):
    """Returns the first and last seed of every set of scenes."""
    return [[each.first_seed, each.first_seed + each.count - 1] for each in settings.scene_sets(split) if each.count]


def provenance(settings, weights, machine, hours, earlier, seeds):
    """Returns the card's entries. weights: checkpoint.Weights; machine: in words; hours: of training in all rounds; earlier: scenes of earlier rounds, in
    words; entries that are None are left out. seeds: of the runs whose weights were averaged; None: the seed of this run."""
    seeds = {"training": seeds or [settings.seed], "scenes": seeds_of(settings, "train"), "validationScenes": seeds_of(settings, "val")}
    sha256 = fingerprint(weights.state)
    said = {name: value for name, value in (("hours", hours), ("machine", machine)) if value is not None}
    return SIGHT | {
        "date": date.today().isoformat(), "data": [*data_lines(settings, earlier), CHOICES], "seeds": seeds, **said,
        "recipe": "models/train", "heldOut": held_out(settings, sha256),
        "weights": {"sha256": sha256, "parents": weights.parents},
    }
