"""Content as an editor is about to hand it on: catalogue and samples together, every mistake in them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from content.reading.documents import Read, read_document
from content.reading.layout import find_strays
from content.reading.loader import read_with_places
from content.reading.samples import Sample, intents_of, points_of, read_samples
from content.schema.catalogue import Catalogue
from content.schema.errors import At, ContentError, Problem


@dataclass(frozen=True, slots=True)
class Draft:
    """Content without mistakes; ``at`` tells where each part of the catalogue stands."""

    catalogue: Catalogue
    samples: list[Sample]
    at: At


def read_draft(root: Path, today: date, read: Read = read_document) -> Draft:
    """Return all content below ``root``, samples included.

    Raises ContentError with every mistake found, files that would not be read and dates after ``today`` among them.
    """
    problems = list(find_strays(root))
    catalogue, samples = None, []
    try:
        catalogue, at = read_with_places(root, today, read)
    except ContentError as error:
        problems += error.problems
    try:
        intents, points = (intents_of(catalogue), points_of(catalogue)) if catalogue else (None, None)
        samples = read_samples(root, intents, points, read)
    except ContentError as error:
        problems += error.problems
    if problems or catalogue is None:
        raise ContentError(problems)
    return Draft(catalogue, samples, at)


def without_samples(draft: Draft) -> Iterator[tuple[str, Problem]]:
    """Yield each intent that no sample teaches, with a warning that tells where to add some.

    Urgent help that only offers other kinds is not learnt: its cries stand in ``language.yaml``. A term needs none:
    whoever asks for it by its name gets it all the same.
    """
    taught = {(sample.lang, sample.intent) for sample in draft.samples}
    for lang, intents in intents_of(draft.catalogue).items():
        offers = {f"urgent/{name}" for name, help_ in draft.catalogue.editions[lang].urgent.items() if help_.choices}
        for intent, key in intents.items():
            if (lang, intent) not in taught and intent not in offers and not intent.startswith("glossary/"):
                advice = f"nobody has written samples for it: add a file with `intent: {intent}` to {lang}/samples"
                yield intent, draft.at(key, (), advice)
