"""Looks topics up by name: number, slug, title or alias; and glossary terms in questions such as "what is X?"."""

from __future__ import annotations

import re

from msgspec import Struct
from rapidfuzz import fuzz, process

from content.schema.catalogue import Catalogue
from intents.text import Folded, plain, plain_words, words

NEAR_SCORE = 78.0
"""The rapidfuzz ratio (0 to 100) from which a name counts as near: one slip in five letters."""
NEAR_NAMES = 3
NAME_WORDS = 3
"""Words of what looks like a name; titles have more, but so do questions."""
LONGEST_NAME = 80
"""Characters beyond which a text is no topic's name."""

_NUMBER = re.compile(r"#?\s?(\d{1,3})")


class Found(Struct, frozen=True):
    """What a looked-up name led to: the entry of exactly that name, or entries with names near it.

    ``is_name`` says whether the words look like a name; a question does not.
    """

    slug: str | None
    near: tuple[str, ...]
    lang: str
    is_name: bool = True


class _Names(Struct, frozen=True):
    exact: dict[str, str]
    """From plain words to slug."""
    terms: dict[str, str]
    """From plain words to glossary id."""
    frames: dict[str, list[tuple[str, str]]]
    """What stands before and after the term in a question about its meaning, by the question's first word ("" where
    the term itself comes first)."""


class Lookup:
    """The names of one catalogue, by language."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._numbers = {
            lang: {str(entry.number): entry.slug for entry in edition.entries.values()}
            for lang, edition in catalogue.editions.items()
        }
        self._names = {lang: _collect(catalogue, lang) for lang in catalogue}
        self._ordered = {lang: sorted(catalogue, key=lambda other: other != lang) for lang in catalogue}

    def exact(self, folded: Folded, preferred: str) -> tuple[str, str] | None:
        """Return (slug, language) of the entry that a text names, trying ``preferred`` first, or None."""
        number = _NUMBER.fullmatch(folded.strip())
        if number:
            slug = self._numbers[preferred].get(number[1])
            return (slug, preferred) if slug else None
        name = _name(folded)
        for lang in self._ordered[preferred]:
            if slug := self._names[lang].exact.get(name):
                return slug, lang
        return None

    def near(self, folded: Folded, preferred: str) -> tuple[tuple[str, ...], str]:
        """Return the slugs of up to three entries with a name near a text, nearest first, and that name's language."""
        name = _name(folded)
        found: dict[str, tuple[float, str]] = {}
        for lang in self._ordered[preferred] if 0 < len(name) <= LONGEST_NAME else ():
            names = self._names[lang].exact
            for known, score, _ in process.extract(
                name, names.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_SCORE, limit=NEAR_NAMES * 2
            ):
                slug = names[known]
                if slug not in found or score > found[slug][0]:
                    found[slug] = (score, lang)
        nearest = sorted(found, key=lambda slug: -found[slug][0])[:NEAR_NAMES]
        return tuple(nearest), found[nearest[0]][1] if nearest else preferred

    def term(self, folded: Folded, preferred: str) -> tuple[str, str] | None:
        """Return (term id, language) where a text only asks what a glossary term means, or None.

        A term that also names an entry belongs to the entry and is not found here.
        """
        asked = _name(folded)
        first = asked.partition(" ")[0]
        for lang in self._ordered[preferred]:
            names = self._names[lang]
            for before, after in (*names.frames[""], *names.frames.get(first, ())):
                if asked.startswith(before) and asked.endswith(after) and len(asked) > len(before) + len(after):
                    inner = asked[len(before) : len(asked) - len(after)]
                    if inner not in names.exact and inner in names.terms:
                        return names.terms[inner], lang
        return None


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
    frames = {"": [("", "")]}
    for pattern in edition.language.definition_questions:
        before, after = _frame(pattern)
        frames.setdefault(before.partition(" ")[0], []).append((before, after))
    return _Names(exact, terms, frames)


def looks_like_name(folded: Folded) -> bool:
    """Say whether a text looks like a topic's name, mistyped perhaps, rather than like a question."""
    return "?" not in folded and len(words(folded)) <= NAME_WORDS


def _name(folded: Folded) -> str:
    """Return the plain words of a text that is short enough to be a name or a question about one, else nothing."""
    return plain(folded) if len(folded) <= LONGEST_NAME * 4 else ""


def _frame(pattern: str) -> tuple[str, str]:
    """Return what stands before and after ``{term}`` in a pattern such as "what does {term} mean"."""
    before, _, after = (part.strip() for part in pattern.partition("{term}"))
    return (f"{plain_words(before)} " if before else "", f" {plain_words(after)}" if after else "")
