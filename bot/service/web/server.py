"""The web server: both platforms' routes, health, readiness and metrics in one application with one lifespan."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

from starlette.applications import Starlette

from bot.logs import get_logger
from bot.service.app import Services
from bot.service.web.connections import Listener
from bot.service.web.http import Posts, RequestGuard
from bot.service.web.status import PlatformApp, status_routes
from bot.settings import BotError

LINGER_SECONDS = 8
"""How long open requests may take after SIGTERM, before the platforms drain: with
:data:`bot.service.ongoing.DRAIN_SECONDS` within the 30 seconds that Heroku-style platforms give."""


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

    # The platforms' first: a route is looked for in this order.
    routes = [route for platform in platforms for route in platform.routes()] + status_routes(services, platforms)
    posts = {route.path: route.endpoint for route in routes if isinstance(route.endpoint, Posts)}
    app = Starlette(routes=routes, lifespan=lifespan)
    app.middleware_stack = RequestGuard(
        app.build_middleware_stack(), services.metrics, posts=posts, behind_proxy=services.settings.behind_proxy
    )
    # Else a path with a slash behind it is answered with the sender's own host name.
    app.router.redirect_slashes = False
    app.state.platforms, app.state.failure = platforms, None
    return app


class HttpServer(Listener):
    """Serves on all interfaces. On SIGTERM it stops accepting, then the lifespan drains.

    The process ends by itself after that, so that everything around is closed too:
    uvicorn raises the signal again when it has stopped, which ends the process on the spot. The platforms are told
    when the signal comes.
    """

    def __init__(self, app: Starlette, port: int, *, behind_proxy: bool = False) -> None:
        # A dyno is reached through its platform's router; behind that, all connections have one source.
        super().__init__(app, "0.0.0.0", port, lifespan=True, linger=LINGER_SECONDS, fair=not behind_proxy)  # noqa: S104
        self._state = app.state

    def failure(self) -> Exception:
        """Return what keeps a platform from starting, else what its kind says."""
        failure: Exception | None = self._state.failure
        return failure or super().failure()

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


def log_refusal(error: BotError) -> None:
    """Log that a platform is left out, while another goes on."""
    get_logger().error("platform left out, the other goes on", code=type(error).__name__, state=str(error))


@asynccontextmanager
async def together(platforms: Sequence[PlatformApp]) -> AsyncIterator[Sequence[PlatformApp]]:
    """Enter ``platforms`` one after the other; leave them all at once, so that stopping takes as long as the slowest.

    Gives those that are entered. One that its platform refuses is logged, and the others go on; where none is left,
    its error is raised, and so is any error that is not foreseen.
    """
    entered: list[PlatformApp] = []
    refusal: BotError | None = None
    try:
        for platform in platforms:
            try:
                await platform.__aenter__()
                entered.append(platform)
            except BotError as error:
                refusal = error
        if refusal is not None:
            if not entered:
                raise refusal
            log_refusal(refusal)
        yield entered
    finally:
        # Every one is left, whatever happens to the others.
        ends = await asyncio.gather(*(one.__aexit__(None, None, None) for one in entered), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
