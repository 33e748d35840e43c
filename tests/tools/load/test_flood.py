"""The short form of ``make flood``: idle connections keep nobody out, and fill no log."""

from __future__ import annotations

from pathlib import Path

from tests.tools.load.flood import flood


async def test_idle_connections_without_end_keep_no_question_out(tmp_path: Path) -> None:
    outcome = await flood(tmp_path, seconds=3.0, rate=150, files=300)
    assert outcome.idle > 200
    assert outcome.asked > 15
    assert outcome.answered >= 0.95, outcome.statuses
    assert outcome.logged.total() < 20, outcome.logged
