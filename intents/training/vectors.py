"""What is learnt from messages, as vectors: each word's own row and those of its letter groups stand apart.

The machines learn about a word and about its groups; then :meth:`Vectors.folded` sums both in the word's row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from intents.classifier.features import BLOCKS, LEAST_GROUP_UNIT, LEAST_UNIT, LEAST_WORDS, WORDS, Grams, letter_groups
from intents.classifier.rows import Rows
from intents.classifier.vocabulary import HALF, STRANGE, Floats, Vector, Vocabulary, salience

FOLDED = 256
"""Words whose rows are summed at a time."""
BATCH = 1_000
"""Messages that are taken together: sorting their rows at once costs a fifth of sorting each alone."""


class Vectors:
    """The messages ``found`` as rows of the vocabulary that they make, with the offset behind them.

    An n-gram must occur in as many messages as its block says, and in ``rarest`` at least; each counts as so many as
    ``times`` says.
    """

    def __init__(self, found: Sequence[Grams], rarest: int = 1, times: Sequence[int] = ()) -> None:
        counted = [grams for grams, count in zip(found, times, strict=True) for _ in range(count)] if times else found
        words, counts = _counted(counted, rarest)
        self.vocabulary, self._least = _vocabulary(counted, words, counts, rarest)
        self._own, _ = self.vocabulary.find(np.fromiter(words.values(), np.uint32))
        rows, values, groups = self.vocabulary.by_groups(list(words), np.full(len(words), HALF))
        # A word's row, the rows of its letter groups, and the values of all for a word of value 1, one after the other.
        self._sizes = groups + 1
        self._ends = self._sizes.cumsum()
        first = np.zeros(len(rows) + len(words), dtype=bool)
        first[self._ends - self._sizes] = True
        self._rows = np.empty(len(first), dtype=np.intp)
        self._rows[first], self._rows[~first] = self._own, rows
        self._values = np.full(len(first), HALF)
        self._values[~first] = values
        self._numbers = np.zeros(len(self.vocabulary.names), dtype=np.intp)
        self._numbers[self._own] = np.arange(len(words))
        self.each = [
            vector
            for start in range(0, len(found) if len(self.vocabulary.names) else 0, BATCH)
            for vector in self._batch(found[start : start + BATCH])
        ]

    def _batch(self, found: Sequence[Grams]) -> list[Vector]:
        """Return the vectors of some messages, in which each known word is replaced by what it is made of."""
        blocks = len(BLOCKS)
        # Each n-gram's message and block in one number.
        cells = np.arange(len(found) * blocks).repeat(np.array([grams.sizes for grams in found]).ravel())
        weights = np.concatenate([grams.weights for grams in found])
        places, known = self.vocabulary.find(np.concatenate([grams.names for grams in found]))
        is_word = cells % blocks == BLOCKS.index(WORDS)
        strange = np.flatnonzero(is_word & ~known)
        words = [word for grams in found for word in grams.words]
        unknown = [words[place] for place in np.flatnonzero(~known[is_word]).tolist()]
        values = self.vocabulary.worth(places)
        values[~known] = STRANGE * self.vocabulary.rarest
        values[strange] = self.vocabulary.salient(unknown)
        values *= weights
        squares = np.bincount(cells, values * values, minlength=len(found) * blocks)
        lengths = np.tile([block.length for block in BLOCKS], len(found))
        factors = np.divide(lengths, np.sqrt(squares), out=np.zeros(len(squares)), where=squares > 0).astype(np.float32)
        values *= factors.take(cells)
        rows, own_cells = places[known], cells[known]
        if unknown:
            others, worth, counts = self.vocabulary.by_groups(unknown, HALF * values[strange])
            rows, values = np.concatenate([rows, others]), np.concatenate([values[known], worth])
            own_cells = np.concatenate([own_cells, cells[strange].repeat(counts)])
        else:
            values = values[known]
        # What stands for a known word: its own row and those of its letter groups.
        whole = np.flatnonzero(is_word[known])
        word = self._numbers.take(rows[whole])
        sizes = self._sizes.take(word)
        parts = np.arange(sizes.sum()) + (self._ends.take(word) - sizes.cumsum()).repeat(sizes)
        rest = np.ones(len(rows), dtype=bool)
        rest[whole] = False
        rows = np.concatenate([self._rows.take(parts), rows[rest]])
        summands = np.concatenate([self._values.take(parts) * values[whole].repeat(sizes), values[rest]])
        messages = np.concatenate([own_cells[whole].repeat(sizes), own_cells[rest]]) // blocks
        # The offset is the weight of a value that every message has.
        size, each = len(self.vocabulary.names) + 1, np.arange(len(found))
        rows, messages = np.append(rows, np.full(len(found), size - 1)), np.append(messages, each)
        summands = np.append(summands, np.ones(len(found), dtype=np.float32))
        distinct, place = np.unique(messages * size + rows, return_inverse=True)
        summed = np.bincount(place, summands).astype(np.float32)
        starts = np.searchsorted(distinct, each[1:] * size)
        return list(zip(np.split(distinct % size, starts), np.split(summed, starts), strict=True))

    def folded(self, weights: Floats) -> Floats:
        """Return ``weights`` (rows by columns) with each word's row and its groups' rows summed in the word's row."""
        found = weights.copy()
        starts = self._ends - self._sizes
        # A few hundred words at a time stay in the processor's cache.
        for first in range(0, len(self._own), FOLDED):
            words = slice(first, first + FOLDED)
            parts = slice(starts[first], self._ends[words][-1])
            weighed = weights.take(self._rows[parts], axis=0) * self._values[parts, None]
            found[self._own[words]] = np.add.reduceat(weighed, starts[words] - starts[first], axis=0)
        return found

    def kept(self, weights: Floats, least: int = 0) -> Rows:
        """Return what is kept of ``weights`` (without the offset), as the bot adds them up.

        That is what has as many units as its block says, and ``least`` at least.
        """
        return Rows.of(self.folded(weights), np.maximum(self._least, np.int8(least)))


