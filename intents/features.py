"""What the classifier sees of a message, as numbers: its words and pairs of words, its letter groups, its shape.

Each n-gram is named by its CRC-32, so that a model needs no list of strings: with some 10^5 known n-grams an
unknown one is mistaken for a known one once in 40,000 times, which the weights of the others outvote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from intents.text import fold, words

LETTER_SIZES = (2, 3, 4, 5)
LONG_MESSAGE = 30
"""Words from which messages count as equally long."""
LENGTH_STEP = 3

Names = NDArray[np.uint32]
Weights = NDArray[np.float32]
Grams = tuple[tuple[Names, Weights], ...]
"""A message's n-grams: names and weights, for each block."""


@dataclass(frozen=True, slots=True)
class Block:
    """A kind of n-gram: the length (Euclidean) its values get, and in how many samples one must occur to be kept."""

    name: str
    length: float
    least: int


WORDS = Block("words", 0.7, 1)
PAIRS = Block("pairs", 0.7, 2)
LETTERS = Block("letters", 1.0, 2)
SHAPE = Block("shape", 0.3, 2)


def ngrams(text: str) -> Grams:
    """Return the n-grams of raw ``text`` for each of :data:`BLOCKS`, with weights 1 + ln(count)."""
    folded = fold(text)
    found = [word.encode() for word in words(folded)]
    return (
        _named(found, b"w"),
        _named([b"%b %b" % pair for pair in pairwise(found)], b"p"),
        _named(_letters(found), b"c"),
        _named(_shape(found, question="?" in folded), b"s"),
    )


BLOCKS = (WORDS, PAIRS, LETTERS, SHAPE)


def _letters(found: Iterable[bytes]) -> list[bytes]:
    """Return the letter groups of each word and its two borders."""
    return [
        padded[start : start + size]
        for padded in (b" %b " % word for word in found)
        for size in LETTER_SIZES
        for start in range(len(padded) - size + 1)
    ]


def _shape(found: Sequence[bytes], *, question: bool) -> list[bytes]:
    """Return how the message begins and ends, how long it is, and whether it asks."""
    ends = [b"<" + found[0], found[-1] + b">"] if found else []
    return [*ends, b"#%d" % (min(len(found), LONG_MESSAGE) // LENGTH_STEP), *([b"?"] if question else [])]


def _named(grams: Iterable[bytes], block: bytes) -> tuple[Names, Weights]:
    seed = crc32(block)
    counts = Counter([crc32(gram, seed) for gram in grams])
    names = np.fromiter(counts.keys(), dtype=np.uint32, count=len(counts))
    weights = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    return names, weights.astype(np.float32)
