"""Text as the matcher reads it: one alphabet of lower-case letters without accents, and its words."""

from __future__ import annotations

import re
import unicodedata
from typing import NewType

READ_CHARACTERS = 1_000
"""Characters of a message that are read; the rest is ignored, so that no input costs more than this.
Real questions end well before: the longest of the labelled sets has under 400."""

Folded = NewType("Folded", str)
"""Text that :func:`fold` returned; a message is folded once and passed on as this."""

_MARKS = "\u0900-\u0963\u0966-\u0dff\u0e30-\u0e4e\u0eb0-\u0ece\u0f18-\u0fbc\u102b-\u109d\u17b4-\u17d3\u17dd\u3099\u309a"
"""Vowels and other marks that are written around a letter (Indic scripts, Thai, Lao, Khmer); no ``\\w`` to ``re``."""
_WORD = re.compile(rf"[a-z0-9]+(?:'[a-z]+)?|(?:[^\W_\x00-\x7f]|[{_MARKS}])+")
_MEANING = re.compile("[\u0400-\u052f\u0900-\u1cff\u3040-\u30ff]")
"""Letters whose marks make another letter or word of them: Cyrillic, Indic and South-East Asian ones, Kana."""
_BARRED = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i"})
"""Latin letters that Unicode does not take apart into a letter and its mark."""
_LONG_RUN = re.compile(r"(.)\1{2,}")


def fold(text: str) -> Folded:
    """Return the first 1,000 characters of ``text`` in lower case, compatibility forms and accents resolved.

    Follows Unicode's caseless matching (https://www.unicode.org/reports/tr15/, NFKD then case folding), so
    that "Policía", "POLICIA" and "ｐｏｌｉｃｉａ" are equal. Marks that carry meaning, as Thai vowels do, stay. Runs of
    one letter are cut to two ("heeelp").
    """
    read = text[:READ_CHARACTERS]
    if read.isascii():
        letters = read.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", read)
        base = unicodedata.normalize("NFC", _without_accents(decomposed))
        # One character may stand for eighteen.
        letters = base.casefold().translate(_BARRED).replace("’", "'")[:READ_CHARACTERS]
    return Folded(_LONG_RUN.sub(r"\1\1", letters.replace("`", "'")))


def _without_accents(decomposed: str) -> str:
    kept: list[str] = []
    meaning = False
    for char in decomposed:
        if not unicodedata.combining(char):
            meaning = _MEANING.match(char) is not None
        elif not meaning:
            continue
        kept.append(char)
    return "".join(kept)


def words(folded: Folded) -> list[str]:
    """Return the words of a text; a run of letters of a script without spaces is one."""
    return _WORD.findall(folded)


def plain(folded: Folded) -> str:
    """Return the words of a text joined by single spaces, without apostrophes: how names and phrases are compared."""
    return " ".join(_WORD.findall(folded.replace("'", "")))


def plain_words(text: str) -> str:
    """Return :func:`plain` of a text that is not folded yet."""
    return plain(fold(text))
