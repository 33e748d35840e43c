"""The decision rule: of everything the bot could do with a message, the one that is expected to cost least.

The costs are the only thresholds there are. They are chosen by cross-validation and the dev sets
(``intents/README.md``); a wrong answer costs two and a half needless questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

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
    """What each mistake costs beside the others."""

    wrong_answer: float = 3.0
    missed_need: float = 4.5
    """Answering with an entry where a signpost is meant: who asks for something practical gets an essay."""
    refused: float = 2.0
    question: float = 1.2
    missed_urgent: float = 12.0
    false_urgent: float = 7.0
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

    def of(self, shown: Kind, meant: Kind) -> float:
        """Return what it costs to show an intent of one kind to who means one of another that it does not serve."""
        entry = shown is Kind.ENTRY
        match meant:
            case Kind.ENTRY:
                return self.wrong_answer if entry else self.refused
            case Kind.SIGNPOST | Kind.TERM:
                return self.missed_need if entry else self.wrong_signpost
            case Kind.NONE:
                return self.answered_not_ours if entry else self.signpost_not_ours
            case Kind.SMALLTALK:
                return self.answered_not_ours if entry else 0.0
            case _:
                return 0.0


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
_Known = list[float]
"""The same as :data:`Chances`, to be looked at one by one."""
_Priced = tuple[float, tuple[Any, ...]]
"""What something costs, and the parts of its :class:`Choice`: of all that are weighed one is made."""


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
        self._of_kind = np.eye(len(_KINDS))[kinds]
        self._columns = {kind: np.array(self._of_kind[:, place]) for place, kind in enumerate(_KINDS)}
        self._among = {kind: np.flatnonzero(kinds == place).tolist() for place, kind in enumerate(_KINDS)}
        self._topics = [place for place, intent in enumerate(self.intents) if intent.kind in SHOWN]
        self._of_topics = np.array(self._topics, dtype=np.intp)
        # Row by row: how much of whom an intent (column) stands for is served by what is shown (row).
        self._served = np.eye(len(self.intents))
        for meant, others in overlap.items():
            for shown, share in others.items():
                if meant in self._places and shown in self._places and meant != shown:
                    self._served[self._places[shown], self._places[meant]] = share
        self._unserved = 1.0 - self._served
        prices = np.array([[costs.of(shown, meant) for meant in _KINDS] for shown in _KINDS])
        self._lost = self._unserved * prices[np.ix_(kinds, kinds)]
        self._vague = self._places.get(VAGUE)

    def decide(self, chances: Chances) -> Choice:
        """Return the cheapest thing to do."""
        return Choice(*min(self._options(chances, all_of_them=False), key=itemgetter(0))[1])

    def options(self, chances: Chances) -> list[Option]:
        """Return what could be done, each with what it is expected to cost."""
        return [(cost, Choice(*what)) for cost, what in self._options(chances)]

    def beside(self, given: Intent, chances: Chances) -> tuple[Intent, ...]:
        """Return what is worth offering beside the answer ``given``, to those whom it does not serve."""
        offered, _ = self._offered(chances, _likely(chances), (self._places[given],), WORTH_PLACING_BESIDE)
        return offered[1:]

    def sum(self, kind: Kind, chances: Chances) -> float:
        """Return the probability of all intents of a kind together."""
        return float(chances @ self._columns[kind])

    def likeliest(self, kind: Kind, chances: Chances) -> list[Intent]:
        """Return the likeliest intent of a kind, if there is any."""
        return [self.intents[place] for place in _likeliest(self._among[kind], chances.tolist())]

    def likeliest_topic(self, chances: Chances) -> tuple[Intent, float] | None:
        """Return the likeliest entry, signpost or term and its probability; None where there are none."""
        known: list[float] = chances.tolist()
        return next(((self.intents[place], known[place]) for place in _likeliest(self._topics, known)), None)

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
        urgent = [] if any(intent.kind is Kind.URGENT for intent in expected) else self._among[Kind.URGENT]
        distress = weighed[urgent].sum()
        found: Chances = weighed * (1.0 - distress) / (weighed.sum() - distress)
        found[urgent] = weighed[urgent]
        return found

    def _options(self, chances: Chances, *, all_of_them: bool = True) -> list[_Priced]:
        """Return what could be done; without ``all_of_them`` no question that cannot be the cheapest."""
        known: list[float] = chances.tolist()
        total, likely = _Sums(*(chances @ self._of_kind).tolist()), _likely(chances)
        # Most of what could be shown is too unlikely to be looked at.
        shown = [place for place in (chances >= LEAST_SHOWN).nonzero()[0].tolist() if self.intents[place].kind in SHOWN]
        answers = self._answers(shown, known, likely, total)
        others = [*self._small_talk(known, total), *self._urgent(known, total), self._fallback(known, total)]
        cheapest = min(map(itemgetter(0), answers + others))
        if all_of_them or self._least_of_question(known, total) <= cheapest:
            answers += self._questions(chances, known, likely, total)
        return answers + others

    def _answers(self, shown: Sequence[int], known: _Known, likely: Chances, total: _Sums) -> list[_Priced]:
        if not shown:
            return []
        missed = self._costs.missed_urgent * total.urgent
        talked = missed + self._costs.question * total.smalltalk
        found: list[_Priced] = []
        for place, lost in zip(shown, (self._lost.take(shown, axis=0) @ likely).tolist(), strict=True):
            intent = self.intents[place]
            cost = lost + (missed if intent.kind is Kind.ENTRY else talked)
            found.append((cost, (SHOWN[intent.kind], intent.id, known[place])))
        return found

    def _questions(self, chances: Chances, known: _Known, likely: Chances, total: _Sums) -> list[_Priced]:
        offered, left = self._offered(chances, likely)
        if len(offered) < FEWEST_CHOICES:
            return []
        costs, lost = self._costs, _Sums(*(left @ self._of_kind).tolist())
        missed = lost.entry + lost.needs
        reached = total.entry + total.needs - missed
        cost = (
            costs.question * reached
            + costs.wrong_choices * missed
            + costs.question_not_ours * (lost.none - self._vagueness(known))
            + costs.question_at_small_talk * total.smalltalk
            + costs.missed_urgent * total.urgent
        )
        return [(cost, (Decision.CLARIFY, None, reached, offered))]

    def _least_of_question(self, known: _Known, total: _Sums) -> float:
        """Return what asking back costs at least, whatever is offered."""
        costs = self._costs
        return (
            min(costs.question, costs.wrong_choices) * (total.entry + total.needs)
            - costs.question_not_ours * self._vagueness(known)
            + costs.question_at_small_talk * total.smalltalk
            + costs.missed_urgent * total.urgent
        )

    def _small_talk(self, known: _Known, total: _Sums) -> list[_Priced]:
        costs, chance = self._costs, total.smalltalk
        cost = (
            costs.talked_past * (total.entry + total.needs)
            + costs.question * total.none
            + costs.missed_urgent * total.urgent
        )
        talks = [self.intents[place] for place in _likeliest(self._among[Kind.SMALLTALK], known)]
        return [(cost, (Decision.TOPICS if talk == TOPICS else Decision.SMALLTALK, talk.id, chance)) for talk in talks]

    def _urgent(self, known: _Known, total: _Sums) -> list[_Priced]:
        cost = self._costs.false_urgent * (1 - total.urgent)
        helps = [self.intents[place] for place in _likeliest(self._among[Kind.URGENT], known)]
        return [(cost, (Decision.URGENT, urgent.id, total.urgent)) for urgent in helps]

    def _fallback(self, known: _Known, total: _Sums) -> _Priced:
        costs = self._costs
        cost = (
            costs.refused * total.entry
            + costs.missed_signpost * total.needs
            + costs.question * total.smalltalk
            + costs.missed_urgent * total.urgent
            + costs.refused_vague * self._vagueness(known)
        )
        return cost, (Decision.FALLBACK, None, total.none)

    def _vagueness(self, known: _Known) -> float:
        return known[self._vague] if self._vague is not None else 0.0

    def _offered(
        self, chances: Chances, left: Chances, given: tuple[int, ...] = (), least: float = 0.0
    ) -> tuple[tuple[Intent, ...], Chances]:
        """Return what to offer, after what is ``given``, and how likely each intent is to be meant and not served.

        Each serves most of those whom the ones before it do not.
        """
        for place in given:
            left = left * self._unserved[place]
        offered = list(given)
        # Nothing can serve more than are left.
        topics = []
        if np.add.reduce(left) >= least:
            ranked = self._of_topics.take((-chances.take(self._of_topics)).argsort(kind="stable")[:OFFERABLE])
            topics = [place for place in ranked.tolist() if place not in given]
        serving = self._served.take(topics, axis=0)
        while len(offered) < CHOICES and topics:
            served = (serving @ left).tolist()
            most = max(served)
            if most < (max(least, WORTH_OFFERING) if len(offered) >= FEWEST_CHOICES else least):
                break
            best = served.index(most)
            offered.append(topics[best])
            left = left * self._unserved[topics[best]]
            serving[best] = -1.0
        return tuple([self.intents[place] for place in offered]), left


def _likely(chances: Chances) -> Chances:
    found: Chances = chances * (chances >= LIKELY)
    return found


def _likeliest(places: list[int], known: _Known) -> list[int]:
    return [max(places, key=known.__getitem__)] if places else []
