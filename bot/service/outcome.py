"""What to do about what somebody said or pressed, as an adapter carries it out; and who is asked to wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.dialogue.actions import IN_PLACE, Action, Verb
from bot.dialogue.conversation import Conversation
from bot.dialogue.message import Author
from bot.dialogue.reply import Notice, Reply
from bot.state.limits import (
    CHAT_LIMIT,
    GROUP_LIMIT,
    GROUP_NOTICES,
    GROUP_PACE,
    PERSON_LIMIT,
    URGENT_LIMIT,
    Bound,
    RateLimits,
    Ruling,
)
from bot.state.store import Count
from content.schema.phrases import Phrases

if TYPE_CHECKING:  # the terminal starts without it
    from bot.metrics import Metrics


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


class RateLimiter:
    """Keeps people waiting. Without ``limits`` nobody is, without ``metrics`` it is not counted."""

    def __init__(self, conversation: Conversation, limits: RateLimits | None, metrics: Metrics | None) -> None:
        self._conversation = conversation
        self._limits = limits
        self._metrics = metrics

    def counted(self, author: Author, action: Action | None) -> list[Count]:
        """Return what counts a message of ``author``, or a press with ``action``."""
        if self._limits is None:
            return []
        counted: list[tuple[Bound, ...]] = [_bounds(author, action)]
        if self._limits.shared and author.paced and action is None:
            counted.append((_answers(author),))
        return [self._limits.counting(*bounds, once=author.delivery) for bounds in counted]

    async def room(self, author: Author) -> float:
        """Return the seconds until the answer to a question may be said; a process alone keeps the pace by itself."""
        if self._limits is None or not self._limits.shared or not author.paced:
            return 0.0
        return await self._limits.through(author.batch).wait(_answers(author), author.delivery)

    async def over(
        self,
        author: Author,
        urgency: Callable[[], Awaitable[str | None]] | None = None,
        *,
        action: Action | None = None,
    ) -> Outcome | None:
        """Count what the person does; return what to do where that was too much, else None.

        ``urgency`` is asked once, and only where a limit is reached: what is urgent (or leads to a person) is answered
        beyond it, the same kind to the same person as often as URGENT_LIMIT says. ``action`` is a press's.
        """
        if self._limits is None:
            return None
        limits = self._limits.through(author.batch)

        async def asks_for_help() -> bool:
            kind = await urgency() if urgency else None
            if kind is None:
                return False
            ruling, _ = await limits.check((URGENT_LIMIT, "urgent", kind, author.person), once=author.delivery)
            return ruling is Ruling.ALLOW

        ruling, seconds = await limits.check(*_bounds(author, action), unless=asks_for_help, once=author.delivery)
        if ruling is Ruling.ALLOW:
            return None
        if self._metrics is not None:
            self._metrics.limited(author.platform)
        conversation = self._conversation.through(author.batch)
        lang = action.lang if action else await conversation.language(author.says(""))
        text = wait_notice(conversation.catalogue.edition(lang).phrases, seconds)
        wait = Wait(notice=Notice(lang=lang, text=text), seconds=seconds, told=ruling is Ruling.SILENCE)
        if action:
            return wait
        if author.paced and not wait.told:
            ruling, _ = await limits.check((GROUP_NOTICES, "notices", author.chat))
            return wait if ruling is Ruling.ALLOW else Silence()
        return Silence() if wait.told else wait


def _answers(author: Author) -> Bound:
    """Return the limit on the answers in a group."""
    return (GROUP_LIMIT, "answers", author.chat)


def _bounds(author: Author, action: Action | None) -> tuple[Bound, ...]:
    """Return the limits that a message of ``author`` counts against, or a press with ``action``.

    A press counts for the person alone, and where only so many answers are taken one that asks for a further message:
    answers to questions wait there until the platform takes them.
    """
    bounds: tuple[Bound, ...] = ((PERSON_LIMIT, author.person),)
    if action is None:
        return (*bounds, (CHAT_LIMIT, author.chat)) if author.chat else bounds
    turns_page = action.verb is Verb.TOPICS and action.argument
    if not author.paced or turns_page or action.verb in IN_PLACE:
        return bounds
    return (*bounds, (GROUP_PACE, "answers", author.chat), _answers(author))


def wait_notice(phrases: Phrases, seconds: int) -> str:
    """Return the sentence that asks to wait for ``seconds``."""
    return phrases.rate_limited_one if seconds == 1 else phrases.rate_limited.format(seconds=seconds)
