"""The weights of a classifier, row by row: only those that matter, in 8 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Scale = NDArray[np.float64]
PAGE = 255
"""Columns that one byte numbers, and that one byte counts: further columns are on further pages."""


class Rows:
    """A matrix of which most is nothing.

    ``lengths`` says how many ``units`` each row (of the matrix) has on each page (of :data:`PAGE` columns); each unit
    is in the one of ``columns`` of its page at its place, and ``scale`` has one a column.
    """

    def __init__(
        self, lengths: NDArray[np.uint8], columns: NDArray[np.uint8], units: NDArray[np.int8], scale: Scale
    ) -> None:
        self.lengths = lengths
        self.columns = columns
        self.units = units
        self.scale = scale
        self._ends = lengths.ravel().cumsum(dtype=np.int32)[lengths.shape[1] - 1 :: lengths.shape[1]].copy()
        self._firsts = np.arange(0, len(scale), PAGE)[None]

    @classmethod
    def of(cls, weights: Floats, least: NDArray[np.int8]) -> Rows:
        """Return ``weights`` (rows by columns) without what is less than ``least`` units, row by row.

        The largest of a column has 127 units.
        """
        scale = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)) / np.float32(127)
        units = np.round(weights / scale).astype(np.int8)
        units[np.abs(units) < least[:, None]] = 0
        return cls._of_units(units, scale.astype(np.float64))

    @classmethod
    def _of_units(cls, units: NDArray[np.int8], scale: Scale) -> Rows:
        rows, columns = np.nonzero(units)
        starts = np.arange(0, len(scale), PAGE)
        lengths = np.add.reduceat(units != 0, starts, axis=1, dtype=np.uint8)
        return cls(lengths, (columns % PAGE).astype(np.uint8), units[rows, columns], scale)

    def __len__(self) -> int:
        return len(self.lengths)

    def fits(self) -> bool:
        """Say whether each unit is in a column that there is."""
        last = self.lengths[:, -1]
        rows = np.flatnonzero(last)
        bounds = np.stack([self._ends[rows] - last[rows], self._ends[rows]], axis=1).ravel()
        highest = np.maximum.reduceat(self.columns, bounds[bounds < len(self.columns)])[::2] if len(rows) else bounds
        width = len(self.scale) - PAGE * (self.lengths.shape[1] - 1)
        return bool(self.columns.max(initial=0) < PAGE and highest.max(initial=0) < width)

    def scaled(self, times: Scale) -> Rows:
        """Return the rows with each column so many times as large."""
        return Rows(self.lengths, self.columns, self.units, self.scale * times)

    def beside(self, other: Rows, columns: int) -> Rows:
        """Return as many rows with the first ``columns`` of ``other`` behind the own ones."""
        units = np.hstack([self._all_units(), other._all_units()[:, :columns]])
        return self._of_units(units, np.concatenate([self.scale, other.scale[:columns]]))

    def _all_units(self) -> NDArray[np.int8]:
        pages = self.lengths.shape[1]
        rows, firsts = np.arange(len(self)).repeat(pages), self._firsts.repeat(len(self), axis=0).ravel()
        found = np.zeros((len(self), len(self.scale)), dtype=np.int8)
        counts = self.lengths.ravel()
        found[rows.repeat(counts), firsts.repeat(counts) + self.columns] = self.units
        return found

    def sum(self, rows: NDArray[np.intp], values: Floats) -> NDArray[np.float64]:
        """Return the sum of ``rows``, each times its value."""
        paged = self.lengths.take(rows, axis=0)
        # Of any other type than its own numpy would copy what counts and what places.
        lengths = np.add.reduce(paged, axis=1, dtype=np.intp)
        places = (self._ends.take(rows) - np.add.accumulate(lengths)).repeat(lengths)
        places += np.arange(len(places))
        columns: NDArray[Any] = self.columns.take(places)
        if len(self.scale) > PAGE:
            columns = columns + self._firsts.repeat(len(rows), axis=0).ravel().repeat(paged.ravel())
        weighed = self.units.take(places) * values.repeat(lengths)
        summed: NDArray[Any] = np.bincount(columns, weighed, minlength=len(self.scale))
        # Of nothing they are whole numbers.
        found: NDArray[np.float64] = summed * self.scale
        return found
