"""What this process has taken, kept from looking abandoned for as long as it is worked on."""

from __future__ import annotations

import asyncio

from bot.state.store import Set, Store

LEASE_SECONDS = 9
"""How long a dead process's deliveries stay taken. Renewed at a third of it."""


class Leases:
    """Claims in ``store``, each for LEASE_SECONDS and renewed until it is let go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, bytes] = {}
        self._renewed: frozenset[str] = frozenset()
        """The leases that are being renewed just now."""
        self._renewal_over = asyncio.Event()
        self._renewing: asyncio.Task[None] | None = None

    def hold(self, key: str, mark: bytes) -> None:
        """Renew the lease on ``key`` as long as it is among the leases."""
        self._held[key] = mark
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())

    async def let_go(self, key: str) -> None:
        """Renew the lease on ``key`` no longer. A renewal that is on its way must not arrive after what follows.

        Nothing else is waited for: where the store is slow, those that have ended would wait for each other for longer
        than a lease lasts, and another process would do them again.
        """
        self._held.pop(key, None)
        while key in self._renewed:
            await self._renewal_over.wait()

    async def _renew(self) -> None:
        """Keep what takes long from looking abandoned."""
        while self._held:
            await asyncio.sleep(LEASE_SECONDS / 3)
            # All at once: one by one, hundreds would take longer than a lease lasts.
            held = [Set(key, mark, LEASE_SECONDS) for key, mark in self._held.items()]
            if not held:
                continue
            self._renewed = frozenset(self._held)
            self._renewal_over.clear()
            try:
                await self._store.run(*held)
            finally:
                self._renewed = frozenset()
                self._renewal_over.set()
