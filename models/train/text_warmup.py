"""Stage “text”: trains the text encoder on text alone, in place of CLIP's pre-training.

A text encoder trained from scratch together with the UNet was ignored by it. Here, linear probes read from every token its own and the previous piece,
from every noun its class (which brings "couch" near "sofa") and colour, and from the end token the words of the sentence and the colours of its classes.
"""

from collections import deque
from dataclasses import replace

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import phrases
import photos
from checkpoint import Stage, store
from classes import CLASSES, COLOUR_NAMES, PLURALS, SYNONYMS
from grammar import mirror_words
from parallel import launch
from text_encoder import WIDTH, TextEncoder
from tokenizer import END, ROW, VOCABULARY, WORDS, end_position, tokenize

UNKNOWN_SHARE = 0.02  # share of pieces replaced by the unknown row, so that it is trained
NO_COLOUR = len(COLOUR_NAMES)


def tables():
    """Returns two tables, row → class of a noun and row → colour, with −1 for other rows. They omit words of several pieces, which the other objectives
    train."""
    class_of, colour_of = np.full(len(VOCABULARY), -1), np.full(len(VOCABULARY), -1)
    for index, name in enumerate(CLASSES):
        for word in {name, *SYNONYMS.get(name, []), PLURALS.get(name, name)}:
            if len(WORDS[word]) == 1:
                class_of[ROW[WORDS[word][0]]] = index
    for index, name in enumerate(COLOUR_NAMES):
        colour_of[ROW[WORDS[name][0]]] = index
    return class_of, colour_of


def corpus(settings):
    """Returns the rows [texts, 32] of the texts of all square training scenes, the training rooms of NYU and the captioned photographs."""
    items, texts = phrases.load(settings, "train"), []
    if settings.data:
        rooms = phrases.load(settings, "nyu")
        items = [*items, *(rooms[i] for i in photos.nyu_split(settings)[0])]
    for item in items:
        texts += item["captions"][::2] + [e["text"] for e in item["expressions"]][::3]
    texts += [mirror_words(text) for text in texts[::2]]
    if settings.data:
        texts += [caption for _, caption in photos.photo_list(photos.data_folder(settings)) if len(caption) > 8] * 3
    texts += [f"a photo of a {name}" for name in [*CLASSES, "room"]] * max(1, len(texts) // 3000) + [""] * (len(texts) // 200 + 1)
    return np.stack([tokenize(text) for text in texts])


class Probes(nn.Module):
    def __init__(self):
        super().__init__()
        rows = len(VOCABULARY)
        self.own, self.previous = nn.Linear(WIDTH, rows), nn.Linear(WIDTH, rows)
        self.noun, self.colour = nn.Linear(WIDTH, len(CLASSES)), nn.Linear(WIDTH, NO_COLOUR + 1)
        self.words, self.pairs = nn.Linear(WIDTH, rows), nn.Linear(WIDTH, len(CLASSES) * (NO_COLOUR + 1))


def losses(encoder, probes, rows, class_of, colour_of, random):
    """Returns the six losses [6] on rows int64 [batch, 32]."""
    hidden_words = random.random(rows.shape) < UNKNOWN_SHARE
    shown = np.where(hidden_words & (rows < ROW[END] - 1), 0, rows)  # start and end tokens are kept
    hidden = encoder(torch.from_numpy(shown))
    ends = end_position(rows)
    batch, position = np.nonzero((np.arange(rows.shape[1])[None] <= ends[:, None]) & (np.arange(rows.shape[1])[None] > 0))
    token, own, before = hidden[batch, position], shown[batch, position], shown[batch, position - 1]
    nouns = class_of[own] >= 0
    noun, noun_class = token[torch.from_numpy(nouns)], class_of[own[nouns]]
    colour = colour_of[before[nouns]]
    colour = np.where(colour >= 0, colour, NO_COLOUR)
    pairs = np.zeros((len(rows), len(CLASSES) * (NO_COLOUR + 1)), np.float32)
    pairs[batch[nouns], noun_class * (NO_COLOUR + 1) + colour] = 1
    bag = np.zeros((len(rows), len(VOCABULARY)), np.float32)
    bag[batch, own] = 1
    sentence = hidden[torch.arange(len(rows)), torch.from_numpy(ends)]
    tensor = torch.from_numpy
    return torch.stack([
        F.cross_entropy(probes.own(token), tensor(own)), F.cross_entropy(probes.previous(token), tensor(before)),
        F.cross_entropy(probes.noun(noun), tensor(noun_class)), F.cross_entropy(probes.colour(noun), tensor(colour)),
        30 * F.binary_cross_entropy_with_logits(probes.words(sentence), tensor(bag)),
        30 * F.binary_cross_entropy_with_logits(probes.pairs(sentence), tensor(pairs)),
    ])


def train(rank, world, settings):
    torch.manual_seed(settings.seed)
    module = nn.ModuleDict({"encoder": TextEncoder(), "probes": Probes()})
    optimizer = torch.optim.AdamW(module.parameters(), settings.text_rate, betas=(0.9, 0.99), weight_decay=settings.weight_decay)
    stage = Stage("text-training", module, optimizer, settings.text_minutes, settings, rank, world, settings.vae_ema)
    texts, (class_of, colour_of) = corpus(settings), tables()
    random, recent = np.random.default_rng([settings.seed, rank, stage.step]), deque(maxlen=100)
    stage.restart_clock()
    if rank == 0:
        print(f"{len(texts)} texts", flush=True)
    while stage.goes_on():
        rows = texts[random.integers(0, len(texts), settings.text_batch)]
        found = losses(module["encoder"], module["probes"], rows, class_of, colour_of, random)
        stage.update(found.sum())
        recent.append(found.tolist())
        if rank == 0 and stage.step % 100 == 0:
            report = " ".join("%.3f" % value for value in np.mean(recent, 0))
            print(f"text {stage.elapsed():.1f} min, step {stage.step}: own, previous, noun, colour, words, pairs {report}", flush=True)
    if rank == 0:
        module.load_state_dict(stage.average.state)
        store(replace(stage.weights(), state=module["encoder"].state_dict()).content(), settings.folder / "text.pt")


def run(settings):
    launch(train, settings.workers, settings)
