"""The grammar of commands, the same on every platform: "/topic sb 54", "/idioma english", "/topcs", "/sb54"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec.structs import replace
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.dialogue.actions import Action, Verb, choice_of, linked_action
from bot.dialogue.answers import shown_by_id
from bot.dialogue.conversation import Conversation
from bot.dialogue.message import Message
from bot.dialogue.reply import EntryReply, LanguageReply, Reply, UrgentReply
from bot.dialogue.sayings import with_caution
from bot.dialogue.writer import UNCLEAR
from content.schema.catalogue import Catalogue
from intents.match import Decision

START = "start"
FAQ = "faq"
"""Slack's name for /topic: behind either anything may be named or asked; alone they list the topics."""
START_PRIVATE = "private"
"""Behind /start: the welcome, as for nothing. Links from elsewhere into the private chat end in these."""
START_CAUTION = "care_"
"""Before anything else behind /start: what is shown comes with the caution about personal numbers."""
START_URGENT = "help-"
"""Before an urgent kind's id behind /start: that help; before a language's code: its card, for someone in distress."""
START_CARD = "card-"
"""Before a language's code behind /start: its card."""

_NUMBER = re.compile(r"#?\s?(\d{1,4})")
_JOINED = re.compile(r"([a-z]+)(?:_|(?=\d))([a-z0-9_]+)")
"""What is written to a command itself: "/topic16", and where a command has no spaces in it "/topic_sb_54"."""


class Word(StrEnum):
    """What a word asks for; the values name the fields of ``command_words`` in the phrases."""

    TOPICS = "topics"
    HELP = "help"
    LANGUAGE = "language"
    PRIVACY = "privacy"
    ABOUT = "about"
    URGENT = "urgent"


_VERBS = {Word.TOPICS: Verb.TOPICS, Word.HELP: Verb.HELP, Word.PRIVACY: Verb.PRIVACY}
"""What a button can do in place of a word."""


def known_words(catalogue: Catalogue) -> dict[str, tuple[Word, str | None]]:
    """Return what each word asks for, and the language that it tells: none in the first, whose words all people use."""
    first = catalogue.languages[0]
    found: dict[str, tuple[Word, str | None]] = {}
    for code, edition in catalogue.editions.items():
        for word in Word:
            found.setdefault(getattr(edition.phrases.command_words, word), (word, None if code == first else code))
    return found


def naming_words(catalogue: Catalogue) -> dict[str, str | None]:
    """Return the words behind which a topic's name stands, with the language that each tells."""
    first = catalogue.languages[0]
    found: dict[str, str | None] = {FAQ: None}
    for code, edition in catalogue.editions.items():
        found.setdefault(edition.phrases.command_words.topic, None if code == first else code)
    return found


def is_known(name: str, catalogue: Catalogue) -> bool:
    """Say whether ``name`` is a command of ours."""
    return _parted(name, "", catalogue)[0] in (START, *naming_words(catalogue), *known_words(catalogue))


def _parted(name: str, rest: str, catalogue: Catalogue) -> tuple[str, str]:
    """Return a command and what stands behind it, with what was written to the command itself."""
    joined = _JOINED.fullmatch(name.casefold())
    if joined and joined[1] in (*naming_words(catalogue), *known_words(catalogue)):
        return joined[1], f"{joined[2].replace('_', ' ')} {rest}".strip()
    return name.casefold(), rest


def nearest(typed: str, names: Iterable[str]) -> str | None:
    """Return the one of ``names`` that ``typed`` is a slip of: a letter too many, too few, wrong or out of place.

    Two slips are forgiven in words of seven letters or more. An exact name is no slip: it returns None.
    """
    slips = 1 if len(typed) < 7 else 2
    found = extractOne(typed.casefold(), list(names), scorer=OSA.distance, score_cutoff=slips)
    return found[0] if found and found[1] > 0 else None


def linked_help(payload: str, catalogue: Catalogue) -> str | None:
    """Return the urgent kind, or the code of the card, whose help a payload of /start asks for, or None."""
    kind = payload.removeprefix(START_URGENT)
    known = kind in catalogue.edition(None).urgent or kind in catalogue.language_cards
    return kind if payload.startswith(START_URGENT) and known else None


def link_to(reply: Reply) -> str:
    """Return the payload of /start that shows ``reply`` in the private chat; where none does, the welcome."""
    match reply:
        case UrgentReply():
            return f"{START_URGENT}{reply.kind}"
        case LanguageReply():
            return f"{START_URGENT if reply.urgent else START_CARD}{reply.language}"
        case EntryReply():
            return reply.slug
        case _:
            return START_PRIVATE


