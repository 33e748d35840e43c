"""Calls sent again: the SDK's own handlers, bounded, and counted.

https://docs.slack.dev/tools/python-slack-sdk/web/#retryhandler
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import ClassVar

from aiohttp import ClientOSError, ServerConnectionError, ServerDisconnectedError
from slack_sdk.http_retry import (
    BackoffRetryIntervalCalculator,
    HttpRequest,
    HttpResponse,
    RetryIntervalCalculator,
    RetryState,
)
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)

from bot.logs import get_logger
from bot.metrics import Metrics

SERVER_ERRORS = frozenset({500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the bot is with Slack. Tests are less patient than the defaults."""

    call_seconds: float = 10.0
    """The longest that one call may take."""
    attempts: int = 5
    """Times that a call is sent again after a server error, a time-out or a broken connection."""
    limit_attempts: int = 5
    """Times that a call is sent again after 429."""
    limit_seconds: float = 60.0
    """The longest ``Retry-After`` that is waited for: a person gives up before."""
    intervals: RetryIntervalCalculator = field(default_factory=lambda: BackoffRetryIntervalCalculator(0.3))
    ack_seconds: float = 0.8
    """When a slash command is acknowledged without its answer. Slack waits 3 seconds, and the server may hold the
    response for 2 of them (:mod:`bot.service.hold`)."""
    hold_seconds: float = 2.0
    """How long an envelope of Socket Mode stays unacknowledged while it is being answered."""
    ping_seconds: float = 10.0
    """Between pings of the Socket Mode connection."""


class Counted(AsyncRetryHandler):
    """Counts and logs each call that is sent again, under ``code``; mixed into the SDK's handlers."""

    code: ClassVar[str]
    _metrics: Metrics

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        self._metrics.retried("slack")
        get_logger().info("retrying", platform="slack", code=self.code, attempt=state.current_attempt + 1)
        await self._wait(state, request, response, error)

    async def _wait(
        self, state: RetryState, request: HttpRequest, response: HttpResponse | None, error: Exception | None
    ) -> None:
        await super().prepare_for_next_attempt_async(state=state, request=request, response=response, error=error)


class RateLimitRetry(Counted, AsyncRateLimitErrorRetryHandler):
    """Waits for as long as ``Retry-After`` says, unless that is longer than anyone would wait."""

    code = "ratelimited"

    def __init__(self, pace: Pace, metrics: Metrics) -> None:
        super().__init__(max_retry_count=pace.limit_attempts)
        self._most = pace.limit_seconds
        self._metrics = metrics

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        limited = await super()._can_retry_async(state=state, request=request, response=response, error=error)
        return limited and response is not None and _retry_after(response) <= self._most

    async def _wait(
        self, state: RetryState, request: HttpRequest, response: HttpResponse | None, error: Exception | None
    ) -> None:
        if response is not None and _retry_after(response) <= 0:
            state.next_attempt_requested = True
            state.increment_current_attempt()
            return
        await super()._wait(state, request, response, error)


class ServerErrorRetry(Counted, AsyncServerErrorRetryHandler):
    """Sends again after 500, 502, 503 and 504."""

    code = "server_error"

    def __init__(self, pace: Pace, metrics: Metrics) -> None:
        super().__init__(max_retry_count=pace.attempts, interval_calculator=pace.intervals)
        self._metrics = metrics

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - the SDK's signature
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        return response is not None and response.status_code in SERVER_ERRORS


class ConnectionRetry(Counted, AsyncConnectionErrorRetryHandler):
    """Sends again after a reset or refused connection or a time-out."""

    code = "connection"

    def __init__(self, pace: Pace, metrics: Metrics) -> None:
        super().__init__(
            max_retry_count=pace.attempts,
            interval_calculator=pace.intervals,
            error_types=[ServerConnectionError, ServerDisconnectedError, ClientOSError, asyncio.TimeoutError],
        )
        self._metrics = metrics


def retry_handlers(pace: Pace, metrics: Metrics) -> list[AsyncRetryHandler]:
    """Return the handlers that every client of the bot uses."""
    return [ConnectionRetry(pace, metrics), ServerErrorRetry(pace, metrics), RateLimitRetry(pace, metrics)]


def _retry_after(response: HttpResponse) -> float:
    for name, values in response.headers.items():
        if name.lower() == "retry-after":
            value = values[0] if isinstance(values, list) and values else values
            return float(value) if isinstance(value, str) and value.isdigit() else float("inf")
    return 1.0
