"""Makes the bot's model from its samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from content.reading.samples import Sample
from intents.classifier.modelfile import Model
from intents.reading import fold, words
from intents.spelling import Speller
from intents.training.everyday import everyday_words
from intents.training.overlap import count_together
from intents.training.points import learn_points
from intents.training.training import COARSE, FINE, Learner, extract

RARE_IN_LANGUAGES = 3
"""Texts in which an n-gram must occur to help telling languages apart: these are told by common words."""

ASKED_WEIGHT = 2
"""How often a question labelled with all that it means counts, beside a message made up for one intent."""

Progress = Callable[[float], None]
"""Told how far the work is, from 0 to 1."""


@dataclass(slots=True)
class _Work:
    """Counts the passes over samples, which take nearly all of the time, against their sum."""

    whole: int
    progress: Progress
    done: int = 0

    def passed(self, samples: int) -> None:
        self.done += samples
        self.progress(self.done / self.whole)


def learn(samples: Sequence[Sample], digest: str, progress: Progress = lambda _: None) -> Model:
    """Return the model trained on ``samples``, one classifier a language. ``digest`` names what it was made from."""
    found = extract(sample.text for sample in samples)
    work = _Work(len(samples) * (FINE.steps + COARSE.steps), progress)
    languages = Learner(found, rarest=RARE_IN_LANGUAGES).learn(
        [sample.lang for sample in samples], effort=COARSE, passed=partial(work.passed, len(samples))
    )
    intents, vocabularies, everyday = {}, {}, {}
    for code in sorted({sample.lang for sample in samples}):
        own = [number for number, sample in enumerate(samples) if sample.lang == code]
        times = [ASKED_WEIGHT if samples[number].complete else 1 for number in own]
        learner = Learner([found[number] for number in own], times)
        intents[code] = learner.learn(
            [samples[number].intent for number in own],
            [samples[number].voice for number in own],
            also=[samples[number].also for number in own],
            passed=partial(work.passed, len(own)),
        )
        if points := learn_points(learner, [samples[number] for number in own]):
            intents[code] = intents[code].with_points(points)
        vocabularies[code] = common_words(samples[number].text for number in own)
        everyday[code] = mistaken_words(everyday_words(code), vocabularies[code])
    return Model(
        intents=intents,
        languages=languages,
        words=vocabularies,
        samples=digest,
        everyday=everyday,
        together=count_together(samples),
    )


def common_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct words of ``texts``, the commonest first, equally common ones by alphabet."""
    counts = Counter(word for text in texts for word in words(fold(text)))
    return tuple(sorted(counts, key=lambda word: (-counts[word], word)))


def mistaken_words(everyday: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return those of the ``everyday`` words that would be mended towards ``known`` ones, by alphabet."""
    speller = Speller(known)
    return tuple(sorted(word for word in everyday if speller.mend(fold(word)) != word))
