"""Trains classifiers from labelled messages, with numpy alone.

Method: TF-IDF of word and letter n-grams, one linear support vector machine for each label and for each kind of
label (:mod:`intents.training.machines`), then multinomial Platt scaling on scores from cross-validation with whole
writers held out (:mod:`intents.training.calibration`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.classifier.features import Grams, ngrams
from intents.classifier.model import Classifier, Labels
from intents.classifier.vocabulary import Floats
from intents.reading import fold
from intents.training.calibration import calibrate, fold_numbers
from intents.training.machines import Prepared, fit, prepare
from intents.training.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work training takes: passes over the samples, and folds that are held out in turn for calibration."""

    passes: int
    folds: int
    fold_passes: int

    @property
    def steps(self) -> int:
        """How often :func:`train` says that it is further."""
        return self.passes + self.folds * self.fold_passes


FINE = Effort(passes=6, folds=4, fold_passes=3)
"""What more passes change, the 8 bits of a weight do not show; fewer folds leave too little of the rarer kinds.

Calibration's few numbers come out after three passes as after fourteen. Begun with what was learnt from all, without
the fold's part of it, they take five: what is too large is unlearnt slowly.
"""
COARSE = Effort(passes=3, folds=2, fold_passes=2)
"""For what is easily told apart."""


MOST_CALIBRATED = 8_000
"""Messages of which calibration learns its few numbers, at most: more of them move the log loss by less than 0.001."""


class TrainingError(ValueError):
    """There is too little to learn from; the text says of what."""


def extract(texts: Iterable[str]) -> list[Grams]:
    """Return the n-grams of each text."""
    return [ngrams(fold(text)) for text in texts]


def train(
    found: Sequence[Grams],
    labels: Sequence[str],
    groups: Sequence[str] | None = None,
    *,
    also: Sequence[Collection[str]] = (),
    perhaps: Sequence[Collection[str]] = (),
    rarest: int = 1,
    effort: Effort = FINE,
    passed: Callable[[], None] = lambda: None,
) -> Classifier:
    """Return a classifier for ``labels`` from the n-grams of the messages that they label.

    ``also`` are labels that each message has beside its own, ``perhaps`` those that it may have: it says nothing of
    them. ``groups`` (the writers) are held out whole when the
    scores are calibrated, so that the probabilities hold for people who write unlike the samples; without groups the
    folds are random. ``passed`` is called ``effort.steps`` times. Raises TrainingError where the messages are too few
    for that.
    """
    known = Labels.of(labels)
    if len(known) < 2:
        raise TrainingError(
            "all have the same label, and two at least must be told apart" if found else "there are none"
        )
    vectors = Vectors(found, rarest)
    rows = len(vectors.vocabulary.names)
    if not rows:
        raise TrainingError("too few words stand in them often enough")
    target = np.searchsorted(known.names, labels)
    prepared = prepare(vectors.each, rows)
    sides = _sides(known, target, also, perhaps)
    machines = fit(prepared, sides, rows, effort.passes, passed=passed)
    folds = fold_numbers(groups or [], len(found), effort.folds)
    some = np.arange(len(found))[:: -(-len(found) // MOST_CALIBRATED)]
    scores = _held_out_scores(prepared, sides, rows, folds, some, effort.fold_passes, passed)
    weights = vectors.kept(machines.weights)
    return Classifier(known, vectors.vocabulary, weights, machines.offset, calibrate(scores[some], target[some], known))


def _sides(
    known: Labels, target: NDArray[np.intp], also: Sequence[Collection[str]], perhaps: Sequence[Collection[str]]
) -> NDArray[np.int8]:
    """Return, for each message (row) and label or kind (column), whether it has it: 1, -1, or 0 for unknown."""
    places = {name: place for place, name in enumerate(known.names)}
    sides = np.full((len(target), len(known)), -1, dtype=np.int8)
    for value, labels in ((0, perhaps), (1, also)):
        for number, others in enumerate(labels):
            sides[number, [places[label] for label in others if label in places]] = value
    sides[np.arange(len(target)), target] = 1
    if not known.kinds:
        return sides
    kinds = np.where(np.maximum.reduceat(sides, known.starts, axis=1) == 1, 1, -1)
    return np.hstack([sides, kinds.astype(np.int8)])


def _held_out_scores(
    samples: Sequence[Prepared],
    sides: NDArray[np.int8],
    rows: int,
    folds: NDArray[np.intp],
    some: NDArray[np.intp],
    passes: int,
    passed: Callable[[], None],
) -> Floats:
    """Return the scores of ``some`` messages from machines that did not learn from their fold, only from the others."""
    scores = np.zeros(sides.shape, dtype=np.float32)
    for number in np.unique(folds):
        seen = np.flatnonzero(folds != number)
        if (sides[seen] == 1).all(axis=0).any():
            raise TrainingError("with some held out for calibration, a single label is left: write more for each label")
        others = fit([samples[place] for place in seen.tolist()], sides[seen], rows, passes, passed=passed)
        weights = np.vstack([others.weights, others.offset])
        for place in some[folds[some] == number].tolist():
            scores[place] = samples[place].values @ weights[samples[place].rows]
    return scores
