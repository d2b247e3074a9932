"""Stage “latents”: encodes all images once, for the diffusion. Every second training scene and photo is mirrored; NYU photos get several views."""

import numpy as np
import torch

import photos
from augment import photographic
from autoencoder import load_autoencoder
from parallel import barrier, half_precision, launch
from render_scenes import open_arrays
from sizes import FACTOR, pad_image, padded, to_pixels
from views import HEIGHT, WIDTH, View


class Store:
    """An array file that the first process creates and all processes write."""

    def __init__(self, settings, name, shape, dtype, rank, world):
        path = settings.folder / f"{name}.npy"
        if rank == 0:
            np.lib.format.open_memmap(path, "w+", dtype, shape).flush()
        barrier(world)
        self.array = np.lib.format.open_memmap(path, "r+")


def encode_images(encode, images, name, settings, rank, world, mirror, batch=8):
    """Writes one latent per image; with `mirror`, images with odd indices are mirrored."""
    height, width = (padded(side) // FACTOR for side in images.shape[1:3])
    target = Store(settings, name, (len(images), 4, height, width), np.float16, rank, world).array
    for start in range(rank * batch, len(images), world * batch):
        some = np.array(images[start : start + batch])
        if mirror:
            some[1::2] = some[1::2, :, ::-1]
        target[start : start + len(some)] = encode(pad_image(to_pixels(some)))
    target.flush()


def encode_nyu(encode, settings, rank, world):
    images, views = photos.open_nyu(settings)["rgb"], settings.nyu_views
    latent = Store(settings, "latent-nyu", (len(images), views, 4, padded(HEIGHT) // FACTOR, padded(WIDTH) // FACTOR), np.float16, rank, world).array
    for i in range(rank, len(images), world):
        seen = []
        for number in range(views):
            random = np.random.default_rng([i, number])
            image = View(random, number).photo(images[i])
            seen.append(photographic(image, random) if number > 1 else image)
        latent[i] = encode(pad_image(torch.cat(seen) * 2 - 1))
    latent.flush()


@torch.no_grad()
def encode_all(rank, world, settings):
    model = load_autoencoder(settings)
    exact = lambda pixels: model.encode(pixels).numpy()
    encode_set = lambda encode, each, mirror: encode_images(
        encode, open_arrays(settings, each.name)["rgb"], f"latent-{each.name}", settings, rank, world, mirror
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
        encode_images(encode, photos.open_photos(settings), "latent-photos", settings, rank, world, mirror=True)


def run(settings):
    launch(encode_all, settings.workers, settings)
