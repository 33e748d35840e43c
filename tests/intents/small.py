"""A small labelled set and what is trained on it, for tests that need a model but not the bot's."""

from __future__ import annotations

from functools import cache

from intents.classifier.model import Classifier
from intents.training.training import Learner, extract

SMALL = {
    "entry/fruit": (
        "red apples", "green apples and pears", "a ripe pear", "sweet plums", "apples or plums", "eat the pear",
        "where do apples grow", "plums in a basket",
    ),
    "entry/ships": (
        "ships at sea", "the ship sails", "a sailing boat", "boats and harbors", "captain of the ship",
        "harbor for boats", "which ship sails today", "the boat sinks",
    ),
    "none/weather": (
        "will it rain", "rain tomorrow", "sunny weather today", "snow and rain", "is it cold outside",
        "cloudy weather", "weather for the weekend", "it snows",
    ),
}  # fmt: skip
TEXTS = [text for texts in SMALL.values() for text in texts]
LABELS = [label for label, texts in SMALL.items() for _ in texts]


@cache
def small_classifier() -> Classifier:
    """Return the classifier trained on the small set."""
    return Learner(extract(TEXTS)).learn(LABELS)