def asked(name: str, rest: str, catalogue: Catalogue) -> str:
    """Return what the command ``name`` with ``rest`` behind it asks, as words: "/sb54" asks "sb54"."""
    parted, behind = _parted(name, rest, catalogue)
    if is_known(name, catalogue) and known_words(catalogue).get(parted, (None,))[0] is not Word.URGENT:
        return behind
    return f"{name} {rest}".replace("_", " ").strip()


async def obey(conversation: Conversation, message: Message, name: str, form: str) -> Reply:
    """Return the reply to the command ``name``, behind which the message's text stands.

    ``form`` is how commands are written where the person is ("/{}"). What is no command is looked up.
    """
    words, naming = known_words(conversation.catalogue), naming_words(conversation.catalogue)
    if name.casefold() == START:
        return await _start(conversation, message)
    name, rest = _parted(name, message.text.strip(), conversation.catalogue)
    message = replace(message, text=rest)
    if name in naming:
        message = replace(message, locale=naming[name] or message.locale)
        head, _, tail = rest.partition(" ")
        second, beyond = _parted(head, tail.strip(), conversation.catalogue)
        if second in naming or (beyond and words.get(second, (None,))[0] is Word.TOPICS):
            # "/faq tema 16"
            return await obey(conversation, replace(message, text=beyond), second, form)
        first, _, behind = rest.casefold().partition(" ")
        if rest.casefold() in words or not rest:
            return await _show(conversation, replace(message, text=""), words.get(rest.casefold(), (Word.TOPICS, None)))
        if words.get(first, (None,))[0] is Word.LANGUAGE and await _names_language(conversation, message, behind):
            return await _show(conversation, replace(message, text=behind), words[first])
        return await _suggested(conversation, message, rest, words, form) or await look_up(conversation, message)
    if rest and await conversation.urgency(message):
        return await conversation.reply(message)
    known = (Word.HELP, None) if not name else words.get(name)
    if known is not None and known[0] is Word.TOPICS and conversation.find(rest, await conversation.language(message)):
        return await look_up(conversation, message)
    if known is not None and not (known[0] in (Word.HELP, Word.URGENT) and rest):
        return await _show(conversation, message, known)
    if known is not None:
        return await look_up(conversation, message)
    if not rest and (code := conversation.language_named(name)):
        # "/es", "/english"
        return await conversation.act(Action(Verb.LANGUAGE, "", code), message.conversation, message.speaker)
    whole = replace(message, text=asked(name, rest, conversation.catalogue))
    near = None if rest else await _suggested(conversation, whole, name, (START, *words, *naming), form)
    return near or await look_up(conversation, whole)


async def look_up(conversation: Conversation, message: Message) -> Reply:
    """Return the topic that a command names, as :meth:`Conversation.look_up` does; no topic's number is told so."""
    number = _NUMBER.fullmatch(message.text.strip())
    if number is None or conversation.find(message.text, (lang := await conversation.language(message))):
        return await conversation.look_up(message)
    edition = conversation.catalogue.edition(lang)
    last = max(entry.number for entry in edition.entries.values())
    text = edition.phrases.no_such_topic.format(number=number[1], last=last)
    offer = choice_of(edition.phrases.all_topics, Action(Verb.TOPICS, "", lang))
    reply = conversation.replies.saying(text, lang, kind="no-such-topic", suggestions=(offer,))
    return await conversation.offer(message.conversation, reply)


async def _show(conversation: Conversation, message: Message, known: tuple[Word, str | None]) -> Reply:
    """Return what a known word asks for; behind the word for the language, the language's name chooses it."""
    word, hint = known
    place, replies = message.conversation, conversation.replies
    if word is Word.LANGUAGE and (code := conversation.language_named(message.text)):
        return await conversation.act(Action(Verb.LANGUAGE, "", code), place, message.speaker)
    lang = await conversation.language(replace(message, locale=hint or message.locale))
    match word:
        case Word.TOPICS:
            return await conversation.offer(place, replies.topics(lang))
        case Word.HELP:
            return await conversation.offer(place, replies.smalltalk("help", lang), message.latest)
        case Word.LANGUAGE:
            return await conversation.offer(place, replies.language_question(lang))
        case Word.PRIVACY:
            return await conversation.offer(place, replies.privacy(lang))
        case Word.ABOUT:
            return await conversation.offer(place, replies.about(lang))
        case Word.URGENT:
            return await conversation.offer(place, replies.urgent(UNCLEAR, lang), message.latest)


