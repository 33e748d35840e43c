"""Acknowledges an event when it is answered, and asks for it again where that takes too long: an ASGI wrapper.

A process that is killed takes with it what it had acknowledged but not answered: the platform does not deliver that
again. So the 200 is held back while the answer is on its way. Where the platform would give up waiting, 503 asks it
to deliver the event again later; the answer goes on, and :mod:`bot.service.deduplication` lets the redelivery wait
for it. A process that is about to end gives the answer up instead: the next one gets the event.
What could not be answered in time anyway is not taken on: 503 too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import Metrics
from bot.service.errand import Errand, on_errand
from bot.service.overload import LoopLag

HOLD_SECONDS = {
    # Slack gives up after 3 seconds: https://docs.slack.dev/apis/events-api#responding
    "/slack/": 2.0,
    # Telegram waits much longer; this must end within server.LINGER_SECONDS.
    "/telegram/": 5.0,
}
"""By the beginning of the path, how long a response is held back at most."""
GRACE_SECONDS = 0.5
"""How much longer the application may take to say anything at all: a database that does not answer is no answer."""
REDELIVERED = b"application/json"
"""What is delivered again comes as JSON. Slack's commands and presses come as forms, once: 503 would show as a failure
(https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response)."""


class HoldResponse:
    """Wraps an application: each HTTP request is an errand of its own, and its response waits for the errand.

    ``stopping`` is set once the process is to end: from then on nothing is both given back and gone on with.
    """

    def __init__(
        self,
        app: ASGIApp,
        seconds: Mapping[str, float] | None = None,
        lag: LoopLag | None = None,
        metrics: Metrics | None = None,
        stopping: asyncio.Event | None = None,
    ) -> None:
        self._app = app
        self._seconds = HOLD_SECONDS if seconds is None else seconds
        self._lag = lag
        self._metrics = metrics
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held = self._held(scope)
        if held and self._lag is not None and self._lag.too_much:
            await self._ask_again("overload", scope, receive, send)
            return
        errand = Errand()
        with on_errand(errand):
            await self._answer(errand, held, scope, receive, send)
        await errand.end(finished=True)

    async def _answer(self, errand: Errand, held: float, scope: Scope, receive: Receive, send: Send) -> None:
        if not held:
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        deadline, begun, refused = loop.time() + held, loop.create_future(), False

        async def send_in_time(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and not refused:
                begun.set_result(None)
                answered = not errand.tasks or await errand.wait(deadline - loop.time())
                refused = not answered and self._comes_again(scope)
                if refused:
                    await self._ask_again("unanswered", scope, receive, send)
                    if self._stopping is not None and self._stopping.is_set():
                        errand.cancel()
            if not refused:
                await send(message)

        # A task of its own: what is cancelled may take longer to clean up than the platform waits.
        work = asyncio.ensure_future(self._app(scope, receive, send_in_time))
        try:
            await asyncio.wait({work, begun}, timeout=held + GRACE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not (begun.done() or work.done()):
                refused = True
                work.cancel()
                await self._ask_again("unanswered", scope, receive, send)
            await asyncio.wait({work})
            if not work.cancelled():
                work.result()
        finally:
            work.cancel()

    async def _ask_again(self, reason: str, scope: Scope, receive: Receive, send: Send) -> None:
        if self._metrics is not None:
            self._metrics.refused("http", reason)
        await Response(status_code=503, headers={"Retry-After": "1"})(scope, receive, send)

    def _held(self, scope: Scope) -> float:
        if scope["method"] != "POST":
            return 0.0
        return next((seconds for start, seconds in self._seconds.items() if scope["path"].startswith(start)), 0.0)

    def _comes_again(self, scope: Scope) -> bool:
        return any(name == b"content-type" and value.startswith(REDELIVERED) for name, value in scope["headers"])
