"""Converts text to rows of the embedding. Words are looked up in words.json, which has CLIP's byte-pair ids of each single word; a table then maps
CLIP's 49408 ids to the rows of this model. Row 0 stands for every unknown piece."""

import json
import re
from pathlib import Path

import numpy as np

START, END = 49406, 49407  # CLIP's ids
MAX_TOKENS = 32
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_")

WORDS = json.loads((Path(__file__).parent / "words.json").read_text())
VOCABULARY = [-1] + sorted({piece for pieces in WORDS.values() for piece in pieces} | {START, END})  # CLIP id of each row
ROW = {clip_id: row for row, clip_id in enumerate(VOCABULARY)}


def split_words(text):
    return PIECES.findall(text.lower())


def tokenize(text):
    """Returns rows int64 [32]: start, pieces, end, then the end token as padding, as in VPD; longer text is cut."""
    pieces = [ROW[piece] for word in split_words(text) for piece in WORDS.get(word, [-1])]
    rows = [ROW[START], *pieces[: MAX_TOKENS - 2], ROW[END]]
    return np.array(rows + [ROW[END]] * (MAX_TOKENS - len(rows)), np.int64)


def end_position(rows):
    """Returns the index of the first end token in int64 [..., 32]."""
    return (rows == ROW[END]).argmax(-1)
