"""Claims as tests make them."""

from __future__ import annotations

import secrets

from bot.state.store import MARK_BYTES, Claim, Store


async def claim(store: Store, key: str, value: bytes, seconds: int) -> bytes | None:
    """Do what :class:`Claim` says."""
    found: bytes | None = (await store.run(Claim(key, value, seconds)))[0]
    return found


async def first(store: Store, key: str, seconds: int) -> bool:
    """Claim ``key`` for ``seconds``; return True where nobody had."""
    return await claim(store, key, secrets.token_bytes(MARK_BYTES), seconds) is None
