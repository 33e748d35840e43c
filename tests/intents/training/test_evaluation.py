"""The figures, checked against a set small enough to count by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from intents.match import Candidate, Decision, Intent, Match
from intents.matcher import Matcher
from intents.training.evaluation import Judged, judge, report
from intents.training.labelled import Labelled


def judged(
    decision: Decision,
    target: str | None = None,
    *,
    gold: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
    kind: str = "faq",
    style: str = "",
    best: str = "a",
    confidence: float = 0.9,
    choices: tuple[str, ...] = (),
) -> Judged:
    labelled = Labelled("text", "en", kind, style, gold, also)
    candidates = tuple(Candidate(1, slug, 0.5) for slug in (best, "x", "y"))
    intents = tuple(Intent.parse(name) for name in choices)
    return Judged(labelled, Match(decision, "en", True, confidence, candidates, target, intents))


A, B, C = ("entry/a",), ("entry/b",), ("entry/c",)

SET = (
    judged(Decision.ANSWER, "a", gold=A),  # right
    judged(Decision.ANSWER, "b", gold=A, also=B, best="b"),  # right, strictly second
    judged(Decision.ANSWER, "b", gold=A, best="b", confidence=0.8),  # wrong
    judged(Decision.CLARIFY, gold=A, best="b", choices=("entry/b", "entry/a")),  # asked
    judged(Decision.CLARIFY, gold=A, choices=("entry/b", "entry/c")),  # asked in vain
    judged(Decision.FALLBACK, gold=A),  # refused
    judged(Decision.SIGNPOST, "s", gold=A),  # refused
    judged(Decision.URGENT, "door", gold=A),  # refused and a false alarm
    judged(Decision.ANSWER, "a", kind="oos", style="far"),  # false answer, far
    judged(Decision.FALLBACK, kind="oos", style="far topic"),
    judged(Decision.CLARIFY, kind="oos", style="near", choices=("entry/a", "entry/b")),
    judged(Decision.SIGNPOST, "s", kind="oos", style="near"),
    judged(Decision.ANSWER, "c", kind="oos", style="near"),  # false answer, near
    judged(Decision.URGENT, "door", kind="urgent"),
    judged(Decision.SIGNPOST, "s", kind="urgent"),  # missed
    judged(Decision.SMALLTALK, "thanks", kind="smalltalk"),
    judged(Decision.TOPICS, "topics", kind="smalltalk"),
    judged(Decision.FALLBACK, kind="smalltalk"),
)

FIGURES = {
    "top-1 strict": 5 / 8,
    "top-1 lenient": 6 / 8,
    "resolved": 3 / 8,
    "answered": 3 / 8,
    "wrong": 1 / 8,
    "refused": 3 / 8,
    "false answers far": 1 / 2,
    "false answers near": 1 / 3,
    "urgent recall": 1 / 2,
    "false alarms": 1 / 16,
    "small talk": 2 / 3,
}


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_what_counting_by_hand_gives(name: str) -> None:
    assert report(SET).figures[name] == pytest.approx(FIGURES[name])


def pointed(point: str | None, *points: str, target: str = "a") -> Judged:
    labelled = Labelled("text", "en", "faq", "", A, (), points)
    return Judged(labelled, replace(judged(Decision.ANSWER, target).match, leading={target: point} if point else {}))


def test_points_count_where_their_entry_answers() -> None:
    figures = report(
        [
            pointed("one", "a/one"),
            pointed("two", "a/one", "a/two"),
            pointed("three", "a/one"),
            pointed(None, "a/one"),
            pointed("one", "b/one", target="b"),  # another entry answers
            pointed(None, "a/one", "a/whole"),
            pointed(None, "b/one", "a/whole"),  # of this entry the whole was asked for
            pointed(None, "a/whole"),
            pointed("one", "a/whole"),
            pointed("one", "a/whole", "a/one"),  # fair too
            *SET,  # of which no points are known
        ]
    ).figures
    assert figures["point right"] == pytest.approx(2 / 5)
    assert figures["point wrong"] == pytest.approx(1 / 5)
    assert figures["point false"] == pytest.approx(1 / 4)
    assert report(SET).figures["point right"] is None


def test_calibration_error_is_the_gap_between_said_and_was() -> None:
    # Answers: two right at 0.9, one wrong at 0.8, two false at 0.9: in the tenth from 0.9 half were right.
    assert report(SET).figures["calibration error"] == pytest.approx((abs(0.9 - 0.5) * 4 + 0.8 * 1) / 5)


def test_what_counts_towards_nothing_is_none() -> None:
    figures = report([judged(Decision.ANSWER, "a", gold=A)]).figures
    assert figures["urgent recall"] is None
    assert figures["false answers far"] is None
    assert figures["wrong"] == 0
    assert report([]).figures["resolved"] is None


def test_confusions_name_the_pair() -> None:
    assert report(SET).confusions == {("entry/a", "entry/b"): 3}


def test_pairs_count_the_right_ones_too() -> None:
    assert report(SET).pairs == {("entry/a", "entry/a"): 5, ("entry/a", "entry/b"): 3}
    both = judged(Decision.ANSWER, "b", gold=(*A, *B), best="b")
    assert report([both]).pairs == {("entry/b", "entry/b"): 1}
    assert report([both]).confusions == {}


def test_a_missed_urgent_message_is_the_worst() -> None:
    worst = report(SET).worst
    assert worst[0].labelled.kind == "urgent"
    assert all(item.outcome not in ("right", "asked") for item in worst)


@pytest.mark.parametrize(
    ("gold", "decision", "target", "outcome"),
    [
        (("signpost/s",), Decision.SIGNPOST, "s", "right"),
        (("signpost/s",), Decision.SIGNPOST, "t", "refused"),
        (("glossary/g", "entry/a"), Decision.GLOSSARY, "g", "right"),
        (("urgent/door", "signpost/s"), Decision.URGENT, "door", "right"),
        (("signpost/s",), Decision.URGENT, "door", "false alarm"),
        (("signpost/s",), Decision.ANSWER, "a", "wrong"),
        (("none", "entry/a"), Decision.FALLBACK, None, "right"),
    ],
)
def test_a_message_may_be_labelled_with_names(
    gold: tuple[str, ...], decision: Decision, target: str | None, outcome: str
) -> None:
    assert judged(decision, target, gold=gold).outcome == outcome


@pytest.mark.parametrize(
    ("item", "worth"),
    [
        (judged(Decision.ANSWER, "a", gold=A), "right"),
        (judged(Decision.ANSWER, "b", gold=A, also=B), "right"),
        (judged(Decision.ANSWER, "b", gold=A), "wrong entry"),
        (judged(Decision.SIGNPOST, "s", gold=("signpost/s",)), "right"),
        (judged(Decision.SIGNPOST, "s", gold=A), "wrong signpost"),
        (judged(Decision.LAW, "sb-54", gold=("law/sb-54",)), "right"),
        (judged(Decision.LAW, "sb-54", gold=A), "wrong law"),
        (judged(Decision.GLOSSARY, "g", gold=A), "wrong term"),
        (judged(Decision.CLARIFY, gold=A, choices=("entry/b", "entry/a")), "offered"),
        (judged(Decision.CLARIFY, gold=A, choices=("entry/b", "entry/c")), "useless question"),
        (judged(Decision.FALLBACK, gold=("none", "signpost/s")), "right"),
        (judged(Decision.FALLBACK, gold=A), "refused"),
        (judged(Decision.SMALLTALK, "thanks", gold=("none",)), "refused"),
        (judged(Decision.URGENT, "door", gold=("urgent/door",)), "right"),
        (judged(Decision.URGENT, "door", gold=("urgent/raid",)), "wrong help"),
        (judged(Decision.URGENT, "door", gold=A), "alarm"),
        (judged(Decision.URGENT, "door", kind="urgent"), "right"),
        (judged(Decision.CLARIFY, kind="urgent", choices=("urgent/door", "entry/a")), "offered"),
        (judged(Decision.SIGNPOST, "s", kind="urgent"), "wrong signpost"),
        (judged(Decision.SMALLTALK, "thanks", kind="smalltalk"), "right"),
        (judged(Decision.FALLBACK, kind="smalltalk"), "refused"),
        (judged(Decision.SIGNPOST, "s", kind="oos"), "right"),
        (judged(Decision.CLARIFY, kind="oos", choices=("entry/a", "entry/b")), "right"),
        (judged(Decision.ANSWER, "a", kind="oos"), "wrong entry"),
        (judged(Decision.URGENT, "door", kind="oos"), "alarm"),
        (judged(Decision.SIGNPOST, "t", kind="oos", gold=("signpost/s",)), "wrong signpost"),
    ],
)
def test_what_a_decision_is_worth(item: Judged, worth: str) -> None:
    assert item.worth == worth


def test_worths_are_shared_out_over_all_and_by_kind_and_style() -> None:
    found = report(
        [
            judged(Decision.ANSWER, "b", gold=A, style="news"),
            judged(Decision.ANSWER, "a", gold=A, style="news"),
            judged(Decision.ANSWER, "a", gold=A, style="forum"),
            judged(Decision.URGENT, "door", kind="urgent"),
        ]
    ).worths
    assert found == {
        "all": {"right": 0.75, "wrong entry": 0.25},
        "faq forum": {"right": 1.0},
        "faq news": {"right": 0.5, "wrong entry": 0.5},
        "urgent": {"right": 1.0},
    }
    assert report([]).worths == {}


def test_messages_are_judged_with_the_real_matcher(matcher: Matcher) -> None:
    row = Labelled("who checks the task forces?", None, "faq", "", ("entry/oversight",), ())
    (found,) = judge([row], matcher, "en")
    assert (found.outcome, found.best) == ("right", "entry/oversight")
