"""Writes replies: takes what was decided, finds the words in the catalogue, returns a reply tree."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache, partial

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, choice_of, wrong_of
from bot.dialogue.answers import (
    card_reply,
    first_message,
    footer,
    sources_of,
    topics_of,
    whole_answer,
)
from bot.dialogue.reply import (
    Answer,
    Clarify,
    Fallback,
    Person,
    Reply,
    SourcesReply,
    Suggestion,
    TopicGroup,
    Topics,
    UrgentReply,
    WholeAnswer,
)
from bot.dialogue.sayings import Sayings, introduced
from content.schema.catalogue import Catalogue
from content.schema.timeline import as_of
from intents.distress import CRY
from intents.match import Intent, Kind, Leading

UNCLEAR = "unclear"
"""The urgent help for a cry that names no danger: its choices lead to all the rest."""

LEGAL_HELP = "cdss-legal"
"""The resource that stands where the operator names nobody: the official list of free legal help."""

KEPT_READY = 256
"""Replies kept ready of a kind: the entries in both languages, with each of their points for the commonest."""
CHOICES = 3
"""Choices offered at most when asking back."""


def _today() -> date:
    return date.today()  # noqa: DTZ011  # content ends on a day of the place where the bot runs


class ReplyWriter(Sayings):
    """Makes replies from one catalogue. Unknown slugs and ids raise KeyError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._whole = catalogue
        self._begin(_today())

    def _begin(self, day: date) -> None:
        """Take up the content of ``day``. What is made of that alone is made once."""
        self._day, self._current = day, as_of(self._whole, day)
        self._over = datetime.combine(day + timedelta(1), datetime.min.time()).timestamp()
        """When the day is over, where the bot runs."""
        self._first = lru_cache(KEPT_READY)(partial(first_message, self._current))
        self._introduced = lru_cache(KEPT_READY)(self._introduce)

    @property
    def catalogue(self) -> Catalogue:
        """The content as it stands today: what has ended is replaced by what was written for that day."""
        if time.time() >= self._over:
            self._begin(_today())
        return self._current

    @property
    def version(self) -> tuple[str, date]:
        """What names the content as it stands today: with another, replies may say something else."""
        return self.catalogue.digest, self._day

    @property
    def reviewed(self) -> Catalogue:
        """All content, what has ended or is to come too."""
        return self._whole

    def answer(
        self,
        slug: str,
        lang: str,
        point: str | None = None,
        also: Iterable[Intent] = (),
        leading: Leading | None = None,
    ) -> Answer:
        """Return the first message of the entry ``slug``, led by its ``point`` where that is given.

        ``also`` is what a second question asked for; ``leading`` are the points that lead the entries among it.
        """
        asked = self.choices(also, lang, leading)
        return self._first(slug, lang, point, asked)

    def introduced(self, reply: Reply) -> Reply:
        """Return ``reply`` as somebody gets it who has not been met before."""
        return self._introduced(reply)

    def _introduce(self, reply: Reply) -> Reply:
        return introduced(reply, self._current.edition(reply.lang).phrases)

    def whole(self, slug: str, lang: str) -> WholeAnswer:
        """Return everything that the entry ``slug`` says."""
        return whole_answer(self.catalogue, slug, lang)

    def sources(self, slug: str, lang: str) -> SourcesReply:
        """Return what the entry ``slug`` rests on."""
        return sources_of(self.catalogue, slug, lang)

    def clarify(
        self, choices: Iterable[Intent], lang: str, leading: Leading | None = None, *, text: str | None = None
    ) -> Clarify:
        """Return a question back that offers ``choices`` and "none of these"; ``text`` replaces the question.

        ``leading`` are the points that lead the entries among them.
        """
        edition = self.catalogue.edition(lang)
        asked = list(choices)[:CHOICES]
        offered = self.choices(asked, lang, leading)
        phrases = edition.phrases
        none = choice_of(phrases.none_of_these, Action(Verb.NONE, "", edition.language.code))
        alarm = bool(asked) and asked[0].kind is Kind.URGENT
        question = text or (phrases.happening_now if alarm else phrases.clarify)
        return Clarify(lang=edition.language.code, text=question, suggestions=(*offered, none))

    def fallback(self, lang: str, *, again: bool = False) -> Fallback:
        """Return the refusal; the second in a row is shorter and offers topics to start with."""
        edition = self.catalogue.edition(lang)
        suggestions: tuple[Suggestion, ...] = (self._all_topics(edition),)
        if again:
            suggestions = (*topics_of(edition.language.starters[:CHOICES], edition), *suggestions)
        text = edition.phrases.fallback_again if again else edition.phrases.fallback
        # The first refusal names the official list itself.
        person = self.person(lang) if again or edition.language.code in self.catalogue.local.contact else None
        return Fallback(lang=edition.language.code, text=text, suggestions=suggestions, person=person)

    def person(self, lang: str) -> Person | None:
        """Return whom to turn to: the operator's own contact, else the official list of free legal help."""
        edition = self.catalogue.edition(lang)
        place = self.catalogue.local.contact.get(edition.language.code) or edition.resources.get(LEGAL_HELP)
        return Person(heading=edition.phrases.person_heading, place=place) if place else None

    def other_language(self, foreign: str, lang: str, *, urgent: bool = False) -> Reply:
        """Return the card in the language ``foreign``; without one a refusal, topics and the bot's languages.

        ``urgent``: somebody cries for help, so what to do comes first; without a card in a language of the bot.
        """
        edition = self.catalogue.edition(lang)
        code = edition.language.code
        if card := self.catalogue.language_cards.get(foreign):
            return card_reply(card, code, urgent=urgent)
        if urgent and CRY in edition.urgent:
            return replace(self.urgent(CRY, lang), notes=(edition.phrases.only_languages,))
        topics = topics_of(edition.language.starters[:CHOICES], edition)
        suggestions = (*topics, self._all_topics(edition), *self.languages(code))
        return Fallback(lang=code, text=edition.phrases.other_language, suggestions=suggestions)

    def urgent(self, name: str, lang: str) -> UrgentReply:
        """Return the help for the urgent kind ``name``, for the asker alone."""
        edition = self.catalogue.edition(lang)
        urgent, phrases = edition.urgent[name], edition.phrases
        code, local = edition.language.code, self.catalogue.local.resources.get(edition.language.code, ())
        contact = self.catalogue.local.contact.get(code)
        nearby = (contact, *local) if contact else local
        named = urgent.resources if contact or LEGAL_HELP not in edition.resources else (*urgent.resources, LEGAL_HELP)
        return UrgentReply(
            lang=edition.language.code,
            personal=True,
            kind=name,
            title=urgent.title,
            steps=urgent.steps,
            say=urgent.say,
            resources=tuple(edition.resources[key] for key in dict.fromkeys(named)),
            local_heading=phrases.local_heading,
            local=nearby,
            footer=f"{phrases.urgent_note} {footer(urgent.known_to, edition)}",
            feedback=() if urgent.choices else (choice_of(phrases.wrong, wrong_of(Action(Verb.URGENT, name, code))),),
            suggestions=(
                *(self._suggestion(Intent(Kind.URGENT, kind), edition) for kind in urgent.choices),
                *self.choices(map(Intent.parse, urgent.next), lang),
                *(self._in_language(other, Verb.URGENT, name) for other in self.catalogue.languages if other != lang),
            ),
        )

    def topics(self, lang: str) -> Topics:
        """Return the list of all topics in their groups."""
        edition = self.catalogue.edition(lang)
        groups = tuple(
            TopicGroup(
                label=group.label,
                topics=topics_of((e.slug for e in edition.entries.values() if e.group == group.id), edition),
            )
            for group in edition.language.groups
        )
        return Topics(
            lang=edition.language.code,
            heading=edition.phrases.topics_heading,
            groups=tuple(group for group in groups if group.topics),
            hint=edition.phrases.topics_hint,
            suggestions=topics_of(edition.entries, edition),
        )

    def _in_language(self, lang: str, verb: Verb, argument: str) -> Suggestion:
        """Return the choice that shows the same in another language, named in that language."""
        return choice_of(self.catalogue.editions[lang].language.name, Action(verb, argument, lang))
