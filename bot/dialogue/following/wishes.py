"""Wishes to be answered in another language: "español", "in english please", "en español: ¿quién los vigila?"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain

from msgspec import Struct

from bot.dialogue.memory import Memory
from content.schema.catalogue import Edition
from content.schema.languages import LanguageCard
from intents.match import CHITCHAT, Decision, Match
from intents.reading import READ_CHARACTERS, plain_words

LANGUAGE = "language"
"""The small talk that says which languages the bot speaks."""
SAID_NOTHING = (LANGUAGE, CHITCHAT, "stop")
"""Small talk that asks for nothing beside a wish for a language: "my english is bad, in spanish please"; "no, ..."."""
FEW_WORDS = 2
"""Words beside such a wish up to which they mean nothing where they are not understood: "no, in english"."""
_MORE = "..."
"""In a pattern: other words may stand here."""
_NAME = "*"
"""Stands for a language's name; no plain word holds it."""
_MARK = re.compile(r"([^\w\s'’-]+)")
"""What parts a wish from the rest of a message."""


class Wish(Struct, frozen=True):
    """The language wished for, and what else the message says: nothing where it is only the wish.

    ``parted`` says that a mark parts the two, so that the rest stands for itself.
    """

    lang: str
    rest: str
    parted: bool = False


class _Patterns(Struct, frozen=True):
    whole: frozenset[str]
    """Every wish as its plain words, with the language's name masked."""
    leading: list[str]
    """Those that other words may follow."""
    trailing: list[str]
    """Those that other words may precede."""


class WishReader:
    """Recognises wishes by the languages' names in ``language.yaml`` and the patterns in ``followups.yaml``.

    What stands on the buttons of ``cards`` ("English (английский)") may be typed too.
    """

    def __init__(self, editions: Mapping[str, Edition], cards: Iterable[LanguageCard] = ()) -> None:
        self._editions = editions
        self._labels = {plain_words(label): code for card in cards for code, label in card.buttons.items()}
        self._names = {
            plain_words(name): code
            for edition in editions.values()
            for code, names in edition.language.names.items()
            if code in editions
            for name in names
        }
        self._joining = frozenset(
            word
            for edition in editions.values()
            for said in edition.language.joiners
            for word in plain_words(said).split()
        )

    def language_named(self, name: str) -> str | None:
        """Return the code of the language that people call ``name`` (or by its code), or None."""
        plain = plain_words(name)
        return plain if plain in self._names.values() else self._names.get(plain)

    def read(self, text: str, plain: str | None = None) -> Wish | None:
        """Return the wish in ``text``, or None; ``plain`` are its plain words, where they are known already.

        What only joins it to what came before says nothing: "¿y en español?".
        """
        wish = self._read(text, plain_words(text) if plain is None else plain)
        joining = wish is not None and self._joining.issuperset(plain_words(wish.rest).split())
        return Wish(wish.lang, "") if wish and joining else wish

    def _read(self, text: str, plain: str) -> Wish | None:
        if lang := self._labels.get(plain):
            return Wish(lang, "")
        masked, lang = self._masked(plain)
        if _NAME not in masked:
            return None
        if lang and masked in self._patterns.whole:
            return Wish(lang, "")
        return self._beside_a_mark(text) or (self._among_words(masked, lang) if lang else None)

    def _beside_a_mark(self, text: str) -> Wish | None:
        """Return a wish that is the first or the last part of a message. A name alone may belong to a list."""
        parts = _MARK.split(text[:READ_CHARACTERS])
        spoken = [place for place, part in enumerate(parts) if plain_words(part)]
        for place, rest in ((spoken[0], parts[spoken[0] + 2 :]), (spoken[-1], parts[: spoken[-1]])):
            masked, lang = self._masked(plain_words(parts[place]))
            if lang and masked != _NAME and masked in self._patterns.whole:
                return Wish(lang, "".join(rest), parted=True)
        return None

    def _among_words(self, masked: str, lang: str) -> Wish | None:
        """Return a wish before or behind other words. With two languages in it a message asks about them."""
        behind = (masked.removeprefix(wish) for wish in self._patterns.leading if masked.startswith(f"{wish} "))
        before = (masked.removesuffix(wish) for wish in self._patterns.trailing if masked.endswith(f" {wish}"))
        rest = next(chain(behind, before), None)
        return None if rest is None else Wish(lang, rest.replace(_NAME, "").strip())

    @cached_property
    def _patterns(self) -> _Patterns:
        patterns = [pattern for edition in self._editions.values() for pattern in edition.followups.in_language]
        # The longest first: "please in english" is not "in english" with "please" before it.
        wishes = sorted(((_words(pattern), pattern) for pattern in patterns), key=lambda wish: -len(wish[0]))
        return _Patterns(
            whole=frozenset([_NAME, *(words for words, _ in wishes)]),
            leading=[words for words, pattern in wishes if pattern.endswith(_MORE)],
            trailing=[words for words, pattern in wishes if pattern.startswith(_MORE)],
        )

    def _masked(self, plain: str) -> tuple[str, str | None]:
        """Return ``plain`` words with every language's name masked, and the one language named."""
        masked, langs = f" {plain} ", set()
        for name, code in self._names.items():
            if name in plain and f" {name} " in masked:
                masked = masked.replace(f" {name} ", f" {_NAME} ")
                langs.add(code)
        return masked.strip(), langs.pop() if len(langs) == 1 else None


def _words(pattern: str) -> str:
    """Return the plain words of a pattern with the language's name masked."""
    before, _, after = pattern.partition("{language}")
    return " ".join(part for part in (plain_words(before), _NAME, plain_words(after)) if part)


def asks_beside(wish: Wish, whole: Match, said: Match, memory: Memory) -> bool:
    """Say whether what stands beside a wish for a language asks for something of its own.

    ``whole`` is what the message means with the wish in it, ``said`` what it means without.
    """
    short = len(wish.rest.split()) <= FEW_WORDS
    # "Do you have this in Spanish" asks for Spanish more than for anything else.
    wished = not wish.parted and whole.target == LANGUAGE
    match said.decision:
        case Decision.SMALLTALK:
            return wish.parted and said.target not in SAID_NOTHING
        case Decision.FALLBACK:
            return not short and not wished and memory.entry is None
        case Decision.CLARIFY if short:
            return False
        case _:
            return not wished or said.confidence > whole.confidence
