"""Messages of a writer who had seen neither samples nor the bot: no worse than at their first run.

220 in English and 130 in Spanish, of November 29, 2026. Their mistakes have been read since, so the figures flatter.
"""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from intents.training.evaluation import judge, read_labelled, report
from tests.tools.places import DATA

FIRST = {"en": (220, 0.700, 0.818, 0.052), "es": (130, 0.738, 0.876, 0.018)}
"""Rows; and the first run's share right at once, right or offered, and alarmed of those not in distress."""


@pytest.mark.parametrize("lang", FIRST)
def test_a_fresh_writer_is_understood_as_at_first(lang: str, catalogue: Catalogue, matcher: Matcher) -> None:
    slugs = {entry.number: entry.slug for entry in catalogue.edition("en").entries.values()}
    rows = read_labelled(DATA / f"replies/fresh-{lang}.jsonl", slugs)
    found = report(judge(rows, matcher, "en"))
    count, right, right_or_offered, alarms = FIRST[lang]
    worth = found.worths["all"]
    assert found.count == count
    assert worth["right"] >= right
    assert worth["right"] + worth["offered"] >= right_or_offered
    assert found.figures["urgent recall"] == 1.0
    alarmed = found.figures["false alarms"]
    assert alarmed is not None
    assert alarmed <= alarms
