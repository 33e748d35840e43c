"""Words that nothing else writes so, aliases that people say of other things, lengths that sources have otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.checks.warnings.agreement import told_otherwise
from content.checks.warnings.samples import everyday_aliases
from content.checks.warnings.words import FEWEST_SAMPLES, RARELY, misspelt
from content.reading.loader import read_with_places
from content.reading.samples import Sample
from tests.content.mistakes.mistakes import ENTRY, copy_content

SPANISH = ENTRY.replace("en/", "es/")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the content in all languages, which nobody changes."""
    return copy_content(tmp_path_factory.mktemp("words") / "content", languages=("en", "es"))


@pytest.fixture
def root(original: Path) -> Iterator[Path]:
    """The copy, as it was again after the test."""
    kept = {file: (original / file).read_text("utf-8") for file in (ENTRY, SPANISH)}
    yield original
    for file, text in kept.items():
        (original / file).write_text(text, "utf-8")


def write(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text("utf-8")
    assert len(re.findall(old, text)) == 1
    (root / file).write_text(re.sub(old, new, text), "utf-8")


def said(lang: str, text: str, number: int, intent: str = "none/far") -> list[Sample]:
    return [Sample(text, lang, intent, "a", "file.yaml", line) for line in range(number)]


MANY = [*said("en", "word", FEWEST_SAMPLES), *said("es", "palabra", FEWEST_SAMPLES)]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (ENTRY, "immigration arrests", "imigration arrests", ["`imigration`", "`immigration`"]),
        (ENTRY, "immigration arrests", "immigratoin arrests", ["`immigratoin`", "`immigration`"]),
        (SPANISH, "federales. En", "fedrales. En", ["`fedrales`", "`federales`"]),
        (SPANISH, "federales. En", "federrales. En", ["`federrales`", "`federales`"]),
        (SPANISH, "federales. En", "féderales. En", ["`féderales`", "`federales`"]),
        (ENTRY, "immigration arrests", "immigration rulebooks", []),
        (ENTRY, "immigration arrests", "Imigration arrests", []),
    ],
)  # fmt: skip
def test_a_word_a_slip_away_from_another_is_told(file: str, old: str, new: str, told: list[str], root: Path) -> None:
    before = {problem.message for problem in misspelt(read_with_places(root)[0], MANY, read_with_places(root)[1])}
    write(root, file, old, new)
    catalogue, at = read_with_places(root)
    found = [problem for problem in misspelt(catalogue, MANY, at) if problem.message not in before]
    assert [word for problem in found for word in re.findall("`.*?`", problem.message)] == told
    assert all(problem.file == file and problem.line > 1 for problem in found)


@pytest.mark.parametrize(("right", "told"), [(RARELY - 1, 0), (RARELY, 1)])
def test_a_word_that_people_write_is_right_unless_they_rarely_do(right: int, told: int, root: Path) -> None:
    write(root, ENTRY, "immigration arrests", "imigration arrests")
    catalogue, at = read_with_places(root)
    people = [*said("en", "so: imigration, again", 50), *said("en", "immigration", 50 * right), *MANY]
    assert len([one for one in misspelt(catalogue, people, at) if "imigration" in one.message]) == told


def test_few_samples_tell_nothing_of_what_people_write(root: Path) -> None:
    write(root, ENTRY, "immigration arrests", "imigration arrests")
    catalogue, at = read_with_places(root)
    assert not [problem for problem in misspelt(catalogue, MANY[:10], at) if "imigration" in problem.message]


@pytest.mark.parametrize(
    ("alias", "samples", "told"),
    [
        ("agents", said("en", "who are the agents", 40), ["`agents` is in 40 samples, 0 of them of this entry"]),
        ("agents", said("en", "who are the agents", 20), []),
        ("agents", said("es", "who are the agents", 40), []),
        ("agents", said("en", "who checks agents", 40, "entry/oversight"), []),
        ("the agents", said("en", "who are the agents", 40), []),
    ],
)
def test_an_alias_that_people_say_of_other_things_is_told(
    alias: str, samples: list[Sample], told: list[str], root: Path
) -> None:
    write(root, ENTRY, r"aliases: \[", f"aliases: [{alias}, ")
    catalogue, at = read_with_places(root)
    found = [problem.message.partition(": ")[0] for problem in everyday_aliases(samples, catalogue, at)]
    assert found == told


@pytest.mark.parametrize(("days", "told"), [("3 days", 1), ("30 days", 0), ("10 days", 0), ("3 phases", 0)])
def test_a_length_that_nothing_else_of_its_sources_has_is_told(days: str, told: int, root: Path) -> None:
    write(root, ENTRY, r"30 days'?", days)
    write(root, SPANISH, "30 días", days.replace("days", "días").replace(" or ", " o "))
    assert len(list(told_otherwise(*read_with_places(root)))) == told
