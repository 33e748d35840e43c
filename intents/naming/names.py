"""The names of topics, laws and terms in one language, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from content.schema.catalogue import Catalogue
from intents.reading import Head, head, plain_words

_DIGIT = re.compile(r"\d")
_JOINED = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_BARE_NUMBER = re.compile(r" (?!(?:19|20)\d\d$)(\d{3,5})$")
"""A law's number that is said alone: long enough, and no year."""


class Named(StrEnum):
    """What a name can stand for."""

    ENTRY = "entry"
    TERM = "term"
    LAW = "law"


Spellings = tuple[tuple[str, re.Pattern[str], str], ...]
"""How a law's number is written out, what finds that before a number, and its short form."""


class Names(Struct, frozen=True):
    """The names in one language, and the words that stand around them."""

    exact: dict[str, str]
    """From plain words to an entry's slug."""
    own: frozenset[str]
    """The titles, short titles and slugs among them: no other name is the whole entry's for certain."""
    things: dict[str, tuple[Named, str]]
    """From plain words to what they name; an entry before a law before a term."""
    first: dict[str, list[int]]
    """The words that names begin with, and how many words those have, the most first: at most places no name begins."""
    heads: frozenset[Head]
    """What laws' names begin with, and questions after a term: most messages hold none of it."""
    longest: int
    """Words of the longest name."""
    laws: frozenset[str]
    """Those of the names that are a law's."""
    asking: frozenset[str]
    pointing: tuple[str, ...]
    """How a question about what was named before begins: "what is that"."""
    defining: tuple[str, ...]
    """What stands before a term whose meaning is asked: "what is a"."""
    about_laws: frozenset[str]
    """The words that ask for no more than a law's card tells."""
    numbering: frozenset[str]
    bare: dict[str, str]
    """From the bare number of a law to its id, where one law has it and it is long enough to be no other number."""
    before_number: frozenset[str]
    spellings: Spellings
    told: frozenset[str]
    """Every word of a name, and every one that may stand around it: with any other, only a number is named."""


def among(names: Names, said: list[str], telling: list[int]) -> Iterator[str]:
    """Yield each name in what is ``said`` that holds all the ``telling`` words (places), the longest first."""
    first, last = (telling[0], telling[-1]) if telling else (len(said), -1)
    if not telling or last - first < names.longest:
        spans = (" ".join(said[start:end]) for start, end in _spans(len(said), first, last, names.longest))
        yield from (span for span in spans if span in names.things)


def mentioned_in(names: Names, said: list[str]) -> Iterator[tuple[tuple[Named, str], int, int]]:
    """Yield the laws and terms in what is ``said``, the longest name at each place, and where it starts and ends."""
    end = 0
    for start, word in enumerate(said):
        if start < end:
            continue
        for count in names.first.get(word, ()):
            thing = names.things.get(" ".join(said[start : start + count]))
            if thing and start + count <= len(said):
                end = start + count
                if thing[0] is not Named.ENTRY:
                    yield thing, start, end
                break


def asks_meaning(names: Names, said: list[str], start: int, end: int) -> bool:
    """Say whether the name from ``start`` to ``end`` is asked the meaning of, right before it or right behind it."""
    before, behind = " ".join(["", *said[:start]]), " ".join([*said[end:], ""])
    if any(behind.startswith(f"{phrase} ") for phrase in names.pointing):
        return True
    asked = any(before.endswith(f" {phrase}") for phrase in names.defining)
    return asked and (not behind.strip() or said[end] in names.asking)


def numbered_in(names: Names, said: list[str]) -> Iterator[tuple[Named, str]]:
    """Yield the laws that are named by a bare number, at the beginning or behind a word for one ("the", "law").

    What stands behind it must count nothing: "450 people were arrested".
    """
    for place, word in enumerate(said) if not names.bare.keys().isdisjoint(said) else ():
        if word not in names.bare or (place > 0 and said[place - 1] not in names.before_number):
            continue
        if place + 1 == len(said) or said[place + 1] in names.asking | names.about_laws:
            yield Named.LAW, names.bare[word]


