"""Numbers must say the same in every language: laws, dates (their months too), sums, counts, telephone numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

from content.checks.texts import MOST_TEXTS, Text, Twin, kept_of_parts, twins_by_part
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Problem

SEVERAL = 4
"""So many dates are not mistyped all at once, with the same month."""

_NUMBER = re.compile(r"\$?\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")


@lru_cache(MOST_TEXTS)
def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers in ``text``, however a language separates thousands and decimals."""
    return frozenset(_THOUSANDS.sub("", found).replace(",", ".") for found in _NUMBER.findall(text))


@lru_cache(MOST_TEXTS)
def months_in(text: str, months: tuple[str, ...]) -> frozenset[int]:
    """Return the months (1 to 12) that stand beside a number in ``text``: "July 1", "abril de 2025"."""
    return frozenset(
        number
        for number, month in enumerate(months, 1)
        for name in (month, month.capitalize())
        if name in text and _dated(name).search(text)
    )


@cache
def _dated(month: str) -> re.Pattern[str]:
    name = rf"\b{re.escape(month)}\b"
    return re.compile(rf"\d\W+(?:\w{{1,3}}\W+)?{name}|{name}\W+(?:\w{{1,3}}\W+)?\d")


def check_numbers(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each text that has other numbers than its twin in the default language."""
    default = catalogue.languages[0]
    misread = frozenset(code for code, _ in _misread(catalogue))
    months = _months(catalogue)
    for twins in twins_by_part(catalogue):
        for said, told in _differing(twins, default, months, misread):
            yield at(said.key, said.place, f"other {told}")


Months = tuple[tuple[str, tuple[str, ...]], ...]


def _months(catalogue: Catalogue) -> Months:
    return tuple((code, edition.language.months) for code, edition in catalogue.editions.items())


@kept_of_parts
def _differing(
    twins: tuple[Twin, ...], default: str, named: Months, misread: frozenset[str]
) -> Iterator[tuple[Text, str]]:
    months = dict(named)
    for said, here in twins:
        code, there = said.lang, said.text
        if odd := ", ".join(sorted(numbers_in(here) ^ numbers_in(there))):
            yield said, f"numbers than in `{default}` ({odd}): make them equal"
        elif here == there or code in misread or said.kind == "source":
            continue  # not translated yet, which is told elsewhere, its months are told as one, or it is a title
        elif odd_months := months_in(here, months[default]) ^ months_in(there, months[code]):
            differing = ", ".join(months[code][month - 1] for month in sorted(odd_months))
            yield said, f"months than in `{default}` ({differing}): make the dates equal"


def misread_months(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each language whose list of months no date fits: no day can be read by it."""
    default = catalogue.languages[0]
    for code, months in _misread(catalogue):
        named = ", ".join(catalogue.editions[code].language.months[month - 1] for month in months)
        told = f"dates are not as in `{default}` wherever these stand ({named}): correct the order or the spelling"
        yield at((code, "language"), ("months",), told)


def _misread(catalogue: Catalogue) -> Iterator[tuple[str, list[int]]]:
    """Yield each language with the months in which nearly all of its dates differ from the default language's."""
    default, *others = catalogue.languages
    fits = {code: (Counter[int](), Counter[int]()) for code in others}
    named = _months(catalogue)
    for twins in twins_by_part(catalogue):
        for code, fit, odd in _months_of(twins, default, named):
            right, wrong = fits[code]
            right.update(fit)
            wrong.update(odd)
    for code, (right, wrong) in fits.items():
        if months := sorted(month for month, times in wrong.items() if times >= SEVERAL and times > right[month]):
            yield code, months


@kept_of_parts
def _months_of(
    twins: tuple[Twin, ...], default: str, named: Months
) -> Iterator[tuple[str, frozenset[int], frozenset[int]]]:
    months = dict(named)
    for said, here in twins:
        own, twin = months_in(said.text, months[said.lang]), months_in(here, months[default])
        if said.kind != "source" and (own or twin):
            yield said.lang, own & twin, own ^ twin if here != said.text else frozenset()
