"""Everyday words of a language, right as they stand: the commonest of pyspellchecker's lists.

These are words of film dialogue by frequency, so they hold what people say. The bot that runs needs none of it.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files

from intents.reading import fold, words

COUNT = 8_000
"""Words of a list, the commonest first: beyond them come names and words that are rarer than our typos."""
MIXED_IN = "en"
"""The language whose everyday words people in California mix into any other ("banana" in Spanish).
Spanish ones in English were measured too: more typos of our own words stayed unmended."""


def everyday_words(code: str) -> frozenset[str]:
    """Return the everyday words of those who write the language ``code``, as messages are read; none without a list."""
    own = _listed(code)
    return own | _listed(MIXED_IN) if own else own


@cache
def _listed(code: str) -> frozenset[str]:
    path = files("spellchecker") / "resources" / f"{code}.json.gz"
    if not path.is_file():
        return frozenset()
    counts: dict[str, int] = json.loads(gzip.decompress(path.read_bytes()))
    commonest = sorted(counts, key=lambda word: (-counts[word], word))[:COUNT]
    return frozenset(word for listed in commonest for word in words(fold(listed)))
