"""Stage “scenes”: renders the training and validation scenes into memory-mapped arrays under RUN/scenes."""

import time
from dataclasses import asdict

import numpy as np
import torch

import origin
from augment import photographic
from parallel import barrier, launch
from photos import FARTHEST
from render import pack, render
from scene import make_scene
from surfaces import Surfaces

ARRAYS = {  # name: (shape after [scene, height, width], dtype)
    "rgb": ((3,), np.uint8),
    "object": ((), np.uint8),
    "label": ((), np.uint8),
    "depth": ((), np.float16),  # metres, along the optical axis
}


def folder_of(settings):
    return settings.folder / "scenes"


def mapped(settings, name, mode):
    return {kind: np.lib.format.open_memmap(folder_of(settings) / f"{name}-{kind}.npy", mode=mode) for kind in ARRAYS}


def open_arrays(settings, name):
    """Opens the arrays of the set with this name (see Settings.scene_sets).

    Raises SystemExit if they were rendered with other settings.
    """
    origin.check(folder_of(settings), name, asdict(settings.scene_set(name)), "scenes")
    return mapped(settings, name, "r")


def create_arrays(settings, wanted):
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    origin.forget(folder, wanted.name)
    for kind, (channels, dtype) in ARRAYS.items():
        shape = (wanted.count, wanted.height, wanted.width, *channels)
        np.lib.format.open_memmap(folder / f"{wanted.name}-{kind}.npy", mode="w+", dtype=dtype, shape=shape).flush()


def photographed(images, seeds):
    """Returns rendered images [scenes, 3, height, width] with a camera's effects, drawn from the scene's seed. The random stream differs from that of the
    layout, because otherwise blur would depend on the room's size."""
    return torch.cat([photographic(image[None], np.random.default_rng([seed, 6])) for image, seed in zip(images, seeds)])


def render_set(rank, world, settings, wanted):
    if rank == 0:
        create_arrays(settings, wanted)
    barrier(world)
    surfaces = Surfaces(settings) if wanted.surfaces else None
    arrays, started, batch = mapped(settings, wanted.name, "r+"), time.time(), settings.render_batch
    for number, start in enumerate(range(rank * batch, wanted.count, world * batch)):
        indices = np.arange(start, min(start + batch, wanted.count))
        scenes = [make_scene(wanted.first_seed + int(i), wanted.width, wanted.kind) for i in indices]
        for scene in scenes if surfaces else []:
            surfaces.dress(scene)
        rgb, depth, objects, labels = render(pack(scenes), wanted.width, wanted.height, surfaces)
        rgb = photographed(rgb, [wanted.first_seed + int(i) for i in indices])
        arrays["rgb"][indices] = (rgb.permute(0, 2, 3, 1).numpy() * 255 + 0.5).astype(np.uint8)
        arrays["object"][indices], arrays["label"][indices] = objects.numpy(), labels.numpy()
        arrays["depth"][indices] = depth.clamp(max=FARTHEST).numpy()
        if rank == 0 and number % 20 == 0:
            print(f"{wanted.name}: {start}/{wanted.count}, {(start + batch) / (time.time() - started):.1f} scenes/s", flush=True)
    for array in arrays.values():
        array.flush()
    barrier(world)
    if rank == 0:
        origin.write(folder_of(settings), wanted.name, asdict(wanted))


def run(settings):
    # One process more than `workers`, but at most three: rendering is short, and no other stage runs at the same time.
    world = min(3, settings.workers + 1) if settings.workers > 1 else 1
    for wanted in [*settings.scene_sets("val"), *settings.scene_sets("train")]:
        launch(render_set, world, settings, wanted)
