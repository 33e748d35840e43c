"""Warns of a date that nothing else of its sources has, where that has one a slip of the finger away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from content.checks.texts import every_text
from content.checks.times import days_in, months_named
from content.checks.warnings.agreement import cited
from content.checks.warnings.counts import is_slip
from content.schema.catalogue import Catalogue, Edition
from content.schema.errors import At, Problem
from content.schema.statements import Source

_IN_ADDRESS = re.compile(r"(?<!\d)(?P<year>20\d\d)[/-]?(?P<month>0[1-9]|1[0-2])(?:[/-]?(?P<day>[0-3]\d))?(?!\d)")
NEIGHBOURS = 1
"""Years between two months of one name that both are often meant: what was so last July, and this July."""


class Named(NamedTuple):
    year: int
    month: int
    day: int | None

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")


def doubtful_dates(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each date of the default language that is a slip away from one that its sources have.

    The other languages are held to the default one's dates.
    """
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
    return differ == [1] or abs(one.day - other.day) == 1 or is_swapped(one.day, other.day)


def is_swapped(one: int, other: int) -> bool:
    """Say whether two days have the same two digits the other way round."""
    return f"{one:02}" == f"{other:02}"[::-1]
