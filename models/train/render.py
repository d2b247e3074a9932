"""Batched ray caster in plain torch: screen tiles × primitives, a scatter-min z-buffer, then deferred shading.

The rays of a tile are intersected only with primitives whose projection touches it, so the cost depends on what is visible.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

from classes import CLASS_ID
from furniture import BOX, CHECKS, CYLINDER, ELLIPSOID, MOTTLED, STRIPES, TILES, WOOD
from scene import MAX_PRIMITIVES, SHELL_OBJECT

TILE = 16  # pixels
NEAR = 0.05  # metres
SHADOW_TILES = 6  # shadow maps are SHADOW_TILES·TILE = 96 pixels wide

# Columns of the attribute table, which has a row per primitive.
COLUMNS = {"centre": (0, 3), "half": (3, 6), "turn": (6, 8), "colour": (8, 11), "second": (11, 14), "texture": (14, 15),
           "scale": (15, 16), "specular": (16, 17), "emission": (17, 18), "object": (18, 19), "label": (19, 20), "seed": (20, 21),
           "patch": (21, 22), "metres": (22, 23), "strength": (23, 24), "hued": (24, 25)}
WIDTH = 25


def column(table, name):
    first, last = COLUMNS[name]
    return table[..., first] if last - first == 1 else table[..., first:last]


def pack(scenes):
    """Converts scenes to tensors with a batch dimension. The last six rows of the table are walls (x−, x+, y−, y+), floor, ceiling."""
    rows = MAX_PRIMITIVES + 6
    table = np.zeros((len(scenes), rows, WIDTH), np.float32)
    kind = -np.ones((len(scenes), rows), np.int64)
    table[..., 3:6] = 1
    for b, scene in enumerate(scenes):
        entries = [(p.kind, p.centre, p.half, p.yaw, p.material, identity, label) for p, identity, label in scene["primitives"][:MAX_PRIMITIVES]]
        entries += [None] * (MAX_PRIMITIVES - len(entries))
        wall, floor, ceiling = scene["shell"]
        for name, material in (("wall", wall),) * 4 + (("floor", floor), ("ceiling", ceiling)):
            entries.append((-1, (0, 0, 0), (1, 1, 1), 0.0, material, SHELL_OBJECT[name], CLASS_ID[name]))
        for i, entry in enumerate(entries):
            if entry is None:
                continue
            kind[b, i], centre, half, yaw, m, identity, label = entry
            table[b, i] = (*centre, *np.maximum(half, 0.004), math.cos(yaw), math.sin(yaw), *m.colour, *m.second, m.texture,
                           m.scale, m.specular, m.emission, identity, label, i * 7.31 % 50, *m.detail)
    table = torch.from_numpy(table)
    cosine, sine = column(table, "turn").unbind(-1)
    zero, one = torch.zeros_like(cosine), torch.ones_like(cosine)
    rotation = torch.stack([cosine, -sine, zero, sine, cosine, zero, zero, zero, one], -1).view(len(scenes), rows, 3, 3)
    half = column(table, "half")
    axes = []
    for scene in scenes:
        camera = scene["camera"]
        yaw, pitch, roll = camera["yaw"], camera["pitch"], camera["roll"]
        forward = np.array([math.cos(yaw) * math.cos(pitch), math.sin(yaw) * math.cos(pitch), math.sin(pitch)])
        right = np.cross(forward, [0, 0, 1.0])
        right /= np.linalg.norm(right)
        up = np.cross(right, forward)
        axes.append(np.stack([right * math.cos(roll) + up * math.sin(roll), up * math.cos(roll) - right * math.sin(roll), forward]))
    stacked = lambda pick: torch.tensor(np.stack([np.asarray(pick(scene), np.float64) for scene in scenes]), dtype=torch.float32)
    return {
        "table": table, "kind": torch.from_numpy(kind), "rotation": rotation,
        "to_unit": rotation.transpose(-1, -2) / half[..., None],  # world → the primitive's unit cube or sphere
        "centre": column(table, "centre"), "half": half, "axes": torch.tensor(np.stack(axes), dtype=torch.float32),
        "room": stacked(lambda s: s["room"]), "eye": stacked(lambda s: s["camera"]["position"]),
        "focal": stacked(lambda s: s["camera"]["focal"]),
        "light": {name: stacked(lambda s, name=name: s["light"][name]) for name in scenes[0]["light"]},
    }


def intersect(kind, origin, direction):
    """Returns the distance along rays to the unit box, cylinder or sphere, inf where they miss it; origin and direction are triples (x, y, z)."""
    infinity = float("inf")
    (ox, oy, oz), (dx, dy, dz) = origin, direction
    if kind == BOX:
        enter = leave = None
        for o, d in ((ox, dx), (oy, dy), (oz, dz)):
            inverse = 1 / torch.where(d.abs() < 1e-9, torch.full_like(d, 1e-9), d)
            middle, spread = -o * inverse, inverse.abs()
            enter = middle - spread if enter is None else torch.maximum(enter, middle - spread)
            leave = middle + spread if leave is None else torch.minimum(leave, middle + spread)
        return torch.where((enter < leave) & (enter > 1e-3), enter, infinity)
    if kind == ELLIPSOID:
        a, b, c = dx * dx + dy * dy + dz * dz, ox * dx + oy * dy + oz * dz, ox * ox + oy * oy + oz * oz - 1
        discriminant = b * b - a * c
        t = (-b - discriminant.clamp(min=0).sqrt()) / a
        return torch.where((discriminant > 0) & (t > 1e-3), t, infinity)
    a, b, c = (dx * dx + dy * dy).clamp(min=1e-12), ox * dx + oy * dy, ox * ox + oy * oy - 1
    discriminant = b * b - a * c
    t = (-b - discriminant.clamp(min=0).sqrt()) / a
    side = torch.where((discriminant > 0) & (t > 1e-3) & ((oz + t * dz).abs() <= 1), t, infinity)
    dz = torch.where(dz.abs() < 1e-9, torch.full_like(dz, 1e-9), dz)
    t = (-torch.sign(dz) - oz) / dz
    x, y = ox + t * dx, oy + t * dy
    return torch.minimum(side, torch.where((x * x + y * y <= 1) & (t > 1e-3), t, infinity))


def z_buffer(packed, touches, rays, parallel=None, chunk=1024):
    """Finds the nearest hit of every ray. Returns (distance, primitive), each [batch, tile, pixel].

    touches: [batch, primitive, tile]; rays: [batch, tile, pixel, 3], directions from the eye; if `parallel` gives one direction per scene, rays are
    origins. Distance and primitive share one int64 key, so that one scatter-min finds both: positive floats compare like their bits.
    """
    batch, tiles, pixels, _ = rays.shape
    buffer = torch.full((batch * tiles, pixels), (0x7F800000 << 8) | 255, dtype=torch.int64)
    pairs = touches.nonzero()
    kinds = packed["kind"][pairs[:, 0], pairs[:, 1]]
    rays = rays.reshape(batch * tiles, pixels, 3)
    for kind in (BOX, CYLINDER, ELLIPSOID):
        chosen = pairs[kinds == kind]
        for start in range(0, len(chosen), chunk):
            b, p, tile = chosen[start : start + chunk].unbind(1)
            to_unit, row = packed["to_unit"][b, p], b * tiles + tile
            points = torch.bmm(rays[row], to_unit.transpose(1, 2))
            if parallel is None:
                origin = (to_unit @ (packed["eye"][b] - packed["centre"][b, p])[..., None])[:, None, :, 0]
                direction = points
            else:
                origin = points - (to_unit @ packed["centre"][b, p][..., None]).transpose(1, 2)
                direction = (to_unit @ parallel[b][..., None])[:, None, :, 0]
            distance = intersect(kind, origin.unbind(-1), direction.unbind(-1))
            key = (distance.contiguous().view(torch.int32).to(torch.int64) << 8) | p[:, None]
            buffer.scatter_reduce_(0, row[:, None].expand(-1, pixels), key, "amin")
    primitive = (buffer & 255).view(batch, tiles, pixels)
    return (buffer >> 8).to(torch.int32).view(torch.float32).view(batch, tiles, pixels), primitive


UNIT_CORNERS = torch.tensor([[x, y, z] for x in (-1.0, 1) for y in (-1.0, 1) for z in (-1.0, 1)])


def corners(packed):
    """Returns the corners of the primitives' boxes, [batch, primitive, 8, 3]."""
    return packed["centre"][:, :, None] + torch.einsum("bpij,bpkj->bpki", packed["rotation"], UNIT_CORNERS * packed["half"][:, :, None])


