"""Short messages that only mean something after an answer: "2", "the second one", "tell me more", "go back"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from bot.dialogue.actions import Verb
from content.schema.catalogue import Edition
from intents.reading import plain_words


class FollowUp(StrEnum):
    """What such a message asks for."""

    PICK = "pick"
    OTHER = "other"
    MORE = "more"
    SHORTER = "shorter"
    SOURCE = "source"
    SURE = "sure"
    YES = "agree"
    BOTH = "both"
    WHY = "why"
    NONE = "none"
    COMPLAINT = "complaint"
    RELATED = "related"
    AGAIN = "again"
    PREVIOUS = "previous"
    EARLIEST = "earliest"


class Understood(Struct, frozen=True):
    """A follow-up; ``number`` is the choice picked (from 1, -1 the last), ``lang`` whose words it uses.

    ``others`` are the further choices of "the first one and the last". ``loose`` says that it is a number among words
    that are not known, so that it may mean something else.
    """

    kind: FollowUp
    lang: str
    number: int = 0
    others: tuple[int, ...] = ()
    loose: bool = False


PICK_CHARACTERS = 40
"""A pick is a short message; the pattern's time grows with the fourth power of the length."""

WANTED_CHARACTERS = 200
"""A choice in words is a short message; the pattern's time grows with the square of the length."""

WORDS = 14
"""Words up to which a message may be a follow-up with words around it: "ok thanks, and can you tell me more please"."""

LONGEST = 400
"""Characters up to which a message may be a follow-up."""

_MARKS = re.compile(r"[,;&+/]")
"""What stands between picks in place of a word."""
_NUMBER = re.compile(r"(?:\W*\w+){0,3}?\W*(?<!\w)(\d{1,2})\W*")
_KINDS = tuple(kind for kind in FollowUp if kind is not FollowUp.PICK)
_BUTTONS = {
    FollowUp.MORE: "whole_answer",
    FollowUp.SOURCE: "sources_heading",
    # In a channel the answer to a typed message is for everyone.
    FollowUp.AGAIN: "share",
    FollowUp.COMPLAINT: "not_helpful",
    FollowUp.RELATED: "related_heading",
}
"""The phrases that stand on buttons, or above them, by what they ask for."""
_VOTES = {Verb.HELPFUL: "helpful", Verb.NOT_HELPFUL: "not_helpful", Verb.WRONG: "wrong"}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "last": -1}


