"""Writes replies: takes what was decided, finds the words in the catalogue, returns a reply tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from msgspec.structs import replace

from bot.dialogue.cards import card_reply, hinted
from bot.dialogue.reply import (
    Action,
    Answer,
    Clarify,
    Fallback,
    GlossaryReply,
    HelpResource,
    LawReply,
    Paragraph,
    Platform,
    Reply,
    SignpostReply,
    SmallTalkReply,
    SourceLink,
    Suggestion,
    TopicGroup,
    Topics,
    UrgentReply,
    Verb,
    choice_of,
)
from content.schema.catalogue import Catalogue, Edition, Entry, LawCheck, Point, Resource, localised
from content.schema.timeline import as_of
from intents.match import Intent, Kind

CHOICES = 3
"""Choices offered at most when asking back."""


def _today() -> date:
    return date.today()  # noqa: DTZ011  # content ends on a day of the place where the bot runs


class ReplyWriter:
    """Makes replies from one catalogue. Unknown slugs and ids raise KeyError."""

    def __init__(self, catalogue: Catalogue, today: Callable[[], date] = _today) -> None:
        self._today = today
        self._whole, self._day = catalogue, today()
        self._current = as_of(catalogue, self._day)

    @property
    def catalogue(self) -> Catalogue:
        """The content as it stands today: what has ended is replaced by what was written for that day."""
        if (day := self._today()) != self._day:
            self._day, self._current = day, as_of(self._whole, day)
        return self._current

    @catalogue.setter
    def catalogue(self, catalogue: Catalogue) -> None:
        self._whole, self._day = catalogue, self._today()
        self._current = as_of(catalogue, self._day)

    def answer(self, slug: str, lang: str) -> Answer:
        """Return the entry ``slug``, whole."""
        edition = self.catalogue.edition(lang)
        entry, phrases = edition.entries[slug], edition.phrases
        code = edition.language.code
        return Answer(
            lang=code,
            number=entry.number,
            slug=slug,
            title=entry.title,
            short=entry.short,
            for_you=Paragraph(heading=phrases.for_you_heading, text=entry.for_you),
            points=tuple(self._statement(point, point.heading, edition, point.id) for point in entry.points),
            law_check=(
                self._statement(entry.law_check, phrases.law_check_heading, edition) if entry.law_check else None
            ),
            closing=entry.closing,
            sources_heading=phrases.sources_heading,
            sources=self._sources(entry.sources, edition),
            footer=self._footer(self._known(entry), edition),
            related_heading=phrases.related_heading,
            suggestions=self.topics_of(entry.related, edition),
            share=choice_of(phrases.share, Action(Verb.SHARE, slug, code)),
            feedback=(
                choice_of(phrases.helpful, Action(Verb.HELPFUL, slug, code)),
                choice_of(phrases.not_helpful, Action(Verb.NOT_HELPFUL, slug, code)),
            ),
        )

    def clarify(self, choices: Iterable[Intent], lang: str, *, text: str | None = None) -> Clarify:
        """Return a question back that offers ``choices`` and "none of these"; ``text`` replaces the question."""
        edition = self.catalogue.edition(lang)
        offered = tuple(self._suggestion(choice, edition) for choice in list(choices)[:CHOICES])
        none = choice_of(edition.phrases.none_of_these, Action(Verb.NONE, "", edition.language.code))
        return Clarify(lang=edition.language.code, text=text or edition.phrases.clarify, suggestions=(*offered, none))

    def fallback(self, lang: str, *, again: bool = False) -> Fallback:
        """Return the refusal; the second in a row is shorter and offers topics to start with."""
        edition = self.catalogue.edition(lang)
        suggestions: tuple[Suggestion, ...] = (self._all_topics(edition),)
        if again:
            suggestions = (*self.topics_of(edition.language.starters[:CHOICES], edition), *suggestions)
        text = edition.phrases.fallback_again if again else edition.phrases.fallback
        return Fallback(lang=edition.language.code, text=text, suggestions=suggestions)

    def other_language(self, foreign: str, lang: str) -> Reply:
        """Return the card in the language ``foreign``; without one a refusal, topics and the bot's languages."""
        edition = self.catalogue.edition(lang)
        code = edition.language.code
        if card := self.catalogue.language_cards.get(foreign):
            return card_reply(card, code)
        topics = self.topics_of(edition.language.starters[:CHOICES], edition)
        suggestions = (*topics, self._all_topics(edition), *self.languages(code))
        return Fallback(lang=code, text=edition.phrases.other_language, suggestions=suggestions)

    def signpost(self, name: str, lang: str) -> SignpostReply:
        """Return the signpost ``name``."""
        edition = self.catalogue.edition(lang)
        signpost, phrases = edition.signposts[name], edition.phrases
        return SignpostReply(
            lang=edition.language.code,
            signpost=name,
            note=phrases.signpost_note,
            title=signpost.title,
            text=signpost.text,
            link_label=signpost.link.label,
            link_url=signpost.link.url,
            sources_heading=phrases.sources_heading,
            sources=self._sources(signpost.sources, edition),
            footer=self._footer(signpost.known(self.catalogue.sources), edition),
            related_heading=phrases.related_heading,
            suggestions=self.topics_of(signpost.nearest, edition),
        )

    def glossary(self, name: str, lang: str) -> GlossaryReply:
        """Return the meaning of the term ``name``."""
        edition = self.catalogue.edition(lang)
        term, phrases = edition.glossary[name], edition.phrases
        return GlossaryReply(
            lang=edition.language.code,
            term=name,
            title=term.term,
            text=term.meaning,
            sources_heading=phrases.sources_heading,
            sources=self._sources(term.sources, edition),
            footer=self._footer(term.known(self.catalogue.sources), edition),
            related_heading=phrases.glossary_related,
            suggestions=self.topics_of(term.entries, edition),
        )

    def law(self, name: str, lang: str) -> LawReply:
        """Return what the law ``name`` does, whom it binds and where it stands."""
        edition = self.catalogue.edition(lang)
        law, phrases, code = self.catalogue.laws[name], edition.phrases, edition.language.code
        title = localised(law.name, code)
        parts = [
            localised(law.does, code),
            f"{phrases.law_binds_heading}: {localised(law.binds, code)}",
            f"{phrases.law_status_heading}: {localised(law.status, code)}",
        ]
        return LawReply(
            lang=code,
            law=name,
            title=f"{law.number}: {title} ({law.year})" if law.number else f"{title} ({law.year})",
            text="\n\n".join(parts),
            sources_heading=phrases.sources_heading,
            sources=self._sources(law.sources, edition),
            footer=self._footer(law.known_to, edition),
            related_heading=phrases.glossary_related,
            suggestions=self.topics_of(law.entries, edition),
        )

    def urgent(self, name: str, lang: str) -> UrgentReply:
        """Return the help for the urgent kind ``name``, for the asker alone."""
        edition = self.catalogue.edition(lang)
        urgent, phrases = edition.urgent[name], edition.phrases
        local = self.catalogue.local.resources.get(edition.language.code, ())
        return UrgentReply(
            lang=edition.language.code,
            personal=True,
            kind=name,
            title=urgent.title,
            steps=urgent.steps,
            say=urgent.say,
            resources=tuple(_help(edition.resources[key], edition) for key in urgent.resources),
            local_heading=phrases.local_heading,
            local=tuple(_help(resource, edition) for resource in local),
            footer=f"{phrases.urgent_note} {self._footer(urgent.known_to, edition)}",
        )

    def smalltalk(self, name: str, lang: str) -> SmallTalkReply:
        """Return the fixed answer ``name``; to what is kept or which version this is, all that there is to say."""
        edition = self.catalogue.edition(lang)
        talk = edition.smalltalk[name]
        if name in ("privacy", "about"):
            whole = self.privacy(lang) if name == "privacy" else self.about(lang)
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
        text = hinted(edition.phrases.welcome, self.catalogue.card(locale))
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
        return self.saying("\n\n".join(parts), edition.language.code, kind="privacy")

    def about(self, lang: str) -> SmallTalkReply:
        """Return the number of entries, the content's version and the day up to which anything in it is known."""
        edition = self.catalogue.edition(lang)
        known = max(source.known for source in self.catalogue.sources.values())
        text = edition.phrases.about.format(
            entries=len(edition.entries), known=edition.date_words(known), version=self.catalogue.digest[:8]
        )
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

    def topics(self, lang: str) -> Topics:
        """Return the list of all topics in their groups."""
        edition = self.catalogue.edition(lang)
        groups = tuple(
            TopicGroup(
                label=group.label,
                topics=self.topics_of((e.slug for e in edition.entries.values() if e.group == group.id), edition),
            )
            for group in edition.language.groups
        )
        return Topics(
            lang=edition.language.code,
            heading=edition.phrases.topics_heading,
            groups=tuple(group for group in groups if group.topics),
            hint=edition.phrases.topics_hint,
            suggestions=self.topics_of(edition.entries, edition),
        )

    def starters(self, lang: str) -> tuple[Suggestion, ...]:
        """Return the topics that people ask for most."""
        edition = self.catalogue.edition(lang)
        return self.topics_of(edition.language.starters, edition)

    def languages(self, lang: str) -> tuple[Suggestion, ...]:
        """Return a choice for each language but ``lang``."""
        editions = self.catalogue.editions
        return tuple(self._language(edition) for code, edition in editions.items() if code != lang)

    def topics_of(self, slugs: Iterable[str], edition: Edition) -> tuple[Suggestion, ...]:
        """Return a suggestion for each of the entries ``slugs``."""
        return tuple(_topic(edition.entries[slug], edition) for slug in slugs)

    def _suggestion(self, choice: Intent, edition: Edition) -> Suggestion:
        if choice.kind is Kind.ENTRY:
            return _topic(edition.entries[choice.id], edition)
        signpost = edition.signposts[choice.id]
        action = Action(Verb.SIGNPOST, signpost.id, edition.language.code)
        spoken = edition.phrases.related_button_label.format(title=signpost.title)
        return Suggestion(label=signpost.short_title, title=signpost.title, action=action.code, spoken=spoken)

    def _all_topics(self, edition: Edition) -> Suggestion:
        return choice_of(edition.phrases.all_topics, Action(Verb.TOPICS, "", edition.language.code))

    def _language(self, edition: Edition) -> Suggestion:
        return choice_of(edition.language.name, Action(Verb.LANGUAGE, "", edition.language.code))

    def _sources(self, names: Iterable[str], edition: Edition) -> tuple[SourceLink, ...]:
        found = (self.catalogue.sources[name] for name in names)
        return tuple(
            SourceLink(
                label=localised(source.label, edition.language.code),
                citation=source.citation,
                url=source.url,
                seen=edition.date_words(source.known),
            )
            for source in found
        )

    def _known(self, entry: Entry) -> date | None:
        """Return the day up to which everything in ``entry`` is known that does not carry a day of its own."""
        sources = self.catalogue.sources
        days = [statement.known(sources) for statement in entry.statements if statement.known_to is None]
        days.append(entry.known_to)
        told = [day for day in days if day is not None]
        return min(told or [day for one in entry.statements if (day := one.known(sources)) is not None], default=None)

    def _statement(self, statement: Point | LawCheck, heading: str, edition: Edition, name: str = "") -> Paragraph:
        known = self._known_words(statement.known_to, edition) if statement.known_to else ""
        return Paragraph(heading=heading, text=statement.text, id=name, known=known)

    def _known_words(self, day: date, edition: Edition) -> str:
        return edition.phrases.known.format(date=edition.date_words(day))

    def _footer(self, known: date | None, edition: Edition) -> str:
        phrases = edition.phrases
        return f"{self._known_words(known, edition)} · {phrases.disclaimer}" if known else phrases.disclaimer


def _topic(entry: Entry, edition: Edition) -> Suggestion:
    return Suggestion(
        label=entry.short_title,
        title=entry.title,
        action=Action(Verb.TOPIC, entry.slug, edition.language.code).code,
        entry=entry.number,
        slug=entry.slug,
        spoken=edition.phrases.related_button_label.format(title=entry.title),
    )


def _help(resource: Resource, edition: Edition) -> HelpResource:
    return HelpResource(
        label=resource.label,
        note=resource.note or "",
        url=resource.url,
        phone=resource.phone,
        opened=edition.date_words(resource.opened),
    )
