"""The weights of a classifier, row by row: only those that matter, in 8 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST_UNIT = 5
"""A weight smaller than this (of 127 that the largest of its column has) is none."""
DENSE = 3
"""A row of which one part in so many is something is kept whole: that is quicker to sum, and no larger in all."""
MOST_DENSE = (1 << 16) - 1


class Rows(Struct, frozen=True):
    """A matrix of which most is nothing; the rows of which more is something are whole in ``dense``.

    Row ``n`` is ``dense[places[n]]``, of which the last row is nothing, and besides has
    ``units[starts[n]:starts[n + 1]]`` in the ``columns`` of the same places; ``scale`` is one a column.
    """

    starts: NDArray[np.uint32]
    columns: NDArray[Any]
    units: NDArray[np.int8]
    scale: Floats
    dense: NDArray[np.int8]
    places: NDArray[np.uint16]

    @classmethod
    def of(cls, weights: Floats) -> Rows:
        """Return ``weights`` (rows by columns) without what hardly counts."""
        scale = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)) / np.float32(127)
        units = np.round(weights / scale).astype(np.int8)
        kept = np.abs(units) >= LEAST_UNIT
        whole = np.flatnonzero(DENSE * kept.sum(axis=1) >= weights.shape[1])[:MOST_DENSE]
        dense = np.zeros((len(whole) + 1, weights.shape[1]), dtype=np.int8)
        dense[:-1] = np.where(kept[whole], units[whole], 0)
        places = np.full(len(weights), len(whole), dtype=np.uint16)
        places[whole] = np.arange(len(whole))
        kept[whole] = False
        starts = np.concatenate([[0], kept.sum(axis=1).cumsum()]).astype(np.uint32)
        width = column_kind(weights.shape[1])
        columns = np.nonzero(kept)[1].astype(width)
        return cls(starts, columns, units[kept], scale.astype(np.float32), dense, places)

    def __len__(self) -> int:
        return len(self.places)

    def sum(self, rows: NDArray[np.intp], values: Floats) -> Floats:
        """Return the sum of ``rows``, each times its value."""
        raw = np.dot(values.astype(np.float64), self.dense.take(self.places.take(rows), axis=0))
        if len(self.columns):
            raw += self._sparse(rows, values)
        found: Floats = (raw * self.scale).astype(np.float32)
        return found

    def _sparse(self, rows: NDArray[np.intp], values: Floats) -> NDArray[Any]:
        starts = self.starts.take(rows).astype(np.intp)
        lengths = self.starts.take(rows + 1) - starts
        ends = lengths.cumsum()
        whole = int(ends[-1]) if len(ends) else 0
        places = np.arange(whole) + (starts + lengths - ends).repeat(lengths)
        weighed = self.units.take(places) * values.repeat(lengths)
        return np.bincount(self.columns.take(places), weighed, minlength=len(self.scale))


def column_kind(columns: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that numbers so many columns."""
    return np.uint8 if columns <= 1 << 8 else np.uint16
