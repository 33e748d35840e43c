"""Keeps one person or chat from flooding the bot: a notice once, then silence until the window has passed."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Self

from msgspec import Struct

from bot.state.retention import Kept, KeyMaker
from bot.state.store import Count, Store, Window


class Limit(Struct, frozen=True):
    """At most ``most`` within ``seconds``, whenever they begin."""

    most: int
    seconds: int


PERSON_LIMIT = Limit(20, 60)
"""Messages of one person: a fast reader asks five or six a minute."""
CHAT_LIMIT = Limit(60, 60)
"""Messages in one channel or group, all people together."""
URGENT_LIMIT = Limit(3, 60)
"""Answers of one urgent kind to one person beyond the limits above: help comes before limits, but is no way round
them."""
GROUP_PACE = Limit(1, 3)
"""Presses in one Telegram group that send a message: whoever presses is told the wait, which disturbs nobody.
https://core.telegram.org/bots/faq asks for less than 20 messages a minute; answers to questions wait for their turn."""
GROUP_LIMIT = Limit(20, 60)
"""Answers in one group. Presses beyond it are told the wait; where several processes answer, questions wait for it."""
GROUP_NOTICES = Limit(1, 60)
"""Requests to wait in one group. More would be the noise that they ask to spare."""


class Ruling(StrEnum):
    """What to do with a message."""

    ALLOW = "allow"
    NOTICE = "notice"
    SILENCE = "silence"


Bound = tuple[Limit, *tuple[str, ...]]
"""A limit, and whose it is: the parts of its key."""


class RateLimits:
    """Moving windows in a store, over hashed keys. A steady clock tells them: the store's own.

    ``shared``: other processes count there too.
    """

    def __init__(self, store: Store, keys: KeyMaker, *, shared: bool = False) -> None:
        self._store = store
        self._keys = keys
        self.shared = shared

    def through(self, store: Store | None) -> Self:
        """Return the same limits, counted in ``store`` where there is one: a delivery's batch."""
        return self if store is None else type(self)(store, self._keys, shared=self.shared)

    def counting(self, *bounds: Bound, once: str = "") -> Count:
        """Return what counts one message against ``bounds``; ``once`` names it, where it may come again."""
        key = self._keys.key
        windows = tuple(
            Window(key(Kept.LIMIT, f"{limit.most}/{limit.seconds}", *parts), limit.seconds, limit.most)
            for limit, *parts in bounds
        )
        return Count(windows, key(Kept.LIMIT, once) if once else "")

    async def wait(self, bound: Bound, once: str) -> float:
        """Count one message against ``bound``, or return the seconds until there is room."""
        ((_, wait),) = await self._store.run(self.counting(bound, once=once))
        return float(wait)

    async def check(
        self, *bounds: Bound, unless: Callable[[], Awaitable[bool]] | None = None, once: str = ""
    ) -> tuple[Ruling, int]:
        """Count one message against ``bounds``, or against none of them where one is reached.

        Returns what to do, and the seconds until that one's window frees. ``unless`` is asked where a limit is
        reached: True allows the message all the same. ``once`` names the message where it may come again because it
        could not be answered: it counts once.
        """
        count = self.counting(*bounds, once=once)
        ((reached, wait),) = await self._store.run(count)
        if not wait or (unless is not None and await unless()):
            return Ruling.ALLOW, 0
        full = count.windows[reached]
        told = await self._store.count(f"{full.key}:told", full.seconds, 1)
        return Ruling.SILENCE if told else Ruling.NOTICE, max(1, math.ceil(wait))
