"""The worker: Slack over Socket Mode and Telegram by polling, in one event loop, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.logs import get_logger
from bot.service.app import Services
from bot.service.web.server import log_refusal, together
from bot.service.web.status import PlatformApp, serve_status
from bot.settings import BotError


async def run_worker(services: Services, stop: asyncio.Event | None = None) -> None:
    """Run every platform that the settings allow until ``stop`` is set, or SIGTERM or SIGINT comes.

    A platform that cannot go on (a refused token) is logged, and the other goes on; where none is left, raises what
    ended the last one.
    """
    stop = stop or stop_on_signals()
    settings = services.settings
    works: list[tuple[PlatformApp, Callable[[], Coroutine[Any, Any, None]]]] = []
    # Each platform's libraries are imported only where it is used.
    if settings.slack_socket:
        from bot.slack.app import SlackApp

        slack = SlackApp(services)
        works.append((slack, slack.run_socket))
    if settings.telegram_polling:
        from bot.telegram.app import TelegramApp

        telegram = TelegramApp(services)
        works.append((telegram, telegram.run_polling))
    platforms = [platform for platform, _ in works]
    async with together(platforms) as entered, serve_status(services, platforms):
        tasks = [asyncio.create_task(work()) for platform, work in works if platform in entered]
        waiting = asyncio.create_task(stop.wait())
        try:
            await _one_by_one(tasks, waiting)
        finally:
            for task in (*tasks, waiting):
                task.cancel()
            await asyncio.gather(*tasks, waiting, return_exceptions=True)


async def _one_by_one(tasks: Sequence[asyncio.Task[None]], stop: asyncio.Task[Any]) -> None:
    """Wait for ``stop``, or until the last of ``tasks`` has ended: then its result is the caller's."""
    running = {*tasks}
    while running and not stop.done():
        done, _ = await asyncio.wait({*running, stop}, return_when=asyncio.FIRST_COMPLETED)
        running -= done
        for task in done - {stop}:
            if running and isinstance(error := task.exception(), BotError):
                log_refusal(error)
            elif running and error is not None:
                get_logger().error("platform ended, the other goes on", code=type(error).__name__)
            else:
                task.result()


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:  # Windows' loop takes none
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop
