"""Claims as tests make them."""

from __future__ import annotations

import secrets

from bot.state.store import MARK_BYTES, Store


async def first(store: Store, key: str, seconds: int) -> bool:
    """Claim ``key`` for ``seconds``; return True where nobody had."""
    return await store.claim(key, secrets.token_bytes(MARK_BYTES), seconds) is None
