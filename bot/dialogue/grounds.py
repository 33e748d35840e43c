"""What every statement is shown with: its sources, and the day up to which it is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.dialogue.reply import SourceLink
from content.schema.catalogue import Catalogue, Edition, Entry, localised


def source_links(names: Iterable[str], catalogue: Catalogue, edition: Edition) -> tuple[SourceLink, ...]:
    """Return the sources ``names`` as links, labelled in the edition's language."""
    return tuple(
        SourceLink(
            label=localised(source.label, edition.language.code),
            citation=source.citation,
            url=source.url,
            seen=edition.date_words(source.known),
        )
        for source in (catalogue.sources[name] for name in names)
    )


def known_words(day: date, edition: Edition) -> str:
    """Return the words that say up to when something is known."""
    return edition.phrases.known.format(date=edition.date_words(day))


def footer(known: date | None, edition: Edition) -> str:
    """Return the one line of small print: known up to when, and what this is not."""
    disclaimer = edition.phrases.disclaimer
    return f"{known_words(known, edition)} · {disclaimer}" if known else disclaimer


def known_of(entry: Entry, catalogue: Catalogue) -> date | None:
    """Return the day up to which ``entry`` is known: its own, else that of its newest statement.

    A statement that is known up to an earlier day says so itself.
    """
    days = (statement.known(catalogue.sources) for statement in entry.statements)
    return entry.known_to or max((day for day in days if day is not None), default=None)