def collect_names(catalogue: Catalogue, lang: str) -> Names:
    edition = catalogue.editions[lang]
    exact: dict[str, str] = {}
    own: set[str] = set()
    for entry in edition.entries.values():
        own.update(map(plain_words, (entry.title, entry.short_title, entry.slug)))
        for name in (entry.title, entry.short_title, entry.slug, *entry.aliases):
            exact.setdefault(plain_words(name), entry.slug)
    language = edition.language
    spellings = tuple(
        (written, re.compile(rf"\b{re.escape(written)}(?= \d)"), short)
        for short, forms in language.law_spellings.items()
        for written in map(plain_words, sorted(forms, key=len, reverse=True))
    )
    asking = frozenset(plain_words(word) for word in language.asking_words)
    about_laws = frozenset(plain_words(word) for word in language.law_words)
    things: dict[str, tuple[Named, str]] = {}
    for name, slug in exact.items():
        things.setdefault(spell_out(name, spellings), (Named.ENTRY, slug))
    laws: set[str] = set()
    # What a law is called in English, people say in Spanish too: "qué es la TRUTH Act".
    for called in sorted(catalogue, key=lambda other: other != lang):
        for law in catalogue.laws.values():
            for name in law.names_in(called):
                laws.add(spelt := spell_out(plain_words(name), spellings))
                things.setdefault(spelt, (Named.LAW, law.id))
    for term in edition.glossary.values():
        for name in (term.term, term.id, *term.names):
            things.setdefault(spell_out(plain_words(name), spellings), (Named.TERM, term.id))
    lengths: dict[str, set[int]] = {}
    for first, *others in map(str.split, filter(None, things)):
        lengths.setdefault(first, set()).add(1 + len(others))
    return Names(
        exact=exact,
        own=frozenset(own),
        things=things,
        first={first: sorted(counts, reverse=True) for first, counts in lengths.items()},
        heads=frozenset(
            [
                *(head(name.split()) for name, (named, _) in things.items() if named is Named.LAW),
                *(head(plain_words(phrase).split()) for phrase in language.defining),
                *(plain_words(phrase).split()[0] for phrase in language.pointing),
            ]
        ),
        longest=max((len(name.split()) for name in things), default=0),
        laws=frozenset(laws),
        asking=asking,
        pointing=tuple(plain_words(phrase) for phrase in language.pointing),
        defining=tuple(plain_words(phrase) for phrase in language.defining),
        about_laws=about_laws,
        numbering=frozenset(plain_words(word) for word in language.topic_words),
        bare=_bare_numbers(catalogue),
        before_number=frozenset(plain_words(word) for word in language.before_law_numbers),
        spellings=spellings,
        told=frozenset(word for name in things for word in name.split()) | asking | about_laws,
    )


def _bare_numbers(catalogue: Catalogue) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for law in catalogue.laws.values():
        if number := _BARE_NUMBER.search(law.number or ""):
            found.setdefault(number[1], []).append(law.id)
    return {number: ids[0] for number, ids in found.items() if len(ids) == 1}


def spell_out(name: str, spellings: Spellings) -> str:
    """Return plain words with laws' numbers in one form: "sb54" and "senate bill 54" are "sb 54"."""
    if not _DIGIT.search(name):
        return name
    name = _JOINED.sub(" ", name)
    for written, pattern, short in spellings:
        if written in name:
            name = pattern.sub(short, name)
    return name


def _spans(length: int, first: int, last: int, longest: int) -> Iterator[tuple[int, int]]:
    """Yield each span of up to ``longest`` words that holds the words from ``first`` to ``last``, longest first.

    Without such words (every word is one that asks) yield all spans.
    """
    starts = range(min(first, length - 1) + 1)
    spans = [(start, end) for start in starts for end in range(max(last, start) + 1, min(length, start + longest) + 1)]
    yield from sorted(spans, key=lambda span: span[0] - span[1])
