"""What the classifier sees of a message, as numbers: its words and pairs of words, its letter groups, its shape.

Each n-gram is named by its CRC-32, so that a model needs no list of strings: with some 10^5 known n-grams an
unknown one is mistaken for a known one once in 40,000 times, which the weights of the others outvote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from intents.reading import Folded, words

LETTER_SIZES = (2, 3, 4, 5)
LONG_MESSAGE = 30
"""Words from which messages count as equally long."""
LENGTH_STEP = 3

Names = NDArray[np.uint32]
Weights = NDArray[np.float32]


Letters = dict[bytes, list[int]]
"""The names of letter groups by word."""


class Grams(NamedTuple):
    """A message's n-grams, block by block: their names, their weights, and how many each block has."""

    names: Names
    weights: Weights
    sizes: tuple[int, ...]


class Block(Struct, frozen=True):
    """A kind of n-gram: the length (Euclidean) its values get, and in how many samples one must occur to be kept."""

    name: str
    length: float
    least: int


WORDS = Block("words", 0.7, 1)
PAIRS = Block("pairs", 0.7, 2)
LETTERS = Block("letters", 1.0, 2)
SHAPE = Block("shape", 0.3, 2)


def ngrams(folded: Folded, letters: Letters | None = None) -> Grams:
    """Return the n-grams of a text for each of :data:`BLOCKS`, with weights 1 + ln(count).

    ``letters`` keeps what was found of words between readings: of a message as typed and with words mended, or of many.
    """
    letters = {} if letters is None else letters
    found = [word.encode() for word in words(folded)]
    for word in found:
        if word not in letters:
            letters[word] = _letters(word)
    counted = (
        Counter(_named(found, b"w")),
        Counter(_named([b"%b %b" % pair for pair in pairwise(found)], b"p")),
        Counter(chain.from_iterable([letters[word] for word in found])),
        Counter(_named(_shape(found, question="?" in folded), b"s")),
    )
    sizes = tuple(map(len, counted))
    names = np.fromiter(chain(*counted), dtype=np.uint32, count=sum(sizes))
    counts = np.fromiter(chain(*[some.values() for some in counted]), dtype=np.float32, count=sum(sizes))
    return Grams(names, 1 + np.log(counts), sizes)


BLOCKS = (WORDS, PAIRS, LETTERS, SHAPE)
_LETTER_SEED = crc32(b"c")


def _letters(word: bytes) -> list[int]:
    """Return the names of the letter groups of a word and its two borders."""
    if not word.isascii():
        # Two bytes of three are no letter: in other scripts letters are counted, not bytes.
        text = f" {word.decode()} "
        return [
            crc32(text[start : start + size].encode(), _LETTER_SEED)
            for size in LETTER_SIZES
            for start in range(len(text) - size + 1)
        ]
    padded = b" %b " % word
    return [
        crc32(padded[start : start + size], _LETTER_SEED)
        for size in LETTER_SIZES
        for start in range(len(padded) - size + 1)
    ]


def _shape(found: Sequence[bytes], *, question: bool) -> list[bytes]:
    """Return how the message begins and ends, how long it is, and whether it asks."""
    ends = [b"<" + found[0], found[-1] + b">"] if found else []
    return [*ends, b"#%d" % (min(len(found), LONG_MESSAGE) // LENGTH_STEP), *([b"?"] if question else [])]


def _named(grams: Iterable[bytes], block: bytes) -> list[int]:
    """Return the names of ``grams``; each block starts its own, so that equal letters in two blocks differ."""
    seed = crc32(block)
    return [crc32(gram, seed) for gram in grams]
