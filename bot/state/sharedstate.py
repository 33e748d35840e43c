"""Short-lived state in Redis, for deployments of several machines: the parts, put together."""

from __future__ import annotations

from limits.aio.storage import Storage

from bot.metrics import Metrics
from bot.state.circuit import Circuit
from bot.state.failover import ResilientStore
from bot.state.redis import RedisStore, open_redis
from bot.state.resilientlimits import ResilientCounts, redis_counts
from bot.state.store import Store


def open_shared_state(url: str, metrics: Metrics) -> tuple[Store, Storage]:
    """Return the store, and where rate limits count, in the Redis at ``url``; both go on in memory while it is away.

    Raises SettingsError where the URL is of no use.
    """
    client = open_redis(url)
    shared = RedisStore(client)
    circuit = Circuit(shared.healthy, metrics)
    return ResilientStore(shared, circuit), ResilientCounts(redis_counts(client), circuit)
