"""The decision rule: of everything the bot could do with a message, the one that is expected to cost least.

The costs are the only thresholds there are. They are chosen by cross-validation and the dev sets
(``intents/README.md``); a wrong answer costs three needless questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from intents.decision.overlap import Overlap
from intents.match import SHOWN, TOPICS, VAGUE, Decision, Intent, Kind

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
    """Showing a signpost or a term that does not serve: what each of them tells is short."""
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

LIKELY = 0.004
"""What is less likely than this weighs nothing."""
CONSIDERED = 3
"""Entries, signposts and terms that are considered as answers, each, likeliest first."""

Chances = NDArray[np.float64]
"""The probability of each intent, in the order of the decider's ``intents``; they sum to 1."""

_KINDS = tuple(Kind)
_NEEDS = (Kind.SIGNPOST, Kind.TERM)
"""What is no entry and answers all the same: something practical, or what a word means."""
_ByKind = Mapping[Kind, float]


class Decider:
    """Decides between ``intents``, given what mistakes cost and whom an answer serves besides.

    All that is known of pairs of intents stands in one table, so that a decision is some sums over its rows.
    """

    def __init__(self, intents: Sequence[Intent], costs: Costs, overlap: Overlap) -> None:
        self.intents = tuple(intents)
        self._costs = costs
        self._places = {intent: place for place, intent in enumerate(self.intents)}
        kinds = np.array([_KINDS.index(intent.kind) for intent in self.intents])
        self._of_kind = np.eye(len(_KINDS))[kinds]
        self._among = {kind: np.flatnonzero(kinds == place) for place, kind in enumerate(_KINDS)}
        self._topics = np.flatnonzero(np.isin(kinds, [_KINDS.index(kind) for kind in SHOWN]))
        # Row by row: how much of whom an intent (column) stands for is served by what is shown (row).
        self._served = np.eye(len(self.intents))
        for meant, others in overlap.items():
            for shown, share in others.items():
                if meant in self._places and shown in self._places and meant != shown:
                    self._served[self._places[shown], self._places[meant]] = share
        self._unserved = 1.0 - self._served
        self._vague = self._places.get(VAGUE)

    def decide(self, chances: Chances) -> Choice:
        """Return the cheapest thing to do."""
        return min(self.options(chances), key=itemgetter(0))[1]

    def options(self, chances: Chances) -> list[Option]:
        """Return what could be done, each with what it is expected to cost."""
        total = _by_kind(chances @ self._of_kind)
        likely = self._likely(chances)
        return [
            *self._answers(chances, likely, total),
            *self._questions(chances, likely, total),
            *self._small_talk(chances, total),
            *self._urgent(chances, total),
            self._fallback(chances, total),
        ]

    def beside(self, given: Intent, chances: Chances) -> tuple[Intent, ...]:
        """Return what is worth offering beside the answer ``given``, to those whom it does not serve."""
        offered, _ = self._offered(chances, self._likely(chances), (self._places[given],), WORTH_PLACING_BESIDE)
        return offered[1:]

    def sum(self, kind: Kind, chances: Chances) -> float:
        """Return the probability of all intents of a kind together."""
        return float(chances[self._among[kind]].sum())

    def ranked(self, kind: Kind, chances: Chances, most: int | None = None) -> list[tuple[int, float]]:
        """Return the places of the likeliest intents of a kind (of all without ``most``), and how likely they are."""
        places = _ranked(self._among[kind], chances, most)
        return list(zip(places.tolist(), chances[places].tolist(), strict=True))

    def likeliest_topic(self, chances: Chances) -> tuple[Intent, float] | None:
        """Return the likeliest entry or signpost and its probability; None where there are none."""
        return next(
            ((self.intents[place], float(chances[place])) for place in _ranked(self._topics, chances, 1).tolist()), None
        )

    def weigh(self, chances: Chances, expected: Mapping[Intent, float]) -> Chances:
        """Return ``chances`` with those ``expected`` as many times likelier as that says, to sum to 1 again."""
        weighed = chances.copy()
        for intent, times in expected.items():
            if (place := self._places.get(intent)) is not None:
                weighed[place] *= times
        found: Chances = weighed / weighed.sum()
        return found

    def _likely(self, chances: Chances) -> Chances:
        found: Chances = np.where(chances >= LIKELY, chances, 0.0)
        return found

    def _answers(self, chances: Chances, likely: Chances, total: _ByKind) -> list[Option]:
        costs = self._costs
        shown = [place for kind in SHOWN for place, _ in self.ranked(kind, chances, CONSIDERED)]
        found: list[Option] = []
        for place, row in zip(shown, (self._unserved[shown] * likely) @ self._of_kind, strict=True):
            lost, intent = _by_kind(row), self.intents[place]
            if intent.kind is Kind.ENTRY:
                cost = (
                    costs.wrong_answer * lost[Kind.ENTRY]
                    + costs.missed_need * _needs(lost)
                    + costs.answered_not_ours * (lost[Kind.NONE] + lost[Kind.SMALLTALK])
                )
            else:
                cost = (
                    costs.refused * lost[Kind.ENTRY]
                    + costs.wrong_signpost * _needs(lost)
                    + costs.signpost_not_ours * lost[Kind.NONE]
                    + costs.question * total[Kind.SMALLTALK]
                )
            cost += costs.missed_urgent * total[Kind.URGENT]
            found.append((cost, Choice(SHOWN[intent.kind], intent.id, float(chances[place]))))
        return found

    def _questions(self, chances: Chances, likely: Chances, total: _ByKind) -> list[Option]:
        offered, left = self._offered(chances, likely)
        if len(offered) < FEWEST_CHOICES:
            return []
        costs, lost = self._costs, _by_kind(left @ self._of_kind)
        missed = lost[Kind.ENTRY] + _needs(lost)
        reached = total[Kind.ENTRY] + _needs(total) - missed
        cost = (
            costs.question * reached
            + costs.wrong_choices * missed
            + costs.question_not_ours * (lost[Kind.NONE] - self._vagueness(chances))
            + costs.question_at_small_talk * total[Kind.SMALLTALK]
            + costs.missed_urgent * total[Kind.URGENT]
        )
        return [(cost, Choice(Decision.CLARIFY, None, reached, offered))]

    def _small_talk(self, chances: Chances, total: _ByKind) -> list[Option]:
        costs, chance = self._costs, total[Kind.SMALLTALK]
        cost = (
            costs.talked_past * (total[Kind.ENTRY] + _needs(total))
            + costs.question * total[Kind.NONE]
            + costs.missed_urgent * total[Kind.URGENT]
        )
        talks = [self.intents[place] for place, _ in self.ranked(Kind.SMALLTALK, chances, 1)]
        return [
            (cost, Choice(Decision.TOPICS if talk == TOPICS else Decision.SMALLTALK, talk.id, chance)) for talk in talks
        ]

    def _urgent(self, chances: Chances, total: _ByKind) -> list[Option]:
        cost = self._costs.false_urgent * (1 - total[Kind.URGENT])
        helps = [self.intents[place] for place, _ in self.ranked(Kind.URGENT, chances, 1)]
        return [(cost, Choice(Decision.URGENT, urgent.id, total[Kind.URGENT])) for urgent in helps]

    def _fallback(self, chances: Chances, total: _ByKind) -> Option:
        costs = self._costs
        cost = (
            costs.refused * total[Kind.ENTRY]
            + costs.missed_signpost * _needs(total)
            + costs.question * total[Kind.SMALLTALK]
            + costs.missed_urgent * total[Kind.URGENT]
            + costs.refused_vague * self._vagueness(chances)
        )
        return cost, Choice(Decision.FALLBACK, None, total[Kind.NONE])

    def _vagueness(self, chances: Chances) -> float:
        return float(chances[self._vague]) if self._vague is not None else 0.0

    def _offered(
        self, chances: Chances, left: Chances, given: tuple[int, ...] = (), least: float = 0.0
    ) -> tuple[tuple[Intent, ...], Chances]:
        """Return what to offer, after what is ``given``, and how likely each intent is to be meant and not served.

        Each serves most of those whom the ones before it do not.
        """
        for place in given:
            left = left * self._unserved[place]
        offered = list(given)
        topics = _ranked(self._topics, chances, OFFERABLE)
        for place in given:
            topics = topics[topics != place]
        serving = self._served[topics]
        while len(offered) < CHOICES and len(offered) - len(given) < len(topics):
            served = serving @ left
            best = int(served.argmax())
            if served[best] < (max(least, WORTH_OFFERING) if len(offered) >= FEWEST_CHOICES else least):
                break
            place = int(topics[best])
            offered.append(place)
            left = left * self._unserved[place]
            serving[best] = -1.0
        return tuple([self.intents[place] for place in offered]), left


def _needs(by_kind: _ByKind) -> float:
    return sum(by_kind[kind] for kind in _NEEDS)


def _by_kind(found: Chances) -> _ByKind:
    return dict(zip(_KINDS, found.tolist(), strict=True))


def _ranked(places: NDArray[np.intp], chances: Chances, most: int | None = None) -> NDArray[np.intp]:
    """Return those of ``places`` that are likeliest (all of them without ``most``), likeliest first."""
    return places[(-chances[places]).argsort(kind="stable")[:most]]
