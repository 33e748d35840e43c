"""Writes what stands beside the entries: a signpost, a term, a law, each without its sources or with them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogue.actions import Action, Verb, choice_of, sources_of, wrong_of
from bot.dialogue.answers import footer, source_links, topics_of
from bot.dialogue.reply import GlossaryReply, LawReply, SignpostReply, Suggestion
from content.schema.catalogue import Catalogue, Edition, Term, localised


def signpost_reply(
    catalogue: Catalogue, name: str, lang: str, offered: Iterable[Suggestion], *, sources: bool
) -> SignpostReply:
    """Return the signpost ``name``; ``offered`` comes first of where to go on. Raises KeyError."""
    edition = catalogue.edition(lang)
    signpost, phrases = edition.signposts[name], edition.phrases
    shown = Action(Verb.SIGNPOST, name, edition.language.code)
    ways = () if sources else _ways(shown, edition)
    return SignpostReply(
        lang=edition.language.code,
        signpost=name,
        title=signpost.title,
        text=signpost.text,
        link_label=signpost.link.label,
        link_url=signpost.link.url,
        sources_heading=phrases.sources_heading,
        sources=source_links(signpost.sources, catalogue, edition) if sources else (),
        ways=ways,
        feedback=(choice_of(phrases.wrong, wrong_of(shown)),),
        footer=footer(signpost.known(catalogue.sources), edition),
        related_heading=phrases.related_heading,
        suggestions=_once(*offered, *topics_of(signpost.nearest, edition), *ways),
    )


def term_reply(catalogue: Catalogue, name: str, lang: str, *, sources: bool) -> GlossaryReply:
    """Return the meaning of the term ``name``. Raises KeyError."""
    edition = catalogue.edition(lang)
    term, phrases = edition.glossary[name], edition.phrases
    shown = Action(Verb.TERM, name, edition.language.code)
    ways = () if sources else _ways(shown, edition)
    return GlossaryReply(
        lang=edition.language.code,
        term=name,
        title=term.term,
        text=term.meaning,
        sources_heading=phrases.sources_heading,
        sources=source_links(term.sources, catalogue, edition) if sources else (),
        ways=ways,
        feedback=(choice_of(phrases.wrong, wrong_of(shown)),),
        footer=footer(term.known(catalogue.sources), edition),
        related_heading=phrases.glossary_related,
        suggestions=(*topics_of(term.entries, edition), *_law_behind(term, catalogue, edition), *ways),
    )


def law_reply(catalogue: Catalogue, name: str, lang: str, *, sources: bool) -> LawReply:
    """Return what the law ``name`` does, whom it binds and where it stands. Raises KeyError."""
    edition = catalogue.edition(lang)
    law, phrases, code = catalogue.laws[name], edition.phrases, edition.language.code
    title, shown = localised(law.name, code), Action(Verb.LAW, name, code)
    ways = () if sources else _ways(shown, edition)
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
        sources=source_links(law.sources, catalogue, edition) if sources else (),
        ways=ways,
        feedback=(choice_of(phrases.wrong, wrong_of(shown)),),
        footer=footer(law.known_to, edition),
        related_heading=phrases.glossary_related,
        suggestions=(*topics_of(law.entries, edition), *ways),
    )


def _ways(shown: Action, edition: Edition) -> tuple[Suggestion, ...]:
    """Return the choice that shows the sources of what is ``shown``."""
    return (choice_of(edition.phrases.sources_heading, sources_of(shown)),)


def _law_behind(term: Term, catalogue: Catalogue, edition: Edition) -> Iterable[Suggestion]:
    if term.law is not None:
        law, code = catalogue.laws[term.law], edition.language.code
        yield choice_of(law.number or localised(law.name, code), Action(Verb.LAW, law.id, code))


def _once(*choices: Suggestion) -> tuple[Suggestion, ...]:
    """Return ``choices`` without those that do what one before them does."""
    return tuple({choice.action: choice for choice in reversed(choices)}.values())[::-1]
