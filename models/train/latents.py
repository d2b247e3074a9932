"""Stage “latents”: encodes all images once, for the diffusion. Every second training scene and photo is mirrored; NYU photos get several views."""

from dataclasses import asdict

import numpy as np
import torch

import origin
import photos
from augment import photographic
from autoencoder import load_autoencoder
from checkpoint import averaged, fingerprint
from parallel import barrier, half_precision, launch
from render_scenes import open_arrays
from sizes import FACTOR, pad_image, padded, to_pixels
from views import HEIGHT, WIDTH, View


def made_from(settings, name):
    """Returns what the latents of a set of scenes, of "nyu" or of "photos" are made from."""
    of = {"nyu": lambda: {**photos.rooms_origin(settings), "views": settings.nyu_views}, "photos": lambda: photos.photos_origin(settings)}
    pictures = of[name]() if name in of else asdict(settings.scene_set(name))
    return {**pictures, "encoder": fingerprint(averaged(settings.folder, "vae"))}


def open_latents(settings, name):
    """Opens the latents of a set of scenes, of "nyu" or of "photos".

    Raises SystemExit if they were made from other pictures or by another encoder.
    """
    origin.check(settings.folder, f"latent-{name}", made_from(settings, name), "latents")
    return np.load(settings.folder / f"latent-{name}.npy", mmap_mode="r")


class Store:
    """The array file of some latents, which the first process creates and all processes write."""

    def __init__(self, settings, name, shape, rank, world):
        self.settings, self.name, self.rank, self.world = settings, name, rank, world
        path = settings.folder / f"latent-{name}.npy"
        if rank == 0:
            origin.forget(settings.folder, f"latent-{name}")
            np.lib.format.open_memmap(path, "w+", np.float16, shape).flush()
        barrier(world)
        self.array = np.lib.format.open_memmap(path, "r+")

    def finish(self):
        self.array.flush()
        barrier(self.world)
        if self.rank == 0:
            origin.write(self.settings.folder, f"latent-{self.name}", made_from(self.settings, self.name))


def encode_images(encode, images, name, settings, rank, world, mirror, batch=8):
    """Writes one latent per image; with `mirror`, images with odd indices are mirrored."""
    height, width = (padded(side) // FACTOR for side in images.shape[1:3])
    target = Store(settings, name, (len(images), 4, height, width), rank, world)
    for start in range(rank * batch, len(images), world * batch):
        some = np.array(images[start : start + batch])
        if mirror:
            some[1::2] = some[1::2, :, ::-1]
        target.array[start : start + len(some)] = encode(pad_image(to_pixels(some)))
    target.finish()


def encode_nyu(encode, settings, rank, world):
    images, views = photos.open_nyu(settings)["rgb"], settings.nyu_views
    target = Store(settings, "nyu", (len(images), views, 4, padded(HEIGHT) // FACTOR, padded(WIDTH) // FACTOR), rank, world)
    for i in range(rank, len(images), world):
        seen = []
        for number in range(views):
            random = np.random.default_rng([i, number])
            image = View(random, number).photo(images[i])
            seen.append(photographic(image, random) if number > 1 else image)
        target.array[i] = encode(pad_image(torch.cat(seen) * 2 - 1))
    target.finish()


@torch.no_grad()
def encode_all(rank, world, settings):
    model = load_autoencoder(settings)
    exact = lambda pixels: model.encode(pixels).numpy()
    encode_set = lambda encode, each, mirror: encode_images(
        encode, open_arrays(settings, each.name)["rgb"], each.name, settings, rank, world, mirror
    )
    for each in settings.scene_sets("val"):
        encode_set(exact, each, mirror=False)
    # Training latents are computed in half precision, which is three times as fast; its error of about 1 % serves as augmentation.
    model = model.to(memory_format=torch.channels_last)

    def encode(pixels):
        with half_precision(settings):
            return model.encode(pixels.contiguous(memory_format=torch.channels_last)).float().numpy()

    for each in settings.scene_sets("train"):
        encode_set(encode, each, mirror=True)
    if settings.data:
        encode_nyu(encode, settings, rank, world)
        encode_images(encode, photos.open_photos(settings), "photos", settings, rank, world, mirror=True)


def run(settings):
    launch(encode_all, settings.workers, settings)
