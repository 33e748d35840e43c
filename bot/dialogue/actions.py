"""What buttons do: short codes that any version and any restart of the bot understands."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from bot.dialogue.reply import (
    Answer,
    EntryReply,
    GlossaryReply,
    LawReply,
    SignpostReply,
    Sourced,
    SourcesReply,
    Suggestion,
    WholeAnswer,
)

CODE_BYTES = 64
"""An action's code is ``verb:argument:language``, ASCII, valid after any restart, and fits Telegram's
``callback_data`` (https://core.telegram.org/bots/api#inlinekeyboardbutton) and Slack's ``value``."""

ARGUMENT_CHARACTERS = 44
_CODE = re.compile(rf"([a-z]{{1,2}}):([a-z0-9-]{{0,{ARGUMENT_CHARACTERS}}}):([a-z]{{2}})")
_LED_BY = "--"
"""Between the slug of a topic on offer and the point that leads it: no slug holds it."""


class Verb(StrEnum):
    """The kinds of action."""

    TOPIC = "t"
    """Show an entry, its first message; the argument is its slug, or that of :func:`of_topic`."""
    POINT = "pt"
    """Show an entry led by one of its points; the argument is the entry's number, a dash and the point's id."""
    WHOLE = "w"
    """Show the whole of an entry; the argument is its slug."""
    SOURCES = "o"
    """Show what an entry rests on; the argument is its slug."""
    SOURCES_OF = "os"
    """Show a signpost, law or term with what it rests on; the argument is the verb that shows it, a dash and its id."""
    URGENT = "u"
    """Show urgent help; the argument is its kind."""
    SIGNPOST = "s"
    """Show a signpost; the argument is its id."""
    LAW = "b"
    """Show a law; the argument is its id."""
    TERM = "d"
    """Show the meaning of a term; the argument is its id."""
    TOPICS = "l"
    """Show the topic list; the argument is the page, from 1, or nothing."""
    NONE = "n"
    """None of the offered choices."""
    SHARE = "sh"
    """Post an answer for everyone in the channel; the argument is an entry's slug, that of POINT, or of SOURCES_OF."""
    HELPFUL = "y"
    """It helped; the argument is an entry's slug, or that of SOURCES_OF."""
    NOT_HELPFUL = "x"
    """It did not help; the argument as for HELPFUL."""
    WRONG = "wr"
    """Something that was shown is wrong; the argument is a key of :func:`bot.dialogue.answers.statement_ids`."""
    LANGUAGE = "g"
    """Choose the code's language from now on."""
    URGENT_IN = "gu"
    """Show urgent help, its kind the argument, and choose the code's language from now on."""
    PRIVACY = "p"
    """Show the privacy text."""
    HELP = "h"
    """Show help."""


class Action(Struct, frozen=True):
    """One action: what, about which entry or page, in which language."""

    verb: Verb
    argument: str
    lang: str

    @property
    def code(self) -> str:
        """The action as a button carries it."""
        return f"{self.verb}:{self.argument}:{self.lang}"

    @property
    def subject(self) -> str:
        """What the action is about, a topic that a point leads as well: the argument without the point."""
        return self.argument.partition(_LED_BY)[0]

    @property
    def led_by(self) -> str | None:
        """The id of the point that leads a topic on offer, or None."""
        return self.argument.partition(_LED_BY)[2] or None


def shown_by(reply: EntryReply | Sourced) -> Action:
    """Return the action that shows ``reply``, without the sources of what is no entry.

    Raises TypeError for one of an unknown kind.
    """
    match reply:
        case Answer() if reply.point:
            return of_point(reply.number, reply.point.id, reply.lang)
        case Answer():
            return Action(Verb.TOPIC, reply.slug, reply.lang)
        case WholeAnswer():
            return Action(Verb.WHOLE, reply.slug, reply.lang)
        case SourcesReply():
            return Action(Verb.SOURCES, reply.slug, reply.lang)
        case SignpostReply():
            return Action(Verb.SIGNPOST, reply.signpost, reply.lang)
        case LawReply():
            return Action(Verb.LAW, reply.law, reply.lang)
        case GlossaryReply():
            return Action(Verb.TERM, reply.term, reply.lang)
        case _:
            raise TypeError(type(reply).__name__)


def of_topic(slug: str, point: str | None, lang: str) -> Action:
    """Return what shows an entry that is on offer, led by ``point`` where there is one and the code has room for it.

    Other than :func:`of_point` it tells the entry without a catalogue, which memory has none of.
    """
    led = f"{slug}{_LED_BY}{point}"
    return Action(Verb.TOPIC, led if point and len(led) <= ARGUMENT_CHARACTERS else slug, lang)


def of_point(number: int, point: str, lang: str) -> Action:
    """Return what shows the entry of that ``number`` led by its ``point``."""
    return Action(Verb.POINT, f"{number}-{point}", lang)


def about(verb: Verb, shown: Action) -> Action:
    """Return what does ``verb`` with the signpost, law or term of ``shown``; :func:`beside` goes the other way."""
    return Action(verb, f"{shown.verb}-{shown.argument}", shown.lang)


def wrong_of(shown: Action) -> Action:
    """Return what says that what ``shown`` shows is wrong: an entry, one led by a point, any other text."""
    of_entry = shown.verb in (Verb.TOPIC, Verb.POINT, Verb.WHOLE, Verb.SOURCES)
    return Action(Verb.WRONG, shown.argument, shown.lang) if of_entry else about(Verb.WRONG, shown)


def beside(action: Action) -> Action | None:
    """Return what shows the signpost, law or term that ``action`` is about, its sources, a vote; None for any other."""
    verb, _, name = action.argument.partition("-")
    known = verb in (Verb.SIGNPOST, Verb.LAW, Verb.TERM)
    return Action(Verb(verb), name, action.lang) if action.verb in _BESIDE and known else None


_BESIDE = (Verb.SOURCES_OF, Verb.SHARE, Verb.HELPFUL, Verb.NOT_HELPFUL)
CHOOSING = (Verb.LANGUAGE, Verb.URGENT_IN)
"""What chooses a language from now on."""
VOTES = (Verb.HELPFUL, Verb.NOT_HELPFUL, Verb.WRONG)
"""What says what somebody thinks of an answer."""
IN_PLACE = (*VOTES, Verb.LANGUAGE, Verb.NONE)
"""What a button does without a further message."""
HELPS = (Verb.URGENT, Verb.URGENT_IN)
"""What shows urgent help."""
LINKED = frozenset(
    {
        *(Verb.TOPIC, Verb.POINT, Verb.WHOLE, Verb.SOURCES, Verb.URGENT),
        *(Verb.SOURCES_OF, Verb.SIGNPOST, Verb.LAW, Verb.TERM, Verb.TOPICS),
    }
)
"""What a link may do: it shows something, and neither votes nor chooses for whoever opens it."""


def link_payload(code: str) -> str:
    """Return an action's ``code`` as a link carries it, whose letters are fewer; no code has an underscore in it."""
    return code.replace(":", "_")


def linked_action(payload: str) -> Action | None:
    """Return what a link with ``payload`` shows, or None where that is no action's code."""
    action = parse_action(payload.replace("_", ":"))
    return action if action is not None and action.verb in LINKED else None


def choice_of(label: str, action: Action) -> Suggestion:
    """Return the choice that does ``action``."""
    return Suggestion(label=label, title=label, action=action.code)


def parse_action(code: str) -> Action | None:
    """Return the action that ``code`` stands for, or None where it is not one of ours."""
    match = _CODE.fullmatch(code)
    if match is None or len(code) > CODE_BYTES:
        return None
    verb, argument, lang = match.groups()
    try:
        return Action(Verb(verb), argument, lang)
    except ValueError:
        return None
