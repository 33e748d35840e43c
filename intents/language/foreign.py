"""Tells which language a message is in that the bot does not answer in: by its script, letters and common words.

Slips, slang and both languages mixed must not pass for a third: a word that the samples of a spoken language hold
says nothing, and one word of another language is not enough among others that do.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import reduce
from itertools import pairwise
from operator import sub

from content.schema.languages import LanguageCard, Tongue
from intents.reading import READ_CHARACTERS, plain_words

UNDETERMINED = "und"
"""The code of a language that nothing tells (as in ISO 639-2)."""
MARKED_SHARE = 0.2
"""Share of a message's words that are marks, two at least, from which it is foreign."""
UNKNOWN_SHARE = 0.5
"""Share of words that no sample holds, from which one mark is enough."""
SUPPORTED_SHARE = 0.6
"""Share of words that are common in one other language from which one mark is enough, though the samples hold some."""
TELLING_WORD = 4
"""Letters that a mark needs to be enough alone: shorter ones are slips and abbreviations too."""
WORD = 2
"""What a common word says for a language, where a letter that the others of the script lack says 1."""
WORDS_OF_A_SCRIPT = 20
"""Words in a script from which a language's samples are in it."""

_OTHER = "other"
_LOOK_ALIKE = {"Cyrillic", _OTHER}
"""Scripts whose letters stand in for Latin ones: a word that mixes them is meant to be Latin ("роlice")."""
_BLOCKS: tuple[tuple[int, int, str], ...] = (
    (0x0400, 0x052F, "Cyrillic"),
    (0x0530, 0x058F, "Armenian"),
    (0x0600, 0x06FF, "Arabic"),
    (0x0750, 0x077F, "Arabic"),
    (0x0900, 0x097F, "Devanagari"),
    (0x0A00, 0x0A7F, "Gurmukhi"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Lao"),
    (0x1100, 0x11FF, "Hangul"),
    (0x1780, 0x17FF, "Khmer"),
    (0x1E00, 0x1EFF, "Latin"),
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
_STARTS = [first for first, _, _ in _BLOCKS]
_LETTERS_OF_A_WORD: Mapping[str, int] = {"Han": 2, "Kana": 3, "Thai": 5, "Lao": 5, "Khmer": 6}
"""About how many letters a word has in scripts that part no words by spaces."""
_JOINED = {*_LETTERS_OF_A_WORD, "Arabic"}
"""Scripts in which a word may stand anywhere in a row of letters: Arabic joins "and", "with" and "the" to it."""
_QUESTION = frozenset("?؟？՞")
WHOLE_WORD = 3
"""Letters up to which a word of a cry is taken whole; of a longer one the beginning is enough."""


class ForeignReader:
    """Tells ``tongues`` from the languages whose samples hold the words of ``vocabularies``."""

    def __init__(self, tongues: Iterable[Tongue], vocabularies: Collection[AbstractSet[str]]) -> None:
        self._of_script: dict[str, list[_Marks]] = {}
        self._distress: dict[str, _Distress] = {}
        romanised: list[_Marks] = []
        for tongue in tongues:
            text = tongue.words
            if isinstance(tongue, LanguageCard):
                self._distress[tongue.code] = _Distress(tongue)
                text = f"{tongue.visible} {tongue.words}"
            marks = _Marks(tongue.code, tongue.words, text, tongue.letters, tongue.phrases)
            self._of_script.setdefault(tongue.script, []).append(marks)
            if tongue.romanised:
                typed = [phrase for phrase in tongue.phrases if phrase.isascii()]
                romanised.append(_Marks(tongue.code, tongue.romanised, tongue.romanised, phrases=typed))
        self._latin = [*self._of_script.get("Latin", []), *romanised]
        # Most messages have none of these letters and words: then nothing of each language need be looked at.
        self._letters = frozenset(letter for marks in self._latin for letter in marks.letters)
        self._phrase_starts = frozenset(phrase.split()[0] for marks in self._latin for phrase in marks.phrases)
        self._vocabularies = vocabularies
        self._spoken_scripts = {script for known in vocabularies for script in _scripts(known)}

    def read(self, text: str, found: Sequence[str]) -> str | None:
        """Return the code of the language of ``text``, of which ``found`` are the words; None where it is no tongue.

        The code is :data:`UNDETERMINED` where the script is another and nothing tells which language it is.
        """
        if text.isascii():
            return self._by_words("", found)
        composed = unicodedata.normalize("NFKC", text[:READ_CHARACTERS])
        script = _leading_script(composed)
        if script is None:
            return self._by_words(composed.casefold(), found)
        if script not in self._of_script and script in self._spoken_scripts:
            return None
        return self._by_script(script, composed.casefold())

    def in_distress(self, code: str, text: str) -> bool:
        """Say whether ``text``, which is in the language ``code``, holds what people in distress write in it."""
        return (distress := self._distress.get(code)) is not None and distress.heard_in(text)

    def shares(self, text: str, codes: AbstractSet[str]) -> bool:
        """Say whether ``codes`` are written alike and ``text`` has nothing that tells which of them it is in."""
        composed = unicodedata.normalize("NFKC", text[:READ_CHARACTERS])
        sharing = [marks for marks in self._of_script.get(_leading_script(composed) or "", ()) if marks.code in codes]
        words = set(_written_words(composed := composed.casefold()))
        return len(sharing) == len(codes) and all(marks.score(composed, words) < 1 for marks in sharing)

    def _by_script(self, script: str, text: str) -> str:
        words = set(_written_words(text))
        best, most = UNDETERMINED, -1.0
        for marks in self._of_script.get(script, ()):
            if (score := marks.score(text, words)) > most:
                best, most = marks.code, score
        return best

    def _by_words(self, text: str, found: Sequence[str]) -> str | None:
        distinct, written = set(filter(str.isascii, found)), list(_written_words(text)) if text else found
        unknown = reduce(sub, self._vocabularies, distinct)
        letters, phrases = not self._letters.isdisjoint(text), not self._phrase_starts.isdisjoint(written)
        if not unknown and not letters and not phrases:
            return None
        own_words = set(written) if letters else ()
        lettered = {marks: {word for word in own_words if marks.has_letter(word)} for marks in self._latin}
        together = f" {' '.join(written)} " if phrases else ""
        phrased = {marks: marks.words_in_phrases(together) for marks in self._latin}
        if not unknown and not any(lettered.values()) and not any(phrased.values()):
            return None
        # "m'aider" and "l'immigration" are two words each.
        parts = {part for word in unknown for part in word.split("'")}
        spoken = sum(not word[0].isdigit() for word in distinct)
        strange = max(len(unknown), *map(len, lettered.values())) >= UNKNOWN_SHARE * spoken if lettered else False
        marked = {marks: marks.words & parts for marks in self._latin}
        rivals = Counter(word for words in marked.values() for word in words)
        told: dict[str, float] = {}
        for marks, words in marked.items():
            strength = len(words) + len(lettered[marks]) + phrased[marks]
            supported = len(marks.words & distinct) >= max(2.0, SUPPORTED_SHARE * spoken)
            telling = strength > 1 or lettered[marks] or any(len(word) >= TELLING_WORD for word in words)
            many = strength > 1 and strength >= MARKED_SHARE * spoken
            phrase_alone = 0 < spoken <= phrased[marks]
            if strength and (supported or many or phrase_alone or (strange and telling)):
                own = sum(1 / rivals[word] for word in words) + WORD * (len(lettered[marks]) + phrased[marks])
                told[marks.code] = own + marks.likeness(text or " ".join(found))
        return max(told, key=lambda code: told[code], default=None)


class _Distress:
    """What people in distress write in one language: an outright cry, or what agents do, not as a question."""

    def __init__(self, card: LanguageCard) -> None:
        told, joined = card.cries, card.script in _JOINED
        self._outright = _Pieces(card.distress, joined=True)
        self._asks, self._somebody, self._taken, self._agents, self._near = (
            _Pieces(pieces, joined=joined) for pieces in (told.asks, told.somebody, told.taken, told.agents, told.near)
        )

    def heard_in(self, text: str) -> bool:
        latin = f" {plain_words(text)} "
        composed = unicodedata.normalize("NFKC", text[:READ_CHARACTERS]).casefold()
        said = latin, f" {' '.join(_written_words(composed))} "
        if self._outright.stand_in(*said):
            return True
        if self._asks.stand_in(*said):
            return False
        taken, near, agents = (kind.stand_in(*said) for kind in (self._taken, self._near, self._agents))
        if _QUESTION.isdisjoint(text):
            return taken or near or agents
        return (taken and (agents or self._somebody.stand_in(*said))) or (agents and near)


class _Pieces:
    """Beginnings of words, whole words of up to :data:`WHOLE_WORD` letters; ``joined``: they may stand anywhere."""

    def __init__(self, pieces: Sequence[str], *, joined: bool) -> None:
        self._latin = [
            f" {piece} " if len(piece.split()[-1]) <= WHOLE_WORD else f" {piece}" for piece in pieces if piece.isascii()
        ]
        others = [unicodedata.normalize("NFKC", piece) for piece in pieces if not piece.isascii()]
        self._written = others if joined else [f" {piece}" for piece in others]

    def stand_in(self, latin: str, written: str) -> bool:
        """Say whether any stands in the plain words ``latin`` or the words as ``written``, with spaces around them."""
        return any(piece in latin for piece in self._latin) or any(piece in written for piece in self._written)


class _Marks:
    """What tells one language from the others that are written in the same letters."""

    def __init__(self, code: str, words: str, text: str, letters: str = "", phrases: Sequence[str] = ()) -> None:
        self.code = code
        self.letters = frozenset(letters)
        self.words = frozenset(words.split())
        self.phrases = phrases
        self.pairs = frozenset(map("".join, pairwise(text.casefold())))

    def has_letter(self, word: str) -> bool:
        """Say whether ``word`` has a letter that only this language of its script has."""
        return not self.letters.isdisjoint(word)

    def words_in_phrases(self, together: str) -> int:
        """Return how many words the phrases have that stand in ``together``: words with a space around each."""
        return sum(phrase.count(" ") + 1 for phrase in self.phrases if f" {phrase} " in together)

    def score(self, text: str, words: AbstractSet[str]) -> float:
        """Return how much in ``text`` speaks for the language; where nothing else does, its likeness to the card.

        A phrase may stand anywhere: not every script parts its words.
        """
        told = len(self.words & words) + sum(phrase in text for phrase in self.phrases)
        return sum(char in self.letters for char in text) + WORD * told + self.likeness(text)

    def likeness(self, text: str) -> float:
        """Return which share of the pairs of letters of ``text`` stands in the card too, below 1: it breaks ties."""
        pairs = set(map("".join, pairwise(text)))
        return len(pairs & self.pairs) / (len(pairs) + 1)


def _leading_script(text: str) -> str | None:
    """Return the script of ``text`` where it is not Latin; None where Latin words outnumber the others.

    Agencies are named in Latin letters in every language ("ICE 来了"): words in capitals do not count.
    """
    letters: Counter[str] = Counter()
    latin = 0
    for word in text.split():
        counted = Counter(script for char in word if (script := _script(char)) is not None)
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
    length = _LETTERS_OF_A_WORD.get(leading)
    words = -(-letters[leading] // length) if length else _words_in(leading, text)
    return leading if words >= latin else None


def _scripts(known: AbstractSet[str]) -> Iterator[str]:
    """Yield the scripts beside Latin that the samples of a language are in; a few words may be quoted in any."""
    counted = Counter(script for word in known if not word.isascii() and (script := _script(word[0])) is not None)
    return (script for script, words in counted.items() if words >= WORDS_OF_A_SCRIPT)


def _words_in(script: str, text: str) -> int:
    return sum(any(_script(char) == script for char in word) for word in text.split())


def _script(char: str) -> str | None:
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


def _written_words(text: str) -> Iterator[str]:
    """Yield the words of ``text`` as they are written, marks included, without what stands around them."""
    for word in text.split():
        start, end = 0, len(word)
        while start < end and unicodedata.category(word[start])[0] in "PSC":
            start += 1
        while start < end and unicodedata.category(word[end - 1])[0] in "PSC":
            end -= 1
        if start < end:
            yield word[start:end]
