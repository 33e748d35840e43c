"""What the classifier sees of a message, as numbers: its words and pairs of words, its letter groups, its shape.

Each n-gram is named by its CRC-32, so that a model needs no list of strings: with some 10^5 known n-grams an
unknown one is mistaken for a known one once in 40,000 times, which the weights of the others outvote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
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


def ngrams(text: str) -> tuple[tuple[Names, Weights], ...]:
    """Return the n-grams of raw ``text`` for each of :data:`BLOCKS`, with weights 1 + ln(count), sorted by name."""
    folded = fold(text)
    found = words(folded)
    pairs = (f"{first} {second}" for first, second in pairwise(found))
    return (
        _named(found, b"w"),
        _named(pairs, b"p"),
        _named(_letters(found), b"c"),
        _named(_shape(found, question="?" in folded), b"s"),
    )


BLOCKS = (WORDS, PAIRS, LETTERS, SHAPE)


def _letters(found: Iterable[str]) -> Iterator[str]:
    """Yield the letter groups of each word and its two borders."""
    for word in found:
        padded = f" {word} "
        for size in LETTER_SIZES:
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def _shape(found: list[str], *, question: bool) -> Iterator[str]:
    """Yield how the message begins and ends, how long it is, and whether it asks."""
    if found:
        yield f"<{found[0]}"
        yield f"{found[-1]}>"
    yield f"#{min(len(found), LONG_MESSAGE) // LENGTH_STEP}"
    if question:
        yield "?"


def _named(grams: Iterable[str], block: bytes) -> tuple[Names, Weights]:
    seed = crc32(block)
    counts = Counter(crc32(gram.encode(), seed) for gram in grams)
    names = np.fromiter(counts.keys(), dtype=np.uint32, count=len(counts))
    weights = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    order = np.argsort(names)
    return names[order], weights[order].astype(np.float32)
