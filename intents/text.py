"""Text as the matcher reads it: one alphabet of lower-case letters without accents, and its words."""

from __future__ import annotations

import re
import unicodedata

READ_CHARACTERS = 1_000
"""Characters of a message that are read; the rest is ignored, so that no input costs more than this.
Real questions end well before: the longest of the labelled sets has under 400."""

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_LONG_RUN = re.compile(r"(.)\1{2,}")


def fold(text: str) -> str:
    """Return the first 1,000 characters of ``text`` in lower case, compatibility forms and accents resolved.

    Follows Unicode's caseless matching (https://www.unicode.org/reports/tr15/, NFKD then case folding), so
    that "Policía", "POLICIA" and "ｐｏｌｉｃｉａ" are equal. Runs of one letter are cut to two ("heeelp").
    """
    decomposed = unicodedata.normalize("NFKD", text[:READ_CHARACTERS])
    letters = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    letters = letters.replace("’", "'").replace("`", "'")
    return _LONG_RUN.sub(r"\1\1", letters)


def words(text: str) -> list[str]:
    """Return the words of folded text."""
    return _WORD.findall(text)


def plain_words(text: str) -> str:
    """Return the words of any text, folded and joined by single spaces: how names and phrases are compared."""
    return " ".join(_WORD.findall(fold(text).replace("'", "")))
