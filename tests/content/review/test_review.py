"""``content/REVIEW.md`` says, finding by finding and point by point, what was held against which source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.reading.digest import CONTENT_FOLDER
from content.schema.catalogue import Catalogue

POINT_IDS = (Path(__file__).parent / "point-ids.txt").read_text(encoding="ascii").split()
FINDINGS = 130
PARTS = {"short", "for_you", "law_check", "points", "closing"}
"""What an entry has beside its points, by the field's name."""

_ROW = re.compile(r"^\| (\d+\.\d+) \|([^|]*)\|([^|]*)\|$", re.MULTILINE)
_FINDING = re.compile(r"^\| (\d+) \|([^|]*)\|([^|]*)\|$", re.MULTILINE)
_PLACE = re.compile(r"([a-z0-9-]+)[ /](.+)")


@pytest.fixture(scope="module")
def review() -> str:
    """The whole text."""
    return (CONTENT_FOLDER / "REVIEW.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(review: str) -> list[tuple[str, str, str]]:
    """Point id, where it is covered, and how."""
    return _ROW.findall(review)


def places(where: str) -> Iterator[tuple[str, str]]:
    """Yield each entry and part that a row names: "challenges/courts-money, short; oversight law_check"."""
    for clause in where.split(";"):
        found = _PLACE.fullmatch(re.sub(r"\(.*\)", "", clause).strip())
        assert found, f"no entry and part of it: {clause!r}"
        for part in re.split(r", | and ", found[2]):
            slug, _, name = part.rpartition("/")
            yield slug or found[1], name.strip()


def test_every_finding_is_settled_once(review: str) -> None:
    section = review.split("\n## The 130 findings")[1].split("\n### Beyond the list", maxsplit=1)[0]
    settled = {number: done.strip() for number, _, done in _FINDING.findall(section)}
    assert list(settled) == [str(number) for number in range(1, FINDINGS + 1)]
    assert [number for number, done in settled.items() if not done] == []


def test_every_finding_says_where_it_was_looked_and_what_was_done(review: str) -> None:
    section = review.split("\n## The 130 findings")[1].split("\n### Beyond the list", maxsplit=1)[0]
    found = [(number, where.strip(), done.strip()) for number, where, done in _FINDING.findall(section)]
    assert len(found) == FINDINGS
    assert [number for number, where, _ in found if len(where) < 10 or where.startswith("See ")] == []
    assert [number for number, _, done in found if len(done) < 10] == []
    assert [done for done, count in Counter(done for *_, done in found).items() if count > 1] == []


def test_every_point_of_the_fact_sheet_is_reviewed_once(rows: list[tuple[str, str, str]]) -> None:
    assert Counter(point for point, *_ in rows) == Counter(POINT_IDS)


def test_every_point_is_stated_corrected_or_for_a_reason_dropped(rows: list[tuple[str, str, str]]) -> None:
    known = re.compile(r" (stated|corrected)\b| dropped: \S")
    assert [point for point, _, how in rows if not known.match(how)] == []


def test_points_that_are_not_dropped_name_a_part_of_an_entry_that_exists(
    rows: list[tuple[str, str, str]], catalogue: Catalogue
) -> None:
    entries = catalogue.edition("en").entries
    wrong = []
    for point, where, how in rows:
        if "dropped" in how:
            continue
        for slug, part in places(where):
            known = PARTS | {item.id for item in entries[slug].points} if slug in entries else set()
            if part not in known:
                wrong.append(f"{point}: {slug} {part}")
    assert wrong == []


def test_the_review_counts_its_points_right(review: str, rows: list[tuple[str, str, str]]) -> None:
    counted = Counter(re.split(r"\W", how.strip())[0] for _, _, how in rows)
    said = re.search(r"(\d+) points: (\d+) stated, (\d+) corrected, (\d+) dropped", review)
    assert said is not None
    assert [int(number) for number in said.groups()] == [
        len(rows),
        counted["stated"],
        counted["corrected"],
        counted["dropped"],
    ]
