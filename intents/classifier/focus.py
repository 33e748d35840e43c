"""Which point of an entry answers a message, or none where none clearly does."""

from __future__ import annotations

from collections.abc import Iterable

from intents.classifier.model import Classifier, softmax
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
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(learnt.labels.names if learnt else ()):
            self._places.setdefault(name.partition("/")[0], []).append(place)

    def points(self, slugs: Iterable[str], vector: Vector) -> dict[str, str]:
        """Return the id of the point that answers a message, of each of the entries ``slugs`` where one clearly does.

        ``vector`` is the message as the classifier of the intents takes it.
        """
        own = [(slug, self._places[slug]) for slug in slugs if slug in self._places]
        # What has no words has a length all the same.
        if self._learnt is None or not own or len(vector[0]) <= 1:
            return {}
        scores, found = self._learnt.scores(vector), {}
        for slug, places in own:
            chances = softmax(scores[places[0] : places[-1] + 1])
            best = int(chances.argmax())
            point = self._learnt.labels.names[places[best]].partition("/")[2]
            if point != WHOLE and chances[best] >= CLEAR:
                found[slug] = point
        return found
