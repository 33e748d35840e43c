"""Warns of texts that stand in another language than their file: nothing else in the checks reads the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from content.checks.wording import parts, texts
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Place, Problem

_WORD = re.compile(r"[^\W\d_]+")
TELLING = 5.0
"""How many times as common a word must be in one language as in any other to tell it."""
FEWEST = 2
"""Words of another language from which a text is taken to be in it; a name has one at most."""
CLEARLY = 2
"""How many more of them there must be than of its own: some texts stand in both languages."""
_MEANT = ("say", "term", "label")
"""Fields that may hold another language's words: sentences to say aloud in English, names of terms and of places."""


def mixed_up(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each text with clearly more telling words of another language than of its own."""
    counted = {
        code: Counter(word for _, part in parts(edition) for _, text in texts(part) for word in _words(text))
        for code, edition in catalogue.editions.items()
    }
    told = _telling(counted)
    for code, edition in catalogue.editions.items():
        for key, part in parts(edition):
            for place, text in texts(part):
                other = None if _is_meant(place) else _other_language(text, code, told)
                if other:
                    yield at((code, *key), place, f"reads as text in `{other}`: write it in `{code}`")


def _telling(counted: Mapping[str, Counter[str]]) -> dict[str, str]:
    """Return the language that each telling word tells, by its share of all words there."""
    totals = {code: max(1, counts.total()) for code, counts in counted.items()}
    told = {}
    for word in set().union(*counted.values()):
        shares = sorted(((counts[word] / totals[code], code) for code, counts in counted.items()), reverse=True)
        (most, code), second = shares[0], shares[1][0] if len(shares) > 1 else 0.0
        if most >= TELLING * second:
            told[word] = code
    return told


def _other_language(text: str, own: str, told: Mapping[str, str]) -> str | None:
    found = Counter(told[word] for word in _words(text) if word in told)
    other, count = max(((code, found[code]) for code in found if code != own), key=lambda one: one[1], default=("", 0))
    return other if count >= FEWEST and count > CLEARLY * found[own] else None


def _is_meant(place: Place) -> bool:
    return bool(place) and place[0] in _MEANT


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
