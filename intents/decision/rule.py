"""The decision rule: of everything the bot could do with a message, the one that is expected to cost least."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from intents.classifier.model import Told
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
OURS = 0.5
"""The probability that a message is about a topic from which it is read behind the title of what was shown, if it is
no fragment: "how do I make lasagna for 20" is not."""
LEAST_SHOWN = 0.25
"""What is less likely than this is no answer, but may be offered. On 1,060 real rows: .577 right at once, .695
with what is offered, .137 wrong signposts; .2 has .588, .691, .147, .3 .567, .704, .121, nothing .595, .688, .165."""

Chances = NDArray[np.float64]
"""The probability of each intent, in the order of the decider's ``intents``; they sum to 1."""

_KINDS = tuple(Kind)
_ENTRY, *_, _NONE = _KINDS
"""Looked up in its enum, a member takes six times as long in Python 3.11."""
_Likely = list[tuple[int, float]]
"""The places of the intents that are not too unlikely, and how likely they are."""
_Priced = tuple[float, Callable[[Told], Choice]]
"""What something costs, and what makes its :class:`Choice`: of all that are weighed one is made."""


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
        served = np.eye(len(self.intents))
        for meant, others in overlap.items():
            for shown, share in others.items():
                if meant in self._places and shown in self._places and meant != shown:
                    served[self._places[shown], self._places[meant]] = share
        prices = np.array([[costs.of(shown, meant) for meant in _KINDS] for shown in _KINDS])
        # Few intents are likely at a time: numbers are looked up one by one sooner than numpy is called.
        self._served = [array("d", row.tobytes()) for row in served]
        self._lost = [array("d", row.tobytes()) for row in (1.0 - served) * prices[np.ix_(kinds, kinds)]]
        self._vague = self._places.get(VAGUE)
        self._has_talk, self._has_help = (bool(len(self._among[kind])) for kind in (Kind.SMALLTALK, Kind.URGENT))

    def decide(self, told: Told, costs: Costs | None = None) -> Choice:
        """Return the cheapest thing to do, by other ``costs`` than the decider's where they are given."""
        return min(self._options(told, costs or self._costs, all_of_them=False), key=itemgetter(0))[1](told)

    def options(self, told: Told, costs: Costs | None = None) -> list[Option]:
        """Return what could be done, each with what it is expected to cost, as :meth:`decide` does."""
        return [(cost, choice(told)) for cost, choice in self._options(told, costs or self._costs)]

    def beside(self, given: Intent, chances: Chances) -> tuple[Intent, ...]:
        """Return what is worth offering beside the answer ``given``, to those whom it does not serve."""
        place = self._places[given]
        offered, _ = self._offered(chances, self._left(_likely(chances), place), [place], WORTH_PLACING_BESIDE)
        return offered[1:]

    def likeliest(self, kind: Kind, chances: Chances) -> Intent | None:
        """Return the likeliest intent of a kind, if there is any."""
        place = _likeliest(self._among[kind], chances)
        return None if place is None else self.intents[place]

    def likeliest_topic(self, chances: Chances) -> tuple[Intent, float] | None:
        """Return the likeliest entry, signpost or term and its probability; None where there are none."""
        place = _likeliest(self._topics, chances)
        return None if place is None else (self.intents[place], chances.item(place))

    def weigh(
        self, told: Told, expected: Mapping[Intent, float], behind: Told | None = None, *, fragment: bool = False
    ) -> Told:
        """Return what is ``told`` with those ``expected`` as many times likelier as that says, to sum to 1 again.

        ``behind`` is what the message is told to mean behind the title of what was shown: which topics it is about
        counts half, that it is about topics at all not. A ``fragment`` says so little by itself that what came before
        counts for more. Distress that was not expected stays as likely as it was: "its his second" is no likelier a
        cry because it is no stray word.
        """
        weighed = told.chances.copy()
        about = weighed[self._topics].sum()
        if behind is not None and (fragment or about >= OURS):
            read = behind.chances[self._topics]
            weighed[self._topics] = (weighed[self._topics] + read * (about / read.sum())) / 2
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
        sums: list[float] = np.bincount(self._kinds, found, len(_KINDS)).tolist()
        return Told(found, dict(zip(_KINDS, sums, strict=True)), told.points)

    def _options(self, told: Told, costs: Costs, *, all_of_them: bool = True) -> list[_Priced]:
        """Return what could be done; without ``all_of_them`` no question that cannot be the cheapest."""
        chances, likely = told.chances, _likely(told.chances)
        entry, signpost, term, urgent, talk, none = map(told.sum, _KINDS)
        vague = 0.0 if self._vague is None else chances.item(self._vague)
        # What asks for something practical, or what a word means.
        needs = signpost + term
        topics, missed = entry + needs, costs.missed_urgent * urgent
        talked = missed + costs.question * talk
        answers: list[_Priced] = []
        for place, chance in likely:
            if chance >= LEAST_SHOWN and (kind := self.intents[place].kind) in SHOWN:
                lost = self._lost[place]
                cost = sum([lost[meant] * share for meant, share in likely])
                answers.append((cost + (missed if kind is _ENTRY else talked), partial(self._shown, place)))
        others: list[_Priced] = []
        if self._has_talk:
            others.append((costs.talked_past * topics + costs.question * none + missed, self._small_talk))
        if self._has_help:
            others.append((costs.false_urgent * (1 - urgent), self._urgent))
        refused = costs.refused * entry + costs.missed_signpost * needs + costs.refused_vague * vague
        others.append((refused + talked, _fallback))
        # What asking back costs beside what is offered, and at least.
        asked = missed + costs.question_at_small_talk * talk - costs.question_not_ours * vague
        least = asked + min(costs.question, costs.wrong_choices) * topics
        if all_of_them or least <= min(map(itemgetter(0), answers + others)):
            answers += self._questions(chances, likely, topics, asked, costs)
        return answers + others

    def _questions(self, chances: Chances, likely: _Likely, topics: float, asked: float, costs: Costs) -> list[_Priced]:
        offered, left = self._offered(chances, likely)
        if len(offered) < FEWEST_CHOICES:
            return []
        lost = [(self.intents[place].kind, share) for place, share in left]
        missed = sum([share for kind, share in lost if kind in SHOWN])
        none = sum([share for kind, share in lost if kind is _NONE])
        reached = topics - missed
        cost = asked + costs.question * reached + costs.wrong_choices * missed + costs.question_not_ours * none
        return [(cost, lambda _: Choice(Decision.CLARIFY, None, reached, offered))]

    def _shown(self, place: int, told: Told) -> Choice:
        kind, identifier = self.intents[place]
        return Choice(SHOWN[kind], identifier, told.chances.item(place))

    def _small_talk(self, told: Told) -> Choice:
        talk = self.likeliest(Kind.SMALLTALK, told.chances) or TOPICS
        return Choice(Decision.TOPICS if talk == TOPICS else Decision.SMALLTALK, talk.id, told.sum(Kind.SMALLTALK))

    def _urgent(self, told: Told) -> Choice:
        urgent = self.likeliest(Kind.URGENT, told.chances)
        return Choice(Decision.URGENT, urgent and urgent.id, told.sum(Kind.URGENT))

    def _offered(
        self, chances: Chances, left: _Likely, given: Sequence[int] = (), least: float = 0.0
    ) -> tuple[tuple[Intent, ...], _Likely]:
        """Return what to offer, after what is ``given``, and how likely each intent is to be meant and not served.

        Each serves most of those whom the ones before it do not, who are ``left``.
        """
        offered: list[int] = list(given)
        topics: list[int] = []
        # Nothing can serve more than are left.
        if sum([share for _, share in left]) >= least:
            ranked = self._topics.take((-chances.take(self._topics)).argsort(kind="stable")[:OFFERABLE])
            topics = [place for place in ranked.tolist() if place not in offered]
        while len(offered) < CHOICES and topics:
            serving = map(self._served.__getitem__, topics)
            reached = [sum([served[meant] * share for meant, share in left]) for served in serving]
            most = max(reached)
            if most < (max(least, WORTH_OFFERING) if len(offered) >= FEWEST_CHOICES else least):
                break
            offered.append(topics.pop(reached.index(most)))
            left = self._left(left, offered[-1])
        return tuple([self.intents[place] for place in offered]), left

    def _left(self, likely: _Likely, given: int) -> _Likely:
        """Return those who are not served by what is ``given``."""
        served = self._served[given]
        return [(meant, share * (1.0 - served[meant])) for meant, share in likely]


def _fallback(told: Told) -> Choice:
    return Choice(Decision.FALLBACK, None, told.sum(Kind.NONE))


def _likely(chances: Chances) -> _Likely:
    places = (chances >= LIKELY).nonzero()[0]
    return list(zip(places.tolist(), chances.take(places).tolist(), strict=True))


def _likeliest(places: NDArray[np.intp], chances: Chances) -> int | None:
    return int(places[chances.take(places).argmax()]) if len(places) else None
