"""Looks things up by name, in any frame: topics by number, slug, title or alias, glossary terms, and laws.

A name counts where nothing stands around it but words that do not change what is asked ("what does X do", "tell me
about X please"); which words these are stands in the content, language by language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct
from rapidfuzz import fuzz, process

from content.schema.catalogue import Catalogue
from intents.reading import Folded, plain, plain_words, words

NEAR_SCORE = 78.0
"""The rapidfuzz ratio (0 to 100) from which a name counts as near: one slip in five letters."""
NEAR_NAMES = 3
NAME_WORDS = 3
"""Words of what looks like a name; titles have more, but so do questions."""
LONGEST_NAME = 80
"""Characters beyond which a text is no topic's name."""
FRAMED_WORDS = 24
"""Words of a message beyond which it says more than a name."""
NUMBER_DIGITS = 3
"""Digits of a topic's number at most."""

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"#?\s?(\d{1,3})")
_JOINED = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_LAW_NUMBER = re.compile(r"\b(?:sb|ab|prop) \d{1,5}\b")


class Named(StrEnum):
    """What a name can stand for."""

    ENTRY = "entry"
    TERM = "term"
    LAW = "law"


class Thing(Struct, frozen=True):
    """What a message names: its kind, its id (None for the number of a law that is not known here), its language.

    ``alias``: an entry is named by neither its number nor title, so that one of its points may be: "release dates".
    """

    kind: Named
    id: str | None
    lang: str
    alias: bool = False


class Found(Struct, frozen=True):
    """What a looked-up name led to: the entry of exactly that name, or entries with names near it.

    ``is_name`` says whether the words look like a name; a question does not. ``point`` is that of the entry's points
    which the name clearly means.
    """

    slug: str | None
    near: tuple[str, ...]
    lang: str
    is_name: bool = True
    point: str | None = None


class _Names(Struct, frozen=True):
    exact: dict[str, str]
    """From plain words to an entry's slug."""
    own: frozenset[str]
    """The titles, short titles and slugs among them: no other name is the whole entry's for certain."""
    things: dict[str, tuple[Named, str]]
    """From plain words to what they name; an entry before a law before a term."""
    longest: int
    """Words of the longest name."""
    laws: frozenset[str]
    """Those of the names that are a law's."""
    asking: frozenset[str]
    pointing: tuple[str, ...]
    """How a question about what was named before begins: "what is that"."""
    about_laws: frozenset[str]
    """The words that ask for no more than a law's card tells."""
    numbering: frozenset[str]
    spellings: tuple[tuple[re.Pattern[str], str], ...]
    told: frozenset[str]
    """Every word of a name, and every one that may stand around it: with any other, only a number is named."""


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

    def is_alias(self, folded: Folded, lang: str) -> bool:
        """Say whether what names an entry is neither its number nor title: it may name one of its points."""
        return not _NUMBER.fullmatch(folded.strip()) and _name(folded) not in self._names[lang].own

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

    def named(self, folded: Folded, preferred: str) -> Thing | None:
        """Return the topic, law or term that a text names and asks nothing else about, or None.

        The number of a law that the content does not know is a thing without an id: it must not be taken for another.
        """
        name = _name(folded)
        if not name:
            return None
        for lang in self._ordered[preferred]:
            if thing := self._framed(name, lang):
                return thing
        return None

    def asked_apart(self, clauses: Iterable[Folded], preferred: str) -> Thing | None:
        """Return the one law or term that one clause names and another asks about: "A detainer came. What is it?"."""
        for lang in self._ordered[preferred]:
            names = self._names[lang]
            said = [_spell_out(_name(clause), names) for clause in clauses]
            asking = [
                names.asking.issuperset(one.split()) and any(f" {ask}" in f" {one}" for ask in names.pointing)
                for one in said
            ]
            told = [one.split() for one, asks in zip(said, asking, strict=True) if not asks]
            found = {thing for one in told if len(one) <= FRAMED_WORDS for thing in _mentioned(names, one)}
            if any(asking) and len(found) == 1:
                return Thing(*found.pop(), lang)
        return None

    def _framed(self, name: str, lang: str) -> Thing | None:
        names = self._names[lang]
        said = _spell_out(name, names).split()
        if len(said) > FRAMED_WORDS or (not names.told.issuperset(said) and _DIGIT.search(name) is None):
            return None
        telling = [index for index, word in enumerate(said) if word not in names.asking]
        first, last = (telling[0], telling[-1]) if telling else (len(said), -1)
        if found := next(_among(names, said, telling), None):
            return Thing(*names.things[found], lang, alias=found in names.exact and found not in names.own)
        about = [index for index in telling if said[index] not in names.about_laws]
        named = _among(names, said, about) if len(about) < len(telling) else iter(())
        if found := next((name for name in named if name in names.laws), None):
            return Thing(*names.things[found], lang)
        if not telling:
            return None
        core = said[first : last + 1]
        if slug := self._by_number(said, first, last, lang):
            return Thing(Named.ENTRY, slug, lang)
        if _LAW_NUMBER.fullmatch(" ".join(core)):
            return Thing(Named.LAW, None, lang)
        return None

    def _by_number(self, said: list[str], first: int, last: int, lang: str) -> str | None:
        """Return the slug of "topic 16": a number right behind a word for a topic, and nothing else told."""
        number = said[last]
        if not number.isdigit() or len(number) > NUMBER_DIGITS or last == 0:
            return None
        numbering = self._names[lang].numbering
        if said[last - 1] not in numbering or any(word not in numbering for word in said[first:last]):
            return None
        return self._numbers[lang].get(str(int(number)))


