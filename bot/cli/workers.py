"""``serve`` with several workers: content and model are read once, then the workers are forked and share them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from socket import socket

from bot.cli.serve import http_server, run_quickly
from bot.logs import Lines, get_logger, set_up_logs
from bot.service.app import REFUSALS, log_refused, open_content, services_for
from bot.service.web.connections import ListenError
from bot.service.workers.meters import Board, Publishing
from bot.service.workers.supervisor import Supervisor, listen, share_memory
from bot.settings import BotError, Settings
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher

USED: dict[str, Callable[[Settings], bool]] = {
    "bot.slack.app": lambda settings: settings.slack_http,
    "bot.slack.oauth.store": lambda settings: settings.slack_oauth,
    "bot.telegram.app": lambda settings: settings.telegram_webhook,
    "bot.state.failover": lambda settings: settings.redis_url is not None,
    "uvloop": lambda _settings: sys.platform != "win32",
}
"""Modules that workers import by themselves, each with the settings that make them: read before, they are shared."""


def serve_together(settings: Settings, root: Path) -> int:
    """Serve with ``settings.web_concurrency`` workers until SIGTERM; return the exit code.

    Raises ListenError, ContentError and ModelError.
    """
    # Else a log that nobody reads holds up the supervisor: start, renewal and end. Each worker makes its own queue.
    set_up_logs(queued=True)
    together = Together(settings, root, *open_content(root))
    for name, used in USED.items():
        if used(settings):
            import_module(name)
    share_memory()
    try:
        together.socket = listen(settings.port)
    except OSError:
        raise ListenError(settings.port) from None
    supervisor = Supervisor(settings.web_concurrency, together.work, together.reload)
    together.board = supervisor.board
    get_logger().info("workers start", count=settings.web_concurrency)
    try:
        return supervisor.run()
    finally:
        together.socket.close()


@dataclass
class Together:
    settings: Settings
    root: Path
    catalogue: Catalogue
    matcher: Matcher
    socket: socket = field(init=False)
    board: Board = field(init=False)

    def reload(self) -> bool:
        """Read content and model anew; say whether they could be taken up, else the old ones stay."""
        try:
            self.catalogue, self.matcher = open_content(self.root)
        except REFUSALS as error:
            log_refused(error)
            return False
        share_memory()
        get_logger().info("content reloaded", content=self.catalogue.digest[:12])
        return True

    def work(self, seat: int, lifeline: int) -> int:
        """Serve, in a worker, until SIGTERM or until ``lifeline`` ends; return the exit code."""
        lines = set_up_logs(queued=True)
        try:
            run_quickly(self._serve(seat, lifeline, lines))
        except BotError as error:
            sys.stderr.write(f"faqbot: {error}\n")
            return 1
        except Exception as error:  # what ends a process is told by name and place, here as anywhere
            sys.excepthook(type(error), error, error.__traceback__)
            return 1
        finally:
            lines.close()
        return 0

    async def _serve(self, seat: int, lifeline: int, lines: Lines) -> None:
        async with services_for(self.settings, self.catalogue, self.matcher) as services:
            server = http_server(services, lines)
            publishing = Publishing(self.board, seat, services.metrics, lambda: bool(server.started))
            loop = asyncio.get_running_loop()

            def alone() -> None:
                loop.remove_reader(lifeline)
                os.kill(os.getpid(), signal.SIGTERM)

            loop.add_reader(lifeline, alone)
            async with publishing:
                await server.serve(sockets=[self.socket])
            publishing.publish()
