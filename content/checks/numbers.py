"""Numbers must say the same in every language: laws, dates (their months too), sums, counts, telephone numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

from msgspec import Struct

from content.checks.typing import MOST_TEXTS
from content.checks.wording import parts, texts
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Place, Problem

SEVERAL = 4
"""So many dates are not mistyped all at once, with the same month."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
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
    default, *others = catalogue.languages
    misread = {code for code, _ in _misread(catalogue)}
    months = {code: edition.language.months for code, edition in catalogue.editions.items()}
    for code, key, place, here, there in _pairs(catalogue):
        if odd := ", ".join(sorted(numbers_in(here) ^ numbers_in(there))):
            yield at(key, place, f"other numbers than in `{default}` ({odd}): make them equal")
        elif here == there or code in misread:
            continue  # not translated yet, which is told elsewhere, or its months are told as one
        elif odd_months := months_in(here, months[default]) ^ months_in(there, months[code]):
            differing = ", ".join(months[code][month - 1] for month in sorted(odd_months))
            yield at(key, place, f"other months than in `{default}` ({differing}): make the dates equal")
    for name, source in catalogue.sources.items():
        for code in set(others) & set(source.label):
            english, own = (numbers_in(source.label.get(one, "")) for one in (default, code))
            if odd := ", ".join(sorted(english ^ own)):
                told = f"other numbers than in `{default}` ({odd}): make them equal"
                yield at(("source", name), ("label", code), told)


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
    for code, _, _, here, there in _pairs(catalogue):
        own, twin = (
            months_in(text, catalogue.editions[one].language.months) for text, one in ((there, code), (here, default))
        )
        right, wrong = fits[code]
        right.update(own & twin)
        wrong.update(own ^ twin if here != there else ())
    for code, (right, wrong) in fits.items():
        if months := sorted(month for month, times in wrong.items() if times >= SEVERAL and times > right[month]):
            yield code, months


def _pairs(catalogue: Catalogue) -> Iterator[tuple[str, Key, Place, str, str]]:
    """Yield each text in another language, behind its twin in the default language, and where it stands."""
    default, *others = catalogue.languages
    first = dict(parts(catalogue.editions[default]))
    for code in others:
        told: list[tuple[Key, Struct, Struct]] = [
            ((code, *name), first[name], part) for name, part in parts(catalogue.editions[code]) if name in first
        ]
        told.append(((code, "phrases"), catalogue.editions[default].phrases, catalogue.editions[code].phrases))
        for key, twin, part in told:
            here, there = by_place(twin), by_place(part)
            for place in here.keys() & there.keys():
                yield code, key, place, here[place], there[place]
    for name, law in catalogue.laws.items():
        for field in ("name", "does", "binds", "status", "after"):
            said: dict[str, str] = getattr(law, field) or {}
            for code in set(others) & set(said):
                if default in said:
                    yield code, ("law", name), (field, code), said[default], said[code]


def by_place(part: Struct) -> dict[Place, str]:
    """Return the texts of ``part``; the steps of urgent help as one, since languages may part them otherwise."""
    found: dict[Place, str] = {}
    for place, text in texts(part):
        where = place[:1] if place[:1] == ("steps",) else place
        found[where] = f"{found[where]} {text}" if where in found else text
    return found
