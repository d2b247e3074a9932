"""Stage 1: renders the training and validation scenes into memory-mapped arrays under RUN/scenes."""

import time

import numpy as np

from augment import photographic
from parallel import barrier, launch
from render import pack, render
from scene import make_scene

ARRAYS = {  # name: (shape after [scene, height, width], dtype)
    "rgb": ((3,), np.uint8),
    "object": ((), np.uint8),
    "label": ((), np.uint8),
    "depth": ((), np.float16),  # metres, along the optical axis
}


def open_arrays(settings, split, mode="r"):
    folder = settings.folder / "scenes"
    return {name: np.lib.format.open_memmap(folder / f"{split}-{name}.npy", mode=mode) for name in ARRAYS}


def create_arrays(settings, split, count):
    folder = settings.folder / "scenes"
    folder.mkdir(parents=True, exist_ok=True)
    size = settings.scene_size
    for name, (channels, dtype) in ARRAYS.items():
        shape = (count, size, size, *channels)
        np.lib.format.open_memmap(folder / f"{split}-{name}.npy", mode="w+", dtype=dtype, shape=shape).flush()


def render_split(rank, world, settings, split, first_seed, count):
    if rank == 0:
        create_arrays(settings, split, count)
    barrier(world)
    arrays, started, batch = open_arrays(settings, split, "r+"), time.time(), settings.render_batch
    for number, start in enumerate(range(rank * batch, count, world * batch)):
        indices = np.arange(start, min(start + batch, count))
        rgb, depth, objects, labels = render(pack([make_scene(first_seed + int(i)) for i in indices]), settings.scene_size, settings.scene_size)
        rgb = photographic(rgb, np.random.default_rng(first_seed + start))
        arrays["rgb"][indices] = (rgb.permute(0, 2, 3, 1).numpy() * 255 + 0.5).astype(np.uint8)
        arrays["object"][indices], arrays["label"][indices] = objects.numpy(), labels.numpy()
        arrays["depth"][indices] = depth.numpy()
        if rank == 0 and number % 20 == 0:
            print(f"{split}: {start}/{count}, {(start + batch) / (time.time() - started):.1f} scenes/s", flush=True)
    for array in arrays.values():
        array.flush()


def run(settings):
    # Three processes at most: rendering is short and nothing else of the recipe runs beside it.
    world = min(3, settings.workers + 1) if settings.workers > 1 else 1
    launch(render_split, world, settings, "val", settings.val_first_seed, settings.val_scenes)
    launch(render_split, world, settings, "train", settings.train_first_seed, settings.train_scenes)
