"""How long the answers are: what was reached stays reached, and no answer says the same thing twice."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import pytest

from content.schema.catalogue import Catalogue, Entry
from tests.content.review.wordruns import word_runs

MEDIAN = {"en": 260, "es": 260}
"""Words of half of the whole answers at most: the goal, reached in both languages."""
POINT = 80
SAID_TWICE = 7
"""Words in a row that stand in two parts of an answer; below that are names and the terms of the law."""


def parts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield each part of a whole answer, named: what a reader gets without headings, sources and footer."""
    yield "short", entry.short
    yield "for_you", entry.for_you
    for point in entry.points:
        yield point.id, point.text
    if entry.law_check:
        yield "law_check", entry.law_check.text
    if entry.closing:
        yield "closing", entry.closing


@pytest.mark.parametrize("lang", sorted(MEDIAN))
def test_half_of_the_answers_are_no_longer_than_what_was_reached(lang: str, catalogue: Catalogue) -> None:
    lengths = [sum(len(text.split()) for _, text in parts(entry)) for entry in catalogue.edition(lang).entries.values()]
    assert statistics.median(lengths) <= MEDIAN[lang], sorted(lengths)


@pytest.mark.parametrize("lang", sorted(MEDIAN))
def test_no_point_is_longer_than_a_phone_screen(lang: str, catalogue: Catalogue) -> None:
    long = [
        (entry.slug, point.id, len(text.split()))
        for entry in catalogue.edition(lang).entries.values()
        for point in entry.points
        for text in (point.text, point.after or "")
        if len(text.split()) > POINT
    ]
    assert long == []


@pytest.mark.parametrize("lang", sorted(MEDIAN))
def test_no_answer_says_the_same_words_twice(lang: str, catalogue: Catalogue) -> None:
    twice = []
    for entry in catalogue.edition(lang).entries.values():
        said: dict[str, str] = {}
        for name, text in parts(entry):
            for run in word_runs(text, SAID_TWICE):
                if said.setdefault(run, name) != name:
                    twice.append(f"{entry.slug}: {said[run]} and {name}: {run}")
    assert twice == []
