"""Places to turn to: those of the content, and those that an operator adds for their own area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from content.checks.names import check_id, check_url
from content.checks.numbers import numbers_in
from content.checks.phones import not_callable, tip_line
from content.schema.catalogue import Catalogue, Resource
from content.schema.errors import At, Key, Place, Problem

CALL_AGAIN_DAYS = 120
"""After so many days a local number is to be called again: these change within months."""
CALL_AGAIN = "call it, or look again, and write that day"

_CHANNEL = re.compile(r"C[A-Z0-9]{6,}")
_WORDS = re.compile(r"(?:[^\W\d_]{2,}\W+(?:\S+\W+)*?){2}[^\W\d_]{2,}")
"""Three words: what is equal in two languages by chance has fewer ("24 h", a name)."""


def check_resource(resource: Resource, known: AbstractSet[str], key: Key, place: Place, at: At) -> Iterator[Problem]:
    """Yield every mistake in ``resource``; ``known`` are the ids of all sources."""
    yield from check_id(resource.id, key, (*place, "id"), at)
    if resource.url is None and resource.phone is None:
        yield at(key, place, "needs a `url` or a `phone`: add one")
    if resource.url is not None:
        yield from check_url(resource.url, key, (*place, "url"), at)
    if resource.phone is not None and (told := tip_line(resource.phone) or not_callable(resource.phone)):
        yield at(key, (*place, "phone"), told)
    for field in ("label", "note"):
        if told := tip_line(getattr(resource, field) or ""):
            yield at(key, (*place, field), told)
    if resource.phone is not None and key[-1] != "local" and resource.source is None:
        yield at(key, (*place, "phone"), "no `source:` confirms this number: add the official page that gives it")
    if resource.source is not None and resource.source not in known:
        yield at(key, (*place, "source"), f"no source `{resource.source}`: correct its name or add it")


def check_local(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield every mistake in the operator's own file."""
    key, sources = ("local",), set(catalogue.sources)
    local = catalogue.local
    for code, person in local.contact.items():
        if code not in catalogue.languages:
            known = ", ".join(f"`{name}`" for name in catalogue.languages)
            yield at(key, ("contact", code), f"there is no language `{code}`, only {known}: correct it")
        yield from check_resource(person, sources, key, ("contact", code), at)
        yield from _check_taken(person, catalogue, ("contact", code), at)
        if person.slack_channel and not _CHANNEL.fullmatch(person.slack_channel):
            message = f"`{person.slack_channel}` is no channel's id: C and letters and digits, from the channel's link"
            yield at(key, ("contact", code, "slack_channel"), message)
    if local.contact:
        for code in sorted(set(catalogue.languages) - set(local.contact)):
            yield at(key, ("contact",), f"nothing for the language `{code}`: add it")
    for code, resources in local.resources.items():
        if code not in catalogue.editions:
            known = ", ".join(catalogue.languages)
            yield at(key, ("resources", code), f"there is no language `{code}`, only {known}: correct it")
        ids = [resource.id for resource in resources]
        for index, resource in enumerate(resources):
            yield from check_resource(resource, sources, key, ("resources", code, index), at)
            yield from _check_taken(resource, catalogue, ("resources", code, index), at)
            contact = local.contact.get(code)
            if resource.id in ids[:index] or (contact and contact.id == resource.id):
                yield at(key, ("resources", code, index), f"`{resource.id}` is used twice: choose another")
    if local.resources:
        for code in sorted(set(catalogue.languages) - set(local.resources)):
            yield at(key, ("resources",), f"nothing for the language `{code}`: add it")
    yield from _check_twins(catalogue, at)


def to_call_again(catalogue: Catalogue) -> Iterator[tuple[Place, Resource, date]]:
    """Yield all that the operator wrote, with its place, and the day on which to call or look again."""
    for place, resource in _written(catalogue):
        yield place, resource, resource.opened + timedelta(CALL_AGAIN_DAYS)


def called_long_ago(catalogue: Catalogue, today: date) -> str:
    """Return whom an operator is to call again by ``today``; "" where nobody."""
    named = dict.fromkeys(one.id for _, one, again in to_call_again(catalogue) if again <= today)
    return f"local.yaml: over {CALL_AGAIN_DAYS} days ago: {', '.join(named)}: {CALL_AGAIN}" if named else ""


def doubtful_local(catalogue: Catalogue, today: date, at: At) -> Iterator[Problem]:
    """Yield a warning for each local number to call again, and each note that its twin does not bear out."""
    for place, resource, again in to_call_again(catalogue):
        if again <= today:
            told = f"{resource.opened} is over {CALL_AGAIN_DAYS} days ago: {CALL_AGAIN}"
            yield at(("local",), (*place, "opened"), told)
    default = catalogue.languages[0]
    for place, twin, own in _twins(catalogue):
        here, there = twin.note or "", own.note or ""
        if here == there and _WORDS.search(here):
            yield at(("local",), (*place, "note"), f"the same text as in `{default}`: translate it")
        elif odd := ", ".join(sorted(numbers_in(here) ^ numbers_in(there))):
            yield at(("local",), (*place, "note"), f"other numbers than in `{default}` ({odd}): make them equal")


def _check_taken(resource: Resource, catalogue: Catalogue, place: Place, at: At) -> Iterator[Problem]:
    if any(resource.id in edition.resources for edition in catalogue.editions.values()):
        yield at(("local",), (*place, "id"), f"`{resource.id}` is a place in resources.yaml: choose another id")


def _written(catalogue: Catalogue) -> Iterator[tuple[Place, Resource]]:
    """Yield all that the operator wrote, with its place."""
    for code, contact in catalogue.local.contact.items():
        yield ("contact", code), contact
    for code, resources in catalogue.local.resources.items():
        for index, resource in enumerate(resources):
            yield ("resources", code, index), resource


def _twins(catalogue: Catalogue) -> Iterator[tuple[Place, Resource, Resource]]:
    """Yield each place in another language, where it stands, behind the same one in the default language."""
    first = {(place[0], one.id): one for place, one in _written(catalogue) if place[1] == catalogue.languages[0]}
    for place, own in _written(catalogue):
        twin = first.get((place[0], own.id))
        if twin is not None and twin is not own:
            yield place, twin, own


def _check_twins(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """The same place has the same number in all languages; a place may be there for one language only."""
    for place, twin, own in _twins(catalogue):
        if twin.phone != own.phone and place[1] != catalogue.languages[0]:
            told = f"another phone than in `{catalogue.languages[0]}` ({twin.phone}): make them equal"
            yield at(("local",), (*place, "phone"), told)


def without_local_help(catalogue: Catalogue) -> str:
    """Return what to do where urgent help names nobody near in some language; "" where it does in all of them."""
    local = catalogue.local
    missing = [code for code in catalogue.languages if not local.resources.get(code)]
    if not missing:
        return ""
    return (
        f"local.yaml names no rapid-response line near you ({', '.join(missing)}), so people in urgent help see none: "
        "docs/editing.md says where to look"
    )
