"""Stage “phrases”: writes captions, referring expressions and absent expressions (see absent.py) of all scenes and NYU rooms, as JSON under RUN."""

import json
from dataclasses import asdict

import numpy as np

import components
import origin
import photos
from absent import nyu_absent, scene_absent
from grammar import captions, everyday, expressions, photo_captions, visible_objects
from nyu_rooms import Rooms
from parallel import barrier, launch
from render_scenes import open_arrays
from scene import make_scene


def scene_phrases(seed, kind, identities, labels, depth):
    scene, random = make_scene(seed, identities.shape[1], kind), np.random.default_rng([seed, 1])
    seen = visible_objects(scene["objects"], identities, depth)
    return said({
        "expressions": expressions(random, seen, identities), "captions": captions(random, seen, scene["floor"]),
        "absent": scene_absent(np.random.default_rng([seed, 4]), scene, identities, labels),
    }, np.random.default_rng([seed, 7]))


def worded(expressions, random):
    return [everyday(random, expression) for expression in expressions]


def said(item, random):
    """Returns `item` with its expressions as different people might type them."""
    return item | {name: worded(item[name], random) for name in ("expressions", "absent")}


def name_of(name):
    return f"phrases-{name}"


def made_from(settings, name):
    """Returns what the phrases of a set of scenes, or of "nyu", are made from."""
    return photos.rooms_origin(settings) if name == "nyu" else asdict(settings.scene_set(name))


def keep(settings, name, items):
    """Writes the phrases of a set, one item per picture."""
    origin.forget(settings.folder, name_of(name))
    (settings.folder / f"{name_of(name)}.json").write_text(json.dumps(items))
    origin.write(settings.folder, name_of(name), made_from(settings, name))


def load(settings, name):
    """Reads the phrases of a set of scenes, or of "nyu".

    Raises SystemExit if they were made with other settings.
    """
    origin.check(settings.folder, name_of(name), made_from(settings, name), "phrases")
    return json.loads((settings.folder / f"{name_of(name)}.json").read_text())


def write(rank, world, settings):
    sets = [*settings.scene_sets("train"), *settings.scene_sets("val")]
    for each in sets:
        arrays = open_arrays(settings, each.name)
        said_of = lambda i: scene_phrases(each.first_seed + i, each.kind, *(arrays[kind][i] for kind in ("object", "label", "depth")))
        part = {i: said_of(i) for i in range(rank, each.count, world)}
        (settings.folder / f"phrases-{each.name}-{rank}.json").write_text(json.dumps(part))
    if settings.data and rank == world - 1:
        write_nyu(settings)
    barrier(world)
    if rank == 0:
        for each in sets:
            parts = [settings.folder / f"phrases-{each.name}-{r}.json" for r in range(world)]
            merged = {int(i): value for part in parts for i, value in json.loads(part.read_text()).items()}
            keep(settings, each.name, [merged[i] for i in range(len(merged))])
            for part in parts:
                part.unlink()


def nyu_phrases(room, names, *randoms):
    """Returns the phrases of a NYU room (nyu_rooms.Room). names: of the labels; randoms: generators for true expressions and captions, for absent
    expressions, and for everyday wording."""
    things = room.things(names)
    present = {names[value] for value in np.unique(room.label) if value < len(names)}
    return said({
        "expressions": components.nyu_expressions(randoms[0], things),
        "captions": photo_captions(randoms[0], components.caption_things(things)),
        "absent": nyu_absent(randoms[1], present, components.words_of_labels()),
    }, randoms[2])


def write_nyu(settings):
    arrays, step = photos.open_nyu(settings), components.STEP
    _, names = photos.nyu_label_table(photos.data_folder(settings))
    identities = [components.connected_components(labels[::step, ::step], depth[::step, ::step].astype(np.float32))
                  for labels, depth in zip(arrays["label"], arrays["depth"])]
    origin.forget(settings.folder, "nyu-component")
    np.save(settings.folder / "nyu-component.npy", np.stack(identities))
    origin.write(settings.folder, "nyu-component", photos.rooms_origin(settings))
    rooms = Rooms(settings)
    found = [nyu_phrases(rooms[i], names, *(np.random.default_rng([i, part]) for part in (2, 4, 7))) for i in range(len(identities))]
    keep(settings, "nyu", found)


def run(settings):
    launch(write, settings.workers, settings)
    names = [each.name for split in ("train", "val") for each in settings.scene_sets(split)]
    for name in [*names, *(["nyu"] if settings.data else [])]:
        items = load(settings, name)
        kinds = {}
        for expression in (e for item in items for e in [*item["expressions"], *item["absent"]]):
            kinds[expression["kind"]] = kinds.get(expression["kind"], 0) + 1
        print(name, len(items), "images,", kinds, flush=True)
