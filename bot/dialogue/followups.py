"""Short messages that only mean something after an answer: "2", "the second one", "tell me more", "go back"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, parse_action
from bot.dialogue.memory import Memory, offered_topics
from bot.dialogue.reply import Reply
from bot.dialogue.writer import ReplyWriter
from content.schema.catalogue import Edition
from intents.match import Decision, Intent, Kind, Match
from intents.reading import plain_words

TRUST = "why-trust-you"
"""The small talk that says what answers rest on, where none was given."""


class FollowUp(StrEnum):
    """What such a message asks for."""

    PICK = "pick"
    OTHER = "other"
    MORE = "more"
    SHORTER = "shorter"
    SOURCE = "source"
    SURE = "sure"
    YES = "agree"
    BOTH = "both"
    WHY = "why"
    NONE = "none"
    COMPLAINT = "complaint"
    AGAIN = "again"
    PREVIOUS = "previous"
    EARLIEST = "earliest"


class Understood(Struct, frozen=True):
    """A follow-up; ``number`` is the choice picked (from 1, -1 the last), ``lang`` whose words it uses.

    ``loose`` says that it is a number among words that are not known, so that it may mean something else.
    """

    kind: FollowUp
    lang: str
    number: int = 0
    loose: bool = False


PICK_CHARACTERS = 40
"""A pick is a short message; the pattern's time grows with the fourth power of the length."""

WANTED_CHARACTERS = 200
"""A choice in words is a short message; the pattern's time grows with the square of the length."""

_NUMBER = re.compile(r"(?:\W*\w+){0,3}?\W*(?<!\w)(\d{1,2})\W*")
_KINDS = tuple(kind for kind in FollowUp if kind is not FollowUp.PICK)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "last": -1}


class FollowUpReader:
    """Recognises follow-ups by the whole messages listed in ``followups.yaml``."""

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        self._editions = editions
        self._known: dict[str, Understood] = {}
        for lang, edition in editions.items():
            for kind in _KINDS:
                for text in getattr(edition.followups, kind):
                    self._known.setdefault(plain_words(text), Understood(kind, lang))
            for name, number in _ORDINALS.items():
                for text in getattr(edition.followups, name):
                    self._known.setdefault(plain_words(text), Understood(FollowUp.PICK, lang, number))

    def wanted_part(self, text: str) -> str:
        """Return what is meant of a message such as "the law, not the principles"; any other as it is."""
        stripped = text.strip().casefold()
        if len(stripped) > WANTED_CHARACTERS:
            return text
        found = (pattern.fullmatch(stripped) for pattern in self._rather)
        return next((match["wanted"] for match in found if match), text)

    def read(self, text: str, lang: str) -> Understood | None:
        """Return what ``text`` asks for where it is a follow-up as a whole, else None.

        A message of at most three words and a number ("sorry, meant 2") is a pick; ``lang`` is its language.
        """
        known = self._known.get(plain_words(text))
        if known is not None:
            return known
        stripped = text.strip()
        number = _NUMBER.fullmatch(stripped) if len(stripped) <= PICK_CHARACTERS else None
        if number is None:
            return None
        return Understood(FollowUp.PICK, lang, int(number[1]), loose=not stripped.lstrip("#").isdecimal())

    @cached_property
    def _rather(self) -> list[re.Pattern[str]]:
        patterns = (re.escape(pattern) for edition in self._editions.values() for pattern in edition.followups.rather)
        return [
            re.compile(pattern.replace(r"\{wanted\}", "(?P<wanted>.{3,}?)").replace(r"\{unwanted\}", ".{3,}?"))
            for pattern in patterns
        ]


