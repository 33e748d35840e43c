"""What a process says of itself: is it alive, can it answer, what does it do. The same over the web and of a worker."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from socket import socket
from typing import Protocol, Self

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.service.app import Services
from bot.service.web.connections import Listener
from bot.service.web.http import RequestGuard
from bot.settings import LOCAL_HOSTS, Settings
from content.schema.catalogue import Catalogue
from content.schema.timeline import changes

FIT = ("ok", "degraded", "expired statements")
"""Words for a state in which people are answered."""
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LOOPBACK = "127.0.0.1"
STOP_SECONDS = 1
"""How long whoever is being told a worker's state may hold up its end."""


class PlatformApp(Protocol):
    """Slack or Telegram. Entered, it is connected; left, it has finished what was acknowledged."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    def routes(self) -> list[Route]:
        """Return the routes to serve."""

    def stop(self) -> None:
        """Take note that the process is about to end: what cannot be done in time is left to the next."""

    async def ready(self) -> dict[str, str]:
        """Return the state of each thing it depends on; ``ok`` is good."""


def status_routes(services: Services, platforms: Sequence[PlatformApp], *, local: bool = False) -> list[Route]:
    """Return ``/healthz``, ``/readyz`` and ``/metrics`` of a process that runs ``platforms``.

    ``local``: they are reached from this machine alone.
    """

    async def healthz(_request: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    async def readyz(_request: Request) -> Response:
        ready, states = await readiness(services, platforms)
        return JSONResponse({"ready": ready, **states}, status_code=200 if ready else 503)

    async def metrics(request: Request) -> Response:
        if (refusal := _metrics_refusal(request, services.settings, local=local)) is not None:
            services.metrics.refused("http", "metrics")
            return refusal
        _, states = await readiness(services, platforms)
        services.metrics.depends(states)
        return Response(services.metrics.text(), media_type=METRICS_TYPE)

    services.metrics.watch(expired=lambda: expired(services.conversation.replies.reviewed))
    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


FORWARDED = (
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-real-ip",
    "cf-connecting-ip", "true-client-ip",
)  # fmt: skip
"""Headers by which a proxy on this machine says that the request is somebody else's."""
_OWN_NAME = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?", re.IGNORECASE)
"""How a request says that it is for this machine itself."""


def _metrics_refusal(request: Request, settings: Settings, *, local: bool) -> Response | None:
    """Return the answer to whoever may not read the meters: counts could tell that somebody asked for help just now.

    With a token whoever brings it may, else only this machine, where the ``local`` port is asked: on the port for
    everybody a proxy on this machine need not say that it is one.
    """
    if (token := settings.metrics_token) is not None:
        given = request.headers.get("authorization", "")
        sound = hmac.compare_digest(given.encode(), f"Bearer {token.value}".encode())
        return None if sound else Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
    host = request.client.host if request.client else ""
    # A page elsewhere can let a name of its own lead a browser here: who may read calls this machine by its own.
    called = _OWN_NAME.fullmatch(request.headers.get("host", "")) is not None
    near = host in LOCAL_HOSTS and called and not any(name in request.headers for name in FORWARDED)
    return None if local and near and not settings.behind_proxy else Response(status_code=403)


async def readiness(services: Services, platforms: Sequence[PlatformApp]) -> tuple[bool, dict[str, str]]:
    """Return whether people are answered, and the state of content, store and platforms: ok, or what is wrong.

    Where one of two platforms is well, its people are.
    """
    word = "expired statements" if expired(services.conversation.replies.reviewed) else "ok"
    states = {"content": word, "store": await services.store.state()}
    each = [await platform.ready() for platform in platforms]
    ready = _fit(states) and (not each or any(map(_fit, each)))
    for own in each:
        states |= own
    return ready, states


def _fit(states: Mapping[str, str]) -> bool:
    return all(state.partition(":")[0] in FIT for state in states.values())


def expired(catalogue: Catalogue, today: date | None = None) -> int:
    """Return how many statements have passed their last day without a text that takes over."""
    day = today or datetime.now(UTC).date()
    return sum(change.day <= day and not change.replaced for change in changes(catalogue))


class StatusServer(Listener):
    """Serves a worker's state to this machine alone; the worker itself hears the signals."""

    variable = "STATUS_PORT"

    def __init__(self, app: Starlette, port: int) -> None:
        super().__init__(app, LOOPBACK, port, lifespan=False, linger=STOP_SECONDS)
        self.open = asyncio.Event()
        """Set once the port is open."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the worker."""
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start. Raises ListenError where the port cannot be had."""
        await super().startup(sockets)
        self.open.set()


@asynccontextmanager
async def serve_status(services: Services, platforms: Sequence[PlatformApp]) -> AsyncIterator[None]:
    """Serve the state of ``platforms`` on STATUS_PORT of the loopback address while the context lasts, if it is set.

    Raises ListenError where the port is taken.
    """
    port = services.settings.status_port
    if port is None:
        yield
        return
    guard = Middleware(RequestGuard, metrics=services.metrics)
    app = Starlette(routes=status_routes(services, platforms, local=True), middleware=[guard])
    server = StatusServer(app, port)
    serving = asyncio.create_task(server.serve())
    opened = asyncio.create_task(server.open.wait())
    await asyncio.wait({serving, opened}, return_when=asyncio.FIRST_COMPLETED)
    opened.cancel()
    if serving.done():
        serving.result()
    try:
        yield
    finally:
        server.should_exit = True
        await serving
