"""The decision rule: of everything the bot could do, what costs least."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.decision import CHOICES, WORTH_OFFERING, Costs, decide
from intents.match import Decision, Intent, Kind

COSTS = Costs(
    wrong_answer=5.0,
    refused=2.0,
    question=1.0,
    missed_urgent=12.0,
    false_urgent=6.0,
    answered_not_ours=5.0,
    wrong_signpost=1.0,
    missed_signpost=1.0,
    signpost_not_ours=0.4,
    question_not_ours=0.6,
    wrong_choices=2.0,
)
"""Costs of this test's own: the bot's may be tuned without a change here."""
NAMES = (
    "entry/a", "entry/b", "entry/c", "entry/d", "signpost/s", "signpost/t",
    "smalltalk/thanks", "smalltalk/topics", "urgent/door", "none/far", "none/vague",
)  # fmt: skip


def chances(**named: float) -> dict[Intent, float]:
    """``entry_a=0.9`` and so on; what is left to 1 goes to ``none/far``, everything else has nothing."""
    given_ = {name.replace("_", "/"): chance for name, chance in named.items()}
    rest = 1 - sum(given_.values())
    return {Intent.parse(name): given_.get(name, rest if name == "none/far" else 0.0) for name in NAMES}


@pytest.mark.parametrize(
    ("likely", "decision", "target"),
    [
        ({"entry_a": 0.95}, Decision.ANSWER, "a"),
        ({"entry_a": 0.85, "entry_b": 0.10}, Decision.ANSWER, "a"),
        ({"entry_a": 0.50, "entry_b": 0.45}, Decision.CLARIFY, None),
        ({"entry_a": 0.40, "entry_b": 0.30, "entry_c": 0.25}, Decision.CLARIFY, None),
        ({"entry_a": 0.50, "signpost_s": 0.40}, Decision.CLARIFY, None),
        ({"entry_a": 0.30}, Decision.FALLBACK, None),
        ({"entry_a": 0.05}, Decision.FALLBACK, None),
        ({}, Decision.FALLBACK, None),
        ({"none_vague": 0.9}, Decision.CLARIFY, None),
        ({"signpost_s": 0.9}, Decision.SIGNPOST, "s"),
        ({"signpost_s": 0.6}, Decision.SIGNPOST, "s"),
        ({"smalltalk_thanks": 0.9}, Decision.SMALLTALK, "thanks"),
        ({"smalltalk_topics": 0.9}, Decision.TOPICS, "topics"),
        ({"urgent_door": 0.9}, Decision.URGENT, "door"),
        ({"urgent_door": 0.5, "entry_a": 0.5}, Decision.URGENT, "door"),
        ({"urgent_door": 0.4, "signpost_s": 0.6}, Decision.URGENT, "door"),
        ({"urgent_door": 0.05, "entry_a": 0.95}, Decision.ANSWER, "a"),
    ],
)
def test_the_cheapest_thing_is_done(likely: dict[str, float], decision: Decision, target: str | None) -> None:
    choice = decide(chances(**likely), COSTS)
    assert (choice.decision, choice.target) == (decision, target)


def test_choices_come_likeliest_first() -> None:
    choice = decide(chances(entry_b=0.4, entry_a=0.3, signpost_s=0.25), COSTS)
    assert [str(intent) for intent in choice.choices] == ["entry/b", "entry/a", "signpost/s"]
    assert choice.confidence == pytest.approx(0.95)


def test_a_third_choice_that_nobody_means_is_left_out() -> None:
    choice = decide(chances(entry_a=0.5, entry_b=0.48, entry_c=WORTH_OFFERING / 2), COSTS)
    assert [str(intent) for intent in choice.choices] == ["entry/a", "entry/b"]


def test_confidence_is_the_probability_of_what_was_decided() -> None:
    assert decide(chances(entry_a=0.9), COSTS).confidence == pytest.approx(0.9)
    assert decide(chances(entry_a=0.02), COSTS).confidence == pytest.approx(0.98)


def test_a_dearer_wrong_answer_makes_the_bot_ask_sooner() -> None:
    likely = chances(entry_a=0.75, entry_b=0.25)
    assert decide(likely, replace(COSTS, wrong_answer=2.0)).decision is Decision.ANSWER
    assert decide(likely, replace(COSTS, wrong_answer=9.0)).decision is Decision.CLARIFY


def test_a_dearer_missed_urgent_makes_the_bot_help_sooner() -> None:
    likely = chances(urgent_door=0.3, entry_a=0.7)
    assert decide(likely, replace(COSTS, missed_urgent=3.0)).decision is not Decision.URGENT
    assert decide(likely, replace(COSTS, missed_urgent=20.0)).decision is Decision.URGENT


def test_with_one_topic_there_is_nothing_to_ask_between() -> None:
    only = {Intent.parse("entry/a"): 0.5, Intent.parse("none/far"): 0.5}
    assert decide(only, COSTS).decision is Decision.FALLBACK


def test_costs_keep_the_order_that_the_issue_states() -> None:
    costs = Costs()
    assert costs.wrong_answer == 5 * costs.question
    assert costs.refused == 2 * costs.question
    assert costs.missed_urgent > costs.wrong_answer


@given(st.lists(st.floats(0.001, 1), min_size=len(NAMES), max_size=len(NAMES)))
def test_whatever_is_likely_the_decision_holds_together(weights: list[float]) -> None:
    total = sum(weights)
    likely = {Intent.parse(name): weight / total for name, weight in zip(NAMES, weights, strict=True)}
    choice = decide(likely, COSTS)
    assert 0 <= choice.confidence <= 1.000001
    if choice.decision is Decision.CLARIFY:
        assert 2 <= len(choice.choices) <= CHOICES
        assert [likely[i] for i in choice.choices] == sorted((likely[i] for i in choice.choices), reverse=True)
        assert {intent.kind for intent in choice.choices} <= {Kind.ENTRY, Kind.SIGNPOST}
    else:
        assert choice.choices == ()
    if choice.decision is Decision.ANSWER:
        best = max((i for i in likely if i.kind is Kind.ENTRY), key=lambda intent: likely[intent])
        assert choice.target == best.id
        assert likely[best] > 0.5
