"""What of counts, units and weekdays differs between twins, or is no such day."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.checks.warnings.counts import doubtful_counts
from content.reading.loader import read_with_places
from tests.content.mistakes.mistakes import ENTRY

SPANISH = ENTRY.replace("en/", "es/")


@pytest.fixture(scope="module")
def spoken() -> tuple[str, ...]:
    """Both languages."""
    return ("en", "es")


def told(root: Path, english: str, spanish: str) -> list[str]:
    """Return the warnings where these words stand in an entry's short answer."""
    for file, words in ((ENTRY, english), (SPANISH, spanish)):
        path = root / file
        text = path.read_text("utf-8")
        path.write_text(text.replace("\nshort: >-\n", f"\nshort: >-\n  {words}\n", 1), "utf-8")
    return [problem.message for problem in doubtful_counts(*read_with_places(root))]


@pytest.mark.parametrize(
    ("english", "spanish", "says"),
    [
        ("Six counties.", "Seis condados.", ""),
        ("Six counties.", "Siete condados.", "(6, 7)"),
        ("Both counties.", "Los dos condados.", ""),
        ("Sixteen counties.", "Dieciséis condados.", ""),
        ("Ten days.", "Diez semanas.", "(10 día, 10 semana)"),
        ("A ten-day wait.", "Diez días de espera.", ""),
        ("Ten business days.", "Diez días hábiles.", ""),
        ("It began on a Monday.", "Empezó un martes.", ""),
    ],
)
def test_counts_and_units_are_compared(english: str, spanish: str, says: str, root: Path) -> None:
    found = told(root, english, spanish)
    assert len(found) == bool(says)
    assert all(says in one for one in found)


@pytest.mark.parametrize(
    ("english", "spanish", "wrong"),
    [
        ("On Tuesday, January 27, 2026.", "El martes 27 de enero de 2026.", []),
        ("On Tuesday January 27, 2026.", "El martes, 27 de enero de 2026.", []),
        (
            "On Monday, January 27, 2026.",
            "El lunes 27 de enero de 2026.",
            ["Monday, January 27, 2026", "lunes 27 de enero de 2026"],
        ),
        ("In 2026, on Monday, January 27.", "En 2026, el martes 27 de enero.", ["Monday, January 27"]),
        ("Any Monday, or January 27, 2026.", "Un lunes, o el 27 de enero de 2026.", []),
        ("On Monday, January 27.", "El lunes 27 de enero.", []),
    ],
)
def test_weekdays_are_held_to_their_dates(english: str, spanish: str, wrong: list[str], root: Path) -> None:
    assert [message.split("'")[1] for message in told(root, english, spanish)] == wrong


def test_a_language_may_do_without_these_lists(root: Path) -> None:
    for lang in ("en", "es"):
        path = root / lang / "language.yaml"
        text = path.read_text("utf-8")
        start, end = text.index("weekdays:"), text.index("date:")
        counts, names = text.index("counts:"), text.index("names:")
        path.write_text(text[:start] + text[end:counts] + text[names:], "utf-8")
    assert told(root, "Six on Monday, January 27, 2026.", "Siete el lunes 27 de enero de 2026.") == []
