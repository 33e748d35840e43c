"""Sample messages, from which the matcher learns what an intent sounds like."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct

from content.reading.documents import read_document
from content.reading.layout import yaml_files
from content.reading.validation import validate
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError, Key, Problem
from content.schema.strict import MaxLen, Strict

Text = Annotated[str, MaxLen(1000)]


class SampleFile(Strict, frozen=True, kw_only=True):
    """One file under ``samples/``: an intent, and for each voice (writer) the messages it wrote.

    ``intent`` is ``entry/<slug>``, ``signpost/<id>``, ``urgent/<id>``, ``smalltalk/<id>`` or ``none/<kind>``.
    """

    intent: str
    voices: dict[str, tuple[Text, ...]]


class Sample(Struct, frozen=True):
    """One message with what it means, who wrote it and where it stands."""

    text: str
    lang: str
    intent: str
    voice: str
    file: str
    line: int


def intents_of(catalogue: Catalogue) -> dict[str, dict[str, Key]]:
    """Return the intents of each language by name, with the part of the catalogue that each stands for."""
    return {
        code: {
            f"{kind}/{name}": (code, kind, name)
            for kind, items in (
                ("entry", edition.entries),
                ("signpost", edition.signposts),
                ("urgent", edition.urgent),
                ("smalltalk", edition.smalltalk),
            )
            for name in items
        }
        for code, edition in catalogue.editions.items()
    }


def read_samples(root: Path, intents: Mapping[str, Collection[str]] | None = None) -> list[Sample]:
    """Return all samples below ``root`` (a content folder), file by file.

    ``intents`` holds the known intents of each language; with it, unknown ones are refused.
    Raises ContentError with every mistake found.
    """
    problems: list[Problem] = []
    samples: list[Sample] = []
    seen: dict[tuple[str, str], str] = {}
    for path in yaml_files(root, "*/samples/*.yaml"):
        lang = path.parent.parent.name
        document = read_document(path, root)
        problems.extend(document.problems)
        if document.data is None:
            continue
        parsed, wrong = validate(SampleFile, document)
        problems.extend(wrong)
        if parsed is None:
            continue
        if intents is not None and not parsed.intent.startswith("none/") and parsed.intent not in intents.get(lang, ()):
            problems.append(document.problem(("intent",), f"no such intent `{parsed.intent}`: correct its name"))
        for voice in [name for name, texts in parsed.voices.items() if not texts]:
            problems.append(document.problem(("voices", voice), f"`{voice}` has no samples: add some or remove it"))
        if not parsed.voices:
            problems.append(document.problem(("voices",), "`voices` holds nobody: add a name and a list of samples"))
        for sample in _samples_of(parsed, lang, document.file, document.lines):
            where = f"{sample.file}:{sample.line}"
            key = (lang, sample.text.casefold())
            if key in seen:
                problems.append(Problem(sample.file, sample.line, f"the same sample stands at {seen[key]}: remove one"))
            seen[key] = where
            samples.append(sample)
    if problems:
        raise ContentError(problems)
    return samples


def _samples_of(parsed: SampleFile, lang: str, file: str, lines: dict[Any, int]) -> Iterator[Sample]:
    for voice, texts in parsed.voices.items():
        for index, text in enumerate(texts):
            yield Sample(text, lang, parsed.intent, voice, file, lines[("voices", voice, index)])
