"""The decision rule: of everything the bot could do, what costs least."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from intents.classifier.model import Told
from intents.decision.costs import Costs
from intents.decision.overlap import Overlap
from intents.decision.rule import CHOICES, WORTH_OFFERING, Choice, Decider
from intents.match import Decision, Intent, Kind

COSTS = Costs(
    wrong_answer=5.0,
    refused=2.0,
    question=1.0,
    missed_urgent=12.0,
    false_urgent=6.0,
    question_at_small_talk=1.0,
    refused_vague=1.0,
    answered_not_ours=5.0,
    missed_need=5.0,
    talked_past=2.0,
    wrong_signpost=1.0,
    missed_signpost=1.0,
    signpost_not_ours=0.4,
    question_not_ours=0.6,
    wrong_choices=2.0,
)
"""Costs of this test's own: the bot's may be tuned without a change here."""
NAMES = (
    "entry/a", "entry/b", "entry/c", "entry/d", "signpost/s", "signpost/t", "glossary/g",
    "smalltalk/thanks", "smalltalk/topics", "urgent/door", "none/far", "none/vague",
)  # fmt: skip


def chances(**named: float) -> dict[Intent, float]:
    """``entry_a=0.9`` and so on; what is left to 1 goes to ``none/far``, everything else has nothing."""
    given_ = {name.replace("_", "/"): chance for name, chance in named.items()}
    rest = 1 - sum(given_.values())
    return {Intent.parse(name): given_.get(name, rest if name == "none/far" else 0.0) for name in NAMES}


def told(likely: dict[Intent, float]) -> Told:
    """``likely`` as a classifier would tell it."""
    kinds = {kind: sum(chance for intent, chance in likely.items() if intent.kind is kind) for kind in Kind}
    return Told(np.array(list(likely.values())), kinds, np.zeros(0))


def decide(likely: dict[Intent, float], costs: Costs, overlap: Overlap = MappingProxyType({})) -> Choice:
    return Decider(list(likely), costs, overlap).decide(told(likely))


def beside(given_: Intent, likely: dict[Intent, float], overlap: Overlap) -> tuple[Intent, ...]:
    return Decider(list(likely), COSTS, overlap).beside(given_, np.array(list(likely.values())))


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
        ({"none_vague": 0.5}, Decision.CLARIFY, None),
        ({"none_vague": 0.1}, Decision.FALLBACK, None),
        ({"none_vague": 0.5, "entry_a": 0.5}, Decision.CLARIFY, None),
        ({"none_vague": 0.05, "entry_a": 0.95}, Decision.ANSWER, "a"),
        ({"none_vague": 0.5, "urgent_door": 0.5}, Decision.URGENT, "door"),
        ({"none_vague": 0.4, "smalltalk_thanks": 0.6}, Decision.SMALLTALK, "thanks"),
        ({"signpost_s": 0.9}, Decision.SIGNPOST, "s"),
        ({"signpost_s": 0.6}, Decision.SIGNPOST, "s"),
        ({"glossary_g": 0.6}, Decision.GLOSSARY, "g"),
        ({"glossary_g": 0.5, "signpost_s": 0.45}, Decision.GLOSSARY, "g"),
        ({"glossary_g": 0.45, "signpost_s": 0.5}, Decision.SIGNPOST, "s"),
        ({"glossary_g": 0.40, "entry_a": 0.50}, Decision.CLARIFY, None),
        ({"glossary_g": 0.1, "entry_a": 0.9}, Decision.ANSWER, "a"),
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


@pytest.mark.parametrize("small_talk", [0.3, 0.4, 0.5, 0.6, 0.7])
def test_a_signpost_that_nobody_means_is_not_shown(small_talk: float) -> None:
    for costs in (COSTS, Costs()):
        choice = decide(chances(smalltalk_thanks=small_talk), costs)
        assert choice.decision in (Decision.SMALLTALK, Decision.FALLBACK)


def offered(choice: Choice) -> list[str]:
    assert choice.decision is Decision.CLARIFY
    return [str(intent) for intent in choice.choices]


def test_what_nobody_means_is_not_shown_for_what_it_stands_near_to() -> None:
    serves = overlap(entry_a={"signpost/s": 0.3}, entry_b={"signpost/s": 0.3})
    found = decide(chances(entry_a=0.55, entry_b=0.3, signpost_s=0.01, none_far=0.14), COSTS, serves)
    assert (found.decision, found.target) != (Decision.SIGNPOST, "s")


def overlap(**served: dict[str, float]) -> dict[Intent, dict[Intent, float]]:
    return {
        Intent.parse(name.replace("_", "/")): {Intent.parse(other): share for other, share in others.items()}
        for name, others in served.items()
    }


def test_what_serves_all_that_is_likely_is_shown() -> None:
    serves = overlap(entry_a={"signpost/s": 0.8}, entry_b={"signpost/s": 0.8})
    found = decide(chances(entry_a=0.3, entry_b=0.3, signpost_s=0.3, none_far=0.1), COSTS, serves)
    assert (found.decision, found.target) == (Decision.SIGNPOST, "s")
    assert found.confidence == pytest.approx(0.3)


def test_overlap_goes_one_way() -> None:
    likely = chances(entry_a=0.5, entry_b=0.45)
    assert decide(likely, COSTS, overlap(entry_b={"entry/a": 0.9})).target == "a"
    assert decide(likely, COSTS, overlap(entry_a={"entry/b": 0.9})).target == "b"


def test_a_need_met_with_an_entry_is_dearer_than_a_wrong_entry() -> None:
    likely = chances(entry_a=0.75, signpost_s=0.25)
    assert decide(likely, replace(COSTS, missed_need=1.0)).decision is Decision.ANSWER
    assert decide(likely, replace(COSTS, missed_need=9.0)).decision is Decision.CLARIFY


def test_a_choice_serves_whom_the_ones_before_it_do_not() -> None:
    likely = chances(entry_a=0.3, entry_b=0.28, entry_c=0.22, entry_d=0.2)
    found = decide(likely, COSTS, overlap(entry_b={"entry/a": 0.95}, entry_a={"entry/b": 0.2}))
    assert offered(found) == ["entry/a", "entry/c", "entry/d"]


def test_beside_an_answer_stands_what_serves_the_others() -> None:
    likely = chances(entry_a=0.6, entry_b=0.25, signpost_s=0.15)
    found = beside(Intent.parse("entry/a"), likely, overlap(entry_b={"entry/a": 0.9}))
    assert [str(intent) for intent in found] == ["signpost/s"]
    assert beside(Intent.parse("entry/a"), chances(entry_a=0.95, entry_b=0.05), {}) == ()


def test_what_is_vague_is_asked_about_with_the_likeliest_topics() -> None:
    choice = decide(chances(none_vague=0.9, entry_c=0.06, entry_d=0.04), COSTS)
    assert offered(choice) == ["entry/c", "entry/d", "entry/a"][: len(choice.choices)]
    assert len(choice.choices) >= 2
    assert choice.confidence == pytest.approx(0.1)


def test_a_cheaper_refusal_of_what_is_vague_makes_the_bot_refuse_sooner() -> None:
    likely = chances(none_vague=0.6)
    assert decide(likely, replace(COSTS, refused_vague=2.0)).decision is Decision.CLARIFY
    assert decide(likely, replace(COSTS, refused_vague=0.1)).decision is Decision.FALLBACK


def test_a_question_back_to_small_talk_costs() -> None:
    likely = chances(smalltalk_thanks=0.3, entry_a=0.4, entry_b=0.3)
    assert decide(likely, replace(COSTS, question_at_small_talk=0.5)).decision is Decision.CLARIFY
    assert decide(likely, replace(COSTS, question_at_small_talk=6.0)).decision is not Decision.CLARIFY


def test_dearer_choices_without_the_right_one_make_the_bot_ask_later() -> None:
    likely = chances(entry_a=0.3, entry_b=0.3, entry_c=0.2, entry_d=0.2)
    assert decide(likely, replace(COSTS, wrong_choices=1.3)).decision is Decision.CLARIFY
    assert decide(likely, replace(COSTS, wrong_choices=8.0)).decision is not Decision.CLARIFY


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


def test_costs_keep_their_order() -> None:
    costs = Costs()
    assert costs.wrong_answer == 2.5 * costs.question
    assert costs.question < costs.refused < costs.wrong_answer
    assert costs.answered_not_ours >= costs.wrong_answer
    assert costs.missed_urgent > costs.wrong_answer
    assert costs.missed_urgent > costs.false_urgent > costs.wrong_answer
    assert costs.question < costs.wrong_choices < costs.refused
    assert costs.question_not_ours < costs.refused_vague


@given(st.lists(st.floats(0.001, 1), min_size=len(NAMES), max_size=len(NAMES)))
def test_whatever_is_likely_the_decision_holds_together(weights: list[float]) -> None:
    total = sum(weights)
    likely = {Intent.parse(name): weight / total for name, weight in zip(NAMES, weights, strict=True)}
    choice = decide(likely, COSTS)
    assert 0 <= choice.confidence <= 1.000001
    if choice.decision is Decision.CLARIFY:
        assert 2 <= len(choice.choices) <= CHOICES
        assert [likely[i] for i in choice.choices] == sorted((likely[i] for i in choice.choices), reverse=True)
        assert {intent.kind for intent in choice.choices} <= {Kind.ENTRY, Kind.SIGNPOST, Kind.TERM}
    else:
        assert choice.choices == ()
    if choice.decision is Decision.SIGNPOST:
        assert likely[Intent(Kind.SIGNPOST, choice.target or "")] > 0.05
    if choice.decision is Decision.ANSWER:
        best = max((i for i in likely if i.kind is Kind.ENTRY), key=lambda intent: likely[intent])
        assert choice.target == best.id
        assert likely[best] > 0.5


def test_what_was_expected_is_likelier_and_all_still_sum_to_one() -> None:
    likely = chances(entry_a=0.5, entry_b=0.25)
    decider = Decider(list(likely), COSTS, {})
    weighed = decider.weigh(told(likely), {Intent.parse("entry/b"): 3.0, Intent.parse("entry/gone"): 9.0})
    found = dict(zip(decider.intents, weighed.chances.tolist(), strict=True))
    assert weighed.chances.sum() == pytest.approx(1)
    assert weighed.sum(Kind.ENTRY) == pytest.approx(found[Intent.parse("entry/a")] + found[Intent.parse("entry/b")])
    assert found[Intent.parse("entry/b")] == pytest.approx(1.5 * found[Intent.parse("entry/a")])


def test_behind_a_title_topics_are_told_anew_and_nothing_else_is_likelier() -> None:
    likely = chances(entry_a=0.5, signpost_s=0.1, none_far=0.4)
    behind = told(chances(entry_a=0.18, signpost_s=0.72, none_far=0.1))
    decider = Decider(list(likely), COSTS, {})
    found = decider.weigh(told(likely), {}, behind).chances
    assert [chance for chance in found.tolist() if chance] == pytest.approx([0.31, 0.29, 0.4])
    not_ours = chances(entry_a=0.3, signpost_s=0.1, none_far=0.6)
    assert decider.weigh(told(not_ours), {}, behind).chances.tolist() == pytest.approx(list(not_ours.values()))
    fragment = dict(zip(decider.intents, decider.weigh(told(not_ours), {}, behind, fragment=True).chances, strict=True))
    assert fragment[Intent.parse("signpost/s")] / fragment[Intent.parse("entry/a")] == pytest.approx(0.21 / 0.19)


def test_the_likeliest_of_a_kind_is_known() -> None:
    likely = chances(entry_a=0.2, entry_b=0.5, signpost_s=0.25)
    decider = Decider(list(likely), COSTS, {})
    vector = np.array(list(likely.values()))
    assert decider.likeliest(Kind.ENTRY, vector) == Intent.parse("entry/b")
    assert decider.likeliest_topic(vector) == (Intent.parse("entry/b"), 0.5)
    only = Decider([Intent.parse("none/far")], COSTS, {})
    assert only.likeliest_topic(np.array([1.0])) is None
    assert only.likeliest(Kind.ENTRY, np.array([1.0])) is None
