"""Numbers must say the same in every language: laws, dates (their months too), sums, counts, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from msgspec import Struct

from content.checks.typing import MOST_TEXTS
from content.checks.wording import parts, texts
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Place, Problem
from content.schema.speech import Language

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
    spoken = {code: edition.language for code, edition in catalogue.editions.items()}
    first = dict(parts(catalogue.editions[default]))
    for code in others:
        for part_name, part in parts(catalogue.editions[code]):
            if part_name in first:
                pair = spoken[default], spoken[code]
                yield from _compare(by_place(first[part_name]), by_place(part), (code, *part_name), pair, at)
        here, there = (by_place(catalogue.editions[one].phrases) for one in (default, code))
        yield from _compare(here, there, (code, "phrases"), (spoken[default], spoken[code]), at)
    for name, law in catalogue.laws.items():
        for field in ("name", "does", "binds", "status", "after"):
            said: dict[str, str] = getattr(law, field) or {}
            for code in others:
                if default in said and code in said:
                    where: Place = (field, code)
                    pair = spoken[default], spoken[code]
                    yield from _compare({where: said[default]}, {where: said[code]}, ("law", name), pair, at)
    for name, source in catalogue.sources.items():
        for code in set(others) & set(source.label):
            english, own = (numbers_in(source.label.get(one, "")) for one in (default, code))
            if odd := ", ".join(sorted(english ^ own)):
                told = f"other numbers than in `{default}` ({odd}): make them equal"
                yield at(("source", name), ("label", code), told)


def _compare(
    first: Mapping[Place, str], other: Mapping[Place, str], key: Key, languages: tuple[Language, Language], at: At
) -> Iterator[Problem]:
    default, own = languages
    for place in first.keys() & other.keys():
        here, there = numbers_in(first[place]), numbers_in(other[place])
        if here != there:
            differing = ", ".join(sorted(here ^ there))
            yield at(key, place, f"other numbers than in `{default.code}` ({differing}): make them equal")
        elif first[place] == other[place]:
            continue  # not translated yet, which is told elsewhere
        elif odd := months_in(first[place], default.months) ^ months_in(other[place], own.months):
            differing = ", ".join(own.months[month - 1] for month in sorted(odd))
            yield at(key, place, f"other months than in `{default.code}` ({differing}): make the dates equal")


def by_place(part: Struct) -> dict[Place, str]:
    """Return the texts of ``part``; the steps of urgent help as one, since languages may part them otherwise."""
    found: dict[Place, str] = {}
    for place, text in texts(part):
        where = place[:1] if place[:1] == ("steps",) else place
        found[where] = f"{found[where]} {text}" if where in found else text
    return found
