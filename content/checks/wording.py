"""What stands in a text and must not: markup, addresses and numbers that nobody confirmed, slips of the keyboard."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import chain
from pathlib import Path

from content.checks.texts import Text, Texts, by_part, field_at, kept_of_each, kept_of_parts, texts
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Place, Problem
from content.schema.languages import LanguageCard

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

_SLIPS = {
    where: [(re.compile(pattern), what, remedy) for pattern, what, remedy in slips]
    for where, slips in tomllib.loads(Path(__file__).with_name("slips.toml").read_text(encoding="utf-8")).items()
}
"""What each looks like, how editors call it, and what to do, by where it is looked for: languages by their codes."""
_ENGLISH = re.compile(
    r"\b(?:I|you|your|the|is|are|am|what|do|does|with|of|to|and|which|who|can|has|it|for|this)\b", re.IGNORECASE
)
_SPANISH = re.compile(r"\b(?:el|la|los|las|de|del|que|un|una|y|en|por|para|su|se|es|con|al)\b", re.IGNORECASE)
_ASKED = re.compile(r"[^.!?¿¡(\"/\n]*[?!]")
_OPENED = re.compile(r"[¿¡][^?!]*$|[¿¡](?=[^?!]*[¿¡])")
_PAIRS = {")": "(", "]": "["}
_SENTENCES = frozenset(
    ("short", "for_you", "text", "after", "steps", "say", "note", "meaning", "closing", "does", "binds", "status")
)
"""Fields of whole sentences."""
_LABELS = frozenset(("title", "short_title", "heading", "term", "label"))
_END = re.compile(r"[.!?][\"')]*$")
_STOPPED = re.compile(r"(?:[^A-Z]\.|[,:;])$")


def check_wording(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a problem for each text that readers see with something in it that does not belong there."""
    numbers = {
        code: {_digits(resource.phone) for resource in edition.resources.values() if resource.phone}
        for code, edition in catalogue.editions.items()
    }
    every = frozenset[str]().union(*numbers.values())
    for said, messages, phones in chain.from_iterable(map(_doubts, by_part(catalogue))):
        for message in (*messages, *_unconfirmed(phones, numbers.get(said.lang, set()))):
            yield at(said.key, said.place, message)
    for name, card in catalogue.language_cards.items():
        for place, message in _on_card(card, every):
            yield at(("card", name), place, message)
    for field in ("resources", "contact"):
        for place, text in texts(getattr(catalogue.local, field), (field,)):
            for message in _written(text, str(place[1]), field_at(place)):
                yield at(("local",), place, message)


@kept_of_parts
def _doubts(said_in_part: Texts) -> Iterator[tuple[Text, tuple[str, ...], tuple[str, ...]]]:
    """Yield each text that has what does not belong into it, or phone numbers: the messages, and these."""
    for said in said_in_part:
        messages = tuple(_wrong(said))
        phones = _phones(said.text) if said.kind != "source" else ()
        if messages or phones:
            yield said, messages, phones


@kept_of_parts
def _on_card(card: LanguageCard, every: frozenset[str]) -> Iterator[tuple[Place, str]]:
    """Yield what does not belong on a card; ``every`` number is one that somebody has confirmed."""
    for place, text in texts(card):
        for message in (*_unfit(text, _UNFINISHED), *_slips(text, None), *_unconfirmed(_phones(text), every)):
            yield place, message
        for number in sorted(set(_NUMBER.findall(text)) - every) if place[0] in _SAID_ON_CARDS else ():
            yield place, f"{number!r} is no resource's number: nobody can check it here"


def _wrong(said: Text) -> Iterator[str]:
    if said.kind == "phrases":
        # The bot's own sentences have addresses and what is filled in, whose marks are no slips.
        typed = _slips(_FILLED_IN.sub("0", _ADDRESS.sub("0", said.text)), said.lang, "", lines=True)
        yield from (*_unfit(said.text, _NOTE), *_strange(said.text), *typed)
    else:
        yield from _written(said.text, said.lang, field_at(said.twin[1]))


