"""Places to turn to: those of the content, and those that an operator adds for their own area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from content.checks.names import check_id, check_url
from content.schema.catalogue import Catalogue, Resource
from content.schema.errors import At, Key, Place, Problem

_CHANNEL = re.compile(r"C[A-Z0-9]{6,}")
_PHONE = re.compile(r"\d\D*\d\D*\d")
_MADE_UP = re.compile(r"\d{3}\D{0,2}555\D?01\d\d\b")
"""Set aside for films and examples (https://nationalnanpa.com/number_resource_info/555_numbers.html)."""


def check_resource(resource: Resource, known: AbstractSet[str], key: Key, place: Place, at: At) -> Iterator[Problem]:
    """Yield every mistake in ``resource``; ``known`` are the ids of all sources."""
    yield from check_id(resource.id, key, (*place, "id"), at)
    if resource.url is None and resource.phone is None:
        yield at(key, place, "needs a `url` or a `phone`: add one")
    if resource.url is not None:
        yield from check_url(resource.url, key, (*place, "url"), at)
    if resource.phone is not None and (not _PHONE.search(resource.phone) or _MADE_UP.search(resource.phone)):
        yield at(key, (*place, "phone"), f"`{resource.phone}` is no phone number: write the one that you have called")
    if resource.phone is not None and key[-1] != "local" and resource.source is None:
        yield at(key, (*place, "phone"), "no `source:` confirms this number: add the official page that gives it")
    if resource.source is not None and resource.source not in known:
        yield at(key, (*place, "source"), f"no source `{resource.source}`: correct its name or add it")


def check_local(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield every mistake in the operator's own file."""
    key, sources = ("local",), set(catalogue.sources)
    local = catalogue.local
    for code, contact in local.contact.items():
        if code not in catalogue.languages:
            known = ", ".join(f"`{name}`" for name in catalogue.languages)
            yield at(key, ("contact", code), f"there is no language `{code}`, only {known}: correct it")
        yield from check_resource(contact, sources, key, ("contact", code), at)
        if contact.slack_channel and not _CHANNEL.fullmatch(contact.slack_channel):
            message = f"`{contact.slack_channel}` is no channel's id: C and letters and digits, from the channel's link"
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
            if resource.id in ids[:index]:
                yield at(key, ("resources", code, index), f"`{resource.id}` is used twice: choose another")
    if local.resources:
        for code in sorted(set(catalogue.languages) - set(local.resources)):
            yield at(key, ("resources",), f"nothing for the language `{code}`: add it")
    yield from _check_twins(catalogue, at)


def _check_twins(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """The same place has the same number in all languages; a place may be there for one language only."""
    default, *others = catalogue.languages
    first = {resource.id: resource for resource in catalogue.local.resources.get(default, ())}
    for code in others:
        for index, resource in enumerate(catalogue.local.resources.get(code, ())):
            twin = first.get(resource.id)
            if twin is not None and twin.phone != resource.phone:
                told = f"another phone than in `{default}` ({twin.phone}): make them equal"
                yield at(("local",), ("resources", code, index, "phone"), told)


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
