"""Parts a message into what it says: courtesies and signatures set aside, the rest clause by clause.

"sorry to trouble you, agents are outside my house, thanks" says one thing; "thank you!! and do sheriffs report this to
anyone?" says one thing too, and only "thanks!" says thanks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from content.schema.catalogue import Edition
from intents.reading import TOPIC_CHARACTERS, Folded, Head, fold, head, heads, is_latin, plain, plain_words, runs, words

CLAUSES = 40
"""Clauses of a message that are read at most: a hundred characters each, on average, of the longest message."""
SIGNATURE_WORDS = 3

_EDGE = r"[\s,.!;:…()\"'¡¿-]*"
_MARK = re.compile(r"[!?;….:\n–—-]")
_BREAK = re.compile(r"(?<=[!?;…])[\s!?…]+|(?<=\w{4}[.:])\s+|\s*\n\s*|\s+[-–—]+\s+|\.{2,}\s*")
_NOTHING = re.compile(r"(?!)")


class Clauses(NamedTuple):
    """``whole``: the message without its courtesies ("" where it is nothing else); ``each``: its clauses, in order.

    ``whole`` holds what says the topic, the first 1,000 characters; ``each`` all that is read.
    """

    whole: Folded
    each: tuple[Folded, ...]


class ClauseReader:
    """Knows the courtesies of all languages, since people mix them."""

    def __init__(self, editions: Iterable[Edition], known: Collection[AbstractSet[str]]) -> None:
        languages = [edition.language for edition in editions]
        self._courtesies = [fold(phrase) for language in languages for phrase in language.courtesies]
        self._closings = [fold(phrase) for language in languages for phrase in language.closings]
        self._openers = [fold(phrase) for language in languages for phrase in language.openers]
        self._joiners = [fold(phrase) for language in languages for phrase in language.joiners]
        # Most messages hold the beginning of none of these phrases: then none need be looked for.
        self._courteous, self._closing, self._joining = map(_heads, (self._courtesies, self._closings, self._joiners))
        self._asking = frozenset(map(plain, self._openers))
        self._telling = tuple(
            plain_words(stem) for language in languages for stem in (*language.subject_stems, *language.crisis_stems)
        )
        self._known = known

    # Patterns of hundreds of phrases take long to make: each is made for the first message that needs it.
    @cached_property
    def _start(self) -> re.Pattern[str]:
        return _pattern(rf"{_EDGE}(?:{{}})\b{_EDGE}", self._courtesies)

    @cached_property
    def _end(self) -> re.Pattern[str]:
        return _pattern(rf"(?:^|(?<=[\W_])){_EDGE}\b(?:{{}}){_EDGE}\??\s*$", self._courtesies)

    @cached_property
    def _signature(self) -> re.Pattern[str]:
        return _pattern(r"(?:^|[\s,.!?;-])(?:{})[ ]*[,\n!.-]+\s*([^?\n,]+)$", self._closings)

    @cached_property
    def _own_line(self) -> re.Pattern[str]:
        return _pattern(r"\n\s*(?:{})[ ,!.-]*\n\s*([^?\n,]+?)\s*$", self._closings)

    @cached_property
    def _second(self) -> re.Pattern[str]:
        return _pattern(r"(?:[,\s]+(?:{})|[.])\s+(?=¿?(?:{})\b)", self._joiners, self._openers)

    @cached_property
    def _going_on(self) -> re.Pattern[str]:
        return _pattern(rf"{_EDGE}(?:{{}})\b", self._joiners)

    def read(self, folded: Folded) -> Clauses:
        """Return what a message says, whole and clause by clause."""
        # What is not all ASCII may part its words otherwise.
        said = heads(folded) if is_latin(folded) else None
        text = folded if said and self._closing.isdisjoint(said) else self._unsigned(folded)
        found = [text] if _MARK.search(text, 0, len(text) - 1) is None and text[-1:] != "\n" else _BREAK.split(text)
        if not said or ". " in text or not self._joining.isdisjoint(said):
            found = [part for sentence in found for part in self._second.split(sentence)]
        bare = Folded.of if said and self._courteous.isdisjoint(said) else self._bare
        each = [clause for part in found if words(clause := bare(part))][:CLAUSES]
        if len(each) == 1:
            return Clauses(Folded.of(each[0], TOPIC_CHARACTERS), (each[0],))
        whole = " ".join(each)
        return Clauses(Folded(whole[:TOPIC_CHARACTERS]), tuple(each))

    def goes_on(self, folded: Folded) -> bool:
        """Say whether a message begins as if it went on with the one before: "and at work?"."""
        return self._going_on.match(folded) is not None

    def _bare(self, clause: str) -> Folded:
        """Return ``clause`` without the courtesies at its ends; what is nothing else is nothing."""
        asks = clause.rstrip().endswith("?")
        bare = clause
        while found := self._start.match(bare):
            bare = bare[found.end() :]
        while found := self._end.search(bare):
            bare = bare[: found.start()]
        if bare == clause:
            return Folded.of(clause)
        bare = bare.strip()
        if bare and self._asking.issuperset(words(Folded(bare))):
            # "What can I ask" is a question, and no courtesy behind "what".
            return Folded(clause)
        return Folded(f"{bare}?" if asks and words(Folded(bare)) and not bare.endswith("?") else bare)

    def _unsigned(self, folded: Folded) -> str:
        """Return the text without "thanks, Maria Lopez" at its end: names are words that no sample has."""
        if found := self._own_line.search(folded):
            # Set apart so, common names are names too; but nothing that may be a cry for help.
            telling = any(word.startswith(self._telling) for word in words(Folded(found[1])))
        elif found := self._signature.search(folded):
            telling = not all(known.isdisjoint(words(Folded(found[1]))) for known in self._known)
        else:
            return folded
        if telling or not 0 < len(words(Folded(found[1]))) <= SIGNATURE_WORDS:
            return folded
        return folded[: found.start(1)].rstrip(" ,-\n")


def _heads(phrases: Iterable[Folded]) -> frozenset[Head]:
    return frozenset(head(runs(phrase)) for phrase in phrases)


def _pattern(form: str, *phrases: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of ``form`` with any of the ``phrases`` in its places; without any it finds nothing."""
    return re.compile(form.format(*map(_either, phrases))) if all(phrases) else _NOTHING


def _either(phrases: Iterable[str]) -> str:
    """Return a pattern for any of ``phrases``, the longest first, parted by their first letters.

    Tried one after the other at every word, hundreds of phrases would cost most of what reading a message does.
    """
    by_first: dict[str, list[str]] = {}
    for phrase in sorted(set(phrases), key=len)[::-1]:
        by_first.setdefault(phrase[0], []).append(re.escape(phrase[1:]).replace(r"\ ", r"\s+"))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())