def _among(names: _Names, said: list[str], telling: list[int]) -> Iterator[str]:
    """Yield each name in what is ``said`` that holds all the ``telling`` words (places), the longest first."""
    first, last = (telling[0], telling[-1]) if telling else (len(said), -1)
    if not telling or last - first < names.longest:
        spans = (" ".join(said[start:end]) for start, end in _spans(len(said), first, last, names.longest))
        yield from (span for span in spans if span in names.things)


def _mentioned(names: _Names, said: list[str]) -> Iterator[tuple[Named, str]]:
    """Yield the laws and terms in what is ``said``, the longest name at each place."""
    start = 0
    while start < len(said):
        ends = range(min(len(said), start + names.longest), start, -1)
        spans = ((end, names.things.get(" ".join(said[start:end]))) for end in ends)
        end, thing = next(((end, thing) for end, thing in spans if thing), (start + 1, None))
        if thing and thing[0] is not Named.ENTRY:
            yield thing
        start = end


def looks_like_name(folded: Folded) -> bool:
    """Say whether a text looks like a topic's name, mistyped perhaps, rather than like a question."""
    return "?" not in folded and len(words(folded)) <= NAME_WORDS


def _collect(catalogue: Catalogue, lang: str) -> _Names:
    edition = catalogue.editions[lang]
    exact: dict[str, str] = {}
    own: set[str] = set()
    for entry in edition.entries.values():
        own.update(map(plain_words, (entry.title, entry.short_title, entry.slug)))
        for name in (entry.title, entry.short_title, entry.slug, *entry.aliases):
            exact.setdefault(plain_words(name), entry.slug)
    language = edition.language
    spellings = tuple(
        (re.compile(rf"\b{re.escape(plain_words(written))}(?= \d)"), short)
        for short, forms in language.law_spellings.items()
        for written in sorted(forms, key=len, reverse=True)
    )
    asking = frozenset(plain_words(word) for word in language.asking_words)
    numbering = frozenset(plain_words(word) for word in language.topic_words)
    pointing = tuple(plain_words(phrase) for phrase in language.pointing)
    about_laws = frozenset(plain_words(word) for word in language.law_words)
    names = _Names(
        exact, frozenset(own), {}, 0, frozenset(), asking, pointing, about_laws, numbering, spellings, frozenset()
    )
    things = names.things
    for name, slug in exact.items():
        things.setdefault(_spell_out(name, names), (Named.ENTRY, slug))
    laws: set[str] = set()
    # What a law is called in English, people say in Spanish too: "qué es la TRUTH Act".
    for called in sorted(catalogue, key=lambda other: other != lang):
        for law in catalogue.laws.values():
            for name in law.names_in(called):
                laws.add(spelt := _spell_out(plain_words(name), names))
                things.setdefault(spelt, (Named.LAW, law.id))
    for term in edition.glossary.values():
        for name in (term.term, term.id, *term.names):
            things.setdefault(_spell_out(plain_words(name), names), (Named.TERM, term.id))
    longest = max((len(name.split()) for name in things), default=0)
    told = frozenset(word for name in things for word in name.split()) | asking | about_laws
    return _Names(
        exact, names.own, things, longest, frozenset(laws), asking, pointing, about_laws, numbering, spellings, told
    )


def _spell_out(name: str, names: _Names) -> str:
    """Return plain words with laws' numbers in one form: "sb54" and "senate bill 54" are "sb 54"."""
    if not _DIGIT.search(name):
        return name
    name = _JOINED.sub(" ", name)
    for written, short in names.spellings:
        name = written.sub(short, name)
    return name


def _spans(length: int, first: int, last: int, longest: int) -> Iterator[tuple[int, int]]:
    """Yield each span of up to ``longest`` words that holds the words from ``first`` to ``last``, longest first.

    Without such words (every word is one that asks) yield all spans.
    """
    starts = range(min(first, length - 1) + 1)
    spans = [(start, end) for start in starts for end in range(max(last, start) + 1, min(length, start + longest) + 1)]
    yield from sorted(spans, key=lambda span: span[0] - span[1])


def _name(folded: Folded) -> str:
    """Return the plain words of a text that is short enough to be a name or a question about one, else nothing."""
    return plain(folded) if len(folded) <= LONGEST_NAME * 4 else ""
