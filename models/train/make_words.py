"""Writes words.json: {word: [CLIP byte-pair ids]} for the grammar's words and for frequent words of photo captions.

Needs CLIP's merges, `bpe_simple_vocab_16e6.txt.gz`, which the PyPI package open_clip_torch contains:
    pip download --no-deps open_clip_torch && unzip open_clip_torch-*.whl open_clip/bpe_simple_vocab_16e6.txt.gz
    python make_words.py open_clip/bpe_simple_vocab_16e6.txt.gz --captions DATA/photos/captions.tsv
"""

import argparse
import gzip
import json
import re
from collections import Counter
from pathlib import Path

from classes import NYU_TO_CLASS, NYU_WORDS
from grammar import grammar_words

VOCABULARY_SIZE = 49408
MIN_FREQUENCY = 5  # occurrences in captions; rarer words train the row for unknown pieces
# As in tokenizer.py, which cannot be imported before words.json exists.
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_")


def byte_symbols():
    """Returns {byte: printable symbol} as in CLIP and GPT-2, in the order of the first 256 ids."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(rest)}}


class BytePairs:
    def __init__(self, path):
        lines = gzip.open(path, "rt", encoding="utf-8").read().split("\n")
        merges = [tuple(line.split()) for line in lines[1 : VOCABULARY_SIZE - 256 * 2 - 2 + 1]]
        self.symbols = byte_symbols()
        alphabet = list(self.symbols.values())
        entries = alphabet + [symbol + "</w>" for symbol in alphabet] + ["".join(pair) for pair in merges]
        self.identity = {entry: i for i, entry in enumerate(entries)}
        self.rank = {pair: i for i, pair in enumerate(merges)}

    def encode(self, word):
        parts = [self.symbols[byte] for byte in word.encode()]
        parts[-1] += "</w>"
        while len(parts) > 1:
            ranked = [(self.rank.get(pair, float("inf")), i) for i, pair in enumerate(zip(parts, parts[1:]))]
            best, i = min(ranked)
            if best == float("inf"):
                break
            parts[i : i + 2] = [parts[i] + parts[i + 1]]
        return [self.identity[part] for part in parts]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("merges", help="bpe_simple_vocab_16e6.txt.gz")
    parser.add_argument("--captions", help="captions.tsv: file, caption")
    arguments = parser.parse_args()
    pairs = BytePairs(arguments.merges)
    assert pairs.encode("photo") == [1125] and pairs.encode("a") == [320], "not CLIP's merges"
    words = grammar_words([*NYU_TO_CLASS, *NYU_WORDS])
    if arguments.captions:
        lines = Path(arguments.captions).read_text().splitlines()[1:]
        counts = Counter(word for line in lines for word in PIECES.findall(line.split("\t", 1)[1].lower()))
        words |= {word for word, count in counts.items() if count >= MIN_FREQUENCY and word.isascii()}
    table = {word: pairs.encode(word) for word in sorted(words)}
    Path(__file__).with_name("words.json").write_text(json.dumps(table, separators=(",", ":")) + "\n")
    print(f"{len(table)} words, {len({i for ids in table.values() for i in ids})} pieces")


if __name__ == "__main__":
    main()
