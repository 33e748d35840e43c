"""Learns, inside each entry, which of its points answers a message."""

from __future__ import annotations

from collections.abc import Sequence

from content.reading.samples import Sample
from intents.classifier.features import Grams
from intents.classifier.focus import WHOLE
from intents.classifier.model import Classifier
from intents.match import Intent, Kind
from intents.training.training import Effort, TrainingError, train

EFFORT = Effort(passes=3, folds=3, fold_passes=3)
"""An entry has a few hundred samples; more passes change nothing that 8 bits show."""


def learn_points(samples: Sequence[tuple[Grams, Sample]]) -> dict[str, Classifier]:
    """Return a classifier for each entry, by slug, over the ids of its points and :data:`WHOLE`.

    ``samples`` are of one language; only those count of which somebody has said which point they ask for. An entry
    with too few is left out: then none of its points leads.
    """
    by_slug: dict[str, list[tuple[Grams, Sample]]] = {}
    for grams, sample in samples:
        intent = Intent.parse(sample.intent)
        if intent.kind is Kind.ENTRY and sample.point is not None:
            by_slug.setdefault(intent.id, []).append((grams, sample))
    found = {}
    for slug, own in by_slug.items():
        labels = [sample.point or WHOLE for _, sample in own]
        voices = [sample.voice for _, sample in own]
        try:
            found[slug] = train([grams for grams, _ in own], labels, voices, effort=EFFORT)
        except TrainingError:
            continue
    return found
