"""Calls to Slack: which are made again, and what the libraries may log about it.

https://docs.slack.dev/tools/python-slack-sdk/web/#retryhandler
"""

from __future__ import annotations

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any, ClassVar

from aiohttp import ClientError, ClientResponse, ContentTypeError
from aiohttp.connector import Connection
from slack_sdk.http_retry import BackoffRetryIntervalCalculator, HttpResponse, RetryIntervalCalculator, RetryState
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)

from bot.logs import get_logger
from bot.metrics import Metrics
from bot.service.connector import NotConnectedError
from bot.service.lanes import LONGEST_HOLD
from bot.slack.sending.errors import (
    GATEWAY_TIMEOUT,
    NotTakenError,
    Remedy,
    UnreadableError,
    is_unclear,
    refusal_in,
    remedy_for,
)

LOOK_SECONDS = 1.0
"""How long a look at the installations' database is waited for, at the start and by ``/readyz``."""

SERVER_ERRORS = frozenset({500, 502, 503, 504})
TOO_MANY = 429
LONGEST_WAIT = 3_600.0
"""Seconds after which a channel is tried again, whatever Slack has asked for: it gives an event up after minutes."""
_SECONDS = re.compile(r"[0-9]{1,20}(\.[0-9]+)?", re.ASCII)


