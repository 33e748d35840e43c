"""The decision rule: of everything the bot could do with a message, the one that is expected to cost least."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from intents.decision.costs import Costs
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


class Choice(Struct, frozen=True):
    """What to do: the decision, the id it is about, its probability, and what to offer when asking back."""

    decision: Decision
    target: str | None
    confidence: float
    choices: tuple[Intent, ...] = ()


Option = tuple[float, Choice]
"""What it is expected to cost, and something to do."""

LIKELY = 0.004
"""What is less likely than this weighs nothing."""
LEANS, STRAYS = 1.6, 0.15
"""How much more a fragment ("how many hours") leans on what came before: the power of what is expected, and how many
times likelier than usual it leaves the subject. On 380 turns of three sets of dialogs +6 right and none lost; of 650
messages that are not ours, sent right after some answer, 19 got an entry where 11 did (intents/README.md)."""
LEAST_SHOWN = 0.25
"""What is less likely than this is no answer, but may be offered. On 1,060 real rows: .577 right at once, .695
with what is offered, .137 wrong signposts; .2 has .588, .691, .147, .3 .567, .704, .121, nothing .595, .688, .165."""

Chances = NDArray[np.float64]
"""The probability of each intent, in the order of the decider's ``intents``; they sum to 1."""

_KINDS = tuple(Kind)
_Priced = tuple[float, Callable[[Chances, "_Sums"], Choice]]
"""What something costs, and what makes its :class:`Choice`: of all that are weighed one is made."""


class _Sums(NamedTuple):
    """The probability of all intents of a kind together, kind by kind."""

    entry: float
    signpost: float
    term: float
    urgent: float
    smalltalk: float
    none: float

    @property
    def needs(self) -> float:
        """What asks for something practical, or what a word means."""
        return self.signpost + self.term


