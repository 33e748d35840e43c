"""Counts which intents serve the same questions: what of an answer to one is worth to whoever means the other."""

from __future__ import annotations

from collections.abc import Iterable

from content.reading.samples import Sample


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
