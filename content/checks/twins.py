"""The languages must say the same: what each has and the other lacks, what differs, what nobody has translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from content.checks.texts import every_text, parts, texts, with_twins
from content.schema.catalogue import Catalogue, Edition, Entry
from content.schema.errors import At, Key, Place, Problem
from content.schema.speech import FollowUps

TIMES = ("known_to", "until", "withdraw")

SAME: dict[str, tuple[str, ...]] = {
    "entry": ("number", "group", "related", "rests_on"),
    "signpost": ("sources", "nearest", "choices", *TIMES),
    "urgent": ("resources", "sources", "choices", "next", *TIMES),
    "resource": ("phone", "source", "opened"),
    "smalltalk": ("offer",),
    "term": ("entries", "law", "sources", *TIMES),
}
"""What must be equal in all languages, by kind."""
FILED = ("entry", "signpost")
"""What stands in a file of its own, which has the same name in all languages."""
SENTENCE = 40
"""Characters from which equal texts in two languages are no coincidence, as a name or a law's title may be."""

LABEL = 30
"""The same for a source's label, which often is a title."""

MEANT = ("say",)
"""What may stand in the default language in every other one: sentences to say aloud to whoever understands only it."""
_MEANING = re.compile(r" \([^()]+\)$")
"""What such a sentence means, for readers of the other language, behind it in brackets."""


def check_twins(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each way in which a language differs from the default one."""
    default, *others = catalogue.languages
    for code in others:
        yield from _check_twin(default, code, catalogue, at)


def untranslated(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each text and list of words that stands in a language as it stands in the default one."""
    default, *others = catalogue.languages
    first = dict(_parts(catalogue.editions[default]))
    written = [(said.key, said.place, said.lang) for said in every_text(catalogue)]
    written += [(("law", law.id), ("names", code), code) for law in catalogue.laws.values() for code in law.names]
    for key, place, code in written:
        if code not in catalogue.editions:
            yield at(key, place, f"there is no language `{code}`: remove this, or add the language")
    for code in others:
        for name, part in _parts(catalogue.editions[code]):
            original = dict(_sentences(first.get(name)))
            for place, text in _sentences(part):
                if original.get(place) == text:
                    yield at((code, *name), place, f"the same text as in `{default}`: translate it")
        for name, lists in _word_lists(catalogue.editions[code]).items():
            if lists == _word_lists(catalogue.editions[default])[name]:
                yield at((code, name[0]), name[1:], f"the same words as in `{default}`: write this language's")
        for said, here in with_twins(catalogue):
            if said.lang == code and said.text == here and said.place[0] != "name":
                if said.kind == "law":
                    yield at(said.key, said.place, f"the same text as in `{default}`: translate it")
                elif said.kind == "source" and len(here) >= LABEL:
                    yield at(said.key, said.place, f"the same label as in `{default}`: translate it")


def _parts(edition: Edition) -> Iterator[tuple[Key, Any]]:
    return chain([(("phrases",), edition.phrases)], parts(edition))


def _word_lists(edition: Edition) -> dict[tuple[str, str], tuple[str, ...]]:
    followups = {("followups", name): getattr(edition.followups, name) for name in FollowUps.__struct_fields__}
    language = edition.language
    return followups | {("language", name): getattr(language, name) for name in ("months", "asking_words")}


def _sentences(value: Any) -> Iterator[tuple[Place, str]]:
    """Yield the texts within ``value`` that are long enough to be sentences, with their places."""
    return ((place, text) for place, text in texts(value, hidden=MEANT) if len(text) >= SENTENCE and " " in text)


def _check_twin(default: str, code: str, catalogue: Catalogue, at: At) -> Iterator[Problem]:
    first, other = catalogue.editions[default], catalogue.editions[code]
    for kind, here in first.lists.items():
        there = other.lists[kind]
        for name in here.keys() ^ there.keys():
            has, lacks = (default, code) if name in here else (code, default)
            yield at((has, kind, name), (), f"the {kind} `{name}` is missing in `{lacks}`: add it there")
        for name in here.keys() & there.keys():
            key = (code, kind, name)
            for field in SAME.get(kind, ()):
                if getattr(here[name], field) != getattr(there[name], field):
                    yield at(key, (field,), f"`{field}` differs from the `{default}` {kind}: make them equal")
            twin, own = (at((lang, kind, name), (), "").file.rpartition("/")[2] for lang in (default, code))
            if kind in FILED and own != twin:
                yield at(key, (), f"the file must have the name of its `{default}` twin, `{twin}`: rename one")
    for slug in first.entries.keys() & other.entries.keys():
        yield from _check_entry((code, "entry", slug), first.entries[slug], other.entries[slug], default, at)
    for name in first.urgent.keys() & other.urgent.keys():
        here_steps, steps = len(first.urgent[name].steps), len(other.urgent[name].steps)
        if here_steps != steps:
            yield at((code, "urgent", name), ("steps",), f"has {steps} steps, `{default}` has {here_steps}")
        if first.urgent[name].say != tuple(_MEANING.sub("", words) for words in other.urgent[name].say):
            yield at((code, "urgent", name), ("say",), f"`say` differs from the `{default}` urgent: make them equal")
    for field in ("groups", "starters"):
        pair = [[getattr(one, "id", one) for one in getattr(edition.language, field)] for edition in (first, other)]
        if pair[0] != pair[1]:
            yield at((code, "language"), (field,), f"`{field}` differs from `{default}`: make them equal")
    kept = [tuple(item.key for item in edition.phrases.privacy.kept) for edition in (first, other)]
    if kept[0] != kept[1]:
        yield at((code, "phrases"), ("privacy", "kept"), f"lists other keys than `{default}`: make them equal")


def _check_entry(key: Key, a: Entry, b: Entry, default: str, at: At) -> Iterator[Problem]:
    ids = [point.id for point in a.points]
    if ids != [point.id for point in b.points]:
        yield at(key, ("points",), f"has other points or another order than `{default}` ({', '.join(ids)})")
        return
    if (a.law_check is None) != (b.law_check is None):
        yield at(key, (), f"`law_check` stands in only one language: compare with the `{default}` entry")
    places: list[Place] = [*(("points", index) for index in range(len(ids))), ("law_check",)]
    # A law check that only one has is left out: its twin's statements end before it.
    for place, mine, twin in zip(places, a.statements, b.statements, strict=False):
        for field in ("sources", "said_by", *TIMES):
            if _set(getattr(mine, field, None)) != _set(getattr(twin, field, None)):
                yield at(key, (*place, field), f"another `{field}` than in `{default}`: make them equal")


def _set(value: Any) -> Any:
    return frozenset(value) if isinstance(value, tuple) else value
