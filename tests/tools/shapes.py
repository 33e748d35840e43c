"""One reply of each shape: what the golden files of every platform show."""

from __future__ import annotations

from msgspec.structs import replace

from bot.dialogue.answers import card_reply
from bot.dialogue.reply import Reply
from bot.dialogue.writer import UNCLEAR, ReplyWriter
from content.schema.catalogue import Catalogue
from intents.match import Intent

ENTRY = "oversight"


def shapes(catalogue: Catalogue, lang: str) -> dict[str, Reply]:
    """Return one reply of each shape in ``lang``, by the name of its golden file."""
    # The content's version, which "about" shows, changes with every edit.
    replies = ReplyWriter(replace(catalogue, digest="0" * 64))
    edition = catalogue.edition(lang)
    answer, point = replies.answer(ENTRY, lang), edition.entries[ENTRY].points[0].id
    topics = [Intent.parse("entry/oversight"), Intent.parse("entry/training"), Intent.parse("signpost/schools")]
    hub = next(name for name, signpost in edition.signposts.items() if signpost.choices)
    return {
        "answer": answer,
        "answer-led-by-a-point": replies.answer(ENTRY, lang, point),
        "answer-to-two-questions": replies.answer(ENTRY, lang, point, topics[1:2]),
        "answer-with-notes": replace(answer, notes=(edition.phrases.caution_personal, edition.phrases.welcome_short)),
        "whole": replies.whole(ENTRY, lang),
        "sources": replies.sources(ENTRY, lang),
        "clarify": replies.clarify(topics, lang),
        "happening-now": replies.clarify([Intent.parse("urgent/door"), *topics[:1]], lang),
        "fallback": replies.fallback(lang),
        "second-fallback": replies.fallback(lang, again=True),
        "signpost": replies.signpost("schools", lang),
        "hub": replies.signpost(hub, lang),
        "law": replies.law("sb-54", lang),
        "law-with-sources": replies.law("sb-54", lang, sources=True),
        "term": replies.glossary("detainer", lang),
        "urgent": replies.urgent("door", lang),
        "unclear-cry": replies.urgent(UNCLEAR, lang),
        "topics": replies.topics(lang),
        "welcome": replies.welcome(lang),
        "language-card": card_reply(next(iter(catalogue.language_cards.values())), lang),
        "language": replies.language_question(lang),
        "small-talk": replies.smalltalk("thanks", lang),
        "help": replies.smalltalk("help", lang),
        "privacy": replies.privacy(lang),
        "about": replies.about(lang),
    }
