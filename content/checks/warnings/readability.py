"""How hard the answers are to read, as school grades. Needs pyphen, which only editors have.

English: Flesch-Kincaid grade. Spanish: the Fernández Huerta index, which is Flesch's reading ease refitted to
Spanish, turned into grades by Flesch's own table (https://en.wikipedia.org/wiki/Flesch-Kincaid_readability_tests).
Syllables are where pyphen's patterns, which are LibreOffice's, would hyphenate; nothing is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pyphen

from content.checks.texts import MOST_TEXTS
from content.schema.catalogue import Catalogue, Entry

SHORT_GRADE = 10.0
BODY_GRADE = 11.0

_EASES, _GRADES = (30.0, 50.0, 60.0, 70.0, 80.0, 90.0), (15.0, 12.0, 9.0, 7.0, 6.0, 5.0)
HARDEST_GRADE = 17.0

_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])[\"”’)»]*\s+")


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry's grades in one language."""

    lang: str
    slug: str
    short: float
    body: float

    @property
    def too_hard(self) -> bool:
        """Whether either grade is over its limit."""
        return self.short > SHORT_GRADE or self.body > BODY_GRADE


def read_grades(catalogue: Catalogue) -> Iterator[Reading]:
    """Yield the grades of every entry in every language that has a formula here."""
    for lang, edition in catalogue.editions.items():
        grade = FORMULAS.get(lang)
        if grade is None:
            continue
        for entry in edition.entries.values():
            yield Reading(lang, entry.slug, grade(entry.short), grade(body_text(entry)))


def body_text(entry: Entry) -> str:
    """Return the running text of an entry below its short answer."""
    return " ".join(filter(None, (*(statement.text for statement in entry.statements), entry.closing)))


@lru_cache(MOST_TEXTS)
def _averages(text: str, patterns: str) -> tuple[float, float]:
    """Return how many words a sentence has, and syllables a word by the hyphenation ``patterns`` of that name."""
    found = _WORD.findall(text)
    sentences = sum(1 for sentence in _BETWEEN_SENTENCES.split(text) if _WORD.search(sentence))
    if not found:
        return 0.0, 0.0
    hyphens = _patterns(patterns)
    syllables = sum(1 + len(hyphens.positions(word.lower())) for word in found)
    return len(found) / sentences, syllables / len(found)


@cache
def _patterns(name: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=name)


def english_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of ``text``."""
    words, syllables = _averages(text, "en_US")
    return 0.39 * words + 11.8 * syllables - 15.59


def spanish_grade(text: str) -> float:
    """Return the grade for the Fernández Huerta index of ``text``, in steps between the table's lines."""
    words, syllables = _averages(text, "es")
    ease = 206.84 - 60 * syllables - 1.02 * words
    return round(float(np.interp(ease, _EASES, _GRADES, left=HARDEST_GRADE)), 1)


FORMULAS: dict[str, Callable[[str], float]] = {"en": english_grade, "es": spanish_grade}
"""The formula for each language; a language without one is not measured."""
