"""A shared store that may go away: what it would hold is then held, and read, in this process."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Self

from cachetools import LRUCache

from bot.metrics import Metrics
from bot.state.circuit import AwayError, Circuit
from bot.state.redis import RedisStore, open_redis
from bot.state.retention import DAY
from bot.state.rotation import Rotated
from bot.state.store import MARK_BYTES, Claim, Count, Delete, Get, MemoryStore, Operation, Set, Store

PRESENCE_SECONDS = DAY
"""How long a shared store holds by what a process knows that it was not emptied. Afterwards it counts as emptied."""
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

    def __init__(self, shared: Store, circuit: Circuit) -> None:
        self._shared = shared
        self._circuit = circuit
        self._own = MemoryStore(size=COPIED_KEYS)
        self._ahead: LRUCache[str, None] = LRUCache(maxsize=COPIED_KEYS)
        """Keys whose copy is newer than the shared store's value."""
        self._dropped: LRUCache[str, bytes] = LRUCache(maxsize=COPIED_KEYS)
        """Keys deleted while the shared store was away, and what they held: deleted there as soon as it is back."""
        self._going: set[str] = set()
        """Keys that are being written back: whoever has something newer waits for that."""
        self._gone = asyncio.Event()
        self._lost: dict[str, None] = {}
        """Keys that the shared store held before it was emptied: it gets back what is known of them."""
        self._presence = f"presence:{secrets.token_hex(MARK_BYTES)}"
        self._turn = asyncio.Lock()
        self._telling: asyncio.Task[None] | None = None
        circuit.when_back(self._catch_up)

    async def run(self, *operations: Operation) -> list[Any]:
        while self._going and not self._going.isdisjoint(one.key for one in operations):
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
        before = [Delete(key, self._dropped.pop(key)) for key in claimed if key in self._dropped]
        while True:
            try:
                return (await self._circuit.run(partial(self._shared.run, *before, *operations)))[len(before) :]
            except AwayError:
                if not claimed or not self._circuit.closed:
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
            case Set(key):
                self._ahead[key] = None
            case Delete(key, value):
                self._dropped[key] = value
        return None

    async def _agree(self, operation: Operation, answer: Any) -> None:
        """Take note of what the shared store has answered."""
        match operation:
            case Set(key):
                self._ahead.pop(key, None)
            case Claim(key) if answer is not None:
                await self._own.delete(key)

    async def _catch_up(self) -> None:
        """Tell the shared store, which was away, what it has missed, and all that is known where it was emptied.

        So another machine, or this one after a restart, does not do again what was done here before.
        """
        try:
            if not await self._was_here():
                self._lost = dict.fromkeys(self._own.keys())
        except AwayError:
            return
        await self._write_back()

    async def _was_here(self) -> bool:
        """Say whether the shared store has held something of this process's since it was last asked.

        Raises AwayError.
        """
        presence = Claim(self._presence, secrets.token_bytes(MARK_BYTES), PRESENCE_SECONDS)
        (found,) = await self._circuit.run(lambda: self._shared.run(presence))
        return found is not None

    async def _write_back(self) -> None:
        """Tell the shared store what it does not know, many keys in one round trip.

        One by one, they would take the place of everybody else's calls.
        """
        async with self._turn:
            while self._dropped or self._ahead or self._lost:
                told = self._untold()
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
                    self._dropped.pop(one.key, None)
                    self._ahead.pop(one.key, None)
                    self._lost.pop(one.key, None)

    def _untold(self) -> list[Operation]:
        """Return the next of what the shared store does not know.

        What it has lost it gets back but where another machine has done so, or has something newer.
        """
        told: list[Operation] = [Delete(*each) for each in list(self._dropped.items())[:AT_A_TIME]]
        for untold, kind in ((self._ahead, Set), (self._lost, Claim)):
            for key in list(untold)[:AT_A_TIME]:
                if found := self._own.copy(key):
                    told.append(kind(key, *found))
                else:
                    untold.pop(key)
        return told

    async def __aenter__(self) -> Self:
        await self._own.__aenter__()
        await self._shared.__aenter__()
        with suppress(AwayError):
            await self._circuit.run(self._shared.healthy)
            await self._was_here()
        return self

    async def __aexit__(self, *how: object) -> None:
        if self._telling is not None:
            self._telling.cancel()
            with suppress(asyncio.CancelledError):
                await self._telling
        await self._circuit.close()
        await self._shared.__aexit__(*how)
        await self._own.__aexit__(*how)


def open_shared_store(url: str, metrics: Metrics, clock: Callable[[], float] = time.time) -> ResilientStore:
    """Return the store in the Redis at ``url``, which goes on in memory while that is away.

    ``clock`` gives the seconds since 1970. Raises SettingsError where the URL is of no use.
    """
    shared = Rotated(RedisStore(open_redis(url)), clock)
    return ResilientStore(shared, Circuit(shared.healthy, metrics))
