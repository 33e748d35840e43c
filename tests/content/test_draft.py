"""A draft: catalogue, samples and stray files checked in one go, and what has no samples yet."""

from __future__ import annotations

import re
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from content.checks.texts import by_part, twins_by_part
from content.checks.times import future_dates
from content.reading.documents import KeptDocuments
from content.reading.loader import read_catalogue, read_draft, read_with_places, without_samples
from content.schema.errors import ContentError
from tests.content.mistakes.mistakes import ENTRY, copy_content
from tests.content.readings import newest_reading

TODAY = newest_reading()
SAMPLES = "intent: entry/oversight\nvoices:\n  a:\n    - who checks them\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the English content with one sample."""
    copied = copy_content(tmp_path / "content")
    (copied / "en/samples").mkdir()
    (copied / "en/samples/05-oversight.yaml").write_text(SAMPLES, encoding="utf-8")
    return copied


def problems_of(root: Path, today: date = TODAY) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_draft(root, today)
    return [str(problem) for problem in caught.value.problems]


def test_a_draft_without_mistakes_holds_catalogue_and_samples(root: Path) -> None:
    draft = read_draft(root, TODAY)
    assert len(draft.catalogue.edition("en").entries) >= 20
    assert [sample.text for sample in draft.samples] == ["who checks them"]
    assert draft.at(("en", "entry", "oversight"), ("slug",), "here").line == 2


def test_mistakes_in_content_in_samples_and_stray_files_are_told_together(root: Path) -> None:
    (root / ENTRY).write_text("- a list\n", encoding="utf-8")
    (root / "en/samples/05-oversight.yaml").write_text(SAMPLES.replace("voices", "samples"), encoding="utf-8")
    (root / "en/entries/21-drones.yml").write_text("", encoding="utf-8")
    shown = "\n".join(problems_of(root))
    assert f"{ENTRY}:1: the file must have fields of its own" in shown
    assert "en/samples/05-oversight.yaml:2: unknown field `samples`" in shown
    assert "en/entries/21-drones.yml:1: is not read" in shown


def test_days_in_the_future_are_told_with_the_other_mistakes(root: Path) -> None:
    path = root / "en/resources.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("opened: 2026", "opened: 2027", 1), encoding="utf-8")
    (root / "en/entries/21-drones.yml").write_text("", encoding="utf-8")
    shown = "\n".join(problems_of(root))
    assert f"en/resources.yaml:8: 2027-11-28 is in the future (today is {TODAY}): write the day on which" in shown
    assert "en/entries/21-drones.yml:1: is not read" in shown


def test_no_day_on_which_something_was_read_may_lie_ahead(root: Path) -> None:
    catalogue, at = read_with_places(root)
    problems = [one for one in future_dates(catalogue, date.min, at) if "is in the future" in one.message]
    written = [
        (path.relative_to(root).as_posix(), number)
        for path in root.rglob("*.yaml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for _ in re.findall(r"\b(?:known_to|opened|dated|on): \d", line)
    ]
    assert sorted((one.file, one.line) for one in problems) == sorted(written)


def test_what_nobody_has_written_samples_for_is_warned_of_where_it_stands(root: Path) -> None:
    found = {intent: str(problem) for intent, problem in without_samples(read_draft(root, TODAY))}
    assert "entry/oversight" not in found
    assert found["entry/training"] == (
        "en/entries/17-training.yaml:1: nobody has written samples for it: "
        "add a file with `intent: entry/training` to en/samples"
    )
    assert {"signpost/schools", "urgent/door", "smalltalk/greeting"} < set(found)


def test_after_an_edit_only_its_part_has_other_texts(tmp_path: Path) -> None:
    root, read = copy_content(tmp_path / "content", languages=("en", "es"), cards=True), KeptDocuments()
    before = read_catalogue(root, read)
    path = root / ENTRY
    path.write_text(path.read_text("utf-8").replace("\nshort: >-\n", "\nshort: >-\n  As said before:\n", 1), "utf-8")
    after = read_catalogue(root, read)
    others = [new for old, new in zip(by_part(before), by_part(after), strict=True) if old is not new]
    assert {said.key for said in chain.from_iterable(others)} == {("en", "entry", "oversight")}
    pairs = zip(twins_by_part(before), twins_by_part(after), strict=True)
    assert {said.key for old, new in pairs if old is not new for said, _ in new} == {("es", "entry", "oversight")}
