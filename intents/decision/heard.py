"""A message as it is read, before anything is decided, and what was decided by it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from intents.classifier.model import Told
from intents.match import Candidate, Match
from intents.reading import Folded


class Heard(Struct, frozen=True):
    """A message as it is read.

    ``said`` is it without its courtesies, nothing where it is nothing else; ``whole`` that or all of it, ``mended``
    the same without slips; ``clauses`` are its parts where it has several. ``foreign`` is the language that is not
    spoken and that it is in, ``asked`` the one that it asks for or is in, which ``is_named`` where it says no more;
    ``mentions`` says that it may name one, ``leans`` that it was weighed by what came before.
    """

    text: str
    folded: Folded
    said: Folded
    clauses: tuple[Folded, ...]
    whole: Folded
    mended: Folded
    words: list[str]
    told: Told
    lang: str
    sure: bool
    foreign: str | None
    mentions: bool
    asked: str | None
    is_named: bool
    candidates: Sequence[Candidate]
    leans: bool = False

    @property
    def reads(self) -> tuple[Folded, ...]:
        """What it says, and mended where that is something else."""
        return (self.whole,) if self.mended is self.whole else (self.whole, self.mended)


class Rule(StrEnum):
    """What decides before the prices, or in place of the cheapest."""

    CRY = "cry"
    LANGUAGE = "language"
    NAME = "name"
    UNKNOWN = "unknown"
    """No word of the message is known."""
    COURTESY = "courtesy"


class Grounds(Struct, frozen=True):
    """A decision, the rule that made it, if one did, and what it was weighed by: None where a rule came first."""

    match: Match
    rule: Rule | None
    weighed: Heard | None = None
