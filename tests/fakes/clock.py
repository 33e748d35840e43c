"""A clock that only moves when a test says so, the sleep that goes with it, and a loop on which waiting is free."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


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


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop on which waiting takes no time: where nothing is ready, its clock leaps to the next timer."""

    def __init__(self) -> None:
        self._leapt = 1_000.0
        super().__init__(_LeapingSelector(self.leap))

    def time(self) -> float:
        """Return the seconds that have been leapt over."""
        return self._leapt

    def leap(self, seconds: float) -> None:
        """Let ``seconds`` pass at once, as work does that leaves the loop no time."""
        self._leapt += seconds


class _LeapingSelector(selectors.DefaultSelector):
    def __init__(self, leap: Callable[[float], None]) -> None:
        super().__init__()
        self._leap = leap

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self._leap(timeout)
            timeout = 0
        return super().select(timeout)


def leaping(scenario: Callable[[LeapingLoop], Coroutine[Any, Any, T]]) -> T:
    """Return what ``scenario`` returns when it runs on a :class:`LeapingLoop`."""
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, LeapingLoop)
        return runner.run(scenario(loop))
