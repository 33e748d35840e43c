"""Warns of a length of time that other statements of the same source give otherwise: a slip made in all languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from operator import attrgetter
from typing import Any, NamedTuple

from content.checks.numbers import numbers_in
from content.checks.texts import Text, every_text
from content.checks.warnings.counts import counted
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Place, Problem

LONGEST = 999
"""Beyond this it is the end of a telephone number, before "day and night"."""

SEVERAL = 2
"""So many others with one length say that it is the right one, where there are further lengths as well."""


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
