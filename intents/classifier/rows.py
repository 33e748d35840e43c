"""The weights of a classifier, row by row: only those that matter, in 8 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Rows:
    """A matrix of which most is nothing.

    ``lengths`` says how many ``units`` each row has, each of which is in the one of ``columns`` at its place, and
    ``scale`` has one a column.
    """

    def __init__(self, lengths: NDArray[Any], columns: NDArray[Any], units: NDArray[np.int8], scale: Floats) -> None:
        self.lengths = lengths
        self.columns = columns
        self.units = units
        self.scale = scale
        self._ends = lengths.cumsum(dtype=np.int32)

    @classmethod
    def of(cls, weights: Floats, least: NDArray[np.int8]) -> Rows:
        """Return ``weights`` (rows by columns) without what is less than ``least`` units, row by row.

        The largest of a column has 127 units.
        """
        scale = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)) / np.float32(127)
        units = np.round(weights / scale).astype(np.int8)
        kept = np.abs(units) >= least[:, None]
        lengths = kept.sum(axis=1).astype(length_kind(weights.shape[1]))
        columns = np.nonzero(kept)[1].astype(column_kind(weights.shape[1]))
        return cls(lengths, columns, units[kept], scale.astype(np.float32))

    def __len__(self) -> int:
        return len(self.lengths)

    def sum(self, rows: NDArray[np.intp], values: Floats) -> NDArray[np.float64]:
        """Return the sum of ``rows``, each times its value."""
        lengths = self.lengths.take(rows)
        behind = lengths.cumsum(dtype=np.int32)
        whole = int(behind[-1]) if len(behind) else 0
        places = (self._ends.take(rows) - behind).repeat(lengths)
        places += np.arange(whole, dtype=np.int32)
        weighed = self.units.take(places) * values.repeat(lengths)
        summed: NDArray[Any] = np.bincount(self.columns.take(places), weighed, minlength=len(self.scale))
        # Of nothing they are whole numbers.
        found: NDArray[np.float64] = summed * self.scale
        return found


def column_kind(columns: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that numbers so many columns."""
    return np.uint8 if columns <= 1 << 8 else np.uint16


def length_kind(columns: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that counts so many columns."""
    return column_kind(columns + 1)