class FollowUpReader:
    """Recognises follow-ups by the whole messages listed in ``followups.yaml``, and by those with words around them."""

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        self._editions = editions
        self._known: dict[str, Understood] = {}
        self._votes: dict[str, tuple[Verb, str]] = {}
        for lang, edition in editions.items():
            for kind in _KINDS:
                for text in getattr(edition.followups, kind):
                    self._known.setdefault(plain_words(text), Understood(kind, lang))
            for name, number in _ORDINALS.items():
                for text in getattr(edition.followups, name):
                    self._known.setdefault(plain_words(text), Understood(FollowUp.PICK, lang, number))
            # What stands on an answer's buttons can be typed.
            for wish, field in _BUTTONS.items():
                self._known.setdefault(plain_words(getattr(edition.phrases, field)), Understood(wish, lang))
            for verb, field in _VOTES.items():
                self._votes.setdefault(plain_words(getattr(edition.phrases, field)), (verb, lang))
        kinds = [own.language.law_spellings.items() for own in editions.values()]
        spelt = {plain_words(word) for kind in kinds for short, forms in kind for word in (short, *forms)}
        self._law = re.compile(rf"\b(?:{'|'.join(sorted(spelt))}) \d")
        spoken = [(edition.followups, edition.language) for edition in editions.values()]
        self._before = _phrases((word for said, own in spoken for word in (*said.before, *own.courtesies)), 0)
        self._behind = _phrases((word for said, own in spoken for word in (*said.behind, *own.courtesies)), -1)
        self._joiner = next(iter(spoken[0][0].joining))
        joiners = sorted({plain_words(word) for said, _ in spoken for word in said.joining}, key=len, reverse=True)
        self._joins = frozenset(word for joiner in joiners for word in joiner.split())
        self._joining = re.compile(rf"(?: (?:{'|'.join(map(re.escape, joiners))}))+ ")

    def wanted_part(self, text: str) -> str:
        """Return what is meant of a message such as "the law, not the principles"; any other as it is."""
        stripped = text.strip().casefold()
        if len(stripped) > WANTED_CHARACTERS:
            return text
        found = (pattern.fullmatch(stripped) for pattern in self._rather)
        return next((match["wanted"] for match in found if match), text)

    def vote(self, plain: str) -> tuple[Verb, str] | None:
        """Return the vote whose button says ``plain`` words, and the button's language."""
        return self._votes.get(plain)

    def read(self, text: str, lang: str, plain: str | None = None) -> Understood | None:
        """Return what ``text`` asks for where it is a follow-up as a whole, else None.

        Courtesies and the like may stand around it. A message of at most three words and a number
        ("sorry, meant 2") is a pick, but where it is a law's ("and prop 2?"); ``lang`` is its language, ``plain``
        are its plain words, where they are known already.
        """
        stripped = text.strip()
        if len(stripped) > LONGEST:
            return None
        plain = plain_words(stripped) if plain is None else plain
        for said in self.bared(plain):
            if known := self._known.get(said):
                return known
        joined = plain_words(_MARKS.sub(f" {self._joiner} ", stripped)) if _MARKS.search(stripped) else plain
        if several := self._several(joined, lang):
            return several
        number = _NUMBER.fullmatch(stripped) if len(stripped) <= PICK_CHARACTERS else None
        if number is None or self._law.search(plain):
            return None
        return Understood(FollowUp.PICK, lang, int(number[1]), loose=not stripped.lstrip("#").isdecimal())

    def bared(self, plain: str) -> Iterator[str]:
        """Yield ``plain`` words, then what is left as one phrase after another is taken from its ends."""
        yield plain
        words = tuple(plain.split())
        if not words or len(words) > WORDS:
            return
        seen, left = {words}, [words]
        for said in left:
            for start, end in ((self._start(said), len(said)), (0, self._end(said))):
                rest = said[start:end]
                if rest and rest not in seen:
                    seen.add(rest)
                    left.append(rest)
                    yield " ".join(rest)

    def _start(self, words: tuple[str, ...]) -> int:
        known = self._before.get(words[0])
        return next((size for size in _sizes(words) if words[:size] in known), 0) if known else 0

    def _end(self, words: tuple[str, ...]) -> int:
        known = self._behind.get(words[-1])
        return len(words) - (next((size for size in _sizes(words) if words[-size:] in known), 0) if known else 0)

    def _several(self, plain: str, lang: str) -> Understood | None:
        """Return the picks of "the first one and the third", "1 y 3"."""
        if self._joins.isdisjoint(plain.split()):
            return None
        parts = [part for part in self._joining.split(f" {plain} ") if part.strip()]
        picks = [pick for pick in takewhile(bool, (self._picked(part, lang) for part in parts)) if pick]
        if len(picks) < max(2, len(parts)):
            return None
        first, *others = picks
        return replace(first, kind=FollowUp.BOTH, others=tuple(pick.number for pick in others))

    def _picked(self, part: str, lang: str) -> Understood | None:
        plain = part.strip()
        if plain.isdecimal() and len(plain) <= 2:
            return Understood(FollowUp.PICK, lang, int(plain))
        for said in self.bared(plain):
            if (known := self._known.get(said)) and known.kind is FollowUp.PICK:
                return known
        return None

    @cached_property
    def _rather(self) -> list[re.Pattern[str]]:
        patterns = (re.escape(pattern) for edition in self._editions.values() for pattern in edition.followups.rather)
        return [
            re.compile(pattern.replace(r"\{wanted\}", "(?P<wanted>.{3,}?)").replace(r"\{unwanted\}", ".{3,}?"))
            for pattern in patterns
        ]


_LONGEST_PHRASE = 6
"""Words of the longest phrase that is taken from an end."""


def _sizes(words: tuple[str, ...]) -> range:
    """Return the lengths of a phrase at an end, the longest first; something must be left."""
    return range(min(_LONGEST_PHRASE, len(words) - 1), 0, -1)


def _phrases(texts: Iterable[str], end: int) -> dict[str, set[tuple[str, ...]]]:
    """Return the words of each of ``texts``, by the first of them (``end`` is 0) or the last (-1)."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for text in texts:
        if words := tuple(plain_words(text).split()):
            found.setdefault(words[end], set()).add(words)
    return found
