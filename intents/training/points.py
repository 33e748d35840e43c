"""Learns, inside each entry, which of its points answers a message."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from content.reading.samples import Sample
from intents.classifier.focus import WHOLE
from intents.classifier.model import Classifier, Labels
from intents.match import Intent, Kind
from intents.training.training import Effort, Learner, TrainingError, Weighed

EFFORT = Effort(passes=3, folds=3, fold_passes=3)
"""An entry has a few hundred samples; more passes change nothing that 8 bits show."""

LEAST_UNIT = 12
"""A point's weight smaller than this is none. With 5 there are four times as many, and two more messages of 221 lead
rightly; with 16 a third fewer, and five fewer lead so (tests/data/focus/two.jsonl)."""


def learn_points(learner: Learner, samples: Sequence[Sample]) -> Classifier | None:
    """Return a classifier over the points of each entry, by their names ("oversight/forums"), and :data:`WHOLE`.

    ``samples`` are those that ``learner`` learns from; only those count of which somebody has said which point they ask
    for. An entry with too few is left out: then none of its points leads.
    """
    by_slug: dict[str, list[int]] = {}
    for place, sample in enumerate(samples):
        intent = Intent.parse(sample.intent)
        if intent.kind is Kind.ENTRY and sample.point is not None:
            by_slug.setdefault(intent.id, []).append(place)
    found = []
    for slug, places in by_slug.items():
        labels = [f"{slug}/{samples[place].point or WHOLE}" for place in places]
        voices = [samples[place].voice for place in places]
        with suppress(TrainingError):
            found.append(learner.weigh(labels, voices, messages=places, effort=EFFORT))
    return _joined(learner, sorted(found, key=lambda one: one.labels.names)) if found else None


def _joined(learner: Learner, parts: Sequence[Weighed]) -> Classifier:
    """Return what was learnt of each entry as one classifier, as sharp as each says; kinds tell nothing."""
    labels = Labels.of([name for part in parts for name in part.labels.names])
    sharp = np.repeat([part.calibration.sharpness for part in parts], [len(part.labels) for part in parts])
    sharp = np.append(sharp, np.zeros(len(labels.kinds)))
    empty = np.zeros((len(parts[0].weights), len(labels.kinds)), dtype=np.float32)
    weights = np.hstack([*(part.weights for part in parts), empty])
    rows = learner.vectors.kept(weights[:-1], LEAST_UNIT).scaled(sharp)
    return Classifier(labels, learner.vectors.vocabulary, rows, weights[-1] * sharp)
