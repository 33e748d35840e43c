"""The n-grams that a classifier knows, and a message as rows of its weights.

A word stands for itself and for its letter groups, half and half. Of a known word both are summed in one row
beforehand; of an unknown one the groups that other words share with it speak.
"""

from __future__ import annotations

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

_BLOCK_NUMBERS = np.arange(len(BLOCKS))
_BLOCK_LENGTHS = np.array([block.length for block in BLOCKS])
_TINY = np.finfo(np.float32).tiny
"""In place of the length of a block of which nothing is known: no value is divided by it."""


class Vocabulary(Struct, frozen=True):
    """``names`` are the known n-grams' CRC-32s in order, ``worth`` says how much each tells, from its rarity.

    ``rarest`` is the inverse document frequency of what no sample has.
    """

    names: Names
    worth: Floats
    rarest: float

    def vector(self, grams: Grams) -> Vector:
        """Return the rows of the known ones among ``grams`` and their values.

        Each block has its own length (Euclidean), so that none outweighs another by sheer number.
        """
        places, known = self.find(grams.names)
        rows, blocks = places[known], _BLOCK_NUMBERS.repeat(grams.sizes)[known]
        values = grams.weights[known] * self.worth.take(rows)
        strange = np.flatnonzero(~known[: grams.sizes[0]])
        if len(strange):
            groups = [self._by_groups(grams.words[place], grams.weights[place]) for place in strange.tolist()]
            rows = np.concatenate([rows, *[found for found, _ in groups]])
            values = np.concatenate([values, *[worth for _, worth in groups]])
            blocks = np.concatenate([blocks, np.zeros(len(rows) - len(blocks), dtype=np.intp)])
        lengths = np.sqrt(np.bincount(blocks, values * values, minlength=len(BLOCKS)))
        factors = _BLOCK_LENGTHS / np.maximum(lengths, _TINY)
        return rows, (values * factors.take(blocks)).astype(np.float32)

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

    def _by_groups(self, word: bytes, weight: float) -> Vector:
        rows, values = self.groups(word)
        return rows, values * np.float32(HALF * weight * salience(word, self.rarest))


def salience(word: bytes, rarity: float) -> float:
    """Return how much a word tells: more where it is rarer (``rarity`` is its inverse document frequency) or longer.

    The length stands for the number of its letter groups. Chosen by cross-validation (intents/README.md).
    """
    letters = len(word) if word.isascii() else len(word.decode())
    return sqrt(rarity * (letters + BORDERS))
