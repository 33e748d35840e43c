"""A fake of Slack's Socket Mode server on loopback: hello, envelopes, acknowledgements, pings, and bad days."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any, Self

from aiohttp import WSMsgType, web

from tests.fakes.slack.api import SlackApi
from tests.tools.hangguard import HANG_GUARD

_numbers = itertools.count(1)


class SlackSocket:
    """The server, an async context manager. It gives ``api`` the address that ``apps.connections.open`` returns."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._runner: web.AppRunner | None = None
        self._news = asyncio.Condition()
        self.open: list[web.WebSocketResponse] = []
        self.opened = 0
        self.refusing = 0
        self.deaf = False
        self.pong: bytes | None = None
        """What pings are answered with, in place of what they said."""
        self.pings = 0
        self.acks: dict[str, dict[str, Any]] = {}

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/link", self._connect)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._api.socket_url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/link?ticket=1"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in list(self.open):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def connected(self, times: int = 1) -> None:
        """Wait until a connection has been opened ``times`` times, and one is open."""
        async with asyncio.timeout(HANG_GUARD), self._news:
            await self._news.wait_for(lambda: self.opened >= times and bool(self.open))

    async def pinged(self, times: int) -> None:
        """Wait until the bot has sent a ping ``times`` times."""
        async with asyncio.timeout(HANG_GUARD), self._news:
            await self._news.wait_for(lambda: self.pings >= times)

    async def deliver(self, payload: dict[str, Any], kind: str = "events_api", **changes: Any) -> str:
        """Send ``payload`` in an envelope over the newest connection; returns the envelope's id."""
        number = f"envelope-{next(_numbers)}"
        accepts = kind in ("slash_commands", "interactive")
        envelope = {"envelope_id": number, "type": kind, "accepts_response_payload": accepts, "payload": payload}
        await self.open[-1].send_json(envelope | changes)
        return number

    async def acknowledged(self, number: str) -> dict[str, Any]:
        """Wait for the acknowledgement of an envelope and return it."""
        async with asyncio.timeout(HANG_GUARD), self._news:
            await self._news.wait_for(lambda: number in self.acks)
        return self.acks[number]

    async def say(self, message: Any) -> None:
        """Send any text or object over the newest connection."""
        await self.open[-1].send_str(message if isinstance(message, str) else json.dumps(message))

    async def disconnect(self, reason: str) -> None:
        """Announce the end of the newest connection (``warning``, ``refresh_requested``, ``link_disabled``)."""
        await self.say({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}})

    def drop(self) -> None:
        """Cut the newest connection without a word."""
        transport = self.open[-1]._req.transport if self.open[-1]._req else None
        if transport is not None:
            transport.abort()

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if self.refusing:
            self.refusing -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        self.open.append(socket)
        self.opened += 1
        await self._tell()
        try:
            async for message in socket:
                self.pings += message.type == WSMsgType.PING
                await self._tell()
                if message.type == WSMsgType.PING and not self.deaf:
                    await socket.pong(self.pong or message.data)
                elif message.type == WSMsgType.TEXT:
                    data = json.loads(message.data)
                    self.acks[data["envelope_id"]] = data
                    await self._tell()
        except ConnectionError:
            pass
        finally:
            self.open.remove(socket)
            await self._tell()
        return socket

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()
