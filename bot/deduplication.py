"""Answers each delivered event once, however often and by however many ways it arrives."""

from __future__ import annotations

from bot.kept import LIFETIMES, Kept, KeyMaker
from bot.store import Store


class Deduplicator:
    """Marks events as they arrive; the mark lives an hour."""

    def __init__(self, store: Store, keys: KeyMaker) -> None:
        self._store = store
        self._keys = keys

    async def first(self, *parts: str) -> bool:
        """Return True where the event named by ``parts`` has not been seen before, and mark it."""
        return await self._store.add(self._keys.key(Kept.SEEN, *parts), LIFETIMES[Kept.SEEN])

    async def forget(self, *parts: str) -> None:
        """Take the mark back, so that a redelivery is answered after all."""
        await self._store.delete(self._keys.key(Kept.SEEN, *parts))
