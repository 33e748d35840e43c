"""Makes the bot's model from its samples."""

from __future__ import annotations

from collections.abc import Sequence

from content.samples import Sample
from intents.modelfile import Model
from intents.training import train

RARE_IN_LANGUAGES = 8
"""Texts in which an n-gram must occur to help telling languages apart: these are told by common words."""


def learn(samples: Sequence[Sample], digest: str) -> Model:
    """Return the model trained on ``samples``, one classifier a language. ``digest`` names the samples."""
    codes = sorted({sample.lang for sample in samples})
    intents = {}
    for code in codes:
        own = [sample for sample in samples if sample.lang == code]
        intents[code] = train(
            [sample.text for sample in own],
            [sample.intent for sample in own],
            [sample.voice for sample in own],
        )
    languages = train(
        [sample.text for sample in samples],
        [sample.lang for sample in samples],
        least_words=RARE_IN_LANGUAGES,
        least_letters=RARE_IN_LANGUAGES,
    )
    return Model(intents=intents, languages=languages, samples=digest)
