"""Slack over Socket Mode: Bolt's handler, with the bot's own dispatch, and a stop that loses nothing.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Self

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.service.inbox import Inbox
from bot.service.ongoing import DRAIN_SECONDS
from bot.slack.endpoint import Endpoint
from bot.slack.sending.client import Pace


class SocketConnection(AsyncSocketModeHandler):
    """One connection for as long as the context lasts; it is made anew whenever Slack or the network ends it."""

    client: SocketModeClient

    def __init__(
        self,
        app: AsyncApp,
        token: str,
        web_client: AsyncWebClient,
        endpoint: Endpoint,
        inbox: Inbox,
        metrics: Metrics,
        logger: logging.Logger,
        pace: Pace,
    ) -> None:
        super().__init__(app, token, logger=logger, web_client=web_client, ping_interval=pace.ping_seconds)
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
        await self.close_async()  # type: ignore[no-untyped-call]
        parts = (self.client.message_processor, self.client.message_receiver, self.client.current_session_monitor)
        await asyncio.gather(*(part for part in parts if part is not None), return_exceptions=True)

    async def run(self) -> None:
        """Connect, and stay connected until cancelled."""
        await self.connect_async()  # type: ignore[no-untyped-call]
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
