"""A trained classifier for one language: n-gram weights, and the calibration that makes scores probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from intents.classifier.features import Grams
from intents.classifier.rows import PAGE, Rows
from intents.classifier.vocabulary import Floats, Vector, Vocabulary

KIND_SHARE = 0.5
"""How far a kind's total evidence is moved from what the labels' machines say to what the kinds' machines say.
Half way is best by cross-validation: log loss 0.56 against 0.60 for either alone (intents/README.md)."""

LEAST_TOTAL = 1e-300
MOST_MOVED = 300.0
"""How far (as a logarithm) a kind's total is moved at most: beyond it nothing is left to be divided."""


class Labels(Struct, frozen=True):
    """Labels in a fixed order, their kinds (the part before the slash), and each label's place among the kinds.

    Labels that are all of one kind, or all of different kinds, have no kinds worth telling apart: then there
    are none, and every place is 0.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    places: NDArray[np.intp]
    starts: NDArray[np.intp]
    """The place of each kind's first label: labels of a kind stand together, since they are in order."""

    @classmethod
    def of(cls, labels: Sequence[str]) -> Labels:
        """Return the distinct ``labels`` in order."""
        names = tuple(sorted(set(labels)))
        kinds, places = np.unique([name.partition("/")[0] for name in names], return_inverse=True)
        if len(kinds) in (1, len(names)):
            return cls(names, (), np.zeros(len(names), dtype=np.intp), np.zeros(0, dtype=np.intp))
        return cls(names, tuple(str(kind) for kind in kinds), places, np.searchsorted(places, np.arange(len(kinds))))

    def __len__(self) -> int:
        return len(self.names)


class Calibration(Struct, frozen=True):
    """What turns scores into probabilities: a factor for labels, one for kinds, and a bias for each kind."""

    sharpness: float
    kind_sharpness: float
    bias: NDArray[Any]


class Told(NamedTuple):
    """What a message is told to mean.

    ``chances`` has the calibrated probability of each label, in the order of their names: they sum to 1. ``points`` has
    a score for each point, or none of a message without words.
    """

    chances: NDArray[np.float64]
    points: NDArray[np.float64]


