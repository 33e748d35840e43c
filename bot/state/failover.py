"""A shared store that may go away: what it would hold is then held, and read, in this process."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from cachetools import LRUCache
from redis.exceptions import RedisError

from bot.logs import get_logger
from bot.metrics import Metrics
from bot.state.redis import RedisStore, fault_of, open_redis
from bot.state.rotation import Rotated
from bot.state.store import Claim, Count, Delete, Get, MemoryStore, Operation, Set, Store

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


AT_A_TIME = 200
"""Keys that are written back in one round trip."""
COPIED_KEYS = 20_000
"""Keys copied in memory at most: what a machine needs to go on for a while. About 6 MB when full."""


class ResilientStore(Store):
    """``shared`` while it answers, this process's memory while it does not.

    Everything written here is copied in memory with the same lifetime. The copy is read while the shared store is
    away, and afterwards for the keys that were written meanwhile, until they are written again. What is counted
    counts anew when the place of counting changes.
    """

    def __init__(self, shared: Store, circuit: Circuit, own: MemoryStore | None = None) -> None:
        self._shared = shared
        self._circuit = circuit
        self._own = own or MemoryStore(size=COPIED_KEYS)
        self._ahead: LRUCache[str, float] = LRUCache(maxsize=COPIED_KEYS)
        """Keys whose copy is newer than the shared store's value, and when that copy ends."""
        self._dropped: LRUCache[str, None] = LRUCache(maxsize=COPIED_KEYS)
        """Keys deleted while the shared store was away: deleted there as soon as it is back."""
        self._going: set[str] = set()
        """Keys that are being written back: whoever has something newer waits for that."""
        self._gone = asyncio.Event()
        self._turn = asyncio.Lock()
        self._telling: asyncio.Task[None] | None = None
        circuit.when_back(self._write_back)

    async def run(self, *operations: Operation) -> list[Any]:
        while not self._going.isdisjoint(one.key for one in operations):
            await self._gone.wait()
        results: list[Any] = [None] * len(operations)
        asked = [place for place, one in enumerate(operations) if not await self._settle(one, results, place)]
        if not asked:
            return results
        try:
            answers = await self._ask([operations[place] for place in asked])
        except AwayError:
            for place in asked:
                results[place] = await self._alone(operations[place])
            if self._circuit.closed and (self._telling is None or self._telling.done()):
                # Only this call was forgotten: no return of the server will tell what it was to write.
                self._telling = asyncio.create_task(self._write_back())
            return results
        for place, answer in zip(asked, answers, strict=True):
            results[place] = answer
            await self._agree(operations[place], answer)
        return results

    async def healthy(self) -> bool:
        """Say whether the shared store answers."""
        try:
            return await self._circuit.run(self._shared.healthy)
        except AwayError:
            return False

    async def state(self) -> str:
        """Return a word, and what is wrong with the shared store where no waiting mends that."""
        if await self.healthy():
            return "ok"
        return f"degraded: {self._circuit.fault}" if self._circuit.fault else "degraded"

    async def _ask(self, operations: list[Operation]) -> list[Any]:
        """Return what the shared store gives. Raises AwayError.

        A claim that was forgotten while others were answered is made again: granted here, it might be another
        machine's too.
        """
        # What is claimed again after it was given back is still taken there: it is given back in the same round trip.
        claimed = [one.key for one in operations if isinstance(one, Claim)]
        before = [Delete(key) for key in claimed if key in self._dropped]
        for one in before:
            self._dropped.pop(one.key)
        while True:
            try:
                return (await self._circuit.run(partial(self._shared.run, *before, *operations)))[len(before) :]
            except AwayError:
                if not claimed or not self._circuit.closed:
                    self._dropped.update((one.key, None) for one in before)
                    raise

    async def _settle(self, operation: Operation, results: list[Any], place: int) -> bool:
        """Do what is done here in any case; return whether nobody else needs to be asked, the result being known."""
        key = operation.key
        match operation:
            case Get() if key in self._dropped:
                return True
            case Get() if key in self._ahead:
                results[place] = await self._own.get(key)
                if results[place] is None:
                    self._ahead.pop(key, None)
                return results[place] is not None
            case Set():
                await self._own.run(operation)
                self._dropped.pop(key, None)
            case Claim():
                # What this process has claimed stays claimed, whatever the shared store has lost meanwhile.
                (results[place],) = await self._own.run(operation)
                return results[place] is not None
            case Delete():
                await self._own.run(operation)
                self._ahead.pop(key, None)
        return False

    async def _alone(self, operation: Operation) -> Any:
        """Return what ``operation`` gives while the shared store is away."""
        match operation:
            case Get() | Count():
                return (await self._own.run(operation))[0]
            case Set(key, _, seconds):
                self._ahead[key] = time.monotonic() + seconds
            case Delete(key):
                self._dropped[key] = None
        return None

    async def _agree(self, operation: Operation, answer: Any) -> None:
        """Take note of what the shared store has answered."""
        match operation:
            case Set(key):
                self._ahead.pop(key, None)
            case Claim(key) if answer is not None:
                await self._own.delete(key)

    async def _write_back(self) -> None:
        """Tell the shared store what was written and deleted while it was away, or had forgotten a call.

        So another machine, or this one after a restart, does not do again what was done here meanwhile. Many keys in
        one round trip: one by one, they would take the place of everybody else's calls.
        """
        async with self._turn:
            while self._ahead or self._dropped:
                told: list[Operation] = [Delete(key) for key in list(self._dropped)[:AT_A_TIME]]
                told += [Set(key, *found) for key in list(self._ahead)[:AT_A_TIME] if (found := await self._copy(key))]
                self._going = {one.key for one in told}
                self._gone.clear()
                try:
                    if told:
                        await self._circuit.run(partial(self._shared.run, *told))
                except AwayError:
                    if not self._circuit.closed:
                        return
                    continue
                finally:
                    self._going = set()
                    self._gone.set()
                for one in told:
                    (self._dropped if isinstance(one, Delete) else self._ahead).pop(one.key, None)

    async def _copy(self, key: str) -> tuple[bytes, int] | None:
        """Return what ``key`` holds here and for how many more seconds; None, and no longer ahead, where nothing."""
        left = math.ceil(self._ahead[key] - time.monotonic())
        value = await self._own.get(key)
        if left > 0 and value is not None:
            return value, left
        self._ahead.pop(key, None)
        return None

    async def __aenter__(self) -> Self:
        await self._own.__aenter__()
        await self._shared.__aenter__()
        await self.healthy()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._telling is not None:
            self._telling.cancel()
            with suppress(asyncio.CancelledError):
                await self._telling
        await self._circuit.close()
        await self._shared.__aexit__(kind, error, trace)
        await self._own.__aexit__(kind, error, trace)


def open_shared_store(url: str, metrics: Metrics) -> ResilientStore:
    """Return the store in the Redis at ``url``, which goes on in memory while that is away.

    Raises SettingsError where the URL is of no use.
    """
    shared = Rotated(RedisStore(open_redis(url)))
    return ResilientStore(shared, Circuit(shared.healthy, metrics))
