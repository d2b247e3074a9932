"""Builds furniture out of boxes, elliptic cylinders and ellipsoids.

Every builder takes a numpy generator and the main material, and returns (primitives, footprint (width, depth), height), all in metres; the object
stands on z = 0 and faces +y. Sizes are those of common furniture. `small`: for things that stand on others (scene.ON_TOP).
"""

import math
from dataclasses import dataclass

import numpy as np

from classes import COLOUR_NAMES, COLOURS

BOX, CYLINDER, ELLIPSOID = 0, 1, 2
SOLID, STRIPES, CHECKS, WOOD, MOTTLED, TILES = range(6)


class Material:
    """Two colours mixed by a procedural texture; `scale`: repeats per metre; `specular` and `emission`: 0..1."""

    def __init__(self, colour, second=None, texture=SOLID, scale=1.0, specular=0.0, emission=0.0):
        self.colour = np.clip(colour, 0, 1)
        self.second = np.clip(second if second is not None else np.asarray(colour) * 0.9, 0, 1)
        self.texture, self.scale, self.specular, self.emission = texture, scale, specular, emission
        self.detail = (-1, 1.0, 0.0, False)  # patch of a photo (see surfaces.py): index (−1: none), side in metres, strength, True: keeps its hue


@dataclass
class Primitive:
    kind: int
    centre: tuple
    half: tuple  # half sizes
    material: Material
    yaw: float = 0.0
    label: str | None = None  # class of a part (a pillow on a sofa); None: the class of the object


def shade_of(random, name):
    """Returns a colour that a person would still call `name`."""
    return np.clip(np.array(COLOURS[name]) * random.uniform(0.82, 1.15) + random.uniform(-0.03, 0.03, 3), 0.02, 0.97)


def any_colour(random):
    return COLOUR_NAMES[random.integers(len(COLOUR_NAMES))]


def wood(random):
    browns = [[0.55, 0.36, 0.20], [0.38, 0.22, 0.12], [0.70, 0.52, 0.33], [0.28, 0.17, 0.10], [0.62, 0.46, 0.30]]
    base = np.array(browns[random.integers(5)]) * random.uniform(0.85, 1.15)
    return Material(base, base * random.uniform(0.6, 0.85), WOOD, random.uniform(0.6, 2.0), random.uniform(0, 0.25))


def coloured(random, name, textured=0.35):
    """Returns a material of the named colour, sometimes with a pattern in shades of it."""
    colour = shade_of(random, name)
    if random.random() < textured:
        texture = int(random.choice([STRIPES, CHECKS, MOTTLED, MOTTLED, WOOD]))
        second = colour + 0.12 if name == "black" else colour * random.uniform(0.6, 0.85)
        scale = random.uniform(3, 12) if texture in (STRIPES, CHECKS) else random.uniform(1, 4)
        return Material(colour, second, texture, scale, random.uniform(0, 0.2))
    if name == "brown" and random.random() < 0.6:
        return wood(random)
    return Material(colour, colour * 0.92, MOTTLED, random.uniform(1, 4), random.uniform(0, 0.3))


def leg_material(random, main):
    roll = random.random()
    if roll < 0.4:
        return wood(random)
    if roll < 0.6:
        return Material(shade_of(random, "black"), specular=0.3)
    if roll < 0.7:
        return Material(shade_of(random, "white"), specular=0.2)
    if roll < 0.8:
        return Material((0.55, 0.55, 0.57), specular=0.6)
    return main


def four_legs(kind, across, along, height, thickness, material):
    return [
        Primitive(kind, (x * across, y * along, height / 2), (thickness, thickness, height / 2), material)
        for x in (-1, 1) for y in (-1, 1)
    ]


