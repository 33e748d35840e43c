"""Sample messages, from which the matcher learns what an intent sounds like."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from msgspec import Struct, field

from content.reading.documents import Document, read_document
from content.reading.layout import yaml_files
from content.reading.validation import validate
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError, Key, Place, Problem
from content.schema.strict import MaxLen, Strict

Text = Annotated[str, MaxLen(1000)]


Voices = dict[str, tuple[Text, ...]]
"""The messages of each writer."""


class SampleFile(Strict, frozen=True, kw_only=True):
    """One file under ``samples/``: an intent, and the messages that mean it, by voice (writer).

    ``intent`` is ``entry/<slug>``, ``signpost/<id>``, ``urgent/<id>``, ``smalltalk/<id>`` or ``none/<kind>``.
    Of an entry's messages, ``points`` holds those that one point answers, by its id, ``whole`` those that ask for the
    topic as a whole; of ``voices`` it is not known.
    """

    intent: str
    voices: Voices = field(default_factory=dict)
    points: dict[str, Voices] = field(default_factory=dict)
    whole: Voices = field(default_factory=dict)


class Sample(Struct, frozen=True):
    """One message with what it means, who wrote it and where it stands.

    ``point`` is the id of the point of the entry that answers it, "" where it asks for the whole topic, None where
    nobody has said.
    """

    text: str
    lang: str
    intent: str
    voice: str
    file: str
    line: int
    point: str | None = None


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


def read_samples(
    root: Path,
    intents: Mapping[str, Collection[str]] | None = None,
    points: Mapping[str, Collection[str]] | None = None,
) -> list[Sample]:
    """Return all samples below ``root`` (a content folder), file by file.

    ``intents`` holds the known intents of each language, ``points`` the points of each entry; with them, unknown ones
    are refused.
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
        for place, voices in _groups(parsed):
            for voice in [name for name, texts in voices.items() if not texts]:
                problems.append(document.problem((*place, voice), f"`{voice}` has no samples: add some or remove it"))
        if not any(voices for _, voices in _groups(parsed)):
            problems.append(document.problem(("voices",), "`voices` holds nobody: add a name and a list of samples"))
        problems += _unknown_points(parsed, points, document)
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


def points_of(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return the ids of the points of each entry, by intent; they are the same in all languages."""
    entries = catalogue.edition(None).entries.values()
    return {f"entry/{entry.slug}": frozenset(point.id for point in entry.points) for entry in entries}


def _groups(parsed: SampleFile) -> Iterator[tuple[Place, Voices]]:
    """Yield each group of voices in a file with its place."""
    yield ("voices",), parsed.voices
    for point, voices in parsed.points.items():
        yield ("points", point), voices
    yield ("whole",), parsed.whole


def _unknown_points(
    parsed: SampleFile, points: Mapping[str, Collection[str]] | None, document: Document
) -> Iterator[Problem]:
    if (parsed.points or parsed.whole) and not parsed.intent.startswith("entry/"):
        yield document.problem(("intent",), "only an entry has points: move these samples to `voices`")
    elif points is not None:
        known = points.get(parsed.intent, ())
        for point in parsed.points:
            if point not in known:
                there = ", ".join(sorted(known))
                yield document.problem(("points", point), f"`{parsed.intent}` has no point `{point}`, only {there}")


def _samples_of(parsed: SampleFile, lang: str, file: str, lines: Mapping[Place, int]) -> Iterator[Sample]:
    for place, voices in _groups(parsed):
        point = {"voices": None, "whole": ""}.get(str(place[0]), str(place[-1]))
        for voice, texts in voices.items():
            for index, text in enumerate(texts):
                line = lines[(*place, voice, index)]
                yield Sample(text, lang, parsed.intent, voice, file, line, point)
