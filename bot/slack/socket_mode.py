"""Slack over Socket Mode: the SDK's client, with the bot's own dispatch, and a stop that loses nothing.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from typing import Self

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.service.inbox import Inbox
from bot.service.ongoing import DRAIN_SECONDS
from bot.slack.endpoint import Endpoint
from bot.slack.sending.client import Pace

HASTE_SECONDS = 10.0
"""A connection that ends sooner says that the next one may too."""


class Client(SocketModeClient):
    """The SDK's client, which connects anew as soon as a connection ends; where each ends at once after ``pauses``.

    Else whoever closes every connection is asked for the next 300 times a second.
    """

    pauses: Sequence[float] = (0.0,)
    _asked = -HASTE_SECONDS
    _in_a_row = 0

    async def issue_new_wss_url(self) -> str:
        """Return the next address."""
        loop = asyncio.get_running_loop()
        self._in_a_row = self._in_a_row + 1 if loop.time() - self._asked < HASTE_SECONDS else 0
        await asyncio.sleep(self.pauses[min(self._in_a_row, len(self.pauses) - 1)])
        self._asked = loop.time()
        return await super().issue_new_wss_url()

    async def is_ping_pong_failing(self) -> bool:
        """Say whether pings are no longer answered; an answer that is no time says nothing."""
        if self.last_ping_pong_time is not None and not math.isfinite(self.last_ping_pong_time):
            self.last_ping_pong_time = None
        return await super().is_ping_pong_failing()


class SocketConnection:
    """One connection for as long as the context lasts; it is made anew whenever Slack or the network ends it."""

    def __init__(
        self,
        token: str,
        web_client: AsyncWebClient,
        endpoint: Endpoint,
        inbox: Inbox,
        metrics: Metrics,
        logger: logging.Logger,
        pace: Pace,
    ) -> None:
        self.client = Client(token, logger, web_client, ping_interval=pace.ping_seconds)
        self.client.pauses = pace.connect_pauses
        self.client.socket_mode_request_listeners.append(self.handle)
        self._endpoint = endpoint
        self._inbox = inbox
        self._metrics = metrics
        self._pace = pace
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping = True
        self._inbox.stop()
        try:
            await asyncio.wait_for(self._idle.wait(), DRAIN_SECONDS)
        except TimeoutError:
            self._metrics.failed("slack", "unacknowledged")
        await self.client.close()  # type: ignore[no-untyped-call]
        parts = (self.client.message_processor, self.client.message_receiver, self.client.current_session_monitor)
        await asyncio.gather(*(part for part in parts if part is not None), return_exceptions=True)

    async def run(self) -> None:
        """Connect, and stay connected until cancelled."""
        await self.client.connect()  # type: ignore[no-untyped-call]
        while True:
            await asyncio.sleep(self._pace.ping_seconds)
            if not await self.client.is_connected():
                # The SDK tries a spent URL again and again; without one it asks Slack for the next.
                self.client.wss_uri = None

    @property
    def connected(self) -> bool:
        """Whether a connection is open."""
        session = self.client.current_session
        return session is not None and not session.closed

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Deal with an envelope, and acknowledge it when it is answered.

        What is not is left unacknowledged, so that Slack delivers it again; where this process is to end, it is left
        to the next one. Commands and presses come only once.
        """
        if self._stopping:
            return
        self._running += 1
        self._idle.clear()
        try:
            payload = req.payload if isinstance(req.payload, dict) else None
            response = await self._endpoint.deliver(payload, time.time())
            if response is not None:
                await send_async_response(client, req, response, time.time())
        except ConnectionError:
            self._metrics.failed("slack", "acknowledgement_lost")
        finally:
            self._running -= 1
            if self._running == 0:
                self._idle.set()
