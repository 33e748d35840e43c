"""Tells a cry for help, and what speaks for distress beside the classifier's word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from content.schema.catalogue import Edition
from intents.reading import Folded, bare, emoji_in, plain, plain_words, words

CRY = "unclear"
"""The urgent help for whoever cries for help and does not say what is happening."""
VIOLENCE = "violence-home"
"""The urgent help for which somebody must have been hurt or threatened: fear for a wife is another."""
SELF_HARM = "self-harm"
"""The urgent help that needs words of its own: nothing about agents or courts speaks for it."""
_PAUSE = re.compile(r"[,.;:!¡?¿\n]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|['’]\d\d\b|\b(?:in|el) [09]\d\b")
_CRYING = frozenset(("🆘", "sos", "rotating_light", "🚨"))
"""Emoji that cry for help where nothing is said beside them: as characters, and by Slack's names."""
LOUD_LETTERS = 2
"""Letters from which capitals alone are loud: "HELP"."""


class _Stems:
    """How words begin, found by as many letters as all of them have: trying each on each word takes long."""

    def __init__(self, stems: Iterable[str]) -> None:
        plain = [plain_words(stem) for stem in stems]
        self._shortest = min(map(len, plain), default=0)
        self._by_start: dict[str, tuple[str, ...]] = {}
        for stem in plain:
            start = stem[: self._shortest]
            self._by_start[start] = (*self._by_start.get(start, ()), stem)

    def begin_any(self, found: Sequence[str]) -> bool:
        """Say whether any of the words ``found`` begins so."""
        stems, shortest = self._by_start, self._shortest
        may = [word for word in found if word[:shortest] in stems]
        return any(word.startswith(stems[word[:shortest]]) for word in may)


class _Words(NamedTuple):
    cries: frozenset[str]
    loud: frozenset[str]
    subject: _Stems
    violence: _Stems
    crisis: _Stems
    crying: frozenset[str]
    """The words of all cries: what has any other is none."""
    not_now: tuple[str, ...]


class DistressReader:
    """Knows the cries and the words of the subject in all languages, since people in distress mix them."""

    def __init__(self, editions: Iterable[Edition]) -> None:
        languages = [edition.language for edition in editions]
        cries = frozenset(plain_words(cry) for language in languages for cry in language.cries)
        loud = frozenset(plain_words(cry) for language in languages for cry in language.loud_cries)
        self._words = _Words(
            cries,
            loud,
            _Stems(stem for language in languages for stem in language.subject_stems),
            _Stems(stem for language in languages for stem in language.violence_stems),
            _Stems(stem for language in languages for stem in language.crisis_stems),
            frozenset(word for cry in cries | loud for word in cry.split()),
            tuple(f" {plain_words(told)} " for language in languages for told in language.not_now),
        )

    def is_cry(self, text: str, said: Folded) -> bool:
        """Say whether ``text``, which says ``said``, only cries for help: "SOS", "help!!!", "ayuda por favor", 🆘."""
        if not bare(said):
            return not _CRYING.isdisjoint(emoji_in(text))
        if not self._words.crying.issuperset(bare(said)):
            return False
        told = plain(said)
        pieces = [piece for part in _PAUSE.split(said) if (piece := plain(Folded(part)))]
        if told in self._words.cries or (pieces and all(piece in self._words.cries for piece in pieces)):
            return True
        return told in self._words.loud and _is_loud(text)

    def speaks_for(self, kind: str, folded: Folded) -> bool:
        """Say whether a word in a text speaks for the urgent ``kind``: for harming oneself of that, else of ours."""
        own = {SELF_HARM: self._words.crisis, VIOLENCE: self._words.violence}
        return own.get(kind, self._words.subject).begin_any(words(folded))

    def is_not_now(self, folded: Folded) -> bool:
        """Say whether a text tells of what is past or only might be: "back in 2009", "just in case"."""
        told = f" {plain(folded)} "
        return _YEAR.search(folded) is not None or any(one in told for one in self._words.not_now)


def _is_loud(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return "!" in text or (len(letters) >= LOUD_LETTERS and all(char.isupper() for char in letters))
