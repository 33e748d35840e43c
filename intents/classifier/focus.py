"""Which point of an entry answers a message, or none where none clearly does."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp

from intents.classifier.model import Classifier
from intents.classifier.vocabulary import Vector

WHOLE = "whole"
"""The label of messages that ask for a topic as a whole, or for several of its points."""
CLEAR = 0.6
"""The probability from which a point leads: of .5 to .7 the first at which, on ``tests/data/focus/two.jsonl``, a wrong
point leads in fewer than one of twenty messages that ask for one."""


class Focus:
    """Knows the points of the entries in one language, by what was learnt of all of them."""

    def __init__(self, learnt: Classifier | None) -> None:
        self._learnt = learnt
        # Labels of an entry stand together.
        self._points: dict[str, tuple[int, list[str]]] = {}
        for place, name in enumerate(learnt.labels.names if learnt else ()):
            slug, _, point = name.partition("/")
            self._points.setdefault(slug, (place, []))[1].append(point)

    def points(self, slugs: Iterable[str], vector: Vector) -> dict[str, str]:
        """Return the id of the point that answers a message, of each of the entries ``slugs`` where one clearly does.

        ``vector`` is the message as the classifier of the intents takes it.
        """
        own = [(slug, self._points[slug]) for slug in slugs if slug in self._points]
        # What has no words has a length all the same.
        if self._learnt is None or not own or len(vector[0]) <= 1:
            return {}
        scores, found = self._learnt.scores(vector).tolist(), {}
        for slug, (start, names) in own:
            rivals = scores[start : start + len(names)]
            best = max(rivals)
            point = names[rivals.index(best)]
            if point != WHOLE and 1 / sum([exp(score - best) for score in rivals]) >= CLEAR:
                found[slug] = point
        return found
