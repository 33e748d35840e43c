"""What a platform is to the servers: something that lives, has routes, a worker, and a state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Protocol, Self

from starlette.routing import Route

from bot.service.services import Services


class PlatformApp(Protocol):
    """Slack or Telegram. Entered, it is connected; left, it has finished what was acknowledged."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def routes(self) -> list[Route]:
        """Return the routes to serve."""

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


def web_platforms(services: Services) -> Sequence[PlatformApp]:
    """Return the platforms that the settings allow to be served over HTTP."""
    settings = services.settings
    found: list[PlatformApp] = []
    # Each platform's libraries are imported only where it is used.
    if settings.slack_http:
        from bot.slack.app import SlackApp

        found.append(SlackApp(services))
    if settings.telegram_webhook:
        from bot.telegram.app import TelegramApp

        found.append(TelegramApp(services))
    return found
