"""Acknowledges an event when it is answered, or shortly before the platform would give up waiting: an ASGI wrapper.

A process that is killed takes with it what it had acknowledged but not answered: the platform does not deliver that
again. So the 200 is held back while the answer is on its way, within bounds. And what could not be answered in time
is not taken on: 503 asks the platform to deliver it again later.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errand import Errand, on_errand
from bot.metrics import Metrics
from bot.overload import LoopLag

HOLD_SECONDS = {
    # Slack gives up after 3 seconds: https://docs.slack.dev/apis/events-api#responding
    "/slack/": 2.0,
    # Telegram waits much longer; this must end within server.LINGER_SECONDS.
    "/telegram/": 5.0,
}
"""By the beginning of the path, how long a response is held back at most."""


class HoldResponse:
    """Wraps an application: each HTTP request is an errand of its own, and its response waits for the errand."""

    def __init__(
        self,
        app: ASGIApp,
        seconds: Mapping[str, float] | None = None,
        lag: LoopLag | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._app = app
        self._seconds = HOLD_SECONDS if seconds is None else seconds
        self._lag = lag
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        errand = Errand()
        held = next((seconds for start, seconds in self._seconds.items() if scope["path"].startswith(start)), 0.0)
        if held and self._lag is not None and self._lag.too_much:
            if self._metrics is not None:
                self._metrics.refused("http", "overload")
            await Response(status_code=503, headers={"Retry-After": "1"})(scope, receive, send)
            return

        async def send_in_time(message: Message) -> None:
            if message["type"] == "http.response.start" and errand.tasks:
                await errand.wait(held)
            await send(message)

        with on_errand(errand):
            await self._app(scope, receive, send_in_time)
        await errand.end(finished=True)