def touched_tiles(projected, across, down, visible, everywhere):
    """Returns which tiles primitives may cover, bool [batch, primitive, down·across]; projected: their corners in pixels, [batch, primitive, 8, 2]."""
    low, high = ((projected.amin(2) - 1) / TILE).floor(), ((projected.amax(2) + 1) / TILE).floor()
    column_index, row_index = torch.arange(across), torch.arange(down)
    in_columns = (column_index >= low[..., :1]) & (column_index <= high[..., :1])
    in_rows = (row_index >= low[..., 1:]) & (row_index <= high[..., 1:])
    touches = in_rows[..., :, None] & in_columns[..., None, :] | everywhere[..., None, None]
    return (touches & visible[..., None, None]).flatten(2)


def tile(image, across, down):
    batch = image.shape[0]
    return image.view(batch, down, TILE, across, TILE, 3).transpose(2, 3).reshape(batch, down * across, TILE * TILE, 3)


def untile(values, across, down):
    batch = values.shape[0]
    return values.view(batch, down, across, TILE, TILE).transpose(2, 3).reshape(batch, down * TILE, across * TILE)


def shadow_map(packed, toward):
    """Returns orthographic distances from the light in direction `toward` [batch, 3], and the projection, as `lit` needs them."""
    batch = toward.shape[0]
    reference = torch.tensor([0.12, 0.99, 0.05]).expand(batch, 3)
    across = F.normalize(torch.linalg.cross(reference, toward), dim=1)
    along = torch.linalg.cross(toward, across)
    centre, radius = packed["room"] / 2, packed["room"].norm(dim=1) / 2
    size = SHADOW_TILES * TILE
    grid = (torch.arange(size) + 0.5) / size * 2 - 1
    x, y = grid[None, None, :, None] * radius[:, None, None, None], grid[None, :, None, None] * radius[:, None, None, None]
    origin = (centre + toward * radius[:, None])[:, None, None] + x * across[:, None, None] + y * along[:, None, None]
    offset = corners(packed) - centre[:, None, None]
    projected = torch.stack([(offset * across[:, None, None]).sum(-1), (offset * along[:, None, None]).sum(-1)], -1)
    projected = (projected / radius[:, None, None, None] + 1) / 2 * size
    casts = (packed["kind"] >= 0) & (column(packed["table"], "label") != CLASS_ID["window"])
    touches = touched_tiles(projected, SHADOW_TILES, SHADOW_TILES, casts, torch.zeros_like(casts))
    distance, _ = z_buffer(packed, touches, tile(origin, SHADOW_TILES, SHADOW_TILES), -toward)
    return untile(distance, SHADOW_TILES, SHADOW_TILES), (across, along, toward, centre, radius)


