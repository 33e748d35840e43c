"""Writes what stands beside the entries: a signpost, a term, a law, each without its sources or with them; choices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, about, choice_of, wrong_of
from bot.dialogue.answers import footer, source_links, topic
from bot.dialogue.memory import action_of
from bot.dialogue.reply import GlossaryReply, LawReply, SignpostReply, Suggestion
from bot.dialogue.sayings import Sayings
from content.schema.catalogue import Catalogue, Edition, Term, localised
from intents.match import Intent, Kind, Leading


class Cards(Sayings):
    """Makes the replies about one thing that is no entry, with what they rest on where ``sources`` are asked for."""

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
