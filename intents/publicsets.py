"""Runs the same classifier on any intent set ``{"split", "intent", "text"}``, to show that the core is general.

Rows with the intent ``oos`` are out of scope: the classifier is trained on the others, and a message is refused
below a confidence chosen on the validation split (the rule of Larson et al. 2019, https://aclanthology.org/D19-1131/:
the threshold that gives the best accuracy over in-scope and out-of-scope validation messages together).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intents.model import Classifier
from intents.training import train

OUT_OF_SCOPE = "oos"


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """Accuracy over in-scope test messages, recall over out-of-scope ones (None without any), and the threshold."""

    labels: int
    trained_on: int
    in_scope_accuracy: float
    out_of_scope_recall: float | None
    threshold: float


def measure(
    train_rows: Sequence[tuple[str, str]], validation: Sequence[tuple[str, str]], test: Sequence[tuple[str, str]]
) -> PublicFigures:
    """Train on ``train_rows`` (intent, text), choose the threshold on ``validation``, and measure on ``test``."""
    known = [(intent, text) for intent, text in train_rows if intent != OUT_OF_SCOPE]
    classifier = train([text for _, text in known], [intent for intent, _ in known])
    threshold = _threshold(classifier, validation)
    guesses = [_guess(classifier, text) for _, text in test]
    inside = [
        guess == intent and chance >= threshold
        for (intent, _), (guess, chance) in zip(test, guesses, strict=True)
        if intent != OUT_OF_SCOPE
    ]
    outside = [
        chance < threshold for (intent, _), (_, chance) in zip(test, guesses, strict=True) if intent == OUT_OF_SCOPE
    ]
    return PublicFigures(
        labels=len(classifier.labels),
        trained_on=len(known),
        in_scope_accuracy=float(np.mean(inside)),
        out_of_scope_recall=float(np.mean(outside)) if outside else None,
        threshold=threshold,
    )


def _guess(classifier: Classifier, text: str) -> tuple[str, float]:
    chances = classifier.probabilities(text)
    best = int(chances.argmax())
    return classifier.labels[best], float(chances[best])


def _threshold(classifier: Classifier, validation: Sequence[tuple[str, str]]) -> float:
    if not any(intent == OUT_OF_SCOPE for intent, _ in validation):
        return 0.0
    guesses = [_guess(classifier, text) for _, text in validation]
    best, best_right = 0.0, -1
    for threshold in np.unique([chance for _, chance in guesses]):
        right = sum(
            (chance < threshold) if intent == OUT_OF_SCOPE else (guess == intent and chance >= threshold)
            for (intent, _), (guess, chance) in zip(validation, guesses, strict=True)
        )
        if right > best_right:
            best, best_right = float(threshold), right
    return best
