"""What stands in a text and must not: markup that no platform shows, addresses and numbers that nobody confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from content.schema.catalogue import Catalogue, Edition
from content.schema.errors import At, Key, Place, Problem

_MARKUP = re.compile(r"</?[a-z]+\b[^>]*>|&[a-z]+;|&#\d+;|\*\*|__|\[[^\]]*\]\(", re.IGNORECASE)
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|TBD|XXX)\b")
_BARE_DOMAIN = re.compile(r"(?<![\w/@.-])(?:[a-z0-9-]+\.)+(?:com|org|gov|net|edu|us|mx)\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w-])(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?!\w)")
_NOT_DIGITS = re.compile(r"\D")

_NOT_SHOWN = frozenset(
    (
        *("id", "slug", "group", "sources", "related", "nearest", "entries", "resources", "choices", "url", "phone"),
        *("source", "said_by", "offer", "aliases", "names", "level", "number", "searched"),
    )
)
"""Fields that hold no words of the bot."""


def check_wording(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each text that readers see with something in it that does not belong there."""
    every: set[str] = set()
    for code, edition in catalogue.editions.items():
        numbers = {_digits(resource.phone) for resource in edition.resources.values() if resource.phone}
        every |= numbers
        for place, text in texts(edition.phrases):
            for message in (*_unfit(text), *_unconfirmed(text, numbers)):
                yield at((code, "phrases"), place, message)
        for key, part in parts(edition):
            for place, text in texts(part):
                for message in _faults(text, numbers):
                    yield at((code, *key), place, message)
    for name, card in catalogue.language_cards.items():
        for place, text in texts(card):
            for message in _unfit(text):
                yield at(("card", name), place, message)
    for name, law in catalogue.laws.items():
        for place, text in texts(law):
            for message in _faults(text, every):
                yield at(("law", name), place, message)


def texts(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield every text within ``value`` that readers see, with its place; ids and addresses are none."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from texts(item, (*place, index))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item, (*place, name))
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            if name not in _NOT_SHOWN:
                yield from texts(getattr(value, name), (*place, name))


def parts(edition: Edition) -> Iterator[tuple[Key, Struct]]:
    """Yield everything that readers see of an edition but the bot's own phrases, by kind and name."""
    kinds: tuple[tuple[str, Mapping[str, Struct]], ...] = (
        ("entry", edition.entries),
        ("signpost", edition.signposts),
        ("urgent", edition.urgent),
        ("resource", edition.resources),
        ("smalltalk", edition.smalltalk),
        ("term", edition.glossary),
    )
    for kind, items in kinds:
        for name, item in items.items():
            yield (kind, name), item


def _faults(text: str, numbers: set[str]) -> Iterator[str]:
    yield from _unfit(text)
    if found := _BARE_DOMAIN.search(text):
        yield f"{found[0]!r} is an address inside a text: make it a source, a link or a resource"
    yield from _unconfirmed(text, numbers)


def _unfit(text: str) -> Iterator[str]:
    if found := _MARKUP.search(text):
        yield f"{found[0]!r} is markup, which is shown as it stands: write plain text"
    if found := _UNFINISHED.search(text):
        yield f"{found[0]} is a note to yourself: finish the text"


def _unconfirmed(text: str, numbers: set[str]) -> Iterator[str]:
    for phone in _PHONE.finditer(text):
        if _digits(phone[0]) not in numbers:
            yield f"{phone[0]!r} is no resource's number: add it to resources.yaml with the source that confirms it"


def _digits(phone: str | None) -> str:
    return _NOT_DIGITS.sub("", phone or "")[-10:]
