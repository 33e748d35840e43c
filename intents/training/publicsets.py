"""Runs the same classifier on any intent set ``{"split", "intent", "text"}``, to show that the core is general.

Rows with the intent ``oos`` are out of scope. As in the bot, those among the training rows are learnt as a class of
their own; and a message is refused where the best intent's score is below a threshold chosen on the validation
split (Larson et al. 2019, https://aclanthology.org/D19-1131/: the one with the best accuracy over in-scope and
out-of-scope validation messages together).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intents.classifier.features import ngrams
from intents.classifier.model import Classifier
from intents.reading import fold
from intents.training.training import Learner, extract

OUT_OF_SCOPE = "oos"
AGAINST_SHARE = 0.5
"""Between 0 (only the best score counts) and 1 (its lead over the out-of-scope class): half is best on CLINC150's
validation rows."""


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
    classifier = Learner(extract(text for _, text in train_rows)).learn([intent for intent, _ in train_rows])
    threshold = _threshold(classifier, validation)
    guesses = [(intent, *_guess(classifier, text)) for intent, text in test]
    inside = [guess == intent and chance >= threshold for intent, guess, chance in guesses if intent != OUT_OF_SCOPE]
    outside = [chance < threshold for intent, _, chance in guesses if intent == OUT_OF_SCOPE]
    return PublicFigures(
        labels=len(set(classifier.labels.names) - {OUT_OF_SCOPE}),
        trained_on=len(train_rows),
        in_scope_accuracy=float(np.mean(inside)),
        out_of_scope_recall=float(np.mean(outside)) if outside else None,
        threshold=threshold,
    )


def _guess(classifier: Classifier, text: str) -> tuple[str, float]:
    """Return the best in-scope intent and how sure it is: its score less half of what speaks for out-of-scope."""
    names = classifier.labels.names
    scores = classifier.scores(classifier.vocabulary.vector(ngrams(fold(text))))[: len(names)]
    against = 0.0
    if OUT_OF_SCOPE in names:
        place = names.index(OUT_OF_SCOPE)
        against = float(scores[place])
        scores[place] = -np.inf
    best = int(scores.argmax())
    return names[best], float(scores[best]) - AGAINST_SHARE * against


def _threshold(classifier: Classifier, validation: Sequence[tuple[str, str]]) -> float:
    if not any(intent == OUT_OF_SCOPE for intent, _ in validation):
        return -np.inf
    guesses = [(intent, *_guess(classifier, text)) for intent, text in validation]

    def right(threshold: float) -> int:
        return sum(
            chance < threshold if intent == OUT_OF_SCOPE else guess == intent and chance >= threshold
            for intent, guess, chance in guesses
        )

    return max(sorted({chance for *_, chance in guesses}), key=right)
