"""What to do about what somebody said or pressed, as an adapter carries it out."""

from __future__ import annotations

from msgspec import Struct

from bot.dialogue.reply import Notice, Reply


class Say(Struct, frozen=True, kw_only=True):
    """Say ``reply``; ``private``: to the asker alone.

    ``caution`` belongs to it, for the asker alone: they wrote a personal number where others read. Tell the desk with
    :meth:`Desk.said` when it has been said.
    """

    reply: Reply
    private: bool = False
    caution: Notice | None = None
    introduces: bool = False
    begun: float = 0.0


class Wait(Struct, frozen=True, kw_only=True):
    """Ask to wait. ``told``: it has been said just now, so it may only be said again where that disturbs nobody."""

    notice: Notice
    seconds: int
    told: bool = False


class Silence(Struct, frozen=True):
    """Say nothing."""


Outcome = Say | Wait | Silence
