"""What people are asked and told for their own sake: not to share personal numbers; once, what this is.

The patterns run in linear time (bounded repeats, no nesting), on the beginning of a message.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from bot.dialogue.answers import fitted
from bot.dialogue.reply import Answer, Card, Reply, SignpostReply
from content.schema.phrases import Phrases

SEARCHED_CHARACTERS = 8_000
"""More than any platform's message that people write by hand; the rest is not searched."""

_PERSONAL = re.compile(
    r"""
    \bA[\s#:.-]{0,3}\d{3}[\s.-]?\d{3}[\s.-]?\d{2,3}\b            # A-number: A and 8 or 9 digits
    | \b\d{3}[\s.-]\d{2}[\s.-]\d{4}\b                            # Social Security number
    | (?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}\b   # North American phone number
    | (?<!\d)\+\d{1,3}[\s.-]?(?:\d[\s.-]?){7,12}(?!\d)           # other phone number
    | \b\d{9}\b                                                  # either, written in one piece
    """,
    re.VERBOSE | re.IGNORECASE,
)


def holds_personal_number(text: str) -> bool:
    """Say whether ``text`` holds what looks like an A-number, a Social Security number or a phone number."""
    return _PERSONAL.search(text, 0, SEARCHED_CHARACTERS) is not None


def with_caution(reply: Reply, phrases: Phrases) -> Reply:
    """Return ``reply`` with the request not to share personal numbers before everything else."""
    return replace(reply, notes=(phrases.caution_personal, *reply.notes))


def introduced(reply: Reply, phrases: Phrases) -> Reply:
    """Return ``reply`` with the line of first contact: at its end, in the disclaimer's place, which says a part of it.

    Before everything else where the reply has no small print. An answer still fits a screen.
    """
    if not isinstance(reply, Answer | SignpostReply | Card):
        return replace(reply, notes=(*reply.notes, phrases.welcome_short))
    small_print = reply.footer.removesuffix(phrases.disclaimer)
    told = replace(reply, footer=f"{small_print}{phrases.welcome_short}")
    return fitted(told) if isinstance(told, Answer) else told
