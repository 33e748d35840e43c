"""Says how alike the letters of a text are to those of each of several languages, whatever its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

TRIPLES = 1 << 13
"""Places for three letters in a row; several may share one."""
ANY_LANGUAGE = 0.2
"""How much of what stands in a word is taken to be as in any language: names, slips, and what the lists do not hold."""

_SPACE = ord(" ")


class Likeness:
    """Knows three letters in a row of each language; counted at the first question, which few messages need."""

    def __init__(self, texts: Mapping[str, str], spoken: Sequence[str] = ()) -> None:
        self._codes = tuple(texts)
        self._texts = (*texts.values(), *spoken)

    def beside_spoken(self, words: Iterable[str]) -> dict[str, float]:
        """Return how much likelier, as a logarithm, ``words`` are in each language than in any of the spoken ones."""
        if not self._codes:
            return {}
        likely = self._logarithms[:, _triples(" ".join(words))].sum(axis=1, dtype=np.float64)
        beside = likely - likely[len(self._codes) :].max() if len(likely) > len(self._codes) else likely
        return dict(zip(self._codes, beside.tolist(), strict=False))

    @cached_property
    def _logarithms(self) -> NDArray[np.float32]:
        counts = np.array([np.bincount(_triples(words), minlength=TRIPLES) for words in self._texts])
        of_each = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        found: NDArray[np.float32] = np.log((1 - ANY_LANGUAGE) * of_each + ANY_LANGUAGE / TRIPLES).astype(np.float32)
        return found


def _triples(text: str) -> NDArray[np.int64]:
    """Return the place of each three letters in a row in the words of ``text``, their beginnings and ends included."""
    letters = np.frombuffer(f" {' '.join(text.split())} ".encode("utf-32-le", "surrogatepass"), np.uint32).astype(
        np.int64
    )
    first, middle, last = letters[:-2], letters[1:-1], letters[2:]
    places: NDArray[np.int64] = ((first * 7919 + middle * 104729 + last * 1299709) % TRIPLES)[middle != _SPACE]
    return places
