"""Where rate limits are counted in memory: bounded, and swept only when used.

The ``limits`` library's own memory storage grows with every key and, on every hit, sweeps all keys through a thread
(https://github.com/alisaifee/limits/blob/5.8.0/limits/aio/storage/memory.py): at a few thousand people that sweep
costs more than the answers. Its strategy and windows are used unchanged; only the place is this one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from cachetools import TLRUCache
from limits.aio.storage import MovingWindowSupport, Storage

COUNTED_KEYS = 50_000
"""People and chats counted at most; the least recently heard go first. About 30 MB when full."""

Window = tuple[int, deque[float]]
"""Seconds, and the times of the entries, oldest first."""


class MemoryCounts(Storage, MovingWindowSupport):
    """Moving windows in this process's memory. ``clock`` is the wall clock, as the library's windows are told by it."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.time, size: int = COUNTED_KEYS) -> None:
        super().__init__()
        self._clock = clock
        self._windows: TLRUCache[str, Window] = TLRUCache(
            maxsize=size, ttu=lambda _key, window, now: now + window[0], timer=clock
        )

    def __len__(self) -> int:
        return len(self._windows)

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return ValueError

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = self._clock()
        entries = self._entries(key, expiry, now)
        if len(entries) + amount > limit:
            return False
        entries.extend([now] * amount)
        self._windows[key] = (expiry, entries)
        return True

    async def get_moving_window(
        self,
        key: str,
        limit: int,  # noqa: ARG002 - the library's interface
        expiry: int,
    ) -> tuple[float, int]:
        now = self._clock()
        entries = self._entries(key, expiry, now)
        return (entries[0], len(entries)) if entries else (now, 0)

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        entries = self._entries(key, expiry, now := self._clock())
        entries.extend([now] * amount)
        self._windows[key] = (expiry, entries)
        return len(entries)

    async def get(self, key: str) -> int:
        window = self._windows.get(key)
        return len(self._entries(key, window[0], self._clock())) if window else 0

    async def get_expiry(self, key: str) -> float:
        window = self._windows.get(key)
        return window[1][0] + window[0] if window and window[1] else self._clock()

    async def check(self) -> bool:
        return True

    async def reset(self) -> int | None:
        count = len(self._windows)
        self._windows.clear()
        return count

    async def clear(self, key: str) -> None:
        self._windows.pop(key, None)

    def _entries(self, key: str, expiry: int, now: float) -> deque[float]:
        """Return the times of the entries of ``key`` that still count."""
        window = self._windows.get(key)
        entries = window[1] if window else deque()
        while entries and entries[0] <= now - expiry:
            entries.popleft()
        return entries
