"""Counts which intents serve the same questions: what of an answer to one is worth to whoever means the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from content.reading.samples import Sample
from intents.decision.overlap import SUPPOSED
from intents.match import Intent, Kind

OFTEN = 0.3
"""The share of questions from which one that means an intent may mean another as well: of samples that name one intent
only, .3 and .15 were tried by cross-validation on the learnt halves of real questions (intents/README.md)."""


def count_together(samples: Iterable[Sample]) -> dict[str, dict[str, int]]:
    """Return, of the questions labelled with all that serves them, how many each intent serves, and along with which.

    ``found[one][one]`` counts the questions that ``one`` serves, ``found[one][other]`` those that ``other`` serves too.
    Samples of files that name a single intent say nothing of others.
    """
    found: dict[str, dict[str, int]] = {}
    for sample in samples:
        if not sample.complete:
            continue
        serving = dict.fromkeys((sample.intent, *sample.also))
        for one in serving:
            counts = found.setdefault(one, {})
            for other in serving:
                counts[other] = counts.get(other, 0) + 1
    return found


def often_together(together: Mapping[str, Mapping[str, int]]) -> dict[str, tuple[str, ...]]:
    """Return, for each intent, those that the same question means so often that a sample of one denies none of them.

    Urgent help is told from all else without exception.
    """
    return {
        one: tuple(
            other
            for other, count in others.items()
            if other != one
            and count >= OFTEN * (others[one] + SUPPOSED)
            and Kind.URGENT not in (_kind(one), _kind(other))
        )
        for one, others in together.items()
    }


def _kind(name: str) -> Kind:
    return Intent.parse(name).kind