class Answer(ClientResponse):
    """An answer to a call, for the SDK, which takes its form for granted.

    Raises NotTakenError where a status refuses, whatever comes with it, or leads elsewhere, and UnreadableError for a
    success in a form that is none of Slack's.
    """

    async def start(self, connection: Connection) -> ClientResponse:
        """Take the head. Whoever leads elsewhere is not Slack: what was to be said is not said there."""
        await super().start(connection)
        if self.status // 100 == 3:
            raise NotTakenError("led elsewhere")
        return self

    async def read(self) -> bytes:
        """Return the body."""
        try:
            return await super().read()
        except (ClientError, OSError) as error:
            if self._refuses:
                raise NotTakenError(type(error).__name__) from None
            raise

    async def json(self, **how: Any) -> Any:
        """Return what the body says in JSON."""
        try:
            return await super().json(**how)
        except (ContentTypeError, JSONDecodeError):
            raise  # the SDK knows them
        except (ValueError, RecursionError) as error:
            raise (NotTakenError if self._refuses else UnreadableError)(type(error).__name__) from None

    async def text(self, encoding: str | None = None, errors: str = "replace") -> str:
        """Return the body as text, with marks in place of what is none."""
        return await super().text(encoding, errors)

    @property
    def _refuses(self) -> bool:
        return self.status >= 400 and self.status != GATEWAY_TIMEOUT


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the bot is with Slack and with what it needs there. Tests are less patient than the defaults."""

    call_seconds: float = 10.0
    """The longest that one call may take."""
    attempts: int = 5
    """Times that a call is sent again after a server error, a time-out or a broken connection."""
    limit_attempts: int = 5
    """Times that a call is sent again after 429."""
    limit_seconds: float = LONGEST_HOLD
    """The longest ``Retry-After`` that is waited for: a person gives up before."""
    intervals: RetryIntervalCalculator = field(default_factory=lambda: BackoffRetryIntervalCalculator(0.3))
    ack_seconds: float = 0.8
    """When a command or press, which comes only once, is acknowledged without its answer. Slack waits 3 seconds
    (https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response)."""
    once_rests: tuple[float, ...] = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0, 300.0, 300.0)
    """Between tries to answer what comes only once, while Slack is away: almost the half hour that its URL is good for
    (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses)."""
    hold_seconds: float = 2.0
    """How long an event stays unacknowledged while it is being answered; then Slack is to deliver it again. It gives
    up after 3 seconds (https://docs.slack.dev/apis/events-api#responding)."""
    ping_seconds: float = 10.0
    """Between pings of the Socket Mode connection."""
    connect_pauses: tuple[float, ...] = (0.0, 1.0, 2.0, 5.0, 15.0, 30.0)
    """Before a further such connection, where one after the other ends at once; the last one repeats."""
    look_seconds: float = LOOK_SECONDS


class Counted(AsyncRetryHandler):
    """Counts and logs each call that is sent again, under ``code``; mixed into the SDK's handlers."""

    code: ClassVar[str]
    _metrics: Metrics

    async def prepare_for_next_attempt_async(self, *, state: RetryState, **call: Any) -> None:
        self._metrics.retried("slack")
        get_logger().info("retrying", platform="slack", code=self.code, attempt=state.current_attempt + 1)
        await self._wait(state=state, **call)

    async def _wait(self, *, state: RetryState, **call: Any) -> None:
        await super().prepare_for_next_attempt_async(state=state, **call)


class RateLimitRetry(Counted, AsyncRateLimitErrorRetryHandler):
    """Waits for as long as ``Retry-After`` says, unless that is longer than anyone would wait."""

    code = "ratelimited"

    def __init__(self, pace: Pace, metrics: Metrics) -> None:
        super().__init__(max_retry_count=pace.limit_attempts)
        self._most = pace.limit_seconds
        self._metrics = metrics

    async def _can_retry_async(self, *, response: HttpResponse | None = None, **call: Any) -> bool:
        limited = await super()._can_retry_async(response=response, **call)
        return limited and response is not None and retry_after(response.headers) <= self._most

    async def _wait(self, *, state: RetryState, response: HttpResponse | None = None, **_call: Any) -> None:
        # The SDK's own way raises where the header is no whole number.
        await asyncio.sleep(retry_after(response.headers) if response is not None else 0.0)
        state.next_attempt_requested = True
        state.increment_current_attempt()


class ResponseRetry(Counted, AsyncRetryHandler, ABC):
    """Sends again what is refused for now, as the response says; errors without a response are left to others."""

    def __init__(self, pace: Pace, metrics: Metrics) -> None:
        super().__init__(max_retry_count=pace.attempts, interval_calculator=pace.intervals)
        self._metrics = metrics

    async def _can_retry_async(self, *, response: HttpResponse | None = None, **_call: Any) -> bool:
        return response is not None and self._is_temporary(response)

    @abstractmethod
    def _is_temporary(self, response: HttpResponse) -> bool:
        """Say whether the same call may be taken a little later."""


class ServerErrorRetry(ResponseRetry):
    """Sends again after 500, 502 and 503; after 504 where that does no harm (``though_unclear``).

    Also after a refusal by 4xx that does not say why, as Slack always does: a proxy on the way took it for itself.
    """

    code = "server_error"

    def __init__(self, pace: Pace, metrics: Metrics, *, though_unclear: bool = True) -> None:
        super().__init__(pace, metrics)
        self._statuses = SERVER_ERRORS if though_unclear else SERVER_ERRORS - {GATEWAY_TIMEOUT}

    def _is_temporary(self, response: HttpResponse) -> bool:
        status, body = response.status_code, response.body
        told = isinstance(body, dict) and "error" in body
        return status in self._statuses or (status // 100 == 4 and status != TOO_MANY and not told)


class RefusalRetry(ResponseRetry):
    """Sends again what Slack refuses just now with 200 and a word in the body."""

    code = "refused"

    def _is_temporary(self, response: HttpResponse) -> bool:
        if response.status_code != 200 or not isinstance(response.body, dict):
            return False
        code = refusal_in(response.body)
        return response.body.get("ok") is False and remedy_for(code) is Remedy.LATER


class ReadableAnswer(AsyncRetryHandler):
    """Raises UnreadableError for an answer of success that does not say "ok": the SDK takes its form for granted."""

    async def can_retry_async(
        self, *, response: HttpResponse | None = None, error: Exception | None = None, **_call: Any
    ) -> bool:
        """Return False: what is to be sent again is for others to say."""
        if error is None and response is not None and response.status_code == 200:
            body: object = response.body
            if not isinstance(body, dict) or "ok" not in body:
                raise UnreadableError
        return False


class ConnectionRetry(Counted, AsyncConnectionErrorRetryHandler):
    """Sends again where nothing can have reached Slack; where that does no harm (``though_unclear``) also after a
    reset connection, a time-out, or an answer that cannot be read."""

    code = "connection"

    def __init__(self, pace: Pace, metrics: Metrics, *, though_unclear: bool) -> None:
        super().__init__(max_retry_count=pace.attempts, interval_calculator=pace.intervals)
        self._metrics = metrics
        self._though_unclear = though_unclear

    async def _can_retry_async(self, *, error: Exception | None = None, **_call: Any) -> bool:
        unclear = self._though_unclear and error is not None and is_unclear(error)
        return unclear or isinstance(error, NotConnectedError)


def retry_handlers(
    pace: Pace, metrics: Metrics, *, though_unclear: bool = True, limited: bool = True
) -> list[AsyncRetryHandler]:
    """Return the handlers of a client.

    Without ``though_unclear`` it makes no call again that may have been taken, without ``limited`` none after 429:
    who sends in lanes holds the lane.
    """
    return [
        ReadableAnswer(),
        ConnectionRetry(pace, metrics, though_unclear=though_unclear),
        ServerErrorRetry(pace, metrics, though_unclear=though_unclear),
        *([RateLimitRetry(pace, metrics)] if limited else []),
        RefusalRetry(pace, metrics),
    ]


def retry_after(headers: Mapping[str, object]) -> float:
    """Return the seconds that Slack asks to wait with 429: a moment where it does not say, or not in seconds."""
    for name, values in headers.items():
        if name.lower() == "retry-after":
            value = values[0] if isinstance(values, list) and values else values
            told = isinstance(value, str) and _SECONDS.fullmatch(value)
            return min(float(str(value)), LONGEST_WAIT) if told else 1.0
    return 1.0


class LibraryHandler(logging.Handler):
    """Counts a library's warnings and logs their place."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """Log where ``record`` was written and the name of its exception; nothing of its text."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname.lower()
        self._metrics.failed("slack", f"library_{kind}")
        place = f"{record.module}:{record.lineno}"
        get_logger().warning("library", platform="slack", code=kind, place=place)


def library_logger(metrics: Metrics) -> logging.Logger:
    """Return a logger for the SDK's clients, outside logging's tree: nothing else hears it."""
    logger = logging.Logger("slack", logging.WARNING)  # noqa: LOG001 - a logger in the tree would pass words on
    logger.addHandler(LibraryHandler(metrics))
    return logger


def silent_logger() -> logging.Logger:
    """Return a logger for Bolt, which copies its state to loggers in the tree: so it is off, and so are they."""
    logger = logging.Logger("slack_bolt", logging.CRITICAL)  # noqa: LOG001 - see above
    logger.disabled = True
    return logger
