"""A shared store that may go away: what it would hold is then held, and read, in this process."""

from __future__ import annotations

import secrets
from functools import partial
from types import TracebackType
from typing import Self

from cachetools import LRUCache

from bot.state.circuit import AwayError, Circuit
from bot.state.store import MemoryStore, Store

COPIED_KEYS = 20_000
"""Keys copied in memory at most: what a machine needs to go on for a while. About 6 MB when full."""


class ResilientStore:
    """``shared`` while it answers, this process's memory while it does not.

    Everything written here is copied in memory with the same lifetime. The copy is read while the shared store is
    away, and afterwards for the keys that were written meanwhile, until they are written again.
    """

    def __init__(self, shared: Store, circuit: Circuit, own: MemoryStore | None = None) -> None:
        self._shared = shared
        self._circuit = circuit
        self._own = own or MemoryStore(size=COPIED_KEYS)
        self._ahead: LRUCache[str, None] = LRUCache(maxsize=COPIED_KEYS)
        """Keys whose copy is newer than the shared store's value."""
        self._dropped: LRUCache[str, None] = LRUCache(maxsize=COPIED_KEYS)
        """Keys deleted while the shared store was away: deleted there as soon as it is back."""
        circuit.when_back(self._catch_up)

    async def get(self, key: str) -> bytes | None:
        if key in self._dropped:
            return None
        if key in self._ahead:
            value = await self._own.get(key)
            if value is not None:
                return value
            self._ahead.pop(key, None)
        try:
            return await self._circuit.run(lambda: self._shared.get(key))
        except AwayError:
            return await self._own.get(key)

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        await self._own.set(key, value, seconds)
        self._dropped.pop(key, None)
        try:
            await self._circuit.run(lambda: self._shared.set(key, value, seconds))
        except AwayError:
            self._ahead[key] = None
        else:
            self._ahead.pop(key, None)

    async def claim(self, key: str, value: bytes, seconds: int) -> bytes | None:
        # What this process has claimed stays claimed, whatever the shared store has lost meanwhile.
        if (found := await self._own.claim(key, value, seconds)) is not None:
            return found
        if key in self._dropped:
            await self._catch_up()
        try:
            found = await self._circuit.run(lambda: self._shared.claim(key, value, seconds))
        except AwayError:
            return None
        if found is not None:
            await self._own.delete(key)
        return found

    async def add(self, key: str, seconds: int) -> bool:
        return await self.claim(key, secrets.token_bytes(9), seconds) is None

    async def delete(self, key: str) -> None:
        await self._own.delete(key)
        self._ahead.pop(key, None)
        try:
            await self._circuit.run(lambda: self._shared.delete(key))
        except AwayError:
            self._dropped[key] = None

    async def healthy(self) -> bool:
        """Say whether the shared store answers."""
        try:
            return await self._circuit.run(self._shared.healthy)
        except AwayError:
            return False

    async def _catch_up(self) -> None:
        """Delete in the shared store what was deleted while it was away."""
        for key in list(self._dropped):
            try:
                await self._circuit.run(partial(self._shared.delete, key))
            except AwayError:
                return
            self._dropped.pop(key, None)

    async def __aenter__(self) -> Self:
        await self._own.__aenter__()
        await self._shared.__aenter__()
        await self.healthy()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._circuit.close()
        await self._shared.__aexit__(kind, error, trace)
        await self._own.__aexit__(kind, error, trace)