class Classifier(Struct, frozen=True):
    """A linear head over n-grams, for labels and for the kinds of label (the part before the slash).

    ``weights`` has a row for each n-gram of the ``vocabulary``, with a column for each label, then for each kind, and
    then for each of the ``points`` that are told beside them; ``offset`` is added to the scores.
    """

    labels: Labels
    vocabulary: Vocabulary
    weights: Rows
    offset: Floats
    calibration: Calibration
    points: tuple[str, ...] = ()

    def with_points(self, other: Classifier) -> Classifier:
        """Return a classifier that tells the labels of ``other``, which has the same vocabulary, as points beside."""
        names = other.labels.names
        weights, offset = self.weights.beside(other.weights, len(names)), other.offset[: len(names)]
        return replace(self, weights=weights, offset=np.concatenate([self.offset, offset]), points=names)

    def scores(self, vector: Vector) -> NDArray[np.float64]:
        """Return a score for each label, then each kind, then each point; higher is likelier."""
        found = self.weights.sum(*vector)
        found += self.offset
        return found

    def of(self, vector: Vector) -> Told:
        """Return what a message is told to mean."""
        scores, count = self.scores(vector), len(self.labels) + len(self.labels.kinds)
        # What has no words has a length all the same.
        points = scores[count:] if len(vector[0]) > 1 else scores[:0]
        return Told(chances(scores[:count], self.labels, self.calibration), points)

    def probabilities(self, grams: Grams) -> NDArray[np.float64]:
        """Return the probabilities of a message's labels."""
        return self.of(self.vocabulary.vector(grams)).chances

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the classifier as named arrays for a model file."""
        calibration = self.calibration
        numbers = np.array([calibration.sharpness, calibration.kind_sharpness, *calibration.bias], dtype=np.float32)
        return {
            f"{prefix}.names": self.vocabulary.names,
            f"{prefix}.worth": self.vocabulary.units,
            f"{prefix}.rarity": np.array([self.vocabulary.unit, self.vocabulary.rarest], dtype=np.float32),
            f"{prefix}.labels": pack_text("\n".join(self.labels.names)),
            f"{prefix}.points": pack_text("\n".join(self.points)),
            f"{prefix}.lengths": self.weights.lengths,
            f"{prefix}.columns": self.weights.columns,
            f"{prefix}.units": self.weights.units,
            f"{prefix}.scale": self.weights.scale,
            f"{prefix}.offset": self.offset,
            f"{prefix}.calibration": numbers,
        }

    @classmethod
    def from_arrays(cls, prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Classifier:
        """Return the classifier that :meth:`to_arrays` wrote.

        Raises KeyError where an array is missing, ValueError where one does not fit the others.
        """
        stored = unpack_text(arrays[f"{prefix}.labels"]).split("\n")
        labels = Labels.of(stored)
        points = tuple(filter(None, unpack_text(arrays[f"{prefix}.points"]).split("\n")))
        names = arrays[f"{prefix}.names"]
        columns = len(labels) + len(labels.kinds) + len(points)

        def array(part: str, kind: str, *shape: int) -> NDArray[Any]:
            found = arrays[f"{prefix}.{part}"]
            if found.dtype != kind or found.shape != shape:
                raise ValueError(f"{prefix}.{part} does not fit")
            if found.dtype.kind == "f" and not np.isfinite(found).all():
                raise ValueError(f"{prefix}.{part} is not all numbers")
            return found

        if not names.size or labels.names != tuple(stored) or (names[1:] <= names[:-1]).any():
            raise ValueError(f"{prefix} is not in order")
        numbers = array("calibration", "float32", 2 + len(labels.kinds))
        kept = arrays[f"{prefix}.columns"].size
        lengths = array("lengths", "uint8", names.size, -(-columns // PAGE))
        if lengths.sum() != kept:
            raise ValueError(f"{prefix}.lengths do not fit")
        own = array("columns", "uint8", kept)
        weights = Rows(lengths, own, array("units", "int8", kept), array("scale", "float32", columns))
        if not weights.fits():
            raise ValueError(f"{prefix} has no such column")
        unit, rarest = array("rarity", "float32", 2)
        worth = array("worth", "uint8", names.size)
        return cls(
            labels=labels,
            vocabulary=Vocabulary(array("names", "uint32", names.size), worth, unit, float(rarest)),
            weights=weights,
            offset=array("offset", "float32", columns),
            calibration=Calibration(float(numbers[0]), float(numbers[1]), numbers[2:]),
            points=points,
        )


def pack_text(text: str) -> NDArray[np.uint8]:
    """Return ``text`` as an array for a model file."""
    return np.frombuffer(text.encode(), dtype=np.uint8)


def unpack_text(array: NDArray[Any]) -> str:
    """Return the text that :func:`pack_text` packed. Raises ValueError where it is none."""
    if array.dtype != np.uint8 or array.ndim != 1:
        raise ValueError("no text")
    return array.tobytes().decode()


def chances(scores: NDArray[Any], labels: Labels, calibration: Calibration) -> NDArray[Any]:
    """Return the probability of each label (last axis) from ``scores`` (labels, then kinds).

    The softmax of the labels' scores, in which each kind's total is moved half way to the kind's own evidence:
    the geometric mean of a flat and a two-stage classifier.
    """
    count = len(labels)
    found = _relative(calibration.sharpness * scores[..., :count])
    if labels.kinds:
        # A kind that is next to impossible may be nothing beside the likeliest.
        total = np.maximum(np.add.reduceat(found, labels.starts, axis=-1), LEAST_TOTAL)
        own = calibration.kind_sharpness * scores[..., count:] + calibration.bias
        moved = np.minimum(np.maximum(KIND_SHARE * (own - np.log(total)), -MOST_MOVED), MOST_MOVED)
        found *= np.exp(moved).take(labels.places, axis=-1)
    return _shares(found)


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    """Return ``scores`` as probabilities along the last axis."""
    return _shares(_relative(scores))


def _shares(found: NDArray[Any]) -> NDArray[Any]:
    found /= np.add.reduce(found, axis=-1, keepdims=True)
    return found


def _relative(scores: NDArray[Any]) -> NDArray[Any]:
    """Return how much likelier ``scores`` are than the least unlikely of them."""
    return np.asarray(np.exp(scores - np.maximum.reduce(scores, axis=-1, keepdims=True)))
