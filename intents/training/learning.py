"""Makes the bot's model from its samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from content.reading.alike import Alike
from content.reading.samples import Sample
from intents.classifier.features import stems_of
from intents.classifier.modelfile import Model
from intents.reading import fold, words
from intents.spelling import Speller
from intents.training.everyday import everyday_words
from intents.training.overlap import count_together
from intents.training.points import learn_points
from intents.training.training import COARSE, FINE, Learner, extract

RARE_IN_LANGUAGES = 2
"""Texts in which an n-gram must occur to help telling languages apart: these are told by common words."""
MOST_OF_LANGUAGES = 24_000
"""Samples that languages are learnt from, at most, taken evenly: of 6,804 labelled messages as many are told wrong (3)
as with three times as many (4), for a third of the work; with half as many it is 5.
"""

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


def learn(samples: Sequence[Sample], digest: str, progress: Progress = lambda _: None, *, alike: Alike = ()) -> Model:
    """Return the model trained on ``samples``, one classifier a language. ``digest`` names what it was made from.

    ``alike`` are groups of words that stand for each other beside other words; languages are told by the words as such.
    """
    found = extract((sample.text for sample in samples), stems_of(alike))
    few = min(len(samples), MOST_OF_LANGUAGES)
    some = [place * len(samples) // few for place in range(few)]
    work = _Work(len(samples) * FINE.steps + few * COARSE.steps, progress)
    languages = Learner(extract(samples[number].text for number in some), rarest=RARE_IN_LANGUAGES).learn(
        [samples[number].lang for number in some], effort=COARSE, passed=partial(work.passed, few)
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
        alike=tuple(map(tuple, alike)),
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
