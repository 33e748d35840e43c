"""The days on which content was checked: none may lie in the future, and each grows old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Place, Problem

REVIEW_DAYS = 180


def future_dates(catalogue: Catalogue, today: date, at: At) -> Iterator[Problem]:
    """Yield a problem for each day in ``catalogue`` that is after ``today``."""
    seen = [(("source", source.id), ("seen",), source.seen) for source in catalogue.sources.values()]
    for key, place, day in (*_reviews(catalogue), *seen):
        if day > today:
            yield at(key, place, f"{day} is in the future (today is {today}): write the day of the check")


def stale_reviews(catalogue: Catalogue, today: date, at: At, days: int = REVIEW_DAYS) -> Iterator[Problem]:
    """Yield a warning for each review or verification that is older than ``days`` on ``today``."""
    for key, place, day in _reviews(catalogue):
        age = (today - day).days
        if age > days:
            yield at(key, place, f"last checked {day}, {age} days ago: check it again and write the new day")


def _reviews(catalogue: Catalogue) -> Iterator[tuple[Key, Place, date]]:
    for code, edition in catalogue.editions.items():
        for slug, entry in edition.entries.items():
            yield (code, "entry", slug), ("reviewed",), entry.reviewed
        for name, signpost in edition.signposts.items():
            yield (code, "signpost", name), ("reviewed",), signpost.reviewed
        for name, urgent in edition.urgent.items():
            yield (code, "urgent", name), ("reviewed",), urgent.reviewed
        for name, resource in edition.resources.items():
            yield (code, "resource", name), ("verified",), resource.verified
    for code, card in catalogue.language_cards.items():
        yield ("card", code), ("known_to",), card.known_to
    for code, resources in catalogue.local.resources.items():
        for index, local in enumerate(resources):
            yield ("local",), ("resources", code, index, "verified"), local.verified
