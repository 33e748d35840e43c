"""HTTP as it comes from strangers: what costs too much to read is refused before any of it is kept.

Bodies over 1 MiB, bodies that come too slowly and heads with too many fields end here. What passes has its
whole body in memory, so nothing behind waits for the network.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.metrics import Metrics

BODY_BYTES = 1_048_576
"""The largest request body read. Slack's and Telegram's are a few kilobytes."""
BODY_SECONDS = 5.0
"""Slack gives up after 3 seconds (https://docs.slack.dev/apis/events-api); nobody honest needs longer."""
HEADER_FIELDS = 64
"""Slack and Telegram send some 15, a platform's router adds about ten."""


class RequestGuard:
    """Wraps an application; refusals are counted by reason. Only POST bodies are read."""

    def __init__(self, app: ASGIApp, metrics: Metrics, seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._metrics = metrics
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope["headers"]) > HEADER_FIELDS:
            await self._refuse(431, "headers", scope, receive, send)
            return
        names = {name for name, _ in scope["headers"]}
        if {b"content-length", b"transfer-encoding"} <= names:
            # Two lengths: whoever stands before this server may take the other, and see another request in the rest.
            await self._refuse(400, "two lengths", scope, receive, send)
            return
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if _declared_length(scope) > BODY_BYTES:
            await self._refuse(413, "too large", scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await _read(receive)
        except TimeoutError:
            await self._refuse(408, "slow", scope, receive, send)
            return
        if body is None:
            await self._refuse(413, "too large", scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _refuse(self, status: int, reason: str, scope: Scope, receive: Receive, send: Send) -> None:
        self._metrics.refused("http", reason)
        await Response(status_code=status, headers={"Connection": "close"})(scope, receive, send)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else BODY_BYTES + 1
    return 0


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body, or None where it grows over the limit or the sender went away."""
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        length += len(part)
        if length > BODY_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


HEAD_SECONDS = 10.0
"""From the first byte, or the connection, to the end of the head."""
SPARE_FILES = 224
"""Files that are left for calls to the platforms, the store, the database and the log."""
FEWEST, MOST = 64, 4_000


def most_connections() -> int:
    """Return how many connections may be open at once, as the limit on files allows."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return FEWEST * 8
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files == resource.RLIM_INFINITY else min(MOST, max(FEWEST, files - SPARE_FILES))


class Connections:
    """The open connections of one server, ``most`` at once.

    One too many takes the place of the one that has been silent for longest: who has something to say says it at once,
    so that idle connections, however many come, keep nobody out.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0
        self._silent: dict[TimedHeads, None] = {}

    def made(self, one: TimedHeads) -> None:
        """Take note of a new connection."""
        self._open += 1
        self._silent[one] = None
        if self._open > self._most:
            oldest = next(iter(self._silent))
            del self._silent[oldest]
            oldest.drop()

    def waits(self, one: TimedHeads) -> None:
        """Take note that ``one`` has nothing to say just now."""
        self._silent.setdefault(one)

    def speaks(self, one: TimedHeads) -> None:
        """Take note that a request has come."""
        self._silent.pop(one, None)

    def lost(self, one: TimedHeads) -> None:
        """Take note that a connection has ended."""
        self._open -= 1
        self._silent.pop(one, None)


class TimedHeads(H11Protocol):
    """uvicorn's HTTP protocol with that one time limit, and with a bound on connections."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *args: Any, connections: Connections | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._connections = connections or Connections(MOST)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start()
        self._connections.made(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._connections.lost(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._start()
        else:
            self._stop()
            if self.conn.their_state is not h11.IDLE:
                self._connections.speaks(self)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._connections.waits(self)

    def drop(self) -> None:
        """End the connection at once, to make room."""
        self.transport.abort()

    def _start(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._close)

    def _stop(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()


def ask_again() -> Response:
    """Return the response to a delivery that is not done: the platform is to deliver it again."""
    return Response(status_code=503, headers={"Retry-After": "1"})
