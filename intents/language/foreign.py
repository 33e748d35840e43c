"""Tells which language a message is in that the bot does not answer in: by its script, letters and common words.

Words that the lists lack are told by which letters follow each other in them (:mod:`intents.language.likeness`).

Slips, slang and both languages mixed must not pass for a third: a word that the samples of a spoken language hold
says nothing, and one word of another language is not enough among others that do.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from content.schema.languages import LanguageCard, Tongue
from intents.language.cries import CryReader
from intents.language.likeness import Likeness
from intents.language.scripts import UNPARTED, leading_script, script_of, written_words
from intents.reading import READ_CHARACTERS, Folded, Head, begins, head, heads, words

UNDETERMINED = "und"
"""The code of a language that nothing tells (as in ISO 639-2)."""
MARKED_SHARE = 0.2
"""Share of a message's words that are marks, two at least, from which it is foreign."""
UNKNOWN_SHARE = 0.5
"""Share of words that no sample holds, from which one mark is enough."""
SUPPORTED_SHARE = 0.65
"""Share of words that are common in one other language from which one mark is enough, though the samples hold some."""
TELLING_WORD = 4
"""Letters that a mark needs to be enough alone: shorter ones are slips and abbreviations too."""
LIKELIER = 10.0
"""How much likelier (as a logarithm) a text must be in another language, by its letters, than in each of the bot's."""
FEWEST_LETTERS = 8
"""Letters from which these alone tell a language: "oki doki" looks like much."""
LIKELIER_A_LETTER = 0.35
"""The same for each of its letters: in a long text slips add up."""
UNLIKELY = -10.0
"""Where it is so much likelier in a language of the bot, common words alone tell no other."""
LETTERS_COUNT = 0.1
"""What such a logarithm counts beside what marks tell."""
LIKE_WORDS = 2
"""Words that no sample holds from which these alone may be so likely, the others being English ones among them."""
TEXT_OF_A_LANGUAGE = 250
"""Letters of its words from which a language can be told by letters alone."""
WORD = 2
"""What a common word says for a language, where a letter that the others of the script lack says 1."""
WORDS_OF_A_SCRIPT = 20
"""Words in a script from which a language's samples are in it."""


