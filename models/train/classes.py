"""Semantic classes, their synonyms, colour words, and the mapping of NYU's 40 labels to the classes."""

# Each class needs an attention map and an output channel, so the list is kept to 30. The first three are the shell of a room.
CLASSES = [
    "wall", "floor", "ceiling", "window", "door", "picture", "rug", "chair", "table", "sofa",
    "bed", "lamp", "cabinet", "shelf", "box", "ball", "plant", "television", "curtain", "pillow",
    "counter", "mirror", "refrigerator", "toilet", "sink", "bathtub", "person", "books", "clothes", "furniture",
]
CLASS_ID = {name: index for index, name in enumerate(CLASSES)}
SHELL = ("wall", "floor", "ceiling")
IGNORE = 255  # label of pixels that losses and metrics skip

# Words that people use for a class; repeated words are drawn more often.
SYNONYMS = {
    "sofa": ["sofa", "sofa", "couch"],
    "television": ["television", "tv", "tv"],
    "picture": ["picture", "painting"],
    "rug": ["rug", "carpet"],
    "cabinet": ["cabinet", "cabinet", "cupboard"],
    "shelf": ["shelf", "bookshelf"],
    "curtain": ["curtain", "curtains"],
    "refrigerator": ["refrigerator", "fridge"],
}
PLURALS = {
    "window": "windows", "door": "doors", "picture": "pictures", "rug": "rugs", "chair": "chairs", "table": "tables",
    "sofa": "sofas", "bed": "beds", "lamp": "lamps", "cabinet": "cabinets", "shelf": "shelves", "box": "boxes",
    "ball": "balls", "plant": "plants", "television": "televisions", "pillow": "pillows", "person": "people",
    "counter": "counters", "mirror": "mirrors", "toilet": "toilets", "sink": "sinks", "wall": "walls",
}

# Words that people use but the vocabulary lacks, each with the nearest known word. New words would need new, trained rows of the embedding;
# instead, the page replaces these words by the known ones and says so. Words without a relative ("beige", "corner") stay unknown.
ALIASES = {
    "couches": "sofas", "settee": "sofa", "settees": "sofas", "loveseat": "sofa", "divan": "sofa",
    "tvs": "televisions", "telly": "television", "monitor": "screen", "carpets": "rugs", "mats": "rugs",
    "paintings": "pictures", "poster": "picture", "posters": "pictures", "artwork": "picture", "frame": "picture",
    "cupboards": "cabinets", "wardrobe": "cabinet", "wardrobes": "cabinets", "closet": "cabinet", "sideboard": "cabinet",
    "drawer": "dresser", "drawers": "dresser", "dressers": "cabinets",
    "bookcase": "bookshelf", "bookcases": "shelves", "bookshelves": "shelves",
    "blind": "blinds", "drape": "curtain", "drapes": "curtains",
    "refrigerators": "refrigerator", "fridges": "fridge", "freezer": "fridge",
    "armchair": "chair", "armchairs": "chairs", "stool": "chair", "stools": "chairs", "seat": "chair", "seats": "chairs",
    "desks": "tables", "lights": "lamps", "lampshade": "lamp", "flower": "flowers",
    "cushion": "pillow", "cushions": "pillows", "carton": "box", "crate": "box", "mattress": "bed",
    "countertop": "counter", "worktop": "counter", "loo": "toilet", "basin": "sink",
    "bath": "bathtub", "tub": "bathtub", "bathtubs": "bathtub", "clothing": "clothes", "floors": "floor", "ceilings": "ceiling",
    "violet": "purple", "crimson": "red", "scarlet": "red", "maroon": "red", "navy": "blue", "coloured": "colored",
    "centre": "center", "bigger": "big", "larger": "large", "largest": "biggest", "smaller": "small",
}

# sRGB values of the colour words; the colours of furniture vary around them.
COLOURS = {
    "red": (0.72, 0.10, 0.09), "orange": (0.88, 0.45, 0.10), "yellow": (0.90, 0.78, 0.16), "green": (0.16, 0.50, 0.18),
    "blue": (0.12, 0.28, 0.68), "purple": (0.42, 0.16, 0.56), "pink": (0.90, 0.52, 0.62), "brown": (0.42, 0.26, 0.14),
    "white": (0.88, 0.87, 0.84), "black": (0.07, 0.07, 0.075), "gray": (0.46, 0.46, 0.47),
}
COLOUR_NAMES = list(COLOURS)

# NYU-40 label → class. Labels are merged where a person would accept one word for both. Labels that are missing here (paper, whiteboard, bag,
# other structure, other prop) are ignored, as they are small, rare, or not one kind of object.
NYU_TO_CLASS = {
    "wall": "wall", "floor": "floor", "cabinet": "cabinet", "bed": "bed", "chair": "chair", "sofa": "sofa",
    "table": "table", "door": "door", "window": "window", "bookshelf": "shelf", "picture": "picture",
    "counter": "counter", "blinds": "curtain", "desk": "table", "shelves": "shelf", "curtain": "curtain",
    "dresser": "cabinet", "pillow": "pillow", "mirror": "mirror", "floor mat": "rug", "clothes": "clothes",
    "ceiling": "ceiling", "books": "books", "refrigerator": "refrigerator", "television": "television",
    "towel": "clothes", "shower curtain": "curtain", "box": "box", "person": "person", "night stand": "cabinet",
    "toilet": "toilet", "sink": "sink", "lamp": "lamp", "bathtub": "bathtub", "other furniture": "furniture",
}

# NYU labels that a word denotes: a class name and its synonyms denote all labels merged into the class, a label's name only that label
# ("the desk" is one of the tables). Words that are not listed denote the label of the same name.
NYU_WORDS = {
    "table": ["table", "desk"], "desk": ["desk"], "cabinet": ["cabinet", "dresser", "night stand"],
    "dresser": ["dresser"], "night stand": ["night stand"], "nightstand": ["night stand"],
    "shelf": ["shelves", "bookshelf"], "bookshelf": ["bookshelf"], "curtain": ["curtain", "shower curtain"],
    "blinds": ["blinds"], "shower curtain": ["shower curtain"], "rug": ["floor mat"], "carpet": ["floor mat"],
    "floor mat": ["floor mat"], "towel": ["towel"], "couch": ["sofa"], "tv": ["television"], "painting": ["picture"],
    "fridge": ["refrigerator"], "book": ["books"], "bag": ["bag"], "whiteboard": ["whiteboard"], "paper": ["paper"],
}
