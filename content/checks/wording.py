"""What stands in a text and must not: markup that no platform shows, addresses and numbers that nobody confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from content.checks.typing import MOST_TEXTS, slips
from content.schema.catalogue import Catalogue, Edition
from content.schema.errors import At, Key, Place, Problem

_MARKUP = re.compile(
    r"</?[a-z]+\b[^>]*>|<[@#!][^>]*>|&[a-z]+;|&#\d+;|\*\*|__|\[[^\]]*\]\(|`|~~"
    r"|(?<![\w*_])([*_])(?=\S)[^*_\n]+\1(?!\w)"  # *bold* and _italic_ as Slack and Markdown have it
    r"|(?<!\w):[a-z][a-z0-9_+-]+:(?!\w)"  # :warning:
    r"|\\\w?",  # \n, which YAML takes for a new line in double quotes only
    re.IGNORECASE,
)
_LIST = re.compile(r"(?m)^\s*(?:[-*–]|#+)\s|[•▪◦]")
_UNFINISHED = re.compile(
    r"\b(?:TODO|FIXME|TBD|XXX|PENDIENTE|POR HACER)\b|\b[Tt]o ?do:|\b[Ll]orem ipsum\b|\?\?\?|\[[^\]]*\]|\{[^}]*\}"
)
_NOTE = re.compile(r"\b(?:TODO|FIXME|TBD|XXX|PENDIENTE|POR HACER)\b|\?\?\?|\b[Ll]orem ipsum\b")
"""The same in the bot's own sentences, which have their braces and brackets."""
_ADDRESS = re.compile(
    r"https?://\S+|\bwww\.\S+|\S+@[\w-]+\.\w+"
    r"|(?<![\w/@.-])(?:[a-z0-9-]+\.)+(?:com|org|gov|net|edu|us|mx|info|io|app|biz|mil|int|law|legal)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w-])(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?!\w)"
    r"|(?<![\w-])(?:\d{10}(?!\w)|\d{3}-\d{4}(?![\w-]))|\b(?:1-)?8\d\d-[A-Z][A-Z-]{2,}\d*\b"
)
_FILLED_IN = re.compile(r"\{[^}]*\}")
_NUMBER = re.compile(r"\d+")
_STRANGE_LETTERS = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
"""Greek and Cyrillic ones, some of which look like Latin ones."""
_MISREAD = re.compile("[ÃÂ][\u0080-\u00bf]|â€")
"""What UTF-8 looks like to a program that takes it for Windows' letters."""
_NOT_DIGITS = re.compile(r"\D")

_SAID_ON_CARDS = ("about", "heading", "sentences", "welcome")
_NOT_SHOWN = frozenset(
    (
        *(
            "id",
            "slug",
            "group",
            "sources",
            "rests_on",
            "related",
            "nearest",
            "entries",
            "resources",
            "choices",
            "url",
            "phone",
        ),
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
            # The bot's own sentences have addresses and what is filled in, whose marks are no slips.
            typed = slips(_FILLED_IN.sub("0", _ADDRESS.sub("0", text)), code, lines=True)
            for message in (*_unfit(text, _NOTE), *_strange(text), *typed):
                yield at((code, "phrases"), place, message)
            for message in _unconfirmed(text, numbers):
                yield at((code, "phrases"), place, message)
        for key, part in parts(edition):
            for place, text in texts(part):
                for message in (*_written(text, code, _field(place)), *_unconfirmed(text, numbers)):
                    yield at((code, *key), place, message)
    for name, card in catalogue.language_cards.items():
        for place, text in texts(card):
            for message in (*_unfit(text, _UNFINISHED), *slips(text, None), *_unconfirmed(text, every)):
                yield at(("card", name), place, message)
            said = set(_NUMBER.findall(text)) - every if place[0] in _SAID_ON_CARDS else ()
            for number in sorted(said):
                yield at(("card", name), place, f"{number!r} is no resource's number: nobody can check it here")
    for source in catalogue.sources.values():
        for code, label in source.label.items():
            for message in _written(label, code, "label"):
                yield at(("source", source.id), ("label", code), message)
    for field in ("resources", "contact"):
        for place, text in texts(getattr(catalogue.local, field), (field,)):
            for message in _written(text, str(place[1]), _field(place)):
                yield at(("local",), place, message)
    for name, law in catalogue.laws.items():
        for place, text in texts(law):
            for message in (*_written(text, str(place[1]), str(place[0])), *_unconfirmed(text, every)):
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


def _field(place: Place) -> str:
    """Return the name of the field at ``place``, which may be a list."""
    return next((step for step in reversed(place) if isinstance(step, str)), "")


@lru_cache(MOST_TEXTS)
def _written(text: str, lang: str, field: str) -> tuple[str, ...]:
    """Return what a statement, a label or a note has in it that does not belong there, phone numbers aside.

    Slips of the keyboard are told where nothing graver is: an address is full of them.
    """
    return tuple(_graver(text)) or slips(text, lang, field)


def _graver(text: str) -> Iterator[str]:
    yield from _unfit(text, _UNFINISHED)
    yield from _strange(text)
    if found := _LIST.search(text):
        yield f"{found[0].strip()!r} begins a list or a heading, which is shown as it stands: write sentences"
    if (found := _ADDRESS.search(text)) and not _MARKUP.search(text):
        yield f"{found[0]!r} is an address inside a text: make it a source, a link or a resource"


def _strange(text: str) -> Iterator[str]:
    if found := _STRANGE_LETTERS.search(text):
        yield f"{found[0]!r} (U+{ord(found[0]):04X}) is no letter of this language: type the word anew"


@lru_cache(MOST_TEXTS)
def _unfit(text: str, notes: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(_unfit_marks(text, notes))


def _unfit_marks(text: str, notes: re.Pattern[str]) -> Iterator[str]:
    if found := _MARKUP.search(text):
        yield f"{found[0]!r} is markup, which is shown as it stands: write plain text"
    elif found := notes.search(text):
        yield f"{found[0]} is a note to yourself: finish the text"
    if found := _MISREAD.search(text):
        yield f"{found[0]!r} was a letter with an accent before some program misread it: type it anew"


def _unconfirmed(text: str, numbers: set[str]) -> Iterator[str]:
    for phone in _phones(text):
        if _digits(phone) not in numbers:
            yield f"{phone!r} is no resource's number: add it to resources.yaml with the source that confirms it"


@lru_cache(MOST_TEXTS)
def _phones(text: str) -> tuple[str, ...]:
    return tuple(found[0] for found in _PHONE.finditer(text))


def _digits(phone: str | None) -> str:
    return _NOT_DIGITS.sub("", phone or "")[-10:]
