"""What to do with a message of several parts: the whole, and each clause of it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from intents.classifier.model import Told
from intents.decision.rule import CHOICES, WORTH_OFFERING, Choice, Decider
from intents.match import SHOWN, Decision, Intent, Kind

CLEAR = 0.6
"""The probability from which one clause's topic is clear enough to be answered, or offered beside another."""
TOLD = 0.3
"""The probability of distress in the whole up to which a clause only tells: "I was hurt. Which visa is there?"."""
CERTAIN = 0.8
"""The probability from which a message as a whole asks for something, whatever a clause tells."""
LOUD = 0.97
"""The probability of distress in one clause from which it counts whatever the message as a whole is about."""
ALSO = 2
"""Other topics that are offered beside an answer at most: of second questions, and what else may be meant."""
_KINDS = {decision: kind for kind, decision in SHOWN.items()}
TELLING = frozenset(_KINDS)
"""The decisions that answer a question."""


def decide_parts(
    decider: Decider, parts: Sequence[Told], urgencies: Sequence[float]
) -> tuple[Choice, tuple[Intent, ...]]:
    """Return what to do with a message, and what a second question in it asks for.

    ``parts`` are the whole and then its clauses, if there are several; ``urgencies`` says how urgent each is.
    Distress in any part comes first, but for a message that as a whole clearly asks for something else, or of which
    only a clause that is not loud speaks for distress: then the help is offered beside the answer, or asked about.
    What the whole does not answer, its clearest part may.
    """
    choice, loudest = decider.decide(parts[0]), urgencies.index(max(urgencies))
    loud = decider.decide(parts[loudest]) if loudest else choice
    if loud.decision is Decision.URGENT:
        quiet, told = max(urgencies) < LOUD, urgencies[0] <= TOLD
        if told and choice.decision in TELLING and (quiet or choice.confidence >= CERTAIN):
            return choice, (Intent(Kind.URGENT, loud.target or ""),)
        if not (told and quiet):
            return loud, ()
        if choice.decision is Decision.CLARIFY:
            offered = (*choice.choices[: CHOICES - 1], Intent(Kind.URGENT, loud.target or ""))
            return replace(choice, choices=offered), ()
        return ask_first(loud, decider, parts[0]), ()
    # Only what is likely enough need be decided.
    clauses = [decider.decide(part) for part in parts[1:] if part.chances.max() >= CLEAR]
    clear = [one for one in clauses if one.decision in TELLING and one.confidence >= CLEAR]
    targets = {one.target for one in clear}
    # Of two clear questions it is the one that the whole is about, else the first.
    if clear and (choice.decision not in TELLING or (len(targets) > 1 and choice.target not in targets)):
        choice = clear[0]
    if choice.decision not in TELLING:
        return choice, ()
    second = dict.fromkeys(_intent(one) for one in clear if one.target != choice.target)
    return choice, (tuple(second) or decider.beside(_intent(choice), parts[0].chances))[:ALSO]


def _intent(choice: Choice) -> Intent:
    return Intent(_KINDS[choice.decision], choice.target or "")


def ask_first(choice: Choice, decider: Decider, told: Told) -> Choice:
    """Return the question whether it is happening now, for distress that nothing but the classifier speaks for."""
    topic = decider.likeliest_topic(told.chances)
    offered = (topic[0],) if topic and topic[1] >= WORTH_OFFERING else ()
    return Choice(Decision.CLARIFY, None, choice.confidence, (Intent(Kind.URGENT, choice.target or ""), *offered))
