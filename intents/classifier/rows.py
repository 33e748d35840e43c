"""The weights of a classifier, row by row: only those that matter, in 8 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST_UNIT = 3
"""A weight smaller than this (of 127 that the largest of its column has) is none."""


class Rows(Struct, frozen=True):
    """A matrix of which most is nothing.

    Row ``n`` has ``units[starts[n]:starts[n + 1]]`` in the ``columns`` of the same places; ``scale`` is one a column.
    """

    starts: NDArray[np.uint32]
    columns: NDArray[Any]
    units: NDArray[np.int8]
    scale: Floats

    @classmethod
    def of(cls, weights: Floats) -> Rows:
        """Return ``weights`` (rows by columns) without what hardly counts."""
        scale = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)) / np.float32(127)
        units = np.round(weights / scale).astype(np.int8)
        kept = np.abs(units) >= LEAST_UNIT
        starts = np.concatenate([[0], kept.sum(axis=1).cumsum()]).astype(np.uint32)
        width = column_kind(weights.shape[1])
        return cls(starts, np.nonzero(kept)[1].astype(width), units[kept], scale.astype(np.float32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def sum(self, rows: NDArray[np.intp], values: Floats) -> Floats:
        """Return the sum of ``rows``, each times its value."""
        starts = self.starts.take(rows).astype(np.intp)
        lengths = self.starts.take(rows + 1) - starts
        ends = lengths.cumsum()
        whole = int(ends[-1]) if len(ends) else 0
        places = np.arange(whole) + (starts + lengths - ends).repeat(lengths)
        weighed = self.units.take(places) * values.repeat(lengths)
        raw = np.bincount(self.columns.take(places), weighed, minlength=len(self.scale))
        return (raw * self.scale).astype(np.float32)


def column_kind(columns: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that numbers so many columns."""
    return np.uint8 if columns <= 1 << 8 else np.uint16
