"""Both platforms' APIs for measuring: quick, forgetful, and counting what each chat was sent. Faults on request."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

SAID = frozenset({"chat.postMessage", "chat.postEphemeral", "sendMessage"})
POLL_SECONDS = 0.2
"""How long getUpdates waits for news, whatever it is asked."""
RESETS = "resets"
"""A call that is taken, and whose connection is cut before the answer: what is not urgent counts as sent then."""


@dataclass
class LoadApi:
    """The server, an async context manager. ``fault`` is what happens to every call until it is "" again.

    ``tokens`` are those that each Slack channel was sent something with.
    """

    fault: str = ""
    slow_seconds: float = 1.5
    answers: Counter[str] = field(default_factory=Counter)
    arrived: dict[str, list[float]] = field(default_factory=dict)
    tokens: dict[str, set[str]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    updates: list[dict[str, Any]] = field(default_factory=list)
    """What getUpdates gives until it is confirmed, a hundred at a time."""
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/api/{method}", self._slack)
        app.router.add_post("/respond/{name}", self._respond)
        app.router.add_route("*", "/bot{token}/{method}", self._telegram)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def total(self) -> int:
        """Messages sent so far."""
        return self.answers.total()

    def clear(self) -> None:
        """Forget what was sent."""
        self.answers.clear()
        self.arrived.clear()
        self.tokens.clear()

    async def _slack(self, request: web.Request) -> web.StreamResponse:
        method, fields = request.match_info["method"], await _fields(request)
        if request.transport is None:
            return web.Response()
        channel = str(fields.get("channel", ""))
        if self.fault == RESETS:
            self._take(method, channel, request)
        if refusal := await self._refuse(request, {"ok": False, "error": "ratelimited"}):
            return refusal
        self._take(method, channel, request)
        return web.json_response({"ok": True, "ts": "1.1", "team_id": "T1", "user_id": "UBOT", "bot_id": "BBOT"})

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response(text="ok")

    async def _telegram(self, request: web.Request) -> web.StreamResponse:
        method, fields = request.match_info["method"], await _fields(request)
        too_many = {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests",
            "parameters": {"retry_after": 1},
        }
        if request.transport is None:
            return web.Response()
        chat = str(fields.get("chat_id", ""))
        if self.fault == RESETS:
            self._note(method, chat)
        if refusal := await self._refuse(request, too_many):
            return refusal
        self._note(method, chat)
        if method == "getMe":
            result: Any = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "LoadBot"}
        elif method == "getUpdates":
            result = await self._next_updates(int(fields.get("offset") or 0))
        elif method == "sendMessage":
            result = {
                "message_id": 1,
                "date": 1,
                "chat": {"id": int(chat), "type": "private", "first_name": "A"},
                "text": "x",
            }
        else:
            result = True
        return web.json_response({"ok": True, "result": result})

    async def _next_updates(self, offset: int) -> list[dict[str, Any]]:
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if not self.updates:
            await asyncio.sleep(POLL_SECONDS)
        return self.updates[:100]

    async def _refuse(self, request: web.Request, too_many: dict[str, Any]) -> web.StreamResponse | None:
        fault = self.fault
        if fault:
            self.refused[fault] += 1
        match fault:
            case "429 storm":
                return web.json_response(too_many, status=429, headers={"Retry-After": "1"})
            case "5xx":
                return web.Response(status=503, text="<html>upstream</html>", content_type="text/html")
            case _ if fault == RESETS:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response()
            case "slow api":
                await asyncio.sleep(self.slow_seconds)
        return None

    def _take(self, method: str, channel: str, request: web.Request) -> None:
        self._note(method, channel)
        if method in SAID:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            self.tokens.setdefault(channel, set()).add(token)

    def _note(self, method: str, chat: str) -> None:
        if method in SAID:
            self.answers[chat] += 1
            self.arrived.setdefault(chat, []).append(time.perf_counter())


async def _fields(request: web.Request) -> dict[str, Any]:
    try:
        return await _read(request)
    except ConnectionResetError:
        # The bot was killed in the middle of it.
        return {}


async def _read(request: web.Request) -> dict[str, Any]:
    if request.method != "POST":
        return dict(request.query)
    if request.content_type == "application/json":
        data: dict[str, Any] = await request.json()
        return data
    return dict(await request.post())
