"""What stands in a text and must not: markup that no platform shows, addresses and numbers that nobody confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache

from content.checks.texts import Text, every_text, field_at, texts
from content.checks.typing import MOST_TEXTS, slips
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Problem

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


def check_wording(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each text that readers see with something in it that does not belong there."""
    numbers = {
        code: {_digits(resource.phone) for resource in edition.resources.values() if resource.phone}
        for code, edition in catalogue.editions.items()
    }
    every = set[str]().union(*numbers.values())
    for said in every_text(catalogue):
        for message in _wrong(said, numbers.get(said.lang, set())):
            yield at(said.key, said.place, message)
    for name, card in catalogue.language_cards.items():
        for place, text in texts(card):
            for message in (*_unfit(text, _UNFINISHED), *slips(text, None), *_unconfirmed(text, every)):
                yield at(("card", name), place, message)
            shown = set(_NUMBER.findall(text)) - every if place[0] in _SAID_ON_CARDS else ()
            for number in sorted(shown):
                yield at(("card", name), place, f"{number!r} is no resource's number: nobody can check it here")
    for field in ("resources", "contact"):
        for place, text in texts(getattr(catalogue.local, field), (field,)):
            for message in _written(text, str(place[1]), field_at(place)):
                yield at(("local",), place, message)


def _wrong(said: Text, numbers: AbstractSet[str]) -> Iterator[str]:
    """Yield what does not belong into a text; ``numbers`` are those that somebody has confirmed for it."""
    if said.kind == "phrases":
        # The bot's own sentences have addresses and what is filled in, whose marks are no slips.
        typed = slips(_FILLED_IN.sub("0", _ADDRESS.sub("0", said.text)), said.lang, lines=True)
        yield from (*_unfit(said.text, _NOTE), *_strange(said.text), *typed)
    else:
        yield from _written(said.text, said.lang, field_at(said.twin[1]))
    if said.kind != "source":
        yield from _unconfirmed(said.text, numbers)


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


def _unconfirmed(text: str, numbers: AbstractSet[str]) -> Iterator[str]:
    for phone in _phones(text):
        if _digits(phone) not in numbers:
            yield f"{phone!r} is no resource's number: add it to resources.yaml with the source that confirms it"


@lru_cache(MOST_TEXTS)
def _phones(text: str) -> tuple[str, ...]:
    return tuple(found[0] for found in _PHONE.finditer(text))


def _digits(phone: str | None) -> str:
    return _NOT_DIGITS.sub("", phone or "")[-10:]
