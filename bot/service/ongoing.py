"""Work that goes on while its owner is entered, that is waited for at the end, that is not cut short, that fails."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Self, TypeVar

from bot.logs import get_logger, place_of
from bot.metrics import Metrics
from bot.state.store import Set, Store

T = TypeVar("T")

DRAIN_SECONDS = 18.0
"""How long stopping waits; Heroku-style platforms kill a process 30 seconds after SIGTERM
(https://devcenter.heroku.com/articles/dynos#shutdown)."""
FINISH_SECONDS = 2.0
"""How long a call that is under way may go on after whoever waits for it was told to stop."""

LAG_SECONDS = 0.05
"""Between looks at how late the event loop is."""
TOO_LATE_SECONDS = 0.3
"""An answer takes some ten turns of the loop: at this lateness it would take about as long as Slack waits."""
NEWEST_COUNTS = 0.3
"""The weight of the newest measurement in the running mean: a single stall is no overload."""


async def aside(work: Callable[[], T]) -> T:
    """Return what ``work`` gives, from a thread that the end of the process does not wait for."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[T] = loop.create_future()

    def settle(given: Callable[[], None]) -> None:
        if not found.done():
            given()

    def run() -> None:
        try:
            given = partial(found.set_result, work())
        except Exception as error:  # whoever waits gets it
            given = partial(found.set_exception, error)
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, given)

    threading.Thread(target=run, daemon=True).start()
    return await found


class Ongoing:
    """Goes on with :meth:`_go_on` while its context lasts; what that raised before is raised when the context ends."""

    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._go_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _go_on(self) -> None:
        """Work until cancelled."""
        raise NotImplementedError


class LoopLag(Ongoing):
    """Measures the lateness of the running event loop while its context lasts."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """The running mean of how late the loop is."""

    @property
    def too_much(self) -> bool:
        """Whether what comes now could not be answered in time."""
        return self.seconds > TOO_LATE_SECONDS

    async def _go_on(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(LAG_SECONDS)
            late = loop.time() - begun - LAG_SECONDS
            self.seconds += NEWEST_COUNTS * (late - self.seconds)


class Ending(asyncio.Task[Any]):
    """A task that may be told to stop. A call that is on its way then (:func:`uncut`) has FINISH_SECONDS to end in."""

    _calls = 0
    """Calls on their way."""
    _last = False
    """Whether the newest of them has its time however much there was before."""
    _told = False

    def give_up(self) -> None:
        """Stop, unless that was said before: another time would cut short what may still be finished."""
        if self._told:
            return
        self._told = True
        if self._calls:
            self.get_loop().call_later(FINISH_SECONDS, self._cut)
        else:
            self.cancel()

    async def ended(self, seconds: float | None) -> None:
        """Wait until it has ended, for ``seconds`` at most: as ``asyncio.wait`` does for many tasks.

        Also where it has ended already the loop has a turn, in which what was to be called at its end is called.
        """
        waiting = self.get_loop().create_future()

        def end(_task: object = None) -> None:
            if not waiting.done():
                waiting.set_result(None)

        self.add_done_callback(end)
        over = None if seconds is None else self.get_loop().call_later(seconds, end)
        try:
            await waiting
        finally:
            self.remove_done_callback(end)
            if over is not None:
                over.cancel()

    async def uncut(self, call: Coroutine[Any, Any, T], *, last: bool) -> T:
        """Do what :func:`uncut` does, within this task."""
        self._calls, self._last = self._calls + 1, last
        try:
            return await call
        except Exception:
            if self._told and not last:
                raise asyncio.CancelledError from None
            raise
        finally:
            self._calls -= 1

    def _cut(self) -> None:
        if self._calls and self._last:
            self.get_loop().call_later(FINISH_SECONDS, self.cancel)
        else:
            self.cancel()


class UnderWay:
    """Work that was begun, and is waited for at the end."""

    def __init__(self) -> None:
        self._tasks: set[Ending] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> Ending:
        """Run ``work``; :meth:`drain` waits for it."""
        task = Ending(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

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
            task.give_up()
        if late:
            await asyncio.wait(late, timeout=FINISH_SECONDS + LAG_SECONDS)
        return len(late)


async def uncut(call: Coroutine[Any, Any, T], *, last: bool = False) -> T:
    """Return what ``call`` gives, also where the caller is told to stop meanwhile and it ends in FINISH_SECONDS.

    So a message that is on its way when the process stops is known to be sent, and is not sent again by the next one.
    What ends in an error then, or not in time, is cancelled like anything else; and so is, when the time is over, what
    the caller does afterwards. ``last``: the call has its time however much the caller has had.
    """
    me, loop = asyncio.current_task(), asyncio.get_running_loop()
    if isinstance(me, Ending):
        return await me.uncut(call, last=last)
    task = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if me is None:
            raise
        end = loop.time() + FINISH_SECONDS
        if not task.done():
            await asyncio.wait({task}, timeout=FINISH_SECONDS)
        if not task.done() or task.cancelled() or task.exception() is not None:
            task.cancel()
            await asyncio.wait({task})
            raise
        me.uncancel()
        loop.call_at(end, me.cancel)
        return task.result()


def unforeseen(metrics: Metrics, platform: str, error: Exception, request: str = "") -> str:
    """Count and log what nobody foresaw by its name and place, never its words; return the code to quote."""
    reference, code = new_reference(), type(error).__name__
    metrics.failed(platform, code)
    get_logger().error(
        "failed", platform=platform, code=code, place=place_of(error), reference=reference, request=request
    )
    return reference


def new_reference() -> str:
    """Return a code that a person can quote and an operator can find in the log."""
    return secrets.token_hex(3)


LEASE_SECONDS = 9
"""How long a dead process's deliveries stay taken. Renewed at a third of it."""


class Leases:
    """Claims in ``store``, each for LEASE_SECONDS and renewed until it is let go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, bytes] = {}
        self._renewed: frozenset[str] = frozenset()
        """The leases that are being renewed just now."""
        self._renewal_over = asyncio.Event()
        self._renewing: asyncio.Task[None] | None = None

    def hold(self, key: str, mark: bytes) -> None:
        """Renew the lease on ``key`` as long as it is among the leases."""
        self._held[key] = mark
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())

    async def let_go(self, key: str) -> None:
        """Renew the lease on ``key`` no longer. A renewal that is on its way must not arrive after what follows.

        Nothing else is waited for: where the store is slow, those that have ended would wait for each other for longer
        than a lease lasts, and another process would do them again.
        """
        self._held.pop(key, None)
        while key in self._renewed:
            await self._renewal_over.wait()

    async def _renew(self) -> None:
        """Keep what takes long from looking abandoned."""
        while self._held:
            await asyncio.sleep(LEASE_SECONDS / 3)
            # All at once: one by one, hundreds would take longer than a lease lasts.
            held = [Set(key, mark, LEASE_SECONDS) for key, mark in self._held.items()]
            if not held:
                continue
            self._renewed = frozenset(self._held)
            self._renewal_over.clear()
            try:
                await self._store.run(*held)
            finally:
                self._renewed = frozenset()
                self._renewal_over.set()
