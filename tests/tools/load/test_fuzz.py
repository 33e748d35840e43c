"""The short form of fuzz.py: whatever stands in a field, the request is answered and the next one too."""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.tools.load.fuzz import attack, attacked


async def test_no_field_of_any_delivery_can_stop_the_bot(
    catalogue: Catalogue, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with attacked(catalogue, matcher) as (bot, api):
        report = await attack(bot, api, 1_000, seed=7)
    assert report.faults == []
    assert report.unanswered == 0
    assert report.looks > 4
