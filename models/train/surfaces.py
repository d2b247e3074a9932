"""Stage “surfaces”: collects surfaces of photographs for generated rooms, because procedural textures lack the grain, folds and clutter of real objects.
Materials are multiplied by patches of NYU's training photos; each patch is divided by its mean, so that colour words stay true."""

import numpy as np
import torch

import origin
import photos
from classes import IGNORE
from views import FOCAL, FRAME

SIDE = 64  # pixels of a patch
TRIES, PURE = 40, 0.93  # patches tried per photo; least share of a patch's pixels with the same label
CONTRAST = (0.03, 0.35)  # deviation of brightness over its mean; with less, the patch is uniform, with more, it is not one surface
RATIO = (0.35, 1.9)  # limits of the ratio of a patch's pixels to its mean
STEPS = 120  # steps of a byte per unit of that ratio
GROUPS = {"wall": ("wall",), "floor": ("floor", "floor mat"), "ceiling": ("ceiling",)}  # patches with other labels are used for furniture
CHANCE, STRENGTH, STRETCH = 0.7, (0.5, 1.0), (0.8, 2.5)  # share of materials with a patch; range of its strength; range of its scale
NAME = "surfaces"
FILE = f"{NAME}.npz"


def patches_of(rgb, label, depth, random):
    """Yields (ratios uint8 [SIDE, SIDE, 3], label, metres along a side) for the patches of one photo."""
    height, width = label.shape
    for _ in range(TRIES):
        top, left = random.integers(FRAME, height - FRAME - SIDE), random.integers(FRAME, width - FRAME - SIDE)
        part = np.s_[top : top + SIDE, left : left + SIDE]
        counts = np.bincount(label[part].ravel(), minlength=256)
        value = int(counts.argmax())
        if value == IGNORE or counts[value] < PURE * SIDE**2:
            continue
        patch = rgb[part].astype(np.float32) + 2
        mean = patch.mean((0, 1))
        ratio = patch / mean
        if CONTRAST[0] < ratio.mean(2).std() < CONTRAST[1] and mean.mean() > 25:
            yield (ratio.clip(*RATIO) * STEPS).astype(np.uint8), value, float(depth[part].astype(np.float32).mean()) * SIDE / FOCAL


def made_from(settings):
    """Returns what the patches are made from: the training rooms."""
    names = photos.nyu_names(photos.data_folder(settings))
    return {"rooms": origin.digest([names[i] for i in photos.nyu_split(settings)[0]])}


def run(settings):
    if settings.data is None:
        return
    arrays, random = photos.open_nyu(settings), np.random.default_rng(8)
    _, names = photos.nyu_label_table(photos.data_folder(settings))
    parts = lambda i: (arrays[name][i] for name in ("rgb", "label", "depth"))
    found = [patch for i in photos.nyu_split(settings)[0] for patch in patches_of(*parts(i), random)]
    group_of = lambda name: next((group for group, labels in GROUPS.items() if name in labels), "furniture")
    groups = np.array([group_of(names[value]) for _, value, _ in found])
    patches, metres = np.stack([patch for patch, _, _ in found]), np.array([metres for _, _, metres in found], np.float32)
    origin.forget(settings.folder, NAME)
    np.savez(settings.folder / FILE, patches=patches, groups=groups, metres=metres)
    origin.write(settings.folder, NAME, made_from(settings))
    print("surfaces:", {group: int((groups == group).sum()) for group in (*GROUPS, "furniture")}, flush=True)


class Surfaces:
    """The stored patches, for the renderer."""

    def __init__(self, settings):
        origin.check(settings.folder, NAME, made_from(settings), "surfaces")
        stored = np.load(settings.folder / FILE)
        self.ratios, self.metres = torch.from_numpy(stored["patches"]), stored["metres"]
        self.of = {group: np.flatnonzero(stored["groups"] == group) for group in (*GROUPS, "furniture")}

    def dress(self, scene):
        """Assigns patches to some of a scene's materials, in place; equal seeds give equal scenes."""
        random = np.random.default_rng([scene["seed"], 5])
        materials = {id(part.material): part.material for part, _, _ in scene["primitives"]}
        wanted = [(material, "furniture") for material in materials.values()] + list(zip(scene["shell"], GROUPS))
        for material, group in wanted:
            if random.random() < CHANCE and len(self.of[group]):
                index = self.of[group][random.integers(len(self.of[group]))]
                # Furniture keeps its named hue; no words name the hues of walls, floors and ceilings.
                material.detail = (index, self.metres[index] * random.uniform(*STRETCH), random.uniform(*STRENGTH), group != "furniture")

    def sample(self, index, u, v, metres, strength, hued):
        """Returns factors of the colour [..., 3] at u, v (metres) on surfaces with these patches, which repeat mirrored; index −1: no patch."""
        along = lambda at: ((1 - (torch.remainder(at / metres, 2) - 1).abs()) * SIDE).long().clamp(0, SIDE - 1)
        ratio = self.ratios[index.clamp(min=0).long(), along(v), along(u)].float() / STEPS
        ratio = torch.where(hued[..., None] > 0, ratio, ratio.mean(-1, keepdim=True))
        return torch.where(index[..., None] < 0, 1.0, 1 + strength[..., None] * (ratio - 1))