class ForeignReader:
    """Tells ``tongues`` from the languages whose samples hold the words of ``vocabularies``."""

    def __init__(self, tongues: Iterable[Tongue], vocabularies: Collection[AbstractSet[str]]) -> None:
        self._of_script: dict[str, list[_Marks]] = {}
        self._tongues: dict[str, Tongue] = {}
        self._cries: dict[str, CryReader] = {}
        texts: dict[str, dict[str, str]] = {}
        for tongue in tongues:
            self._tongues[tongue.code] = tongue
            marks = _Marks(tongue.code, tongue.words, tongue.letters, tongue.phrases)
            self._of_script.setdefault(tongue.script, []).append(marks)
            texts.setdefault(tongue.script, {})[tongue.code] = _text_in(tongue)
            if tongue.romanised:
                typed = [phrase for phrase in tongue.phrases if phrase.isascii()]
                self._of_script.setdefault("Latin", []).append(_Marks(tongue.code, tongue.romanised, phrases=typed))
                texts.setdefault("Latin", {})[tongue.code] = _text_in(tongue, romanised=True)
        self._latin = self._of_script.get("Latin", [])
        # Most messages have none of these letters and words: then nothing of each language need be looked at.
        self._letters = frozenset(letter for marks in self._latin for letter in marks.letters)
        self._words = frozenset(word for marks in self._latin for word in marks.words)
        self._phrases: dict[Head, list[tuple[_Marks, str]]] = {}
        for marks in self._latin:
            for phrase in marks.phrases:
                self._phrases.setdefault(head(phrase.split()), []).append((marks, phrase))
        self._starts = frozenset(self._phrases)
        self.known = frozenset[str]().union(*vocabularies)
        self._spoken_scripts = {script for known in vocabularies for script in _scripts(known)}
        latin = {code: text for code, text in texts.pop("Latin", {}).items() if len(text) >= TEXT_OF_A_LANGUAGE}
        self._likeness = {script: Likeness(those) for script, those in texts.items()}
        self._likeness["Latin"] = Likeness(latin, [" ".join(known) for known in vocabularies])

    def read(self, text: str, folded: Folded) -> str | None:
        """Return the code of the language of ``text``, which is read as ``folded``; None where it is no tongue.

        The code is :data:`UNDETERMINED` where the script is another and nothing tells which language it is.
        """
        if text.isascii():
            return self._by_words("", folded)
        composed = unicodedata.normalize("NFKC", text[:READ_CHARACTERS])
        script = leading_script(composed)
        if script is None:
            return self._by_words(composed.casefold(), folded)
        if script not in self._of_script and script in self._spoken_scripts:
            return None
        return self._by_script(script, composed.casefold())

    def in_distress(self, code: str, text: str) -> bool:
        """Say whether ``text``, which is in the language ``code``, holds what people in distress write in it."""
        if code in self._tongues and code not in self._cries:
            self._cries[code] = CryReader(self._tongues[code])
        return code in self._cries and self._cries[code].heard_in(text)

    def has_word(self, code: str, words: Collection[str]) -> bool:
        """Say whether any of ``words`` that is no short one is common in the language ``code``, in Latin letters."""
        marks = (marks.words for marks in self._latin if marks.code == code)
        return any(len(word) >= TELLING_WORD and word in common for common in marks for word in words)

    def has_phrase(self, code: str, text: str) -> bool:
        """Say whether words that only the language ``code`` has stand together in ``text``, in Latin letters."""
        together = f" {' '.join(written_words(text[:READ_CHARACTERS].casefold()))} "
        phrases = (phrase for marks in self._latin if marks.code == code for phrase in marks.phrases)
        return any(f" {phrase} " in together for phrase in phrases)

    def shares(self, text: str, codes: AbstractSet[str]) -> bool:
        """Say whether ``codes`` are written alike and ``text`` has nothing that tells which of them it is in."""
        composed = unicodedata.normalize("NFKC", text[:READ_CHARACTERS])
        sharing = [marks for marks in self._of_script.get(leading_script(composed) or "", ()) if marks.code in codes]
        words = set(written_words(composed := composed.casefold()))
        return len(sharing) == len(codes) and not any(marks.told_in(composed, words) for marks in sharing)

    def _by_script(self, script: str, text: str) -> str:
        words = set(written_words(text))
        of_script = self._of_script.get(script)
        if not of_script:
            return UNDETERMINED
        # Where words are not parted, three letters in a row tell little: the first of those that are alike is taken.
        likely = {} if script in UNPARTED else self._likeness[script].beside_spoken([text])

        def told(marks: _Marks) -> float:
            return marks.told_in(text, words) + LETTERS_COUNT * likely.get(marks.code, 0.0)

        return max(of_script, key=told).code

    def _by_words(self, text: str, folded: Folded) -> str | None:
        found = words(folded)
        distinct, written = set(filter(str.isascii, found)), list(written_words(text)) if text else found
        unknown = distinct - self.known
        letters, begun = not self._letters.isdisjoint(text), begins(written) if text else heads(folded)
        if not unknown and not letters and self._starts.isdisjoint(begun):
            return None
        starts = self._starts & begun
        lettered = self._lettered(set(written)) if letters else {}
        phrased = self._phrased(starts, f" {' '.join(written)} ") if starts else {}
        if not unknown and not lettered and not phrased:
            return None
        # "m'aider" and "l'immigration" are two words each.
        parts = {part for word in unknown for part in word.split("'")}
        spoken = sum(not word[0].isdigit() for word in distinct)
        strange = max(len(unknown), *map(len, lettered.values()), 0) >= UNKNOWN_SHARE * spoken
        held = self._words & parts
        marked = {marks: marks.words & held for marks in self._latin if held and not marks.words.isdisjoint(held)}
        rivals = Counter(chain.from_iterable(marked.values()))
        told: dict[str, float] = {}
        for marks in self._latin if marked or lettered or phrased else ():
            own_words, own_letters, own_phrases = marked.get(marks, ()), lettered.get(marks, ()), phrased.get(marks, 0)
            strength = len(own_words) + len(own_letters) + own_phrases
            if not strength:
                continue
            supported = len(marks.words & distinct) >= max(2.0, SUPPORTED_SHARE * spoken)
            telling = strength > 1 or own_letters or any(len(word) >= TELLING_WORD for word in own_words)
            many = strength > 1 and strength >= MARKED_SHARE * spoken
            phrase_alone = 0 < spoken <= own_phrases
            if supported or many or phrase_alone or (strange and telling):
                own = sum(1 / rivals[word] for word in own_words) + WORD * (len(own_letters) + own_phrases)
                told[marks.code] = own
        return self._weighed(
            told, distinct, unknown, strange=strange, sure={marks.code for marks in (*lettered, *phrased)}
        )

    def _weighed(
        self,
        told: dict[str, float],
        words: AbstractSet[str],
        unknown: AbstractSet[str],
        *,
        strange: bool,
        sure: AbstractSet[str],
    ) -> str | None:
        """Return which language it is by what its marks have ``told`` and by all its letters together."""
        words, unknown = _without_numbers(words), _without_numbers(unknown)
        like = len(unknown) >= MARKED_SHARE * len(words)
        if not told and not like and not (strange and len(unknown) >= LIKE_WORDS):
            return None
        likelier = self._likeness["Latin"].beside_spoken(words)
        told = {code: count for code, count in told.items() if code in sure or likelier.get(code, 0.0) >= UNLIKELY}
        if like and (found := _by_letters(words, likelier)) is not None:
            told.setdefault(found, 0.0)
        if not told and strange and len(unknown) >= LIKE_WORDS:
            return _by_letters(unknown, self._likeness["Latin"].beside_spoken(unknown))
        return max(told, key=lambda code: told[code] + LETTERS_COUNT * likelier.get(code, 0.0), default=None)

    def _lettered(self, written: AbstractSet[str]) -> dict[_Marks, list[str]]:
        """Return, of the languages with letters of their own, the words as ``written`` that have one."""
        held = {marks: [word for word in written if marks.has_letter(word)] for marks in self._latin if marks.letters}
        return {marks: words for marks, words in held.items() if words}

    def _phrased(self, starts: AbstractSet[Head], together: str) -> dict[_Marks, int]:
        """Return how many words the phrases have, language by language, that stand in ``together``.

        ``starts`` is what any phrase there may begin with; ``together`` has a space around each word.
        """
        counts: Counter[_Marks] = Counter()
        for start in starts:
            for marks, phrase in self._phrases[start]:
                if f" {phrase} " in together:
                    counts[marks] += phrase.count(" ") + 1
        return counts


