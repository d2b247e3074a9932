"""Renders a NYU room from another camera position: forward, sideways, higher. A camera that only turns (views.py) keeps all distances; one that moves
changes them, so the model cannot recall a memorised room's depth."""

import numpy as np
import torch

from classes import IGNORE
from components import STEP
from nyu_rooms import Room
from views import CENTRE, FOCAL, FRAME, folded

MOST = np.array((0.2, 0.08, 0.2))  # largest move sideways, up or down, forward or back, in units of the room's median depth
NEAREST = 0.4  # metres; nearer points are dropped, as they may be behind the camera
FINE = 2  # points per pixel and axis of the photo, so that nearer surfaces get no gaps
AROUND = 2  # radius in pixels over which depth is smoothed (it is stored in steps of 4 cm)
EDGE, LEAST_EDGE = 0.04, 0.06  # relative to the depth, and in metres: neighbours that differ by more belong to two objects
FLYING = 9  # of the 5×5 pixels around one; with fewer on the same object, the pixel is a point in the air between two objects
IN_SIGHT = 0.5  # share of the new view with known depth; with less, the room is not moved
CRACK = 5  # of eight neighbours: a point with at least so many known ones is a crack, not a hole
INSIDE = np.s_[FRAME:-FRAME, FRAME:-FRAME]


def smooth(depth):
    """Returns depth [h, w] without its quantization steps; 0 for points in the air, which NYU's inpainting left between an object and its background."""
    height, width = depth.shape
    padded, edge = np.pad(depth, AROUND, "edge"), (EDGE * depth).clip(LEAST_EDGE)
    total, count = np.zeros_like(depth), np.zeros_like(depth)
    for top in range(2 * AROUND + 1):
        for left in range(2 * AROUND + 1):
            away = padded[top : top + height, left : left + width] - depth
            near = np.abs(away) < edge
            total += away * near
            count += near
    return np.where(count < FLYING, 0, depth + total / count)


def splat(depth, move):
    """Returns depth [h, w] in metres as seen by a camera at `move` (x right, y down, z forward; metres); 0: unknown, here and in the argument."""
    height, width = depth.shape
    y, x = np.mgrid[0 : FINE * height, 0 : FINE * width]
    z = depth.repeat(FINE, 0).repeat(FINE, 1)
    x, y = ((at + 0.5) / FINE - middle for at, middle in zip((x, y), CENTRE))
    new = z - move[2]
    kept = (z > 0) & (new > NEAREST)
    x, y, z, new = x[kept], y[kept], z[kept], new[kept]
    x = np.floor((x * z - FOCAL * move[0]) / new + CENTRE[0]).astype(int)
    y = np.floor((y * z - FOCAL * move[1]) / new + CENTRE[1]).astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    seen = np.full(height * width, np.inf, np.float32)
    np.minimum.at(seen, y[inside] * width + x[inside], new[inside])
    seen = seen.reshape(height, width)
    return np.where(np.isinf(seen), 0, seen)


def mended(depth):
    """Returns depth [h, w] with cracks closed; holes, which are wider, stay 0."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(depth, 1), (3, 3)).reshape(*depth.shape, 9)
    known = around > 0
    mean = around.sum(-1) / known.sum(-1).clip(1)
    return np.where((depth == 0) & (known.sum(-1) >= CRACK), mean, depth)


def behind(depth):
    """Returns the (rows, columns) of depth [h, w] to show at every point: its own, or in a hole the point of the same row mirrored at the hole's farther
    side, so that uncovered background looks like the background next to it. Rows without any depth mirror other rows."""
    height, width = depth.shape
    columns = np.broadcast_to(np.arange(width), depth.shape)
    known = depth > 0
    before = np.maximum.accumulate(np.where(known, columns, -1), 1)
    after = np.minimum.accumulate(np.where(known, columns, width)[:, ::-1], 1)[:, ::-1]
    at = lambda side: np.where((side >= 0) & (side < width), np.take_along_axis(depth, side.clip(0, width - 1), 1), 0)
    edge = np.where(at(before) >= at(after), before, after).clip(0, width - 1)
    mirrored = (2 * edge - columns).clip(0, width - 1)
    mirrored = np.where(np.take_along_axis(known, mirrored, 1), mirrored, edge)
    first, last = np.flatnonzero(known.mean(1) >= known.mean())[[0, -1]]
    rows = folded(np.arange(height), first, last) if last > first else np.full(height, first)
    return rows[:, None], np.where(known, columns, mirrored)[rows]


def moved(room, random):
    """Returns `room` (nyu_rooms.Room) from another camera position; depth 0, label IGNORE and component 0 where the photo does not show the surface. Returns
    `room` itself if too little would be visible."""
    height, width = room.depth.shape
    even = np.zeros_like(room.depth)
    even[INSIDE] = smooth(room.depth[INSIDE])
    move = random.uniform(-1, 1, 3) * MOST * np.median(room.depth)
    depth = mended(splat(even, move))
    if (depth > 0).mean() < IN_SIGHT:
        return room
    rows, columns = behind(depth)
    filled = depth[rows, columns]
    z = filled + move[2]  # depth in the photo
    x = ((columns + 0.5 - CENTRE[0]) * filled + FOCAL * move[0]) / z + CENTRE[0]
    y = ((rows + 0.5 - CENTRE[1]) * filled + FOCAL * move[1]) / z + CENTRE[1]
    grid = torch.from_numpy(np.stack([x / width * 2 - 1, y / height * 2 - 1], -1)).float()[None]
    image = torch.from_numpy(np.array(room.rgb)).permute(2, 0, 1)[None].float()
    image = torch.nn.functional.grid_sample(image, grid, mode="bilinear", padding_mode="border", align_corners=False)
    # Labels are as coarse as the components, because a component has one label.
    cells = tuple((np.floor(at).astype(int).clip(0, side - 1)) // STEP for at, side in ((y, height), (x, width)))
    known = depth > 0
    label, component = np.where(known, room.coarse_label[cells], IGNORE), np.where(known, room.component[cells], 0)
    rgb = image[0].permute(1, 2, 0).byte().numpy()
    return Room(rgb, depth.astype(np.float32), label.astype(np.uint8), component[::STEP, ::STEP].astype(np.uint8))
