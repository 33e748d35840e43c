"""Which point of an entry answers a message, or none where none clearly does."""

from __future__ import annotations

from collections.abc import Mapping

from intents.classifier.features import Grams
from intents.classifier.model import Classifier

WHOLE = "whole"
"""The label of messages that ask for a topic as a whole, or for several of its points."""
CLEAR = 0.6
"""The probability from which a point leads: of .5 to .7 the first at which, on ``tests/data/focus/two.jsonl``, a wrong
point leads in fewer than one of twenty messages that ask for one."""


class Focus:
    """Knows the points of the entries in one language."""

    def __init__(self, classifiers: Mapping[str, Classifier]) -> None:
        self._classifiers = classifiers

    def point(self, slug: str, grams: Grams) -> str | None:
        """Return the id of the point of the entry ``slug`` that answers a message, else None."""
        classifier = self._classifiers.get(slug)
        if classifier is None or not grams.words:
            return None
        chances = classifier.probabilities(grams)
        best = int(chances.argmax())
        name = classifier.labels.names[best]
        return name if name != WHOLE and chances[best] >= CLEAR else None
