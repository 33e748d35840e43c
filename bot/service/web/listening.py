"""A port on which HTTP is served, and how: what uvicorn is told, and what is said where the port cannot be had."""

from __future__ import annotations

import logging
from functools import partial
from socket import socket

import uvicorn
from starlette.applications import Starlette

from bot.logs import get_logger
from bot.service.web.connections import Connections, TimedHeads, most_connections
from bot.settings import BotError


class ListenError(BotError):
    """Nobody can be served."""

    def __init__(self, port: int, name: str = "PORT") -> None:
        super().__init__(f"{name}: cannot listen on {port}; end the program that does, or set another port")


class Listener(uvicorn.Server):
    """uvicorn's server for ``app`` on the port that the setting ``variable`` names, whose start says what is wrong.

    ``fair``: no single source takes all connections. ``linger`` is how many seconds open requests may take at the end.
    """

    variable = "PORT"

    def __init__(self, app: Starlette, host: str, port: int, *, lifespan: bool, linger: int, fair: bool = True) -> None:
        connections = Connections(most_connections(), fair=fair)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            http=partial(TimedHeads, connections=connections),  # type: ignore[arg-type]
            ws="none",
            lifespan="on" if lifespan else "off",
            timeout_graceful_shutdown=linger,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start. Raises :meth:`failure`: uvicorn only logs it, at a place that says nothing, and exits."""
        log = logging.getLogger("uvicorn.error")
        log.disabled = True
        try:
            await super().startup(sockets)
        except SystemExit:
            raise self.failure() from None
        finally:
            log.disabled = False
        get_logger().info("listening on", address=f"http://{self.config.host}:{self.config.port}")

    def failure(self) -> Exception:
        """Return what keeps it from starting."""
        return ListenError(self.config.port, self.variable)
