"""A clock that only moves when a test says so, and the sleep that goes with it."""

from __future__ import annotations

import asyncio
import heapq
import itertools


class FakeTime:
    """``now`` is a steady clock, ``sleep`` waits on it, ``advance`` lets time pass; ``naps`` are the sleeps asked for.

    ``asleep`` is set once somebody sleeps.
    """

    def __init__(self) -> None:
        self.naps: list[float] = []
        self.asleep = asyncio.Event()
        self._now = 1_000.0
        self._number = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        """Return the time in seconds."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until that much time has passed."""
        self.naps.append(seconds)
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.asleep.set()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._number), waking))
        await waking

    async def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass: who sleeps until then wakes, in order, and goes on before the next."""
        end = self._now + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, waking = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not waking.done():
                waking.set_result(None)
            for _ in range(20):
                await asyncio.sleep(0)
        self._now = end


class EagerTime(FakeTime):
    """A clock on which every sleep is over at once, and has taken its time."""

    async def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self.naps.append(seconds)
        self._now += seconds
        await asyncio.sleep(0)
