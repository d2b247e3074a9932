"""Stage 5: encodes everything once. Every second scene and photo mirrored; NYU in several augmented copies with the depth,
class and component maps transformed alike.

Maps are sampled where the heads predict: the head's grid has half the input's resolution and is spread over it with
aligned corners, so grid point j of n lies on pixel j·(2n−1)/(n−1).
"""

import numpy as np
import torch

import photos
from augment import photographic
from autoencoder import load_autoencoder, to_pixels
from components import STEP
from parallel import barrier, half_precision, launch
from render_scenes import open_arrays

NYU_WIDTH, NYU_HEIGHT = photos.NYU_SIZE
PADDED_HEIGHT = 256  # NYU's 240 rows, padded to a multiple of 64
MAX_ZOOM = 1.5


def head_grid(size):
    """Pixel index under each of the size/2 grid points of a head's output."""
    points = size // 2
    return np.round(np.arange(points) * (size - 1) / (points - 1)).astype(int)


def pad_rows(pixels):
    """NYU pixels [batch, 3, 240, 320] → 256 rows, zeros below (after ×2−1, as in inference)."""
    return torch.nn.functional.pad(pixels, (0, 0, 0, PADDED_HEIGHT - pixels.shape[2]))


class Store:
    """Arrays written by all processes, created by the first."""

    def __init__(self, settings, name, shape, dtype, rank, world):
        path = settings.folder / f"{name}.npy"
        if rank == 0:
            np.lib.format.open_memmap(path, "w+", dtype, shape).flush()
        barrier(world)
        self.array = np.lib.format.open_memmap(path, "r+")


def encode_images(encode, images, name, settings, rank, world, mirror, batch=8):
    """One latent an image; with `mirror`, every second image (odd index) is mirrored."""
    side = images.shape[1] // 8
    target = Store(settings, name, (len(images), 4, side, side), np.float16, rank, world).array
    for start in range(rank * batch, len(images), world * batch):
        some = np.array(images[start : start + batch])
        if mirror:
            some[1::2] = some[1::2, :, ::-1]
        target[start : start + len(some)] = encode(to_pixels(some))
    target.flush()


def nyu_copy(random, rgb, copy):
    """Augmented image [1, 3, 240, 320] in 0..1, source rows and columns of the head's grid (240 rows only), zoom.

    Copy 0 is the photo itself, copy 1 its mirror image; odd copies are mirrored."""
    zoom = 1.0 if copy < 2 else random.uniform(1.0, MAX_ZOOM)
    width, height = NYU_WIDTH / zoom, NYU_HEIGHT / zoom
    left, top = random.uniform(0, NYU_WIDTH - width), random.uniform(0, NYU_HEIGHT - height)
    image = torch.from_numpy(np.array(rgb)).permute(2, 0, 1)[None].float() / 255
    x = (left + (torch.arange(NYU_WIDTH) + 0.5) / zoom) / NYU_WIDTH * 2 - 1
    y = (top + (torch.arange(NYU_HEIGHT) + 0.5) / zoom) / NYU_HEIGHT * 2 - 1
    grid = torch.stack([x[None, :].expand(len(y), -1), y[:, None].expand(-1, len(x))], -1)[None]
    image = torch.nn.functional.grid_sample(image, grid, mode="bilinear", padding_mode="border", align_corners=False)
    columns, rows = head_grid(NYU_WIDTH), head_grid(PADDED_HEIGHT)
    rows = rows[rows < NYU_HEIGHT]
    if copy % 2:
        image, columns = image.flip(-1), NYU_WIDTH - 1 - columns
    if copy > 1:
        image = photographic(image, random)
    source_columns = np.clip((left + (columns + 0.5) / zoom).astype(int), 0, NYU_WIDTH - 1)
    source_rows = np.clip((top + (rows + 0.5) / zoom).astype(int), 0, NYU_HEIGHT - 1)
    return image, source_rows, source_columns, zoom


def encode_nyu(encode, settings, rank, world):
    arrays, component = photos.open_nyu(settings), np.load(settings.folder / "nyu-component.npy", mmap_mode="r")
    table, _ = photos.nyu_label_table(photos.data_folder(settings))
    count, copies = len(arrays["rgb"]), settings.nyu_copies
    rows = int((head_grid(PADDED_HEIGHT) < NYU_HEIGHT).sum())
    grid = (count, copies, rows, NYU_WIDTH // 2)
    store = lambda name, shape, dtype: Store(settings, f"nyu-copies-{name}", shape, dtype, rank, world).array
    latent = store("latent", (count, copies, 4, PADDED_HEIGHT // 8, NYU_WIDTH // 8), np.float16)
    depth, label, identity = store("depth", grid, np.float16), store("label", grid, np.uint8), store("component", grid, np.uint8)
    for i in range(rank, count, world):
        images = []
        for copy in range(copies):
            image, y, x, zoom = nyu_copy(np.random.default_rng([i, copy]), arrays["rgb"][i], copy)
            images.append(image)
            depth[i, copy] = arrays["depth"][i][np.ix_(y, x)] / zoom  # seen through a longer lens, things look nearer
            label[i, copy] = table[arrays["label"][i][np.ix_(y, x)]]
            identity[i, copy] = component[i][np.ix_(y // STEP, x // STEP)]
        latent[i] = encode(pad_rows(torch.cat(images) * 2 - 1))
    for array in (latent, depth, label, identity):
        array.flush()


@torch.no_grad()
def encode_all(rank, world, settings):
    model = load_autoencoder(settings)
    exact = lambda pixels: model.encode(pixels).numpy()
    encode_images(exact, open_arrays(settings, "val")["rgb"], "latent-val", settings, rank, world, mirror=False)
    # Training latents come from half-precision products, three times as fast; their error of about 1 % is one more augmentation.
    model = model.to(memory_format=torch.channels_last)

    def encode(pixels):
        with half_precision(settings):
            return model.encode(pixels.contiguous(memory_format=torch.channels_last)).float().numpy()

    encode_images(encode, open_arrays(settings, "train")["rgb"], "latent-train", settings, rank, world, mirror=True)
    if settings.data:
        encode_nyu(encode, settings, rank, world)
        encode_images(encode, photos.open_photos(settings), "latent-photos", settings, rank, world, mirror=True)


def run(settings):
    launch(encode_all, settings.workers, settings)
