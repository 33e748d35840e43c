"""Linear support vector machines, one for each column, learnt side by side with numpy alone.

Method: dual coordinate descent for the squared hinge loss (Hsieh et al. 2008,
https://www.csie.ntu.edu.tw/~cjlin/papers/cddual.pdf). A sample is taken at a time, and every column's machine learns
from it in one step: the machines share the samples, so they share the work of fetching them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from intents.classifier.features import Weights
from intents.classifier.vocabulary import Floats, Vector

PENALTY = 0.5
"""The machines' C: chosen by cross-validation among 0.1, 0.3, 0.5 and 1 (intents/README.md)."""
SEED = 0
LINE = 8
ONE = np.float32(1)


class Prepared(NamedTuple):
    """A sample as the machines take it: its rows and values, the offset's among them, and how soft and steep its loss
    is."""

    rows: NDArray[np.intp]
    values: Weights
    softness: np.float32
    steepness: np.float32


class Machines(NamedTuple):
    """Weights (n-grams by columns, the offsets last), and how much of each sample (a row each) is in them.

    What a sample has of a column's weights has the sign of its side, or is nothing: ``sizes`` has no signs. Both have
    some columns more, which mean nothing.
    """

    weights: Floats
    sizes: Floats

    @classmethod
    def blank(cls, samples: int, rows: int, columns: int) -> Machines:
        """Return machines that have learnt nothing."""
        # Rows that begin where a line of the processor's cache does are fetched faster.
        width = -(-columns // LINE) * LINE
        return cls(np.zeros((rows, width), dtype=np.float32), np.zeros((samples, width), dtype=np.float32))


def prepare(vectors: Sequence[Vector], times: Sequence[int], order: NDArray[np.intp]) -> list[Prepared]:
    """Return samples made ready for :func:`fit`, each counting so many ``times``.

    ``order`` says at which row of the machines' weights each of the vectors' rows stands.
    """
    found = []
    for (places, values), count in zip(vectors, times, strict=True):
        softness = np.float32(1 / (2 * PENALTY * count))
        found.append(Prepared(order.take(places), values, softness, np.float32(values @ values + softness)))
    return found


def commonest_first(vectors: Sequence[Vector], rows: int) -> NDArray[np.intp]:
    """Return an order for :func:`prepare` of so many ``rows``, in which the commonest stand together.

    Most of what is fetched are the same few rows: side by side these take a sixth less time.
    """
    counts = np.bincount(np.concatenate([places for places, _ in vectors]), minlength=rows)
    return np.argsort(np.argsort(-counts, kind="stable"))


def fit(
    samples: Sequence[Prepared],
    sides: NDArray[np.int8],
    begun: Machines,
    passes: int,
    *,
    passed: Callable[[], None] = lambda: None,
) -> Floats:
    """Teach a machine for each column of ``sides``, from those that are ``begun``; return their offsets, settled.

    ``sides`` says for each of the ``samples`` (a row each) whether it belongs to a column (1) or does not (-1).
    ``passed`` is called after each of the ``passes`` over the samples. An offset moves with every sample, and so is
    far from settled after a few passes: what is returned is its average over the last.
    """
    weights, sizes = begun
    width = weights.shape[1]
    wide = np.full(sizes.shape, np.float32(-1))
    wide[:, : sides.shape[1]] = sides
    # Most of the time goes to fetching rows and to putting them back: whole, and by way of the same few pages.
    whole_row = np.dtype((np.void, width * weights.itemsize))
    stored = weights.view(whole_row)[:, 0]
    fetched = np.empty((max(len(sample.rows) for sample in samples), width), dtype=np.float32)
    learnt, changed = np.empty_like(fetched), fetched.view(whole_row)[:, 0]
    random = np.random.default_rng(SEED)
    offset, summed = weights[samples[0].rows[-1]], np.zeros(width)
    for number_of_pass in range(passes):
        for number in random.permutation(len(samples)).tolist():
            if number_of_pass == passes - 1:
                summed += offset
            places, values, softness, steepness = samples[number]
            side, size = wide[number], sizes[number]
            count = len(places)
            known = weights.take(places, axis=0, out=fetched[:count], mode="clip")
            step = values @ known
            step *= side
            step -= ONE
            step += softness * size
            step /= -steepness
            np.maximum(step, -size, out=step)
            if not step.any():
                continue
            size += step
            step *= side
            known += np.dot(values[:, None], step[None, :], out=learnt[:count])
            stored.put(places, changed[:count], mode="clip")
        passed()
    settled: Floats = (summed / len(samples)).astype(np.float32)
    return settled
