"""Reads the YAML under a content folder into a :class:`~content.schema.catalogue.Catalogue`, or says what is wrong.

A language is a folder with a two-letter name; nothing else has to be told of it. A draft holds the samples too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from content.checks.references import check_catalogue
from content.checks.times import future_dates
from content.reading.alike import Alike, read_alike
from content.reading.digest import CONTENT_FOLDER, content_digest
from content.reading.documents import Document, Read, read_document
from content.reading.layout import CARDS_FOLDER, find_strays, language_folders, yaml_files
from content.reading.samples import Sample, intents_of, points_of, read_samples
from content.reading.validation import validate
from content.schema.catalogue import (
    Catalogue,
    Edition,
    Entry,
    LawCard,
    LocalHelp,
    Resource,
    Signpost,
    SmallTalk,
    Term,
    UrgentHelp,
)
from content.schema.errors import At, ContentError, Key, Place, Problem
from content.schema.languages import LanguageCard, Tongue
from content.schema.phrases import Phrases
from content.schema.speech import FollowUps, Language
from content.schema.statements import Source

T = TypeVar("T")

DEFAULT_LANGUAGE = "en"


def read_catalogue(root: Path = CONTENT_FOLDER, read: Read = read_document) -> Catalogue:
    """Return all content below ``root``, checked. Raises ContentError with every mistake found."""
    return read_with_places(root, read=read)[0]


def read_with_places(root: Path, today: date | None = None, read: Read = read_document) -> tuple[Catalogue, At]:
    """Return the content below ``root`` as :func:`read_catalogue` does, and what tells where each part stands.

    Dates after ``today`` are mistakes; a running bot does not ask, since its clock may be wrong.
    """
    reading = _Reading(root, read)
    sources = reading.listed("sources.yaml", "sources", Source, ("source",))
    laws = reading.listed("laws.yaml", "laws", LawCard, ("law",))
    local: LocalHelp | None = LocalHelp()
    cards: dict[str, LanguageCard] = {}
    foreign: dict[str, Tongue] = {}
    if (root / "local.yaml").exists():
        local = reading.whole("local.yaml", LocalHelp, ("local",))
    if (root / CARDS_FOLDER).exists():
        cards = reading.folder(CARDS_FOLDER, LanguageCard, ("card",), "code")
    if (root / "foreign.yaml").exists():
        foreign = reading.listed("foreign.yaml", "languages", Tongue, ("foreign",), "code")
    folders = sorted((path.name for path in language_folders(root)), key=lambda code: code != DEFAULT_LANGUAGE)
    if not folders:
        raise ContentError([Problem(".", 1, "no language folder such as `en` found: check the path")])
    editions = {code: edition for code in folders if (edition := reading.edition(code))}
    if reading.problems or local is None:
        raise ContentError(reading.problems)
    catalogue = Catalogue(
        editions=editions,
        sources=sources,
        laws=laws,
        local=local,
        digest=content_digest(root),
        language_cards=cards,
        foreign=foreign,
    )
    problems = [*check_catalogue(catalogue, reading.at), *(future_dates(catalogue, today, reading.at) if today else ())]
    if problems:
        raise ContentError(problems)
    return catalogue, reading.at


class _Reading:
    """One pass over a content folder, gathering problems as it goes, and where each part was read from."""

    def __init__(self, root: Path, read: Read) -> None:
        self.root = root
        self.read = read
        self.problems: list[Problem] = []
        self._places: dict[Key, tuple[Document, Place]] = {}

    def at(self, key: Key, place: Place, message: str) -> Problem:
        """Return a problem at ``place`` within the part named ``key``."""
        document, base = self._places[key]
        return document.problem((*base, *place), message)

    def _document(self, name: str) -> Document | None:
        path = self.root / name
        if not path.exists():
            self.problems.append(Problem(name, 1, "the file is missing: add it"))
            return None
        document = self.read(path, self.root)
        self.problems.extend(document.problems)
        return document if document.data is not None else None

    def whole(self, name: str, kind: type[T], key: Key) -> T | None:
        """Read a file that is one value."""
        document = self._document(name)
        if document is None:
            return None
        self._places[key] = document, ()
        return self._checked(kind, document, ())

    def listed(self, name: str, field: str, kind: type[T], key: Key, id_field: str = "id") -> dict[str, T]:
        """Read a file that is one list of values with ids."""
        document = self._document(name)
        if document is None:
            return {}
        self._places[key] = document, ()
        items = document.data.get(field) if isinstance(document.data, dict) else None
        if not isinstance(items, list) or set(document.data) != {field}:
            self.problems.append(document.problem((), f"must hold one list named `{field}:` and nothing else"))
            return {}
        found: dict[str, T] = {}
        for index in range(len(items)):
            self._keep(kind, found, document, (field, index), key, id_field)
        return found

    def folder(self, name: str, kind: type[T], key: Key, id_field: str = "id") -> dict[str, T]:
        """Read a folder that holds one value a file."""
        found: dict[str, T] = {}
        for path in yaml_files(self.root / name, "*.yaml"):
            document = self._document(path.relative_to(self.root).as_posix())
            if document is not None:
                self._keep(kind, found, document, (), key, id_field)
        if not found and not self.problems:
            self.problems.append(Problem(name, 1, "the folder is missing or empty: add its files"))
        return found

    def _keep(
        self, kind: type[T], found: dict[str, T], document: Document, place: Place, key: Key, id_field: str
    ) -> None:
        """Add what stands at ``place`` of ``document`` to what was ``found``, by its id."""
        value = self._checked(kind, document, place)
        if value is None:
            return
        name = getattr(value, id_field)
        if name in found:
            first = self.at((*key, name), (id_field,), "")
            message = f"`{name}` is used twice, first at {first.file}:{first.line}: choose another"
            self.problems.append(document.problem((*place, id_field), message))
            return
        found[name] = value
        self._places[*key, name] = document, place

    def _checked(self, kind: type[T], document: Document, place: Place) -> T | None:
        value, problems = validate(kind, document, place)
        self.problems += problems
        return value

    def edition(self, code: str) -> Edition | None:
        language = self.whole(f"{code}/language.yaml", Language, (code, "language"))
        phrases = self.whole(f"{code}/phrases.yaml", Phrases, (code, "phrases"))
        followups = self.whole(f"{code}/followups.yaml", FollowUps, (code, "followups"))
        entries = self.folder(f"{code}/entries", Entry, (code, "entry"), "slug")
        parts: dict[str, Any] = {
            "signposts": self.folder(f"{code}/signposts", Signpost, (code, "signpost")),
            "urgent": self.listed(f"{code}/urgent.yaml", "urgent", UrgentHelp, (code, "urgent")),
            "resources": self.listed(f"{code}/resources.yaml", "resources", Resource, (code, "resource")),
            "smalltalk": self.listed(f"{code}/smalltalk.yaml", "smalltalk", SmallTalk, (code, "smalltalk")),
            "glossary": self.listed(f"{code}/glossary.yaml", "terms", Term, (code, "term")),
        }
        if language is None or phrases is None or followups is None:
            return None
        ordered = dict(sorted(entries.items(), key=lambda item: item[1].number))
        return Edition(language=language, phrases=phrases, followups=followups, entries=ordered, **parts)


@dataclass(frozen=True, slots=True)
class Draft:
    """Content without mistakes; ``at`` tells where each part of the catalogue stands."""

    catalogue: Catalogue
    samples: list[Sample]
    alike: Alike
    at: At


def read_draft(root: Path, today: date, read: Read = read_document) -> Draft:
    """Return all content below ``root``, samples included.

    Raises ContentError with every mistake found, files that would not be read and dates after ``today`` among them.
    """
    problems = list(find_strays(root))
    catalogue, samples = None, []
    alike: Alike = ()
    try:
        catalogue, at = read_with_places(root, today, read)
    except ContentError as error:
        problems += error.problems
    try:
        intents, points = (intents_of(catalogue), points_of(catalogue)) if catalogue else (None, None)
        samples = read_samples(root, intents, points, read)
    except ContentError as error:
        problems += error.problems
    try:
        alike = read_alike(root, read)
    except ContentError as error:
        problems += error.problems
    if problems or catalogue is None:
        raise ContentError(problems)
    return Draft(catalogue, samples, alike, at)


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
