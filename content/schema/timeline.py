"""Content as it stands on a day: what no longer holds is replaced by what was written for that day, or left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from content.schema.catalogue import Catalogue, Edition, Entry, LawCard
from content.schema.errors import Key, Place
from content.schema.statements import Statement

S = TypeVar("S", bound=Statement)

TEXT_FIELDS = ("text", "meaning")
"""Where a statement's own words stand, by kind; a text written for a later day takes their place."""


class Change(Struct, frozen=True, order=True):
    """A statement that no longer holds from ``day`` on: where it stands, and whether another text replaces it."""

    day: date
    key: Key
    place: Place
    replaced: bool


def as_of(catalogue: Catalogue, day: date) -> Catalogue:
    """Return ``catalogue`` as it is to be shown on ``day``. Nothing is changed in the original."""
    if not any(change.day <= day for change in changes(catalogue)):
        return catalogue
    editions = {code: _edition(edition, day) for code, edition in catalogue.editions.items()}
    laws = {name: _law(law, day) for name, law in catalogue.laws.items()}
    return replace(catalogue, editions=editions, laws=laws)


def changes(catalogue: Catalogue) -> list[Change]:
    """Return every change that the content itself foresees, the earliest first."""
    stated: list[tuple[Key, Place, Statement | LawCard]] = [*statements(catalogue)]
    stated += [(("law", name), (), law) for name, law in catalogue.laws.items()]
    return sorted(
        Change(one.until, key, place, one.after is not None) for key, place, one in stated if one.until is not None
    )


def statements(catalogue: Catalogue) -> Iterator[tuple[Key, Place, Statement]]:
    """Yield every statement but the law cards, with the part of the catalogue and the place where it stands."""
    for code, edition in catalogue.editions.items():
        for kind, items in edition.lists.items():
            for name, item in items.items():
                if isinstance(item, Statement):
                    yield (code, kind, name), (), item
                elif isinstance(item, Entry):
                    for index, point in enumerate(item.points):
                        yield (code, kind, name), ("points", index), point
                    if item.law_check:
                        yield (code, kind, name), ("law_check",), item.law_check


def _edition(edition: Edition, day: date) -> Edition:
    return replace(
        edition,
        entries={slug: _entry(entry, day) for slug, entry in edition.entries.items()},
        signposts=_still(edition.signposts, day),
        urgent=_still(edition.urgent, day),
        glossary=_still(edition.glossary, day),
    )


def _entry(entry: Entry, day: date) -> Entry:
    points = tuple(point for old in entry.points if (point := _now(old, day)) is not None)
    return replace(entry, points=points, law_check=_now(entry.law_check, day) if entry.law_check else None)


def _still(items: Mapping[str, S], day: date) -> dict[str, S]:
    return {name: item for name, old in items.items() if (item := _now(old, day)) is not None}


def _now(statement: S, day: date) -> S | None:
    if not statement.over(day):
        return statement
    if statement.after is None:
        return None
    field = next(name for name in TEXT_FIELDS if hasattr(statement, name))
    return replace(statement, **{field: statement.after})


def _law(law: LawCard, day: date) -> LawCard:
    over = law.until is not None and day >= law.until and law.after is not None
    return replace(law, status=law.after) if over else law
