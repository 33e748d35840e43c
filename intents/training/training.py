"""Trains classifiers from labelled messages. Needs the ``train`` extra (scikit-learn); the bot does not.

Method: TF-IDF of word and letter n-grams, one linear support vector machine for each label
and for each kind of label (https://scikit-learn.org/stable/modules/svm.html), then multinomial Platt scaling on
scores from cross-validation with whole writers held out.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from intents.classifier.features import BLOCKS, ngrams
from intents.classifier.model import Calibration, Classifier, Floats, Labels, chances, quantise, vectorise
from intents.text import fold

PENALTY = 0.5
"""The machine's C: chosen by cross-validation among 0.1, 0.3, 0.5 and 1 (intents/README.md)."""
FOLDS = 4
SEED = 0


class TrainingError(ValueError):
    """There is too little to learn from; the text says of what."""


def vocabulary(texts: Sequence[str], rarest: int = 1) -> tuple[NDArray[np.uint32], Floats]:
    """Return the n-grams to know, in order, and their smoothed inverse document frequencies.

    An n-gram must occur in as many texts as its block says, and in ``rarest`` at least.
    """
    found: list[list[NDArray[np.uint32]]] = [[] for _ in BLOCKS]
    for text in texts:
        grams = ngrams(fold(text))
        for names, some in zip(found, np.split(grams.names, np.cumsum(grams.sizes)[:-1]), strict=True):
            names.append(some)
    kept = []
    for block, names in zip(BLOCKS, found, strict=True):
        distinct, counts = np.unique(np.concatenate(names), return_counts=True)
        enough = counts >= max(block.least, rarest)
        kept.append((distinct[enough], counts[enough]))
    known, first = np.unique(np.concatenate([names for names, _ in kept]), return_index=True)
    seen = np.concatenate([counts for _, counts in kept])[first]
    return known, (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)


def matrix(texts: Sequence[str], names: NDArray[np.uint32], idf: Floats) -> csr_matrix:
    """Return the TF-IDF values of ``texts``, a row each."""
    vectors = [vectorise(ngrams(fold(text)), names, idf) for text in texts]
    lengths = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    return csr_matrix(
        (np.concatenate([values for _, values in vectors]), np.concatenate([rows for rows, _ in vectors]), lengths),
        shape=(len(texts), len(names)),
    )


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    groups: Sequence[str] | None = None,
    *,
    rarest: int = 1,
) -> Classifier:
    """Return a classifier for ``labels``.

    ``groups`` (the writers) are held out whole when the scores are calibrated, so that the probabilities
    hold for people who write unlike the samples; without groups the folds are random.
    Raises TrainingError where the texts are too few for that.
    """
    known = Labels.of(labels)
    if len(known) < 2:
        raise TrainingError(
            "all have the same label, and two at least must be told apart" if texts else "there are none"
        )
    target = np.searchsorted(known.names, labels)
    names, idf = vocabulary(texts, rarest)
    if not len(names):
        raise TrainingError("too few words stand in them often enough")
    data = matrix(texts, names, idf)
    folds = fold_numbers(groups or [], len(texts))
    scores = held_out_scores(data, target, len(known), folds)
    weights, offset = _fit(data, target, len(known))
    if known.kinds:
        scores = np.hstack([scores, held_out_scores(data, known.places[target], len(known.kinds), folds)])
        kind_weights, kind_offset = _fit(data, known.places[target], len(known.kinds))
        weights, offset = np.hstack([weights, kind_weights]), np.hstack([offset, kind_offset])
    small, scale = quantise(weights)
    return Classifier(known, names, idf, small, scale, offset, calibrate(scores, target, known))


def fold_numbers(groups: Sequence[str], count: int, folds: int = FOLDS) -> NDArray[np.intp]:
    """Return the fold of each of ``count`` samples: groups stay together, the largest are dealt first."""
    if len(set(groups)) < folds:
        return np.random.default_rng(SEED).permutation(count) % folds
    names, sizes = np.unique(groups, return_counts=True)
    load = np.zeros(folds)
    number: dict[str, int] = {}
    for index in np.argsort(-sizes, kind="stable"):
        number[str(names[index])] = int(load.argmin())
        load[load.argmin()] += sizes[index]
    return np.array([number[group] for group in groups])


def held_out_scores(data: csr_matrix, target: NDArray[np.intp], labels: int, folds: NDArray[np.intp]) -> Floats:
    """Return each sample's scores from a machine that did not see its fold."""
    scores = np.zeros((len(target), labels), dtype=np.float32)
    for number in np.unique(folds):
        held = folds == number
        weights, offset = _fit(data[~held], target[~held], labels)
        scores[held] = data[held] @ weights + offset
    return scores


def calibrate(scores: Floats, target: NDArray[np.intp], labels: Labels) -> Calibration:
    """Return the calibration under which the probabilities of ``target`` (places in ``labels.names``) are likeliest.

    ``scores`` has a row for each sample, with columns for the labels and then for their kinds.
    """
    exact = scores.astype(np.float64)  # the search for the best takes differences of tiny changes
    rows = np.arange(len(target))

    def unpack(numbers: NDArray[np.float64]) -> Calibration:
        return Calibration(float(numbers[0]), float(numbers[1]), numbers[2:].astype(np.float32))

    def loss(numbers: NDArray[np.float64]) -> float:
        calibration = Calibration(float(numbers[0]), float(numbers[1]), numbers[2:])
        return float(-np.log(np.maximum(chances(exact, labels, calibration)[rows, target], 1e-12)).mean())

    start = np.array([7.0, 3.0, *np.zeros(len(labels.kinds))]) if labels.kinds else np.array([5.0, 0.0])
    return unpack(minimize(loss, start, method="L-BFGS-B").x)


def _fit(data: csr_matrix, target: NDArray[np.intp], labels: int) -> tuple[Floats, Floats]:
    if len(np.unique(target)) < 2:
        raise TrainingError("with some held out for calibration, a single label is left: write more for each label")
    machine = LinearSVC(C=PENALTY, random_state=SEED)
    with warnings.catch_warnings():
        # A fold may stop at the iteration limit; its scores only serve calibration.
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(data, target)
    weights = np.zeros((data.shape[1], labels), dtype=np.float32)
    offset = np.full(labels, -1.0, dtype=np.float32)
    if len(machine.classes_) == 2:
        weights[:, machine.classes_] = np.column_stack([-machine.coef_[0], machine.coef_[0]])
        offset[machine.classes_] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        weights[:, machine.classes_] = machine.coef_.T
        offset[machine.classes_] = machine.intercept_
    return weights, offset
