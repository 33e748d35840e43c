"""Sample messages, from which the matcher learns what an intent sounds like."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Struct, field

from content.reading.alike import ALIKE_FILE
from content.reading.documents import Document, Read, read_document
from content.reading.layout import yaml_files
from content.reading.validation import validate
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError, Key, Place, Problem
from content.schema.strict import MaxLen, MinLen, Strict

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

ASKED_FILES = "asked"
"""How the names of files begin whose messages mean several intents."""
ASKED_VOICE = "asked"
"""How the voices of real people's questions begin: the rest is the site where they asked."""

Text = Annotated[str, MaxLen(1000)]


class Message(Strict, frozen=True, kw_only=True):
    """A message, and the intents besides its file's that serve it as well.

    A file may hold the bare text where there are none.
    """

    text: Text
    also: tuple[str, ...] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema  # noqa: PLC0415  # as in Strict

        fields = super().__get_pydantic_core_schema__(source, handler)
        either = core_schema.union_schema([handler.generate_schema(Text), fields])
        return core_schema.no_info_before_validator_function(_with_fields, fields, json_schema_input_schema=either)


def _with_fields(written: Any) -> Any:
    """Return the fields of what is ``written``; without a ``text``, it is meant to be the text."""
    return written if isinstance(written, dict) and "text" in written else {"text": written}


Voices = dict[str, tuple[Message, ...]]
"""The messages of each writer."""


class SampleFile(Strict, frozen=True, kw_only=True):
    """One file under ``samples/``: an intent, and the messages that mean it, by voice (writer).

    ``intent`` is ``entry/<slug>``, ``signpost/<id>``, ``glossary/<id>``, ``urgent/<id>``, ``smalltalk/<id>`` or
    ``none/<kind>``. Of an entry's messages, ``points`` holds those that one point answers, by its id, ``whole`` those
    that ask for the topic as a whole; of ``voices`` it is not known.
    """

    intent: str
    voices: Voices = field(default_factory=dict)
    points: dict[str, Voices] = field(default_factory=dict)
    whole: Voices = field(default_factory=dict)


class Asked(Strict, frozen=True, kw_only=True):
    """A question with all its intents, what it asks for first."""

    text: Text
    intents: Annotated[tuple[str, ...], MinLen(1)]
    site: str = ""
    """Where it was asked: one site's questions are like one writer's."""


class AskedFile(Strict, frozen=True, kw_only=True):
    """A file ``samples/asked*.yaml``: questions of one voice, most of which mean more than one intent.

    Real people's are in ``asked.yaml``.
    """

    voice: str = ASKED_VOICE
    asked: tuple[Asked, ...]


class Sample(Struct, frozen=True):
    """One message with what it means, who wrote it and where it stands.

    ``point`` is the id of the point of the entry that answers it, "" where it asks for the whole topic, None where
    nobody has said. ``also`` are other intents that it means as well; where it is ``complete``, it means no more.
    """

    text: str
    lang: str
    intent: str
    voice: str
    file: str
    line: int
    point: str | None = None
    also: tuple[str, ...] = ()
    complete: bool = False


def intents_of(catalogue: Catalogue) -> dict[str, dict[str, Key]]:
    """Return the intents of each language by name, with the part of the catalogue that each stands for."""
    return {
        code: {
            f"{'glossary' if kind == 'term' else kind}/{name}": (code, kind, name)
            for kind, items in edition.lists.items()
            if kind != "resource"
            for name in items
        }
        for code, edition in catalogue.editions.items()
    }


