"""Mends misspelt words towards the words that the samples use, so that "colaborate" is read as "collaborate"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from intents.reading import Folded, words

SHORTEST_MENDED = 4
"""Letters; shorter words have too many neighbours."""
SHORTEST_TARGET = 3
LONG_WORD = 8
"""Letters from which two slips are mended instead of one (optimal string alignment distance)."""

MOST_MENDED = 100
"""Different words of a message that are mended at most: what has more of them is in no language that is known here, and
each takes as long as a fifth of a usual message."""
LETTER_BITS = 32
"""Letters that are told apart; those beyond the alphabet share the bits of others."""
LetterSets = NDArray[np.uint64]

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_DIGIT = re.compile(r"[0-9]")
"""What parts words here, and stands in them as messages are read."""


class Speller:
    """Mends towards ``known``, the words of the samples, the commonest first (it wins a tie).

    Words of ``everyday`` are right as they stand too, but nothing is mended towards them.
    """

    def __init__(self, known: Sequence[str], everyday: Iterable[str] = ()) -> None:
        self.known = frozenset(known)
        self._everyday = frozenset(everyday)
        self._in_order = known
        self._near: dict[int, tuple[list[str], LetterSets]] = {}

    def mend(self, folded: Folded) -> Folded:
        """Return a text with each word that is not right replaced by the nearest known one, if one is near."""
        found = _WORD.findall(folded) if _DIGIT.search(folded) else words(folded)
        if self.known.issuperset(found) or self._everyday.issuperset(set(found).difference(self.known)):
            return folded
        strange = [word for word in dict.fromkeys(_WORD.findall(folded)) if not self._is_right(word)]
        mended = {word: self._mended(word) for word in strange[:MOST_MENDED]}
        return Folded(_WORD.sub(lambda match: mended.get(match[0], match[0]), folded))

    def _is_right(self, word: str) -> bool:
        return word in self.known or word in self._everyday

    def _mended(self, word: str) -> str:
        """Return ``word`` mended as a whole, else what stands before its apostrophe ("polcie's")."""
        head, mark, tail = word.partition("'")
        if self._is_right(head):
            return word
        return self._nearest(word) or (self._nearest(head) or head) + mark + tail

    def _nearest(self, word: str) -> str | None:
        if len(word) < SHORTEST_MENDED:
            return word
        slips = 2 if len(word) >= LONG_WORD else 1
        targets, letters = self._of_length(len(word), slips)
        # A slip changes at most two of the letters that a word has, by one: this leaves few of thousands to compare.
        near = np.flatnonzero(np.bitwise_count(letters ^ np.uint64(_letter_set(word))) <= 2 * slips)
        choices = [targets[place] for place in near.tolist()]
        found = process.extractOne(word, choices, scorer=OSA.distance, processor=None, score_cutoff=slips)
        return found[0] if found else None

    def _of_length(self, length: int, slips: int) -> tuple[list[str], LetterSets]:
        """Return the targets whose length is within ``slips`` of ``length``, gathered when first needed."""
        if length not in self._near:
            lengths = range(max(SHORTEST_TARGET, length - slips), length + slips + 1)
            targets = [word for word in self._in_order if len(word) in lengths]
            self._near[length] = (targets, _letter_sets(targets))
        return self._near[length]


def _letter_set(word: str) -> int:
    """Return one of :func:`_letter_sets`: of a single word it is sooner made so."""
    once = twice = 0
    for letter in word:
        bit = 1 << ord(letter) % LETTER_BITS
        twice |= once & bit
        once |= bit
    return once | twice << LETTER_BITS


def _letter_sets(targets: Sequence[str]) -> LetterSets:
    """Return a number for each word, with one bit for each of its letters and one for each that it has twice."""
    letters = np.frombuffer("".join(targets).encode("utf-32-le"), dtype=np.uint32) % LETTER_BITS
    words_of = np.arange(len(targets)).repeat(list(map(len, targets)))
    counts = np.bincount(words_of * LETTER_BITS + letters, minlength=len(targets) * LETTER_BITS)
    counts = counts.reshape(-1, LETTER_BITS)
    return np.packbits(np.hstack([counts > 0, counts > 1]), axis=1, bitorder="little").view(np.uint64).ravel()