def lit(shadow, points, softness, taps, bias=0.05):
    """Returns the share of taps around `points` [batch, pixel, 3] that the light reaches; `softness`: penumbra, relative to the room's radius."""
    distance, (across, along, toward, centre, radius) = shadow
    size, offset, radius = distance.shape[-1], points - centre[:, None], radius[:, None]
    u, v = (offset * across[:, None]).sum(-1) / radius, (offset * along[:, None]).sum(-1) / radius
    depth = radius - (offset * toward[:, None]).sum(-1)
    blocked, flat = torch.zeros_like(u), distance.reshape(len(points), -1)
    for tap_u, tap_v in taps:
        column_index = ((u + tap_u * softness[:, None] + 1) / 2 * size).long().clamp(0, size - 1)
        row_index = ((v + tap_v * softness[:, None] + 1) / 2 * size).long().clamp(0, size - 1)
        blocked = blocked + (flat.gather(1, row_index * size + column_index) < depth - bias).float()
    return 1 - blocked / len(taps)


RING = [(0.0, 0.0)] + [(math.cos(a), math.sin(a)) for a in np.arange(6) * math.pi / 3]
RING += [(0.5 * math.cos(a), 0.5 * math.sin(a)) for a in np.arange(4) * math.pi / 2 + 0.4]


