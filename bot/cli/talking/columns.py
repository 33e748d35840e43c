"""Lines of a terminal, counted in its columns: wide characters take two, marks on others none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

_WIDE = ("W", "F")
"""What Unicode calls wide (East Asian Width): two columns each."""
_UNSEEN = ("Mn", "Me", "Cf")
"""Marks above, below and around a letter, and characters that only steer: no column of their own."""
_CLOSING, _OPENING = ("Pe", "Pf", "Po"), ("Ps", "Pi")
"""Signs that begin no line, and signs that end none."""
_WITHOUT_SPACES = frozenset(map(chr, (*range(0x0E00, 0x0F00), *range(0x1000, 0x10A0), *range(0x1780, 0x1800))))
"""Letters of Thai, Lao, Burmese and Khmer, which part no words, and no dictionary here knows them."""
_LEADING = frozenset("เแโใไເແໂໃໄ\u17d2\u1039")
"""What belongs to the letter behind it: vowels written before it, and the signs that set it below."""
_FOLLOWING = frozenset("ะาำๅๆฯະາຳໆຯ")
"""What belongs to the letter before it without being a mark."""
_LETTERS = 4096
"""As many as are looked up again and again."""


def columns_of(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def fill(line: str, width: int, hang: int) -> str:
    """Return ``line`` in lines of ``width`` columns, those after the first ``hang`` columns in.

    Words and addresses stay whole, also where they are wider; Chinese and Japanese break between characters, what
    has no spaces at all between syllables, where it is wider than a line.
    """
    rows: list[str] = []
    row, used = "", 0
    for piece in (part for whole in _pieces(line) for part in _fitting(whole, width - hang)):
        blank = not row.strip()
        columns = columns_of(piece)
        if not blank and used + columns > width:
            rows.append(row.rstrip())
            row, used, blank = " " * hang, hang, True
        if rows and blank and piece.startswith(" "):
            continue
        row, used = row + piece, used + columns
    return "\n".join([*rows, row.rstrip()])


@lru_cache(maxsize=_LETTERS)
def _columns(char: str) -> int:
    if unicodedata.east_asian_width(char) in _WIDE:
        return 2
    return 0 if unicodedata.category(char) in _UNSEEN else 1


def _pieces(line: str) -> Iterator[str]:
    """Yield ``line`` in the pieces between which it may break: words, the spaces between them, single Han and kana."""
    ends = [
        place
        for place, (before, after) in enumerate(pairwise(line), 1)
        if (before == " ") != (after == " ") or _may_break(before, after)
    ]
    for start, end in pairwise([0, *ends, len(line)]):
        yield line[start:end]


def _fitting(piece: str, room: int) -> Iterator[str]:
    """Yield ``piece``, in parts of at most ``room`` columns where it is of a script without spaces."""
    if columns_of(piece) <= room or _WITHOUT_SPACES.isdisjoint(piece):
        yield piece
        return
    start = end = 0
    for place in (*_ends_of_syllables(piece), len(piece)):
        if end > start and columns_of(piece[start:place]) > room:
            yield piece[start:end]
            start = end
        end = place
    yield piece[start:]


def _ends_of_syllables(piece: str) -> Iterator[int]:
    """Yield the places between two letters that no mark, vowel or sign ties to each other."""
    for place, (before, after) in enumerate(pairwise(piece), 1):
        tied = before in _LEADING or after in _FOLLOWING or unicodedata.category(after)[0] == "M"
        if not tied and unicodedata.category(after) not in _CLOSING and unicodedata.category(before) not in _OPENING:
            yield place


def _may_break(before: str, after: str) -> bool:
    """Say whether a line may end between two characters without a space between them, as around Han and kana."""
    if not (_is_unspaced(before) or _is_unspaced(after)):
        return False
    return unicodedata.category(after) not in _CLOSING and unicodedata.category(before) not in _OPENING


@lru_cache(maxsize=_LETTERS)
def _is_unspaced(char: str) -> bool:
    """Say whether ``char`` is wide and of a script without spaces: Korean has spaces."""
    return unicodedata.east_asian_width(char) in _WIDE and not unicodedata.name(char, "").startswith("HANGUL")
