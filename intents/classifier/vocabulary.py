"""The n-grams that a classifier knows, and a message as rows of its weights.

A word stands for itself and for its letter groups, half and half. Of a known word both are summed in one row
beforehand; of an unknown one the groups that other words share with it speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from math import sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from intents.classifier.features import BLOCKS, Grams, Names, Weights, letter_groups

Floats = NDArray[np.float32]
Vector = tuple[NDArray[np.intp], Weights]
"""Rows and their values."""

HALF = np.float32(sqrt(0.5))
"""What a word's own row and its letter groups (together) are of its value: their squares add up to 1."""
BORDERS = 2
STRANGE = np.float32(0.5)
"""What an unknown pair of words, or an unknown part of a message's shape, counts beside the rarest known one. Between 0
and 1 the bot's own decisions hardly change; of CLINC150's out-of-scope messages 49, 53 and 57 % are refused
(intents/README.md)."""

_BLOCK_NUMBERS = np.arange(len(BLOCKS))


class Vocabulary(Struct, frozen=True):
    """``names`` are the known n-grams' CRC-32s in order, ``worth`` says how much each tells, from its rarity.

    ``rarest`` is the inverse document frequency of what no sample has.
    """

    names: Names
    worth: Floats
    rarest: float

    def vector(self, grams: Grams) -> Vector:
        """Return the rows of the known ones among ``grams`` and their values.

        Each block has its own length (Euclidean), so that none outweighs another by sheer number. What is unknown
        counts towards it: the more of a message nobody has said before, the less the rest of it tells.
        """
        places, known = self.find(grams.names)
        blocks = _BLOCK_NUMBERS.repeat(grams.sizes)
        unknown = np.flatnonzero(~known[: grams.sizes[0]])
        words = [grams.words[place] for place in unknown.tolist()]
        values = grams.weights * self.worths(places, known, unknown, words)
        squares = np.bincount(blocks, values * values, minlength=len(BLOCKS)).tolist()
        factors = [
            block.length / sqrt(square) if square else 0.0 for block, square in zip(BLOCKS, squares, strict=True)
        ]
        rows, values = places[known], (values * np.array(factors, dtype=np.float32).take(blocks))[known]
        if words:
            own, worth, _ = self.by_groups(words, grams.weights[unknown])
            rows, values = np.concatenate([rows, own]), np.concatenate([values, worth * np.float32(factors[0])])
        return rows, values

    def worths(
        self, places: NDArray[np.intp], known: NDArray[np.bool_], unknown: NDArray[np.intp], words: Sequence[bytes]
    ) -> Weights:
        """Return how much each n-gram tells, of what :meth:`find` gave; the ``unknown`` ``words`` are among them."""
        found = np.full(len(places), STRANGE * self.rarest, dtype=np.float32)
        found[known] = self.worth.take(places[known])
        if words:
            found[unknown] = self.salient(words)
        return found

    def salient(self, words: Sequence[bytes]) -> Weights:
        """Return how much each of some unknown words tells."""
        return np.array([salience(word, self.rarest) for word in words], dtype=np.float32)

    def find(self, names: Names) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return where ``names`` would stand in the vocabulary, and which of them do."""
        if not len(self.names):
            return np.zeros(len(names), dtype=np.intp), np.zeros(len(names), dtype=bool)
        places = self.names.searchsorted(names)
        return places, self.names.take(places, mode="clip") == names

    def groups(self, word: bytes) -> Vector:
        """Return the rows of a word's letter groups and their values; of all groups together these have length 1."""
        places, known = self.find(np.array(letter_groups(word), dtype=np.uint32))
        rows = places[known]
        values = self.worth.take(rows)
        unknown = len(places) - len(rows)
        return rows, values / np.float32(sqrt(float(values @ values) + unknown * self.rarest**2) or 1)

    def by_groups(self, words: Sequence[bytes], weights: Weights) -> tuple[NDArray[np.intp], Weights, NDArray[np.intp]]:
        """Return the rows and values of the letter groups of unknown words, one word after the other, and how many."""
        groups = list(map(letter_groups, words))
        sizes = list(map(len, groups))
        starts = [0, *accumulate(sizes[:-1])]
        places, known = self.find(np.array(list(chain(*groups)), dtype=np.uint32))
        rows, values = places[known], np.full(len(places), self.rarest, dtype=np.float32)
        values[known] = self.worth.take(rows)
        lengths = np.sqrt(np.add.reduceat(values * values, starts))
        values *= (weights * HALF * self.salient(words) / lengths).repeat(sizes)
        return rows, values[known], np.add.reduceat(known, starts, dtype=np.intp)


def salience(word: bytes, rarity: float) -> float:
    """Return how much a word tells: more where it is rarer (``rarity`` is its inverse document frequency) or longer.

    The length stands for the number of its letter groups. Chosen by cross-validation (intents/README.md).
    """
    letters = len(word) if word.isascii() else len(word.decode())
    return sqrt(rarity * (letters + BORDERS))
