"""What was said before, and what it does to what is said next: pure functions between memories and replies."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, parse_action
from bot.dialogue.memory import Memory
from bot.dialogue.reply import (
    Answer,
    Clarify,
    Fallback,
    LanguageReply,
    Reply,
    SignpostReply,
    SmallTalkReply,
    Suggestion,
    Topics,
    UrgentReply,
)
from content.schema.catalogue import Entry
from intents.match import VAGUE, Intent, Kind

SAME_SUBJECT = 12.0
"""How many times likelier than usual a short, weak message is about the topic last answered."""
OFFERED = 3.0
"""The same for a topic that was just offered."""
UNSPECIFIC = 0.05
"""The same for a message that fits everything: after an answer it leans on that."""
ANSWERS_BEFORE = 4
"""Answers that one can go back to, beside the last."""


def expected_after(memory: Memory, entry: Entry | None) -> dict[Intent, float]:
    """Return how many times likelier than usual each intent is; ``entry`` is the one last answered."""
    expected: dict[Intent, float] = {}
    for action in offered_actions(memory):
        if action.verb is Verb.TOPIC:
            expected[Intent(Kind.ENTRY, action.argument)] = OFFERED
        elif action.verb is Verb.SIGNPOST:
            expected[Intent(Kind.SIGNPOST, action.argument)] = OFFERED
    if entry:
        expected |= {Intent(Kind.ENTRY, related): OFFERED for related in entry.related}
        expected[Intent(Kind.ENTRY, entry.slug)] = SAME_SUBJECT
    if memory.entry or memory.choices:
        expected[VAGUE] = UNSPECIFIC
    return expected


def remember(memory: Memory, reply: Reply) -> Memory:
    """Return what is to be remembered after ``reply``, where ``memory`` was."""
    choices = _codes(reply.suggestions)
    match reply:
        case Answer():
            # The topics of a list stay on offer while one after the other is picked.
            picked = reply.slug in offered_topics(memory)
            return Memory(reply.slug, memory.choices if picked else choices, before=_before(memory, reply.slug))
        case Fallback() | LanguageReply() | SignpostReply():
            return replace(memory, choices=choices, misses=memory.misses + 1)
        case Clarify():
            return replace(memory, choices=choices)
        case Topics():
            return replace(memory, choices=choices, misses=0)
        case UrgentReply():
            return Memory()
        case SmallTalkReply() if not reply.suggestions:
            return replace(memory, misses=0)
        case _:
            return replace(memory, choices=choices or memory.choices, misses=0)


def offered_actions(memory: Memory) -> list[Action]:
    """Return what the choices last offered do, in order."""
    return [action for code in memory.choices if (action := parse_action(code))]


def offered_topics(memory: Memory) -> list[str]:
    """Return the slugs of the topics last offered, in order."""
    return [action.argument for action in offered_actions(memory) if action.verb is Verb.TOPIC]


def _before(memory: Memory, slug: str) -> tuple[str, ...]:
    """Return the answers before ``slug``. Answered again, it is where it was: those after it are left behind."""
    answered = (*memory.before, memory.entry) if memory.entry else ()
    if slug in answered:
        return answered[: answered.index(slug)]
    return answered[-ANSWERS_BEFORE:]


def _codes(suggestions: Sequence[Suggestion]) -> tuple[str, ...]:
    return tuple(suggestion.action for suggestion in suggestions)
