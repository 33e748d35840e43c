"""Renders every reply that the content can give on both platforms, and says what would not fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.dialogue.answers import SCREEN_CHARACTERS, card_reply, noted, shown
from bot.dialogue.reply import Answer, Reply, Sourced, is_long
from bot.dialogue.sayings import introduced, with_caution
from bot.dialogue.writer import ReplyWriter
from bot.playground.items import find_reply, list_items
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Problem
from content.schema.phrases import Phrases
from intents.language.foreign import UNDETERMINED


def check_rendering(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each reply that a platform would refuse."""
    for lang in catalogue:
        phrases = catalogue.edition(lang).phrases
        for name, reply in all_replies(catalogue, lang):
            key = _key(catalogue, lang, name)
            point = f" led by `{reply.point.id}`" if isinstance(reply, Answer) and reply.point else ""
            noted_twice = with_caution(noted(reply, phrases.file_unread, phrases), phrases)
            first = introduced(noted_twice, phrases) if not is_long(reply) else None
            if isinstance(first, Answer | Sourced) and (length := shown(first)) > SCREEN_CHARACTERS:
                yield at(key, (), f"{name}{point} shows {length} characters (at most {SCREEN_CHARACTERS}): shorten it")
            elif isinstance(first, Answer) and first.for_you is None:
                yield at(key, (), f"{name}{point} leaves no room at first contact for what it means: shorten it")
            yield from (at(key, (), f"{name} {fault}") for fault in _faults(reply, phrases))
    for code, reply in all_cards(catalogue):
        faults = _faults(reply, catalogue.edition(reply.lang).phrases)
        yield from (at(("card", code), (), f"the card {fault}") for fault in faults)


@lru_cache(maxsize=2048)
def _faults(reply: Reply, phrases: Phrases) -> tuple[str, ...]:
    """Return what each platform would refuse of ``reply``; who checks after each change renders what has changed."""
    from bot.slack.render.renderer import find_faults as slack_faults
    from bot.telegram.render.renderer import find_faults as telegram_faults

    on_slack = (f"on Slack: {fault}" for fault in slack_faults(reply))
    return (*on_slack, *(f"on Telegram: {fault}" for fault in telegram_faults(reply, phrases)))


def all_cards(catalogue: Catalogue) -> Iterator[tuple[str, Reply]]:
    """Yield the card of every language that has one, also as it is for someone in distress, with its code."""
    for code, card in catalogue.language_cards.items():
        for urgent in (False, True):
            yield code, card_reply(card, catalogue.languages[0], urgent=urgent)


def all_replies(catalogue: Catalogue, lang: str) -> Iterator[tuple[str, Reply]]:
    """Yield every fixed reply of one language with a name for it."""
    replies = ReplyWriter(catalogue)
    for item in list_items(catalogue, lang):
        name = item.name if item.kind == "own" else f"{item.kind} {item.name}"
        found = (find_reply(item.key, form, lang, replies) for form in item.forms if item.kind != "language")
        yield from ((name, reply) for reply in found if reply is not None)
    for slug, entry in catalogue.edition(lang).entries.items():
        yield from ((f"entry {slug}", replies.answer(slug, lang, point.id)) for point in entry.points)
    yield "language", replies.language_question(lang)
    yield "second fallback", replies.fallback(lang, again=True)
    yield "other language", replies.other_language(UNDETERMINED, lang)


def _key(catalogue: Catalogue, lang: str, name: str) -> Key:
    kind, _, part = name.partition(" ")
    if kind in catalogue.edition(lang).lists:
        return (lang, kind, part)
    return (kind, part) if kind == "law" else (lang, "phrases")
