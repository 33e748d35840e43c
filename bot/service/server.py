"""The web server: both platforms' routes, health, readiness and metrics in one application with one lifespan."""

from __future__ import annotations

import asyncio
import hmac
import logging
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from socket import socket
from types import FrameType, TracebackType
from typing import Protocol, Self

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.service.app import Services
from bot.service.connections import Connections, TimedHeads, most_connections
from bot.service.http import RequestGuard
from bot.settings import LOCAL_HOSTS, BotError, Secret
from content.schema.catalogue import Catalogue
from content.schema.timeline import changes

LINGER_SECONDS = 6
"""How long open requests may take after SIGTERM, before the platforms drain: with
:data:`bot.service.inbox.DRAIN_SECONDS` within the 30 seconds that Heroku-style platforms give."""
FIT = ("ok", "degraded", "expired statements")
"""Words for a state in which people are answered."""
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def build_server(services: Services, platforms: Sequence[PlatformApp]) -> Starlette:
    """Return the application for ``platforms``. Its lifespan enters them and, at the end, drains them.

    ``services`` must be open already and outlive the application.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            async with services.lag, together(platforms):
                yield
        except Exception as error:
            app.state.failure = error
            raise

    async def healthz(_request: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    async def readyz(_request: Request) -> Response:
        states = await readiness(services, platforms)
        ready = all(state.partition(":")[0] in FIT for state in states.values())
        return JSONResponse({"ready": ready, **states}, status_code=200 if ready else 503)

    async def metrics(request: Request) -> Response:
        if (refusal := _metrics_refusal(request, services.settings.metrics_token)) is not None:
            services.metrics.refused("http", "metrics")
            return refusal
        services.metrics.depends(await readiness(services, platforms))
        return Response(services.metrics.text(), media_type=METRICS_TYPE)

    services.metrics.watch(expired=lambda: expired(services.conversation.replies.reviewed))
    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    for platform in platforms:
        routes += platform.routes()
    guard = Middleware(RequestGuard, metrics=services.metrics, behind_proxy=services.settings.behind_proxy)
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[guard])
    # Else a path with a slash behind it is answered with the sender's own host name.
    app.router.redirect_slashes = False
    app.state.platforms, app.state.failure = platforms, None
    return app


FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers by which a proxy on this machine says that the request is somebody else's."""


def _metrics_refusal(request: Request, token: Secret | None) -> Response | None:
    """Return the answer to whoever may not read the meters: counts could tell that somebody asked for help just now.

    With a token whoever brings it may, else only this machine.
    """
    if token is not None:
        given = request.headers.get("authorization", "")
        sound = hmac.compare_digest(given.encode(), f"Bearer {token.value}".encode())
        return None if sound else Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
    host = request.client.host if request.client else ""
    near = host in LOCAL_HOSTS and not any(name in request.headers for name in FORWARDED)
    return None if near else Response(status_code=403)


async def readiness(services: Services, platforms: Sequence[PlatformApp]) -> dict[str, str]:
    """Return the state of the content, the store and each platform: ok, degraded, or what is wrong."""
    word = "expired statements" if expired(services.conversation.replies.reviewed) else "ok"
    states = {"content": word, "store": await services.store.state()}
    for platform in platforms:
        states |= await platform.ready()
    return states


def expired(catalogue: Catalogue, today: date | None = None) -> int:
    """Return how many statements have passed their last day without a text that takes over."""
    day = today or datetime.now(UTC).date()
    return sum(change.day <= day and not change.replaced for change in changes(catalogue))


class ListenError(BotError):
    """Nobody can be served."""

    def __init__(self, port: int) -> None:
        super().__init__(f"PORT: cannot listen on {port}; end the program that does, or set another port")


class HttpServer(uvicorn.Server):
    """uvicorn's server, but the process ends by itself after a signal, so that everything around is closed too.

    uvicorn raises the signal again when it has stopped, which ends the process on the spot. The platforms are told
    when the signal comes.
    """

    def __init__(self, config: uvicorn.Config, state: State) -> None:
        super().__init__(config)
        self._state = state

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start. Raises what keeps a platform from starting, and ListenError where the port cannot be had.

        uvicorn only logs these, at a place that says nothing, and exits.
        """
        log = logging.getLogger("uvicorn.error")
        log.disabled = True
        try:
            await super().startup(sockets)
        except SystemExit:
            raise self._state.failure or ListenError(self.config.port) from None
        finally:
            log.disabled = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take note of a signal."""
        for platform in self._state.platforms:
            platform.stop()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT; at once on the second SIGINT."""
        loop = asyncio.get_running_loop()
        names = (signal.SIGTERM, signal.SIGINT)
        for name in names:
            loop.add_signal_handler(name, self.handle_exit, name, None)
        try:
            yield
        finally:
            for name in names:
                loop.remove_signal_handler(name)


def make_uvicorn(app: Starlette, port: int, *, behind_proxy: bool = False) -> HttpServer:
    """Return the HTTP server for ``app`` on all interfaces. On SIGTERM it stops accepting, then the lifespan drains.

    Not ``behind_proxy``, no single source takes all connections.
    """
    connections = Connections(most_connections(), fair=not behind_proxy)
    config = uvicorn.Config(
        app,
        host="0.0.0.0",  # noqa: S104  # a dyno is reached through its platform's router
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=partial(TimedHeads, connections=connections),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=LINGER_SECONDS,
    )
    return HttpServer(config, app.state)


class PlatformApp(Protocol):
    """Slack or Telegram. Entered, it is connected; left, it has finished what was acknowledged."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def routes(self) -> list[Route]:
        """Return the routes to serve."""

    def stop(self) -> None:
        """Take note that the process is about to end: what cannot be done in time is left to the next."""

    async def ready(self) -> dict[str, str]:
        """Return the state of each thing it depends on; ``ok`` is good."""


@asynccontextmanager
async def together(platforms: Sequence[PlatformApp]) -> AsyncIterator[None]:
    """Enter ``platforms`` one after the other; leave them all at once, so that stopping takes as long as the slowest.

    Where one cannot be entered, those before it are left and its error is raised.
    """
    entered: list[PlatformApp] = []
    try:
        for platform in platforms:
            await platform.__aenter__()
            entered.append(platform)
        yield
    finally:
        # Every one is left, whatever happens to the others.
        ends = await asyncio.gather(*(one.__aexit__(None, None, None) for one in entered), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
