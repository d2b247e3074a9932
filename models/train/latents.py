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
from classes import IGNORE
from components import STEP
from parallel import barrier, half_precision, launch
from render_scenes import open_arrays

NYU_WIDTH, NYU_HEIGHT = photos.NYU_SIZE
MULTIPLE = 64  # pixels: sides are padded to it, here as in inference
PADDED_HEIGHT = 256  # NYU's 240 rows
MAX_ZOOM = 1.5
FOCAL, CENTRE = 518.86 / 2, (325.58 / 2, 253.74 / 2)  # of NYU's camera at 320×240, pixels
MAX_TURN = np.radians((7.0, 5.0, 5.0))  # yaw, pitch and roll of a virtual camera: more leaves too much of the view empty


def head_grid(size):
    """Pixel index under each of the size/2 grid points of a head's output."""
    points = size // 2
    return np.round(np.arange(points) * (size - 1) / (points - 1)).astype(int)


def padded(side):
    return -(-side // MULTIPLE) * MULTIPLE


def pad_image(pixels):
    """Pixels [batch, 3, height, width] → sides of whole MULTIPLEs, zeros below and on the right (after ×2−1, as in inference)."""
    height, width = pixels.shape[2:]
    return torch.nn.functional.pad(pixels, (0, padded(width) - width, 0, padded(height) - height))


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
    height, width = (padded(side) // 8 for side in images.shape[1:3])
    target = Store(settings, name, (len(images), 4, height, width), np.float16, rank, world).array
    for start in range(rank * batch, len(images), world * batch):
        some = np.array(images[start : start + batch])
        if mirror:
            some[1::2] = some[1::2, :, ::-1]
        target[start : start + len(some)] = encode(pad_image(to_pixels(some)))
    target.flush()


def camera_turn(random):
    """Rotation matrix [3, 3] of a camera turned about its centre. What such a camera sees follows exactly from a photo and its depth."""
    yaw, pitch, roll = random.uniform(-MAX_TURN, MAX_TURN)
    cos, sin = np.cos, np.sin
    about_y = np.array([[cos(yaw), 0, sin(yaw)], [0, 1, 0], [-sin(yaw), 0, cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, cos(pitch), -sin(pitch)], [0, sin(pitch), cos(pitch)]])
    about_z = np.array([[cos(roll), -sin(roll), 0], [sin(roll), cos(roll), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


class View:
    """A virtual camera on a NYU photo: mirrored, zoomed into a window, and turned. Copy 0 is the photo, copy 1 its mirror image."""

    def __init__(self, random, copy):
        self.mirrored, moved = copy % 2 == 1, copy > 1
        self.zoom = random.uniform(1.0, MAX_ZOOM) if moved else 1.0
        self.left = random.uniform(0, NYU_WIDTH - NYU_WIDTH / self.zoom)
        self.top = random.uniform(0, NYU_HEIGHT - NYU_HEIGHT / self.zoom)
        self.turn = camera_turn(random) if moved else np.eye(3)

    def look(self, columns, rows):
        """Pixels of the view (1-D each) → x, y in the photo and how depth scales there, all [rows, columns]."""
        columns = NYU_WIDTH - 1 - columns if self.mirrored else columns
        x, y = np.meshgrid(self.left + (columns + 0.5) / self.zoom, self.top + (rows + 0.5) / self.zoom)
        rays = np.stack([(x - CENTRE[0]) / FOCAL, (y - CENTRE[1]) / FOCAL, np.ones_like(x)], -1) @ self.turn
        # A point at depth z of the photo lies at z / rays_z along the turned axis; through a longer lens, things look nearer.
        return (*(rays[..., i] / rays[..., 2] * FOCAL + CENTRE[i] for i in (0, 1)), 1 / (rays[..., 2] * self.zoom))

    def photo(self, rgb):
        """The view as an image [1, 3, 240, 320] in 0..1; what the photo does not show mirrors what it does."""
        x, y, _ = self.look(np.arange(NYU_WIDTH), np.arange(NYU_HEIGHT))
        grid = torch.from_numpy(np.stack([x / NYU_WIDTH * 2 - 1, y / NYU_HEIGHT * 2 - 1], -1)).float()[None]
        image = torch.from_numpy(np.array(rgb)).permute(2, 0, 1)[None].float() / 255
        return torch.nn.functional.grid_sample(image, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    def maps(self):
        """For the head's grid (240 rows only): photo rows and columns, factor of the depth, and where the photo has anything."""
        rows = head_grid(PADDED_HEIGHT)
        x, y, factor = self.look(head_grid(NYU_WIDTH), rows[rows < NYU_HEIGHT])
        seen = (x >= 0) & (x < NYU_WIDTH) & (y >= 0) & (y < NYU_HEIGHT)
        return np.clip(y.astype(int), 0, NYU_HEIGHT - 1), np.clip(x.astype(int), 0, NYU_WIDTH - 1), factor, seen


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
            random = np.random.default_rng([i, copy])
            view = View(random, copy)
            image = view.photo(arrays["rgb"][i])
            images.append(photographic(image, random) if copy > 1 else image)
            y, x, factor, seen = view.maps()
            depth[i, copy] = arrays["depth"][i][y, x] * factor * seen  # 0: unknown
            label[i, copy] = np.where(seen, table[arrays["label"][i][y, x]], IGNORE)
            identity[i, copy] = np.where(seen, component[i][y // STEP, x // STEP], 0)
        latent[i] = encode(pad_image(torch.cat(images) * 2 - 1))
    for array in (latent, depth, label, identity):
        array.flush()


@torch.no_grad()
def encode_all(rank, world, settings):
    model = load_autoencoder(settings)
    exact = lambda pixels: model.encode(pixels).numpy()
    encode_set = lambda encode, each, mirror: encode_images(
        encode, open_arrays(settings, each.name)["rgb"], f"latent-{each.name}", settings, rank, world, mirror
    )
    for each in settings.scene_sets("val"):
        encode_set(exact, each, mirror=False)
    # Training latents come from half-precision products, three times as fast; their error of about 1 % is one more augmentation.
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
