"""Everything that the content can say, by kind and name, as both platforms get it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from bot.dialogue.answers import card_reply
from bot.dialogue.reply import Reply
from bot.dialogue.writer import ReplyWriter
from bot.playground.telegram import text_of
from bot.playground.timeline import Json
from bot.slack.render.renderer import preview as on_slack
from bot.telegram.render.renderer import preview as on_telegram
from content.schema.catalogue import Catalogue

FORMS = ("first", "whole", "sources")
"""What can be shown of an entry: its first message, all of it, what it rests on. Of other things there is less."""
_OWN = ("topics", "welcome", "privacy", "about", "fallback")


class Item(NamedTuple):
    """One thing that can be shown: its kind and name, a title to find it by, and the forms that there are of it."""

    kind: str
    name: str
    title: str
    forms: tuple[str, ...] = FORMS[:1]

    @property
    def key(self) -> str:
        """How it is named in an address."""
        return f"{self.kind}/{self.name}"


def list_items(catalogue: Catalogue, lang: str) -> Iterator[Item]:
    """Yield all that can be shown in ``lang``."""
    edition = catalogue.edition(lang)
    for slug, entry in edition.entries.items():
        yield Item("entry", slug, f"{entry.number}. {entry.title}", FORMS)
    for name, urgent in edition.urgent.items():
        yield Item("urgent", name, urgent.title)
    for name, signpost in edition.signposts.items():
        yield Item("signpost", name, signpost.title, _forms(signpost.sources))
    for name, law in catalogue.laws.items():
        title = f"{law.number}: {law.name[lang]}" if law.number else law.name[lang]
        yield Item("law", name, title, _forms(law.sources))
    for name, term in edition.glossary.items():
        yield Item("term", name, term.term, _forms(term.sources))
    for name in edition.smalltalk:
        yield Item("smalltalk", name, name)
    for code, card in catalogue.language_cards.items():
        yield Item("language", code, card.names[lang][0])
    for name in _OWN:
        yield Item("own", name, name)


def _forms(sources: Sequence[str]) -> tuple[str, ...]:
    """Return the forms of what is shown at once, but its ``sources`` where there are any."""
    return ("first", "sources") if sources else ("first",)


def find_reply(key: str, form: str, lang: str, replies: ReplyWriter) -> Reply | None:
    """Return the reply that shows the item of that ``key`` in that ``form`` and language; None without such a one."""
    kind, _, name = key.partition("/")
    catalogue, edition, cards = replies.catalogue, replies.catalogue.edition(lang), replies.catalogue.language_cards
    entry = {"whole": replies.whole, "sources": replies.sources}.get(form, replies.answer)
    sources = form == "sources"
    makers: dict[str, tuple[object, Callable[[str, str], Reply]]] = {
        "entry": (edition.entries, entry),
        "urgent": (edition.urgent, replies.urgent),
        "signpost": (edition.signposts, partial(replies.signpost, sources=sources)),
        "law": (catalogue.laws, partial(replies.law, sources=sources)),
        "term": (edition.glossary, partial(replies.glossary, sources=sources)),
        "smalltalk": (edition.smalltalk, replies.smalltalk),
        "language": (cards, lambda code, _lang: card_reply(cards[code], catalogue.languages[0])),
        "own": (_OWN, lambda name, lang: getattr(replies, name)(lang)),
    }
    if kind not in makers or name not in makers[kind][0]:  # type: ignore[operator]
        return None
    return makers[kind][1](name, lang)


def show_item(key: str, form: str, lang: str, replies: ReplyWriter) -> Json | None:
    """Return what Slack and Telegram get for an item, or None where there is no such one."""
    reply = find_reply(key, form, lang, replies)
    if reply is None:
        return None
    found = on_telegram(reply, replies.catalogue.edition(lang).phrases)
    calls = found if isinstance(found, list) else [found]
    telegram = [text_of(call) | {"reply_markup": call.get("reply_markup")} for call in calls]
    return {"lang": reply.lang, "slack": on_slack(reply), "telegram": telegram}
