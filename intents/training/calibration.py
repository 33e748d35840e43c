"""Makes scores probabilities: multinomial Platt scaling on what machines say of samples that they did not see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from intents.classifier.model import KIND_SHARE, LEAST_TOTAL, MOST_MOVED, Labels
from intents.classifier.vocabulary import Floats

SEED = 0
STEPS = 60
FLAT = 1e-6
"""A slope below it, or a step that gains less, is the end of the search."""

Numbers = NDArray[np.float64]
Loss = Callable[[Numbers], tuple[float, Numbers]]


class Calibration(Struct, frozen=True):
    """What turns scores into probabilities: a factor for labels, one for kinds, and a bias for each kind."""

    sharpness: float
    kind_sharpness: float
    bias: NDArray[Any]

    def of_columns(self, labels: Labels) -> tuple[Numbers, Numbers]:
        """Return the factor and the bias of each column: of each label, then of each kind."""
        sizes = (len(labels), len(labels.kinds))
        sharp = np.repeat([self.sharpness, self.kind_sharpness], sizes)
        return sharp, np.concatenate([np.zeros(sizes[0]), self.bias])


def fold_numbers(groups: Sequence[str], count: int, folds: int) -> NDArray[np.intp]:
    """Return the fold of each of ``count`` samples: groups stay together, and where they were.

    Dealt by size, a few samples more moved most groups, and with them the calibration. Only where all of a few groups
    would be in one fold, without which nothing is left, are they dealt, in the order of their names.
    """
    if len(set(groups)) < folds:
        return np.random.default_rng(SEED).permutation(count) % folds
    number = {group: crc32(group.encode()) % folds for group in groups}
    if len(set(number.values())) < 2:
        number = {group: place % folds for place, group in enumerate(sorted(number))}
    return np.array([number[group] for group in groups])


def calibrate(scores: Floats, target: NDArray[np.intp], labels: Labels) -> Calibration:
    """Return the calibration under which the probabilities of ``target`` (places in ``labels.names``) are likeliest.

    ``scores`` has a row for each sample, with columns for the labels and then for their kinds.
    """
    exact = scores.astype(np.float64)
    start = np.array([7.0, 3.0, *np.zeros(len(labels.kinds))]) if labels.kinds else np.array([5.0])
    found = _calibration(descend(lambda numbers: _loss(numbers, exact, target, labels), start))
    return replace(found, bias=found.bias.astype(np.float32))


def descend(loss: Loss, start: Numbers) -> Numbers:
    """Return where ``loss`` (a value and its slopes) is least, searched from ``start`` by the BFGS method."""
    here, (value, slope) = start, loss(start)
    inverse = np.eye(len(start))
    for _ in range(STEPS):
        if np.abs(slope).max() < FLAT:
            break
        direction = -inverse @ slope
        length = 1.0
        while True:
            there = here + length * direction
            lower, next_slope = loss(there)
            if lower <= value + 1e-4 * length * (slope @ direction):
                break
            length /= 2
            if length < FLAT:
                return here
        moved, turned = there - here, next_slope - slope
        if (bent := moved @ turned) > 0:
            shift = np.eye(len(start)) - np.outer(moved, turned) / bent
            inverse = shift @ inverse @ shift.T + np.outer(moved, moved) / bent
        gained = value - lower
        here, value, slope = there, lower, next_slope
        if gained < FLAT * FLAT:
            break
    return here


def _calibration(numbers: Numbers) -> Calibration:
    return Calibration(float(numbers[0]), float(numbers[1]) if len(numbers) > 1 else 0.0, numbers[2:])


def _loss(numbers: Numbers, scores: Numbers, target: NDArray[np.intp], labels: Labels) -> tuple[float, Numbers]:
    """Return the mean surprise at ``target`` under a calibration, and its slope by each number of that."""
    count, rows = len(labels), np.arange(len(target))
    calibration = _calibration(numbers)
    error = chances(scores, labels, calibration)
    value = float(-np.log(np.maximum(error[rows, target], 1e-12)).mean())
    error[rows, target] -= 1
    own = scores[:, :count]
    if not labels.kinds:
        return value, np.array([(error * own).sum() / len(rows)])
    kinds = scores[:, count:]
    by_kind = np.add.reduceat(error, labels.starts, axis=1)
    parts = np.split(own, labels.starts[1:], axis=1)
    typical = np.column_stack([(softmax(calibration.sharpness * part) * part).sum(axis=1) for part in parts])
    sharpness = (error * own).sum() - KIND_SHARE * (by_kind * typical).sum()
    slopes = [sharpness, KIND_SHARE * (by_kind * kinds).sum(), *(KIND_SHARE * by_kind.sum(axis=0))]
    return value, np.array(slopes) / len(rows)


def chances(scores: NDArray[Any], labels: Labels, calibration: Calibration) -> NDArray[Any]:
    """Return the probability of each label of many messages, a row each, as the classifier returns a single one's."""
    count = len(labels)
    found = _relative(calibration.sharpness * scores[:, :count])
    if labels.kinds:
        total = np.maximum(np.add.reduceat(found, labels.starts, axis=1), LEAST_TOTAL)
        own = calibration.kind_sharpness * scores[:, count:] + calibration.bias
        moved = KIND_SHARE * (own - np.maximum.reduce(own, axis=1, keepdims=True))
        moved = np.exp(np.maximum(moved, -MOST_MOVED)) * total**-KIND_SHARE
        found *= moved.repeat(labels.sizes, axis=1)
    return _shares(found)


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    """Return ``scores`` as probabilities along the last axis."""
    return _shares(_relative(scores))


def _relative(scores: NDArray[Any]) -> NDArray[Any]:
    """Return how much likelier ``scores`` are than the likeliest of them."""
    return np.asarray(np.exp(scores - np.maximum.reduce(scores, axis=-1, keepdims=True)))


def _shares(found: NDArray[Any]) -> NDArray[Any]:
    found /= np.add.reduce(found, axis=-1, keepdims=True)
    return found
