"""Stage “surfaces”: those of photographs for generated rooms. What a procedural texture lacks is the grain, the folds and the clutter of real things.
Patches of NYU's training photos, each over its own mean, are laid over the materials; so colour words stay true."""

import numpy as np
import torch

import photos
from views import FOCAL, FRAME

SIDE = 64  # pixels of a patch
TRIES, PURE = 40, 0.93  # patches looked at in every photo; share of their pixels that one label has
CONTRAST = (0.03, 0.35)  # deviation of brightness over the mean: below, nothing is to be seen; above, it is no surface
RATIO = (0.35, 1.9)  # of a patch's pixels to its mean
STEPS = 120  # of a byte per unit of that ratio
GROUPS = {"wall": ("wall",), "floor": ("floor", "floor mat"), "ceiling": ("ceiling",)}  # patches of all other labels go on furniture
CHANCE, STRENGTH, STRETCH = 0.7, (0.5, 1.0), (0.8, 2.5)  # of a material; of the patch; of its size
FILE = "surfaces.npz"


def patches_of(rgb, label, depth, random):
    """(ratios uint8 [SIDE, SIDE, 3], label, metres along a side) of one photo."""
    height, width = label.shape
    for _ in range(TRIES):
        top, left = random.integers(FRAME, height - FRAME - SIDE), random.integers(FRAME, width - FRAME - SIDE)
        part = np.s_[top : top + SIDE, left : left + SIDE]
        counts = np.bincount(label[part].ravel(), minlength=256)
        value = int(counts.argmax())
        if value == photos.IGNORE or counts[value] < PURE * SIDE**2:
            continue
        patch = rgb[part].astype(np.float32) + 2
        mean = patch.mean((0, 1))
        ratio = patch / mean
        if CONTRAST[0] < ratio.mean(2).std() < CONTRAST[1] and mean.mean() > 25:
            yield (ratio.clip(*RATIO) * STEPS).astype(np.uint8), value, float(depth[part].astype(np.float32).mean()) * SIDE / FOCAL


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
    np.savez(settings.folder / FILE, patches=patches, groups=groups, metres=metres)
    print("surfaces:", {group: int((groups == group).sum()) for group in (*GROUPS, "furniture")}, flush=True)


class Surfaces:
    """The patches, as the renderer samples them."""

    def __init__(self, settings):
        stored = np.load(settings.folder / FILE)
        self.ratios, self.metres = torch.from_numpy(stored["patches"]), stored["metres"]
        self.of = {group: np.flatnonzero(stored["groups"] == group) for group in (*GROUPS, "furniture")}

    def dress(self, scene):
        """Lays patches over some of the materials of a scene, in place; equal seeds give equal scenes."""
        random = np.random.default_rng([scene["seed"], 5])
        materials = {id(part.material): part.material for part, _, _ in scene["primitives"]}
        wanted = [(material, "furniture") for material in materials.values()] + list(zip(scene["shell"], GROUPS))
        for material, group in wanted:
            if random.random() < CHANCE and len(self.of[group]):
                index = self.of[group][random.integers(len(self.of[group]))]
                # Furniture keeps its one hue; walls and floors have no word for theirs.
                material.detail = (index, self.metres[index] * random.uniform(*STRETCH), random.uniform(*STRENGTH), group != "furniture")

    def sample(self, index, u, v, metres, strength, hued):
        """Factors of the colour [..., 3] at u, v (metres) on surfaces with these patches, mirrored where they end; index −1: no patch."""
        along = lambda at: ((1 - (torch.remainder(at / metres, 2) - 1).abs()) * SIDE).long().clamp(0, SIDE - 1)
        ratio = self.ratios[index.clamp(min=0).long(), along(v), along(u)].float() / STEPS
        ratio = torch.where(hued[..., None] > 0, ratio, ratio.mean(-1, keepdim=True))
        return torch.where(index[..., None] < 0, 1.0, 1 + strength[..., None] * (ratio - 1))
