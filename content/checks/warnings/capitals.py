"""Warns of words in capitals that other texts write small, and of names in small letters that others write large."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from content.checks.texts import Text, every_text, kept
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Problem

SHORTEST = 4
"""Letters of a word that is told of for its capitals."""
TIMES = 2
"""So many times as often as large a word stands small that is no part of a name; the first time by chance."""
OFTEN = 15
"""Texts in which a name stands large, from which it is one wherever it stands."""
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[^\w\s]")
_WITHIN_NAMES = re.compile("of|and|for|the|to|in|on|del?|l[ao]s?|y|e|para|al?|en|el|sus|por|con")
_NAMES = ("name", "label", "term")
"""Fields that hold names of laws, places and terms."""
_OTHERWISE = ("phrases", "source")
"""What shows what people type ("topic sb 54"), or holds names."""
_OPENING = frozenset('.!?:;"(¿¡/[')


class _Run(NamedTuple):
    """Words that begin with capitals, one behind the other; ``first`` has its capital from where it stands."""

    said: Text
    words: tuple[str, ...]
    first: bool
    behind: str


class _Written(NamedTuple):
    small: dict[tuple[str, str], set[Key]]
    large: dict[tuple[str, str], set[Key]]
    runs: list[_Run]


def doubtful_capitals(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each word that has capitals as nothing else has it, or lacks the one that others give it."""
    written = _written(catalogue)
    yield from _shouted(written, at)
    yield from _begun_large(written, at)
    yield from _begun_small(written, catalogue, at)


def _shouted(written: _Written, at: At) -> Iterator[Problem]:
    shouted = dict[str, list[Text]]()
    for run in written.runs:
        for word in run.words:
            if word.isupper() and len(word) >= SHORTEST:
                shouted.setdefault(word, []).append(run.said)
    for word, where in shouted.items():
        if len(where) == 1 and (where[0].lang, word.casefold()) in written.small:
            yield at(where[0].key, where[0].place, f"`{word}` stands in capitals: write it small")


def _begun_large(written: _Written, at: At) -> Iterator[Problem]:
    langs = defaultdict[object, set[str]](set)
    for run in written.runs:
        for word in run.words:
            langs[run.said.twin, word].add(run.said.lang)
    for said, words, first, behind in written.runs:
        inner = words[first:]
        # A word that is not of every day makes the whole a name, and so does a number behind it ("Standard Form 95");
        # what stands in the twin too is a name that nobody translates.
        name = behind.isdigit() or any(len(langs[said.twin, word]) > 1 for word in inner)
        if (
            said.kind in _OTHERWISE
            or said.place[0] in _NAMES
            or name
            or len(max(inner, default="", key=len)) < SHORTEST
        ):
            continue
        if all(_is_common(word, said.lang, written) for word in words):
            yield at(said.key, said.place, f"`{' '.join(inner)}` begins with a capital: write it small")


def _begun_small(written: _Written, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    names = {
        one for one, where in written.small.items() if len(where) == 1 and len(written.large.get(one, ())) >= OFTEN
    }
    for said in every_text(catalogue) if names else ():
        small = [found for found in _TOKEN.findall(said.text) if found.islower() and (said.lang, found) in names]
        if small and said.kind not in _OTHERWISE:
            yield at(said.key, said.place, f"`{small[0]}` is a name elsewhere: write its capital")


def _is_common(word: str, lang: str, written: _Written) -> bool:
    one = (lang, word.casefold())
    small = len(written.small.get(one, ()))
    often = small >= TIMES and small > TIMES * len(written.large.get(one, ()))
    return word[1:].islower() and (often or _WITHIN_NAMES.fullmatch(one[1]) is not None)


@kept
def _written(catalogue: Catalogue) -> _Written:
    written = _Written(defaultdict(set), defaultdict(set), [])
    for said in every_text(catalogue):
        _read(said, written)
    return written


def _read(said: Text, written: _Written) -> None:
    tokens = [*_TOKEN.findall(said.text), ""]
    run: list[str] = []
    begins, first = True, False
    for index, token in enumerate(tokens):
        large = token[:1].isupper()
        if token.islower():
            written.small[said.lang, token].add(said.key)
        elif large and not begins:
            written.large[said.lang, token.casefold()].add(said.key)
        # An abbreviation stands for itself beside a name, and is written large itself.
        acronym = len(token) > 1 and token.isupper()
        if large and not acronym:
            first = begins if not run else first
            run.append(token)
        elif acronym or not (_WITHIN_NAMES.fullmatch(token) and tokens[index + 1][:1].isupper()):
            if run:
                written.runs.append(_Run(said, tuple(run), first, token))
            if acronym:
                written.runs.append(_Run(said, (token,), False, ""))
            run = []
        begins = token in _OPENING or (begins and not token[:1].isalnum())
