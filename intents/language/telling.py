"""Tells the language of a message: one without answers, one of the editions, or that the words do not tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content.schema.catalogue import Catalogue
from intents.classifier.features import ngrams
from intents.classifier.model import Classifier
from intents.language.foreign import ForeignReader
from intents.language.names import NameReader
from intents.reading import TOPIC_CHARACTERS, Folded, fold, words
from intents.spelling import Speller

SURE_OF_LANGUAGE = 0.75
"""The probability from which the words alone tell a message's language."""
TELLING_LETTERS = 2
COMMON_WORDS = 300
"""The place among a language's words, the commonest first, up to which a word is at home in it ("no", "local")."""
COMMONER = 4
"""How many times farther back a word must stand in the other language to tell the first ("hello")."""
FEW_WORDS = 3
"""Words up to which a message must have one of a single language to tell its language."""
TELLING_WORDS = 3
"""Words of one language, half of all and none of another, from which a message is in it whatever else it says. Nine of
ten samples are told so, and of 9,993 labelled messages, half of them in other languages, none in another language than
by the classifier, which is not quite sure of two."""

UNLIKE = 0.25
"""The probability by its letters below which a message is not in the one language that has all its words. Of 4,733
words that eight samples of one language have at least, and none of another, letters alone tell 377 wrong."""

LONE_LETTERS = 4
"""Letters of the shortest word from which that holds: "xx" stands in a sample too."""


class LanguageTeller:
    """Knows the words of every language that answers, the commonest first, and what tells the others."""

    def __init__(
        self,
        catalogue: Catalogue,
        classifier: Classifier,
        ranked: Mapping[str, Sequence[str]],
        spellers: Mapping[str, Speller],
    ) -> None:
        self._catalogue = catalogue
        self._classifier = classifier
        self._words = {code: speller.known for code, speller in spellers.items()}
        self._own = words_of_one({code: ranked[code] for code in spellers})
        tongues = {**catalogue.foreign, **catalogue.language_cards}
        # What tells a language that has an edition too is not taken for known.
        spoken = [
            known.union(catalogue.editions[code].language.slips)
            for code, known in self._words.items()
            if code not in tongues
        ]
        self.foreign = ForeignReader(tongues.values(), spoken)
        languages = [edition.language for edition in catalogue.editions.values()]
        self._missed = NameReader.of_missed(languages, self.foreign.known)
        self._names = NameReader.of_names(languages, self.foreign.known)

    def tell(self, text: str, folded: Folded, spoken: Folded, preferred: str) -> tuple[str | None, str, bool]:
        """Return the code of a language without answers, else None; the language to answer in; whether that is sure.

        ``folded`` is ``text`` as it is read; the letters of ``spoken``, a part of it, count where no words tell.
        """
        told = self.foreign.read(text, folded)
        if told is None or self._is_of_names(text, told):
            return None, *self._language(words(folded), spoken, preferred)
        own = self._catalogue.language(told)
        return (None, own, True) if own else (told, preferred, False)

    def without_names(self, text: str, found_words: Sequence[str], lang: str) -> str:
        """Return ``text``, in ``lang``, with "my husband" for the names of those who were taken or are looked for.

        ``found_words`` are its words.
        """
        somebody = self._catalogue.editions[lang].language.somebody
        return self._missed.replaced(text, found_words, somebody) if somebody else text

    def _is_of_names(self, text: str, told: str) -> bool:
        """Say whether names alone make ``text``, whose other words are the bot's, look like the language ``told``."""
        rest = self._names.beside(text)
        if not rest or self.foreign.has_phrase(told, text):
            return False
        folded = fold(rest)
        return self.foreign.read(rest, folded) is None and not self.foreign.has_word(told, words(folded))

    def _language(self, found_words: Sequence[str], spoken: Folded, preferred: str) -> tuple[str, bool]:
        distinct = set(found_words)
        told = list(filter(None, map(self._own.get, distinct)))
        few = len(found_words) <= FEW_WORDS
        if only_numbers(found_words) or (few and not told):
            # Gibberish and shared words ("no", "visa") tell nothing; of more, how they are put together tells it too.
            return preferred, False
        if not few and len(told) >= max(TELLING_WORDS, len(distinct) / 2) and len(set(told)) == 1:
            return told[0], True
        chances = self._classifier.probabilities(ngrams(Folded.of(spoken, TOPIC_CHARACTERS)))
        if len(told) == len(distinct) and len(set(told)) == 1 and min(map(len, distinct)) >= LONE_LETTERS:
            # Letters alone tell little of a word or two.
            names = self._classifier.labels.names
            if told[0] in names and chances[names.index(told[0])] >= UNLIKE:
                return told[0], True
        best = int(chances.argmax())
        code = self._classifier.labels.names[best]
        # What has not a single word of a language is not in it, however alike the letters.
        if chances[best] >= SURE_OF_LANGUAGE and code in self._catalogue.editions and self._has_word(found_words, code):
            return code, True
        return preferred, False

    def _has_word(self, found_words: Sequence[str], code: str) -> bool:
        return not self._words.get(code, frozenset()).isdisjoint(found_words)


def words_of_one(ranked: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the code of the language of each word that is much commoner in one's samples than in any other's.

    None is that is common in several. ``ranked`` are the words of each language, the commonest first.
    """
    found: dict[str, str] = {}
    for code, own in ranked.items():
        nearest: dict[str, int] = {}
        for other, those in ranked.items():
            if other != code:
                nearest |= {word: place for place, word in enumerate(those) if place <= nearest.get(word, place)}
        for place, word in enumerate(own):
            elsewhere = nearest.get(word)
            rare = elsewhere is None or (elsewhere >= COMMON_WORDS and elsewhere >= COMMONER * place)
            if rare and len(word) >= TELLING_LETTERS:
                found[word] = code
    return found


def only_numbers(found: Sequence[str]) -> bool:
    """Say whether a message has no word with a letter: a topic's number, never distress."""
    return all(map(str.isdigit, found))
