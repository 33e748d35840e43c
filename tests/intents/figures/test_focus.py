"""Which point of an entry answers a message: on a small set, and with the model of the samples."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from content.reading.samples import Sample
from intents.classifier.features import ngrams
from intents.classifier.focus import Focus
from intents.classifier.model import Classifier
from intents.match import Decision
from intents.matcher import Matcher
from intents.reading import fold
from intents.training.points import learn_points
from intents.training.training import Learner, extract
from tests.tools.places import DATA

POINTS = {
    "sails": (
        "red sails in the wind", "who mends the sails", "a torn sail", "hoist the sails", "white sails",
        "sails of linen", "how many sails", "the sail is wet",
    ),
    "crew": (
        "the crew sleeps below", "who feeds the crew", "a crew of ten", "sailors of the crew", "pay for the crew",
        "the crew went ashore", "is the crew hungry", "a cook in the crew",
    ),
    "": (
        "tell me of ships", "everything on ships", "what about ships", "ships in general", "all about the ship",
        "an overview of ships", "ships please", "more on ships",
    ),
}  # fmt: skip


def samples(slug: str = "ships", *, points: dict[str, tuple[str, ...]] | None = None) -> list[Sample]:
    """Return the messages of the small set, by three writers in turn."""
    return [
        Sample(text, "en", f"entry/{slug}", f"writer-{number % 3}", "file.yaml", number, point)
        for point, texts in (points or POINTS).items()
        for number, text in enumerate(texts)
    ]


class Small:
    """What is learnt of some messages."""

    def __init__(self, *known: Sample) -> None:
        self.learnt = learn_points(Learner(extract(sample.text for sample in known)), known)

    def point(self, text: str, slug: str = "ships") -> str | None:
        assert self.learnt is not None
        return led(self.learnt.with_points(self.learnt), text, slug)


def led(classifier: Classifier, text: str, slug: str) -> str | None:
    told = classifier.of(classifier.vocabulary.vector(ngrams(fold(text))))
    return Focus(classifier.points).points([slug], told.points).get(slug)


@pytest.fixture(scope="module")
def focus() -> Small:
    """What the small set teaches."""
    return Small(*samples())


class TestSmall:
    """On a set that one can look over."""

    @pytest.mark.parametrize(("text", "found"), [("are the sails torn", "sails"), ("does the crew sleep", "crew")])
    def test_a_clear_message_leads_to_its_point(self, text: str, found: str, focus: Small) -> None:
        assert focus.point(text) == found

    def test_one_that_asks_for_the_whole_leads_to_none(self, focus: Small) -> None:
        assert focus.point("tell me all about ships") is None

    @pytest.mark.parametrize("text", ["", "…"])
    def test_one_that_says_nothing_of_any_point_leads_to_none(self, text: str, focus: Small) -> None:
        assert focus.point(text) is None

    def test_an_entry_that_nothing_is_known_of_leads_to_none(self, focus: Small) -> None:
        assert focus.point("are the sails torn", "harbors") is None

    def test_messages_of_which_nobody_said_the_point_do_not_count(self) -> None:
        untold = [Sample(sample.text, "en", "entry/harbors", sample.voice, "f", 1) for sample in samples()]
        both = Small(*samples(), *untold)
        assert both.point("are the sails torn") == "sails"
        assert both.point("are the sails torn", "harbors") is None

    def test_an_entry_with_messages_of_one_point_only_is_left_out(self) -> None:
        assert Small(*samples(points={"sails": POINTS["sails"]})).learnt is None

    def test_what_is_no_entry_has_no_points(self) -> None:
        signposts = [Sample(s.text, "en", "signpost/ships", s.voice, "f", 1, s.point) for s in samples()]
        assert Small(*signposts).learnt is None


class TestShipped:
    """With the model of the samples."""

    @pytest.mark.parametrize(
        ("text", "lang", "slug", "led"),
        [
            ("how much notice must the county give before the public forum on ICE access", "en", "oversight", "forums"),
            ("can the sheriff hold me two more days because ICE asked", "en", "local-police", "holds-warrants"),
        ],
    )
    def test_a_concrete_question_leads_to_the_point_that_answers_it(
        self, text: str, lang: str, slug: str, led: str, matcher: Matcher
    ) -> None:
        match = matcher.match(text, lang)
        assert (match.decision, match.target, match.point) == (Decision.ANSWER, slug, led)

    @pytest.mark.parametrize(
        ("text", "decision", "target", "led"),
        [
            ("could agents walk into the emergency room", Decision.SIGNPOST, "health-care", "clinics"),
            ("did arrests by ICE go up or down in california", Decision.SIGNPOST, "how-many", "does-it-work"),
        ],
    )
    def test_below_what_answers_an_entry_is_led_by_the_point_that_the_question_asks_for(
        self, text: str, decision: Decision, target: str, led: str, matcher: Matcher
    ) -> None:
        match = matcher.match(text, "en")
        assert (match.decision, match.target, match.point) == (decision, target, None)
        assert led in match.leading.values()

    @pytest.mark.parametrize("text", ["oversight", "5", "ICE is at my door", "hello"])
    def test_a_name_and_what_is_no_answer_lead_to_none(self, text: str, matcher: Matcher) -> None:
        assert matcher.match(text, "en").point is None

    def test_a_point_that_the_content_no_longer_has_is_not_led_to(
        self, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = "how much notice must the county give before the public forum on ICE access"
        assert matcher.match(text, "en").point == "forums"
        monkeypatch.setattr(matcher._hearer.focus["en"], "points", lambda *_: {"oversight": "gone"})
        assert matcher.match(text, "en").point is None


def of_shipped(matcher: Matcher, row: dict[str, str], slug: str) -> str | None:
    """Return the point of an entry that answers a labelled message, with the model of the samples."""
    return led(matcher._model.intents[row["lang"]], row["text"], slug)


def test_points_asked_for_by_somebody_who_had_not_seen_the_samples_lead(matcher: Matcher) -> None:
    """331 messages by one writer, who labelled them alone: 181 ask for one point, 150 for the whole topic (``-s``)."""
    counted: Counter[str] = Counter()
    for line in (DATA / "focus" / "one.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        slug, _, asked = row["points"][0].partition("/")
        fair = {one.partition("/")[2] for one in row["points"]}
        point = of_shipped(matcher, row, slug)
        kind = "whole" if asked == "whole" else "one"
        counted[kind] += 1
        counted[f"{kind} {'right' if point in fair else 'wrong' if point else 'none'}"] += 1
    print(dict(counted))  # noqa: T201
    assert (counted["one"], counted["whole"]) == (181, 150)
    assert counted["one right"] >= 0.75 * counted["one"]
    assert counted["one wrong"] <= 0.05 * counted["one"]
    assert counted["whole wrong"] <= 0.08 * counted["whole"]


def test_points_asked_for_lead_as_two_labellers_found_them(matcher: Matcher) -> None:
    """371 messages, 182 of them real: what both found says what is asked, either's points are fair (``-s``)."""
    rows = [json.loads(line) for line in (DATA / "focus" / "two.jsonl").read_text("utf-8").splitlines()]
    asked: dict[str, Counter[str]] = {}
    for row in rows:
        if row["asks"] == "point":
            asked.setdefault(row["points"][0].partition("/")[0], Counter()).update(row["points"])
    commonest = {slug: points.most_common(1)[0][0] for slug, points in asked.items()}
    counted: Counter[str] = Counter()
    for row in rows:
        slug = row["points"][0].partition("/")[0]
        point = of_shipped(matcher, row, slug)
        outcome = "none" if point is None else "right" if f"{slug}/{point}" in row["points"] else "wrong"
        rare = row["asks"] == "point" and commonest[slug] not in row["points"]
        for kind in (row["asks"], f"{row['from']} {row['asks']}", *(["rarer"] if rare else [])):
            counted.update((kind, f"{kind} {outcome}"))
    print(dict(counted))  # noqa: T201
    assert (counted["point"], counted["whole"], counted["real point"], counted["real whole"]) == (221, 150, 124, 58)
    assert counted["point right"] >= 0.74 * counted["point"]
    assert counted["real point right"] >= 0.60 * counted["real point"]
    assert counted["rarer right"] >= 0.70 * counted["rarer"]
    assert counted["point wrong"] <= 0.05 * counted["point"]
    assert counted["whole wrong"] <= 0.08 * counted["whole"]


def test_points_asked_for_lead_or_are_one_press_away_whatever_is_decided(matcher: Matcher) -> None:
    """Of the same 221 messages that ask for one point, end to end: below a signpost or term it leads where one goes."""
    rows = [json.loads(line) for line in (DATA / "focus" / "two.jsonl").read_text("utf-8").splitlines()]
    asked = [(matcher.match(row["text"], row["lang"]), row["points"]) for row in rows if row["asks"] == "point"]
    leads = sum(f"{match.target}/{match.point}" in fair for match, fair in asked)
    near = sum(any(f"{slug}/{led}" in fair for slug, led in match.leading.items()) for match, fair in asked)
    print(len(asked), leads, near)  # noqa: T201
    assert leads >= 0.27 * len(asked)
    assert near >= 0.57 * len(asked)


def test_a_point_that_is_no_longer_clear_does_not_lead(monkeypatch: pytest.MonkeyPatch, focus: Small) -> None:
    assert focus.point("who mends the sails") == "sails"
    monkeypatch.setattr("intents.classifier.focus.CLEAR", 1.1)
    assert focus.point("who mends the sails") is None
