"""What an action leads to, whether a button was pressed or a number typed."""

from __future__ import annotations

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb
from bot.dialogue.reply import Reply
from bot.dialogue.writer import ReplyWriter


def reply_to(action: Action, replies: ReplyWriter) -> Reply:
    """Return what ``action`` asks for. What no longer exists gets the list of topics and a note."""
    edition = replies.catalogue.edition(action.lang)
    lang = edition.language.code
    match action.verb:
        case Verb.TOPIC | Verb.SHARE if action.argument in edition.entries:
            return replies.answer(action.argument, lang)
        case Verb.SIGNPOST if action.argument in edition.signposts:
            return replies.signpost(action.argument, lang)
        case Verb.TOPICS:
            return replies.topics(lang)
        case Verb.NONE:
            return replies.fallback(lang)
        case Verb.LANGUAGE:
            return replies.language_chosen(lang)
        case Verb.PRIVACY:
            return replies.privacy(lang)
        case Verb.HELPFUL | Verb.NOT_HELPFUL:
            return replies.saying(edition.phrases.feedback_thanks, lang, kind="feedback")
        case Verb.HELP:
            return replies.smalltalk("help", lang)
        case _:
            return replace(replies.topics(lang), notes=(edition.phrases.gone,))