def _counted(found: Sequence[Grams], rarest: int) -> tuple[dict[bytes, int], Counter[bytes]]:
    """Return the names of the words that are to be known, and in how many messages each word is."""
    names, counts = dict[bytes, int](), Counter[bytes]()
    for grams in found:
        counts.update(grams.words)
        names.update(zip(grams.words, grams.names.tolist(), strict=False))
    least = max(WORDS.least, rarest)
    return {word: name for word, name in names.items() if counts[word] >= least}, counts


def _vocabulary(
    found: Sequence[Grams], words: dict[bytes, int], counts: Counter[bytes], rarest: int
) -> tuple[Vocabulary, NDArray[np.int8]]:
    """Return what is known, and how small a weight of each may be."""

    def rarity(seen: NDArray[np.int64]) -> Floats:
        """Return the smoothed inverse document frequency of what is in ``seen`` messages."""
        return (np.log((1 + len(found)) / (1 + seen)) + 1).astype(np.float32)

    unseen = float(rarity(np.zeros(1, dtype=np.int64))[0])
    parts = []
    if words:
        rarities = rarity(np.array([counts[word] for word in words])).tolist()
        worth = [salience(word, one) for word, one in zip(words, rarities, strict=True)]
        parts.append((np.fromiter(words.values(), np.uint32), np.array(worth, dtype=np.float32), LEAST_UNIT))
        groups = [np.array(letter_groups(word), dtype=np.uint32) for word in words]
        seen = np.repeat([counts[word] for word in words], [len(own) for own in groups])
        distinct, place = np.unique(np.concatenate(groups), return_inverse=True)
        shared = np.bincount(place) >= LEAST_WORDS
        rarities_of_groups = rarity(np.bincount(place, seen)[shared].astype(np.int64))
        parts.append((distinct[shared], rarities_of_groups, LEAST_GROUP_UNIT))
    names_of = np.concatenate([grams.names for grams in found])
    block_of = np.concatenate([np.repeat(np.arange(len(BLOCKS)), grams.sizes) for grams in found])
    for number, block in enumerate(BLOCKS):
        if block is not WORDS:
            distinct, times = np.unique(names_of[block_of == number], return_counts=True)
            enough = times >= max(block.least, rarest)
            parts.append((distinct[enough], rarity(times[enough]), LEAST_UNIT))
    names, first = np.unique(np.concatenate([names for names, _, _ in parts]), return_index=True)
    least = np.array([least for _, _, least in parts], dtype=np.int8).repeat([len(own) for own, _, _ in parts])
    return Vocabulary.of(names, np.concatenate([worth for _, worth, _ in parts])[first], unseen), least[first]
