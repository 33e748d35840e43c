"""Short-lived state in Redis, shared by all machines of one deployment."""

from __future__ import annotations

import hashlib
import re
import secrets
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
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from bot.settings import SettingsError
from bot.state.store import DONE, MARK_BYTES, Claim, Count, Delete, Get, Operation, Set, Store, Window

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


_SCRIPT = """
local results, keys, args, now = {}, 0, 0, nil
local call = redis.call
local function key() keys = keys + 1 return KEYS[keys] end
local function arg() args = args + 1 return ARGV[args] end
local function claim(name, mine, seconds)
  if call('SET', name, mine, 'NX', 'EX', seconds) then return false end
  local found = call('GET', name)
  return found ~= mine and found
end
local function delete(name, value)
  if value == '' or call('GET', name) == value then call('DEL', name) end
end
local function count(many, once, done)
  local windows, full = {}, nil
  for place = 1, many do windows[place] = {key(), tonumber(arg()), tonumber(arg())} end
  if call('GET', key()) == done then return {0, 0} end
  if not now then
    local time = call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  for place, window in ipairs(windows) do
    call('ZREMRANGEBYSCORE', window[1], '-inf', now - window[2])
    call('ZREMRANGEBYSCORE', window[1], '(' .. now, '+inf')
    window.known = call('ZSCORE', window[1], once)
    if not window.known and call('ZCARD', window[1]) >= window[3] then
      return {place, call('ZRANGE', window[1], 0, 0, 'WITHSCORES')[2] + window[2] - now}
    end
  end
  for _, window in ipairs(windows) do
    if not window.known then
      call('ZADD', window[1], now, once)
      call('PEXPIRE', window[1], window[2])
    end
  end
  return {0, 0}
end
while args < #ARGV do
  local kind, result = arg(), false
  if kind == 'get' then result = call('GET', key())
  elseif kind == 'set' then call('SET', key(), arg(), 'EX', arg())
  elseif kind == 'claim' then result = claim(key(), arg(), arg())
  elseif kind == 'delete' then delete(key(), arg())
  else result = count(tonumber(arg()), arg(), arg())
  end
  results[#results + 1] = result
end
return results
"""
"""Does all operations at once: one command takes the client a third of the time that one for each would take.

A claim whose value is there already was made by the first try of the very call, whose answer was lost. Counted are
times, by the server's own clock, each under a name of its own; the last key of a count is the delivery's. Times that
the clock has not reached yet were counted before it was put back: nobody waits for them."""
_DIGEST = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()


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
        if not operations:
            return []
        keys: list[str] = []
        arguments: list[str | bytes | int] = []
        for operation in operations:
            _add(operation, keys, arguments)
        asked = (len(keys), *keys, *arguments)
        try:
            answers = await self._client.execute_command("EVALSHA", _DIGEST, *asked)  # type: ignore[no-untyped-call]
        except NoScriptError:
            # The server was started anew, or this is the first call to it.
            answers = await self._client.execute_command("EVAL", _SCRIPT, *asked)  # type: ignore[no-untyped-call]
        return [
            (answer[0] - 1, max(answer[1], 0) / 1000) if isinstance(operation, Count) else answer
            for operation, answer in zip(operations, answers, strict=True)
        ]

    async def healthy(self) -> bool:
        """Return True; raises redis-py's errors where Redis does not answer, or refuses a command that the bot uses.

        So a user without scripting or a server that is read-only or full shows here, and not at every third call.
        """
        key, counted = "probe", "probe:count"
        await self.run(Set(key, b"", 1), Claim(key, b"", 1), Get(key), Count((Window(counted, 1, 1),)), Delete(key))
        return True

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()


def _add(operation: Operation, keys: list[str], arguments: list[str | bytes | int]) -> None:
    """Add what ``operation`` is to the keys and arguments of the script."""
    match operation:
        case Count(windows, once, done):
            keys += [PREFIX + window.key for window in windows]
            keys.append(PREFIX + done)
            arguments += ("count", len(windows), once or secrets.token_bytes(MARK_BYTES), DONE)
            for window in windows:
                arguments += (window.seconds * 1000, window.most)
        case Set(key, value, seconds):
            keys.append(PREFIX + key)
            arguments += ("set", value, seconds)
        case Claim(key, value, seconds):
            keys.append(PREFIX + key)
            arguments += ("claim", value, seconds)
        case Get(key):
            keys.append(PREFIX + key)
            arguments.append("get")
        case Delete(key, value):
            keys.append(PREFIX + key)
            arguments += ("delete", value)
