"""What the bot remembers of a conversation, and where: the last topics and choices, language, greeting, votes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bot.state.retention import LIFETIMES, Kept, KeyMaker
from bot.state.store import Store


class Memory(msgspec.Struct, frozen=True):
    """A conversation's short memory.

    ``entry`` is the slug last answered, ``choices`` the action codes last offered, in order;
    ``misses`` counts fallbacks in a row; ``before`` holds the slugs answered before ``entry``, the oldest first.
    """

    entry: str | None = None
    choices: tuple[str, ...] = ()
    misses: int = 0
    before: tuple[str, ...] = ()


class Recollection:
    """Reads and writes memories in a store, filed under hashed keys."""

    def __init__(self, store: Store, keys: KeyMaker) -> None:
        self._store = store
        self._keys = keys

    async def recall(self, conversation: str) -> Memory:
        """Return the memory of ``conversation``; an empty one where there is none or it is unreadable."""
        raw = await self._store.get(self._keys.key(Kept.CONVERSATION, conversation))
        try:
            return msgspec.json.decode(raw or b"", type=Memory)
        except msgspec.DecodeError:
            return Memory()

    async def remember(self, conversation: str, memory: Memory) -> None:
        """Keep ``memory`` for 15 minutes."""
        value = msgspec.json.encode(memory)
        await self._store.set(self._keys.key(Kept.CONVERSATION, conversation), value, LIFETIMES[Kept.CONVERSATION])

    async def language(self, conversation: str) -> str | None:
        """Return the language chosen in ``conversation``, or None. Using it extends its life."""
        key = self._keys.key(Kept.LANGUAGE, conversation)
        raw = await self._store.get(key)
        if raw is None:
            return None
        await self._store.set(key, raw, LIFETIMES[Kept.LANGUAGE])
        return raw.decode()

    async def choose_language(self, conversation: str, lang: str) -> None:
        """Keep ``lang`` as the choice of ``conversation``."""
        await self._store.set(self._keys.key(Kept.LANGUAGE, conversation), lang.encode(), LIFETIMES[Kept.LANGUAGE])

    async def greet_once(self, conversation: str) -> bool:
        """Return True the first time it is asked for ``conversation``."""
        return await self._store.add(self._keys.key(Kept.GREETED, conversation), LIFETIMES[Kept.GREETED])

    async def vote_once(self, conversation: str, slug: str) -> bool:
        """Return True the first time it is asked for ``conversation`` and the entry ``slug``."""
        return await self._store.add(self._keys.key(Kept.VOTE, conversation, slug), LIFETIMES[Kept.VOTE])

    async def forget(self, conversation: str, slugs: Iterable[str] = ()) -> None:
        """Drop everything kept under ``conversation``, with the votes on ``slugs``."""
        for kind in (Kept.CONVERSATION, Kept.LANGUAGE, Kept.GREETED):
            await self._store.delete(self._keys.key(kind, conversation))
        for slug in slugs:
            await self._store.delete(self._keys.key(Kept.VOTE, conversation, slug))
