"""What people see in the playground, turn by turn, so that the page can go back. It lives in memory only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class DeedError(Exception):
    """Nobody can do that: the message or button is not there (any more)."""


class RefusalError(Exception):
    """What a platform refuses a call with, in its own words."""


@dataclass(slots=True)
class Version:
    """How a message looks from ``turn`` on."""

    turn: int
    content: Json


@dataclass(slots=True)
class Shown:
    """A message in ``place``. ``only`` names the one person who sees it, ``thread`` the message it stands below."""

    id: str
    place: str
    author: str
    turn: int
    versions: list[Version]
    thread: str = ""
    only: str = ""
    gone: int | None = None

    @property
    def content(self) -> Json:
        """How it looks now."""
        return self.versions[-1].content


@dataclass(slots=True)
class Page:
    """What takes the whole of ``place`` from ``turn`` on: a Home tab, suggested questions, inline results."""

    turn: int
    place: str
    content: Json


@dataclass(slots=True)
class Flash:
    """A line that one person sees for a moment."""

    turn: int
    person: str
    text: str


@dataclass(slots=True)
class Call:
    turn: int
    platform: str
    method: str
    arguments: Json


@dataclass(slots=True)
class Timeline:
    """All turns so far: each begins with what a person does, and holds all that the bot does about it."""

    turn: int = 0
    messages: list[Shown] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    flashes: list[Flash] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    traces: dict[int, Json] = field(default_factory=dict)

    def post(self, key: str, place: str, author: str, content: Json, *, thread: str = "", only: str = "") -> Shown:
        shown = Shown(key, place, author, self.turn, [Version(self.turn, content)], thread, only)
        self.messages.append(shown)
        return shown

    def change(self, shown: Shown, **content: Any) -> None:
        """Show ``shown`` otherwise: ``content`` replaces what it names, None takes it away."""
        kept = {name: value for name, value in (shown.content | content).items() if value is not None}
        shown.versions.append(Version(self.turn, kept))

    def remove(self, shown: Shown) -> None:
        shown.gone = self.turn

    def find(self, key: str, place: str | None = None) -> Shown | None:
        """Return the message of that id (in ``place``), or None where it is not or no longer there."""
        found = (one for one in self.messages if one.id == key and place in (None, one.place) and one.gone is None)
        return next(found, None)

    def page(self, place: str) -> Json | None:
        """Return what ``place`` shows now, or None."""
        return next((page.content for page in reversed(self.pages) if page.place == place), None)

    def turn_to(self, place: str, content: Json) -> None:
        self.pages.append(Page(self.turn, place, content))

    def flash(self, person: str, text: str) -> None:
        """Show ``text`` to ``person`` for a moment."""
        self.flashes.append(Flash(self.turn, person, text))

    def called(self, platform: str, method: str, arguments: Json) -> None:
        self.calls.append(Call(self.turn, platform, method, arguments))
