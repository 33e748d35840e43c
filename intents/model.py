"""A trained classifier for one language: n-gram weights, and the calibration that makes scores probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.features import Names, Weights, ngrams

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Classifier:
    """A linear head over n-grams.

    ``names`` are the known n-grams' CRC-32s in order; ``idf`` their inverse document frequencies;
    ``weights`` one row of 8-bit weights for each n-gram, in units of ``scale`` (one for each label);
    ``offset`` is added to the scores. A probability is the softmax of ``sharpness * score + bias``.
    """

    labels: tuple[str, ...]
    names: Names
    idf: Floats
    weights: NDArray[np.int8]
    scale: Floats
    offset: Floats
    sharpness: float
    bias: Floats

    def scores(self, text: str) -> Floats:
        """Return a score for each label, in the order of ``labels``; higher is likelier."""
        rows, values = vectorise(text, self.names, self.idf)
        raw = values @ self.weights[rows].astype(np.float32)
        return np.asarray(raw * self.scale + self.offset, dtype=np.float32)

    def probabilities(self, text: str) -> Floats:
        """Return the calibrated probability of each label (they sum to 1)."""
        return softmax(self.sharpness * self.scores(text) + self.bias)

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the classifier as named arrays for a model file."""
        return {
            f"{prefix}.labels": np.frombuffer("\n".join(self.labels).encode(), dtype=np.uint8),
            f"{prefix}.names": self.names,
            f"{prefix}.idf": self.idf.astype(np.float16),
            f"{prefix}.weights": self.weights,
            f"{prefix}.scale": self.scale,
            f"{prefix}.offset": self.offset,
            f"{prefix}.bias": np.append(self.bias, np.float32(self.sharpness)),
        }

    @classmethod
    def from_arrays(cls, prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Classifier:
        """Return the classifier that :meth:`to_arrays` wrote. Raises KeyError where an array is missing."""
        bias = arrays[f"{prefix}.bias"]
        return cls(
            labels=tuple(arrays[f"{prefix}.labels"].tobytes().decode().split("\n")),
            names=arrays[f"{prefix}.names"],
            idf=arrays[f"{prefix}.idf"].astype(np.float32),
            weights=arrays[f"{prefix}.weights"],
            scale=arrays[f"{prefix}.scale"],
            offset=arrays[f"{prefix}.offset"],
            sharpness=float(bias[-1]),
            bias=bias[:-1],
        )


def vectorise(text: str, names: Names, idf: Floats) -> tuple[NDArray[np.intp], Weights]:
    """Return the rows of the known n-grams in ``text`` and their TF-IDF values.

    Words and letters each have length 1 (Euclidean), so that neither outweighs the other.
    """
    word_names, word_counts, letter_names, letter_counts = ngrams(text)
    parts = [_weighed(word_names, word_counts, names, idf), _weighed(letter_names, letter_counts, names, idf)]
    return np.concatenate([rows for rows, _ in parts]), np.concatenate([values for _, values in parts])


def _weighed(found: Names, counts: Weights, names: Names, idf: Floats) -> tuple[NDArray[np.intp], Weights]:
    places = np.searchsorted(names, found)
    known = places < len(names)
    known[known] = names[places[known]] == found[known]
    rows = places[known]
    values = counts[known] * idf[rows]
    length = float(np.sqrt(values @ values))
    return rows, values / np.float32(length) if length else values


def softmax(scores: Floats) -> Floats:
    """Return ``scores`` as probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def quantise(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return ``weights`` (n-grams by labels) in 8 bits, and the unit of each label's column."""
    scale = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)) / 127
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


def order_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct labels in a fixed order."""
    return tuple(sorted(set(labels)))
