"""How hard the answers are to read, as school grades. Needs textstat (the ``edit`` extra).

English: Flesch-Kincaid grade. Spanish: the Fernández Huerta index, which is Flesch's reading ease refitted to
Spanish, turned into grades by Flesch's own table (https://en.wikipedia.org/wiki/Flesch-Kincaid_readability_tests).
Syllables come from pyphen's patterns, so nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import textstat

from content.schema.catalogue import Catalogue, Entry

SHORT_GRADE = 10.0
BODY_GRADE = 11.0

_EASE_TO_GRADE = ((90.0, 5.0), (80.0, 6.0), (70.0, 7.0), (60.0, 9.0), (50.0, 12.0), (30.0, 15.0))
HARDEST_GRADE = 17.0


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
    parts = [point.text for point in entry.points]
    parts += [entry.law_check.text if entry.law_check else "", entry.closing or ""]
    return " ".join(part for part in parts if part)


def english_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of ``text``."""
    textstat.set_lang("en_US")
    return float(textstat.flesch_kincaid_grade(text))


def spanish_grade(text: str) -> float:
    """Return the grade for the Fernández Huerta index of ``text``, in steps between the table's lines."""
    textstat.set_lang("es")
    ease = float(textstat.fernandez_huerta(text))
    upper_ease, upper_grade = _EASE_TO_GRADE[0]
    if ease >= upper_ease:
        return upper_grade
    for lower_ease, lower_grade in _EASE_TO_GRADE[1:]:
        if ease >= lower_ease:
            share = (upper_ease - ease) / (upper_ease - lower_ease)
            return round(upper_grade + share * (lower_grade - upper_grade), 1)
        upper_ease, upper_grade = lower_ease, lower_grade
    return HARDEST_GRADE


FORMULAS: dict[str, Callable[[str], float]] = {"en": english_grade, "es": spanish_grade}
"""The formula for each language; a language without one is not measured."""
