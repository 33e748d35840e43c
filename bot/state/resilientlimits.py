"""Rate limits counted in Redis, and in this process's memory while Redis is away."""

from __future__ import annotations

from limits.aio.storage import MovingWindowSupport, RedisStorage, Storage
from redis.asyncio import Redis

from bot.state.circuit import FAILURES, AwayError, Circuit
from bot.state.memorycounts import MemoryCounts
from bot.state.redis import PREFIX


def redis_counts(client: Redis) -> RedisStorage:
    """Return the ``limits`` library's own storage, on the connections of ``client``.

    Its scripts give every key the lifetime of its window.
    """
    return RedisStorage(
        "async+redis://",
        implementation="redispy",
        key_prefix=f"{PREFIX}limits",
        connection_pool=client.connection_pool,  # type: ignore[arg-type]  # its hint knows only plain values
    )


class ResilientCounts(Storage, MovingWindowSupport):
    """``shared`` while it answers, else memory. A person counts anew when the place of counting changes."""

    STORAGE_SCHEME = None

    def __init__(self, shared: RedisStorage, circuit: Circuit) -> None:
        super().__init__()
        self._shared = shared
        self._own = MemoryCounts()
        self._circuit = circuit

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return FAILURES

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        try:
            return await self._circuit.run(lambda: self._shared.acquire_entry(key, limit, expiry, amount))
        except AwayError:
            return await self._own.acquire_entry(key, limit, expiry, amount)

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        try:
            return await self._circuit.run(lambda: self._shared.get_moving_window(key, limit, expiry))
        except AwayError:
            return await self._own.get_moving_window(key, limit, expiry)

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        try:
            return await self._circuit.run(lambda: self._shared.incr(key, expiry, amount))
        except AwayError:
            return await self._own.incr(key, expiry, amount)

    async def get(self, key: str) -> int:
        try:
            return await self._circuit.run(lambda: self._shared.get(key))
        except AwayError:
            return await self._own.get(key)

    async def get_expiry(self, key: str) -> float:
        try:
            return await self._circuit.run(lambda: self._shared.get_expiry(key))
        except AwayError:
            return await self._own.get_expiry(key)

    async def check(self) -> bool:
        return self._circuit.closed

    async def reset(self) -> int | None:
        await self._own.reset()
        return await self._shared.reset()

    async def clear(self, key: str) -> None:
        await self._own.clear(key)
        try:
            await self._circuit.run(lambda: self._shared.clear(key))
        except AwayError:
            return
