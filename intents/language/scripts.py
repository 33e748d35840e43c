"""Which script letters are in, and the words of a text as they are written."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

_OTHER = "other"
_LOOK_ALIKE = {"Cyrillic", "Greek", _OTHER}
"""Scripts whose letters stand in for Latin ones: a word that mixes them is meant to be Latin ("роlice")."""
_BLOCKS: tuple[tuple[int, int, str], ...] = (
    (0x0370, 0x03FF, "Greek"),
    (0x0400, 0x052F, "Cyrillic"),
    (0x0530, 0x058F, "Armenian"),
    (0x0590, 0x05FF, "Hebrew"),
    (0x0600, 0x06FF, "Arabic"),
    (0x0700, 0x074F, "Syriac"),
    (0x0750, 0x077F, "Arabic"),
    (0x0900, 0x097F, "Devanagari"),
    (0x0980, 0x09FF, "Bengali"),
    (0x0A00, 0x0A7F, "Gurmukhi"),
    (0x0A80, 0x0AFF, "Gujarati"),
    (0x0B00, 0x0B7F, "Oriya"),
    (0x0B80, 0x0BFF, "Tamil"),
    (0x0C00, 0x0C7F, "Telugu"),
    (0x0C80, 0x0CFF, "Kannada"),
    (0x0D00, 0x0D7F, "Malayalam"),
    (0x0D80, 0x0DFF, "Sinhala"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Lao"),
    (0x0F00, 0x0FFF, "Tibetan"),
    (0x1000, 0x109F, "Myanmar"),
    (0x10A0, 0x10FF, "Georgian"),
    (0x1100, 0x11FF, "Hangul"),
    (0x1200, 0x139F, "Ethiopic"),
    (0x1780, 0x17FF, "Khmer"),
    (0x1E00, 0x1EFF, "Latin"),
    (0x1F00, 0x1FFF, "Greek"),
    (0x3040, 0x30FF, "Kana"),
    (0x3130, 0x318F, "Hangul"),
    (0x31F0, 0x31FF, "Kana"),
    (0x3400, 0x4DBF, "Han"),
    (0x4E00, 0x9FFF, "Han"),
    (0xAC00, 0xD7A3, "Hangul"),
    (0xF900, 0xFAFF, "Han"),
    (0xFB50, 0xFDFF, "Arabic"),
    (0xFE70, 0xFEFC, "Arabic"),
    (0x20000, 0x323AF, "Han"),
)
"""The Unicode blocks (https://www.unicode.org/charts/) of the scripts that are told apart."""
_BEYOND_LATIN = re.compile("[^\x00-\u036f\u2000-\u206f\ufe0f\U0001f000-\U0001faff]")
"""What is no Latin letter, mark or emoji: without it a text is in no other script."""
_STARTS = [first for first, _, _ in _BLOCKS]
UNPARTED = {"Han": 2, "Kana": 3, "Thai": 5, "Lao": 5, "Khmer": 6, "Myanmar": 6}
"""About how many letters a word has in scripts that part no words by spaces."""


def leading_script(text: str) -> str | None:
    """Return the script of ``text`` where it is not Latin; None where Latin words outnumber the others.

    Agencies are named in Latin letters in every language ("ICE 来了"): words in capitals do not count.
    """
    if _BEYOND_LATIN.search(text) is None:
        return None
    letters: Counter[str] = Counter()
    latin = 0
    for word in text.split():
        if word.isascii():
            latin += any(map(str.isalpha, word)) and not word.isupper()
            continue
        counted = Counter(script for char in word if (script := script_of(char)) is not None)
        latin_letters = counted.pop("Latin", 0)
        if counted and not (latin_letters and counted.keys() <= _LOOK_ALIKE):
            letters += counted
        elif latin_letters and (counted or not word.isupper()):
            latin += 1
    if sum(letters.values()) < 2 and not letters["Han"]:
        return None
    # Japanese is written in both: Chinese has no kana.
    if letters["Kana"]:
        letters["Kana"] += letters.pop("Han", 0)
    leading = max(letters, key=lambda script: letters[script])
    length = UNPARTED.get(leading)
    words = -(-letters[leading] // length) if length else _words_in(leading, text)
    return leading if words >= latin else None


def _words_in(script: str, text: str) -> int:
    return sum(any(script_of(char) == script for char in word) for word in text.split())


@lru_cache(maxsize=4_096)
def script_of(char: str) -> str | None:
    """Return the script of a letter; None for what is no letter."""
    if char.isascii():
        return "Latin" if char.isalpha() else None
    if unicodedata.category(char)[0] not in "LM":
        return None
    code = ord(char)
    place = bisect_right(_STARTS, code) - 1
    if place >= 0 and code <= _BLOCKS[place][1]:
        return _BLOCKS[place][2]
    if code < 0x0370 or unicodedata.category(char)[0] == "M":
        return "Latin" if unicodedata.category(char)[0] == "L" else None
    return _OTHER


def written_words(text: str) -> Iterator[str]:
    """Yield the words of ``text`` as they are written, marks included, without what stands around them."""
    for word in text.split():
        if word.isalnum():
            yield word
            continue
        start, end = 0, len(word)
        while start < end and not word[start].isalnum() and unicodedata.category(word[start])[0] in "PSC":
            start += 1
        while start < end and not word[end - 1].isalnum() and unicodedata.category(word[end - 1])[0] in "PSC":
            end -= 1
        if start < end:
            yield word[start:end]
