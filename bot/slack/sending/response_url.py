"""Answers through ``response_url``: at most twice, and never after 30 minutes.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: Slack takes five within 30 minutes.
They reach the person, or the channel, even where the bot is no member.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient
from yarl import URL

from bot.slack.sending.client import SERVER_ERRORS
from bot.slack.sending.errors import (
    GATEWAY_TIMEOUT,
    NETWORK_ERRORS,
    UnclearError,
    UndeliveredError,
    code_of,
    is_unclear,
)

SECONDS = 1_800
"""How long Slack takes messages through it."""
USES = 2
"""Times that one ``response_url`` is used; Slack allows more, but nobody needs more than two messages for a press."""

HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Where Slack's own response URLs point; a test's or proxy's API host is added to them."""


class ResponseUrl:
    """One ``response_url`` with its budget of uses and time; ``ends`` is when that is over, on a clock never put back.

    ``request`` is the id under which the log speaks of the delivery that brought it.
    """

    def __init__(self, url: str, ends: float, clients: ResponseUrls, request: str = "") -> None:
        self._url = url
        self.request = request
        self._clients = clients
        self._ends = ends
        self.uses = 0

    @property
    def usable(self) -> bool:
        """Whether another message may go this way."""
        young = self._clients.steady() < self._ends
        return self.uses < USES and young and self._clients.allows(self._url)

    async def send(self, payload: dict[str, Any], *, again: bool = True) -> None:
        """Send ``payload``; ``again`` says that it may rather come twice than not at all.

        Raises UndeliveredError where the URL is spent, or Slack does not take the message, and without ``again``
        UnclearError where it may have taken it.
        """
        if not self.usable:
            raise UndeliveredError("response_url_spent")
        self.uses += 1
        try:
            status = await self._clients.send(self._url, payload, again=again)
        except NETWORK_ERRORS as error:
            unclear = not again and is_unclear(error)
            raise (UnclearError if unclear else UndeliveredError)(code_of(error)) from error
        if status == GATEWAY_TIMEOUT and not again:
            raise UnclearError(f"response_url_{status}")
        if status != 200:
            raise UndeliveredError(f"response_url_{status}")


class ResponseUrls:
    """Makes :class:`ResponseUrl` objects that share one HTTP session.

    ``clock`` is the wall clock, as Slack's is: it tells how old a URL is when it comes; then ``steady`` goes on.

    ``handlers`` say when a message is sent again that may rather come twice, ``careful`` when any other is.
    """

    def __init__(
        self,
        session: ClientSession,
        handlers: list[AsyncRetryHandler],
        careful: list[AsyncRetryHandler],
        logger: logging.Logger,
        api_host: str | None,
        clock: Callable[[], float],
        steady: Callable[[], float] | None = None,
    ) -> None:
        self._session = session
        self._handlers = handlers
        self._careful = careful
        self._logger = logger
        self._hosts = HOSTS | {api_host} if api_host else HOSTS
        self._clock = clock
        self.steady = steady or time.monotonic

    def open(self, url: str, sent: float, request: str = "") -> ResponseUrl:
        """Return ``url`` with a fresh budget of uses, and of time since Slack sent it.

        An empty or foreign URL is never usable. A time that this machine's clock has not reached counts as now.
        """
        old = max(0.0, self._clock() - sent)
        return ResponseUrl(url, self.steady() + SECONDS - old, self, request)

    def allows(self, url: str) -> bool:
        """Say whether ``url`` is one of Slack's."""
        try:
            target = URL(url)
        except (ValueError, TypeError):
            return False
        return target.scheme in ("https", "http") and target.host in self._hosts

    async def send(self, url: str, payload: dict[str, Any], *, again: bool = True) -> int:
        """Send ``payload`` to ``url``, again as often as the retry handlers say; return the status of the answer.

        The SDK's webhook client asks its handlers about 429 and broken connections, but not about server errors.
        """
        handlers = self._handlers if again else self._careful
        client = AsyncWebhookClient(url, session=self._session, logger=self._logger, retry_handlers=handlers)
        state, request = RetryState(), HttpRequest(method="POST", url=url, headers={}, body_params=payload)
        while True:
            answer = await client.send_dict(payload)
            state.next_attempt_requested = False
            response = HttpResponse(status_code=answer.status_code, headers={})
            for handler in handlers if answer.status_code in SERVER_ERRORS else ():
                if await handler.can_retry_async(state=state, request=request, response=response):
                    await handler.prepare_for_next_attempt_async(state=state, request=request, response=response)
                    break
            if not state.next_attempt_requested:
                return answer.status_code
