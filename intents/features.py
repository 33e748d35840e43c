"""What the classifier sees of a message: its word pairs and its letter groups, as numbers.

Each n-gram is named by its CRC-32, so that a model needs no list of strings: with some 10^5 known n-grams an
unknown one is mistaken for a known one once in 40,000 times, which the weights of the others outvote.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from intents.text import fold, words

WORD_SIZES = (1, 2)
LETTER_SIZES = (2, 3, 4, 5)

Names = NDArray[np.uint32]
Weights = NDArray[np.float32]


def ngrams(text: str) -> tuple[Names, Weights, Names, Weights]:
    """Return the message's word n-grams and letter n-grams, each with weights 1 + ln(count).

    Letter n-grams stay within a word and its two borders. ``text`` is raw; names are sorted and distinct.
    """
    found = words(fold(text))
    pairs = [f"{first} {second}" for first, second in pairwise(found)]
    letters = [
        padded[start : start + size]
        for padded in (f" {word} " for word in found)
        for size in LETTER_SIZES
        for start in range(len(padded) - size + 1)
    ]
    return (*_named(found + pairs, b"w"), *_named(letters, b"c"))


def _named(grams: list[str], block: bytes) -> tuple[Names, Weights]:
    seed = crc32(block)
    counts = Counter(crc32(gram.encode(), seed) for gram in grams)
    names = np.fromiter(counts.keys(), dtype=np.uint32, count=len(counts))
    weights = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    order = np.argsort(names)
    return names[order], weights[order].astype(np.float32)
