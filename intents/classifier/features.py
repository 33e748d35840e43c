"""What the classifier sees of a message, as numbers: its words and pairs of words, its shape, its words' letter groups.

Each n-gram is named by its CRC-32, so that a model needs no list of strings: with some 10^5 known n-grams an
unknown one is mistaken for a known one once in 40,000 times, which the weights of the others outvote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple, TypeVar
from zlib import crc32

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from intents.reading import READ_CHARACTERS, Folded, words

LETTER_SIZES = (3, 4, 5)
LONG_MESSAGE = 30
"""Words from which messages count as equally long."""
LENGTH_STEP = 3
STEM_BYTES = 6
"""What of a word counts in a pair, where it is in no group of words alike: "detained her" and "detaining her" are one.
Of 4,875 labelled messages 25 more are right at once than with whole words, with the groups some 40 (intents/README.md).
"""

Stems = Mapping[bytes, bytes]
"""What stands for a word in pairs, for words of which others mean the same."""
PLAIN: Stems = {}

Gram = TypeVar("Gram", bytes, int)
Names = NDArray[np.uint32]
Weights = NDArray[np.float32]


class Grams(NamedTuple):
    """A message's n-grams, block by block: their names, their weights, and how many each block has.

    ``words`` are the distinct words, in the order of the first block.
    """

    words: tuple[bytes, ...]
    names: Names
    weights: Weights
    sizes: tuple[int, ...]


class Block(Struct, frozen=True):
    """A kind of n-gram: the length (Euclidean) its values get, and in how many samples one must occur to be kept."""

    name: str
    length: float
    least: int


WORDS = Block("words", 1.2, 1)
PAIRS = Block("pairs", 0.8, 3)
SHAPE = Block("shape", 0.25, 2)
BLOCKS = (WORDS, PAIRS, SHAPE)
LEAST_WORDS = 2
"""Words that must share a letter group for it to be kept: one word is told by itself."""
LEAST_UNIT = 5
"""A weight smaller than this (of 127 that the largest of its label has) is none."""
LEAST_GROUP_UNIT = 20
"""The same for letter groups: what they say of known words stands in the words' own rows. With 5 or 24 the same is
decided of 4,704 of 4,713 labelled messages (intents/README.md)."""

_WORD_SEED, _PAIR_SEED, _LETTER_SEED, _SHAPE_SEED = map(crc32, (b"w", b"p", b"c", b"s"))
"""Each block starts its own, so that equal letters in two blocks differ."""
_ONES = np.ones(2 * READ_CHARACTERS + 4, dtype=np.float32)
"""The weights of what occurs once: as many as a message can have n-grams."""
_ONES.setflags(write=False)
_FIRST = crc32(b"<", _SHAPE_SEED)
_LENGTHS = [crc32(b"#%d" % step, _SHAPE_SEED) for step in range(LONG_MESSAGE // LENGTH_STEP + 1)]


def stems_of(alike: Sequence[Sequence[str]]) -> Stems:
    """Return what stands for each word of groups of words ``alike``."""
    # A sign that no word has keeps a group apart from the stem of its first word.
    return {word.encode(): b"=" + group[0].encode() for group in alike for word in group}


def ngrams(folded: Folded, alike: Stems = PLAIN) -> Grams:
    """Return the n-grams of a text for each of :data:`BLOCKS`, with weights 1 + ln(count)."""
    found = [word.encode() for word in words(folded)]
    own = _counted(found)
    stems = [alike.get(word) or word[:STEM_BYTES] for word in found]
    # The same as the number of "first second", which need not be put together.
    pairs = _counted([crc32(second, crc32(first + b" ", _PAIR_SEED)) for first, second in pairwise(stems)])
    shape = _shape(found)
    names = [*[crc32(word, _WORD_SEED) for word in own], *pairs, *shape]
    weights = _ONES[: len(names)]
    if len(own) < len(found):
        counts = list(chain(own.values(), pairs.values()))
        weights = np.ones(len(names), dtype=np.float32)
        weights[: len(counts)] += np.log(np.array(counts, dtype=np.float32))
    sizes = (len(own), len(pairs), len(shape))
    return Grams(tuple(own), np.array(names, dtype=np.uint32), weights, sizes)


def letter_groups(word: bytes) -> list[int]:
    """Return the distinct names of the letter groups of a word and its two borders."""
    # In other scripts than Latin letters are counted, not bytes: two bytes of three are no letter.
    padded = b" %b " % word if word.isascii() else f" {word.decode()} "
    groups = [padded[start : start + size] for size in LETTER_SIZES for start in range(len(padded) - size + 1)]
    return [
        crc32(group if isinstance(group, bytes) else group.encode(), _LETTER_SEED) for group in dict.fromkeys(groups)
    ]


def _counted(grams: Sequence[Gram]) -> dict[Gram, int]:
    counts = dict.fromkeys(grams, 1)
    if len(counts) == len(grams):
        return counts
    counts = dict.fromkeys(grams, 0)
    for gram in grams:
        counts[gram] += 1
    return counts


def _shape(found: Sequence[bytes]) -> list[int]:
    """Return the names of how the message begins and ends, and how long it is; not whether it has a question mark.

    People leave that out, and what they mean is the same.
    """
    length = _LENGTHS[min(len(found), LONG_MESSAGE) // LENGTH_STEP]
    return [crc32(found[0], _FIRST), crc32(b">", crc32(found[-1], _SHAPE_SEED)), length] if found else [length]
