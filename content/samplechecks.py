"""Warns of samples that may teach the matcher the wrong thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from content.errors import Problem
from content.samples import Sample

TOO_ALIKE = 93.0
"""The rapidfuzz ratio (0 to 100) from which two samples of different intents say nearly the same."""


def near_duplicates(samples: Sequence[Sample]) -> Iterator[Problem]:
    """Yield a warning for each sample that nearly equals one of another intent in its language."""
    for lang in sorted({sample.lang for sample in samples}):
        own = [sample for sample in samples if sample.lang == lang]
        texts = [sample.text.casefold() for sample in own]
        intents = np.array([sample.intent for sample in own])
        for intent in np.unique(intents):
            mine, others = np.flatnonzero(intents == intent), np.flatnonzero(intents > intent)
            alike = process.cdist(
                [texts[i] for i in mine],
                [texts[i] for i in others],
                scorer=fuzz.ratio,
                score_cutoff=TOO_ALIKE,
                dtype=np.uint8,
            )
            for row, column in zip(*np.nonzero(alike), strict=True):
                yield _too_alike(own[mine[row]], own[others[column]])


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


def _too_alike(one: Sample, other: Sample) -> Problem:
    message = f"nearly the same as {other.file}:{other.line} ({other.intent}): make the difference clear or remove one"
    return Problem(one.file, one.line, message)
