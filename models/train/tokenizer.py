"""Text → token rows. Words are looked up in words.json (CLIP's byte-pair ids of each word on its own); a table then
compacts CLIP's 49408 ids to the rows this model has. Row 0 stands for every piece the model does not know."""

import json
import re
from pathlib import Path

import numpy as np

START, END = 49406, 49407  # CLIP's ids
MAX_TOKENS = 32
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_")

WORDS = json.loads((Path(__file__).parent / "words.json").read_text())
VOCABULARY = [-1] + sorted({piece for pieces in WORDS.values() for piece in pieces} | {START, END})  # CLIP id by row
ROW = {clip_id: row for row, clip_id in enumerate(VOCABULARY)}


def split_words(text):
    return PIECES.findall(text.lower())


def tokenize(text):
    """int64 [32]: start, pieces, end, then the end token again as padding (as VPD pads); longer text is cut."""
    pieces = [ROW[piece] for word in split_words(text) for piece in WORDS.get(word, [-1])]
    rows = [ROW[START], *pieces[: MAX_TOKENS - 2], ROW[END]]
    return np.array(rows + [ROW[END]] * (MAX_TOKENS - len(rows)), np.int64)


def end_position(rows):
    """Index of the first end token in int64 [..., 32]."""
    return (rows == ROW[END]).argmax(-1)
