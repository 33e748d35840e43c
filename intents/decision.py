"""The decision rule: of everything the bot could do with a message, the one that is expected to cost least.

The costs are the only thresholds there are. They are chosen by cross-validation and the dev sets
(``intents/README.md``); a wrong answer costs three needless questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from operator import itemgetter
from types import MappingProxyType

from msgspec import Struct

from intents.match import TOPICS, VAGUE, Decision, Intent, Kind

CHOICES = 3
"""Topics offered at most when asking back."""
WORTH_OFFERING = 0.02
"""A topic less likely than this is not offered beside a likelier one."""
SIGNPOST_WORTH_OFFERING = 0.1
"""The same for a signpost: asked back, people look for a topic first."""


class Costs(Struct, frozen=True):
    """What each mistake costs, in units of a needless question."""

    wrong_answer: float = 3.0
    refused: float = 2.0
    question: float = 1.0
    missed_urgent: float = 12.0
    false_urgent: float = 8.0
    answered_not_ours: float = 4.0
    wrong_signpost: float = 1.0
    missed_signpost: float = 1.0
    signpost_not_ours: float = 0.4
    question_not_ours: float = 0.25
    question_at_small_talk: float = 1.0
    refused_vague: float = 1.0
    """Refusing a message that only needed a question back."""
    neighbour: float = 1.5
    """Answering with an entry beside the right one, whose text overlaps."""
    neighbour_signpost: float = 0.6
    """The same for a signpost."""
    wrong_choices: float = 1.3
    """Asking back without the right topic among the choices."""


class Choice(Struct, frozen=True):
    """What to do: the decision, the id it is about, its probability, and what to offer when asking back."""

    decision: Decision
    target: str | None
    confidence: float
    choices: tuple[Intent, ...] = ()


Option = tuple[float, Choice]
"""Something to do, and what it is expected to cost, in units of a needless question."""

Neighbours = Mapping[Intent, AbstractSet[Intent]]
"""The intents whose texts overlap with each intent's: either is worth reading for who asks for the other."""


def decide(chances: Mapping[Intent, float], costs: Costs, neighbours: Neighbours = MappingProxyType({})) -> Choice:
    """Return the cheapest thing to do, given the probability of each intent (they sum to 1)."""
    return min(options(chances, costs, neighbours), key=lambda option: option[0])[1]


def options(
    chances: Mapping[Intent, float], costs: Costs, neighbours: Neighbours = MappingProxyType({})
) -> list[Option]:
    """Return what could be done, each with what it is expected to cost."""
    ranked = sorted(chances.items(), key=itemgetter(1), reverse=True)
    total = dict.fromkeys(Kind, 0.0)
    best: dict[Kind, Intent] = {}
    for intent, chance in ranked:
        total[intent.kind] += chance
        best.setdefault(intent.kind, intent)
    vague = chances.get(VAGUE, 0.0)
    offered = _offered(ranked)
    return [
        *_answer(best.get(Kind.ENTRY), chances, total, costs, neighbours),
        *_signpost(best.get(Kind.SIGNPOST), chances, total, costs, neighbours),
        *_clarify(offered, total, vague, costs),
        *_small_talk(best.get(Kind.SMALLTALK), total, costs),
        *_urgent(best.get(Kind.URGENT), total, costs),
        (
            costs.refused * total[Kind.ENTRY]
            + costs.missed_signpost * total[Kind.SIGNPOST]
            + costs.question * total[Kind.SMALLTALK]
            + costs.missed_urgent * total[Kind.URGENT]
            + costs.refused_vague * vague,
            Choice(Decision.FALLBACK, None, total[Kind.NONE]),
        ),
    ]