class Decider:
    """Decides between ``intents``, given what mistakes cost and whom an answer serves besides.

    All that is known of pairs of intents stands in tables, so that a decision is some sums over their rows.
    """

    def __init__(self, intents: Sequence[Intent], costs: Costs, overlap: Overlap) -> None:
        self.intents = tuple(intents)
        self._costs = costs
        self._places = {intent: place for place, intent in enumerate(self.intents)}
        kinds = np.array([_KINDS.index(intent.kind) for intent in self.intents])
        self._kinds = kinds
        self._among = {kind: np.flatnonzero(kinds == place) for place, kind in enumerate(_KINDS)}
        self._topics = np.flatnonzero([intent.kind in SHOWN for intent in self.intents])
        # Row by row: how much of whom an intent (column) stands for is served by what is shown (row).
        self._served = np.eye(len(self.intents))
        for meant, others in overlap.items():
            for shown, share in others.items():
                if meant in self._places and shown in self._places and meant != shown:
                    self._served[self._places[shown], self._places[meant]] = share
        prices = np.array([[costs.of(shown, meant) for meant in _KINDS] for shown in _KINDS])
        self._lost = (1.0 - self._served) * prices[np.ix_(kinds, kinds)]
        self._vague = self._places.get(VAGUE)

    def decide(self, chances: Chances, costs: Costs | None = None) -> Choice:
        """Return the cheapest thing to do, by other ``costs`` than the decider's where they are given."""
        total = self._total(chances)
        options = self._options(chances, total, costs or self._costs, all_of_them=False)
        return min(options, key=itemgetter(0))[1](chances, total)

    def options(self, chances: Chances) -> list[Option]:
        """Return what could be done, each with what it is expected to cost."""
        total = self._total(chances)
        return [(cost, choice(chances, total)) for cost, choice in self._options(chances, total, self._costs)]

    def beside(self, given: Intent, chances: Chances) -> tuple[Intent, ...]:
        """Return what is worth offering beside the answer ``given``, to those whom it does not serve."""
        offered, _ = self._offered(chances, _likely(chances), (self._places[given],), WORTH_PLACING_BESIDE)
        return offered[1:]

    def sum(self, kind: Kind, chances: Chances) -> float:
        """Return the probability of all intents of a kind together."""
        return float(np.add.reduce(chances.take(self._among[kind])))

    def likeliest(self, kind: Kind, chances: Chances) -> Intent | None:
        """Return the likeliest intent of a kind, if there is any."""
        place = _likeliest(self._among[kind], chances)
        return None if place is None else self.intents[place]

    def likeliest_topic(self, chances: Chances) -> tuple[Intent, float] | None:
        """Return the likeliest entry, signpost or term and its probability; None where there are none."""
        place = _likeliest(self._topics, chances)
        return None if place is None else (self.intents[place], chances.item(place))

    def weigh(self, chances: Chances, expected: Mapping[Intent, float], *, fragment: bool = False) -> Chances:
        """Return ``chances`` with those ``expected`` as many times likelier as that says, to sum to 1 again.

        A ``fragment`` says so little by itself that what came before counts for more. Distress that was not expected
        stays as likely as it was: "its his second" is no likelier a cry because it is no stray word.
        """
        weighed = chances.copy()
        if fragment:
            weighed[self._among[Kind.NONE]] *= STRAYS
        for intent, times in expected.items():
            if (place := self._places.get(intent)) is not None:
                weighed[place] *= times**LEANS if fragment else times
        after_help = any(intent.kind is Kind.URGENT for intent in expected)
        urgent = self._among[Kind.URGENT][: 0 if after_help else None]
        distress = weighed[urgent].sum()
        found: Chances = weighed * (1.0 - distress) / (weighed.sum() - distress)
        found[urgent] = weighed[urgent]
        return found

    def _total(self, chances: Chances) -> _Sums:
        return _Sums(*np.bincount(self._kinds, chances, len(_KINDS)).tolist())

    def _options(self, chances: Chances, total: _Sums, costs: Costs, *, all_of_them: bool = True) -> list[_Priced]:
        """Return what could be done; without ``all_of_them`` no question that cannot be the cheapest."""
        likely = _likely(chances)
        vague = 0.0 if self._vague is None else chances.item(self._vague)
        topics, missed = total.entry + total.needs, costs.missed_urgent * total.urgent
        talked = missed + costs.question * total.smalltalk
        answers: list[_Priced] = []
        # Most of what could be shown is too unlikely to be looked at.
        for place in (chances >= LEAST_SHOWN).nonzero()[0].tolist():
            if (kind := self.intents[place].kind) in SHOWN:
                cost = float(np.add.reduce(self._lost[place] * likely)) + (missed if kind is Kind.ENTRY else talked)
                answers.append((cost, partial(self._shown, place)))
        others: list[_Priced] = []
        if len(self._among[Kind.SMALLTALK]):
            others.append((costs.talked_past * topics + costs.question * total.none + missed, self._small_talk))
        if len(self._among[Kind.URGENT]):
            others.append((costs.false_urgent * (1 - total.urgent), self._urgent))
        refused = costs.refused * total.entry + costs.missed_signpost * total.needs + costs.refused_vague * vague
        others.append((refused + talked, _fallback))
        # What asking back costs beside what is offered, and at least.
        asked = missed + costs.question_at_small_talk * total.smalltalk - costs.question_not_ours * vague
        least = asked + min(costs.question, costs.wrong_choices) * topics
        if all_of_them or least <= min(map(itemgetter(0), answers + others)):
            answers += self._questions(chances, likely, topics, asked, costs)
        return answers + others

    def _questions(self, chances: Chances, likely: Chances, topics: float, asked: float, costs: Costs) -> list[_Priced]:
        offered, left = self._offered(chances, likely)
        if len(offered) < FEWEST_CHOICES:
            return []
        lost = self._total(left)
        missed = lost.entry + lost.needs
        reached = topics - missed
        cost = asked + costs.question * reached + costs.wrong_choices * missed + costs.question_not_ours * lost.none
        return [(cost, lambda *_: Choice(Decision.CLARIFY, None, reached, offered))]

    def _shown(self, place: int, chances: Chances, _: _Sums) -> Choice:
        kind, identifier = self.intents[place]
        return Choice(SHOWN[kind], identifier, chances.item(place))

    def _small_talk(self, chances: Chances, total: _Sums) -> Choice:
        talk = self.likeliest(Kind.SMALLTALK, chances) or TOPICS
        return Choice(Decision.TOPICS if talk == TOPICS else Decision.SMALLTALK, talk.id, total.smalltalk)

    def _urgent(self, chances: Chances, total: _Sums) -> Choice:
        urgent = self.likeliest(Kind.URGENT, chances)
        return Choice(Decision.URGENT, urgent and urgent.id, total.urgent)

    def _offered(
        self, chances: Chances, left: Chances, given: tuple[int, ...] = (), least: float = 0.0
    ) -> tuple[tuple[Intent, ...], Chances]:
        """Return what to offer, after what is ``given``, and how likely each intent is to be meant and not served.

        Each serves most of those whom the ones before it do not.
        """
        for place in given:
            left = left * (1.0 - self._served[place])
        offered = list(given)
        # Nothing can serve more than are left.
        topics = []
        if np.add.reduce(left) >= least:
            ranked = self._topics.take((-chances.take(self._topics)).argsort(kind="stable")[:OFFERABLE])
            topics = [place for place in ranked.tolist() if place not in given]
        serving = self._served.take(topics, axis=0)
        while len(offered) < CHOICES and topics:
            served = (serving @ left).tolist()
            most = max(served)
            if most < (max(least, WORTH_OFFERING) if len(offered) >= FEWEST_CHOICES else least):
                break
            best = served.index(most)
            offered.append(topics[best])
            left = left * (1.0 - self._served[topics[best]])
            serving[best] = -1.0
        return tuple([self.intents[place] for place in offered]), left


def _fallback(_: Chances, total: _Sums) -> Choice:
    return Choice(Decision.FALLBACK, None, total.none)


def _likely(chances: Chances) -> Chances:
    found: Chances = chances * (chances >= LIKELY)
    return found


def _likeliest(places: NDArray[np.intp], chances: Chances) -> int | None:
    return int(places[chances.take(places).argmax()]) if len(places) else None
