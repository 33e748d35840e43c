"""HTTP as it comes from strangers: what costs too much to read is refused before any of it is kept.

Bodies over 1 MiB, bodies that come too slowly and heads with too many fields end here. What passes has its
whole body in memory, so nothing behind waits for the network.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import Metrics

T = TypeVar("T")

BODY_BYTES = 1_048_576
"""The largest request body read. Slack's and Telegram's are a few kilobytes."""
BODY_SECONDS = 5.0
"""Slack gives up after 3 seconds (https://docs.slack.dev/apis/events-api); nobody honest needs longer."""
HEADER_FIELDS = 64
"""Slack and Telegram send some 15, a platform's router adds about ten."""


REQUESTS, OF_ONE_SOURCE = 600, 300
"""Requests that have been read and are under way at once. An event is held for at most 2 s: that is far more than one
process can answer."""


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


AWAITED = 100
"""Requests whose body has not come yet: it comes with its head, or a moment later. A megabyte of each may be kept, and
Telegram may begin so many at once."""


class Awaited:
    """The requests whose body is awaited, ``most`` in all.

    One too many takes the place of the one that has been waited for longest, of the source that has most.
    """

    def __init__(self, seconds: float, most: int = AWAITED) -> None:
        self._seconds = seconds
        self._most = most
        self._all = 0
        self._by_source: dict[str, dict[asyncio.Timeout, None]] = {}

    async def wait(self, source: str, coming: Coroutine[Any, Any, T]) -> T:
        """Return what is ``coming``. Raises TimeoutError after ``seconds``, or where the place is taken."""
        async with asyncio.timeout(self._seconds) as waiting:
            self._by_source.setdefault(source, {})[waiting] = None
            self._all += 1
            try:
                if self._all > self._most:
                    self._give_up_longest()
                return await coming
            finally:
                self._forget(source, waiting)

    def _give_up_longest(self) -> None:
        source = max(self._by_source, key=lambda one: len(self._by_source[one]))
        longest = next(iter(self._by_source[source]))
        self._forget(source, longest)
        # One whose time has just run out goes by itself, and cannot be told.
        if not longest.expired():
            longest.reschedule(asyncio.get_running_loop().time())

    def _forget(self, source: str, one: asyncio.Timeout) -> None:
        waiting = self._by_source.get(source, {})
        if one in waiting:
            del waiting[one]
            self._all -= 1
            if not waiting:
                del self._by_source[source]


class _RefusedError(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class RequestGuard:
    """Wraps an application; refusals are counted by reason. Only POST bodies are read.

    ``posts`` answer what is posted to their paths, with nothing of the application in between. ``behind_proxy``: the
    last address in ``X-Forwarded-For`` is the source, which a proxy has put there; else nobody believes that header.
    """

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        seconds: float = BODY_SECONDS,
        *,
        posts: Mapping[str, Posts] | None = None,
        behind_proxy: bool = False,
        crowd: Crowd | None = None,
    ) -> None:
        self._app = app
        self._posts = posts or {}
        self._metrics = metrics
        self._behind_proxy = behind_proxy
        self._crowd = crowd or Crowd()
        self._awaited = Awaited(seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        source = _source_of_request(scope, behind_proxy=self._behind_proxy)
        app = self._posts.get(scope["path"], self._app) if scope["method"] == "POST" else self._app
        try:
            read = await self._read(source, scope, receive)
            with self._crowd.place(source) as free:
                if not free:
                    raise _RefusedError(503, "crowded")
                await app(scope, read, send)
        except _RefusedError as refused:
            self._metrics.refused("http", refused.reason)
            await Response(status_code=refused.status, headers={"Connection": "close"})(scope, receive, send)

    async def _read(self, source: str, scope: Scope, receive: Receive) -> Receive:
        """Return what gives the request as it has been read. Raises _RefusedError."""
        if len(scope["headers"]) > HEADER_FIELDS:
            raise _RefusedError(431, "headers")
        names = {name for name, _ in scope["headers"]}
        if {b"content-length", b"transfer-encoding"} <= names:
            # Two lengths: whoever stands before this server may take the other, and see another request in the rest.
            raise _RefusedError(400, "two lengths")
        if scope["method"] != "POST":
            return receive
        if _declared_length(scope) > BODY_BYTES:
            raise _RefusedError(413, "too large")
        try:
            body = await self._awaited.wait(source, _read(receive))
        except TimeoutError:
            raise _RefusedError(408, "slow") from None
        if body is None:
            raise _RefusedError(413, "too large")
        return _replay(body, receive)


def source_of(address: str) -> str:
    """Return whom ``address`` stands for: itself, or in IPv6 the network of 64 bits, which one customer has.

    It is read each time anew: remembered, the addresses of callers would outlive their requests.
    """
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


class Posts:
    """What answers POST requests that :class:`RequestGuard` has read."""

    def __init__(self, answer: Callable[[bytes, Mapping[str, str]], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        response = await self._answer(body, Headers(scope=scope))
        await response(scope, receive, send)


def ask_again() -> Response:
    """Return the response to a delivery that is not done: the platform is to deliver it again."""
    return Response(status_code=503, headers={"Retry-After": "1"})
