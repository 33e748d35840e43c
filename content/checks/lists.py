"""Lists and names that people choose from or are understood by: nothing twice, nothing that means two things."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import structs

from content.checks.names import plain_name
from content.checks.texts import repeated
from content.schema.catalogue import Catalogue, Edition
from content.schema.errors import At, Problem
from content.schema.speech import FollowUps

_FILE_NUMBER = re.compile(r"/(\d+)-[^/]*$")
SHORTEST_STEM = 3
"""Letters; what is shorter begins half of all words."""
_STEMS = ("subject_stems", "violence_stems", "crisis_stems")
_PARTS = ("in_language", "asks_language", "rather", "before", "behind", "joining", "naming")
"""These hold patterns and parts of messages, which may be in several."""


def check_lists(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a mistake for each item of a list that stands in another one too, or can mean nothing."""
    for code, edition in catalogue.editions.items():
        yield from _check_followups(code, edition, at)
        yield from _check_cries(code, edition, at)
        yield from _check_entries(code, edition, at)
        used = {entry.group for entry in edition.entries.values()}
        for index, group in enumerate(edition.language.groups):
            if group.id not in used:
                yield at((code, "language"), ("groups", index, "id"), f"no entry is in `{group.id}`: remove it")


def doubtful(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each entry whose file's name says another number, or that has the same button twice."""
    for code, edition in catalogue.editions.items():
        for slug, entry in edition.entries.items():
            key = (code, "entry", slug)
            named = _FILE_NUMBER.search(at(key, (), "").file)
            if named and int(named[1]) != entry.number:
                told = f"the file's name says {int(named[1])}: rename the file in all languages, or correct this"
                yield at(key, ("number",), told)
            for index, heading in repeated([point.heading for point in entry.points]):
                yield at(key, ("points", index, "heading"), f"`{heading}` is another point's button too: change one")


def _check_followups(code: str, edition: Edition, at: At) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for field in FollowUps.__struct_fields__:
        if field in _PARTS:
            continue
        for index, text in enumerate(getattr(edition.followups, field)):
            name = plain_name(text)
            if name in owners:
                told = f"`{text}` stands in `{owners[name]}` already: remove one"
                yield at((code, "followups"), (field, index), told)
            owners.setdefault(name, field)


def _check_entries(code: str, edition: Edition, at: At) -> Iterator[Problem]:
    commands = {plain_name(word) for word in structs.asdict(edition.phrases.command_words).values()}
    for slug, entry in edition.entries.items():
        key, said = (code, "entry", slug), [point.text for point in entry.points]
        for index, text in repeated(said):
            first = entry.points[said.index(text)].id
            yield at(key, ("points", index, "text"), f"the text of `{first}` again: write its own")
        for index, alias in enumerate(entry.aliases):
            if plain_name(alias) in commands:
                told = f"the alias `{alias}` is a command, which would do so no more: add a word to it"
                yield at(key, ("aliases", index), told)


def _check_cries(code: str, edition: Edition, at: At) -> Iterator[Problem]:
    language = edition.language
    courtesies = {plain_name(text) for text in language.courtesies}
    for field in ("cries", "loud_cries"):
        for index, text in enumerate(getattr(language, field)):
            if plain_name(text) in courtesies:
                told = f"`{text}` is a courtesy too: it cannot cry for help, remove one"
                yield at((code, "language"), (field, index), told)
    for field in _STEMS:
        for index, stem in enumerate(getattr(language, field)):
            if len(stem) < SHORTEST_STEM:
                told = f"`{stem}` begins too many words: write at least {SHORTEST_STEM} letters"
                yield at((code, "language"), (field, index), told)
