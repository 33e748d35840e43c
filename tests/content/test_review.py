"""``content/REVIEW.md`` says, point by point, where the original FAQ's claims are covered."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from content.reading.digest import CONTENT_FOLDER
from content.schema.catalogue import Catalogue

DATA = Path(__file__).parent.parent / "data"
POINT_IDS = (DATA / "point-ids.txt").read_text(encoding="ascii").split()

_ROW = re.compile(r"^\| (\d+\.\d+) \|(.*)\|(.*)\|(.*)\|$", re.MULTILINE)
_SOURCE = re.compile(r"`([a-z0-9-]+)`")


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str, str, str]]:
    """Point id, where it is covered, how, and its source ids."""
    return _ROW.findall((CONTENT_FOLDER / "REVIEW.md").read_text(encoding="utf-8"))


def test_every_point_of_the_fact_sheet_is_reviewed_once(rows: list[tuple[str, str, str, str]]) -> None:
    assert Counter(point for point, *_ in rows) == Counter(POINT_IDS)


def test_every_point_is_stated_corrected_or_for_a_reason_dropped(rows: list[tuple[str, str, str, str]]) -> None:
    known = re.compile(r" (stated|corrected)( |: \S)| dropped: \S")
    assert [point for point, _, how, _ in rows if not known.match(how)] == []


def test_points_that_are_not_dropped_name_where_they_are_covered(rows: list[tuple[str, str, str, str]]) -> None:
    assert [point for point, where, how, _ in rows if "dropped" not in how and not where.strip(" –")] == []


def test_points_covered_by_a_paragraph_name_its_sources(rows: list[tuple[str, str, str, str]]) -> None:
    """The short answer and the closing have no sources of their own; paragraphs and corrections have."""
    assert [p for p, where, _, sources in rows if ('"' in where or "law_check" in where) and "`" not in sources] == []


def test_only_sources_that_the_entry_cites_are_named(
    rows: list[tuple[str, str, str, str]], catalogue: Catalogue
) -> None:
    edition = catalogue.edition("en")
    wrong = []
    for point, _, _, sources in rows:
        entry = edition.by_number(int(point.split(".")[0]))
        assert entry is not None
        wrong += [f"{point}: {name}" for name in _SOURCE.findall(sources) if name not in entry.sources]
    assert wrong == []


def test_places_named_are_parts_of_the_entry(rows: list[tuple[str, str, str, str]], catalogue: Catalogue) -> None:
    edition = catalogue.edition("en")
    wrong = []
    for point, where, _, _ in rows:
        entry = edition.by_number(int(point.split(".")[0]))
        assert entry is not None
        headings = {item.heading for item in entry.points}
        wrong += [f"{point}: {name}" for name in re.findall(r'"([^"]+)"', where) if name not in headings]
    assert wrong == []


def test_the_review_counts_its_points_right(rows: list[tuple[str, str, str, str]]) -> None:
    counted = Counter(how.split(":")[0].strip() for _, _, how, _ in rows)
    text = (CONTENT_FOLDER / "REVIEW.md").read_text(encoding="utf-8")
    said = re.search(r"(\d+) points: \*\*(\d+) stated, (\d+) corrected, (\d+) dropped", text)
    assert said is not None
    assert [int(number) for number in said.groups()] == [
        len(rows),
        counted["stated"],
        counted["corrected"],
        counted["dropped"],
    ]


def test_the_review_tells_what_the_readers_of_the_spanish_found() -> None:
    text = (CONTENT_FOLDER / "REVIEW.md").read_text(encoding="utf-8")
    section = text.split("## Spanish: naturalness and fidelity")[1].split("\n## ")[0]
    assert len(section.split()) > 50, "what the readers of the Spanish found, and what was done, is not written down"