def chair(random, main):
    width, depth, seat = random.uniform(0.40, 0.56), random.uniform(0.40, 0.55), random.uniform(0.40, 0.5)
    back, thick = random.uniform(0.35, 0.62), random.uniform(0.02, 0.04)
    legs = leg_material(random, main)
    parts = [Primitive(BOX, (0, 0, seat), (width / 2, depth / 2, thick + random.random() * 0.03), main)]
    if random.random() < 0.8:
        kind = CYLINDER if random.random() < 0.5 else BOX
        parts += four_legs(kind, width / 2 - 0.03, depth / 2 - 0.03, seat, 0.02, legs)
    else:
        parts.append(Primitive(CYLINDER, (0, 0, seat / 2), (0.03, 0.03, seat / 2), legs))
        parts.append(Primitive(CYLINDER, (0, 0, 0.02), (width * 0.45, width * 0.45, 0.02), legs))
    rear = -depth / 2 + 0.02
    if random.random() < 0.7:
        parts.append(Primitive(BOX, (0, rear, seat + back / 2), (width / 2, 0.025, back / 2), main))
    else:
        for x in np.linspace(-1, 1, 4):
            parts.append(Primitive(BOX, (x * (width / 2 - 0.02), rear, seat + back / 2), (0.02, 0.015, back / 2), main))
        parts.append(Primitive(BOX, (0, rear, seat + back), (width / 2, 0.02, 0.05), main))
    if random.random() < 0.3:
        for x in (-1, 1):
            parts.append(Primitive(BOX, (x * width / 2, 0, seat + 0.2), (0.025, depth / 2, 0.02), legs))
            parts.append(Primitive(BOX, (x * width / 2, depth / 2 - 0.03, seat + 0.1), (0.02, 0.02, 0.1), legs))
    return parts, (width, depth), seat + back


def table(random, main):
    height = random.uniform(0.35, 0.5) if random.random() < 0.3 else random.uniform(0.68, 0.8)
    legs = leg_material(random, main)
    if random.random() < 0.3:
        radius = random.uniform(0.35, 0.65)
        return [
            Primitive(CYLINDER, (0, 0, height - 0.02), (radius, radius, 0.025), main),
            Primitive(CYLINDER, (0, 0, height / 2), (0.04, 0.04, height / 2), legs),
            Primitive(CYLINDER, (0, 0, 0.02), (radius / 2, radius / 2, 0.02), legs),
        ], (2 * radius, 2 * radius), height
    width, depth, thick = random.uniform(0.8, 1.7), random.uniform(0.5, 0.95), random.uniform(0.015, 0.04)
    parts = [Primitive(BOX, (0, 0, height - thick), (width / 2, depth / 2, thick), main)]
    leg = random.uniform(0.02, 0.045)
    kind = CYLINDER if random.random() < 0.4 else BOX
    parts += four_legs(kind, width / 2 - leg - 0.02, depth / 2 - leg - 0.02, height - 2 * thick, leg, legs)
    if random.random() < 0.4:
        parts.append(Primitive(BOX, (0, 0, height - thick - 0.06), (width / 2 - 0.05, depth / 2 - 0.05, 0.05), legs))
    return parts, (width, depth), height


def sofa(random, main):
    width, depth, seat = random.uniform(1.2, 2.3), random.uniform(0.75, 1.0), random.uniform(0.36, 0.46)
    back, arm = random.uniform(0.3, 0.5), random.uniform(0.08, 0.18)
    parts = [
        Primitive(BOX, (0, 0, seat / 2 + 0.03), (width / 2, depth / 2, seat / 2 - 0.02), main),
        Primitive(BOX, (0, -depth / 2 + 0.1, seat + back / 2), (width / 2, 0.1, back / 2), main),
    ]
    for x in (-1, 1):
        parts.append(Primitive(BOX, (x * (width - arm) / 2, 0, seat + 0.08), (arm / 2, depth / 2, 0.14), main))
    seats, inner = int(random.integers(2, 4)), width - 2 * arm
    for i in range(seats):
        x = -inner / 2 + (i + 0.5) * inner / seats
        parts.append(Primitive(BOX, (x, 0.06, seat + 0.05), (inner / seats / 2 - 0.012, depth / 2 - 0.1, 0.06), main))
    for _ in range(int(random.integers(0, 3))):
        place = (random.uniform(-0.4, 0.4) * inner, -depth / 2 + 0.28, seat + 0.25)
        fabric = coloured(random, any_colour(random))
        parts.append(Primitive(ELLIPSOID, place, (0.2, 0.09, 0.17), fabric, random.uniform(-0.3, 0.3), "pillow"))
    return parts, (width, depth), seat + back


def bed(random, main):
    width, depth, height = random.uniform(0.95, 1.75), random.uniform(1.85, 2.1), random.uniform(0.38, 0.55)
    frame, sheet = leg_material(random, main), Material(shade_of(random, "white"))
    head = height / 2 + random.uniform(0.15, 0.3)
    parts = [
        Primitive(BOX, (0, 0, height * 0.3), (width / 2, depth / 2, height * 0.3), frame),
        Primitive(BOX, (0, 0, height * 0.8), (width / 2 - 0.02, depth / 2 - 0.02, height * 0.22), sheet),
        Primitive(BOX, (0, depth * 0.12, height * 0.82), (width / 2 - 0.005, depth * 0.375, height * 0.225), main),
        Primitive(BOX, (0, -depth / 2, height * 0.5 + 0.3), (width / 2, 0.03, head), frame),
    ]
    pillows = 1 if width < 1.2 else 2
    for i in range(pillows):
        x = (i - (pillows - 1) / 2) * width * 0.45
        fabric = Material(shade_of(random, "white") * 0.98)
        half = (min(0.34, width * 0.23), 0.2, 0.09)
        parts.append(Primitive(ELLIPSOID, (x, -depth / 2 + 0.27, height * 1.05 + 0.05), half, fabric, 0.0, "pillow"))
    return parts, (width, depth), height + 0.3


def lamp(random, main, small=False):
    height = random.uniform(0.35, 0.55) if small else random.uniform(1.2, 1.75)
    radius = random.uniform(0.1, 0.17) if small else random.uniform(0.15, 0.27)
    shade, stand = radius * random.uniform(0.6, 1.1), leg_material(random, main)
    main.emission = random.uniform(0.1, 0.6)
    kind = CYLINDER if random.random() < 0.65 else ELLIPSOID
    return [
        Primitive(CYLINDER, (0, 0, 0.015), (radius * 0.7, radius * 0.7, 0.015), stand),
        Primitive(CYLINDER, (0, 0, height / 2), (0.015, 0.015, height / 2), stand),
        Primitive(kind, (0, 0, height - shade * 0.5), (radius, radius, shade), main),
    ], (2 * radius, 2 * radius), height


def cabinet(random, main):
    width, depth, height = random.uniform(0.5, 1.3), random.uniform(0.35, 0.55), random.uniform(0.6, 1.9)
    parts = [Primitive(BOX, (0, 0, height / 2), (width / 2, depth / 2, height / 2), main)]
    front = Material(main.colour * random.uniform(0.8, 1.1), main.second, main.texture, main.scale)
    knob = Material((0.6, 0.55, 0.4) if random.random() < 0.5 else (0.1, 0.1, 0.1), specular=0.6)
    rows, columns = int(random.integers(1, 5)), 1 if width < 0.7 else 2
    for i in range(columns):
        for j in range(rows):
            x, z = -width / 2 + (i + 0.5) * width / columns, (j + 0.5) * height / rows
            half = (width / columns / 2 - 0.015, 0.012, height / rows / 2 - 0.015)
            parts.append(Primitive(BOX, (x, depth / 2, z), half, front))
            parts.append(Primitive(ELLIPSOID, (x, depth / 2 + 0.025, z), (0.022,) * 3, knob))
    return parts, (width, depth), height


def shelf(random, main):
    width, depth, height = random.uniform(0.6, 1.2), random.uniform(0.25, 0.38), random.uniform(1.1, 2.0)
    boards, parts = int(random.integers(3, 6)), []
    for x in (-1, 1):
        parts.append(Primitive(BOX, (x * width / 2, 0, height / 2), (0.02, depth / 2, height / 2), main))
    if random.random() < 0.6:
        parts.append(Primitive(BOX, (0, -depth / 2 + 0.01, height / 2), (width / 2, 0.01, height / 2), main))
    for j in range(boards):
        z = 0.05 + j * (height - 0.07) / (boards - 1)
        parts.append(Primitive(BOX, (0, 0, z), (width / 2, depth / 2, 0.015), main))
        if j == boards - 1:
            continue
        x = -width / 2 + 0.05
        for _ in range(int(random.integers(1, 5))):
            wide, tall = random.uniform(0.03, 0.12), random.uniform(0.12, height / boards * 0.85)
            if x + wide > width / 2 - 0.04:
                break
            centre = (x + wide / 2, random.uniform(-0.03, 0.03), z + 0.015 + tall / 2)
            cover = Material(shade_of(random, any_colour(random)))
            parts.append(Primitive(BOX, centre, (wide / 2 - 0.003, depth * 0.36, tall / 2), cover, 0.0, "books"))
            x += wide + (random.uniform(0, 0.12) if random.random() < 0.4 else 0)
    return parts, (width, depth), height


def rack(random, main):
    """Builds the shelves of a shop or a library, full of goods; each box with stripes or checks stands for a row of goods."""
    width, depth, height = random.uniform(1.6, 3.2), random.uniform(0.35, 0.7), random.uniform(1.2, 2.3)
    boards, goods = int(random.integers(3, 6)), "books" if random.random() < 0.6 else None
    parts = [Primitive(BOX, (0, -depth / 2 + 0.02, height / 2), (width / 2, 0.02, height / 2), main)]
    for x in (-1, 1):
        parts.append(Primitive(BOX, (x * width / 2, 0, height / 2), (0.025, depth / 2, height / 2), main))
    rise = (height - 0.1) / boards
    for j in range(boards):
        parts.append(Primitive(BOX, (0, 0, 0.1 + j * rise), (width / 2, depth / 2, 0.02), main))
        edges = [-width / 2 + 0.04, *np.sort(random.uniform(-0.4, 0.4, int(random.integers(0, 2)))) * width, width / 2 - 0.04]
        for low, high in zip(edges, edges[1:]):
            tall, first, second = rise * random.uniform(0.5, 0.9), shade_of(random, any_colour(random)), shade_of(random, any_colour(random))
            stuff = Material(first, second, int(random.choice([STRIPES, STRIPES, CHECKS])), random.uniform(4, 16))
            centre = ((low + high) / 2, random.uniform(-0.04, 0.02), 0.12 + j * rise + tall / 2)
            parts.append(Primitive(BOX, centre, ((high - low) / 2, depth * 0.42, tall / 2), stuff, 0.0, goods))
    return parts, (width, depth), height


def column(random, height):
    """Builds a round or square pillar up to the ceiling; returns (primitives, footprint)."""
    radius, paint = random.uniform(0.15, 0.4), shade_of(random, ["white", "white", "gray", "brown"][random.integers(4)])
    kind = CYLINDER if random.random() < 0.5 else BOX
    return [Primitive(kind, (0, 0, height / 2), (radius, radius, height / 2), Material(paint, paint * 0.85, MOTTLED, 1.0))], (2 * radius, 2 * radius)


def box(random, main, small=False):
    size = random.uniform(0.1, 0.2) if small else random.uniform(0.25, 0.6)
    width, depth, height = size * random.uniform(0.8, 1.3), size * random.uniform(0.8, 1.2), size * random.uniform(0.6, 1.2)
    parts = [Primitive(BOX, (0, 0, height / 2), (width / 2, depth / 2, height / 2), main)]
    if random.random() < 0.5:
        lid = Material(main.colour * 0.85)
        parts.append(Primitive(BOX, (0, 0, height), (width / 2 + 0.01, depth / 2 + 0.01, height * 0.1), lid))
    elif random.random() < 0.4:
        ribbon = Material(main.colour * 0.7 + 0.15)
        parts.append(Primitive(BOX, (0, 0, height / 2), (width * 0.08, depth / 2 + 0.004, height / 2 + 0.004), ribbon))
    return parts, (width, depth), height


def ball(random, main, small=False):
    radius = random.uniform(0.05, 0.1) if small else random.uniform(0.11, 0.38)
    main.specular = random.uniform(0, 0.6)
    sphere = Primitive(ELLIPSOID, (0, 0, radius), (radius,) * 3, main, random.uniform(0, 3))
    return [sphere], (2 * radius, 2 * radius), 2 * radius


def plant(random, main, small=False):
    size = random.uniform(0.3, 0.5) if small else random.uniform(0.6, 1.3)
    radius, pot = size * random.uniform(0.12, 0.22), size * random.uniform(0.2, 0.35)
    parts = [
        Primitive(CYLINDER, (0, 0, pot / 2), (radius, radius, pot / 2), main),
        Primitive(CYLINDER, (0, 0, size * 0.5), (0.012, 0.012, size * 0.3), Material((0.25, 0.18, 0.08))),
    ]
    for _ in range(int(random.integers(6, 12))):
        angle, reach = random.uniform(0, 2 * math.pi), random.uniform(0, 0.22) * size
        green = shade_of(random, "green") * random.uniform(0.7, 1.3)
        centre = (math.cos(angle) * reach, math.sin(angle) * reach, pot + size * random.uniform(0.12, 0.65))
        half = (size * random.uniform(0.05, 0.17), size * random.uniform(0.05, 0.12), size * random.uniform(0.05, 0.2))
        leaf = Material(green, green * 0.6, MOTTLED, 5.0)
        parts.append(Primitive(ELLIPSOID, centre, half, leaf, random.uniform(0, 3)))
    return parts, (size * 0.45, size * 0.45), size


