"""Answers each delivered event once, however often, by however many ways and to however many machines it comes.

An event is first *taken*, for some seconds that are renewed while it is being answered, then *done*, for an hour.
So what a process had taken when it was killed is answered when it is delivered again, and what was answered is not.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.service.errand import Errand, current_errand
from bot.state.retention import LIFETIMES, Kept, KeyMaker
from bot.state.store import Store

TAKEN_SECONDS = 9
"""How long a dead process's events stay taken. Renewed at a third of it."""
LOOK_SECONDS = 1.0
"""Between looks at an event that another process has taken."""

MARK_BYTES = 16
DONE = b"done"


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that this process is at: the mark in the store, the errand, and the end of it."""

    mark: bytes
    errand: Errand
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Deduplicator:
    """Marks events as they arrive. One for each process."""

    def __init__(
        self,
        store: Store,
        keys: KeyMaker,
        *,
        taken_seconds: int = TAKEN_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._keys = keys
        self._taken_seconds = taken_seconds
        self._sleep = sleep
        self._taken: dict[str, Taken] = {}
        self._renewing: asyncio.Task[None] | None = None

    async def first(self, *parts: str) -> bool:
        """Return True where the event named by ``parts`` has not been seen before, and take it.

        Where it is being answered, wait for that: by this process until it is done (then False) or cut short (then
        True), by another until that one is done or dead. So whoever acknowledges after this knows of an answer.
        """
        errand = current_errand()
        key = self._keys.key(Kept.SEEN, *parts)
        # Of this call alone: a repeat after a lost answer recognises its own mark.
        mark = secrets.token_bytes(MARK_BYTES)
        while (found := await self._store.claim(key, mark, self._taken_seconds)) is not None:
            if found == DONE:
                return False
            own = self._taken.get(key)
            if own is None:
                await self._sleep(LOOK_SECONDS)
            elif own.errand is errand:
                return False
            else:
                await own.over.wait()
        if errand is None:
            await self._done(key)
            return True
        self._taken[key] = Taken(mark, errand)
        errand.at_end(lambda finished: self._settle(key, finished=finished))
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())
        return True

    async def forget(self, *parts: str) -> None:
        """Take the mark back, so that a redelivery is answered after all."""
        key = self._keys.key(Kept.SEEN, *parts)
        taken = self._taken.pop(key, None)
        await self._store.delete(key)
        if taken is not None:
            taken.over.set()

    async def _settle(self, key: str, *, finished: bool) -> None:
        """Turn "taken" into "done", or, where the answer was cut short, let a redelivery be answered."""
        taken = self._taken.pop(key, None)
        if taken is None:
            return
        try:
            if finished:
                await self._done(key)
            else:
                await self._store.delete(key)
        finally:
            taken.over.set()

    async def _done(self, key: str) -> None:
        await self._store.set(key, DONE, LIFETIMES[Kept.SEEN])

    async def _renew(self) -> None:
        """Keep what takes long from looking abandoned."""
        pause = self._taken_seconds / 3
        young = frozenset(self._taken)
        while self._taken:
            await asyncio.sleep(pause)
            for key, taken in list(self._taken.items()):
                if key in young and key in self._taken:
                    await self._store.set(key, taken.mark, self._taken_seconds)
            young = frozenset(self._taken)
