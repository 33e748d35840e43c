"""A port on which HTTP is served: how many connections strangers may hold, whose, and how long a head may take."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from functools import partial
from socket import socket
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.logs import get_logger
from bot.service.web.http import source_of
from bot.settings import BotError

HEAD_SECONDS = 10.0
"""From the first byte, or the connection, to the end of the head."""
HEAD_BYTES = 65_536
"""The largest head that is read, about: the parser itself keeps whatever comes."""
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
    """The open connections of one server, ``most`` at once; ``fair``: of one source at most half of them.

    One too many takes the place of the one that has been silent for longest, of the source that has most: who has
    something to say says it at once, so that idle connections, however many come, keep nobody out. Behind a proxy all
    come from one source, so ``fair`` is not for there.
    """

    def __init__(self, most: int, *, fair: bool = False) -> None:
        self._most = most
        self._of_one = max(1, most // 2) if fair else most
        self._all = 0
        self._open: Counter[str] = Counter()
        self._silent: dict[str, dict[TimedHeads, None]] = {}

    def made(self, one: TimedHeads) -> None:
        """Take note of a new connection."""
        source = one.source
        self._all += 1
        self._open[source] += 1
        self.waits(one)
        if self._open[source] > self._of_one:
            self._make_room(source)
        elif self._all > self._most:
            self._make_room(max(self._silent, key=self._open.__getitem__))

    def waits(self, one: TimedHeads) -> None:
        """Take note that ``one`` has nothing to say just now."""
        self._silent.setdefault(one.source, {}).setdefault(one)

    def speaks(self, one: TimedHeads) -> None:
        """Take note that a whole request has come."""
        silent = self._silent.get(one.source, {})
        silent.pop(one, None)
        if not silent:
            self._silent.pop(one.source, None)

    def lost(self, one: TimedHeads) -> None:
        """Take note that a connection has ended."""
        self.speaks(one)
        self._all -= 1
        self._open[one.source] -= 1
        if not self._open[one.source]:
            del self._open[one.source]

    def _make_room(self, source: str) -> None:
        """End the connection of ``source`` that has been silent for longest: the newest is among them."""
        oldest = next(iter(self._silent[source]))
        self.speaks(oldest)
        oldest.drop()


class TimedHeads(HttpToolsProtocol):
    """uvicorn's HTTP protocol with bounds on a head's time and size, and on connections."""

    head_seconds = HEAD_SECONDS
    source = ""
    """Whom the connection comes from."""

    def __init__(self, *args: Any, connections: Connections | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = self._said = False
        self._connections = connections or Connections(MOST)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.source = source_of(str(peer[0])) if peer else ""
        self._start()
        self._connections.made(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._connections.lost(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._said = False
        super().data_received(data)
        if not self._in_head and self._said:
            self._stop()
            return
        # Part of a head, or what says nothing at all, such as empty lines.
        self._start()
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("Head too large.")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """End it. What another server could read in another way raises, which the parser answers with 400."""
        self._in_head, self._said, self._head_bytes = False, True, 0
        encodings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if encodings not in ([], [b"chunked"]):
            raise ValueError("transfer-encoding")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take part of a body, which has its own time (:mod:`bot.service.web.http`)."""
        self._said = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request. Until its last byte nothing has been said."""
        self._said = True
        self._connections.speaks(self)
        super().on_message_complete()

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
