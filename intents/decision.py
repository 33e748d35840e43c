"""The decision rule: of everything the bot could do with a message, the one that is expected to cost least.

The costs are the only thresholds there are. They are chosen by cross-validation and the dev sets
(``intents/README.md``); a wrong answer costs three needless questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType

from msgspec import Struct

from intents.match import TOPICS, VAGUE, Decision, Intent, Kind

CHOICES = 3
FEWEST_CHOICES = 2
"""Topics offered when asking back, at most and at least."""
WORTH_OFFERING = 0.02
"""A topic less likely than this is not offered beside a likelier one."""
WORTH_PLACING_BESIDE = 0.08
"""How many must not be served by an answer, and by another topic, for that to be offered beside it (a share)."""
OFFERABLE = 8
"""Topics that are considered as choices, likeliest first."""


class Costs(Struct, frozen=True):
    """What each mistake costs, in units of a needless question."""

    wrong_answer: float = 3.0
    missed_need: float = 4.5
    """Answering with an entry where a signpost is meant: who asks for something practical gets an essay."""
    refused: float = 2.0
    question: float = 1.0
    missed_urgent: float = 12.0
    false_urgent: float = 8.0
    answered_not_ours: float = 3.5
    wrong_signpost: float = 1.6
    missed_signpost: float = 2.0
    signpost_not_ours: float = 0.8
    question_not_ours: float = 0.25
    question_at_small_talk: float = 1.0
    talked_past: float = 1.5
    """Small talk in place of an answer."""
    refused_vague: float = 1.0
    """Refusing a message that only needed a question back."""
    wrong_choices: float = 1.5
    """Asking back without the right topic among the choices."""


class Choice(Struct, frozen=True):
    """What to do: the decision, the id it is about, its probability, and what to offer when asking back."""

    decision: Decision
    target: str | None
    confidence: float
    choices: tuple[Intent, ...] = ()


Option = tuple[float, Choice]
"""Something to do, and what it is expected to cost, in units of a needless question."""

Overlap = Mapping[Intent, Mapping[Intent, float]]
"""For each intent, which others serve whoever means it as well, and in what share of cases (0 to 1)."""

_NOTHING: Mapping[Intent, float] = MappingProxyType({})
LIKELY = 0.004
"""What is less likely than this weighs nothing."""
CONSIDERED = 3
"""Entries and signposts that are considered as answers, each, likeliest first."""

Ranked = Sequence[tuple[Intent, float]]
Lost = dict[Kind, float]
"""How likely it is that a message goes unserved, by the kind of what it means."""


def decide(chances: Mapping[Intent, float], costs: Costs, overlap: Overlap = MappingProxyType({})) -> Choice:
    """Return the cheapest thing to do, given the probability of each intent (they sum to 1)."""
    return min(options(chances, costs, overlap), key=lambda option: option[0])[1]


def options(chances: Mapping[Intent, float], costs: Costs, overlap: Overlap = MappingProxyType({})) -> list[Option]:
    """Return what could be done, each with what it is expected to cost."""
    ranked = sorted(chances.items(), key=itemgetter(1), reverse=True)
    total = dict.fromkeys(Kind, 0.0)
    best: dict[Kind, list[Intent]] = {kind: [] for kind in Kind}
    for intent, chance in ranked:
        total[intent.kind] += chance
        best[intent.kind].append(intent)
    likely = [pair for pair in ranked if pair[1] >= LIKELY]
    return [
        *(_answer(entry, chances, likely, total, costs, overlap) for entry in best[Kind.ENTRY][:CONSIDERED]),
        *(_signpost(signpost, chances, likely, total, costs, overlap) for signpost in best[Kind.SIGNPOST][:CONSIDERED]),
        *_clarify(ranked, likely, chances, total, costs, overlap),
        *_small_talk(best[Kind.SMALLTALK][:1], total, costs),
        *_urgent(best[Kind.URGENT][:1], total, costs),
        _fallback(chances, total, costs),
    ]


def _lost(intents: Sequence[Intent], likely: Ranked, overlap: Overlap) -> Lost:
    """Return how likely it is that none of ``intents`` serves, by the kind of what is meant."""
    left = dict(likely)
    for intent in intents:
        left = _unserved(left, intent, overlap)
    lost = dict.fromkeys(Kind, 0.0)
    for meant, chance in left.items():
        lost[meant.kind] += chance
    return lost


def _answer(
    entry: Intent,
    chances: Mapping[Intent, float],
    likely: Ranked,
    total: Mapping[Kind, float],
    costs: Costs,
    overlap: Overlap,
) -> Option:
    lost = _lost((entry,), likely, overlap)
    cost = (
        costs.wrong_answer * lost[Kind.ENTRY]
        + costs.missed_need * lost[Kind.SIGNPOST]
        + costs.answered_not_ours * (lost[Kind.NONE] + lost[Kind.SMALLTALK])
        + costs.missed_urgent * total[Kind.URGENT]
    )
    return cost, Choice(Decision.ANSWER, entry.id, chances[entry])


def _signpost(
    signpost: Intent,
    chances: Mapping[Intent, float],
    likely: Ranked,
    total: Mapping[Kind, float],
    costs: Costs,
    overlap: Overlap,
) -> Option:
    lost = _lost((signpost,), likely, overlap)
    cost = (
        costs.refused * lost[Kind.ENTRY]
        + costs.wrong_signpost * lost[Kind.SIGNPOST]
        + costs.signpost_not_ours * lost[Kind.NONE]
        + costs.question * total[Kind.SMALLTALK]
        + costs.missed_urgent * total[Kind.URGENT]
    )
    return cost, Choice(Decision.SIGNPOST, signpost.id, chances[signpost])


def _clarify(
    ranked: Ranked,
    likely: Ranked,
    chances: Mapping[Intent, float],
    total: Mapping[Kind, float],
    costs: Costs,
    overlap: Overlap,
) -> list[Option]:
    offered = _offered(ranked, likely, overlap)
    if len(offered) < 2:
        return []
    vague = chances.get(VAGUE, 0.0)
    lost = _lost(offered, likely, overlap)
    missed = lost[Kind.ENTRY] + lost[Kind.SIGNPOST]
    reached = total[Kind.ENTRY] + total[Kind.SIGNPOST] - missed
    cost = (
        costs.question * reached
        + costs.wrong_choices * missed
        + costs.question_not_ours * (lost[Kind.NONE] - vague)
        + costs.question_at_small_talk * total[Kind.SMALLTALK]
        + costs.missed_urgent * total[Kind.URGENT]
    )
    return [(cost, Choice(Decision.CLARIFY, None, reached, offered))]


def _small_talk(best: Sequence[Intent], total: Mapping[Kind, float], costs: Costs) -> list[Option]:
    cost = (
        costs.talked_past * (total[Kind.ENTRY] + total[Kind.SIGNPOST])
        + costs.question * total[Kind.NONE]
        + costs.missed_urgent * total[Kind.URGENT]
    )
    return [
        (cost, Choice(Decision.TOPICS if talk == TOPICS else Decision.SMALLTALK, talk.id, total[Kind.SMALLTALK]))
        for talk in best
    ]


def _urgent(best: Sequence[Intent], total: Mapping[Kind, float], costs: Costs) -> list[Option]:
    cost = costs.false_urgent * (1 - total[Kind.URGENT])
    return [(cost, Choice(Decision.URGENT, urgent.id, total[Kind.URGENT])) for urgent in best]


def _fallback(chances: Mapping[Intent, float], total: Mapping[Kind, float], costs: Costs) -> Option:
    cost = (
        costs.refused * total[Kind.ENTRY]
        + costs.missed_signpost * total[Kind.SIGNPOST]
        + costs.question * total[Kind.SMALLTALK]
        + costs.missed_urgent * total[Kind.URGENT]
        + costs.refused_vague * chances.get(VAGUE, 0.0)
    )
    return cost, Choice(Decision.FALLBACK, None, total[Kind.NONE])


def beside(given: Intent, chances: Mapping[Intent, float], overlap: Overlap) -> tuple[Intent, ...]:
    """Return what is worth offering beside the answer ``given``, to those whom it does not serve."""
    ranked = sorted(chances.items(), key=itemgetter(1), reverse=True)
    likely = [pair for pair in ranked if pair[1] >= LIKELY]
    return _offered(ranked, likely, overlap, (given,), WORTH_PLACING_BESIDE)[1:]


def _offered(
    ranked: Ranked, likely: Ranked, overlap: Overlap, given: tuple[Intent, ...] = (), least: float = 0.0
) -> tuple[Intent, ...]:
    """Return what to offer, after what is ``given``: each serves most of those whom the ones before it do not."""
    topics = [intent for intent, _ in ranked if intent.kind in (Kind.ENTRY, Kind.SIGNPOST)][:OFFERABLE]
    offered = list(given)
    left = dict(likely)
    for one in given:
        left = _unserved(left, one, overlap)
    while len(offered) < CHOICES and (free := [topic for topic in topics if topic not in offered]):
        serving = dict.fromkeys(free, 0.0)
        for meant, chance in left.items():
            shares = overlap.get(meant, _NOTHING)
            for topic in free:
                serving[topic] += chance if topic == meant else chance * shares.get(topic, 0.0)
        topic = max(serving, key=lambda one: serving[one])
        if serving[topic] < (max(least, WORTH_OFFERING) if len(offered) >= FEWEST_CHOICES else least):
            break
        offered.append(topic)
        left = _unserved(left, topic, overlap)
    return tuple(offered)


def _unserved(meant: Mapping[Intent, float], given: Intent, overlap: Overlap) -> dict[Intent, float]:
    """Return how likely each intent is to be meant and not served by ``given``."""
    return {
        intent: 0.0 if intent == given else chance * (1 - overlap.get(intent, _NOTHING).get(given, 0.0))
        for intent, chance in meant.items()
    }
