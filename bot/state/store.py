"""Short-lived state behind one small interface: in memory by default."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from cachetools import TLRUCache

MEMORY_KEYS = 100_000
"""Keys held in memory at most; the least recently used go first. About 30 MB when full."""


class Store(Protocol):
    """Keys with a lifetime. Implementations are async context managers."""

    async def get(self, key: str) -> bytes | None:
        """Return the value of ``key``, or None."""

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep ``value`` under ``key`` for ``seconds``."""

    async def claim(self, key: str, value: bytes, seconds: int) -> bytes | None:
        """Keep ``value`` under ``key`` where nothing is kept there, and return None; else return what is there.

        Of several callers at once, on however many machines, one gets None.
        """

    async def add(self, key: str, seconds: int) -> bool:
        """Mark ``key`` for ``seconds``; return True where it was not marked already."""

    async def delete(self, key: str) -> None:
        """Forget ``key``."""

    async def healthy(self) -> bool:
        """Say whether the store answers."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class MemoryStore:
    """State of one process. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, size: int = MEMORY_KEYS) -> None:
        self._cache: TLRUCache[str, tuple[bytes, int]] = TLRUCache(
            maxsize=size, ttu=lambda _key, item, now: now + item[1], timer=clock
        )

    async def get(self, key: str) -> bytes | None:
        item = self._cache.get(key)
        return item[0] if item else None

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        self._cache[key] = (value, seconds)

    async def claim(self, key: str, value: bytes, seconds: int) -> bytes | None:
        item = self._cache.get(key)
        if item is not None:
            return item[0]
        self._cache[key] = (value, seconds)
        return None

    async def add(self, key: str, seconds: int) -> bool:
        return await self.claim(key, b"", seconds) is None

    async def delete(self, key: str) -> None:
        self._cache.pop(key, None)

    async def healthy(self) -> bool:
        return True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cache.clear()
