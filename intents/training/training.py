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

from intents.classifier.features import BLOCKS, Grams, Letters, ngrams
from intents.classifier.model import Classifier, Floats, Labels, quantise, vectorise
from intents.reading import fold
from intents.training.calibration import calibrate, fold_numbers
from intents.training.machines import Machines, Prepared, fit, prepare


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work training takes: passes over the samples, and folds that are held out in turn for calibration.

    The machines that learn without a fold begin with what was learnt from all, so they need fewer passes.
    """

    passes: int
    folds: int
    fold_passes: int

    @property
    def steps(self) -> int:
        """How often :func:`train` says that it is further."""
        return self.passes + self.folds * self.fold_passes


FINE = Effort(passes=10, folds=4, fold_passes=5)
"""What more passes change, the 8 bits of a weight do not show; fewer folds leave too little of the rarer kinds."""
COARSE = Effort(passes=3, folds=2, fold_passes=2)
"""For what is easily told apart."""


class TrainingError(ValueError):
    """There is too little to learn from; the text says of what."""


def extract(texts: Iterable[str]) -> list[Grams]:
    """Return the n-grams of each text."""
    letters: Letters = {}
    return [ngrams(fold(text), letters) for text in texts]


def vocabulary(found: Sequence[Grams], rarest: int = 1) -> tuple[NDArray[np.uint32], Floats]:
    """Return the n-grams to know, in order, and their smoothed inverse document frequencies.

    An n-gram must occur in as many texts as its block says, and in ``rarest`` at least.
    """
    names_of = np.concatenate([grams.names for grams in found])
    block_of = np.concatenate([np.repeat(np.arange(len(BLOCKS)), grams.sizes) for grams in found])
    kept = []
    for number, block in enumerate(BLOCKS):
        distinct, counts = np.unique(names_of[block_of == number], return_counts=True)
        enough = counts >= max(block.least, rarest)
        kept.append((distinct[enough], counts[enough]))
    known, first = np.unique(np.concatenate([names for names, _ in kept]), return_index=True)
    seen = np.concatenate([counts for _, counts in kept])[first]
    return known, (np.log((1 + len(found)) / (1 + seen)) + 1).astype(np.float32)


def train(
    found: Sequence[Grams],
    labels: Sequence[str],
    groups: Sequence[str] | None = None,
    *,
    also: Sequence[Collection[str]] = (),
    rarest: int = 1,
    effort: Effort = FINE,
    passed: Callable[[], None] = lambda: None,
) -> Classifier:
    """Return a classifier for ``labels`` from the n-grams of the messages that they label.

    ``also`` are labels that each message has beside its own. ``groups`` (the writers) are held out whole when the
    scores are calibrated, so that the probabilities hold for people who write unlike the samples; without groups the
    folds are random. ``passed`` is called
    ``effort.steps`` times. Raises TrainingError where the messages are too few for that.
    """
    known = Labels.of(labels)
    if len(known) < 2:
        raise TrainingError(
            "all have the same label, and two at least must be told apart" if found else "there are none"
        )
    names, idf = vocabulary(found, rarest)
    if not len(names):
        raise TrainingError("too few words stand in them often enough")
    target = np.searchsorted(known.names, labels)
    prepared = prepare((vectorise(grams, names, idf) for grams in found), len(names))
    positive = target[:, None] == np.arange(len(known))
    for number, others in enumerate(also):
        positive[number, [known.names.index(label) for label in others if label in known.names]] = True
    if known.kinds:
        kinds = np.maximum.reduceat(positive, known.starts, axis=1)
        positive = np.hstack([positive, kinds])
    machines = fit(prepared, positive, len(names), effort.passes, passed=passed)
    folds = fold_numbers(groups or [], len(found), effort.folds)
    scores = _held_out_scores(prepared, positive, folds, machines, effort.fold_passes, passed)
    small, scale = quantise(machines.weights)
    return Classifier(known, names, idf, small, scale, machines.offset, calibrate(scores, target, known))


def _held_out_scores(
    samples: Sequence[Prepared],
    positive: NDArray[np.bool_],
    folds: NDArray[np.intp],
    machines: Machines,
    passes: int,
    passed: Callable[[], None],
) -> Floats:
    """Return each message's scores from machines that did not learn from its fold, only from the others.

    They begin with what the ``machines`` that learnt from all took from the others: most of it holds for them too.
    """
    scores = np.zeros(positive.shape, dtype=np.float32)
    rows = len(machines.weights)
    for number in np.unique(folds):
        seen = np.flatnonzero(folds != number)
        if positive[seen].all(axis=0).any():
            raise TrainingError("with some held out for calibration, a single label is left: write more for each label")
        others = fit(
            [samples[place] for place in seen.tolist()],
            positive[seen],
            rows,
            passes,
            start=machines.shares[seen],
            passed=passed,
        )
        weights = np.vstack([others.weights, others.offset])
        for place in np.flatnonzero(folds == number).tolist():
            scores[place] = samples[place].values @ weights[samples[place].rows]
    return scores
