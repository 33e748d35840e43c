"""What a platform is to the servers: something that lives, has routes, a worker, and a state."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from starlette.routing import Route

from bot.services import Services


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