@kept_of_each
def _written(text: str, lang: str, field: str) -> Iterator[str]:
    # Slips of the keyboard are told where nothing graver is: an address is full of them.
    yield from tuple(_graver(text)) or _slips(text, lang, field)


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


@kept_of_each
def _unfit(text: str, notes: re.Pattern[str]) -> Iterator[str]:
    if found := _MARKUP.search(text):
        yield f"{found[0]!r} is markup, which is shown as it stands: write plain text"
    elif found := notes.search(text):
        yield f"{found[0]} is a note to yourself: finish the text"
    if found := _MISREAD.search(text):
        yield f"{found[0]!r} was a letter with an accent before some program misread it: type it anew"


def _unconfirmed(phones: tuple[str, ...], numbers: AbstractSet[str]) -> Iterator[str]:
    for phone in phones:
        if _digits(phone) not in numbers:
            yield f"{phone!r} is no resource's number: add it to resources.yaml with the source that confirms it"


@kept_of_each
def _phones(text: str) -> Iterator[str]:
    return (found[0] for found in _PHONE.finditer(text))


def _digits(phone: str) -> str:
    return _NOT_DIGITS.sub("", phone)[-10:]


@kept_of_each
def _slips(text: str, lang: str | None, field: str = "", *, lines: bool = False) -> Iterator[str]:
    """Yield what is typed wrongly in ``text``, each with what to do.

    ``lang`` is None where the text is on a card. ``field`` says whether it is a sentence, a label or neither;
    ``lines``: it may have more than one.
    """
    here = lang in _SLIPS
    # A text that is left in English has other things to be told of it.
    spanish = lang == "es" and len(_ENGLISH.findall(text)) <= len(_SPANISH.findall(text))
    own = lang if spanish or lang != "es" else None
    places = (None if lines else "one_paragraph", "anywhere", lang and "spoken", "latin" if here else None, own)
    for slip, what, remedy in (slip for place in places for slip in _SLIPS.get(place or "", ())):
        if found := slip.search(text):
            yield f"{found[0]!r}: {what}: {remedy}"
    if here:
        yield from _unpaired(text)
        yield from _ends(text, field)
    if spanish:
        yield from _unopened(text)


def _unpaired(text: str) -> Iterator[str]:
    if text.count('"') % 2:
        yield "'\"': a quote that does not begin or does not end: add the other, or remove it"
    opened: list[str] = []
    for letter in text:
        if letter in _PAIRS.values():
            opened.append(letter)
        elif letter in _PAIRS and (not opened or opened.pop() != _PAIRS[letter]):
            yield f"{letter!r}: a bracket that nothing opens: remove it, or add the other"
            return
    if opened:
        yield f"{opened[-1]!r}: a bracket that does not end: close it"


def _ends(text: str, field: str) -> Iterator[str]:
    """Yield how a sentence or a label begins or ends otherwise than all the others."""
    if field in _SENTENCES and not _END.search(text):
        yield f"{text[-20:]!r}: a sentence without its end: add the full stop"
    if field in _LABELS and (found := _STOPPED.search(text)):
        yield f"{found[0]!r}: a mark at the end of a title or a label: remove it"
    if field in _SENTENCES | _LABELS and text[:1].islower():
        yield f"{text[:20]!r}: a small letter at the beginning: write a capital"
    if field in _LABELS and text.isupper() and len(text.split()) > 2:
        yield f"{text[:20]!r}: all in capitals: write small letters"


def _unopened(text: str) -> Iterator[str]:
    """Yield the Spanish question or cry that does not begin, or does not end, as such; English ones may stand by."""
    for found in _ASKED.finditer(text):
        sign = {"?": "¿", "!": "¡"}[found[0][-1]]
        if text[found.start() - 1 : found.start()] not in ("¿", "¡") and not _ENGLISH.search(found[0]):
            yield f"{found[0].strip()[-30:]!r}: no {sign} at its beginning: add it"
            return
    if open_ended := _OPENED.search(text):
        yield f"{open_ended[0][:30]!r}: begun with {open_ended[0][0]} and not ended: add its end"
