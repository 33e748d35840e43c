"""The worker: Slack over Socket Mode and Telegram by polling, in one event loop, until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable
from contextlib import AsyncExitStack

from bot.services import Services


async def run_worker(services: Services, stop: asyncio.Event | None = None) -> None:
    """Run every platform that the settings allow until ``stop`` is set, or SIGTERM or SIGINT comes.

    Raises what a platform raises that cannot go on (a refused token); the others are drained first.
    """
    stop = stop or stop_on_signals()
    settings = services.settings
    async with AsyncExitStack() as stack:
        running: list[Awaitable[None]] = []
        # Each platform's libraries are imported only where it is used.
        if settings.slack_socket:
            from bot.slack.app import SlackApp

            slack = await stack.enter_async_context(SlackApp(services))
            running.append(slack.run_socket())
        if settings.telegram_polling:
            from bot.telegram.app import TelegramApp

            telegram = await stack.enter_async_context(TelegramApp(services))
            running.append(telegram.run_polling())
        tasks = [asyncio.ensure_future(work) for work in running]
        waiting = asyncio.ensure_future(stop.wait())
        try:
            done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, waiting):
                task.cancel()
            await asyncio.gather(*tasks, waiting, return_exceptions=True)
        for task in done - {waiting}:
            task.result()


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop
