"""Generates the layout of a room from a seed: furniture, wall decoration, camera and light.

World: metres, z up; the room is [0,W]×[0,D]×[0,H]. The camera stands near y = 0 (a hand-held one at up to half of the depth) and looks towards +y.
"""

import math

import numpy as np

import furniture
from classes import CLASS_ID
from furniture import BOX, BUILDERS, CHECKS, CYLINDER, MOTTLED, SOLID, STRIPES, TILES, WOOD, Material, Primitive
from furniture import any_colour, coloured, shade_of, wood

MAX_PRIMITIVES = 120  # the z-buffer stores the index in 8 bits; six more are the room's surfaces
SHELL_OBJECT = {"wall": 250, "floor": 251, "ceiling": 252}  # object ids of the room's surfaces
FOCAL = 260  # pixels, whatever the shape of the image; NYU's is 259 at 320×240
FOCAL_SPREAD = 0.05

KINDS = {  # size in metres: width, depth, height; pieces of furniture; chance that a piece repeats the class of an earlier one
    "room": {"size": ((2.8, 6.5), (3.0, 7.0), (2.3, 3.0)), "furniture": (3, 9), "repeats": 0.33},
    "alike": {"size": ((3.0, 6.5), (3.5, 7.0), (2.3, 3.0)), "furniture": (4, 9), "repeats": 0.75},
    # Shops, open floors, classrooms. rows: chance of racks or tables in rows.
    "halls": {"size": ((4.0, 11.0), (6.0, 12.0), (2.4, 4.5)), "furniture": (8, 18), "repeats": 0.33, "rows": 0.75},
    # As people photograph rooms: from anywhere in them, at chest height, aimed at objects rather than at the whole room.
    "handheld": {"size": ((2.2, 6.0), (2.5, 7.5), (2.3, 3.0)), "furniture": (7, 15), "repeats": 0.33, "handheld": True, "clearance": 0.35},
}
CLEARANCE = 0.9  # metres from the camera to the nearest furniture, unless the kind has its own

FREQUENCY = {
    "chair": 3.0, "table": 2.0, "sofa": 1.3, "bed": 0.9, "lamp": 1.3, "cabinet": 1.3, "shelf": 0.9, "box": 1.5,
    "ball": 1.4, "plant": 1.3, "television": 0.8, "refrigerator": 0.5, "counter": 0.6,
}
AGAINST_WALL = {  # probability
    "sofa": 0.75, "bed": 0.9, "cabinet": 0.95, "shelf": 0.97, "television": 0.9, "plant": 0.4, "lamp": 0.4,
    "chair": 0.1, "refrigerator": 0.97, "counter": 0.97,
}
ON_TOP = (["box", "ball", "plant", "lamp", "television"], [0.28, 0.24, 0.22, 0.2, 0.06])


def rotate(point, yaw):
    cosine, sine = math.cos(yaw), math.sin(yaw)
    return cosine * point[0] - sine * point[1], sine * point[0] + cosine * point[1], point[2]


class Room:
    """Collects the primitives (with object and class ids) and the objects of a layout."""

    def __init__(self, random, kind):
        self.size = np.array([random.uniform(low, high) for low, high in kind["size"]])
        self.primitives, self.objects, self.occupied = [], [], []

    def has_space_for(self, parts, reserve):
        return len(self.primitives) + len(parts) <= MAX_PRIMITIVES - reserve

    def add(self, name, colour, parts, position, yaw, size, standing_on=-1):
        """Adds an object whose parts were made at the origin; returns its id (from 1)."""
        identity = len(self.objects) + 1
        self.place(parts, identity, name, position, yaw)
        middle = np.array([position[0], position[1], position[2] + size[2] / 2])
        self.objects.append(
            {"class": name, "colour": colour, "position": middle, "size": np.array(size), "standing_on": standing_on}
        )
        return identity

    def build(self, surface, parts, position):
        """Adds parts that belong to the room's wall, floor or ceiling."""
        self.place(parts, SHELL_OBJECT[surface], surface, position, 0.0)

    def place(self, parts, identity, name, position, yaw):
        for part in parts:
            x, y, z = rotate(part.centre, yaw)
            centre = (x + position[0], y + position[1], z + position[2])
            placed = Primitive(part.kind, centre, part.half, part.material, part.yaw + yaw)
            self.primitives.append((placed, identity, CLASS_ID[part.label or name]))


def draw_camera(random, size, image_width):
    """Draws a view of a person or tripod, slightly downwards, from near one wall towards the far part of the room. "focal" is relative to the image's
    width."""
    width, depth, _ = size
    x, y, z = random.uniform(0.15, 0.85) * width, random.uniform(0.1, 0.5), random.uniform(1.0, 1.8)
    aim_x, aim_y = random.uniform(0.25, 0.75) * width, random.uniform(0.55, 1.0) * depth
    yaw = math.atan2(aim_y - y, aim_x - x) + random.normal(0, 0.08)
    pitch = -abs(random.normal(0.12, 0.12)) - max(0, z - 1.3) * 0.2 + random.normal(0, 0.03)
    focal = FOCAL / image_width * random.uniform(1 - FOCAL_SPREAD, 1 + FOCAL_SPREAD)
    return {"position": np.array([x, y, z]), "yaw": yaw, "pitch": pitch, "roll": random.normal(0, 0.02), "focal": focal}


def draw_handheld(random, size, image_width):
    """Draws a camera as in NYU's training photos with floors (planes fitted to their depth): 1.26, 1.37 and 1.53 m high (10, 50, 90 %), pitched by −24, −16
    and −9°, rolled by −3.5 to 4.2°. Cameras of draw_camera are 1.07 to 1.71 m high, pitched by −16, −9.5 and −1.6°, so their floors differ from NYU's."""
    width, depth, _ = size
    x, y, z = random.uniform(0.15, 0.85) * width, random.uniform(0.05, 0.5) * depth, random.normal(1.39, 0.1)
    aim_x, aim_y = random.uniform(0, 1) * width, random.uniform(0.6, 1.0) * depth
    pitch, roll = random.normal(math.radians(-16), math.radians(6)), random.normal(0, math.radians(2.8))
    return {"position": np.array([x, y, z]), "yaw": math.atan2(aim_y - y, aim_x - x), "pitch": pitch, "roll": roll, "focal": FOCAL / image_width}


def draw_place(random, name, footprint, size):
    """Draws a candidate (yaw, x, y, extent x, extent y) against a wall or free in the room."""
    width, depth, _ = size
    wide, deep = footprint
    if random.random() < AGAINST_WALL.get(name, 0):
        side, away = int(random.integers(0, 3)), random.uniform(0, 0.3) if random.random() < 0.2 else 0.0
        gap = deep / 2 + 0.03 + away
        if side == 0:
            return math.pi, random.uniform(wide / 2, max(wide / 2 + 0.01, width - wide / 2)), depth - gap, wide, deep
        y = random.uniform(1.0, max(1.01, depth - wide / 2))
        return (-math.pi / 2, gap, y, deep, wide) if side == 1 else (math.pi / 2, width - gap, y, deep, wide)
    yaw = int(random.integers(0, 4)) * math.pi / 2 + random.normal(0, 0.25)
    cosine, sine = abs(math.cos(yaw)), abs(math.sin(yaw))
    extent_x, extent_y = cosine * wide + sine * deep, sine * wide + cosine * deep
    x = random.uniform(extent_x / 2, max(width - extent_x / 2, extent_x / 2 + 0.01))
    y = random.uniform(extent_y / 2 + 0.6, max(depth - extent_y / 2, extent_y / 2 + 0.61))
    return yaw, x, y, extent_x, extent_y


def is_free(place, size, camera, occupied, clearance=CLEARANCE):
    """Returns True if the place is in view, inside the room, not too close to the camera and not occupied."""
    _, x, y, extent_x, extent_y = place
    to_x, to_y = x - camera["position"][0], y - camera["position"][1]
    angle = (math.atan2(to_y, to_x) - camera["yaw"] + math.pi) % (2 * math.pi) - math.pi
    half_view = math.atan(0.5 / camera["focal"])
    if math.hypot(to_x, to_y) < clearance + max(extent_x, extent_y) / 2 or abs(angle) > half_view * 1.1:
        return False
    if x - extent_x / 2 < -0.02 or x + extent_x / 2 > size[0] + 0.02 or y + extent_y / 2 > size[1] + 0.02:
        return False
    margin = 0.04
    return all(
        abs(x - other[0]) >= (extent_x + other[2]) / 2 + margin or abs(y - other[1]) >= (extent_y + other[3]) / 2 + margin
        for other in occupied
    )


def furnish(random, room, camera, kind):
    names = list(FREQUENCY)
    chance = np.array([FREQUENCY[name] for name in names])
    picks = []
    for _ in range(int(random.integers(*kind["furniture"]))):  # repeats are common, so that expressions have to tell equal objects apart
        repeat = picks and random.random() < kind["repeats"]
        picks.append(picks[random.integers(len(picks))] if repeat else names[random.choice(len(names), p=chance / chance.sum())])
    for name in picks:
        colour = "black" if name == "television" else any_colour(random)
        if name in ("refrigerator", "counter") and random.random() < 0.6:
            colour = ["white", "gray", "black", "brown"][random.integers(4)]
        parts, footprint, height = BUILDERS[name](random, coloured(random, colour))
        if not room.has_space_for(parts, 18):
            continue
        for _ in range(40):  # tries
            place = draw_place(random, name, footprint, room.size)
            if not is_free(place, room.size, camera, room.occupied, kind.get("clearance", CLEARANCE)):
                continue
            yaw, x, y, extent_x, extent_y = place
            room.occupied.append((x, y, extent_x, extent_y))
            identity = room.add(name, colour, parts, (x, y, 0), yaw, (*footprint, height))
            carries = name == "table" and random.random() < 0.55 or name in ("cabinet", "counter") and height < 1.2 and random.random() < 0.5
            if carries:
                put_on_top(random, room, identity, footprint, (x, y, height), yaw)
            break


def put_on_top(random, room, identity, footprint, position, yaw):
    name = ON_TOP[0][random.choice(5, p=ON_TOP[1])]
    colour = "black" if name == "television" else any_colour(random)
    parts, base, height = BUILDERS[name](random, coloured(random, colour), small=True)
    if not room.has_space_for(parts, 10) or max(base) >= max(footprint):
        return
    free = [0.35 * max(outer - inner, 0) for outer, inner in zip(footprint, base)]
    shift = rotate((random.uniform(-1, 1) * free[0], random.uniform(-1, 1) * free[1], 0), yaw)
    place = (position[0] + shift[0], position[1] + shift[1], position[2])
    room.add(name, colour, parts, place, yaw, (*base, height), identity)


def fit_out(random, room, camera, chance):
    """Adds what only halls have: rows of lamps under the ceiling, columns, and, with this chance, racks or tables in rows."""
    hang_lamps(random, room)
    if random.random() < chance:
        if random.random() < 0.6:
            set_rows(random, room, camera, "shelf", furniture.rack, along=random.random() < 0.65)
        else:
            set_rows(random, room, camera, "table", furniture.table, along=random.random() < 0.5)
    for _ in range(int(random.integers(0, 3))):
        parts, footprint = furniture.column(random, room.size[2])
        place = (0.0, random.uniform(0.6, room.size[0] - 0.6), random.uniform(2.0, room.size[1] - 0.6), *footprint)
        if is_free(place, room.size, camera, room.occupied):
            room.occupied.append(place[1:])
            room.build("wall", parts, (*place[1:3], 0))


def hang_lamps(random, room):
    """Adds a grid of tubes or spots, as part of the ceiling."""
    width, depth, height = room.size
    half = (random.uniform(0.05, 0.3), random.uniform(0.3, 0.7), 0.02) if random.random() < 0.7 else (0.08, 0.08, 0.03)
    glow = Material(np.array([0.95, 0.95, 0.9]), emission=random.uniform(0.6, 1.0))
    across, along = random.uniform(1.6, 3.0), random.uniform(1.8, 3.0)
    for x in np.arange(random.uniform(0.5, across), width - 0.3, across):
        for y in np.arange(random.uniform(1.0, along), depth - 0.3, along):
            if len(room.primitives) < MAX_PRIMITIVES // 4:
                room.build("ceiling", [Primitive(BOX, (0, 0, 0), half, glow)], (x, y, height - 0.02))


