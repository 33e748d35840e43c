"""Mends misspelt words towards the words that the samples use, so that "colaborate" is read as "collaborate"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intents.text import fold

SHORTEST_MENDED = 4
"""Letters; shorter words have too many neighbours."""
SHORTEST_TARGET = 3
LONG_WORD = 8
"""Letters from which two slips are mended instead of one (optimal string alignment distance)."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


class Speller:
    """Mends towards ``known``, the words of the samples, the commonest first (it wins a tie)."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = frozenset(known)
        self._targets = [word for word in known if len(word) >= SHORTEST_TARGET]
        self._near: dict[int, list[str]] = {}

    def mend(self, text: str) -> str:
        """Return the folded ``text`` with each unknown word replaced by the nearest known one, if one is near."""
        return _WORD.sub(lambda match: self._mended(match[0]), fold(text))

    def _mended(self, word: str) -> str:
        """Return ``word`` mended as a whole, else what stands before its apostrophe ("polcie's")."""
        head, mark, tail = word.partition("'")
        if word in self._known or head in self._known:
            return word
        return self._nearest(word) or (self._nearest(head) or head) + mark + tail

    def _nearest(self, word: str) -> str | None:
        if len(word) < SHORTEST_MENDED:
            return word
        slips = 2 if len(word) >= LONG_WORD else 1
        near = self._of_length(len(word), slips)
        found = process.extractOne(word, near, scorer=OSA.distance, processor=None, score_cutoff=slips)
        return found[0] if found else None

    def _of_length(self, length: int, slips: int) -> list[str]:
        """Return the targets whose length is within ``slips`` of ``length``, gathered when first needed."""
        if length not in self._near:
            self._near[length] = [word for word in self._targets if abs(len(word) - length) <= slips]
        return self._near[length]
