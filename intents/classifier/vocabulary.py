"""The n-grams that a classifier knows, and a message as rows of its weights.

A word stands for itself and for its letter groups, half and half. Of a known word both are summed in one row
beforehand; of an unknown one the groups that other words share with it speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, compress
from math import sqrt
from operator import mul

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

_NONE = np.zeros(0, dtype=np.intp)


class Vocabulary(Struct, frozen=True):
    """``names`` are the known n-grams' CRC-32s in order; ``units`` says how much each tells, from its rarity.

    That is in parts of 8 bits, each worth ``unit``; ``rarest`` is the inverse document frequency of what no sample has.
    """

    names: Names
    units: NDArray[np.uint8]
    unit: np.float32
    rarest: float

    @property
    def strange(self) -> float:
        """What an unknown pair of words, or an unknown part of a message's shape, counts."""
        return float(STRANGE) * self.rarest

    @classmethod
    def of(cls, names: Names, worth: Floats, rarest: float) -> Vocabulary:
        """Return the vocabulary of ``names``, each as telling as ``worth`` says."""
        unit = np.float32(worth.max(initial=1e-9) / 255)
        return cls(names, np.round(worth / unit).astype(np.uint8), unit, rarest)

    def worth(self, rows: NDArray[np.intp]) -> Floats:
        """Return how much the n-grams of ``rows`` tell."""
        found: Floats = self.units.take(rows, mode="clip") * self.unit
        return found

    def vector(self, grams: Grams) -> Vector:
        """Return the rows of the known ones among ``grams`` and their values.

        Each block has its own length (Euclidean), so that none outweighs another by sheer number. What is unknown
        counts towards it: the more of a message nobody has said before, the less the rest of it tells.
        """
        rows, found = self.find(grams.names)
        known: list[bool] = found.tolist()
        unknown: list[int] = []
        values: list[float] = self.worth(rows).tolist()
        if False in known:
            values = [value if is_known else self.strange for value, is_known in zip(values, known, strict=True)]
            unknown = [place for place, is_known in enumerate(known[: len(grams.words)]) if not is_known]
            for place in unknown:
                values[place] = salience(grams.words[place], self.rarest)
        values = list(map(mul, values, grams.weights.tolist()))
        start = 0
        told: list[float] = []
        for block, size in zip(BLOCKS, grams.sizes, strict=True):
            part = values[start : start + size]
            length = block.length / (sqrt(sum(map(mul, part, part))) or 1.0)
            told += [value * length for value in part]
            start += size
        if False not in known:
            return rows, np.array(told)
        rows, worth = rows.compress(found), np.array(list(compress(told, known)))
        if not unknown:
            return rows, worth
        words = [grams.words[place] for place in unknown]
        own, shared, _ = self.by_groups(words, np.array([HALF * told[place] for place in unknown]))
        return np.concatenate([rows, own]), np.concatenate([worth, shared])

    def salient(self, words: Sequence[bytes]) -> list[float]:
        """Return how much each of some unknown words tells."""
        return [salience(word, self.rarest) for word in words]

    def find(self, names: Names) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return where ``names`` would stand in the vocabulary, and which of them do."""
        places = self.names.searchsorted(names)
        return places, self.names.take(places, mode="clip") == names

    def by_groups(self, words: Sequence[bytes], values: Weights) -> tuple[NDArray[np.intp], Weights, NDArray[np.intp]]:
        """Return the rows and values of the letter groups of words, one word after the other, and how many.

        Of all groups of a word together, the unknown ones among them, these have the length that ``values`` gives it.
        """
        if not words:
            return _NONE, values, _NONE
        groups = list(map(letter_groups, words))
        sizes = list(map(len, groups))
        starts = [0, *accumulate(sizes[:-1])]
        places, known = self.find(np.array(list(chain(*groups)), dtype=np.uint32))
        found = self.worth(places)
        found[~known] = self.rarest
        lengths = np.sqrt(np.add.reduceat(found * found, starts))
        found *= (values / lengths).repeat(sizes)
        return places[known], found[known], np.add.reduceat(known, starts, dtype=np.intp)


def salience(word: bytes, rarity: float) -> float:
    """Return how much a word tells: more where it is rarer (``rarity`` is its inverse document frequency) or longer.

    The length stands for the number of its letter groups. Chosen by cross-validation (intents/README.md).
    """
    letters = len(word) if word.isascii() else len(word.decode())
    return sqrt(rarity * (letters + BORDERS))