def make_noise_volume():
    volume = torch.rand(1, 1, 32, 32, 32, generator=torch.Generator().manual_seed(1))
    return F.pad(volume, (0, 1) * 3, mode="circular")


NOISE_VOLUME = make_noise_volume()


def noise(points):
    """Returns value noise in 0..1 at points [batch, pixel, 3]; it repeats every 32 units."""
    grid = (torch.remainder(points, 32) / 16 - 1).reshape(1, 1, 1, -1, 3)
    return F.grid_sample(NOISE_VOLUME, grid, align_corners=True).view(points.shape[:-1])


def texture_mix(attributes, local, u, v, is_shell):
    """Returns the share of the second colour (0..1.2) and fine noise for every pixel; u, v: metres along the surface."""
    kind, scale = column(attributes, "texture"), column(attributes, "scale")
    seed = torch.where(is_shell, torch.zeros_like(u), column(attributes, "seed"))
    shifted = local + seed[..., None]
    coarse, medium, fine = noise(shifted * (scale * 4)[..., None]), noise(shifted * (scale * 17)[..., None] + 5.3), noise(shifted * 60)
    fraction = lambda x: x - x.floor()
    stripe = ((fraction(u * scale) - 0.5).abs() * 8 - 1.5).clamp(0, 1)
    check = (((u * scale).floor() + (v * scale).floor()) % 2).float()
    plank = (v * scale * 5).floor()
    tone = fraction(torch.sin(plank * 12.99) * 437.5)  # one per plank
    grain = noise(torch.stack([u * 2 + plank * 3.7, v * scale * 40, plank * 1.3 + local[..., 2] * 0.5], -1))
    groove = (fraction(v * scale * 5) < 0.035).float() + (fraction(u * 0.7 + tone) < 0.006).float()
    bond = ((v * scale * 2).floor() % 2) * 0.5
    joint = ((fraction(u * scale + bond) < 0.05) | (fraction(v * scale * 2) < 0.07)).float()
    mix = 0.3 * fine
    mix = torch.where(kind == STRIPES, stripe, mix)
    mix = torch.where(kind == CHECKS, check, mix)
    mix = torch.where(kind == WOOD, (0.45 * grain + 0.55 * tone + groove).clamp(0, 1.3), mix)
    mix = torch.where(kind == MOTTLED, ((coarse * 0.65 + medium * 0.35) - 0.5) * 1.8 + 0.5, mix)
    mix = torch.where(kind == TILES, joint + 0.15 * coarse, mix)
    return mix.clamp(0, 1.2), fine


