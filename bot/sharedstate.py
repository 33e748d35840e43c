"""Short-lived state in Redis, for deployments of several machines: the parts, put together."""

from __future__ import annotations

from limits.aio.storage import Storage

from bot.circuit import Circuit
from bot.metrics import Metrics
from bot.redisstore import RedisStore, open_redis
from bot.resilientlimits import ResilientCounts, redis_counts
from bot.resilientstore import ResilientStore
from bot.store import Store


def open_shared_state(url: str, metrics: Metrics) -> tuple[Store, Storage]:
    """Return the store, and where rate limits count, in the Redis at ``url``; both go on in memory while it is away.

    Raises SettingsError where the URL is of no use.
    """
    client = open_redis(url)
    shared = RedisStore(client)
    circuit = Circuit(shared.healthy, metrics)
    return ResilientStore(shared, circuit), ResilientCounts(redis_counts(client), circuit)
