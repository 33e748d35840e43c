"""What a decision, or the point that leads, is worth to whoever asked, given everything that would have been right."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from intents.classifier.focus import WHOLE
from intents.match import Decision, Match

WORTHS = (
    "right",
    "offered",
    "useless question",
    "wrong entry",
    "wrong signpost",
    "wrong law",
    "wrong term",
    "wrong help",
    "alarm",
    "refused",
)
"""What a decision may be worth, the best first."""
_WRONG = {
    Decision.ANSWER: ("entry", "wrong entry"),
    Decision.SIGNPOST: ("signpost", "wrong signpost"),
    Decision.LAW: ("law", "wrong law"),
    Decision.GLOSSARY: ("glossary", "wrong term"),
}
TALK = (Decision.SMALLTALK, Decision.TOPICS)
_NO_CLAIM = (Decision.CLARIFY, Decision.SIGNPOST, Decision.FALLBACK, *TALK)
"""What does no harm to a message that is not ours."""


def worth(match: Match, kind: str, good: AbstractSet[str]) -> str:
    """Return which of ``WORTHS`` a decision is, on a message of a ``kind``.

    Kinds are ``faq``, ``oos`` (not ours), ``smalltalk`` and ``urgent``.
    ``good`` names all that would be right (``entry/oversight``, ``none``). Where it names nothing, any help is right
    for an urgent message, and for what is not ours anything but an entry, a law, a term or an alarm.
    """
    decision = match.decision
    if kind == "oos" and good <= {"none"} and decision in _NO_CLAIM:
        return "right"
    any_help = kind == "urgent" and not good
    if decision is Decision.CLARIFY:
        offers = any(str(one) in good or (any_help and one.kind == "urgent") for one in match.choices)
        return "offered" if offers else "useless question"
    if decision is Decision.URGENT:
        if any_help or f"urgent/{match.target}" in good:
            return "right"
        return "wrong help" if any(name.startswith("urgent/") for name in good) else "alarm"
    if decision in _WRONG:
        named, wrong = _WRONG[decision]
        return "right" if f"{named}/{match.target}" in good else wrong
    if kind == "smalltalk":
        return "right" if decision in TALK else "refused"
    return "right" if decision is Decision.FALLBACK and "none" in good else "refused"


def lead(match: Match, points: Sequence[str]) -> tuple[bool, str] | None:
    """Return whether the topic as a whole was asked for, and whether what leads is ``right``, ``wrong`` or ``none``.

    ``points`` are those that may lead ("oversight/forums"), the likeliest first; "oversight/whole" is none of them.
    Of an entry without any nothing is known.
    """
    fair = [point for entry, _, point in (name.partition("/") for name in points) if entry == match.target]
    if not fair:
        return None
    return fair[0] == WHOLE, "none" if match.point is None else "right" if match.point in fair else "wrong"
