"""Everyday words of a language, right as they stand, from textstat's lists (the ``edit`` extra; the bot needs none)."""

from __future__ import annotations

from importlib.resources import files

import textstat

from intents.text import fold, words

MIXED_IN = "en"
"""The language whose everyday words people in California mix into any other ("banana" in Spanish).
Spanish ones in English were measured too: more typos of our own words stayed unmended."""


def everyday_words(code: str) -> frozenset[str]:
    """Return the everyday words of those who write the language ``code``, as messages are read.

    None where there is no list for it.
    """
    own = _listed(code)
    return own | _listed(MIXED_IN) if own else own


def _listed(code: str) -> frozenset[str]:
    path = files(textstat) / "resources" / code / "easy_words.txt"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return frozenset(word for line in lines for word in words(fold(line)))
