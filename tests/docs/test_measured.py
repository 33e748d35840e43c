"""The figures that docs/measured.md gives for the matcher are those that it has, within what a few samples change."""

from __future__ import annotations

import re

import pytest

from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from intents.training.evaluation import Report, judge, report
from intents.training.labelled import read_labelled
from tests.docs.documents import ROOT, named, page
from tests.tools.bench.service import LEEWAY, PLACES, stale

POINTS = 3.0
"""Per cent. Where a floor of tests/intents/figures/test_floors.py is missed, that says so first."""
ROWS = [row for row in page("docs/measured.md").rows("Questions written for the twenty") if named(row[0])]


@pytest.fixture(scope="module")
def reports(catalogue: Catalogue, matcher: Matcher) -> list[Report]:
    slugs = {entry.number: entry.slug for entry in catalogue.edition("en").entries.values()}
    sets = (ROOT / f"tests/data/{name}.jsonl" for name in ("dev-en", "dev-es"))
    return [report(judge(read_labelled(path, slugs), matcher, "en")) for path in sets]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(named(row[0])[0]))
def test_a_figure_is_what_is_measured(row: list[str], reports: list[Report]) -> None:
    for cell, found in zip(row[1:], reports, strict=True):
        figure = found.figures[named(row[0])[0]]
        assert figure is not None
        assert float(cell.removesuffix(" %")) == pytest.approx(100 * figure, abs=POINTS)


def test_there_are_figures() -> None:
    assert len(ROWS) >= 5


def test_the_sets_are_as_large_as_is_said() -> None:
    sizes = page("docs/measured.md").rows("Questions written for the twenty")[0][1:]
    lines = [len((ROOT / f"tests/data/{name}.jsonl").read_text().splitlines()) for name in ("dev-en", "dev-es")]
    assert [int(size) for size in sizes] == lines


def test_the_figures_of_real_people_are_those_that_later_versions_are_held_to() -> None:
    held = (ROOT / "tests/intents/figures/test_real.py").read_text(encoding="utf-8")
    said = page("docs/measured.md").section("Questions of real people")
    for name in ("RIGHT", "RIGHT_OR_OFFERED", "ALARMS", "RIGHT_2", "RIGHT_OR_OFFERED_2", "ALARMS_2"):
        floor = re.search(rf"^{name} = ([.\d]+)$", held, re.MULTILINE)
        assert floor
        assert f"{100 * float(floor[1]):.1f} %" in said


def test_the_bench_tells_what_the_page_says_that_is_no_longer_so() -> None:
    rows = page("docs/measured.md").rows("Beside bare bots")
    found = {name: {row[0]: float(row[place]) for row in rows} for name, place in PLACES.items()}
    assert rows
    assert stale(found) == []
    found["slack"][rows[0][0]] *= 1 + 2 * LEEWAY
    assert len(stale(found)) == 1
