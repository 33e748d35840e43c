"""Makes the bot's model from its samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from content.reading.samples import Sample
from intents.classifier.modelfile import Model
from intents.spelling import Speller
from intents.text import fold, words
from intents.training.everyday import everyday_words
from intents.training.training import train

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
        rarest=RARE_IN_LANGUAGES,
    )
    vocabularies = {code: common_words(sample.text for sample in samples if sample.lang == code) for code in codes}
    everyday = {code: mistaken_words(everyday_words(code), known) for code, known in vocabularies.items()}
    return Model(intents=intents, languages=languages, words=vocabularies, samples=digest, everyday=everyday)


def common_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct words of ``texts``, the commonest first, equally common ones by alphabet."""
    counts = Counter(word for text in texts for word in words(fold(text)))
    return tuple(sorted(counts, key=lambda word: (-counts[word], word)))


def mistaken_words(everyday: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return those of the ``everyday`` words that would be mended towards ``known`` ones, by alphabet."""
    speller = Speller(known)
    return tuple(sorted(word for word in everyday if speller.mend(fold(word)) != word))
