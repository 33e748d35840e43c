"""Linear support vector machines, one for each column, learnt side by side with numpy alone.

Method: dual coordinate descent for the squared hinge loss (Hsieh et al. 2008,
https://www.csie.ntu.edu.tw/~cjlin/papers/cddual.pdf). A sample is taken at a time, and every column's machine learns
from it in one step: the machines share the samples, so they share the work of fetching them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intents.classifier.features import Weights
from intents.classifier.vocabulary import Floats, Vector

PENALTY = 0.5
"""The machines' C: chosen by cross-validation among 0.1, 0.3, 0.5 and 1 (intents/README.md)."""
SOFTNESS = np.float32(1 / (2 * PENALTY))
SEED = 0
LINE = 8
ONE = np.float32(1)


class Prepared(NamedTuple):
    """A sample as the machines take it: its rows and values, the offset's among them, and how steep its loss is."""

    rows: NDArray[np.intp]
    values: Weights
    steepness: np.float32


class Machines(NamedTuple):
    """Weights (n-grams by columns), and an offset for each column."""

    weights: Floats
    offset: Floats


def prepare(vectors: Iterable[Vector], rows: int) -> list[Prepared]:
    """Return samples made ready for :func:`fit`, over ``rows`` n-grams."""
    found = []
    for places, values in vectors:
        # The offset is the weight of a value that every sample has.
        whole = np.append(values, np.float32(1))
        found.append(Prepared(np.append(places, rows), whole, np.float32(whole @ whole + SOFTNESS)))
    return found


def fit(
    samples: Sequence[Prepared],
    sides: NDArray[np.int8],
    rows: int,
    passes: int,
    *,
    passed: Callable[[], None] = lambda: None,
) -> Machines:
    """Return a machine for each column of ``sides``, over ``rows`` n-grams.

    ``sides`` says for each of the ``samples`` (a row each) whether it belongs to a column (1), does not (-1), or says
    nothing of it (0). ``passed`` is called after each of the ``passes`` over the samples.
    """
    columns = sides.shape[1]
    # Rows that begin where a line of the processor's cache does are fetched faster.
    width = -(-columns // LINE) * LINE
    wide = np.full((len(samples), width), np.float32(-1))
    wide[:, :columns] = sides
    weights = np.zeros((rows + 1, width), dtype=np.float32)
    # What a sample has of each column's weights has the sign of its side, or is nothing: here are the sizes.
    sizes = np.zeros_like(wide)
    # Most of the time goes to fetching rows and to putting them back: whole, and by way of the same few pages.
    whole_row = np.dtype((np.void, width * weights.itemsize))
    stored = weights.view(whole_row)[:, 0]
    fetched = np.empty((max(len(sample.rows) for sample in samples), width), dtype=np.float32)
    learnt, changed = np.empty_like(fetched), fetched.view(whole_row)[:, 0]
    random = np.random.default_rng(SEED)
    for _ in range(passes):
        for number in random.permutation(len(samples)).tolist():
            places, values, steepness = samples[number]
            side, size = wide[number], sizes[number]
            count = len(places)
            known = weights.take(places, axis=0, out=fetched[:count], mode="clip")
            step = values @ known
            step *= side
            step -= ONE
            step += SOFTNESS * size
            step /= -steepness
            np.maximum(step, -size, out=step)
            size += step
            step *= side
            known += np.dot(values[:, None], step[None, :], out=learnt[:count])
            stored.put(places, changed[:count], mode="clip")
        passed()
    return Machines(weights[:-1, :columns], weights[-1, :columns])
