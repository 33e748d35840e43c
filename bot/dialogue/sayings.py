"""What the bot says of itself, and for people's own sake: what it is and keeps, once to each; not to share numbers.

The patterns run in linear time (bounded repeats, no nesting), on the beginning of a message.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, choice_of
from bot.dialogue.answers import fitted, noted, topics_of
from bot.dialogue.message import Platform
from bot.dialogue.reply import PRIVACY, Answer, Card, Reply, SignpostReply, SmallTalkReply, Suggestion
from content.schema.catalogue import Catalogue, Edition
from content.schema.phrases import Phrases

SEARCHED_CHARACTERS = 8_000
"""More than any platform's message that people write by hand; the rest is not searched."""

_DIGIT = re.compile(r"\d")
_PERSONAL = re.compile(
    r"""
    \bA[\s#:.-]{0,3}\d{3}[\s.-]?\d{3}[\s.-]?\d{2,3}\b            # A-number: A and 8 or 9 digits
    | \b\d{3}[\s.-]\d{2}[\s.-]\d{4}\b                            # Social Security number
    | (?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}\b   # North American phone number
    | (?<!\d)\+\d{1,3}[\s.-]?(?:\d[\s.-]?){7,12}(?!\d)           # other phone number
    | \b\d{9}\b                                                  # either, written in one piece
    """,
    re.VERBOSE | re.IGNORECASE,
)


def holds_personal_number(text: str) -> bool:
    """Say whether ``text`` holds what looks like an A-number, a Social Security number or a phone number."""
    # Most messages have no digit, and that is seen at once.
    has_digit = _DIGIT.search(text, 0, SEARCHED_CHARACTERS) is not None
    return has_digit and _PERSONAL.search(text, 0, SEARCHED_CHARACTERS) is not None


def with_caution(reply: Reply, phrases: Phrases) -> Reply:
    """Return ``reply`` with the request not to share personal numbers before everything else."""
    return noted(reply, phrases.caution_personal, phrases)


def introduced(reply: Reply, phrases: Phrases) -> Reply:
    """Return ``reply`` with the line of first contact: at its end, in the disclaimer's place, which says a part of it.

    Before everything else where the reply has no small print. An answer still fits a screen.
    """
    if not isinstance(reply, Answer | SignpostReply | Card):
        return replace(reply, notes=(*reply.notes, phrases.welcome_short))
    small_print = reply.footer.removesuffix(phrases.disclaimer)
    return fitted(replace(reply, footer=f"{small_print}{phrases.welcome_short}"), phrases)


class Sayings(ABC):
    """Makes the replies that are about the bot and its languages."""

    @property
    @abstractmethod
    def catalogue(self) -> Catalogue:
        """The content as it stands today."""

    def smalltalk(self, name: str, lang: str) -> SmallTalkReply:
        """Return the fixed answer ``name``; to what is kept or which version this is, all that there is to say."""
        edition = self.catalogue.edition(lang)
        talk = edition.smalltalk[name]
        if name in (PRIVACY, "about"):
            whole = self.privacy(lang) if name == PRIVACY else self.about(lang)
            return replace(whole, notes=(talk.text,))
        reply = self.saying(talk.text, edition.language.code, kind=name)
        if name == "greeting":
            # The same choices as under the welcome, so that a number picks the same whichever of the two was shown.
            return replace(reply, suggestions=self._first_steps(lang))
        if talk.offer == "starters":
            return replace(reply, suggestions=self.starters(lang))
        if talk.offer == "topics":
            return replace(reply, suggestions=(self._all_topics(edition),))
        return reply

    def for_platform(self, reply: Reply, platform: Platform) -> Reply:
        """Return the help of ``platform`` in place of the general one, and any other reply as it is."""
        if isinstance(reply, SmallTalkReply) and reply.kind == "help":
            phrases = self.catalogue.edition(reply.lang).phrases
            helps = {"slack": phrases.help_slack, "telegram": phrases.help_telegram, "terminal": phrases.help_terminal}
            return replace(reply, text=helps[platform])
        return reply

    def saying(self, text: str, lang: str, *, kind: str, suggestions: tuple[Suggestion, ...] = ()) -> SmallTalkReply:
        """Return ``text`` as a reply of its own."""
        return SmallTalkReply(lang=lang, kind=kind, text=text, suggestions=suggestions)

    def welcome(self, lang: str, locale: str | None = None) -> SmallTalkReply:
        """Return the text of first contact, with a line in the language of ``locale`` where it has a card."""
        edition = self.catalogue.edition(lang)
        first = self._first_steps(lang)
        card = self.catalogue.card(locale)
        text = f"{edition.phrases.welcome}\n\n{card.welcome}" if card else edition.phrases.welcome
        return self.saying(text, edition.language.code, kind="welcome", suggestions=first)

    def _first_steps(self, lang: str) -> tuple[Suggestion, ...]:
        return (*self.starters(lang), self._all_topics(self.catalogue.edition(lang)), *self.languages(lang))

    def privacy(self, lang: str) -> SmallTalkReply:
        """Return the privacy text."""
        edition = self.catalogue.edition(lang)
        privacy = edition.phrases.privacy
        kept = "\n".join(f"• {item.text}" for item in privacy.kept)
        parts = [privacy.title, privacy.intro, f"{privacy.kept_heading}:\n{kept}"]
        parts += [privacy.not_kept, privacy.platforms, privacy.contact]
        return self.saying("\n\n".join(parts), edition.language.code, kind=PRIVACY)

    def about(self, lang: str) -> SmallTalkReply:
        """Return the number of entries, the content's version and the day up to which anything in it is known."""
        edition = self.catalogue.edition(lang)
        known = max(source.known for source in self.catalogue.sources.values())
        text = edition.phrases.about.format(
            entries=len(edition.entries), known=edition.date_words(known), version=self.catalogue.digest[:8]
        )
        if contact := self.catalogue.local.contact.get(edition.language.code):
            reached = (contact.label, contact.phone, contact.url, contact.note)
            text += f"\n\n{edition.phrases.person_heading}: {', '.join(part for part in reached if part)}"
        return self.saying(text, edition.language.code, kind="about", suggestions=(self._all_topics(edition),))

    def language_question(self, lang: str) -> SmallTalkReply:
        """Return the question which language to use, with a choice for each."""
        edition = self.catalogue.edition(lang)
        choices = tuple(self._language(self.catalogue.editions[code]) for code in self.catalogue.languages)
        return self.saying(
            edition.phrases.language_question, edition.language.code, kind="language", suggestions=choices
        )

    def language_chosen(self, lang: str) -> SmallTalkReply:
        """Return the confirmation that ``lang`` is spoken from now on, with topics to start with."""
        edition = self.catalogue.edition(lang)
        text, code = edition.phrases.language_set, edition.language.code
        return self.saying(text, code, kind="language", suggestions=self.starters(lang))

    def starters(self, lang: str) -> tuple[Suggestion, ...]:
        """Return the topics that people ask for most."""
        edition = self.catalogue.edition(lang)
        return topics_of(edition.language.starters, edition)

    def languages(self, lang: str) -> tuple[Suggestion, ...]:
        """Return a choice for each language but ``lang``."""
        editions = self.catalogue.editions
        return tuple(self._language(edition) for code, edition in editions.items() if code != lang)

    def _all_topics(self, edition: Edition) -> Suggestion:
        return choice_of(edition.phrases.all_topics, Action(Verb.TOPICS, "", edition.language.code))

    def _language(self, edition: Edition) -> Suggestion:
        return choice_of(edition.language.name, Action(Verb.LANGUAGE, "", edition.language.code))