def set_rows(random, room, camera, name, builder, along):
    """Adds identical pieces in rows that run away from the camera (`along`) or across its view, with aisles between them."""
    width, depth, _ = room.size
    colour, aisle = any_colour(random), random.uniform(1.1, 2.2)
    main = wood(random) if random.random() < 0.5 else coloured(random, colour, 0.1)
    parts, (wide, deep), height = builder(random, main)
    yaw, extent = (random.choice([-1, 1]) * math.pi / 2, (deep, wide)) if along else (math.pi, (wide, deep))
    pitch = (deep + aisle, wide * random.uniform(1.0, 1.2)) if along else (wide * random.uniform(1.0, 1.3), deep + aisle)
    columns = np.arange(random.uniform(0, pitch[0]) + extent[0] / 2, width - extent[0] / 2, pitch[0])
    rows = np.arange(random.uniform(1.2, 2.2) + extent[1] / 2, depth - extent[1] / 2, pitch[1])
    for x, y in sorted(((x, y) for x in columns for y in rows), key=lambda at: math.dist(at, camera["position"][:2])):
        place = (yaw, x, y, *extent)
        if room.has_space_for(parts, 30) and is_free(place, room.size, camera, room.occupied):
            room.occupied.append(place[1:])
            room.add(name, "brown" if main.texture == WOOD else colour, parts, (x, y, 0), yaw, (wide, deep, height))


def lay_rug(random, room, camera):
    colour = any_colour(random)
    fabric = coloured(random, colour, 0.7)
    width, depth, distance = random.uniform(1.0, 2.2), random.uniform(0.8, 1.8), random.uniform(1.5, 3.2)
    x = np.clip(camera["position"][0] + math.cos(camera["yaw"]) * distance, 0.6, room.size[0] - 0.6)
    y = np.clip(camera["position"][1] + math.sin(camera["yaw"]) * distance, 0.6, room.size[1] - 0.6)
    kind = CYLINDER if random.random() < 0.25 else BOX
    part = Primitive(kind, (0, 0, 0.006), (width / 2, depth / 2, 0.006), fabric)
    room.add("rug", colour, [part], (x, y, 0), random.choice([0, random.normal(0, 0.3)]), (width, depth, 0.01))


def decorate_walls(random, room):
    width, depth, height = room.size
    used = []
    wanted = (("window", 0.6), ("door", 0.4), ("picture", 0.6), ("picture", 0.35), ("mirror", 0.25), ("window", 0.2))
    for name, chance in wanted:
        if random.random() > chance or len(room.primitives) > MAX_PRIMITIVES - 9:
            continue
        side = int(random.integers(0, 3))
        length = width if side == 0 else depth
        wide, tall, z = {
            "window": (random.uniform(0.7, 1.8), random.uniform(0.8, 1.4), random.uniform(1.4, 1.6)),
            "door": (random.uniform(0.75, 0.95), 2.02, 1.01),
            "picture": (random.uniform(0.3, 1.0), random.uniform(0.3, 0.8), random.uniform(1.4, 1.75)),
            "mirror": (random.uniform(0.4, 0.9), random.uniform(0.6, 1.2), random.uniform(1.35, 1.55)),
        }[name]
        if length < wide + 1.2:
            continue
        along = random.uniform(wide / 2 + (0.1 if side == 0 else 1.0), length - wide / 2 - 0.1)
        if any(other == side and abs(at - along) < (size + wide) / 2 + 0.1 for other, at, size in used):
            continue
        used.append((side, along, wide))
        if name != "door":
            z = min(z, height - tall / 2 - 0.08)
        yaw, position = [(math.pi, (along, depth, z)), (-math.pi / 2, (0, along, z)), (math.pi / 2, (width, along, z))][side]
        parts, colour = getattr(furniture, name)(random, wide, tall)
        room.add(name, colour, parts, position, yaw, (wide, 0.04, tall))
        if name == "window" and random.random() < 0.45:
            drop = random.uniform(0, 0.7) if random.random() < 0.5 else 0.05  # some curtains hang below the sill
            parts, colour = furniture.curtain(random, wide, tall + drop)
            room.add("curtain", colour, parts, (position[0], position[1], z - drop / 2), yaw, (wide, 0.1, tall + drop))


