"""Short messages that only mean something after an answer: "2", "the second one", "tell me more"."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from content.catalogue import Edition
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
_KINDS = (FollowUp.MORE, FollowUp.WHY, FollowUp.OTHER, FollowUp.NONE, FollowUp.COMPLAINT, FollowUp.AGAIN)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "last": -1}


class FollowUpReader:
    """Recognises follow-ups by the whole messages listed in ``followups.yaml``."""

    def __init__(self, editions: dict[str, Edition]) -> None:
        self._known: dict[str, Understood] = {}
        for lang, edition in editions.items():
            for kind in _KINDS:
                for text in getattr(edition.followups, kind):
                    self._known.setdefault(plain_words(text), Understood(kind, lang))
            for name, number in _ORDINALS.items():
                for text in getattr(edition.followups, name):
                    self._known.setdefault(plain_words(text), Understood(FollowUp.PICK, lang, number))

        self._languages = {
            plain_words(name): code
            for edition in editions.values()
            for code, names in edition.language.names.items()
            if code in editions
            for name in names
        }
        self._requests = {
            plain_words(pattern.format(language=name)): code
            for edition in editions.values()
            for pattern in edition.followups.in_language
            for name, code in self._languages.items()
        }

        self._rather = [
            re.compile(
                re.escape(pattern).replace(r"\{wanted\}", "(?P<wanted>.{3,}?)").replace(r"\{unwanted\}", ".{3,}?")
            )
            for edition in editions.values()
            for pattern in edition.followups.rather
        ]

    def wanted_part(self, text: str) -> str:
        """Return what is meant of a message such as "the law, not the principles"; any other as it is."""
        stripped = text.strip().casefold()
        if len(stripped) > WANTED_CHARACTERS:
            return text
        found = (pattern.fullmatch(stripped) for pattern in self._rather)
        return next((match["wanted"] for match in found if match), text)

    def language_in(self, text: str) -> tuple[str, bool] | None:
        """Return the language that ``text`` names or asks for, and whether it says nothing else; None without one.

        "español" alone chooses; "can you say that again in english" asks for it at its end.
        """
        plain = plain_words(text)
        alone = self._languages.get(plain) or self._requests.get(plain)
        if alone:
            return alone, True
        asked = (code for request, code in self._requests.items() if plain.endswith(f" {request}"))
        code = next(asked, None)
        return (code, False) if code else None

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
