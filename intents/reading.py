"""Text as the matcher reads it: one alphabet of small letters without accents, its words, and its emoji apart.

Everything that hides words from a reader of letters is settled here, once: characters that show nothing, letters that
only look Latin, entities, emoji as themselves and as ``:shortcodes:``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

READ_CHARACTERS = 4_096
"""Characters of a message that are read: what Telegram takes (https://core.telegram.org/bots/api#sendmessage)."""
TOPIC_CHARACTERS = 1_000
"""Characters of it that say what it is about; the rest is read for distress only. Real questions end well before:
the longest of the labelled sets has under 500."""


Head = str | tuple[str, str]
"""What a phrase begins with: its first two words, or its only one."""


class Folded(str):
    """Text that :func:`fold` returned; a message is folded once and passed on as this. What is in it is found once."""

    __slots__ = ("begun", "found", "joined", "unmarked")
    found: list[str]
    unmarked: list[str]
    joined: str
    begun: set[Head]

    @classmethod
    def of(cls, text: str, longest: int = READ_CHARACTERS) -> Folded:
        """Return ``text``, part of a folded one or all of it, cut to ``longest`` characters."""
        return text if isinstance(text, cls) and len(text) <= longest else cls(text[:longest])


_MARKS = "\u0900-\u0963\u0966-\u0dff\u0e30-\u0e4e\u0eb0-\u0ece\u0f18-\u0fbc\u102b-\u109d\u17b4-\u17d3\u17dd\u3099\u309a"
"""Vowels and other marks that are written around a letter (Indic scripts, Thai, Lao, Khmer); no ``\\w`` to ``re``."""
_WORD = re.compile(rf"[a-z0-9]+(?:'[a-z]+)?|(?:[^\W_\x00-\x7f]|[{_MARKS}])+")
_MEANING = re.compile("[\u0400-\u052f\u0900-\u1cff\u3040-\u30ff]")
"""Letters whose marks make another letter or word of them: Cyrillic, Indic and South-East Asian ones, Kana."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f¿¡…“”‘«»–—]")
_BEYOND_LATIN = re.compile("[^\x00-\u017f\u2010-\u2027]")
"""What is no Latin letter, typed as one character, and no mark of a sentence."""
_BARRED = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i"})
"""Latin letters that Unicode does not take apart into a letter and its mark."""
_LONG_RUN = re.compile(r"(.)\1{2,}")
_TRIPLE = re.compile(r"(.)\1\1", re.DOTALL)
"""What has no such place has no long run: it is looked for in an eighth of the time."""
_PARTED = "".join(chr(code) if chr(code).islower() or chr(code).isdigit() else " " for code in range(128))
"""ASCII as words are made of it, to be translated: without an apostrophe no pattern is needed to find them."""
_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTCODE = re.compile(r"(?<![\w:]):(?:[a-z][a-z0-9_+'-]*|[+-]1)(?:::skin-tone-[2-6])?:(?![\w])", re.IGNORECASE)
"""How Slack writes emoji in ``text``: https://docs.slack.dev/messaging/formatting-message-text#emoji."""
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_SKIN_TONES = range(0x1F3FB, 0x1F400)

_LOOK_ALIKES = str.maketrans(
    "авеікмнорстухјѕԁԛԝһӏ" + "αβεικνορτυχγη" + "ɑɡɩ" + "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "abeikmhopctyxjsdqwhl" + "abeikvoptuxyn" + "agi" + "abcdefghijklmnoprstuvwyz",
)
"""Small letters that look Latin: the commonest rows of Unicode's table for a-z
(https://www.unicode.org/Public/security/latest/confusables.txt)."""


def fold(text: str) -> Folded:
    """Return the first 4,096 characters of ``text`` in small letters, compatibility forms and accents resolved.

    Follows Unicode's caseless matching (https://www.unicode.org/reports/tr15/, NFKD then case folding), so that
    "Policía", "POLICIA" and "ｐｏｌｉｃｉａ" are equal. Marks that carry meaning, as Thai vowels do, stay. Runs of one
    letter are cut to two ("heeelp"); emoji are a space.
    """
    read = text[:READ_CHARACTERS]
    if "&" in read:
        read = _ENTITY.sub(lambda found: html.unescape(found[0]), read)
    if ":" in read:
        read = _SHORTCODE.sub(" ", read)
    if read.isascii():
        letters = read.lower()
    elif _BEYOND_LATIN.search(read) is None:
        # None of these letters changes another.
        letters = _BEYOND_ASCII.sub(lambda found: _plain_letter(found[0]), read).lower()[:READ_CHARACTERS]
    else:
        # One character may stand for eighteen.
        letters = _plain_letters(read)[:READ_CHARACTERS]
    letters = letters.replace("`", "'")
    return Folded(_LONG_RUN.sub(r"\1\1", letters) if _TRIPLE.search(letters) else letters)


def emoji_in(text: str) -> list[str]:
    """Return the emoji of ``text`` in order, without skin tones: characters, and the names of ``:shortcodes:``."""
    read = text[:READ_CHARACTERS]
    found = [(match.start(), match[0].strip(":").partition("::")[0].casefold()) for match in _SHORTCODE.finditer(read)]
    if not read.isascii():
        found += [(index, char) for index, char in enumerate(read) if _is_emoji(char)]
    return [name for _, name in sorted(found)]


def words(folded: Folded) -> list[str]:
    """Return the words of a text; not to be changed."""
    found: list[str] | None = getattr(folded, "found", None)
    if found is None:
        found = folded.found = _words_in(folded)
    return found


def _words_in(text: str) -> list[str]:
    return text.translate(_PARTED).split() if text.isascii() and "'" not in text else _WORD.findall(text)


def bare(folded: Folded) -> list[str]:
    """Return the words of a text without apostrophes; not to be changed."""
    found: list[str] | None = getattr(folded, "unmarked", None)
    if found is None:
        found = folded.unmarked = _words_in(folded.replace("'", "")) if "'" in folded else words(folded)
    return found


def plain(folded: Folded) -> str:
    """Return the same joined by single spaces: how names and phrases are compared."""
    found: str | None = getattr(folded, "joined", None)
    if found is None:
        found = folded.joined = " ".join(bare(folded))
    return found


def is_latin(folded: Folded) -> bool:
    """Say whether a text is all ASCII but for marks around its words: then its words are what ``\\b`` parts too."""
    return folded.isascii() or _NOT_ASCII.search(folded) is None


def heads(folded: Folded) -> set[Head]:
    """Return whatever a phrase in a text can begin with, be its words parted or joined at their apostrophes."""
    found: set[Head] | None = getattr(folded, "begun", None)
    if found is None:
        found = folded.begun = begins(words(folded))
        if "'" in folded:
            found |= begins(bare(folded)) | begins(runs(folded))
    return found


def begins(found: Sequence[str]) -> set[Head]:
    """Return the words ``found`` and each two that follow each other: whatever a phrase in them can begin with."""
    return {*found, *pairwise(found)}


def head(found: Sequence[str]) -> Head:
    """Return what the phrase of the words ``found`` begins with: one of those that :func:`begins` returns of a text."""
    return (found[0], found[1]) if len(found) > 1 else "".join(found)


def runs(folded: Folded) -> list[str]:
    """Return the words of a text, parted at their apostrophes."""
    return " ".join(words(folded)).replace("'", " ").split()


def plain_words(text: str) -> str:
    """Return :func:`plain` of a text that is not folded yet."""
    return " ".join(_words_in(fold(text).replace("'", "")))


@cache
def _plain_letter(char: str) -> str:
    return _plain_letters(char)


def _plain_letters(text: str) -> str:
    base = unicodedata.normalize("NFC", _shown(unicodedata.normalize("NFKD", text)))
    return _latin(base.casefold().translate(_BARRED)).replace("’", "'")


def _shown(decomposed: str) -> str:
    """Return what a reader of letters sees: no accents, but the marks that make another letter, and nothing hidden."""
    kept: list[str] = []
    meaning = False
    for char in decomposed:
        if char.isascii():
            meaning = False
            kept.append(char)
        elif (category := unicodedata.category(char)) in ("Cf", "Me"):
            continue
        elif category == "So" or ord(char) in _SKIN_TONES:
            kept.append(" ")
        elif category == "Mn" or unicodedata.combining(char):
            if meaning:
                kept.append(char)
        else:
            meaning = _MEANING.match(char) is not None
            kept.append(char)
    return "".join(kept)


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char) == "So" and ord(char) > 0x2000


def _latin(folded: str) -> str:
    """Return ``folded`` with letters that only look Latin as Latin ones, in words that are meant to be.

    A word is where it mixes both, or where every word of a text that has Latin letters can be read so: no Russian or
    Greek sentence can.
    """
    if folded.isascii():
        return folded
    mapped = {word: word.translate(_LOOK_ALIKES) for word in _LETTERS.findall(folded)}
    disguised = all(looks.isascii() for looks in mapped.values()) and any(char.isascii() for char in "".join(mapped))

    def meant(found: re.Match[str]) -> str:
        word = found[0]
        mixed = any(char.isascii() for char in word)
        return mapped[word] if mapped[word].isascii() and (mixed or disguised) else word

    return _LETTERS.sub(meant, folded)