def television(random, main, small=False):
    width = random.uniform(0.7, 1.35)
    height, base, parts = width * 0.57, 0 if small else random.uniform(0.45, 0.65), []
    if not small:
        stand = wood(random) if random.random() < 0.6 else Material(shade_of(random, "white"))
        parts.append(Primitive(BOX, (0, 0, base / 2), (width * 0.6, 0.2, base / 2), stand, 0.0, "cabinet"))
    frame = Material((0.05, 0.05, 0.055), specular=0.4)
    glow = random.uniform(0, 0.4) if random.random() < 0.4 else 0
    screen = Material((0.03, 0.035, 0.05), (0.12, 0.14, 0.2), MOTTLED, 0.8, 0.6, glow)
    middle = base + 0.06 + height / 2
    parts += [
        Primitive(BOX, (0, 0, base + 0.03), (width * 0.15, 0.09, 0.02), frame),
        Primitive(BOX, (0, 0, middle), (width / 2, 0.03, height / 2), frame),
        Primitive(BOX, (0, 0.012, middle), (width / 2 - 0.02, 0.022, height / 2 - 0.02), screen),
    ]
    return parts, (width if small else width * 1.2, 0.4), base + 0.06 + height


def refrigerator(random, main):
    width, depth, height = random.uniform(0.6, 0.9), random.uniform(0.6, 0.72), random.uniform(1.5, 1.85)
    split = height * random.uniform(0.6, 0.7)
    handle = Material((0.6, 0.6, 0.62), specular=0.7)
    main.specular = random.uniform(0.1, 0.5)
    door = Material(main.colour * 0.97, main.second, specular=main.specular)
    parts = [Primitive(BOX, (0, 0, height / 2), (width / 2, depth / 2, height / 2), main)]
    for low, high in ((0.05, split), (split, height)):
        half = (width / 2 - 0.006, 0.025, (high - low) / 2 - 0.008)
        parts.append(Primitive(BOX, (0, depth / 2 + 0.02, (low + high) / 2), half, door))
        grip = (width * 0.4, depth / 2 + 0.07, split + (0.2 if low == split else -0.25))
        parts.append(Primitive(BOX, grip, (0.012, 0.015, 0.14), handle))
    return parts, (width, depth + 0.1), height


def counter(random, main):
    width, depth, height = random.uniform(1.2, 2.4), random.uniform(0.58, 0.66), random.uniform(0.86, 0.94)
    top = wood(random) if random.random() < 0.4 else Material(shade_of(random, "gray"), None, MOTTLED, 6.0, 0.3)
    front = Material(main.colour * 0.95, main.second, main.texture, main.scale)
    knob = Material((0.6, 0.6, 0.6), specular=0.6)
    parts = [
        Primitive(BOX, (0, 0, height / 2), (width / 2, depth / 2 - 0.03, height / 2), main),
        Primitive(BOX, (0, 0, height - 0.02), (width / 2 + 0.01, depth / 2, 0.022), top),
    ]
    doors = int(width / 0.5)
    for i in range(doors):
        x = -width / 2 + (i + 0.5) * width / doors
        half = (width / doors / 2 - 0.012, 0.012, height / 2 - 0.08)
        parts.append(Primitive(BOX, (x, depth / 2 - 0.03, height / 2 - 0.01), half, front))
        parts.append(Primitive(ELLIPSOID, (x + 0.15, depth / 2, height * 0.7), (0.018,) * 3, knob))
    if random.random() < 0.6:
        x = random.uniform(-0.25, 0.25) * width
        steel = Material((0.62, 0.62, 0.64), specular=0.6)
        parts.append(Primitive(BOX, (x, 0, height + 0.004), (0.26, 0.2, 0.012), steel, 0.0, "sink"))
        bowl = Material((0.3, 0.3, 0.32))
        parts.append(Primitive(BOX, (x, 0, height + 0.006), (0.22, 0.16, 0.012), bowl, 0.0, "sink"))
        parts.append(Primitive(CYLINDER, (x, -0.2, height + 0.12), (0.014, 0.014, 0.12), steel, 0.0, "sink"))
        parts.append(Primitive(BOX, (x, -0.13, height + 0.23), (0.012, 0.08, 0.012), steel, 0.0, "sink"))
    return parts, (width, depth), height


