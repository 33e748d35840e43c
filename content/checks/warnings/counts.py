"""Counts in words, lengths of time, weekdays, laws' numbers: what differs between twins, or is a slip of the finger."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache

from content.checks.numbers import numbers_in
from content.checks.texts import LAW_FIELDS, MOST_TEXTS, Text, every_text, parts, texts, with_twins
from content.checks.times import YEAR, day_pattern, words_of
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Problem
from content.schema.speech import Language
from content.schema.timeline import statements

OFTEN = 5
"""A law of which so many statements speak is what all is about, and may be named in passing."""
_OF_ALL = re.compile(r"\b(?P<some>\d+) (?:of|de)(?: the| los| las)? (?P<all>\d+)\b")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


def doubtful_counts(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each count or unit that is not its twin's, each weekday of another day, each 9 of 5."""
    default = catalogue.languages[0]
    spoken = {code: edition.language for code, edition in catalogue.editions.items()}
    for said, here in with_twins(catalogue):
        for odd in _differing(here, said.text, spoken[default], spoken[said.lang]) if _states(said) else ():
            yield at(said.key, said.place, f"not as in `{default}` ({odd}): make them equal")
    for said in filter(_states, every_text(catalogue)):
        for told in _weekdays(said.text, spoken[said.lang]) if said.lang in spoken else ():
            yield at(said.key, said.place, told)
        for found in _OF_ALL.finditer(said.text):
            if int(found["some"]) > int(found["all"]):
                yield at(said.key, said.place, f"{found[0]!r} is more than all: correct one of the two")


def _states(said: Text) -> bool:
    """Say whether a text states something: the bot's own sentences and titles of laws and sources do not."""
    return said.kind not in ("phrases", "source") and (said.kind != "law" or said.place[0] in LAW_FIELDS)


def _differing(first: str, other: str, here: Language, there: Language) -> Iterator[str]:
    if first == other:
        return  # not translated yet, which is told elsewhere
    (words, lengths), (own_words, own_lengths) = counted(first, here), counted(other, there)
    odd, own_odd = words - own_words - numbers_in(other), own_words - words - numbers_in(first)
    if odd and own_odd:  # one language may count where the other does not
        yield ", ".join(sorted({*odd, *own_odd}, key=int))
    for number in sorted({number for number, _ in lengths - own_lengths} & {one for one, _ in own_lengths - lengths}):
        units = sorted(unit for one, unit in lengths ^ own_lengths if one == number)
        yield ", ".join(f"{number} {(there.units | there.amounts).get(unit, (unit,))[0]}" for unit in units)


def counted(text: str, language: Language) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    return _counted_as(text, tuple(language.counts.items()), tuple((language.units | language.amounts).items()))


@lru_cache(MOST_TEXTS)
def _counted_as(
    text: str, counts: tuple[tuple[str, tuple[str, ...]], ...], units: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Return the counts that ``text`` has in words, and each number with the unit that stands right behind it."""
    values = {word: number for number, words in counts for word in words}
    measures = {word: unit for unit, words in units for word in words}
    tokens = _TOKEN.findall(text.casefold())
    numbers = [values.get(token) or (token.replace(",", "") if token[0].isdigit() else None) for token in tokens]
    lengths = {
        (number, measures[token])
        for number, token in zip(numbers, tokens[1:], strict=False)
        if number and token in measures
    }
    return frozenset(values[token] for token in tokens if token in values), frozenset(lengths)


def _weekdays(text: str, language: Language) -> Iterator[str]:
    spoken = text.casefold()
    if not any(day.casefold() in spoken for day in language.weekdays):
        return
    for found in _day(language.date, language.months, language.weekdays).finditer(text):
        years = [found["year"]] if found["year"] else YEAR.findall(text)
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
    pattern = day_pattern(written, months)
    start, behind, year = pattern.rpartition(")")[0].rpartition(")")
    if year.endswith(r"(?P<year>\d{4}"):
        pattern = f"{start}{behind}(?:{year}))?"
    return re.compile(rf"\b(?P<weekday>{'|'.join(map(re.escape, weekdays))}),?\s+{pattern}", re.IGNORECASE)


def doubtful_laws(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each law that nothing here knows: neither a card nor a term nor a source."""
    kinds = frozenset(kind for edition in catalogue.editions.values() for kind in edition.language.law_spellings)
    named = _named(kinds)
    about = [law.number for law in catalogue.laws.values() if law.number]
    for source in catalogue.sources.values():
        about += [source.citation, *source.label.values()]
    for edition in catalogue.editions.values():
        about += [name for term in edition.glossary.values() for name in (term.term, *term.names)]
    known = {law for text in about for law in named.findall(text)}
    for code, edition in catalogue.editions.items():
        for key, part in parts(edition):
            said = [(place, found) for place, text in texts(part) for found in named.findall(text)]
            beside = {found for _, found in said} & known
            for place, (kind, number) in said:
                if (kind, number) in known:
                    continue
                mend = "no source is about it: correct the number, or add its card"
                if meant := next((one for one in beside if one[0] == kind and is_slip(number, one[1])), None):
                    mend = f"{kind} {meant[1]} is named beside it: correct the number"
                yield at((code, *key), place, f"no law here is {kind} {number}, and {mend}")


def unfounded_laws(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each statement that names a law with a card, and cites nothing about that law."""
    default = catalogue.languages[0]
    cards = {law.number: law for law in catalogue.laws.values() if law.number}
    named = _named(frozenset(catalogue.editions[default].language.law_spellings))
    own = [(key, place, one) for key, place, one in statements(catalogue) if key[0] == default]
    said = [{" ".join(law) for law in named.findall(words_of(one))} & cards.keys() for _, _, one in own]
    often = Counter(number for numbers in said for number in numbers)
    for (key, place, one), numbers in zip(own, said, strict=True):
        cited = [catalogue.sources[name] for name in one.sources if name in catalogue.sources]
        titles = " ".join(words for source in cited for words in (source.citation, source.label.get(default, "")))
        for number in sorted(numbers):
            about = number in titles or not {source.id for source in cited}.isdisjoint(cards[number].sources)
            if not about and often[number] < OFTEN:
                yield at(key, place, f"names {number}, and none of its sources is about it: correct one of them")


def is_slip(one: str, other: str) -> bool:
    """Say whether one digit differs, or two that stand side by side are swapped."""
    odd = [index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or not odd:
        return False
    first, last = odd[0], odd[-1]
    return len(odd) == 1 or (
        last - first == len(odd) - 1 == 1 and one[first : last + 1] == other[first : last + 1][::-1]
    )


@cache
def _named(kinds: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(sorted(map(str.upper, kinds)))}) (\d+)\b")
