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

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_LONG_RUN = re.compile(r"(.)\1{2,}")


def fold(text: str) -> Folded:
    """Return the first 1,000 characters of ``text`` in lower case, compatibility forms and accents resolved.

    Follows Unicode's caseless matching (https://www.unicode.org/reports/tr15/, NFKD then case folding), so
    that "Policía", "POLICIA" and "ｐｏｌｉｃｉａ" are equal. Runs of one letter are cut to two ("heeelp").
    """
    read = text[:READ_CHARACTERS]
    if read.isascii():
        letters = read.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", read)
        base = "".join([char for char in decomposed if not unicodedata.combining(char)])
        # One character may stand for eighteen.
        letters = base.casefold().replace("’", "'")[:READ_CHARACTERS]
    return Folded(_LONG_RUN.sub(r"\1\1", letters.replace("`", "'")))


def words(folded: Folded) -> list[str]:
    """Return the words of a text."""
    return _WORD.findall(folded)


def plain(folded: Folded) -> str:
    """Return the words of a text joined by single spaces, without apostrophes: how names and phrases are compared."""
    return " ".join(_WORD.findall(folded.replace("'", "")))


def plain_words(text: str) -> str:
    """Return :func:`plain` of a text that is not folded yet."""
    return plain(fold(text))