BUILDERS = {
    "chair": chair, "table": table, "sofa": sofa, "bed": bed, "lamp": lamp, "cabinet": cabinet, "shelf": shelf,
    "box": box, "ball": ball, "plant": plant, "television": television, "refrigerator": refrigerator, "counter": counter,
}


def window(random, width, height):
    """Builds a flat window, centred on the origin and facing +y; returns (primitives, colour word of the frame). `door`, `picture` and `mirror` likewise."""
    colour = ["white", "brown", "gray", "black"][random.integers(4)]
    frame = Material(shade_of(random, colour))
    outside = (0.55, 0.7, 0.6) if random.random() < 0.4 else (0.9, 0.93, 0.97)
    glass = Material((0.75, 0.85, 0.95), outside, MOTTLED, 1.2, 0, random.uniform(0.5, 1.1))
    parts = [
        Primitive(BOX, (0, 0, 0), (width / 2 + 0.05, 0.02, height / 2 + 0.05), frame),
        Primitive(BOX, (0, 0.012, 0), (width / 2, 0.02, height / 2), glass),
        Primitive(BOX, (0, 0.02, 0), (0.02, 0.022, height / 2), frame),
    ]
    if random.random() < 0.5:
        parts.append(Primitive(BOX, (0, 0.02, 0), (width / 2, 0.022, 0.018), frame))
    return parts, colour


def door(random, width, height):
    colour = any_colour(random) if random.random() < 0.5 else ["brown", "white"][random.integers(2)]
    leaf = coloured(random, colour, 0.2)
    frame = Material(shade_of(random, "white") if random.random() < 0.5 else leaf.colour * 0.8)
    knob = Material((0.7, 0.6, 0.35), specular=0.7)
    return [
        Primitive(BOX, (0, 0, 0), (width / 2 + 0.06, 0.02, height / 2), frame),
        Primitive(BOX, (0, 0.012, -0.02), (width / 2, 0.02, height / 2 - 0.03), leaf),
        Primitive(ELLIPSOID, (width * 0.4, 0.05, -0.02), (0.035,) * 3, knob),
    ], colour


def picture(random, width, height):
    colour = any_colour(random)
    canvas = Material(shade_of(random, colour), shade_of(random, any_colour(random)), MOTTLED, random.uniform(0.8, 3))
    frame = Material(shade_of(random, ["black", "white", "brown"][random.integers(3)]))
    return [
        Primitive(BOX, (0, 0, 0), (width / 2, 0.018, height / 2), frame),
        Primitive(BOX, (0, 0.008, 0), (width / 2 - 0.03, 0.02, height / 2 - 0.03), canvas),
    ], colour


def mirror(random, width, height):
    """Builds a mirror. The renderer has no reflections, so a pale, glossy plate with slow variation replaces what a mirror shows."""
    colour = ["black", "white", "brown", "gray"][random.integers(4)]
    frame = Material(shade_of(random, colour))
    pale = np.array([0.66, 0.68, 0.70]) * random.uniform(0.7, 1.15)
    glass = Material(pale, pale * random.uniform(0.55, 0.85), MOTTLED, 0.35, 0.6, random.uniform(0.05, 0.25))
    return [
        Primitive(BOX, (0, 0, 0), (width / 2, 0.018, height / 2), frame),
        Primitive(BOX, (0, 0.008, 0), (width / 2 - 0.04, 0.02, height / 2 - 0.04), glass),
    ], colour


def curtain(random, width, height):
    """Builds two panels at the sides of an opening of `width`; returns (primitives, colour word)."""
    colour = any_colour(random)
    fabric_colour = shade_of(random, colour)
    fabric = Material(fabric_colour, fabric_colour * random.uniform(0.55, 0.8), STRIPES, random.uniform(5, 10))
    rod = Material((0.25, 0.2, 0.15), specular=0.3)
    panel = random.uniform(0.12, 0.3)
    parts = [Primitive(BOX, (0, 0.07, height / 2 + 0.03), (width / 2 + panel + 0.1, 0.012, 0.015), rod)]
    for x in (-1, 1):
        centre = (x * (width / 2 + panel * 0.5), 0.07, 0)
        parts.append(Primitive(BOX, centre, (panel, 0.03, height / 2), fabric))
    return parts, colour
