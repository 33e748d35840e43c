"""Tells a cry for help in a language that the bot does not answer in from what asks and what greets."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence

from content.schema.languages import Cries, LanguageCard, Tongue
from intents.language.scripts import UNPARTED, written_words
from intents.reading import READ_CHARACTERS, plain_words

TELLING_WORDS = 4
"""About how many words tell something, whatever they are, where they neither ask nor greet."""
LETTERS = 6
"""About how many letters a word has, with the space behind it."""
WHOLE_WORD = 3
"""Letters up to which a word of a cry is taken whole; of a longer one the beginning is enough."""

_LETTERS_OF_A_WORD: Mapping[str, int] = {**UNPARTED, "Hangul": 4}
"""The same in scripts in which it is far from :data:`LETTERS`."""
_JOINED = {*UNPARTED, "Arabic"}
"""Scripts in which a word may stand anywhere in a row of letters: Arabic joins "and", "with" and "the" to it."""
_QUESTION = frozenset("?؟？՞")
_END = "?"
"""What ends a message, and the pieces that do."""


class CryReader:
    """Hears cries in ``tongue``: outright ones; where it has a card, what tells something and neither asks nor greets.

    A message taken for one costs its reader the order of two paragraphs, a cry that is missed may cost more.
    """

    def __init__(self, tongue: Tongue) -> None:
        card = tongue if isinstance(tongue, LanguageCard) else None
        told, joined = card.cries if card else Cries(), tongue.script in _JOINED
        self._outright = _Pieces(tongue.distress, joined=True)
        self._tells = TELLING_WORDS * _LETTERS_OF_A_WORD.get(tongue.script, LETTERS) if card else math.inf
        self._asks, self._calm, self._somebody, self._taken, self._agents, self._near = (
            _Pieces(pieces, joined=joined)
            for pieces in (
                told.asks,
                (*told.calm, tongue.name.casefold()),
                told.somebody,
                told.taken,
                told.agents,
                told.near,
            )
        )

    def heard_in(self, text: str) -> bool:
        """Say whether ``text``, which is in the language, cries for help."""
        latin = f" {plain_words(text)} "
        composed = unicodedata.normalize("NFKC", text[:READ_CHARACTERS]).casefold()
        said = f"{latin}{_END} ", f" {' '.join(written_words(composed))} {_END} "
        if self._outright.stand_in(*said):
            return True
        if self._asks.stand_in(*said):
            return False
        kinds = self._taken, self._near, self._agents, self._somebody
        taken, near, agents, somebody = (kind.stand_in(*said) for kind in kinds)
        if _QUESTION.isdisjoint(text) and not self._calm.stand_in(*said):
            return taken or near or agents or somebody or len(composed) >= self._tells
        return (taken and (agents or somebody)) or (agents and near)


class _Pieces:
    """Beginnings of words, whole words of up to :data:`WHOLE_WORD` letters; ``joined``: they may stand anywhere.

    A piece with a question mark ends the message: "ko?" is no other "ko". In other scripts it may end its last word.
    """

    def __init__(self, pieces: Sequence[str], *, joined: bool) -> None:
        whole = [piece.replace(_END, f" {_END}") for piece in pieces]
        self._latin = [
            f" {piece} " if len(piece.split()[-1]) <= WHOLE_WORD else f" {piece}" for piece in whole if piece.isascii()
        ]
        others = [unicodedata.normalize("NFKC", piece) for piece in whole if not piece.isascii()]
        self._written = [piece if joined or piece.endswith(_END) else f" {piece}" for piece in others]

    def stand_in(self, latin: str, written: str) -> bool:
        """Say whether any stands in the plain words ``latin`` or the words as ``written``, with spaces around them."""
        return any(piece in latin for piece in self._latin) or any(piece in written for piece in self._written)
