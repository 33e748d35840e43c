"""Looks things up by name, in any frame: topics by number, slug, title or alias, glossary terms, and laws.

A name counts where nothing stands around it but words that do not change what is asked ("what does X do", "tell me
about X please"); which words these are stands in the content, language by language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

from msgspec import Struct
from rapidfuzz import fuzz, process

from content.schema.catalogue import Catalogue
from intents.naming.names import Named, among, asks_meaning, collect_names, mentioned_in, numbered_in, spell_out
from intents.reading import Folded, bare, heads, plain, words

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
_LAW_NUMBER = re.compile(r"\b(?:sb|ab|prop) \d{1,5}\b")


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


class Lookup:
    """The names of one catalogue, by language."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._numbers = {
            lang: {str(entry.number): entry.slug for entry in edition.entries.values()}
            for lang, edition in catalogue.editions.items()
        }
        self._names = {lang: collect_names(catalogue, lang) for lang in catalogue}
        self._ordered = {lang: sorted(catalogue, key=lambda other: other != lang) for lang in catalogue}

    def exact(self, folded: Folded, preferred: str) -> Thing | None:
        """Return the entry that a text names, trying the language ``preferred`` first, or None."""
        name = _name(folded)
        if name[-1:].isdigit() and (number := _NUMBER.fullmatch(folded.strip())):
            slug = self._numbers[preferred].get(number[1])
            return Thing(Named.ENTRY, slug, preferred) if slug else None
        for lang in self._ordered[preferred]:
            if slug := self._names[lang].exact.get(name):
                return Thing(Named.ENTRY, slug, lang, alias=name not in self._names[lang].own)
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

    def beginning(self, folded: Folded, lang: str) -> tuple[Thing, ...]:
        """Return what has a name in the language ``lang`` that begins with a text, the shortest first: "detai"."""
        names = self._names[lang]
        typed = spell_out(_name(folded), names.spellings)
        found = sorted((name for name in names.things if typed and name.startswith(typed)), key=len)
        return tuple(Thing(*thing, lang) for thing in dict.fromkeys(map(names.things.__getitem__, found)))

    def named(self, folded: Folded, preferred: str) -> Thing | None:
        """Return the topic, law or term that a text names and asks nothing else about, or None.

        The number of a law that the content does not know is a thing without an id: it must not be taken for another.
        """
        name = _name(folded)
        numbered = _DIGIT.search(name) is not None
        for lang in self._ordered[preferred] if name else ():
            # With a word that stands neither in a name nor around one, only a number is named.
            may = numbered or self._names[lang].told.issuperset(bare(folded))
            if may and (thing := self._framed(name, lang)):
                return thing
        return None

    def asked_apart(self, clauses: Iterable[Folded], preferred: str) -> Thing | None:
        """Return the one law or term that one clause names and another asks about: "A detainer came. What is it?"."""
        plainly = [_name(clause) for clause in clauses]
        for lang in self._ordered[preferred] if plainly else ():
            names = self._names[lang]
            said = [spell_out(clause, names.spellings) for clause in plainly]
            asking = [
                names.asking.issuperset(one.split()) and any(f" {ask} " in f" {one} " for ask in names.pointing)
                for one in said
            ]
            if not any(asking):
                continue
            told = [one.split() for one, asks in zip(said, asking, strict=True) if not asks]
            found = {thing for one in told if len(one) <= FRAMED_WORDS for thing, _, _ in mentioned_in(names, one)}
            if len(found) == 1:
                return Thing(*found.pop(), lang)
        return None

    def mentioned(self, folded: Folded, own: str, *, numbers_only: bool) -> Thing | None:
        """Return what a text in the language ``own`` names among other words: the law, by a name or a bare number ("the
        540"), whatever it asks of it; else the term that it asks the meaning of: "what is a detainer, he has one".

        With ``numbers_only`` no other names of laws count: Oregon has a sanctuary law too. Nor do those that are a
        topic's as well: "in a sanctuary state" asks nothing about it.
        """
        numbered = _DIGIT.search(folded) is not None
        for lang in self._ordered[own]:
            names = self._names[lang]
            if not numbered and names.heads.isdisjoint(heads(folded)):
                continue
            said = spell_out(plain(folded), names.spellings).split()
            named = [
                (thing, " ".join(said[start:end]), (start, end)) for thing, start, end in mentioned_in(names, said)
            ]
            laws = (
                thing
                for thing, name, _ in named
                if thing[0] is Named.LAW and (_DIGIT.search(name) or not (numbers_only or self._is_topics(name)))
            )
            defined = (thing for thing, _, place in named if asks_meaning(names, said, *place))
            if found := next(chain(laws, numbered_in(names, said), defined), None):
                return Thing(*found, own)
        return None

    def _is_topics(self, name: str) -> bool:
        return any(name in names.exact for names in self._names.values())

    def _framed(self, name: str, lang: str) -> Thing | None:
        names = self._names[lang]
        said = spell_out(name, names.spellings).split()
        if len(said) > FRAMED_WORDS:
            return None
        telling = [index for index, word in enumerate(said) if word not in names.asking]
        first, last = (telling[0], telling[-1]) if telling else (len(said), -1)
        if found := next(among(names, said, telling), None):
            return Thing(*names.things[found], lang, alias=found in names.exact and found not in names.own)
        about = [index for index in telling if said[index] not in names.about_laws]
        named = among(names, said, about) if len(about) < len(telling) else iter(())
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


def looks_like_name(folded: Folded) -> bool:
    """Say whether a text looks like a topic's name, mistyped perhaps, rather than like a question."""
    return "?" not in folded and len(words(folded)) <= NAME_WORDS


def _name(folded: Folded) -> str:
    """Return the plain words of a text that is short enough to be a name or a question about one, else nothing."""
    return plain(folded) if len(folded) <= LONGEST_NAME * 4 else ""