@torch.no_grad()
def render(packed, width=256, height=256, surfaces=None):
    """Returns rgb [batch, 3, height, width] in 0..1, depth in metres along the optical axis, object ids and class ids
    (both uint8), each [batch, height, width]. Object ids: 1.. for the scene's objects, SHELL_OBJECT for the room itself.
    `surfaces`: patches of photos for the materials that have one (surfaces.Surfaces)."""
    assert width % TILE == 0 and height % 2 == 0
    if height % TILE:  # renders a higher image and crops it about the middle
        spare = TILE - height % TILE
        return tuple(each[..., spare // 2 : spare // 2 + height, :] for each in render(packed, width, height + spare, surfaces))
    batch, across, down = len(packed["eye"]), width // TILE, height // TILE
    focal = packed["focal"] * width  # pixels
    x = (torch.arange(width) + 0.5 - width / 2)[None, None, :, None] / focal[:, None, None, None]
    y = (torch.arange(height) + 0.5 - height / 2)[None, :, None, None] / focal[:, None, None, None]
    right, up, forward = (axis[:, None, None] for axis in packed["axes"].unbind(1))
    direction = forward + x * right - y * up  # length 1 along the optical axis, so that distance is depth
    in_camera = torch.einsum("bpkj,bij->bpki", corners(packed) - packed["eye"][:, None, None], packed["axes"])
    z = in_camera[..., 2]
    visible, everywhere = (packed["kind"] >= 0) & (z.amax(-1) > NEAR), z.amin(-1) < NEAR
    projected = torch.stack([in_camera[..., 0], -in_camera[..., 1]], -1) / z.clamp(min=NEAR)[..., None] * focal[:, None, None, None]
    projected = projected + torch.tensor([width / 2, height / 2])
    distance, primitive = z_buffer(packed, touched_tiles(projected, across, down, visible, everywhere), tile(direction, across, down))
    direction = direction.reshape(batch, -1, 3)
    distance, primitive = untile(distance, across, down).reshape(batch, -1), untile(primitive, across, down).reshape(batch, -1)

    # The room's six planes. A ray nearly parallel to one would divide by zero.
    eye, room = packed["eye"][:, None], packed["room"][:, None]
    direction = torch.where(direction.abs() < 1e-6, torch.full_like(direction, 1e-6), direction)
    positive = (direction > 0).float()
    to_shell, shell_axis = ((positive * room - eye) / direction).min(-1)
    is_shell = to_shell < distance
    side = positive.gather(-1, shell_axis[..., None])[..., 0].long()
    distance = torch.where(is_shell, to_shell, distance)
    primitive = torch.where(is_shell, MAX_PRIMITIVES + 2 * shell_axis + side, primitive).clamp(max=MAX_PRIMITIVES + 5)
    point = eye + direction * distance[..., None]

    attributes = packed["table"].gather(1, primitive[..., None].expand(-1, -1, WIDTH))
    kind = packed["kind"].gather(1, primitive)
    (cosine, sine), half, offset = column(attributes, "turn").unbind(-1), column(attributes, "half"), point - column(attributes, "centre")
    local = torch.stack([cosine * offset[..., 0] + sine * offset[..., 1], -sine * offset[..., 0] + cosine * offset[..., 1], offset[..., 2]], -1)
    local = torch.where(is_shell[..., None], point, local)
    unit = local / half
    of_box = F.one_hot(unit.abs().argmax(-1), 3).float() * torch.sign(unit)
    on_cap = (unit[..., 2].abs() > 0.999) | (unit[..., 0] ** 2 + unit[..., 1] ** 2 < 0.998)
    of_cylinder = torch.stack([unit[..., 0] * ~on_cap, unit[..., 1] * ~on_cap, torch.sign(unit[..., 2]) * on_cap], -1)
    normal = torch.where((kind == BOX)[..., None], of_box, torch.where((kind == CYLINDER)[..., None], of_cylinder, unit)) / half
    axis = torch.where(is_shell, shell_axis, normal.abs().mul(half).argmax(-1))
    normal = torch.stack([cosine * normal[..., 0] - sine * normal[..., 1], sine * normal[..., 0] + cosine * normal[..., 1], normal[..., 2]], -1)
    of_shell = F.one_hot(shell_axis, 3).float() * (1 - 2 * side[..., None].float())
    normal = torch.where(is_shell[..., None], of_shell, F.normalize(normal, dim=-1))

    u, v = torch.where(axis == 0, local[..., 1], local[..., 0]), torch.where(axis == 2, local[..., 1], local[..., 2])
    mix, fine = texture_mix(attributes, local, u, v, is_shell)
    colour, second = column(attributes, "colour"), column(attributes, "second")
    albedo = (colour + (second - colour) * mix[..., None]) * (0.95 + 0.1 * fine[..., None])
    if surfaces:
        albedo = albedo * surfaces.sample(column(attributes, "patch"), u, v, *(column(attributes, name) for name in ("metres", "strength", "hued")))
    skirting = is_shell & (shell_axis != 2) & (point[..., 2] < 0.09)
    albedo = torch.where(skirting[..., None], albedo * 0.55 + 0.25, albedo).clamp(0.01, 1) ** 2.2

    rgb = shade(packed, attributes, albedo, point, normal, direction, is_shell, shell_axis, side)
    image = lambda values: values.view(batch, height, width)
    return (
        rgb.view(batch, height, width, 3).permute(0, 3, 1, 2), image(distance),
        image(column(attributes, "object")).to(torch.uint8), image(column(attributes, "label")).to(torch.uint8),
    )


def shade(packed, attributes, albedo, point, normal, direction, is_shell, shell_axis, side):
    """Returns sRGB colours from a key light with soft shadows, ambient light with occlusion from above and in corners, camera fill, bulb and highlights."""
    light = {name: value[:, None] for name, value in packed["light"].items()}
    one, overhead = torch.ones_like(packed["light"]["key"]), torch.zeros_like(packed["light"]["direction"])
    overhead[:, 2] = 1
    key = (normal * light["direction"]).sum(-1).clamp(min=0)
    shadow = lit(shadow_map(packed, packed["light"]["direction"]), point + normal * 0.03, packed["light"]["softness"] * 0.6, RING)
    above = shadow_map(packed, overhead)
    near, wide = lit(above, point + normal * 0.06, one * 0.03, RING), lit(above, point + normal * 0.15, one * 0.09, RING)
    occlusion = torch.where(normal[..., 2] > -0.5, 0.22 + 0.39 * (near + wide), torch.full_like(near, 0.75))
    to_planes = torch.cat([point, packed["room"][:, None] - point], -1).clamp(min=0)  # x−, y−, z−, x+, y+, z+
    itself = F.one_hot(shell_axis + 3 * side, 6).float() * is_shell[..., None]
    corner = (1 - 0.38 * torch.exp(-to_planes / 0.22) * (1 - itself)).prod(-1)
    corner = torch.where(is_shell, corner, torch.ones_like(corner))
    to_bulb = light["bulb"] - point
    squared = (to_bulb * to_bulb).sum(-1)
    bulb = ((normal * to_bulb).sum(-1) / squared.sqrt()).clamp(min=0) * 2 / (1 + squared) * light["bulb_power"]
    ambient = light["ambient"] * (0.72 + 0.28 * normal[..., 2]) * occlusion * corner
    unit_direction = F.normalize(direction, dim=-1)
    fill = light["fill"] * (normal * -unit_direction).sum(-1).clamp(min=0)
    irradiance = ambient + light["key"] * key * shadow + fill + bulb * (0.4 + 0.6 * occlusion)
    warmth = packed["light"]["warmth"]
    tint = torch.stack([1 + warmth, one, 1 - warmth], -1)[:, None]
    halfway = F.normalize(light["direction"] - unit_direction, dim=-1)
    highlight = column(attributes, "specular") * (normal * halfway).sum(-1).clamp(min=0) ** 40 * shadow * 0.6
    emission = albedo * column(attributes, "emission")[..., None] * 1.2
    linear = (albedo * irradiance[..., None] * tint + highlight[..., None] + emission).clamp(0, 1.5)
    return (linear / (1 + 0.18 * linear)).clamp(0, 1) ** (1 / 2.2)
