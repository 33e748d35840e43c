"""Warns of texts that stand in another language than their file: nothing else in the checks reads the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain

from content.checks.texts import MOST_TEXTS, Text, every_text, kept, parts, texts
from content.reading.samples import Sample
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Place, Problem

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCES = re.compile(r"(?<=[.!?])[\"')]*\s+(?:\([^()]*\)\S*\s*)?")
"""Between sentences; what one in another language means, in brackets behind it, is no sentence of its own."""
TELLING = 5.0
"""How many times as common a word must be in one language as in any other to tell it."""
FEWEST = 2
"""Words of another language from which a text is taken to be in it; a name has one at most."""
FEWEST_OF_A_SAMPLE = 5
"""The same of a sample, where there is none of its own: people mix languages."""
CLEARLY = 2
"""How many more of them there must be than of its own: some texts stand in both languages."""
_MEANT = ("say", "term", "label")
"""Fields that may hold another language's words: sentences to say aloud in English, names of terms and of places."""


def mixed_up(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each text with clearly more telling words of another language than of its own.

    So is one with such a sentence, but where the twin has one too: that says it in both languages on purpose.
    """
    told = _told(catalogue)
    others = {own: {word for word, lang in told.items() if lang != own} for own in catalogue.editions}
    partly: dict[tuple[Key, Place], list[tuple[Text, str, str]]] = {}
    for said in every_text(catalogue):
        if said.place[0] in (("name",) if said.kind == "law" else () if said.kind == "source" else _MEANT):
            continue
        if others.get(said.lang, told.keys()).isdisjoint(_words(said.text)):
            continue  # as nearly all
        if other := _other_language(said.text, said.lang, told):
            yield at(said.key, said.place, f"reads as text in `{other}`: write it in `{said.lang}`")
            continue
        for sentence in _SENTENCES.split(said.text):
            if other := _other_language(sentence, said.lang, told):
                partly.setdefault(said.twin, []).append((said, sentence, other))
    for found in partly.values():
        said, sentence, other = found[0]
        if all(one.lang == said.lang for one, *_ in found):
            yield at(said.key, said.place, f"{sentence!r} reads as text in `{other}`: write it in `{said.lang}`")


def mixed_samples(samples: Iterable[Sample], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield a warning for each sample with many telling words of another language and none of its own."""
    told = _told(catalogue)
    for sample in samples:
        # Most have a word that tells their own language: that is seen without finding every word.
        if any(told.get(word) == sample.lang for word in sample.text.casefold().split()):
            continue
        found = [told[word] for word in set(_words(sample.text)) if word in told]
        if len(found) < FEWEST_OF_A_SAMPLE or sample.lang in found:
            continue
        other, count = Counter(found).most_common(1)[0]
        if count >= FEWEST_OF_A_SAMPLE:
            yield Problem(sample.file, sample.line, f"reads as text in `{other}`: write it in `{sample.lang}`")


@kept
def _told(catalogue: Catalogue) -> dict[str, str]:
    """Return the language that each telling word of the content tells."""
    counted = {
        code: Counter(chain.from_iterable(_words(text) for _, part in parts(edition) for _, text in texts(part)))
        for code, edition in catalogue.editions.items()
    }
    totals = {code: max(1, counts.total()) for code, counts in counted.items()}
    told = {}
    for word in set().union(*counted.values()):
        shares = sorted(((counts[word] / totals[code], code) for code, counts in counted.items()), reverse=True)
        (most, code), second = shares[0], shares[1][0] if len(shares) > 1 else 0.0
        if most >= TELLING * second:
            told[word] = code
    return told


def _other_language(text: str, own: str, told: Mapping[str, str]) -> str | None:
    found = Counter(told[word] for word in _words(text) if word in told)
    other, count = max(((code, found[code]) for code in found if code != own), key=lambda one: one[1], default=("", 0))
    return other if count >= FEWEST and count > CLEARLY * found[own] else None


@lru_cache(MOST_TEXTS)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))
