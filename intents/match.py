"""The matcher's decision on one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, overload

from msgspec import Struct


class Decision(StrEnum):
    """What to do with a message; the values are what ``match --jsonl`` writes."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"
    SMALLTALK = "smalltalk"
    URGENT = "urgent"
    TOPICS = "topics"
    SIGNPOST = "signpost"
    GLOSSARY = "glossary"
    LAW = "law"


class Kind(StrEnum):
    """The kinds of intent: the part of an intent's name before the slash."""

    ENTRY = "entry"
    SIGNPOST = "signpost"
    TERM = "glossary"
    URGENT = "urgent"
    SMALLTALK = "smalltalk"
    NONE = "none"


class Intent(NamedTuple):
    """What a message may mean: ``entry/oversight`` is the entry with that slug."""

    kind: Kind
    id: str

    @classmethod
    def parse(cls, name: str) -> Intent:
        """Return the intent named ``name``. Raises ValueError where it is no intent's name."""
        kind, _, identifier = name.partition("/")
        return cls(Kind(kind), identifier)

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"


SHOWN = {Kind.ENTRY: Decision.ANSWER, Kind.SIGNPOST: Decision.SIGNPOST, Kind.TERM: Decision.GLOSSARY}
"""The kinds of intent that answer a question, each with the decision that shows one."""
TOPICS = Intent(Kind.SMALLTALK, "topics")
"""The one small-talk intent that asks for the list of topics."""
CHITCHAT = "chitchat"
"""The small talk that a message is which says nothing."""
VAGUE = Intent(Kind.NONE, "vague")
"""What is about the subject, but too unspecific for any one topic: always worth a question back."""


class Before(Struct, frozen=True):
    """What came before a message: how many times likelier than usual some intents are, and what was shown last.

    ``titles`` has its title, by language; nothing where nothing was shown.
    """

    expected: Mapping[Intent, float] = {}
    titles: Mapping[str, str] = {}


NOTHING = Before()
"""Before a first message."""


class Candidate(NamedTuple):
    """An entry that a message may mean, with the calibrated probability (0 to 1) that it does."""

    entry: int
    slug: str
    confidence: float


class Candidates(Sequence[Candidate]):
    """The ``entries`` (number and slug) with their ``chances``, put in order when they are looked at: few are."""

    def __init__(self, entries: Sequence[tuple[int, str]], chances: Sequence[float]) -> None:
        self._entries = entries
        self._chances = chances

    @cached_property
    def _ranked(self) -> tuple[Candidate, ...]:
        found = (Candidate(*entry, chance) for entry, chance in zip(self._entries, self._chances, strict=True))
        return tuple(sorted(found, key=lambda one: one.confidence, reverse=True))

    @overload
    def __getitem__(self, place: int) -> Candidate: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Candidate, ...]: ...
    def __getitem__(self, place: int | slice) -> Candidate | tuple[Candidate, ...]:
        return self._ranked[place]

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._ranked == tuple(other)

    __hash__ = None  # type: ignore[assignment]


Leading = Mapping[str, str | None]
"""The ids of points that lead entries, by the entries' slugs."""


class Match(Struct, frozen=True):
    """A decision with its grounds.

    ``target`` is the id of the entry, signpost, urgent help, small talk, glossary term or law decided on.
    ``choices`` are the intents to offer when asking back, best first. ``candidates`` are the entries,
    best first, whatever was decided. ``lang`` is the message's language, ``sure_of_lang`` says whether
    the words themselves tell it. ``foreign`` is the code of the language that the message is in, or asks for, where
    the bot does not answer in it; None otherwise; ``distressed`` says that such a message is a cry for help. ``also``
    is what a second question in the message asks for, which is offered beside the answer; ``leading`` the id of the
    point that answers the message, by the slug of each entry decided on, offered, or below what was decided on, in
    which one clearly does.
    """

    decision: Decision
    lang: str
    sure_of_lang: bool
    confidence: float
    candidates: Sequence[Candidate]
    target: str | None = None
    choices: tuple[Intent, ...] = ()
    foreign: str | None = None
    distressed: bool = False
    also: tuple[Intent, ...] = ()
    leading: Leading = {}

    @property
    def point(self) -> str | None:
        """The id of the point of the entry decided on that answers the message, None where none clearly does."""
        return self.leading.get(self.target or "") if self.decision is Decision.ANSWER else None
