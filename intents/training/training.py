"""Trains classifiers from labelled messages, with numpy alone.

Method: TF-IDF of word and letter n-grams, one linear support vector machine for each label and for each kind of
label (:mod:`intents.training.machines`), then multinomial Platt scaling on scores from cross-validation with whole
writers held out (:mod:`intents.training.calibration`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intents.classifier.features import PLAIN, Grams, Stems, ngrams
from intents.classifier.model import Classifier, Labels
from intents.classifier.vocabulary import Floats
from intents.reading import fold
from intents.training.calibration import Calibration, calibrate, fold_numbers
from intents.training.machines import Machines, Prepared, commonest_first, fit, prepare
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


FINE = Effort(passes=4, folds=3, fold_passes=2)
"""With 59,000 samples three folds decide as well as four; two would leave too little of the rarer kinds. The last
passes begin with what the folds' machines learnt, on average, and are farther after four than others after six
(docs/decisions/001-the-model.md).
"""
COARSE = Effort(passes=4, folds=2, fold_passes=1)
"""For what is easily told apart: with one pass, 500 samples more or fewer moved "se llevaron a" beside a foreign name
from .91 to .64.
"""

MOST_CALIBRATED = 8_000
"""Messages of which calibration learns its few numbers, at most: more of them move the log loss by less than 0.001."""


class TrainingError(ValueError):
    """There is too little to learn from; the text says of what."""


class Weighed(NamedTuple):
    """What was learnt of labels: weights with a row for each n-gram and then the offset, a column for each label."""

    labels: Labels
    weights: Floats
    calibration: Calibration


def extract(texts: Iterable[str], alike: Stems = PLAIN) -> list[Grams]:
    """Return the n-grams of each text."""
    return [ngrams(fold(text), alike) for text in texts]


class Learner:
    """Learns from messages; what is learnt from the same ones shares their vectors and the vocabulary.

    Each counts as so many as ``times`` says. Raises TrainingError where there is nothing in them to learn from.
    """

    def __init__(self, found: Sequence[Grams], times: Sequence[int] = (), rarest: int = 1) -> None:
        if not found:
            raise TrainingError("there are none")
        self._times = np.array(times or [1] * len(found))
        self.vectors = Vectors(found, rarest, times)
        rows = len(self.vectors.vocabulary.names)
        if not rows:
            raise TrainingError("too few words stand in them often enough")
        self._order = commonest_first(self.vectors.each, rows + 1)
        self._prepared = prepare(self.vectors.each, self._times.tolist(), self._order)

    def learn(
        self,
        labels: Sequence[str],
        groups: Sequence[str] | None = None,
        *,
        also: Sequence[Collection[str]] = (),
        effort: Effort = FINE,
        passed: Callable[[], None] = lambda: None,
    ) -> Classifier:
        """Return a classifier for ``labels``, one for each message; the rest as :meth:`weigh` takes it."""
        found = self.weigh(labels, groups, also=also, effort=effort, passed=passed)
        sharp, bias = found.calibration.of_columns(found.labels)
        rows = self.vectors.kept(found.weights[:-1]).scaled(sharp)
        return Classifier(found.labels, self.vectors.vocabulary, rows, found.weights[-1] * sharp + bias)

    def weigh(
        self,
        labels: Sequence[str],
        groups: Sequence[str] | None = None,
        *,
        messages: Sequence[int] | None = None,
        also: Sequence[Collection[str]] = (),
        effort: Effort = FINE,
        passed: Callable[[], None] = lambda: None,
    ) -> Weighed:
        """Return weights for ``labels``, one for each of the ``messages`` (their places), or for each of all.

        ``also`` are labels that each message has beside its own. ``groups`` (the writers) are held out whole when the
        scores are calibrated, so that the probabilities hold for people who write unlike the samples; without groups
        the folds are random. ``passed`` is called ``effort.steps`` times. Raises TrainingError where the messages are
        too few for that.
        """
        known = Labels.of(labels)
        if len(known) < 2:
            raise TrainingError("all have the same label, and two at least must be told apart")
        prepared, times, rows = self._prepared, self._times, np.arange(len(self._order))
        if messages is not None:
            prepared, times = [prepared[place] for place in messages], times[list(messages)]
            # Rows that none of them has would be nothing but fetched.
            rows = np.unique(np.concatenate([sample.rows for sample in prepared]))
            prepared = [sample._replace(rows=rows.searchsorted(sample.rows)) for sample in prepared]
        target = np.searchsorted(known.names, labels)
        sides = _sides(known, target, also)
        folds = fold_numbers(groups or [], len(labels), effort.folds)
        some = np.arange(len(labels)).repeat(times)
        some = some[:: -(-len(some) // MOST_CALIBRATED)]
        begun, scores = _folds(prepared, sides, len(rows), folds, some, effort.fold_passes, passed)
        weights = np.zeros((len(self._order), sides.shape[1]), dtype=np.float32)
        begun.weights[prepared[0].rows[-1]] = fit(prepared, sides, begun, effort.passes, passed=passed)
        weights[rows] = begun.weights[:, : sides.shape[1]]
        return Weighed(known, weights[self._order], calibrate(scores[some], target[some], known))


def _sides(known: Labels, target: NDArray[np.intp], also: Sequence[Collection[str]]) -> NDArray[np.int8]:
    """Return, for each message (row) and label or kind (column), whether it has it: 1 or -1."""
    places = {name: place for place, name in enumerate(known.names)}
    sides = np.full((len(target), len(known)), -1, dtype=np.int8)
    for number, others in enumerate(also):
        sides[number, [places[label] for label in others if label in places]] = 1
    sides[np.arange(len(target)), target] = 1
    if not known.kinds:
        return sides
    kinds = np.where(np.maximum.reduceat(sides, known.starts, axis=1) == 1, 1, -1)
    return np.hstack([sides, kinds.astype(np.int8)])


def _folds(
    samples: Sequence[Prepared],
    sides: NDArray[np.int8],
    rows: int,
    folds: NDArray[np.intp],
    some: NDArray[np.intp],
    passes: int,
    passed: Callable[[], None],
) -> tuple[Machines, Floats]:
    """Return machines from all samples but a fold, on average, and the scores of ``some`` by those without their fold.

    Each sample is missing in one of them, so that they are summed and divided by one less.
    """
    scores = np.zeros(sides.shape, dtype=np.float32)
    found, others = (Machines.blank(len(samples), rows, sides.shape[1]) for _ in range(2))
    numbers = np.unique(folds)
    for number in numbers:
        seen = np.flatnonzero(folds != number)
        if (sides[seen] == 1).all(axis=0).any():
            raise TrainingError("with some held out for calibration, a single label is left: write more for each label")
        for learnt in others:
            learnt[:] = 0
        blank = Machines(others.weights, others.sizes[: len(seen)])
        settled = fit([samples[place] for place in seen.tolist()], sides[seen], blank, passes, passed=passed)
        for place in some[folds[some] == number].tolist():
            known = others.weights[samples[place].rows]
            known[-1] = settled
            scores[place] = (samples[place].values @ known)[: sides.shape[1]]
        found.weights[:] += others.weights
        found.sizes[seen] += blank.sizes
    found.weights[:] /= len(numbers) - 1
    found.sizes[:] /= len(numbers) - 1
    return found, scores
