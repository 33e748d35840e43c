"""Warns of words that stand as nothing else here writes them: misspelt.

Needs the word lists of pyspellchecker, which only editors have. They hold few forms of a Spanish word: what people
wrote among the samples counts as well.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from content.checks.names import plain_name
from content.checks.texts import every_text, kept
from content.reading.samples import Sample
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Problem

SHORTEST = 6
"""Letters; shorter words are one slip away from too many others."""
FEWEST_SAMPLES = 1_000
"""Fewer tell nothing of what people write: in such a language nothing is taken for misspelt."""
RARELY = 20
"""So many times as often people write a word as they do what is a slip of it."""
_WORD = re.compile(r"[^\W\d_]+")

Seen = Mapping[tuple[str, str], Collection[object]]
"""The parts of the content in which each word of each language stands."""


def misspelt(catalogue: Catalogue, samples: Sequence[Sample], at: At) -> Iterator[Problem]:
    """Yield a warning for each word of one part only that is in no list, and a slip away from one of several parts.

    Raises ModuleNotFoundError where there are no lists.
    """
    meant = dict[tuple[str, str], str]()
    for code in catalogue.editions:
        people = [sample.text for sample in samples if sample.lang == code]
        slips = dict(_slips(code, _seen(catalogue))) if len(people) >= FEWEST_SAMPLES else {}
        # The lists are read last: most slips are words that people write; these have slips too, but fewer.
        written = Counter(_WORD.findall("\n".join(people).casefold())) if slips else Counter[str]()
        odd = {word for word, right in slips.items() if written[word] * RARELY <= written[right]}
        if odd and _listed(code):
            lists = list(map(_listed, catalogue.editions))
            meant |= {(code, word): slips[word] for word in odd if not any(word in listed for listed in lists)}
    for said in every_text(catalogue) if meant else ():
        for word in dict.fromkeys(_WORD.findall(said.text)):
            if right := meant.get((said.lang, word)):
                yield at(said.key, said.place, f"`{word}` is in no list of words: is it `{right}`?")


@kept
def _seen(catalogue: Catalogue) -> Seen:
    seen: dict[tuple[str, str], set[object]] = {}
    for said in every_text(catalogue):
        for word in _WORD.findall(said.text):
            if word.islower():
                seen.setdefault((said.lang, word), set()).add(said.key)
    return seen


def _slips(code: str, seen: Seen) -> Iterator[tuple[str, str]]:
    """Yield each word in which a letter is missing, too many, swapped or accented, with what it may be meant for.

    Other forms of a word differ at its end, other words often at its start: slips are looked for between.
    """
    long = {word: len(parts) for (lang, word), parts in seen.items() if lang == code and len(word) >= SHORTEST}
    common = {word for word, parts in long.items() if parts > 1}
    shortened = {short: word for word in common for short in _without_a_letter(word)}
    plain = {plain_name(word): word for word in common}
    for word in long.keys() - common:
        swapped = (f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}" for i in range(1, len(word) - 1))
        longer = next((one for one in (*_without_a_letter(word), *swapped) if one in common), None)
        accented = plain.get(plain_name(word), word)
        if right := shortened.get(word) or longer or (accented if accented[:-1] != word[:-1] else None):
            yield word, right


def _without_a_letter(word: str) -> Iterator[str]:
    return (f"{word[:i]}{word[i + 1 :]}" for i in range(1, len(word) - 2))


@cache
def _listed(code: str) -> frozenset[str]:
    path = files("spellchecker") / "resources" / f"{code}.json.gz"
    if not path.is_file():
        return frozenset()
    return frozenset(msgspec.json.decode(gzip.decompress(path.read_bytes()), type=dict[str, int]))
