"""Warns of words in capitals that other texts write small, and of names in small letters that others write large."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from content.checks.texts import Text, Texts, by_part, kept, kept_of_parts
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Problem

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
    """In how many parts each word stands small, and within a sentence large, by language; and the runs."""

    small: defaultdict[str, Counter[str]]
    large: defaultdict[str, Counter[str]]
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
        if len(where) == 1 and word.casefold() in written.small[where[0].lang]:
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
        if name or said.kind in _OTHERWISE or said.place[0] in _NAMES or all(len(word) < SHORTEST for word in inner):
            continue
        if all(_is_common(word, said.lang, written) for word in words):
            yield at(said.key, said.place, f"`{' '.join(inner)}` begins with a capital: write it small")


def _begun_small(written: _Written, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    names = {
        lang: {word for word, parts in large.items() if parts >= OFTEN and written.small[lang][word] == 1}
        for lang, large in written.large.items()
    }
    for part in by_part(catalogue):
        for lang, small, *_ in _words(part):
            here = names.get(lang, set()) & small
            for said in part if here and part[0].kind not in _OTHERWISE else ():
                found = [token for token in _TOKEN.findall(said.text) if token in here] if said.lang == lang else []
                if found:
                    yield at(said.key, said.place, f"`{found[0]}` is a name elsewhere: write its capital")


def _is_common(word: str, lang: str, written: _Written) -> bool:
    one = word.casefold()
    small = written.small[lang][one]
    often = small >= TIMES and small > TIMES * written.large[lang][one]
    return word[1:].islower() and (often or _WITHIN_NAMES.fullmatch(one) is not None)


@kept
def _written(catalogue: Catalogue) -> _Written:
    written = _Written(defaultdict(Counter), defaultdict(Counter), [])
    for part in by_part(catalogue):
        for lang, small, large, runs in _words(part):
            written.small[lang].update(small)
            written.large[lang].update(large)
            written.runs.extend(runs)
    return written


@kept_of_parts
def _words(part: Texts) -> Iterator[tuple[str, frozenset[str], frozenset[str], tuple[_Run, ...]]]:
    """Yield, for each language of a part, which of its words stand small in it, which large, and the runs."""
    for lang in dict.fromkeys(said.lang for said in part):
        small, large, runs = set[str](), set[str](), list[_Run]()
        for said in part:
            if said.lang == lang:
                _read(said, small, large, runs)
        yield lang, frozenset(small), frozenset(large), tuple(runs)


def _read(said: Text, small: set[str], capital: set[str], runs: list[_Run]) -> None:
    tokens = [*_TOKEN.findall(said.text), ""]
    run: list[str] = []
    begins, first = True, False
    for index, token in enumerate(tokens):
        large = token[:1].isupper()
        if token.islower():
            small.add(token)
        elif large and not begins:
            capital.add(token.casefold())
        # An abbreviation stands for itself beside a name, and is written large itself.
        acronym = len(token) > 1 and token.isupper()
        if large and not acronym:
            first = begins if not run else first
            run.append(token)
        elif acronym or not (_WITHIN_NAMES.fullmatch(token) and tokens[index + 1][:1].isupper()):
            if run:
                runs.append(_Run(said, tuple(run), first, token))
            if acronym:
                runs.append(_Run(said, (token,), False, ""))
            run = []
        begins = token in _OPENING or (begins and not token[:1].isalnum())
