"""The web server: both platforms' routes, health, readiness and metrics in one application with one lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.background import DRAIN_SECONDS
from bot.guard import RequestGuard
from bot.platforms import PlatformApp
from bot.services import Services

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def build_server(services: Services, platforms: Sequence[PlatformApp]) -> Starlette:
    """Return the application for ``platforms``. Its lifespan enters them and, at the end, drains them.

    ``services`` must be open already and outlive the application.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for platform in platforms:
                await stack.enter_async_context(platform)
            yield

    async def healthz(_request: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    async def readyz(_request: Request) -> Response:
        states = await readiness(services, platforms)
        ready = all(state in ("ok", "degraded") for state in states.values())
        return JSONResponse({"ready": ready, **states}, status_code=200 if ready else 503)

    async def metrics(_request: Request) -> Response:
        return Response(services.metrics.text(), media_type=METRICS_TYPE)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    for platform in platforms:
        routes += platform.routes()
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(RequestGuard, metrics=services.metrics)])


async def readiness(services: Services, platforms: Sequence[PlatformApp]) -> dict[str, str]:
    """Return the state of the content, the store and each platform: ok, degraded, or what is wrong."""
    states = {"content": "ok", "store": "ok" if await services.store.healthy() else "degraded"}
    for platform in platforms:
        states |= await platform.ready()
    return states


def make_uvicorn(app: Starlette, port: int) -> uvicorn.Server:
    """Return the HTTP server for ``app`` on all interfaces. On SIGTERM it stops accepting, then the lifespan drains."""
    config = uvicorn.Config(
        app,
        host="0.0.0.0",  # noqa: S104  # a dyno is reached through its platform's router
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(DRAIN_SECONDS),
    )
    return uvicorn.Server(config)