def _answer(
    entry: Intent | None,
    chances: Mapping[Intent, float],
    total: Mapping[Kind, float],
    costs: Costs,
    neighbours: Neighbours,
) -> list[Option]:
    if entry is None:
        return []
    chance = chances[entry]
    near = _near(entry, chances, neighbours)
    cost = (
        costs.wrong_answer * (total[Kind.ENTRY] - chance - near[Kind.ENTRY])
        + costs.answered_not_ours * (total[Kind.NONE] + total[Kind.SIGNPOST] - near[Kind.SIGNPOST])
        + costs.answered_not_ours * total[Kind.SMALLTALK]
        + costs.neighbour * (near[Kind.ENTRY] + near[Kind.SIGNPOST])
        + costs.missed_urgent * total[Kind.URGENT]
    )
    return [(cost, Choice(Decision.ANSWER, entry.id, chance))]


def _signpost(
    signpost: Intent | None,
    chances: Mapping[Intent, float],
    total: Mapping[Kind, float],
    costs: Costs,
    neighbours: Neighbours,
) -> list[Option]:
    if signpost is None:
        return []
    chance = chances[signpost]
    near = _near(signpost, chances, neighbours)
    cost = (
        costs.refused * (total[Kind.ENTRY] - near[Kind.ENTRY])
        + costs.wrong_signpost * (total[Kind.SIGNPOST] - chance - near[Kind.SIGNPOST])
        + costs.neighbour_signpost * (near[Kind.ENTRY] + near[Kind.SIGNPOST])
        + costs.signpost_not_ours * total[Kind.NONE]
        + costs.question * total[Kind.SMALLTALK]
        + costs.missed_urgent * total[Kind.URGENT]
    )
    return [(cost, Choice(Decision.SIGNPOST, signpost.id, chance))]


def _near(intent: Intent, chances: Mapping[Intent, float], neighbours: Neighbours) -> dict[Kind, float]:
    """Return how likely the neighbours of ``intent`` are, by kind; of each at most as likely as ``intent`` itself.

    What is hardly meant is no good answer to anything, however near it stands to what is.
    """
    near = dict.fromkeys(Kind, 0.0)
    for other in neighbours.get(intent, ()):
        near[other.kind] += min(chances.get(other, 0.0), chances[intent])
    return near


def _clarify(
    offered: Sequence[tuple[Intent, float]], total: Mapping[Kind, float], vague: float, costs: Costs
) -> list[Option]:
    if len(offered) < 2:
        return []
    reached = sum(chance for _, chance in offered)
    lost = total[Kind.ENTRY] + total[Kind.SIGNPOST] - reached
    cost = (
        costs.question * reached
        + costs.wrong_choices * lost
        + costs.question_not_ours * (total[Kind.NONE] - vague)
        + costs.question_at_small_talk * total[Kind.SMALLTALK]
        + costs.missed_urgent * total[Kind.URGENT]
    )
    return [(cost, Choice(Decision.CLARIFY, None, reached, tuple(intent for intent, _ in offered)))]


def _small_talk(talk: Intent | None, total: Mapping[Kind, float], costs: Costs) -> list[Option]:
    if talk is None:
        return []
    cost = (
        costs.refused * total[Kind.ENTRY]
        + costs.missed_signpost * total[Kind.SIGNPOST]
        + costs.question * total[Kind.NONE]
        + costs.missed_urgent * total[Kind.URGENT]
    )
    decision = Decision.TOPICS if talk == TOPICS else Decision.SMALLTALK
    return [(cost, Choice(decision, talk.id, total[Kind.SMALLTALK]))]


def _urgent(urgent: Intent | None, total: Mapping[Kind, float], costs: Costs) -> list[Option]:
    if urgent is None:
        return []
    cost = costs.false_urgent * (1 - total[Kind.URGENT])
    return [(cost, Choice(Decision.URGENT, urgent.id, total[Kind.URGENT]))]


def _offered(ranked: Iterable[tuple[Intent, float]]) -> list[tuple[Intent, float]]:
    """Return the first choices among the intents and their probabilities, likeliest first: two, a third if likely."""
    topics = (
        (intent, chance)
        for intent, chance in ranked
        if intent.kind is Kind.ENTRY or (intent.kind is Kind.SIGNPOST and chance >= SIGNPOST_WORTH_OFFERING)
    )
    return [
        (intent, chance)
        for index, (intent, chance) in enumerate(islice(topics, CHOICES))
        if index < 2 or chance >= WORTH_OFFERING
    ]
