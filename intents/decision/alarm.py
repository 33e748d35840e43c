"""When distress alarms: what must speak for it beside the classifier, and when the bot asks first whether it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from intents.classifier.model import Told
from intents.decision.heard import Heard
from intents.decision.parts import ask_first
from intents.decision.rule import Choice, Decider
from intents.distress import DistressReader
from intents.match import Decision, Intent, Kind

LEAST_ALARM = 0.45
"""The probability of distress below which the bot asks whether it is happening now, whatever speaks for it."""
STORY_WORDS = 6
STORY = 0.75
"""Words and probability from which what someone tells needs no single word that speaks for distress."""
NOW = 0.98
"""The probability of distress from which it is happening now, whatever years and memories a message tells of."""


def urgency(clause: Told, decider: Decider, speaks_for: Callable[[str], bool]) -> float:
    """Return how likely a clause is distress: not at all where that is unsure and no word of the message says so.

    ``speaks_for`` says whether a word of the whole message speaks for a kind of distress.
    """
    urgent = clause.sum(Kind.URGENT)
    if urgent >= STORY:
        return urgent
    likeliest = decider.likeliest(Kind.URGENT, clause.chances)
    return urgent if likeliest and speaks_for(likeliest.id) else 0.0


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
    return ask_first(choice, decider, heard.told)