async def _names_language(conversation: Conversation, message: Message, behind: str) -> bool:
    """Say whether ``behind`` names a language, if only one that is not spoken here: a word, and no topic's with it."""
    if conversation.language_named(behind):
        return True
    return len(behind.split()) == 1 and not conversation.find(message.text, await conversation.language(message))


async def _start(conversation: Conversation, message: Message) -> Reply:
    """Return the welcome, or what the payload of a link asks for."""
    lang, place = await conversation.language(message), message.conversation
    payload = message.text.strip().removeprefix(START_CAUTION)
    if payload in ("", START_PRIVATE):
        reply: Reply = await conversation.begin(place, conversation.replies.welcome(lang), message.latest)
    elif (card := payload.removeprefix(START_CARD)) in conversation.catalogue.language_cards:
        reply = await conversation.offer(place, conversation.replies.other_language(card, lang))
    elif kind := linked_help(payload, conversation.catalogue):
        replies, in_distress = conversation.replies, kind in conversation.catalogue.language_cards
        helping = replies.other_language(kind, lang, urgent=True) if in_distress else replies.urgent(kind, lang)
        reply = await conversation.offer(place, helping)
    elif action := linked_action(payload):
        reply = await conversation.act(action, place, message.speaker)
    elif code := conversation.language_named(payload):
        await conversation.act(Action(Verb.LANGUAGE, "", code), place, message.speaker)
        reply = await conversation.begin(place, conversation.replies.welcome(code))
    elif known := known_words(conversation.catalogue).get(payload.casefold()):
        reply = await _show(conversation, replace(message, text=""), known)
    else:
        reply = await _linked_topic(conversation, replace(message, text=payload), lang)
    if message.text.strip().startswith(START_CAUTION):
        return with_caution(reply, conversation.catalogue.edition(reply.lang).phrases)
    return reply


async def _linked_topic(conversation: Conversation, message: Message, lang: str) -> Reply:
    """Return the topic that a link names, or what was typed behind /start; of a link that names none, the topics."""
    payload = message.text
    slug = conversation.find(payload, lang)
    catalogue = conversation.catalogue
    named = shown_by_id(catalogue.edition(lang), catalogue.laws) if slug is None else ()
    if verb := next((verb for verb, ids in named if payload in ids), None):
        return await conversation.act(Action(verb, payload, lang), message.conversation, message.speaker)
    if slug is None and " " not in payload:
        words = re.sub(r"[-_]", " ", payload)
        slug = conversation.find(words, lang)
        match = await conversation.classify(replace(message, text=words))
        # One word that is nothing's name and asks for nothing comes from a link to what is no longer there.
        asks = match.decision not in (Decision.CLARIFY, Decision.FALLBACK) or _NUMBER.fullmatch(words)
        if slug is None and match.confidence < 1.0 and not asks:
            return await conversation.act(Action(Verb.TOPIC, payload, lang), message.conversation, message.speaker)
        message = replace(message, text=words)
    if slug is not None:
        return await conversation.offer(message.conversation, conversation.replies.answer(slug, lang))
    return await look_up(conversation, message)


async def _suggested(
    conversation: Conversation, message: Message, typed: str, names: Iterable[str], form: str
) -> Reply | None:
    """Return the question whether the name near ``typed`` was meant; None where none is, or a topic is named.

    It comes with a choice that does the same, where there is one.
    """
    near = nearest(typed, names)
    if near is None or conversation.find(message.text, await conversation.language(message)):
        return None
    naming = naming_words(conversation.catalogue)
    named = (Word.TOPICS, naming[near]) if near in naming else (None, None)
    word, hint = known_words(conversation.catalogue).get(near, named)
    lang = await conversation.language(replace(message, locale=hint or message.locale))
    text = conversation.catalogue.edition(lang).phrases.near_command.format(command=form.format(near))
    choices = conversation.replies.language_question(lang).suggestions if word is Word.LANGUAGE else ()
    if word in _VERBS:
        choices = (choice_of(near.capitalize(), Action(_VERBS[word], "", lang)),)
    reply = conversation.replies.saying(text, lang, kind="near-command", suggestions=choices)
    return await conversation.offer(message.conversation, reply)
