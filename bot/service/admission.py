"""Who may be answered now: the limits on people and chats, which urgent messages pass."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.dialogue.message import Platform
from bot.service.services import Services
from bot.state.limits import CHAT_LIMIT, PERSON_LIMIT, URGENT_LIMIT, Ruling, Verdict

Urgency = Callable[[], Awaitable[str | None]]
"""Finds out which urgent help a message asks for, if any."""


class Admission:
    """Rules on every message and press on one platform."""

    def __init__(self, services: Services, platform: Platform) -> None:
        self._limits = services.limits
        self._metrics = services.metrics
        self._platform = platform

    async def rule(self, person: Sequence[str], chat: Sequence[str] = (), urgency: Urgency | None = None) -> Ruling:
        """Count one message of ``person`` in ``chat`` (platform ids; no chat where only the person is there).

        ``urgency`` is asked once, and only where a limit is reached: what is urgent is answered beyond it, the same
        kind to the same person as often as URGENT_LIMIT says.
        """
        passes: bool | None = None

        async def is_urgent() -> bool:
            nonlocal passes
            if passes is None:
                passes = urgency is not None and await self._helps(await urgency(), person)
            return passes

        for limit, who in ((PERSON_LIMIT, person), (CHAT_LIMIT, chat)):
            if not who:
                continue
            ruling = await self._limits.check(limit, self._platform, *who, unless=is_urgent)
            if ruling.verdict is not Verdict.ALLOW:
                self._metrics.limited(self._platform)
                return ruling
        return Ruling(Verdict.ALLOW)

    async def _helps(self, kind: str | None, person: Sequence[str]) -> bool:
        if kind is None:
            return False
        ruling = await self._limits.check(URGENT_LIMIT, self._platform, "urgent", kind, *person)
        return ruling.verdict is Verdict.ALLOW
