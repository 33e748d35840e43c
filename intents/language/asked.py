"""Reads which language somebody asks for by its name: "do you have this in Vietnamese?", "hablo mixteco"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise

from rapidfuzz.distance import OSA

from content.schema.catalogue import Edition
from content.schema.languages import LanguageCard
from intents.reading import READ_CHARACTERS, Folded, bare, head, heads, is_latin, plain, plain_words

FEW_WORDS = 3
"""Words beside such a question up to which they ask for nothing of their own: "hello, do you speak Korean?"."""
SHORTEST_ALONE = 4
"""Letters that a name needs to say something alone: "mam" may be a slip."""

MOST_WORDS = 12
"""Words up to which a message only asks for a language."""

LETTERS_OF_A_SLIP = 6
"""Letters from which a name with one slip in it is still that name; a shorter one may be another word."""

LETTERS_OF_IN = 2
"""Letters of the words that say in or into which language: "in", "to", "en", "al"."""

_NAME = "*"
_NAMED_TWICE = re.compile(r"\*(?: \*)+")
_MARK = re.compile(r"[^\w\s'’-]+")


class AskedLanguage:
    """Knows the names of the languages with a card and of others, and how people ask for one."""

    def __init__(self, cards: Mapping[str, LanguageCard], editions: Mapping[str, Edition]) -> None:
        self._names = {
            plain_words(name): code for code, card in cards.items() for names in card.names.values() for name in names
        }
        self._names |= {
            plain_words(name): code
            for edition in editions.values()
            for code, names in edition.language.other_languages.items()
            for name in names
        }
        self._nationality = frozenset(
            plain_words(word) for edition in editions.values() for word in edition.language.nationality_before
        )
        self._own_names = {name: code for code, card in cards.items() if (name := plain_words(card.name))}
        patterns = [
            pattern
            for edition in editions.values()
            for pattern in (*edition.followups.in_language, *edition.followups.asks_language)
        ]
        self._asking = frozenset(_masked(pattern) for pattern in patterns)
        said = [masked.split() for masked in self._asking]
        self._words = frozenset(word for words in said for word in words)
        self._before = frozenset(before for words in said for before, word in pairwise(words) if word == _NAME)
        self._behind = frozenset(behind for words in said for word, behind in pairwise(words) if word == _NAME)
        # The longest first: "mixteco bajo" is not "mixteco" and another word.
        self._every = every = sorted(self._names, key=len, reverse=True)
        self._heads = frozenset(head(name.split()) for name in (*every, *self._own_names))
        # One slip leaves a name that long its first two letters or its last two.
        self._long: dict[str, list[str]] = {}
        for name in every:
            if len(name) >= LETTERS_OF_A_SLIP and " " not in name:
                self._long.setdefault(f"{name[:2]}-", []).append(name)
                self._long.setdefault(f"-{name[-2:]}", []).append(name)

    # Most messages name no language: what finds one is made for the first that does.
    @cached_property
    def _any_name(self) -> re.Pattern[str] | None:
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, self._every))})\b") if self._every else None

    @cached_property
    def _mentioned(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, (*self._every, *self._own_names))))

    def mentions(self, folded: Folded) -> bool:
        """Say, quickly, whether a message may name a language; most do not."""
        if not self._every:
            return False
        may = not is_latin(folded) or not self._heads.isdisjoint(heads(folded))
        if may and self._mentioned.search(plain(folded)) is not None:
            return True
        return self._misspelt(bare(folded)) is not None

    def alone(self, text: str) -> str | None:
        """Return the code of the one language that ``text`` asks for and of nothing else, or None."""
        return self._asked(" ".join(_parts(text)))

    def read(self, text: str) -> str | None:
        """Return the code of the one language that ``text`` asks for and of little else, or None."""
        parts = _parts(text)
        if not parts:
            return None
        whole = " ".join(parts)
        if code := self._asked(whole) or self._named_as_its_own(whole):
            return code
        for place in {0, len(parts) - 1}:
            beside = " ".join(parts[:place] + parts[place + 1 :])
            if (code := self._asked(parts[place])) and len(beside.split()) <= FEW_WORDS:
                return code
        return None

    def placed(self, text: str) -> str | None:
        """Return the code of the one language that a short message names where people name one, or None.

        It may say whatever else: "my boss reads Vietnamese", "is this in Tagalog anywhere".
        """
        said = plain_words(_MARK.sub(" ", text[:READ_CHARACTERS]))
        if self._any_name is None or len(said.split()) > MOST_WORDS:
            return None
        if not (found := self._any_name.findall(said)) and (slip := self._misspelt(said.split())):
            said, found = _replaced(said, *slip), [slip[1]]
        if len({self._names[name] for name in found}) != 1 or len(found[0]) < SHORTEST_ALONE:
            return None
        words = _NAMED_TWICE.sub(_NAME, self._any_name.sub(_NAME, said)).split()
        return self._names[found[0]] if self._stands_in(words) else None

    def _named_as_its_own(self, plain: str) -> str | None:
        """Return the code of a language that a few words call as its own speakers do: "parlez-vous français"."""
        few = len(plain.split()) <= FEW_WORDS + 1
        return next((code for name, code in self._own_names.items() if few and f" {name} " in f" {plain} "), None)

    def _misspelt(self, said: list[str]) -> tuple[str, str] | None:
        """Return the word of a short message that stands where a name does and is one but for a slip, and the name."""
        if len(said) > MOST_WORDS:
            return None
        for before, word in pairwise(["", *said]):
            if len(word) >= LETTERS_OF_A_SLIP and (not before or before in self._before):
                for name in self._like(word):
                    return word, name
        return None

    def _like(self, word: str) -> Iterable[str]:
        """Yield the names that are ``word`` but for a slip within it: at its end it is a country's or people's name."""
        for name in (*self._long.get(f"{word[:2]}-", ()), *self._long.get(f"-{word[-2:]}", ())):
            near = -1 <= len(word) - len(name) <= 1
            within = near and word[:-1] != name[:-1] and not name.startswith(word) and not word.startswith(name)
            if within and OSA.distance(word, name, score_cutoff=1) == 1:
                yield name

    def _asked(self, plain: str) -> str | None:
        if self._any_name is None:
            return None
        if not (found := self._any_name.findall(plain)) and (slip := self._misspelt(plain.split())):
            plain, found = _replaced(plain, *slip), [slip[1]]
        if len({self._names[name] for name in found}) != 1:
            return None
        # "dialecto mixteco" names one language twice.
        masked = _NAMED_TWICE.sub(_NAME, self._any_name.sub(_NAME, plain))
        before, _, behind = plain.rpartition(found[-1])
        known = masked in self._asking or before + _NAME + behind in self._asking
        telling = len(found[0]) >= SHORTEST_ALONE and (masked == _NAME or self._is_put_together(masked.split()))
        return self._names[found[0]] if known or telling else None

    def _is_put_together(self, words: list[str]) -> bool:
        """Say whether ``words`` ask for a language in an order that no pattern has: all are words of patterns."""
        return len(words) <= MOST_WORDS and self._words.issuperset(words) and self._stands_in(words)

    def _stands_in(self, words: list[str]) -> bool:
        """Say whether a name stands in ``words`` behind one that stands there in a pattern ("in", "speak").

        If they begin with it, one that stands behind it in a pattern must follow ("available").
        """
        if words[0] == _NAME and len(words) > 1 and words[1] in self._behind:
            return True
        places = [place for place, word in enumerate(words) if word == _NAME and place > 0]
        return any(self._asks_before(words[:place]) for place in places)

    def _asks_before(self, words: list[str]) -> bool:
        """Say whether a language is asked for that stands behind ``words``.

        Before "in" stands what is wanted in it: of "a hotline in Tagalog" it is the hotline.
        """
        before = words[-1]
        wanted = len(before) > LETTERS_OF_IN or len(words) == 1 or words[-2] in self._words
        return wanted and before in self._before and before not in self._nationality


def _masked(pattern: str) -> str:
    """Return the plain words of a pattern with the language's name masked."""
    before, _, after = pattern.replace("...", "").partition("{language}")
    return " ".join(part for part in (plain_words(before), _NAME, plain_words(after)) if part)


def _replaced(plain: str, word: str, name: str) -> str:
    return re.sub(rf"\b{re.escape(word)}\b", name, plain)


def _parts(text: str) -> list[str]:
    """Return the plain words of ``text``, parted by its marks."""
    return [part for part in map(plain_words, _MARK.split(text[:READ_CHARACTERS])) if part]
