"""Watches a server that may go away, and tells one that is silent from a loop that is busy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from redis.exceptions import RedisError

from bot.logs import get_logger
from bot.metrics import Metrics
from bot.state.redis import fault_of

T = TypeVar("T")

CALL_SECONDS = 0.4
"""How long the server may be silent while calls wait. A call normally takes about a millisecond."""
PROBE_SECONDS = 1.0
"""Between looks at a server that was away."""
SLICES = 8
"""Parts in which the silence is measured. A part that ends much too late shows a busy event loop, not a slow server."""
LONGEST_SECONDS = 3.0
"""The end of all waiting: for one call forgotten while others are answered, or in a loop that is always busy."""

FAILURES = (RedisError, OSError, TimeoutError)
REFUSED = "shared store refuses the bot's commands, going on in memory: check REDIS_URL, its user's rights, its kind"


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
        self._catching_up: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._waiting: dict[asyncio.Timeout, float] = {}
        """The calls under way, oldest first, and when each began."""
        self._answered = 0.0
        """When a call was last answered."""
        self._silent = False
        self.fault = ""
        """What no waiting mends, while calls do not go through for that."""
        self._when_back: list[Callable[[], Coroutine[Any, Any, None]]] = []

    @property
    def closed(self) -> bool:
        """Whether calls go through."""
        return self._probing is None

    async def run(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what ``call`` returns. Raises AwayError where the server is away or says nothing for too long.

        A call that only waits behind others, because much is going on, goes on waiting: giving it up would make a
        busy time look like an outage.
        """
        if self._probing is not None:
            raise AwayError
        try:
            return await self._within(call)
        except FAILURES as error:
            self._failed(error)
            raise AwayError from None

    def when_back(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let ``work`` be done each time the server has come back."""
        self._when_back.append(work)

    async def close(self) -> None:
        """Stop looking for the server."""
        for task in (self._probing, self._catching_up, self._watching):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._probing = self._catching_up = self._watching = None

    async def _within(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what ``call`` returns, or raise TimeoutError when the watch says so.

        Raises AwayError where only this call was forgotten: others were answered meanwhile.
        """
        loop, waiting = asyncio.get_running_loop(), asyncio.timeout(None)
        self._waiting[waiting] = begun = loop.time()
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            async with waiting:
                result = await call()
        except TimeoutError:
            if waiting.expired() and self._answered > begun and not self._silent:
                raise AwayError from None
            raise
        finally:
            self._waiting.pop(waiting, None)
        self._answered = loop.time()
        return result

    async def _watch(self) -> None:
        """End the calls under way when the server has been silent for too long. One watch for all of them."""
        loop, part, parts = asyncio.get_running_loop(), self._call_seconds / SLICES, 0
        longest = max(LONGEST_SECONDS, self._call_seconds)
        while self._waiting:
            asked = loop.time()
            await asyncio.sleep(part)
            now = loop.time()
            if self._answered >= asked:
                parts = 0
            elif now - asked < 2 * part:
                parts += 1
            self._silent = parts >= SLICES
            for waiting, begun in list(self._waiting.items()):
                if self._silent or now - begun >= longest:
                    del self._waiting[waiting]
                    waiting.reschedule(now)

    def _failed(self, error: BaseException) -> None:
        code, before = type(error).__name__, self.fault
        self._metrics.failed("store", code)
        self.fault = fault_of(error)
        if self.fault and self.fault != before:
            get_logger().warning(REFUSED, code=code, state=self.fault)
        elif self._probing is None:
            get_logger().warning("shared store away, going on in memory", code=code)
        if self._probing is None:
            self._metrics.store_healthy.set(0)
            self._probing = asyncio.create_task(self._probe())

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(self._probe_seconds)
            try:
                await self._within(self._ping)
            except FAILURES as error:
                if (fault := fault_of(error)) and fault != self.fault:
                    self._failed(error)
                continue
            break
        self._probing, self._catching_up, self.fault = None, self._probing, ""
        self._metrics.store_healthy.set(1)
        get_logger().info("shared store is back")
        for work in self._when_back:
            await work()
