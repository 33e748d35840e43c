"""The weights of a classifier, row by row: only those that matter, in 8 bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Rows(Struct, frozen=True):
    """A matrix of which most is nothing.

    Row ``n`` has ``units[starts[n]:starts[n + 1]]`` in the ``columns`` of the same places; ``scale`` is one a column.
    """

    starts: NDArray[Any]
    columns: NDArray[Any]
    units: NDArray[np.int8]
    scale: Floats

    @classmethod
    def of(cls, weights: Floats, least: NDArray[np.int8]) -> Rows:
        """Return ``weights`` (rows by columns) without what is less than ``least`` units, row by row.

        The largest of a column has 127 units.
        """
        scale = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)) / np.float32(127)
        units = np.round(weights / scale).astype(np.int8)
        kept = np.abs(units) >= least[:, None]
        starts = np.concatenate([[0], kept.sum(axis=1).cumsum()])
        columns = np.nonzero(kept)[1].astype(column_kind(weights.shape[1]))
        return cls(starts.astype(start_kind(int(starts[-1]))), columns, units[kept], scale.astype(np.float32))

    @classmethod
    def side_by_side(cls, parts: Sequence[Rows], scale: Floats) -> Rows:
        """Return ``parts``, which have the same rows, as one matrix; ``scale`` may name columns more that are empty."""
        ends = np.cumsum([len(part.scale) for part in parts])
        rows = np.concatenate([np.arange(len(part)).repeat(np.diff(part.starts)) for part in parts])
        order = rows.argsort(kind="stable")
        shifted = [part.columns + (end - len(part.scale)) for part, end in zip(parts, ends, strict=True)]
        columns = np.concatenate(shifted)[order].astype(column_kind(len(scale)))
        starts = np.searchsorted(rows[order], np.arange(len(parts[0]) + 1)).astype(start_kind(len(rows)))
        return cls(starts, columns, np.concatenate([part.units for part in parts])[order], scale)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def sum(self, rows: NDArray[np.intp], values: Floats) -> NDArray[np.float64]:
        """Return the sum of ``rows``, each times its value."""
        starts, ends = self.starts.take(rows), self.starts.take(rows + 1)
        lengths = ends - starts
        behind = lengths.cumsum(dtype=np.int32)
        whole = int(behind[-1]) if len(behind) else 0
        places = np.arange(whole, dtype=np.int32)
        places += (ends - behind).repeat(lengths)
        weighed = self.units.take(places) * values.repeat(lengths)
        summed: NDArray[Any] = np.bincount(self.columns.take(places), weighed, minlength=len(self.scale))
        found: NDArray[np.float64] = summed * self.scale
        return found


def start_kind(kept: int) -> type[np.integer[Any]]:
    """Return the smallest type that numbers so many weights."""
    return np.uint16 if kept < 1 << 16 else np.int32


def column_kind(columns: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest type that numbers so many columns."""
    return np.uint8 if columns <= 1 << 8 else np.uint16
