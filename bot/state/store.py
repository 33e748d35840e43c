"""Short-lived state behind one small interface: in memory by default."""

from __future__ import annotations

import secrets
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from cachetools import TLRUCache
from msgspec import Struct

MEMORY_KEYS = 100_000
"""Keys of short life held in memory at most, and as many of long life: the least recently used of either go first, so
that a busy hour takes nobody's language away. About 30 MB each when full."""
SHORT_SECONDS = 3_600
"""The longest that a short life lasts."""
MARK_BYTES = 9


class Get(Struct, frozen=True):
    """Gives the value of ``key``, or None."""

    key: str


class Set(Struct, frozen=True):
    """Keeps ``value`` under ``key`` for ``seconds``."""

    key: str
    value: bytes
    seconds: int


class Claim(Struct, frozen=True):
    """Keeps ``value`` under ``key`` where nothing is kept there, and gives None; else gives what is there.

    Of several callers at once, on however many machines, one gets None.
    """

    key: str
    value: bytes
    seconds: int


class Delete(Struct, frozen=True):
    """Forgets ``key``."""

    key: str


class Count(Struct, frozen=True):
    """Counts one more under ``key`` where fewer than ``most`` were counted within ``seconds``, and gives 0.0.

    Else nothing is counted, and it gives the seconds until the oldest is no longer within them. What has a name of its
    own (``once``) is counted once, and gives 0.0 when it comes again within them.
    """

    key: str
    seconds: int
    most: int
    once: str = ""


Operation = Get | Set | Claim | Delete | Count


class Store(ABC):
    """Keys with a lifetime. Implementations are async context managers."""

    @abstractmethod
    async def run(self, *operations: Operation) -> list[Any]:
        """Do ``operations`` in one round trip; return what each gives, in order."""

    @abstractmethod
    async def healthy(self) -> bool:
        """Say whether the store answers."""

    async def state(self) -> str:
        """Return a word for how it is; "ok" is the good one."""
        return "ok" if await self.healthy() else "degraded"

    async def get(self, key: str) -> bytes | None:
        """Return the value of ``key``, or None."""
        value: bytes | None = (await self.run(Get(key)))[0]
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep ``value`` under ``key`` for ``seconds``."""
        await self.run(Set(key, value, seconds))

    async def claim(self, key: str, value: bytes, seconds: int) -> bytes | None:
        """Do what :class:`Claim` says."""
        found: bytes | None = (await self.run(Claim(key, value, seconds)))[0]
        return found

    async def add(self, key: str, seconds: int) -> bool:
        """Mark ``key`` for ``seconds``; return True where it was not marked already."""
        # A value of this call alone: a repeat after a lost answer recognises its own mark.
        return await self.claim(key, secrets.token_bytes(MARK_BYTES), seconds) is None

    async def delete(self, key: str) -> None:
        """Forget ``key``."""
        await self.run(Delete(key))

    async def count(self, key: str, seconds: int, most: int, once: str = "") -> float:
        """Do what :class:`Count` says."""
        wait: float = (await self.run(Count(key, seconds, most, once)))[0]
        return wait

    async def __aenter__(self) -> Self:
        return self

    @abstractmethod
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class MemoryStore(Store):
    """State of one process. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, size: int = MEMORY_KEYS) -> None:
        self._clock = clock
        self._short, self._long = (
            TLRUCache[str, tuple[Any, int]](maxsize=size, ttu=lambda _key, item, now: now + item[1], timer=clock)
            for _ in range(2)
        )

    @property
    def held(self) -> int:
        """How many keys are held, some of them perhaps beyond their time."""
        return len(self._short) + len(self._long)

    async def run(self, *operations: Operation) -> list[Any]:
        return [self._do(operation) for operation in operations]

    async def healthy(self) -> bool:
        return True

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._short.clear()
        self._long.clear()

    def _do(self, operation: Operation) -> Any:
        item = self._short.get(operation.key) or self._long.get(operation.key)
        match operation:
            case Get():
                return item[0] if item else None
            case Set(key, value, seconds):
                self._keep(key, value, seconds)
            case Claim(key, value, seconds):
                if item:
                    return item[0]
                self._keep(key, value, seconds)
            case Delete(key):
                self._short.pop(key, None)
                self._long.pop(key, None)
            case Count(key, seconds, most, once):
                return self._count(key, item[0] if item else deque(), seconds, most, once)
        return None

    def _count(self, key: str, times: deque[tuple[float, str]], seconds: int, most: int, once: str) -> float:
        now = self._clock()
        while times and times[0][0] <= now - seconds:
            times.popleft()
        if once and any(name == once for _, name in times):
            return 0.0
        if len(times) >= most:
            return times[0][0] + seconds - now
        times.append((now, once))
        self._keep(key, times, seconds)
        return 0.0

    def _keep(self, key: str, value: Any, seconds: int) -> None:
        (self._short if seconds <= SHORT_SECONDS else self._long)[key] = (value, seconds)
