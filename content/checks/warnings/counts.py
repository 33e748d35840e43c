"""Counts in words, lengths of time and weekdays: what differs between twins, or is no such day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from content.checks.numbers import by_place, numbers_in
from content.checks.typing import MOST_TEXTS
from content.checks.wording import parts
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Place, Problem
from content.schema.speech import Language

_YEAR = re.compile(r"\b20[1-4]\d\b")
_LAW_TEXTS = ("does", "binds", "status", "after")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


def doubtful_counts(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each count in words or unit that differs from its twin's, and each weekday of another day."""
    default, *others = catalogue.languages
    here = catalogue.editions[default].language
    first = {(key, place): text for key, place, text in _texts(catalogue, default)}
    for code in others:
        there = catalogue.editions[code].language
        for key, place, text in _texts(catalogue, code):
            for odd in _differing(first.get((key, place), text), text, here, there):
                yield at(_key(code, key), _place(code, key, place), f"not as in `{default}` ({odd}): make them equal")
    for code, edition in catalogue.editions.items():
        for key, place, text in _texts(catalogue, code):
            for told in _weekdays(text, edition.language):
                yield at(_key(code, key), _place(code, key, place), told)


def _texts(catalogue: Catalogue, code: str) -> Iterator[tuple[Key, Place, str]]:
    """Yield every text in a language, by what it has in common with its twin."""
    for key, part in parts(catalogue.editions[code]):
        for place, text in by_place(part).items():
            yield key, place, text
    for name, law in catalogue.laws.items():
        for field in _LAW_TEXTS:
            yield ("law", name), (field,), (getattr(law, field) or {}).get(code, "")


def _key(code: str, key: Key) -> Key:
    return key if key[0] == "law" else (code, *key)


def _place(code: str, key: Key, place: Place) -> Place:
    return (*place, code) if key[0] == "law" else place


def _differing(first: str, other: str, here: Language, there: Language) -> Iterator[str]:
    if first == other:
        return  # not translated yet, which is told elsewhere
    (words, lengths), (own_words, own_lengths) = _counted(first, here), _counted(other, there)
    odd, own_odd = words - own_words - numbers_in(other), own_words - words - numbers_in(first)
    if odd and own_odd:  # one language may count where the other does not
        yield ", ".join(sorted({*odd, *own_odd}, key=int))
    for number in sorted({number for number, _ in lengths - own_lengths} & {one for one, _ in own_lengths - lengths}):
        units = sorted(unit for one, unit in lengths ^ own_lengths if one == number)
        yield ", ".join(f"{number} {there.units.get(unit, (unit,))[0]}" for unit in units)


def _counted(text: str, language: Language) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    return _counted_as(text, tuple(language.counts.items()), tuple(language.units.items()))


@lru_cache(MOST_TEXTS)
def _counted_as(
    text: str, counts: tuple[tuple[str, tuple[str, ...]], ...], units: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Return the counts that ``text`` has in words, and each number with the unit that stands right behind it."""
    values = {word: number for number, words in counts for word in words}
    measures = {word: unit for unit, words in units for word in words}
    tokens = _TOKEN.findall(text.casefold())
    numbers = [values.get(token) or (token if token.isdigit() else None) for token in tokens]
    lengths = {
        (number, measures[token])
        for number, token in zip(numbers, tokens[1:], strict=False)
        if number and token in measures
    }
    return frozenset(values[token] for token in tokens if token in values), frozenset(lengths)


def _weekdays(text: str, language: Language) -> Iterator[str]:
    if not any(day.casefold() in text.casefold() for day in language.weekdays):
        return
    for found in _day(language.date, language.months, language.weekdays).finditer(text):
        years = [found["year"]] if found["year"] else _YEAR.findall(text)
        days = [_weekday(int(year), found["month"], int(found["day"]), language) for year in years]
        if days and all(day != found["weekday"].casefold() for day in days):
            yield f"{found[0]!r} is no {found['weekday']}: correct the day or the date"


def _weekday(year: int, month: str, day: int, language: Language) -> str:
    months = [name.casefold() for name in language.months]
    try:
        return language.weekdays[date(year, months.index(month.casefold()) + 1, day).weekday()].casefold()
    except ValueError:  # no day of any year, which is told elsewhere
        return ""


@lru_cache
def _day(written: str, months: tuple[str, ...], weekdays: tuple[str, ...]) -> re.Pattern[str]:
    """Return what a weekday before a day looks like; the year may be left out where it stands at the end."""
    pattern = re.escape(written).replace(r"\{day\}", r"(?P<day>\d{1,2})").replace(r"\{year\}", r"(?P<year>\d{4})")
    pattern = pattern.replace(r"\{month\}", f"(?P<month>{'|'.join(map(re.escape, months))})").replace(r"\ ", r"\s+")
    start, behind, year = pattern.rpartition(")")[0].rpartition(")")
    if year.endswith(r"(?P<year>\d{4}"):
        pattern = f"{start}{behind}(?:{year}))?"
    return re.compile(rf"\b(?P<weekday>{'|'.join(map(re.escape, weekdays))}),?\s+{pattern}", re.IGNORECASE)
