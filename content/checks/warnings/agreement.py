"""Warns of lengths of time and dates that nothing else of their sources has, where these have another: slips.

The other languages are held to the default one's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from operator import attrgetter
from typing import Any, NamedTuple

from content.checks.numbers import numbers_in
from content.checks.texts import Text, every_text
from content.checks.times import days_in, months_named
from content.checks.warnings.counts import counted, is_slip
from content.schema.catalogue import Catalogue, Edition
from content.schema.errors import At, Key, Place, Problem
from content.schema.statements import Source

LONGEST = 999
"""Beyond this it is the end of a telephone number, before "day and night"."""

SEVERAL = 2
"""So many others with one length say that it is the right one, where there are further lengths as well."""

_IN_ADDRESS = re.compile(r"(?<!\d)(?P<year>20\d\d)[/-]?(?P<month>0[1-9]|1[0-2])(?:[/-]?(?P<day>[0-3]\d))?(?!\d)")
NEIGHBOURS = 1
"""Years between two months of one name that both are often meant: what was so last July, and this July."""


class _Stated(NamedTuple):
    sources: frozenset[str]
    lengths: Mapping[tuple[str, str], Text]
    numbers: frozenset[str]


def told_otherwise(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each length of time that nothing else of its sources has, where that has another."""
    stated = list(_stated(catalogue))
    for one in filter(attrgetter("lengths"), stated):
        beside = [other for other in stated if other is not one and other.sources & one.sources]
        alone = [length for length in one.lengths if not any(length in other.lengths for other in beside)]
        for (number, unit), source in product(alone, sorted(one.sources)):
            lengths = [other.lengths for other in beside if source in other.sources]
            found = {length: text for own in lengths for length, text in own.items() if length[1] == unit}
            others = Counter(
                length for own in lengths for length in own if length in found and length[0] not in one.numbers
            )
            if others and (len(found) == 1 or others.most_common(1)[0][1] >= SEVERAL):
                right = others.most_common(1)[0][0]
                where = at(found[right].key, found[right].place, "")
                told = f"{number} {unit}, where {where.file}:{where.line} has {right[0]} of the source `{source}`"
                here = one.lengths[number, unit]
                yield at(here.key, here.place, f"{told}: correct one of them in all languages")
                break


def _stated(catalogue: Catalogue) -> Iterator[_Stated]:
    """Yield what each statement in the default language states of lengths of time, and by which sources."""
    default = catalogue.languages[0]
    language = catalogue.editions[default].language
    found: dict[tuple[Key, Place, frozenset[str]], list[Text]] = {}
    for said in every_text(catalogue):
        if said.lang != default:
            continue
        place, sources = cited(said, catalogue)
        if sources:
            found.setdefault((said.key, place, sources), []).append(said)
    for (_, _, sources), texts in found.items():
        read = [(said, *counted(said.text, language)) for said in texts]
        lengths = {
            length: said
            for said, _, own in read
            for length in own
            if length[1] in language.units and float(length[0]) <= LONGEST
        }
        numbers = frozenset[str]().union(*(numbers_in(said.text) | words for said, words, _ in read))
        yield _Stated(sources, lengths, numbers)


def cited(said: Text, catalogue: Catalogue) -> tuple[Place, frozenset[str]]:
    """Return the place of the innermost statement around a text, and what it cites."""
    if said.kind == "law":
        return (), frozenset(catalogue.laws[str(said.key[-1])].sources)
    part: Any = catalogue.editions[said.lang].lists.get(said.kind, {}).get(said.key[-1])
    place: Place = ()
    cited: tuple[str, ...] = ()
    for depth, step in enumerate(said.place if part else ()):
        if hasattr(part, "sources"):
            place, cited = said.place[:depth], part.sources
        part = part[step] if isinstance(step, int) else getattr(part, step)
    return place, frozenset(cited)


class Named(NamedTuple):
    year: int
    month: int
    day: int | None

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")


def doubtful_dates(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each date of the default language that is a slip away from one that its sources have."""
    edition = catalogue.edition(None)
    code = catalogue.languages[0]
    own = {source.id: _of_source(source, code, edition) for source in catalogue.sources.values()}
    texts = [(said, cited(said, catalogue)[1]) for said in every_text(catalogue) if said.lang == code]
    stated = [(said, sources, _in_text(said.text, edition)) for said, sources in texts if sources]
    for said, sources, named in stated:
        if not named:
            continue
        beside = {one for name in sources if name in own for one in own[name]}
        beside.update(*(found for other, theirs, found in stated if other is not said and theirs & sources))
        for one in sorted(named - beside, key=str):
            if right := next((other for other in sorted(beside, key=str) if is_near(one, other)), None):
                told = f"says {one}, and nothing else of its sources does, but {right}: correct one of them everywhere"
                yield at(said.key, said.place, told)


def _of_source(source: Source, code: str, edition: Edition) -> frozenset[Named]:
    """Return the dates that are known of a source: in its name, its citation and its address, and its own."""
    copy = source.copy_of
    days = (source.known, *((copy.dated,) if copy else ()))
    address = f"{source.url} {copy.address if copy else ''}"
    found = {
        Named(int(one["year"]), int(one["month"]), int(one["day"] or 0) or None)
        for one in _IN_ADDRESS.finditer(address)
    }
    return _in_text(f"{source.label.get(code, '')} {source.citation}", edition) | found | set(map(_whole, days))


def _in_text(text: str, edition: Edition) -> frozenset[Named]:
    days = [_whole(day) for _, day in days_in(text, edition) if day]
    months = (Named(day.year, day.month, None) for _, day in months_named(text, edition))
    return frozenset((*days, *months))


def _whole(day: date) -> Named:
    return Named(day.year, day.month, day.day)


def is_near(one: Named, other: Named) -> bool:
    """Say whether two dates differ in one of their parts only, as a slip makes them differ."""
    if (one.day is None) != (other.day is None):
        return False
    differ = [index for index in range(3) if one[index] != other[index]]
    if differ == [0]:
        far = one.day is not None or abs(one.year - other.year) > NEIGHBOURS
        return far and is_slip(str(one.year), str(other.year))
    if one.day is None or other.day is None or len(differ) != 1:
        return False
    swapped = f"{one.day:02}" == f"{other.day:02}"[::-1]
    return differ == [1] or abs(one.day - other.day) == 1 or swapped
