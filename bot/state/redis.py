"""Short-lived state in Redis, shared by all machines of one deployment."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    AuthenticationError,
    AuthorizationError,
    ClusterCrossSlotError,
    ClusterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from bot.settings import SettingsError
from bot.state.store import MARK_BYTES, Claim, Count, Delete, Get, Operation, Set, Store

PREFIX = "faqbot:"
"""Before every key, so that a Redis may be shared with other programs."""
CONNECTIONS = 32
"""Connections of one process at most; further calls wait for one. An operation takes about a millisecond."""

_OPTIONS = ("db", "username", "password", "protocol", "health_check_interval", "socket_timeout")
_TLS_OPTIONS = ("ssl_cert_reqs", "ssl_check_hostname", "ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile")
_FORM = (
    "REDIS_URL: must look like redis://user:password@host:6379/0 or rediss://…; "
    f"known options are {', '.join(_OPTIONS)}, and only with rediss:// {', '.join(_TLS_OPTIONS)}; "
    "ssl_cert_reqs is one of none, optional, required"
)


def open_redis(url: str) -> Redis:
    """Return a client for ``url``; it connects when it is first used.

    Commands are repeated once, at once, after a broken connection; how long they may take is the caller's matter.
    Raises SettingsError where the URL is of no use.
    """
    try:
        if not _known(url):
            raise SettingsError([_FORM])
        # The retry replaces redis-py's default of several, with pauses that an answer cannot wait for.
        pool = BlockingConnectionPool.from_url(
            url,
            retry=Retry(NoBackoff(), 1),
            max_connections=CONNECTIONS,
            timeout=None,
            socket_timeout=None,
            socket_connect_timeout=None,
            client_name="faqbot",
        )
        # Nothing is connected yet, but the options' values are read, and the files that they name.
        connection = pool.make_connection()  # type: ignore[no-untyped-call]
        if isinstance(connection, SSLConnection):
            connection.ssl_context.get()
    except OSError:
        raise SettingsError(["REDIS_URL: the certificates or the key that it names cannot be read"]) from None
    except (RedisError, ValueError, TypeError):
        raise SettingsError([_FORM]) from None
    return Redis.from_pool(pool)


def _known(url: str) -> bool:
    """Say whether ``url`` has only known options, and a number where redis-py takes anything else for database 0."""
    parts = urlsplit(url)
    known = {*_OPTIONS, *_TLS_OPTIONS} if parts.scheme == "rediss" else {*_OPTIONS}
    numbered = parts.scheme == "unix" or re.fullmatch("/?[0-9]*", parts.path) is not None
    return numbered and parse_qs(parts.query, keep_blank_values=True).keys() <= known


_COUNT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = tonumber(ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')
if redis.call('ZSCORE', KEYS[1], ARGV[3]) then return 0 end
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], window)
  return 0
end
return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] + window - now
"""
"""What :class:`Count` says, by the server's own clock: the times counted, each under a name of its own.

Times that the clock has not reached yet were counted before it was put back: nobody waits for them."""


FAULTS: tuple[tuple[type[RedisError], str], ...] = (
    (AuthenticationError, "wrong password"),
    (AuthorizationError, "wrong password"),
    (NoPermissionError, "its user lacks rights"),
    (ReadOnlyError, "only for reading"),
    (OutOfMemoryError, "full"),
    (AskError, "one node of a cluster"),
    (ClusterCrossSlotError, "one node of a cluster"),
    (ClusterDownError, "one node of a cluster"),
    (ResponseError, "refuses a command"),
)
"""What no waiting mends, the first that fits."""


def fault_of(error: BaseException) -> str:
    """Return what is wrong with the server or the address, or "" where it is only away."""
    return next((name for kind, name in FAULTS if isinstance(error, kind)), "")


class RedisStore(Store):
    """State in Redis; every key has a lifetime. Raises redis-py's errors while Redis is away.

    Redis 6.2 or later (https://redis.io/docs/latest/commands/set/). Leaving it closes the client.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def run(self, *operations: Operation) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        for operation in operations:
            _add(pipe, operation)
        answers = iter(await pipe.execute())
        return [await self._read(operation, answers) for operation in operations]

    async def healthy(self) -> bool:
        """Return True; raises redis-py's errors where Redis does not answer, or refuses a command that the bot uses.

        So a user without scripting or a server that is read-only or full shows here, and not at every third call.
        """
        key, counted = "probe", "probe:count"
        await self.run(Set(key, b"", 1), Claim(key, b"", 1), Get(key), Count(counted, 1, 1), Delete(key))
        return True

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def _read(self, operation: Operation, answers: Iterator[Any]) -> Any:
        answer = next(answers)
        match operation:
            case Get():
                return answer
            case Claim(_, value, _):
                found = next(answers)
                # Our own value was set by the first try of this very call, whose answer was lost.
                if answer or found == value:
                    return None
                # What was there may have gone between the two commands.
                return found if found is not None else (await self.run(operation))[0]
            case Count():
                return max(answer, 0) / 1000
            case _:
                return None


def _add(pipe: Any, operation: Operation) -> None:
    """Add what ``operation`` takes to the pipeline (two commands for a claim, else one)."""
    key = PREFIX + operation.key
    match operation:
        case Get():
            pipe.get(key)
        case Set(_, value, seconds):
            pipe.set(key, value, ex=seconds)
        case Claim(_, value, seconds):
            pipe.set(key, value, nx=True, ex=seconds)
            pipe.get(key)
        case Delete():
            pipe.delete(key)
        case Count(_, seconds, most, once):
            pipe.eval(_COUNT, 1, key, seconds * 1000, most, once or secrets.token_bytes(MARK_BYTES))
