"""HTTP as it comes from strangers: what costs too much to read is refused before any of it is kept.

Bodies over 1 MiB, bodies that come too slowly and heads with too many fields end here. What passes has its
whole body in memory, so nothing behind waits for the network.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import Metrics

BODY_BYTES = 1_048_576
"""The largest request body read. Slack's and Telegram's are a few kilobytes."""
BODY_SECONDS = 5.0
"""Slack gives up after 3 seconds (https://docs.slack.dev/apis/events-api); nobody honest needs longer."""
HEADER_FIELDS = 64
"""Slack and Telegram send some 15, a platform's router adds about ten."""


REQUESTS, OF_ONE_SOURCE = 600, 300
"""Requests under way at once. An event is held for at most 2 s: that is far more than one process can answer."""


class Crowd:
    """The requests under way, ``most`` in all, ``of_one`` from one source."""

    def __init__(self, most: int = REQUESTS, of_one: int = OF_ONE_SOURCE) -> None:
        self._most = most
        self._of_one = of_one
        self._all = 0
        self._by_source: Counter[str] = Counter()

    @contextmanager
    def place(self, source: str) -> Iterator[bool]:
        """Take a place while the context lasts; gives whether there was one."""
        free = self._all < self._most and self._by_source[source] < self._of_one
        self._all += free
        self._by_source[source] += free
        try:
            yield free
        finally:
            self._all -= free
            self._by_source[source] -= free
            if not self._by_source[source]:
                del self._by_source[source]


class RequestGuard:
    """Wraps an application; refusals are counted by reason. Only POST bodies are read.

    ``behind_proxy``: the last address in ``X-Forwarded-For`` is the source, which a proxy has put there; else nobody
    believes that header.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        seconds: float = BODY_SECONDS,
        *,
        behind_proxy: bool = False,
        crowd: Crowd | None = None,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._seconds = seconds
        self._behind_proxy = behind_proxy
        self._crowd = crowd or Crowd()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._crowd.place(_source_of_request(scope, behind_proxy=self._behind_proxy)) as free:
            if free:
                await self._read(scope, receive, send)
            else:
                await self._refuse(503, "crowded", scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
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


def source_of(address: str) -> str:
    """Return whom ``address`` stands for: itself, or in IPv6 the network of 64 bits, which one customer has."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _source_of_request(scope: Scope, *, behind_proxy: bool) -> str:
    if behind_proxy:
        told = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        if told:
            return source_of(told[-1].decode("latin-1").rpartition(",")[2])
    client = scope.get("client")
    return source_of(client[0]) if client else ""


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


def ask_again() -> Response:
    """Return the response to a delivery that is not done: the platform is to deliver it again."""
    return Response(status_code=503, headers={"Retry-After": "1"})
