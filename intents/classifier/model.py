"""A trained classifier for one language: n-gram weights, and the calibration that makes scores probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from intents.classifier.features import BLOCKS, Grams, Names, Weights

Floats = NDArray[np.float32]


_BLOCK_NUMBERS = np.arange(len(BLOCKS))
_BLOCK_LENGTHS = np.array([block.length for block in BLOCKS])
_TINY = np.finfo(np.float32).tiny
"""In place of the length of a block of which nothing is known: no value is divided by it."""

KIND_SHARE = 0.5
"""How far a kind's total evidence is moved from what the labels' machines say to what the kinds' machines say.
Half way is best by cross-validation: log loss 0.56 against 0.60 for either alone (intents/README.md)."""


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


class Classifier(Struct, frozen=True):
    """A linear head over n-grams, for labels and for the kinds of label (the part before the slash).

    ``names`` are the known n-grams' CRC-32s in order; ``idf`` their inverse document frequencies;
    ``weights`` one row of 8-bit weights for each n-gram, in units of ``scale``, with a column for each
    label and then for each kind; ``offset`` is added to the scores.
    """

    labels: Labels
    names: Names
    idf: Floats
    weights: NDArray[np.int8]
    scale: Floats
    offset: Floats
    calibration: Calibration

    def scores(self, grams: Grams) -> Floats:
        """Return a score for each label and then each kind; higher is likelier."""
        rows, values = vectorise(grams, self.names, self.idf)
        raw = values @ self.weights.take(rows, axis=0).astype(np.float32)
        return np.asarray(raw * self.scale + self.offset, dtype=np.float32)

    def probabilities(self, grams: Grams) -> Floats:
        """Return the calibrated probability of each label, in the order of ``labels.names``; they sum to 1."""
        found: Floats = chances(self.scores(grams), self.labels, self.calibration)
        return found

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the classifier as named arrays for a model file."""
        calibration = self.calibration
        numbers = np.array([calibration.sharpness, calibration.kind_sharpness, *calibration.bias], dtype=np.float32)
        return {
            f"{prefix}.labels": pack_text("\n".join(self.labels.names)),
            f"{prefix}.names": self.names,
            f"{prefix}.idf": self.idf.astype(np.float16),
            f"{prefix}.weights": self.weights,
            f"{prefix}.scale": self.scale,
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
        names = arrays[f"{prefix}.names"]
        columns = len(labels) + len(labels.kinds)

        def array(part: str, kind: str, *shape: int) -> NDArray[Any]:
            found = arrays[f"{prefix}.{part}"]
            if found.dtype != kind or found.shape != shape:
                raise ValueError(f"{prefix}.{part} does not fit")
            if found.dtype.kind == "f" and not np.isfinite(found).all():
                raise ValueError(f"{prefix}.{part} is not all numbers")
            return found

        if labels.names != tuple(stored) or (names[1:] <= names[:-1]).any():
            raise ValueError(f"{prefix} is not in order")
        numbers = array("calibration", "float32", 2 + len(labels.kinds))
        return cls(
            labels=labels,
            names=array("names", "uint32", names.size),
            idf=array("idf", "float16", names.size).astype(np.float32),
            weights=array("weights", "int8", names.size, columns),
            scale=array("scale", "float32", columns),
            offset=array("offset", "float32", columns),
            calibration=Calibration(float(numbers[0]), float(numbers[1]), numbers[2:]),
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
    evidence = calibration.sharpness * scores[..., :count]
    if labels.kinds:
        top = np.maximum.reduceat(evidence, labels.starts, axis=-1)
        total = top + np.log(np.add.reduceat(np.exp(evidence - top[..., labels.places]), labels.starts, axis=-1))
        own = calibration.kind_sharpness * scores[..., count:] + calibration.bias
        evidence += (KIND_SHARE * (own - total))[..., labels.places]
    return softmax(evidence)


def vectorise(grams: Grams, names: Names, idf: Floats) -> tuple[NDArray[np.intp], Weights]:
    """Return the rows of the known ones among ``grams`` and their TF-IDF values.

    Each block has its own length (Euclidean), so that none outweighs another by sheer number.
    """
    if not len(names):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
    places = names.searchsorted(grams.names)
    known = names.take(places, mode="clip") == grams.names
    rows, blocks = places[known], _BLOCK_NUMBERS.repeat(grams.sizes)[known]
    values = grams.weights[known] * idf[rows]
    lengths = np.sqrt(np.bincount(blocks, values * values, minlength=len(BLOCKS)))
    factors = _BLOCK_LENGTHS / np.maximum(lengths, _TINY)
    return rows, (values * factors[blocks]).astype(np.float32)


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    """Return ``scores`` as probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def quantise(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return ``weights`` (n-grams by labels) in 8 bits, and the unit of each label's column."""
    scale = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)) / 127
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)
