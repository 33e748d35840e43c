"""Which of the choices on offer a message names in words of its own: "the trust one", "back to the agencies"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from msgspec.structs import astuple, replace

from bot.dialogue.actions import Action, Verb
from bot.dialogue.answers import point_named
from bot.dialogue.following.followups import LONGEST, FollowUpReader
from bot.dialogue.memory import Memory, offered_actions
from content.schema.catalogue import Catalogue, Edition, LawCard, localised
from intents.reading import plain_words

STEM_LETTERS = 5
"""Letters from which words that begin alike count as the same: "report" and "reports"."""

_SENTENCES = re.compile(r"(?<=[.!?;])\s+")


def picking_below(text: str, memory: Memory) -> Memory:
    """Return ``memory`` for a person who sees numbers below an answer: a bare one picks from those, not from a list."""
    number = text.strip().strip("#.()")
    picks = len(number) <= 2 and number.isdecimal() and 0 < int(number) <= len(memory.below)
    return replace(memory, choices=memory.below) if picks else memory


class ChoiceReader:
    """Finds which of the choices last offered a message names in their own words: "the trust one"."""

    def __init__(self, catalogue: Catalogue, reader: FollowUpReader) -> None:
        self._editions = tuple(catalogue.editions.values())
        self._laws = catalogue.laws
        self._reader = reader

    def typed(self, text: str, memory: Memory) -> Action | None:
        """Return the choice on offer whose button says ``text``, in the language in which it says so, or None.

        What stands below the answer last shown comes before the list from which that was picked.
        """
        below = replace(memory, choices=(*memory.below, *memory.choices))
        offered = offered_actions(below) if len(text) <= LONGEST else []
        if not offered:
            return None
        said = set(self._reader.bared(plain_words(text)))
        for action in offered:
            own = sorted(self._editions, key=lambda one: one.language.code != action.lang)
            for edition in own:
                if said.intersection(map(plain_words, titles_of(action, edition, self._laws))):
                    return replace(action, lang=edition.language.code)
        return None

    def read(self, text: str, memory: Memory) -> Action | None:
        """Return the one choice whose title has every word of ``text`` that names anything, or None.

        A command's word names none: "help" asks for help, though "Why California limits help to ICE" is on offer.
        """
        offered = self._offered(memory) if len(text) <= LONGEST else ()
        if not offered or plain_words(text) in self._commands:
            return None
        found = (self._named(bare, offered) for bare in self._reader.bared(plain_words(text)))
        return next(filter(None, found), None)

    def read_back(self, text: str, memory: Memory) -> Action | None:
        """Return what the last sentence of ``text`` goes back to by name, or None: "they left. back to the agencies".

        What was answered before can be named as well as what is on offer.
        """
        offered = self._offered(memory) if len(text) <= LONGEST else ()
        if not offered:
            return None
        last = plain_words(_SENTENCES.split(text.strip())[-1])
        for bare in self._reader.bared(last):
            for start in self._returning:
                if bare.startswith(f"{start} ") and (found := self._named(bare.removeprefix(start), offered)):
                    return found
        return None

    def _offered(self, memory: Memory) -> Collection[Action]:
        """Return what is on offer and what was answered before, each once."""
        lang = self._editions[0].language.code
        answered = [Action(Verb.TOPIC, slug, lang) for slug in (*memory.before, memory.entry) if slug]
        return {(one.verb, one.subject): one for one in (*answered, *offered_actions(memory))}.values()

    def _named(self, plain: str, offered: Iterable[Action]) -> Action | None:
        named = [word for word in plain.split() if word not in self._naming]
        found = [one for one in offered if named and _holds(self._words(one), named)]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _commands(self) -> frozenset[str]:
        return frozenset(word for edition in self._editions for word in astuple(edition.phrases.command_words))

    @cached_property
    def _returning(self) -> frozenset[str]:
        return frozenset(plain_words(start) for edition in self._editions for start in edition.followups.returning)

    @cached_property
    def _naming(self) -> frozenset[str]:
        return frozenset(plain_words(word) for edition in self._editions for word in edition.followups.naming)

    def _words(self, action: Action) -> set[str]:
        return {
            word
            for edition in self._editions
            for title in titles_of(action, edition, self._laws)
            for word in plain_words(title).split()
        }


def _holds(title: set[str], named: Iterable[str]) -> bool:
    return all(any(_alike(word, other) for other in title) for word in named)


def _alike(word: str, other: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    return word == other or (len(shorter) >= STEM_LETTERS and longer.startswith(shorter))


def titles_of(action: Action, edition: Edition, laws: Mapping[str, LawCard]) -> tuple[str, ...]:
    """Return the titles of what ``action`` shows, in full and in short; none of what has none."""
    match action.verb:
        case Verb.TOPIC if one := edition.entries.get(action.subject):
            return one.title, one.short_title
        case Verb.SIGNPOST if sign := edition.signposts.get(action.argument):
            return sign.title, sign.short_title
        case Verb.TERM if term := edition.glossary.get(action.argument):
            return (term.term,)
        case Verb.URGENT if help_ := edition.urgent.get(action.argument):
            return help_.title, help_.short_title
        case Verb.LAW if law := laws.get(action.argument):
            return (law.number or localised(law.name, edition.language.code),)
        case Verb.POINT if named := point_named(action.argument, edition):
            return tuple(point.heading for point in edition.entries[named[0]].points if point.id == named[1])
        case _:
            return ()