class _Marks:
    """What tells one language from the others that are written in the same letters."""

    def __init__(self, code: str, words: str, letters: str = "", phrases: Sequence[str] = ()) -> None:
        self.code = code
        self.letters = frozenset(letters)
        self.words = frozenset(words.split())
        self.phrases = phrases

    def has_letter(self, word: str) -> bool:
        """Say whether ``word`` has a letter that only this language of its script has."""
        return not self.letters.isdisjoint(word)

    def told_in(self, text: str, words: AbstractSet[str]) -> int:
        """Return how much in ``text`` speaks for the language.

        A phrase may stand anywhere: not every script parts its words.
        """
        told = len(self.words & words) + sum(phrase in text for phrase in self.phrases)
        return sum(char in self.letters for char in text) + WORD * told


def _without_numbers(words: AbstractSet[str]) -> AbstractSet[str]:
    return {word for word in words if not word[0].isdigit()}


def _by_letters(words: AbstractSet[str], likelier: Mapping[str, float]) -> str | None:
    """Return the language that ``words`` are in by their letters alone, where these are enough for that."""
    letters = sum(map(len, words))
    code = max(likelier, key=lambda code: likelier[code], default=None)
    if code is None or letters < FEWEST_LETTERS:
        return None
    return code if likelier[code] >= max(LIKELIER, LIKELIER_A_LETTER * letters) else None


def _text_in(tongue: Tongue, *, romanised: bool = False) -> str:
    """Return all that the content has in a language, in its script or as people type it in Latin letters."""
    latin = romanised or tongue.script == "Latin"
    texts = [tongue.romanised if romanised else tongue.words]
    if isinstance(tongue, LanguageCard):
        cries = tongue.cries
        pieces = (*tongue.distress, *cries.somebody, *cries.taken, *cries.agents, *cries.near, *cries.asks, *cries.calm)
        texts += [piece.rstrip("?") for piece in pieces if latin is piece.isascii()]
        if not latin:
            texts.append(tongue.visible.casefold())
    return " ".join(texts)


def _scripts(known: AbstractSet[str]) -> Iterator[str]:
    """Yield the scripts beside Latin that the samples of a language are in; a few words may be quoted in any."""
    counted = Counter(script for word in known if not word.isascii() and (script := script_of(word[0])) is not None)
    return (script for script, words in counted.items() if words >= WORDS_OF_A_SCRIPT)
