"""Short messages that only mean something after an answer: "2", "the second one", "tell me more", "go back"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from content.schema.catalogue import Edition
from intents.text import plain_words


class FollowUp(StrEnum):
    """What such a message asks for."""

    PICK = "pick"
    OTHER = "other"
    MORE = "more"
    WHY = "why"
    NONE = "none"
    COMPLAINT = "complaint"
    AGAIN = "again"
    PREVIOUS = "previous"
    EARLIEST = "earliest"


class Understood(Struct, frozen=True):
    """A follow-up; ``number`` is the choice picked (from 1, -1 the last), ``lang`` whose words it uses.

    ``loose`` says that it is a number among words that are not known, so that it may mean something else.
    """

    kind: FollowUp
    lang: str
    number: int = 0
    loose: bool = False


PICK_CHARACTERS = 40
"""A pick is a short message; the pattern's time grows with the fourth power of the length."""

WANTED_CHARACTERS = 200
"""A choice in words is a short message; the pattern's time grows with the square of the length."""

_NUMBER = re.compile(r"(?:\W*\w+){0,3}?\W*(?<!\w)(\d{1,2})\W*")
_KINDS = tuple(kind for kind in FollowUp if kind is not FollowUp.PICK)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "last": -1}


class FollowUpReader:
    """Recognises follow-ups by the whole messages listed in ``followups.yaml``."""

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        self._editions = editions
        self._known: dict[str, Understood] = {}
        for lang, edition in editions.items():
            for kind in _KINDS:
                for text in getattr(edition.followups, kind):
                    self._known.setdefault(plain_words(text), Understood(kind, lang))
            for name, number in _ORDINALS.items():
                for text in getattr(edition.followups, name):
                    self._known.setdefault(plain_words(text), Understood(FollowUp.PICK, lang, number))

    def wanted_part(self, text: str) -> str:
        """Return what is meant of a message such as "the law, not the principles"; any other as it is."""
        stripped = text.strip().casefold()
        if len(stripped) > WANTED_CHARACTERS:
            return text
        found = (pattern.fullmatch(stripped) for pattern in self._rather)
        return next((match["wanted"] for match in found if match), text)

    def read(self, text: str, lang: str) -> Understood | None:
        """Return what ``text`` asks for where it is a follow-up as a whole, else None.

        A message of at most three words and a number ("sorry, meant 2") is a pick; ``lang`` is its language.
        """
        known = self._known.get(plain_words(text))
        if known is not None:
            return known
        stripped = text.strip()
        number = _NUMBER.fullmatch(stripped) if len(stripped) <= PICK_CHARACTERS else None
        if number is None:
            return None
        return Understood(FollowUp.PICK, lang, int(number[1]), loose=not stripped.lstrip("#").isdecimal())

    @cached_property
    def _rather(self) -> list[re.Pattern[str]]:
        patterns = (re.escape(pattern) for edition in self._editions.values() for pattern in edition.followups.rather)
        return [
            re.compile(pattern.replace(r"\{wanted\}", "(?P<wanted>.{3,}?)").replace(r"\{unwanted\}", ".{3,}?"))
            for pattern in patterns
        ]
