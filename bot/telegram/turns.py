"""One chat's updates go through one at a time, in the order in which they came; chats do not wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Locks by chat, made when needed and dropped when nobody waits (asyncio's locks are first come, first served)."""

    def __init__(self) -> None:
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def turn(self, chat: int | None) -> AsyncIterator[None]:
        """Wait until everything that came before for ``chat`` is done. None (no chat) waits for nothing."""
        if chat is None:
            yield
            return
        lock, waiting = self._locks.get(chat, (asyncio.Lock(), 0))
        self._locks[chat] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks.pop(chat)
            if waiting > 1:
                self._locks[chat] = (lock, waiting - 1)
