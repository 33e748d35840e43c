"""Deals with each delivery once, however often, by however many ways and to however many machines it comes.

A delivery is first *taken*, for some seconds that are renewed while it is being dealt with, then *done*, for an hour.
So what a process had taken when it was killed is dealt with when it is delivered again, and so is what failed; what
was done is not. Whoever acknowledges only what is DONE or SEEN loses nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, nullcontext
from enum import StrEnum
from typing import Any

from bot.logs import get_logger, place_of
from bot.metrics import Metrics
from bot.service.ongoing import FINISH_SECONDS, Ongoing, uncut
from bot.state.retention import LIFETIMES, Kept, KeyMaker
from bot.state.store import Set, Store

DRAIN_SECONDS = 18.0
"""How long stopping waits; Heroku-style platforms kill a process 30 seconds after SIGTERM
(https://devcenter.heroku.com/articles/dynos#shutdown)."""
LEASE_SECONDS = 9
"""How long a dead process's deliveries stay taken. Renewed at a third of it."""
LOOK_SECONDS = 1.0
"""Between looks at a delivery that another process has taken."""

LAG_SECONDS = 0.05
"""Between looks at how late the event loop is."""
TOO_LATE_SECONDS = 0.3
"""An answer takes some ten turns of the loop: at this lateness it would take about as long as Slack waits."""
NEWEST_COUNTS = 0.3
"""The weight of the newest measurement in the running mean: a single stall is no overload."""

TAP_SECONDS = 3
"""Within how long after an answer a further tap on the same button counts as the same."""

MARK_BYTES = 16
REQUEST_BYTES = 6
DONE = b"done"

MOST_IN_TURN = 100
"""Deliveries that wait for one turn: one more is not taken on, where the platform sends it again."""

Work = Callable[[str], Awaitable[None]]
"""What is done about a delivery; it is told the id under which the log speaks of it."""
Hurries = Callable[[], Awaitable[bool]]
"""Says whether a delivery is a cry for help, which waits for no turn."""


class Result(StrEnum):
    """What became of a delivery, as far as whoever acknowledges it needs to know."""

    DONE = "done"
    SEEN = "seen"
    """It had been dealt with before."""
    LATE = "late"
    """It is not done: it takes longer, or it failed. Where the platform delivers again, it is to do so."""


class NotDoneError(Exception):
    """Raised by work that could not be done now and may be later; what went wrong has been counted already."""


class LoopLag(Ongoing):
    """Measures the lateness of the running event loop while its context lasts."""

    def __init__(self, too_late: float = TOO_LATE_SECONDS) -> None:
        self._too_late = too_late
        self.seconds = 0.0
        """The running mean of how late the loop is."""

    @property
    def too_much(self) -> bool:
        """Whether what comes now could not be answered in time."""
        return self.seconds > self._too_late

    async def _go_on(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(LAG_SECONDS)
            late = loop.time() - begun - LAG_SECONDS
            self.seconds += NEWEST_COUNTS * (late - self.seconds)


class Inbox:
    """The deliveries of one platform. ``lag`` tells when more comes than can be dealt with in time."""

    def __init__(
        self,
        platform: str,
        store: Store,
        keys: KeyMaker,
        metrics: Metrics,
        lag: LoopLag | None = None,
        *,
        lease_seconds: int = LEASE_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._platform = platform
        self._store = store
        self._keys = keys
        self._metrics = metrics
        self._lag = lag
        self._lease_seconds = lease_seconds
        self._sleep = sleep
        self._tasks: set[asyncio.Task[Any]] = set()
        self._under_way: dict[str, asyncio.Task[Result]] = {}
        self._leases: dict[str, bytes] = {}
        self._renewed: frozenset[str] = frozenset()
        """The leases that are being renewed just now."""
        self._renewal_over = asyncio.Event()
        self._renewing: asyncio.Task[None] | None = None
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}
        self._stopping = False

    async def take(
        self,
        mark: Sequence[str],
        work: Work,
        *,
        within: float | None = None,
        turn: str = "",
        again: bool = True,
        tap: Sequence[str] = (),
        hurries: Hurries | None = None,
    ) -> Result:
        """Do ``work`` unless the delivery named by ``mark`` is done already; wait for that, ``within`` seconds at most.

        An empty ``mark`` is like no other. Work with the same ``turn`` is done in the order in which it was taken, but
        what ``hurries``: it does not wait behind an answer that cannot be sent just now.
        Work that raises is not done: its mark is released. ``again`` says that the platform delivers again what is
        not acknowledged: then work that is late when the process stops is given up, and nothing is taken on that
        could not be done in time; else it is gone on with in any case. ``tap`` names what is asked for, where a
        person may ask for it twice by a nervous finger: of deliveries with the same one, only the first is done, until
        some seconds after it; the others are SEEN.
        """
        if again and self._lag is not None and self._lag.too_much:
            self._metrics.refused(self._platform, "overload")
            return Result.LATE
        key = self._keys.key(Kept.SEEN, self._platform, *mark) if mark else ""
        if again and key not in self._under_way and self._full(turn) and not await _is_true(hurries):
            self._metrics.refused(self._platform, "turn")
            return Result.LATE
        loop = asyncio.get_running_loop()
        deadline = None if within is None else loop.time() + within
        while True:
            joined = self._under_way.get(key)
            task = joined or self._start(key, work, turn, tap, hurries)
            await asyncio.wait({task}, timeout=None if deadline is None else max(0.0, deadline - loop.time()))
            if not task.done():
                if again:
                    self._metrics.refused(self._platform, "unanswered")
                    if self._stopping:
                        # A message that is on its way is waited for: then the delivery is done, and nobody's any more.
                        _cancel(task)
                        await asyncio.wait({task}, timeout=FINISH_SECONDS)
                if not task.done() or task.cancelled():
                    return Result.LATE
            result = Result.LATE if task.cancelled() else task.result()
            if joined is None or result is not Result.LATE or self._stopping:
                break
            # What was joined has failed: this delivery takes over.
        return Result.SEEN if joined is not None and result is Result.DONE else result

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run ``work`` that nobody delivered; :meth:`drain` waits for it too."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def stop(self) -> None:
        """From now on nothing is both given back and gone on with: the next process gets it."""
        self._stopping = True

    async def drain(self, seconds: float = DRAIN_SECONDS) -> int:
        """Wait until everything under way has ended; return how much had to be given up after ``seconds``."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        # What ends may have started something else, such as an answer to a press.
        while self._tasks:
            await asyncio.wait(set(self._tasks), timeout=max(0.0, end - loop.time()))
            if loop.time() >= end:
                break
        late = set(self._tasks)
        for task in late:
            _cancel(task)
        if late:
            await asyncio.wait(late, timeout=FINISH_SECONDS + LAG_SECONDS)
        return len(late)

    def _full(self, turn: str) -> bool:
        return turn in self._turns and self._turns[turn][1] >= MOST_IN_TURN

    def _start(
        self, key: str, work: Work, turn: str, tap: Sequence[str], hurries: Hurries | None
    ) -> asyncio.Task[Result]:
        finger = self._keys.key(Kept.SEEN, self._platform, "tap", *tap) if tap else ""
        task = self.start(self._do(key, work, turn, finger, hurries))
        if key:
            self._under_way[key] = task
            task.add_done_callback(lambda _task: self._under_way.pop(key, None))
        return task

    async def _do(self, key: str, work: Work, turn: str, finger: str, hurries: Hurries | None) -> Result:
        request, result, taken, first = secrets.token_hex(REQUEST_BYTES), Result.LATE, False, False
        async with self._turn(turn, hurries) if turn else nullcontext():
            try:
                taken = not key or await self._taken(key)
                result = Result.SEEN
                first = taken and (not finger or await self._first(finger, key))
                if first:
                    result = Result.LATE
                    await work(request)
                    result = Result.DONE
            except NotDoneError:
                pass
            except Exception as error:
                code, place = type(error).__name__, place_of(error)
                self._metrics.failed(self._platform, code)
                get_logger().error("failed", platform=self._platform, code=code, place=place, request=request)
            finally:
                # What has been done is to be known, also where the process is told to stop just now.
                if first and finger:
                    await uncut(self._lift(finger, key, done=result is Result.DONE))
                if key and taken:
                    await uncut(self._settle(key, done=result is not Result.LATE))
            return result

    async def _first(self, finger: str, key: str) -> bool:
        """Say whether this delivery is the first of its tap; what is delivered again is still the first."""
        found = await self._store.claim(finger, key.encode(), self._lease_seconds)
        if found is not None and found != key.encode():
            return False
        self._hold(finger, key.encode())
        return True

    async def _lift(self, finger: str, key: str, *, done: bool) -> None:
        await self._let_go(finger)
        if done:
            await self._store.set(finger, key.encode(), TAP_SECONDS)
        else:
            await self._store.delete(finger)

    async def _taken(self, key: str) -> bool:
        """Take the delivery and return True, or False once another process has done it."""
        # Of this call alone: a repeat after a lost answer recognises its own mark.
        mark = secrets.token_bytes(MARK_BYTES)
        while (found := await self._store.claim(key, mark, self._lease_seconds)) is not None:
            if found == DONE:
                return False
            await self._sleep(LOOK_SECONDS)
        self._hold(key, mark)
        return True

    def _hold(self, key: str, mark: bytes) -> None:
        """Renew the lease on ``key`` as long as it is among the leases."""
        self._leases[key] = mark
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())

    async def _settle(self, key: str, *, done: bool) -> None:
        await self._let_go(key)
        if done:
            await self._store.set(key, DONE, LIFETIMES[Kept.SEEN])
        else:
            await self._store.delete(key)

    async def _let_go(self, key: str) -> None:
        """Renew the lease on ``key`` no longer. A renewal that is on its way must not arrive after what follows.

        Nothing else is waited for: where the store is slow, those that have ended would wait for each other for longer
        than a lease lasts, and another process would do them again.
        """
        self._leases.pop(key, None)
        while key in self._renewed:
            await self._renewal_over.wait()

    async def _renew(self) -> None:
        """Keep what takes long from looking abandoned."""
        while self._leases:
            await asyncio.sleep(self._lease_seconds / 3)
            # All at once: one by one, hundreds would take longer than a lease lasts.
            held = [Set(key, mark, self._lease_seconds) for key, mark in self._leases.items()]
            if not held:
                continue
            self._renewed = frozenset(self._leases)
            self._renewal_over.clear()
            try:
                await self._store.run(*held)
            finally:
                self._renewed = frozenset()
                self._renewal_over.set()

    @asynccontextmanager
    async def _turn(self, name: str, hurries: Hurries | None) -> AsyncIterator[None]:
        """Wait until all that came before for ``name`` is done (asyncio's locks are first come, first served)."""
        lock, waiting = self._turns.get(name, (asyncio.Lock(), 0))
        self._turns[name] = (lock, waiting + 1)
        # Queued before anything is awaited: what comes next stays behind.
        place = asyncio.ensure_future(lock.acquire())
        try:
            if not waiting or not await _is_true(hurries):
                await place
            yield
        finally:
            if not place.cancel() and not place.cancelled():
                lock.release()
            lock, waiting = self._turns.pop(name)
            if waiting > 1:
                self._turns[name] = (lock, waiting - 1)


async def _is_true(hurries: Hurries | None) -> bool:
    """Say whether a delivery hurries; where that cannot be said, it does not."""
    try:
        return hurries is not None and await hurries()
    except Exception:  # what is wrong shows when the delivery is worked on
        return False


def _cancel(task: asyncio.Task[Any]) -> None:
    """Cancel ``task``, unless that has begun: another time would cut short what it may still finish."""
    if not task.cancelling():
        task.cancel()
