"""A trained classifier for one language: n-gram weights, calibrated so that scores make probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from intents.classifier.features import Grams
from intents.classifier.rows import PAGE, Rows
from intents.classifier.vocabulary import Vector, Vocabulary

KIND_SHARE = 0.5
"""How far a kind's total evidence is moved from what the labels' machines say to what the kinds' machines say.
Half way is best by cross-validation: log loss 0.56 against 0.60 for either alone (intents/README.md)."""

LEAST_TOTAL = 1e-300
MOST_MOVED = 300.0
"""How far (as a logarithm) a kind is moved behind the others at most: beyond it nothing may be left of any."""


class Labels(Struct, frozen=True):
    """Labels in a fixed order, and their kinds (the part before the slash).

    Labels that are all of one kind, or all of different kinds, have no ``kinds`` worth telling apart: then there are
    none.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    every: tuple[str, ...]
    """All kinds, whether worth telling apart or not."""
    starts: NDArray[np.intp]
    """The place of each one's first label: labels of a kind stand together, since they are in order."""
    sizes: NDArray[np.intp]
    """How many labels each one has."""

    @classmethod
    def of(cls, labels: Sequence[str]) -> Labels:
        """Return the distinct ``labels`` in order."""
        names = tuple(sorted(set(labels)))
        kinds, starts, sizes = np.unique(
            [name.partition("/")[0] for name in names], return_index=True, return_counts=True
        )
        every = tuple(map(str, kinds))
        return cls(names, () if len(every) in (1, len(names)) else every, every, starts, sizes)

    def __len__(self) -> int:
        return len(self.names)


class Told(NamedTuple):
    """What a message is told to mean.

    ``chances`` has the calibrated probability of each label, in the order of their names: they sum to 1. ``kinds`` has
    what those of a kind sum to. ``points`` has a score for each point, or none of a message without words.
    """

    chances: NDArray[np.float64]
    kinds: Mapping[str, float]
    points: NDArray[np.float64]

    def sum(self, kind: str) -> float:
        """Return the probability of all labels of a kind together."""
        return self.kinds.get(kind, 0.0)


class Classifier(Struct, frozen=True):
    """A linear head over n-grams, for labels and for the kinds of label (the part before the slash).

    ``weights`` has a row for each n-gram of the ``vocabulary``, with a column for each label, then for each kind, and
    then for each of the ``points`` that are told beside them; ``offset`` is added to the scores. Both are calibrated:
    as sharp, and each kind as likely, as probabilities must be.
    """

    labels: Labels
    vocabulary: Vocabulary
    weights: Rows
    offset: NDArray[np.float64]
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
        """Return what a message is told to mean.

        The softmax of the labels' scores, in which each kind's total is moved half way to the kind's own evidence:
        the geometric mean of a flat and a two-stage classifier.
        """
        labels, scores = self.labels, self.scores(vector)
        count = len(labels.names)
        behind = count + len(labels.kinds)
        found: NDArray[np.float64] = scores[:count]
        found = np.exp(found - np.maximum.reduce(found))
        totals: list[float] = np.add.reduceat(found, labels.starts).tolist()
        moved = [1.0] * len(totals)
        if labels.kinds:
            own = scores[count:behind].tolist()
            most = max(own)
            # A kind that is next to impossible may be nothing beside the likeliest.
            moved = [
                exp(max(KIND_SHARE * (evidence - most), -MOST_MOVED)) * (total or LEAST_TOTAL) ** -KIND_SHARE
                for evidence, total in zip(own, totals, strict=True)
            ]
        shares = [total * times for total, times in zip(totals, moved, strict=True)]
        whole = sum(shares)
        found *= np.array([times / whole for times in moved]).repeat(labels.sizes)
        kinds = {kind: share / whole for kind, share in zip(labels.every, shares, strict=True)}
        # What has no words has a length all the same.
        return Told(found, kinds, scores[behind:] if len(vector[0]) > 1 else scores[:0])

    def probabilities(self, grams: Grams) -> NDArray[np.float64]:
        """Return the probabilities of a message's labels."""
        return self.of(self.vocabulary.vector(grams)).chances

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the classifier as named arrays for a model file."""
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
        kept = arrays[f"{prefix}.columns"].size
        lengths = array("lengths", "uint8", names.size, -(-columns // PAGE))
        if lengths.sum() != kept:
            raise ValueError(f"{prefix}.lengths do not fit")
        own = array("columns", "uint8", kept)
        weights = Rows(lengths, own, array("units", "int8", kept), array("scale", "float64", columns))
        if not weights.fits():
            raise ValueError(f"{prefix} has no such column")
        unit, rarest = array("rarity", "float32", 2)
        worth = array("worth", "uint8", names.size)
        return cls(
            labels=labels,
            vocabulary=Vocabulary(array("names", "uint32", names.size), worth, unit, float(rarest)),
            weights=weights,
            offset=array("offset", "float64", columns),
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
