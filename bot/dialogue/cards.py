"""Replies in languages that the bot does not answer in: their cards."""

from __future__ import annotations

from bot.dialogue.actions import Action, Verb
from bot.dialogue.reply import LanguageReply, LinkChoice, Suggestion
from content.schema.languages import LanguageCard


def hinted(welcome: str, card: LanguageCard | None) -> str:
    """Return a welcome with a line in the language of ``card`` below it, where the person's platform is set to one."""
    return f"{welcome}\n\n{card.welcome}" if card else welcome


def card_reply(card: LanguageCard, lang: str, *, urgent: bool = False) -> LanguageReply:
    """Return ``card`` as a reply to someone who was answered in ``lang`` so far, with the bot's languages to choose.

    ``urgent``: what to do comes before what the bot is.
    """
    guide = LinkChoice(label=card.guide.label, button=card.guide.button, url=card.guide.url)
    return LanguageReply(
        lang=lang,
        language=card.code,
        text=card.about,
        urgent=urgent,
        heading=card.heading,
        steps=card.sentences,
        guide=guide,
        legal_help=LinkChoice(label=card.legal_help.label, button=card.legal_help.label, url=card.legal_help.url),
        caution="" if card.checked_by else card.not_checked,
        suggestions=tuple(
            Suggestion(label=label, title=label, action=Action(Verb.LANGUAGE, "", code).code)
            for code, label in card.buttons.items()
        ),
    )
