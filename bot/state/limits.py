"""Keeps one person or chat from flooding the bot: a notice once, then silence until the window has passed."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.state.retention import Kept, KeyMaker
from content.schema.phrases import Phrases

PERSON_LIMIT = "20/minute"
"""Messages of one person: a fast reader asks five or six a minute."""
CHAT_LIMIT = "60/minute"
"""Messages in one channel or group, all people together."""
URGENT_LIMIT = "3/minute"
"""Answers of one urgent kind to one person beyond the limits above: help comes before limits, but is no way round
them."""
GROUP_PACE = "1/3second"
"""Answers in one Telegram group: https://core.telegram.org/bots/faq asks for less than 20 a minute."""
GROUP_LIMIT = "20/minute"


_parse = lru_cache(maxsize=64)(parse)


class Verdict(StrEnum):
    """What to do with a message."""

    ALLOW = "allow"
    NOTICE = "notice"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict, and the seconds until the window frees."""

    verdict: Verdict
    seconds: int = 0


class RateLimits:
    """Moving windows (https://limits.readthedocs.io/en/stable/strategies.html) over hashed keys."""

    def __init__(self, storage: Storage, keys: KeyMaker, clock: Callable[[], float] = time.time) -> None:
        self._limiter = MovingWindowRateLimiter(storage)
        self._keys = keys
        self._clock = clock

    async def check(self, limit: str, *parts: str, unless: Callable[[], Awaitable[bool]] | None = None) -> Ruling:
        """Count one message of ``parts`` (platform ids) against ``limit`` (such as ``20/minute``).

        ``unless`` is asked where the limit is reached: True allows the message all the same.
        """
        item = _parse(limit)
        key = self._keys.key(Kept.LIMIT, limit, *parts)
        if await self._limiter.hit(item, key) or (unless is not None and await unless()):
            return Ruling(Verdict.ALLOW)
        seconds = await self._seconds(item, key)
        told = _parse(f"1/{item.get_expiry()}second")
        if await self._limiter.hit(told, f"{key}:told"):
            return Ruling(Verdict.NOTICE, seconds)
        return Ruling(Verdict.SILENCE, seconds)

    async def _seconds(self, item: RateLimitItem, key: str) -> int:
        window = await self._limiter.get_window_stats(item, key)
        return max(1, math.ceil(window.reset_time - self._clock()))


def wait_notice(phrases: Phrases, seconds: int) -> str:
    """Return the sentence that asks to wait for ``seconds``."""
    return phrases.rate_limited_one if seconds == 1 else phrases.rate_limited.format(seconds=seconds)
