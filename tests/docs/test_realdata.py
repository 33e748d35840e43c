"""Real people's questions are as tests/data/real/REAL.md says.

So many, of these sites, no site on two sides, labels that the content holds.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from content.reading.digest import CONTENT_FOLDER
from content.reading.samples import read_samples
from content.schema.catalogue import Catalogue
from intents.training.labelled import read_labelled
from tests.docs.documents import page
from tests.tools.places import DATA

LEARN = ("real/learn", "real/learn-2", "real/learn-3", "real/learn-4", "real/learn-5")
HELD = ("real-held", "real/held-2", "real/held-3", "real/held-4", "real/held-5")
SECTIONS = dict.fromkeys(("real/learn", "real-held"), "Counts")
SECTIONS |= dict.fromkeys(("real/learn-2", "real/held-2"), "The second collection")
SECTIONS |= dict.fromkeys(("real/learn-3", "real/held-3"), "The third collection")
SECTIONS |= dict.fromkeys(("real/learn-4", "real/held-4"), "The fourth collection")
SECTIONS |= dict.fromkeys(("real/learn-5", "real/held-5"), "The fifth collection")
SITE = re.compile(r"(\S+\.\S+) \d+(?:,|$)", re.MULTILINE)


def rows_of(name: str) -> list[dict[str, Any]]:
    """Return the rows of one file."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", LEARN + HELD)
def test_there_are_as_many_as_is_said(name: str) -> None:
    rows = rows_of(name)
    assert f"`{name}.jsonl` ({len(rows)} rows)" in page("tests/data/real/REAL.md").text
    column = 1 if name in LEARN else 2
    cells = [
        row for row in page("tests/data/real/REAL.md").rows(SECTIONS[name]) if len(row) == 4 and row[column].isdigit()
    ]
    said = {(row[0], int(row[column])) for row in cells}  # a style and a kind have the same name
    for field in ("lang", "style", "kind"):
        for value in {row[field] for row in rows}:
            assert (value, sum(row[field] == value for row in rows)) in said, (field, value)


def test_no_site_is_learnt_from_and_measured_with() -> None:
    sites = {name: {row["host"] for row in rows_of(name)} for name in LEARN + HELD}
    learnt, held = (set().union(*(sites[name] for name in side)) for side in (LEARN, HELD))
    assert learnt & held == set()
    collections = [sites[one] | sites[other] for one, other in zip(LEARN, HELD, strict=True)]
    assert sum(map(len, collections)) == len(set().union(*collections))
    named = set(SITE.findall(page("tests/data/real/REAL.md").text))
    assert learnt | held <= named


def test_no_question_is_asked_twice() -> None:
    asked = [(row["lang"], row["text"].casefold()) for name in LEARN + HELD for row in rows_of(name)]
    assert [one for one in asked if asked.count(one) > 1] == []


@pytest.mark.parametrize("name", LEARN + HELD)
def test_every_label_is_something_that_the_bot_has(name: str, catalogue: Catalogue) -> None:
    edition = catalogue.edition("en")
    entries = {entry.number: entry for entry in edition.entries.values()}
    known = {
        "entry": {str(number) for number in entries},
        "signpost": set(edition.signposts),
        "law": set(catalogue.laws),
        "glossary": set(edition.glossary),
        "urgent": set(edition.urgent),
    }
    points = {f"{number}/{point.id}" for number, entry in entries.items() for point in entry.points}
    points |= {f"{number}/whole" for number in entries}
    for row in rows_of(name):
        assert row["ok"], row["text"]
        for label in row["ok"]:
            kind, _, value = label.partition(":")
            assert label == "fallback" or value in known[kind], (label, row["text"])
        assert set(row.get("points", [])) <= points, row["text"]
        labelled = {label[6:] for label in row["ok"] if label.startswith("entry:")}
        assert {point.partition("/")[0] for point in row.get("points", [])} == labelled, row["text"]


@pytest.mark.parametrize("name", LEARN + HELD)
def test_evaluate_reads_them_with_their_points(name: str, catalogue: Catalogue) -> None:
    slugs = {entry.number: entry.slug for entry in catalogue.edition("en").entries.values()}
    found = read_labelled(DATA / f"{name}.jsonl", slugs)
    assert [len(one.points) for one in found] == [len(row.get("points", [])) for row in rows_of(name)]


def test_what_is_learnt_from_them_is_what_they_are_labelled_with(catalogue: Catalogue) -> None:
    slugs = {str(entry.number): slug for slug, entry in catalogue.edition("en").entries.items()}
    learnt = {(one.lang, one.text): {one.intent, *one.also} for one in read_samples(CONTENT_FOLDER) if one.complete}
    held = {row["text"] for name in HELD for row in rows_of(name)}
    missing = []
    for row in (row for name in LEARN for row in rows_of(name)):
        known = learnt.get((row["lang"], row["text"]))
        topics = {label.replace(":", "/", 1) for label in row["ok"] if label.startswith("signpost:")}
        topics |= {f"entry/{slugs[label[6:]]}" for label in row["ok"] if label.startswith("entry:")}
        if known is not None and not topics <= known:
            missing.append((row["text"], topics - known))
    assert missing == []
    assert not {text for _, text in learnt} & held
