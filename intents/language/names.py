"""Sets people's names aside, by which no message tells its language: "ICE took Pham Dung" is English."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from content.schema.speech import Language
from intents.reading import READ_CHARACTERS, plain_words

FEW = 2
"""Words that no sample holds from which what stands in a name's place is one, though it has no capital."""
LONGEST_NAME = 5
"""Words that a name has at most."""
JOINING_LETTERS = 4
"""Letters of what joins two parts of a name at most: "dela", "dos", "van der" is two."""
KNOWN_SHARE = 0.6
"""Share of the words beside names that samples must hold, for those to be names and no language."""

_ENDS = re.compile(r"[.,;:!?¡¿]$")


class NameReader:
    """Knows behind and before which words names stand, and the words that are none: those ``known``."""

    def __init__(self, before: Collection[str], behind: Collection[str], known: frozenset[str]) -> None:
        self._known = known
        self._before = _by_first(before)
        self._behind = _by_first(behind)
        self._first = self._before.keys() | self._behind.keys()

    @classmethod
    def of_names(cls, languages: Iterable[Language], known: frozenset[str]) -> NameReader:
        """Return what knows all places of names."""
        spoken = list(languages)
        before = [said for language in spoken for said in (*language.before_names, *language.before_missed)]
        behind = [said for language in spoken for said in (*language.behind_names, *language.behind_missed)]
        return cls(before, behind, known)

    @classmethod
    def of_missed(cls, languages: Iterable[Language], known: frozenset[str]) -> NameReader:
        """Return what knows where those are named who were taken or are looked for."""
        spoken = list(languages)
        before = [said for language in spoken for said in language.before_missed]
        return cls(before, [said for language in spoken for said in language.behind_missed], known)

    def beside(self, text: str) -> str:
        """Return ``text`` without its names; nothing where it has none, or what else it says is not of known words."""
        written = text[:READ_CHARACTERS].split()
        plain = [plain_words(word) for word in written]
        names = {*self._capitalised(written, plain), *self._placed(written, plain)}
        rest = [place for place in range(len(written)) if place not in names]
        said = [word for place in rest for word in plain[place].split()]
        known = sum(word in self._known for word in said)
        # Agencies are named in every language: "ICE" alone says nothing of what it is.
        telling = any(not written[place].isupper() for place in rest)
        return (
            " ".join(written[place] for place in rest) if names and telling and known >= KNOWN_SHARE * len(said) else ""
        )

    def replaced(self, text: str, found_words: Collection[str], somebody: str) -> str:
        """Return ``text`` with ``somebody`` ("my husband") for each name that stands where only people are named.

        "ICE took Pham Dung" says what "ICE took my husband" says, and samples hold no names. ``found_words`` are the
        words of ``text``: most messages have none that samples lack, and so no name.
        """
        if self._known.issuperset(found_words) or self._first.isdisjoint(map(_joined, found_words)):
            return text
        written = text[:READ_CHARACTERS].split()
        plain = [plain_words(word) for word in written]
        # One word in small letters is rather a slip: "find a laywer".
        rows = (
            row
            for row in self._rows(plain, _parts(written))
            if sum(self._is_strange(plain[place]) for place in row) >= FEW or any(_has_capital(written[n]) for n in row)
        )
        names = {place for row in rows for place in row}
        said = [
            "" if place - 1 in names else somebody if place in names else word for place, word in enumerate(written)
        ]
        return " ".join(filter(None, said)) if names else text

    def _capitalised(self, written: Sequence[str], plain: Sequence[str]) -> Iterator[int]:
        """Yield the places of rows of words with a capital, of which samples do not hold all."""
        capital = [_has_capital(word) for word in written]
        joins = [
            len(word) <= JOINING_LETTERS and any(capital[place + 1 : place + 2]) for place, word in enumerate(plain)
        ]
        for part in _parts(written):
            start = part.start
            while start < part.stop:
                end = start
                while end < part.stop and (capital[end] or (end > start and joins[end])):
                    end += 1
                # A part begins with a capital too: "Bonjour", "Find Lan".
                alone = start == part.start and (end - start == 1 or plain[start] in self._known)
                yield from self._name(plain, range(start + alone, end))
                start = max(end, start + 1)

    def _placed(self, written: Sequence[str], plain: Sequence[str]) -> Iterator[int]:
        """Yield the places of words behind and before those that names stand beside, as far as samples lack any."""
        for row in self._rows(plain, _parts(written)):
            yield from row

    def _rows(self, plain: Sequence[str], parts: Iterable[range]) -> Iterator[range]:
        for part in parts:
            for place in part:
                behind = place + _stands(self._before, plain, place)
                if behind > place:
                    ends = (end for end in range(behind, part.stop) if _stands(self._behind, plain, end))
                    end = next(ends, part.stop)
                    yield self._name(plain, range(behind, min(end, behind + LONGEST_NAME)))
                if _stands(self._behind, plain, place):
                    yield self._name(plain, range(max(part.start, place - LONGEST_NAME), place))

    def _name(self, plain: Sequence[str], row: range) -> range:
        """Return ``row`` up to the last of its words that no sample holds; nothing where samples hold them all."""
        strange = [place for place in row if self._is_strange(plain[place])]
        return range(row.start, strange[-1] + 1) if strange and len(row) <= LONGEST_NAME else range(0)

    def _is_strange(self, plain: str) -> bool:
        """Say whether samples lack a word, or a part of one: "sister-in-law" is three that they hold."""
        return not self._known.issuperset(plain.split())


def _parts(written: Sequence[str]) -> Iterator[range]:
    """Yield the places of words that no mark parts."""
    start = 0
    for place, word in enumerate(written, 1):
        if place == len(written) or _ENDS.search(word):
            yield range(start, place)
            start = place


def _by_first(patterns: Collection[str]) -> dict[str, list[list[str]]]:
    """Return the words of each pattern, the longest first, under the first of them."""
    found: dict[str, list[list[str]]] = {}
    for words in sorted((plain_words(pattern).split() for pattern in patterns), key=len, reverse=True):
        found.setdefault(words[0], []).append(words)
    return found


def _stands(patterns: dict[str, list[list[str]]], plain: Sequence[str], place: int) -> int:
    """Return how many words of a pattern stand at ``place``; 0 where none does."""
    return next(
        (len(words) for words in patterns.get(plain[place], ()) if plain[place : place + len(words)] == words), 0
    )


def _joined(word: str) -> str:
    """Return a word as it is compared with others, without its apostrophe."""
    return word.replace("'", "")


def _has_capital(word: str) -> bool:
    letters = word.strip("\"'“”‘’()¡¿.,;:!?")
    return len(letters) > 1 and letters[0].isupper() and not letters.isupper()
