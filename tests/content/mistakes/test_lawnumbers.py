"""Which numbers of laws are taken for slips."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.checks.warnings.counts import doubtful_laws
from content.reading.loader import read_with_places
from tests.content.mistakes.mistakes import ENTRY, copy_content


@pytest.mark.parametrize(
    ("number", "beside"),
    [
        *(("SB 45", True), ("SB 55", True), ("SB 94", True), ("AB 45", False), ("SB 54", False)),
        *(("SB 580", False), ("SB 99", False), ("SB 5", False), ("SB 545", False)),
    ],
)
def test_a_number_that_nothing_knows_is_told_and_which_neighbour_it_may_be_meant_for(
    number: str, beside: bool, tmp_path: Path
) -> None:
    root = copy_content(tmp_path / "content")
    path = root / ENTRY
    text = path.read_text("utf-8")
    assert "SB 54 report" in text
    assert text.count("SB 54") > 1
    path.write_text(text.replace("SB 54 report", f"{number} report"), "utf-8")
    told = [problem.message for problem in doubtful_laws(*read_with_places(root))]
    known = number in ("SB 54", "SB 580")
    meant = (
        "SB 54 is named beside it: correct the number"
        if beside
        else "no source is about it: correct the number, or add its card"
    )
    assert told == ([] if known else [f"no law here is {number}, and {meant}"])
