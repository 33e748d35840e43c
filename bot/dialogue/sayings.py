"""What the bot says of itself and for people's own sake, and what stands beside the entries: signposts, terms, laws.

The patterns run in linear time (bounded repeats, no nesting), on the beginning of a message.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, about, choice_of, wrong_of
from bot.dialogue.answers import fitted, footer, noted, source_links, topic, topics_of
from bot.dialogue.memory import action_of
from bot.dialogue.message import Platform
from bot.dialogue.reply import (
    PRIVACY,
    Answer,
    Card,
    GlossaryReply,
    LawReply,
    Reply,
    SignpostReply,
    SmallTalkReply,
    Suggestion,
)
from content.schema.catalogue import Catalogue, Edition, Term, localised
from content.schema.phrases import Phrases
from intents.match import Intent, Kind, Leading

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
    """Makes the replies that are about the bot and its languages, and about one thing that is no entry.

    The latter come with what they rest on where ``sources`` are asked for.
    """

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

    def signpost(
        self,
        name: str,
        lang: str,
        also: Iterable[Intent] = (),
        leading: Leading | None = None,
        *,
        sources: bool = False,
    ) -> SignpostReply:
        """Return the signpost ``name``.

        ``also`` is what else may be meant, and comes first of where to go on; ``leading`` are the points that lead the
        entries there.
        """
        edition = self.catalogue.edition(lang)
        signpost, shown = edition.signposts[name], Action(Verb.SIGNPOST, name, edition.language.code)
        onward = self.choices(map(Intent.parse, signpost.choices), lang)
        related = _once(*self.choices(also, lang, leading), *onward, *self._topics(signpost.nearest, lang, leading))
        cited = signpost.sources if sources else ()
        return SignpostReply(
            **self._sourced(shown, related, cited, signpost.known(self.catalogue.sources)),
            signpost=name,
            title=signpost.title,
            text=signpost.text,
            link_label=signpost.link.label,
            link_url=signpost.link.url,
            related_heading=edition.phrases.related_heading,
        )

    def glossary(self, name: str, lang: str, leading: Leading | None = None, *, sources: bool = False) -> GlossaryReply:
        """Return the meaning of the term ``name``; ``leading`` are the points that lead the entries below it."""
        edition = self.catalogue.edition(lang)
        term, shown = edition.glossary[name], Action(Verb.TERM, name, edition.language.code)
        related = (*self._topics(term.entries, lang, leading), *_law_behind(term, self.catalogue, edition))
        return GlossaryReply(
            **self._sourced(shown, related, term.sources if sources else (), term.known(self.catalogue.sources)),
            term=name,
            title=term.term,
            text=term.meaning,
            related_heading=edition.phrases.glossary_related,
        )

    def law(self, name: str, lang: str, leading: Leading | None = None, *, sources: bool = False) -> LawReply:
        """Return what the law ``name`` does, whom it binds and where it stands; ``leading`` as for a term."""
        edition = self.catalogue.edition(lang)
        law, phrases, code = self.catalogue.laws[name], edition.phrases, edition.language.code
        title, shown = localised(law.name, code), Action(Verb.LAW, name, code)
        parts = [
            localised(law.does, code),
            f"{phrases.law_binds_heading}: {localised(law.binds, code)}",
            f"{phrases.law_status_heading}: {localised(law.status, code)}",
        ]
        related, cited = self._topics(law.entries, lang, leading), law.sources if sources else ()
        return LawReply(
            **self._sourced(shown, related, cited, law.known_to),
            law=name,
            title=f"{law.number}: {title} ({law.year})" if law.number else f"{title} ({law.year})",
            text="\n\n".join(parts),
            related_heading=phrases.glossary_related,
        )

    def choices(self, of: Iterable[Intent], lang: str, leading: Leading | None = None) -> tuple[Suggestion, ...]:
        """Return a choice for each of the entries, signposts, terms and kinds of urgent help ``of``.

        ``leading`` are the points that lead the entries among them.
        """
        edition = self.catalogue.edition(lang)
        return tuple(self._suggestion(choice, edition, leading) for choice in of)

    def _topics(self, slugs: Iterable[str], lang: str, leading: Leading | None) -> tuple[Suggestion, ...]:
        return self.choices((Intent(Kind.ENTRY, slug) for slug in slugs), lang, leading)

    def _suggestion(self, choice: Intent, edition: Edition, leading: Leading | None = None) -> Suggestion:
        action = action_of(choice, edition.language.code, leading)
        if choice.kind is Kind.ENTRY:
            return replace(topic(edition.entries[choice.id], edition), action=action.code)
        if choice.kind is Kind.TERM:
            term = edition.glossary[choice.id]
            title, short_title = term.term, term.short_title
        else:
            target = edition.urgent[choice.id] if choice.kind is Kind.URGENT else edition.signposts[choice.id]
            title, short_title = target.title, target.short_title
        spoken = edition.phrases.related_button_label.format(title=title)
        return Suggestion(label=short_title, title=title, action=action.code, spoken=spoken)

    def _sourced(
        self, shown: Action, related: tuple[Suggestion, ...], cited: Iterable[str], known: date | None
    ) -> dict[str, Any]:
        """Return what all of these have: the sources ``cited``, or the way to them, and what stands below."""
        edition = self.catalogue.edition(shown.lang)
        phrases = edition.phrases
        ways = (choice_of(phrases.sources_heading, about(Verb.SOURCES_OF, shown)),) if not cited else ()
        return {
            "lang": shown.lang,
            "sources_heading": phrases.sources_heading,
            "sources": source_links(cited, self.catalogue, edition),
            "ways": ways,
            "share": choice_of(phrases.share, about(Verb.SHARE, shown)),
            "feedback": (
                choice_of(phrases.helpful, about(Verb.HELPFUL, shown)),
                choice_of(phrases.not_helpful, about(Verb.NOT_HELPFUL, shown)),
                choice_of(phrases.wrong, wrong_of(shown)),
            ),
            "footer": footer(known, edition),
            "suggestions": (*related, *ways),
        }


def _law_behind(term: Term, catalogue: Catalogue, edition: Edition) -> Iterable[Suggestion]:
    if term.law is not None:
        law, code = catalogue.laws[term.law], edition.language.code
        yield choice_of(law.number or localised(law.name, code), Action(Verb.LAW, law.id, code))


def _once(*choices: Suggestion) -> tuple[Suggestion, ...]:
    """Return ``choices`` without those that do what one before them does."""
    return tuple({choice.action: choice for choice in reversed(choices)}.values())[::-1]
