"""Which point of an entry answers a message, or none where none clearly does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp
from typing import Any

from numpy.typing import NDArray

WHOLE = "whole"
"""The label of messages that ask for a topic as a whole, or for several of its points."""
CLEAR = 0.6
"""The probability from which a point leads: of .5 to .7 the first at which, on ``tests/data/focus/two.jsonl``, a wrong
point leads in fewer than one of twenty messages that ask for one."""


class Focus:
    """Knows the ``points`` of the entries in one language ("oversight/forums"); those of an entry stand together."""

    def __init__(self, points: Sequence[str]) -> None:
        self._points: dict[str, tuple[int, list[str]]] = {}
        for place, name in enumerate(points):
            slug, _, point = name.partition("/")
            self._points.setdefault(slug, (place, []))[1].append(point)

    def points(self, slugs: Iterable[str], scores: NDArray[Any]) -> dict[str, str]:
        """Return the id of the point that answers a message, of each of the entries ``slugs`` where one clearly does.

        ``scores`` has one for each point, or none.
        """
        found = {}
        for slug in slugs if len(scores) else ():
            start, names = self._points.get(slug, (0, ()))
            if not names:
                continue
            rivals = scores[start : start + len(names)].tolist()
            best = max(rivals)
            point = names[rivals.index(best)]
            if point != WHOLE and 1 / sum([exp(score - best) for score in rivals]) >= CLEAR:
                found[slug] = point
        return found
