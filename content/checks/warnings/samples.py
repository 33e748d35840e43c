"""Warns of samples that may teach the matcher the wrong thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from content.reading.samples import Sample
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Problem

NOTES = ("TODO", "FIXME", "TBD", "XXX", "PENDIENTE")
TOO_ALIKE = 93.0
"""The rapidfuzz ratio (0 to 100) from which two samples of different intents say nearly the same."""
FEWEST, EVERYDAY = 30, 0.08
"""From so many samples with a word, and below this share of them that are of its entry, it is an everyday word."""


def unfinished(samples: Sequence[Sample]) -> Iterator[Problem]:
    """Yield a warning for each note in a sample's place, and each kind of "none" that stands in one language only."""
    kinds: dict[str, set[str]] = {}
    for sample in samples:
        if sample.text.strip(" .:!?") in NOTES:
            yield Problem(sample.file, sample.line, f"{sample.text} is a note to yourself: remove it")
        kinds.setdefault(sample.intent, set()).add(sample.lang)
    languages = {sample.lang for sample in samples}
    told = set()
    for sample in samples:
        lone = sample.intent.startswith("none/") and len(kinds[sample.intent]) < len(languages)
        if lone and (sample.file, sample.intent) not in told:
            told.add((sample.file, sample.intent))
            missing = ", ".join(f"`{lang}`" for lang in sorted(languages - kinds[sample.intent]))
            advice = f"no `{sample.intent}` in {missing}: correct its name, or add it there"
            yield Problem(sample.file, sample.line, advice)


def everyday_aliases(samples: Iterable[Sample], catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each alias of one word that people say mostly of other things than its entry."""
    owners = {
        (code, alias.casefold()): (slug, index)
        for code, edition in catalogue.editions.items()
        for slug, entry in edition.entries.items()
        for index, alias in enumerate(entry.aliases)
        if " " not in alias
    }
    words = {code: {word for lang, word in owners if lang == code} for code in catalogue.editions}
    said, meant = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for sample in samples:
        for word in words[sample.lang].intersection(sample.text.casefold().split()):
            said[sample.lang, word] += 1
            meant[sample.lang, word] += sample.intent == f"entry/{owners[sample.lang, word][0]}"
    for one, (slug, index) in owners.items():
        if said[one] >= FEWEST and meant[one] < EVERYDAY * said[one]:
            told = f"`{one[1]}` is in {said[one]} samples, {meant[one]} of them of this entry: remove it, or add a word"
            yield at((one[0], "entry", slug), ("aliases", index), told)


def near_duplicates(samples: Sequence[Sample]) -> Iterator[Problem]:
    """Yield a warning for each sample that nearly equals one of another intent in its language."""
    for lang in sorted({sample.lang for sample in samples}):
        own = [sample for sample in samples if sample.lang == lang]
        pairs = {
            (own[one].intent, one, other)
            for pair in _alike([sample.text.casefold() for sample in own])
            for one, other in (pair, pair[::-1])
            if own[one].intent < own[other].intent
        }
        for _, one, other in sorted(pairs):
            first, twin = own[one], own[other]
            where = f"{twin.file}:{twin.line} ({twin.intent})"
            told = f"nearly the same as {where}: make the difference clear or remove one"
            yield Problem(first.file, first.line, told)


def _alike(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of each two texts that say nearly the same; a text's own place twice among them."""
    lengths = np.array([len(text) for text in texts])
    for length in np.unique(lengths):
        # The ratio counts the letters that one text has and the other has not: most pairs' lengths rule them out.
        within = (lengths >= length) & (100 * (lengths - length) <= (100 - TOO_ALIKE) * (lengths + length))
        mine, near = np.flatnonzero(lengths == length).tolist(), np.flatnonzero(within).tolist()
        ratios = process.cdist(
            [texts[place] for place in mine],
            [texts[place] for place in near],
            scorer=fuzz.ratio,
            score_cutoff=TOO_ALIKE,
            dtype=np.uint8,
        )
        for row, column in zip(*np.nonzero(ratios), strict=True):
            yield mine[row], near[column]


def copied_files(samples: Sequence[Sample], default: str) -> Iterator[Problem]:
    """Yield a warning for each file of which most samples stand word for word in the ``default`` language too."""
    known = {sample.text.casefold() for sample in samples if sample.lang == default}
    files: dict[str, list[bool]] = {}
    for sample in samples:
        if sample.lang != default:
            files.setdefault(sample.file, []).append(sample.text.casefold() in known)
    for file, copied in files.items():
        if sum(copied) > len(copied) / 2:
            yield Problem(file, 1, f"{sum(copied)} samples are copies of those in `{default}`: write them anew")
