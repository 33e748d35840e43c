"""This bot as ``serve`` runs it, without Telegram's ceiling of 30 messages a second: one would measure nothing else."""

# ruff: noqa: E402 - as in serve, each platform's libraries are imported only where it is used
from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from bot.__main__ import begin_lightly

begin_lightly()

from bot.cli.serve import run_quickly
from bot.logs import set_up_logs
from bot.service.app import open_services, reload_on_hangup
from bot.service.lanes import Lanes
from bot.service.web.server import HttpServer, build_server
from bot.service.web.status import PlatformApp
from bot.settings import read_settings


async def serve(content: Path) -> None:
    """Serve the platforms that the environment names until SIGTERM."""
    set_up_logs(queued=True)
    settings = read_settings(os.environ)
    async with open_services(settings, content) as services:
        platforms: list[PlatformApp] = []
        if settings.slack_http:
            from bot.slack.app import SlackApp

            platforms.append(SlackApp(services))
        if settings.telegram_webhook:
            from bot.telegram.app import TelegramApp

            platforms.append(TelegramApp(services, lanes=Lanes()))
        server = HttpServer(build_server(services, platforms), settings.port)
        with reload_on_hangup(services, content):
            await server.serve()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        from tests.tools.load.parts import sampled

        with sampled(Path(sys.argv[2]), detail="detail" in sys.argv):
            run_quickly(serve(Path(sys.argv[1])))
    else:
        run_quickly(serve(Path(sys.argv[1])))
