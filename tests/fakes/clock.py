"""A clock that only moves when a test says so, the sleep that goes with it, and loops on which waiting is free."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


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


class SkippingLoop(asyncio.SelectorEventLoop):
    """The event loop of tests: what waits in it can be told that its time has passed."""

    _skipped = 0.0
    stands: float | None = None
    """When its clock was stopped, while it is (:func:`standing`)."""

    def time(self) -> float:
        """Return the seconds of a steady clock, and those that were skipped."""
        return (super().time() if self.stands is None else self.stands) + self._skipped

    def skip(self, seconds: float) -> None:
        """Let ``seconds`` pass at once, as work does that leaves the loop no time."""
        self._skipped += seconds


class LeapingLoop(SkippingLoop):
    """An event loop on which waiting takes no time: where nothing is ready, its clock leaps to the next timer.

    It is the loop of tests marked ``leaping``: what another process or thread does would come too late.
    """

    def __init__(self) -> None:
        super().__init__(_LeapingSelector(self.skip))

    def time(self) -> float:
        """Return the seconds that have been leapt over."""
        return 1_000.0 + self._skipped


class _LeapingSelector(selectors.DefaultSelector):
    def __init__(self, leap: Callable[[float], None]) -> None:
        super().__init__()
        self._leap = leap

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self._leap(timeout)
            timeout = 0
        return super().select(timeout)


def skip(seconds: float) -> None:
    """Let ``seconds`` pass at once for whatever waits in the running loop.

    So what is to be too late is too late, and all else has the time that it takes on a busy machine.
    """
    _running().skip(seconds)


@contextmanager
def standing() -> Iterator[None]:
    """Let no time pass in the running loop but what is skipped: for what is to be in time, however busy the machine."""
    loop = _running()
    loop.stands = time.monotonic()
    try:
        yield
    finally:
        loop.stands = None


def _running() -> SkippingLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SkippingLoop)
    return loop
