"""What to do with a message of several parts, and what must speak for distress in it beside the classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from intents.decision.heard import Heard
from intents.decision.rule import CHOICES, WORTH_OFFERING, Chances, Choice, Decider
from intents.distress import DistressReader
from intents.match import SHOWN, Decision, Intent, Kind

CLEAR = 0.6
"""The probability from which one clause's topic is clear enough to be answered, or offered beside another."""
TOLD = 0.3
"""The probability of distress in the whole up to which a clause only tells: "I was hurt. Which visa is there?"."""
CERTAIN = 0.8
"""The probability from which a message as a whole asks for something, whatever a clause tells."""
LOUD = 0.9
"""The probability of distress in one clause from which it counts whatever the message as a whole is about."""
ALSO = 2
"""Other topics that are offered beside an answer at most: of second questions, and what else may be meant."""
_KINDS = {decision: kind for kind, decision in SHOWN.items()}
TELLING = frozenset(_KINDS)
"""The decisions that answer a question."""


def decide_parts(
    decider: Decider, parts: Sequence[Chances], urgencies: Sequence[float]
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
    clauses = [decider.decide(part) for part in parts[1:] if part.max() >= CLEAR]
    clear = [one for one in clauses if one.decision in TELLING and one.confidence >= CLEAR]
    targets = {one.target for one in clear}
    # Of two clear questions it is the one that the whole is about, else the first.
    if clear and (choice.decision not in TELLING or (len(targets) > 1 and choice.target not in targets)):
        choice = clear[0]
    if choice.decision not in TELLING:
        return choice, ()
    second = dict.fromkeys(_intent(one) for one in clear if one.target != choice.target)
    return choice, (tuple(second) or decider.beside(_intent(choice), parts[0]))[:ALSO]


def _intent(choice: Choice) -> Intent:
    return Intent(_KINDS[choice.decision], choice.target or "")


def ask_first(choice: Choice, decider: Decider, chances: Chances) -> Choice:
    """Return the question whether it is happening now, for distress that nothing but the classifier speaks for."""
    topic = decider.likeliest_topic(chances)
    offered = (topic[0],) if topic and topic[1] >= WORTH_OFFERING else ()
    return Choice(Decision.CLARIFY, None, choice.confidence, (Intent(Kind.URGENT, choice.target or ""), *offered))


LEAST_ALARM = 0.4
"""The probability of distress below which the bot asks whether it is happening now, whatever speaks for it."""
STORY_WORDS = 6
STORY = 0.92
"""Words and probability from which what someone tells needs no single word that speaks for distress."""
NOW = 0.98
"""The probability of distress from which it is happening now, whatever years and memories a message tells of."""


def urgency(clause: Chances, heard: Heard, decider: Decider, distress: DistressReader) -> float:
    """Return how likely a clause is distress: not at all where that is unsure and no word of the message says so."""
    urgent = decider.sum(Kind.URGENT, clause)
    likeliest = [decider.intents[place].id for place, _ in decider.ranked(Kind.URGENT, clause)[:1]]
    evident = urgent >= STORY or any(distress.speaks_for(kind, heard.folded) for kind in likeliest)
    return urgent if evident else 0.0


def asked_first(
    choice: Choice,
    heard: Heard,
    decider: Decider,
    distress: DistressReader,
    expected: Mapping[Intent, float],
    *,
    goes_on: bool,
) -> Choice:
    """Return ``choice``, or the question whether it is happening now, for distress that too little speaks for.

    ``goes_on`` says that the message goes on with what was asked: "and at the checkpoint?". "And now they are at my
    door" says so itself.
    """
    after_help = any(intent.kind is Kind.URGENT for intent in expected)
    if choice.decision is not Decision.URGENT or after_help:
        return choice
    told = len(heard.words) >= STORY_WORDS and choice.confidence >= STORY
    likely = choice.confidence >= LEAST_ALARM and not (goes_on and choice.confidence < STORY)
    evident = told or (likely and distress.speaks_for(choice.target or "", heard.folded))
    if evident and (choice.confidence >= NOW or not distress.is_not_now(heard.folded)):
        return choice
    return ask_first(choice, decider, heard.chances)