def follow(understood: Understood, memory: Memory, match: Match, replies: ReplyWriter) -> Reply | Action | None:
    """Return the reply to a follow-up, or the action that it picks; None where it has nothing to follow.

    ``match`` is what the words mean by themselves.
    """
    if understood.loose and _means_itself(match):
        return None
    lang = match.lang if match.sure_of_lang else understood.lang
    match understood.kind:
        case FollowUp.PICK if memory.choices or understood.loose:
            return _pick(understood, memory, match, replies)
        case FollowUp.OTHER if memory.choices:
            others = [slug for slug in offered_topics(memory) if slug != memory.entry]
            return Action(Verb.TOPIC, others[0], lang) if others else None
        case FollowUp.YES if memory.choices:
            # Yes to a question back is yes to what it asked about first.
            return _pick(replace(understood, number=1), memory, match, replies)
        case FollowUp.BOTH if len(topics := offered_topics(memory)) > 1:
            return replies.answer(topics[0], lang, also=[Intent(Kind.ENTRY, slug) for slug in topics[1:2]])
        case FollowUp.MORE | FollowUp.WHY | FollowUp.AGAIN | FollowUp.SHORTER | FollowUp.SOURCE if memory.entry:
            return _same_entry(memory.entry, understood.kind, lang, replies)
        case FollowUp.SURE if memory.entry:
            return replies.sources(memory.entry, lang)
        case FollowUp.SOURCE | FollowUp.SURE:
            return replies.smalltalk(TRUST, lang)
        case FollowUp.NONE if memory.choices:
            return replies.fallback(lang, again=memory.misses > 0)
        case FollowUp.COMPLAINT if memory.entry:
            return _after_complaint(memory.entry, lang, replies)
        case FollowUp.PREVIOUS | FollowUp.EARLIEST:
            return _back(understood.kind, memory, lang)
        case _ if _leans(match):
            return replies.fallback(lang, again=memory.misses > 0)
        case _:
            return None


def _pick(understood: Understood, memory: Memory, match: Match, replies: ReplyWriter) -> Reply | Action | None:
    choices = memory.choices
    number = len(choices) if understood.number == -1 else understood.number
    action = parse_action(choices[number - 1]) if 0 < number <= len(choices) else None
    if action is not None:
        return replace(action, lang=match.lang) if match.sure_of_lang and action.verb is not Verb.LANGUAGE else action
    if not choices:
        return None
    edition = replies.catalogue.edition(match.lang)
    entry = edition.by_number(number)
    if entry is not None:
        return replies.answer(entry.slug, match.lang)
    text = edition.phrases.no_such_choice.format(number=number)
    return replies.saying(text, match.lang, kind="no-such-choice", suggestions=replies.starters(match.lang))


def _back(kind: FollowUp, memory: Memory, lang: str) -> Action:
    """Return what shows an earlier answer; all topics where there is none."""
    if kind is FollowUp.PREVIOUS:
        # After a refusal it is the last answer that one goes back to.
        earlier = memory.entry if memory.misses else next(reversed(memory.before), None)
    else:
        offered = offered_topics(memory)
        first = offered[0] if memory.entry in offered else memory.entry
        earlier = memory.before[0] if memory.before else first
    return Action(Verb.TOPIC, earlier, lang) if earlier else Action(Verb.TOPICS, "", lang)


def _same_entry(slug: str, kind: FollowUp, lang: str, replies: ReplyWriter) -> Reply | None:
    edition = replies.catalogue.edition(lang)
    if slug not in edition.entries:
        return None
    if kind is FollowUp.SOURCE:
        return replies.sources(slug, lang)
    return replies.whole(slug, lang) if kind in (FollowUp.MORE, FollowUp.WHY) else replies.answer(slug, lang)


def _after_complaint(slug: str, lang: str, replies: ReplyWriter) -> Reply | None:
    edition = replies.catalogue.edition(lang)
    if slug not in edition.entries:
        return None
    choices = [Intent(Kind.ENTRY, related) for related in edition.entries[slug].related]
    return replies.clarify(choices, lang, text=edition.phrases.clarify_again)


def _leans(match: Match) -> bool:
    """Say whether a follow-up with nothing to follow means nothing in itself, whatever the model makes of its words."""
    return match.decision not in (Decision.SMALLTALK, Decision.TOPICS) and match.confidence < 1.0


def _means_itself(match: Match) -> bool:
    """Say whether a message is distress, or the name of a topic or term such as "sb 54", whatever was offered."""
    named = match.decision in (Decision.ANSWER, Decision.GLOSSARY, Decision.LAW) and match.confidence == 1.0
    return named or match.decision is Decision.URGENT
