"""Keeps a shared server that is away from holding up answers: one short wait, then no calls until it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from redis.exceptions import RedisError

from bot.logs import get_logger
from bot.metrics import Metrics

T = TypeVar("T")

CALL_SECONDS = 0.4
"""How long a call to the shared server may take. It normally takes about a millisecond."""
PROBE_SECONDS = 1.0
"""Between looks at a server that was away."""
SLICES = 8
"""Parts in which that time is waited for. A part that ends much too late shows a busy event loop, not a slow server."""
LONGEST_SECONDS = 2.0
"""The end of all waiting, however busy the loop is."""

FAILURES = (RedisError, OSError, TimeoutError)


class AwayError(Exception):
    """The shared server is away; the caller goes on without it."""


class Circuit:
    """Runs calls to one server. After a failure it refuses them at once, and pings until the server answers again.

    ``ping`` raises one of :data:`FAILURES` while the server is away. Close it with :meth:`close`.
    """

    def __init__(
        self,
        ping: Callable[[], Coroutine[Any, Any, object]],
        metrics: Metrics,
        *,
        call_seconds: float = CALL_SECONDS,
        probe_seconds: float = PROBE_SECONDS,
    ) -> None:
        self._ping = ping
        self._metrics = metrics
        self._call_seconds = call_seconds
        self._probe_seconds = probe_seconds
        self._probing: asyncio.Task[None] | None = None
        self._when_back: list[Callable[[], Coroutine[Any, Any, None]]] = []

    @property
    def closed(self) -> bool:
        """Whether calls go through."""
        return self._probing is None

    async def run(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what ``call`` returns. Raises AwayError where the server is away or takes too long."""
        if self._probing is not None:
            raise AwayError
        try:
            return await self._within(call())
        except FAILURES as error:
            self._failed(error)
            raise AwayError from None

    def when_back(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let ``work`` be done each time the server has come back."""
        self._when_back.append(work)

    async def close(self) -> None:
        """Stop looking for the server."""
        if self._probing is not None:
            self._probing.cancel()
            with suppress(asyncio.CancelledError):
                await self._probing
            self._probing = None

    async def _within(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what ``work`` returns, or raise TimeoutError. A busy event loop does not count as a slow server."""
        task = asyncio.ensure_future(work)
        task.add_done_callback(_look_at)
        loop, part = asyncio.get_running_loop(), self._call_seconds / SLICES
        begun, waited = loop.time(), 0
        try:
            while waited < SLICES and loop.time() - begun < max(LONGEST_SECONDS, self._call_seconds):
                asked = loop.time()
                await asyncio.wait({task}, timeout=part)
                if task.done():
                    return task.result()
                waited += loop.time() - asked < 2 * part
        finally:
            task.cancel()
        raise TimeoutError

    def _failed(self, error: BaseException) -> None:
        code = type(error).__name__
        self._metrics.failed("store", code)
        if self._probing is None:
            self._metrics.store_healthy.set(0)
            get_logger().warning("shared store away, going on in memory", code=code)
            self._probing = asyncio.create_task(self._probe())

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(self._probe_seconds)
            try:
                await self._within(self._ping())
            except FAILURES:
                continue
            break
        self._probing = None
        self._metrics.store_healthy.set(1)
        get_logger().info("shared store is back")
        for work in self._when_back:
            await work()


def _look_at(task: asyncio.Future[Any]) -> None:
    """Take note of how ``task`` ended, so that asyncio does not report an error that nobody waits for."""
    if not task.cancelled():
        task.exception()
