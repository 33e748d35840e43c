"""What may stand behind a command: the words for what the bot can show, in every language, and slips in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.dialogue.actions import Action, Verb
from bot.dialogue.conversation import Conversation
from bot.dialogue.message import Message
from bot.dialogue.reply import Reply, Suggestion
from content.schema.catalogue import Catalogue

_NUMBER = re.compile(r"#?\s?(\d{1,4})")


class Word(StrEnum):
    """What a word asks for; the values name the fields of ``command_words`` in the phrases."""

    TOPICS = "topics"
    HELP = "help"
    LANGUAGE = "language"
    PRIVACY = "privacy"
    ABOUT = "about"


def known_words(catalogue: Catalogue) -> dict[str, tuple[Word, str | None]]:
    """Return what each word asks for, and the language that it tells: none in the first, whose words all people use."""
    first = catalogue.languages[0]
    found: dict[str, tuple[Word, str | None]] = {}
    for code, edition in catalogue.editions.items():
        for word in Word:
            found.setdefault(getattr(edition.phrases.command_words, word), (word, None if code == first else code))
    return found


async def show(conversation: Conversation, word: Word, lang: str, key: str) -> Reply:
    """Return what ``word`` asks for, in ``lang``, for the conversation filed under ``key``."""
    match word:
        case Word.TOPICS:
            return await conversation.act(Action(Verb.TOPICS, "", lang), key)
        case Word.HELP:
            return conversation.replies.smalltalk("help", lang)
        case Word.LANGUAGE:
            return conversation.replies.language_question(lang)
        case Word.PRIVACY:
            return conversation.replies.privacy(lang)
        case Word.ABOUT:
            return conversation.replies.about(lang)


def nearest(typed: str, names: Iterable[str]) -> str | None:
    """Return the one of ``names`` that ``typed`` is a slip of: a letter too many, too few, wrong or out of place.

    Two slips are forgiven in words of seven letters or more. An exact name is no slip: it returns None.
    """
    slips = 1 if len(typed) < 7 else 2
    found = extractOne(typed.casefold(), list(names), scorer=OSA.distance, score_cutoff=slips)
    return found[0] if found and found[1] > 0 else None


async def look_up(conversation: Conversation, message: Message) -> Reply:
    """Return the topic that a command names, as :meth:`Conversation.look_up` does; no topic's number is told so."""
    number = _NUMBER.fullmatch(message.text.strip())
    if number is None or conversation.find(message.text, (lang := await conversation.language(message))):
        return await conversation.look_up(message)
    edition = conversation.catalogue.edition(lang)
    last = max(entry.number for entry in edition.entries.values())
    text = edition.phrases.no_such_topic.format(number=number[1], last=last)
    offer = offered(edition.phrases.all_topics, Verb.TOPICS, lang)
    return conversation.replies.saying(text, lang, kind="no-such-topic", suggestions=(offer,))


def offered(label: str, verb: Verb, lang: str) -> Suggestion:
    """Return the choice that does ``verb`` for the bot as a whole."""
    return Suggestion(label=label, title=label, action=Action(verb, "", lang).code)
