"""Looks topics up by name: number, slug, title or alias; and glossary terms in questions such as "what is X?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from content.catalogue import Catalogue
from intents.text import plain_words

NEAR_SCORE = 78.0
"""The rapidfuzz ratio (0 to 100) from which a name counts as near: one slip in five letters."""
NEAR_NAMES = 3
LONGEST_NAME = 80
"""Characters beyond which a text is no topic's name."""

_NUMBER = re.compile(r"#?\s?(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Found:
    """What a looked-up name led to: the entry of exactly that name, or entries with names near it."""

    slug: str | None
    near: tuple[str, ...]
    lang: str


@dataclass(frozen=True, slots=True)
class _Names:
    exact: dict[str, str]
    """From plain words to slug."""
    terms: dict[str, str]
    """From plain words to glossary id."""
    frames: tuple[tuple[str, str], ...]
    """What stands before and after the term in a question about its meaning."""


class Lookup:
    """The names of one catalogue, by language."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._numbers = {
            lang: {str(entry.number): entry.slug for entry in edition.entries.values()}
            for lang, edition in catalogue.editions.items()
        }
        self._names = {lang: _collect(catalogue, lang) for lang in catalogue}

    def exact(self, text: str, preferred: str) -> tuple[str, str] | None:
        """Return (slug, language) of the entry that ``text`` names, trying ``preferred`` first, or None."""
        number = _NUMBER.fullmatch(text.strip())
        if number:
            slug = self._numbers[preferred].get(number[1])
            return (slug, preferred) if slug else None
        plain = plain_words(text) if len(text) <= LONGEST_NAME * 4 else ""
        for lang in self._ordered(preferred):
            if slug := self._names[lang].exact.get(plain):
                return slug, lang
        return None

    def near(self, text: str, preferred: str) -> tuple[str, ...]:
        """Return the slugs of up to three entries with a name near ``text``, nearest first."""
        plain = plain_words(text)
        if not plain or len(plain) > LONGEST_NAME:
            return ()
        found: dict[str, float] = {}
        for lang in self._ordered(preferred):
            names = self._names[lang].exact
            for name, score, _ in process.extract(
                plain, names.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_SCORE, limit=NEAR_NAMES * 2
            ):
                found.setdefault(names[name], score)
        return tuple(sorted(found, key=lambda slug: -found[slug])[:NEAR_NAMES])

    def term(self, text: str, preferred: str) -> tuple[str, str] | None:
        """Return (term id, language) where ``text`` only asks what a glossary term means, or None.

        A term that also names an entry belongs to the entry and is not found here.
        """
        plain = plain_words(text) if len(text) <= LONGEST_NAME * 4 else ""
        if not plain:
            return None
        for lang in self._ordered(preferred):
            names = self._names[lang]
            for before, after in names.frames:
                if plain.startswith(before) and plain.endswith(after) and len(plain) > len(before) + len(after):
                    inner = plain[len(before) : len(plain) - len(after) or None]
                    if inner not in names.exact and inner in names.terms:
                        return names.terms[inner], lang
        return None

    def _ordered(self, preferred: str) -> list[str]:
        return sorted(self._names, key=lambda lang: lang != preferred)


def _collect(catalogue: Catalogue, lang: str) -> _Names:
    edition = catalogue.editions[lang]
    exact: dict[str, str] = {}
    for entry in edition.entries.values():
        for name in (entry.title, entry.short_title, entry.slug, *entry.aliases):
            exact.setdefault(plain_words(name), entry.slug)
    terms: dict[str, str] = {}
    for term in edition.glossary.values():
        for name in (term.term, term.id, *term.names):
            terms.setdefault(plain_words(name), term.id)
    frames = tuple(_frame(pattern) for pattern in edition.language.definition_questions)
    return _Names(exact, terms, (("", ""), *frames))


def _frame(pattern: str) -> tuple[str, str]:
    """Return what stands before and after ``{term}`` in a pattern such as "what does {term} mean"."""
    before, _, after = (part.strip() for part in pattern.partition("{term}"))
    return (f"{plain_words(before)} " if before else "", f" {plain_words(after)}" if after else "")