def points_of(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return the ids of the points of each entry, by intent; they are the same in all languages."""
    entries = catalogue.edition(None).entries.values()
    return {f"entry/{entry.slug}": frozenset(point.id for point in entry.points) for entry in entries}


def read_samples(
    root: Path,
    intents: Mapping[str, Collection[str]] | None = None,
    points: Mapping[str, Collection[str]] | None = None,
    read: Read = read_document,
) -> list[Sample]:
    """Return all samples below ``root`` (a content folder), file by file.

    ``intents`` holds the known intents of each language, ``points`` the points of each entry; with them, unknown ones
    are refused. Raises ContentError with every mistake found.
    """
    problems: list[Problem] = []
    samples: list[Sample] = []
    seen: dict[tuple[str, str], Sample] = {}
    for path in yaml_files(root, "*/samples/*.yaml"):
        if path.name == ALIKE_FILE:
            continue
        document = read(path, root)
        problems.extend(document.problems)
        if document.data is None:
            continue
        lang, file, wrong, found = document.once(_read_file)
        problems.extend(wrong)
        if file is not None and intents is not None:
            for place, name in _named(file):
                if name not in intents.get(lang, ()):
                    problems.append(document.problem(place, f"no such intent `{name}`: correct its name"))
        if isinstance(file, SampleFile):
            problems += _faults(file, points, document)
        for sample in found:
            first = seen.setdefault((lang, sample.text.casefold()), sample)
            if first is not sample:
                told = f"the same sample stands at {first.file}:{first.line}: remove one"
                problems.append(Problem(sample.file, sample.line, told))
        samples += found
    if problems:
        raise ContentError(problems)
    return samples


def _read_file(document: Document) -> tuple[str, SampleFile | AskedFile | None, list[Problem], list[Sample]]:
    """Return the language of ``document``, what it holds, what is wrong with it, and its samples."""
    lang, _, name = document.file.split("/")
    if name.startswith(ASKED_FILES):
        asked, wrong = validate(AskedFile, document)
        return lang, asked, wrong, list(_asked(asked, lang, document)) if asked else []
    file, wrong = validate(SampleFile, document)
    return lang, file, wrong, list(_said(file, lang, document)) if file else []


def _asked(file: AskedFile, lang: str, document: Document) -> Iterator[Sample]:
    for index, question in enumerate(file.asked):
        first, *others = question.intents
        line = document.lines["asked", index]
        voice = f"{file.voice} {question.site}".rstrip()
        yield Sample(question.text, lang, first, voice, document.file, line, also=tuple(others), complete=True)


def _said(file: SampleFile, lang: str, document: Document) -> Iterator[Sample]:
    for place, message in _messages(file):
        point = {"voices": None, "whole": ""}.get(str(place[0]), str(place[1]))
        voice, line = str(place[-2]), document.lines[place]
        yield Sample(message.text, lang, file.intent, voice, document.file, line, point, message.also)


def _groups(file: SampleFile) -> Iterator[tuple[Place, Voices]]:
    """Yield each group of voices in a file with its place."""
    yield ("voices",), file.voices
    for point, voices in file.points.items():
        yield ("points", point), voices
    yield ("whole",), file.whole


def _messages(file: SampleFile) -> Iterator[tuple[Place, Message]]:
    for place, voices in _groups(file):
        for voice, messages in voices.items():
            for index, message in enumerate(messages):
                yield (*place, voice, index), message


def _named(file: SampleFile | AskedFile) -> Iterator[tuple[Place, str]]:
    """Yield the place and name of each intent that the content must have: "none" has a kind of one's own."""
    if isinstance(file, AskedFile):
        for index, question in enumerate(file.asked):
            for number, name in enumerate(question.intents):
                if not name.startswith("none/"):
                    yield ("asked", index, "intents", number), name
        return
    if not file.intent.startswith("none/"):
        yield ("intent",), file.intent
    for place, message in _messages(file):
        yield from ((place, name) for name in message.also)


def _faults(file: SampleFile, points: Mapping[str, Collection[str]] | None, document: Document) -> Iterator[Problem]:
    for place, voices in _groups(file):
        for voice, messages in voices.items():
            if not messages:
                yield document.problem((*place, voice), f"`{voice}` has no samples: add some or remove it")
    if not any(voices for _, voices in _groups(file)):
        yield document.problem(("voices",), "`voices` holds nobody: add a name and a list of samples")
    if (file.points or file.whole) and not file.intent.startswith("entry/"):
        yield document.problem(("intent",), "only an entry has points: move these samples to `voices`")
    elif points is not None:
        known = points.get(file.intent, ())
        for point in file.points.keys() - known:
            there = ", ".join(sorted(known))
            yield document.problem(("points", point), f"`{file.intent}` has no point `{point}`, only {there}")