def draw_shell(random):
    """Draws the materials of walls, floor and ceiling, and the word for the floor."""
    paints = [
        [0.85, 0.82, 0.75], [0.80, 0.83, 0.86], [0.88, 0.88, 0.86], [0.72, 0.78, 0.70],
        [0.85, 0.74, 0.66], [0.62, 0.70, 0.78], [0.90, 0.84, 0.62], [0.66, 0.62, 0.60],
    ]
    paint = np.array(paints[random.integers(8)]) * random.uniform(0.8, 1.08)
    texture = int(random.choice([SOLID, SOLID, MOTTLED, STRIPES, TILES], p=[0.3, 0.3, 0.2, 0.12, 0.08]))
    repeats = random.uniform(3, 8) if texture == STRIPES else random.uniform(1, 2.5)
    wall = Material(paint, paint * random.uniform(0.82, 0.96), texture, repeats)
    roll = random.random()
    if roll < 0.5:
        floor, word = wood(random), "wooden"
        floor.scale = random.uniform(1.0, 2.0)
    elif roll < 0.7:
        stone = np.array([0.75, 0.72, 0.68]) * random.uniform(0.6, 1.1)
        floor = Material(stone, stone * 0.7, int(random.choice([CHECKS, TILES])), random.uniform(1.5, 3.5), random.uniform(0, 0.3))
        word = "tiled"
    else:
        names, chance = ["gray", "brown", "white", "blue", "green", "red"], [0.4, 0.25, 0.1, 0.1, 0.08, 0.07]
        pile = shade_of(random, names[random.choice(6, p=chance)])
        floor, word = Material(pile, pile * 0.75, MOTTLED, random.uniform(3, 8)), "carpeted"
    ceiling = Material(np.array([0.9, 0.9, 0.88]) * random.uniform(0.85, 1.05), texture=MOTTLED)
    return (wall, floor, ceiling), word


def draw_light(random, size):
    """Draws a directional key light with soft shadows, ambient light, a fill light at the camera and a lamp under the ceiling."""
    around, above = random.uniform(0, 2 * math.pi), random.uniform(0.5, 1.2)
    return {
        "direction": np.array([math.cos(around) * math.cos(above), math.sin(around) * math.cos(above), math.sin(above)]),
        "key": random.uniform(0.35, 1.1), "ambient": random.uniform(0.35, 0.7), "fill": random.uniform(0.08, 0.3),
        "warmth": random.uniform(-0.08, 0.14), "softness": random.uniform(0.02, 0.08),
        "bulb": np.array([random.uniform(0.3, 0.7) * size[0], random.uniform(0.3, 0.7) * size[1], size[2] * 0.92]),
        "bulb_power": random.uniform(0, 0.5),
    }


def make_scene(seed, image_width=256, kind="room"):
    """Returns the description of a room; equal arguments give equal scenes. Furniture is placed where an image of this width (pixels) shows it."""
    random, kind = np.random.default_rng(seed), KINDS[kind]
    room = Room(random, kind)
    camera = (draw_handheld if "handheld" in kind else draw_camera)(random, room.size, image_width)
    if "rows" in kind:
        fit_out(random, room, camera, kind["rows"])
    furnish(random, room, camera, kind)
    if random.random() < 0.4:
        lay_rug(random, room, camera)
    decorate_walls(random, room)
    shell, floor_word = draw_shell(random)
    return {
        "seed": seed, "primitives": room.primitives, "objects": room.objects, "room": room.size, "camera": camera,
        "light": draw_light(random, room.size), "shell": shell, "floor": floor_word,
    }
