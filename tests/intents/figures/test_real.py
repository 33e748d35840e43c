"""Real people's questions that were never learnt from: what is decided may not get worse than at the first run."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import pytest

from content.schema.catalogue import Catalogue
from intents.match import Decision, Match
from intents.matcher import Matcher
from tests.tools.places import DATA

MARGIN = 0.02
RIGHT = 0.486
RIGHT_OR_OFFERED = 0.598
"""The first run, on 28 November 2026: 321 questions from 117 sites (tests/data/real/REAL.md). A second setting of the
costs was tried on them and was worse (.414): to that extent they were looked at."""
ALARMS = 0.012
RIGHT_2 = 0.545
RIGHT_OR_OFFERED_2 = 0.649
"""The second collection with the samples of its first run, on 29 November 2026: 154 questions from 81 sites. Its learn
half among the samples was tried on them and left out (.617): to that extent they were looked at."""
ALARMS_2 = 0.006
RIGHT_3 = 0.531
RIGHT_OR_OFFERED_3 = 0.654
ALARMS_3 = 0.010
"""The third collection at its first run, on 29 November 2026: 309 questions and worries from 214 sites."""
RIGHT_4 = 0.472
RIGHT_OR_OFFERED_4 = 0.722
ALARMS_4 = 0.017
"""The fourth collection at its first run, on 29 November 2026: 176 claims and questions on policy from 136 sites."""


@dataclass(frozen=True)
class Held:
    """A set that is never learnt from, with the shares at its first run."""

    name: str
    right: float
    right_or_offered: float
    alarms: float


SETS = (
    Held("real-held", RIGHT, RIGHT_OR_OFFERED, ALARMS),
    Held("real/held-2", RIGHT_2, RIGHT_OR_OFFERED_2, ALARMS_2),
    Held("real/held-3", RIGHT_3, RIGHT_OR_OFFERED_3, ALARMS_3),
    Held("real/held-4", RIGHT_4, RIGHT_OR_OFFERED_4, ALARMS_4),
)


def outcome(match: Match, accepted: set[str], numbers: dict[str, int]) -> str:
    """Return what a decision is worth, given everything that would have been right."""

    def label(kind: str, name: str | None) -> str:
        return f"entry:{numbers[name or '']}" if kind == "entry" else f"{kind}:{name}"

    kinds = {Decision.ANSWER: "entry"} | {one: str(one) for one in (Decision.SIGNPOST, Decision.LAW, Decision.GLOSSARY)}
    if match.decision is Decision.CLARIFY:
        offered = {label(str(choice.kind), choice.id) for choice in match.choices}
        return "offered" if offered & accepted else "useless question"
    if match.decision is Decision.URGENT:
        alarmed = any(one.startswith("urgent:") for one in accepted)
        return "right" if f"urgent:{match.target}" in accepted else "wrong help" if alarmed else "alarm"
    if match.decision in kinds:
        return "right" if label(kinds[match.decision], match.target) in accepted else "wrong"
    return "right" if "fallback" in accepted else "refused"


@pytest.fixture(scope="module", params=SETS, ids=lambda held: held.name)
def held(request: pytest.FixtureRequest) -> Held:
    """One set after the other."""
    assert isinstance(request.param, Held)
    return request.param


@pytest.fixture(scope="module")
def shares(held: Held, catalogue: Catalogue, matcher: Matcher) -> dict[str, float]:
    """The share of each outcome."""
    lines = (DATA / f"{held.name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    numbers = {entry.slug: entry.number for entry in catalogue.edition("en").entries.values()}
    found = Counter(outcome(matcher.match(row["text"], row["lang"]), set(row["ok"]), numbers) for row in rows)
    return {name: count / len(rows) for name, count in found.items()}


def test_the_right_thing_is_done_at_once_as_often(held: Held, shares: dict[str, float]) -> None:
    assert shares["right"] >= held.right - MARGIN


def test_it_is_done_or_offered_as_often(held: Held, shares: dict[str, float]) -> None:
    assert shares["right"] + shares.get("offered", 0.0) >= held.right_or_offered - MARGIN


def test_nobody_is_alarmed_more_often(held: Held, shares: dict[str, float]) -> None:
    assert shares.get("alarm", 0.0) <= held.alarms + MARGIN
