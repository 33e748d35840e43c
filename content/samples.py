"""Sample messages, from which the matcher learns what an intent sounds like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct

from content.documents import read_document
from content.errors import ContentError, Problem
from content.strict import MaxLen, Strict
from content.validation import validate

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


def read_samples(root: Path, intents: dict[str, set[str]] | None = None) -> list[Sample]:
    """Return all samples below ``root`` (a content folder), file by file.

    ``intents`` holds the known intents of each language; with it, unknown ones are refused.
    Raises ContentError with every mistake found.
    """
    problems: list[Problem] = []
    samples: list[Sample] = []
    seen: dict[tuple[str, str], str] = {}
    for path in sorted(root.glob("*/samples/*.yaml")):
        lang = path.parent.parent.name
        document = read_document(path, root)
        problems.extend(document.problems)
        if document.data is None:
            continue
        parsed, wrong = validate(SampleFile, document)
        problems.extend(wrong)
        if parsed is None:
            continue
        if (
            intents is not None
            and not parsed.intent.startswith("none/")
            and parsed.intent not in intents.get(lang, set())
        ):
            problems.append(document.problem(("intent",), f"no such intent `{parsed.intent}`: correct its name"))
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
