"""A fake of Slack's Web API and response URLs on loopback: state, faults on request, and a record of every call."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakes.slack.world import METHOD_SCOPES, SlackError, World
from tests.tools.hangguard import HANG_GUARD


@dataclass(frozen=True)
class Call:
    """One call as it arrived, and how it was answered (``error`` is None where it succeeded)."""

    method: str
    token: str
    args: dict[str, Any]
    error: str | None = None


TOO_MANY = 429


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call."""

    kind: str
    seconds: float = 0.0
    status: int = 500
    code: str = ""
    kind_of_page: str = "text/html"
    page: str = "<html>upstream</html>"
    late: bool = False
    """Only once the server is told to go on."""


def limited(seconds: int = 0) -> Fault:
    """429 with ``Retry-After``."""
    return Fault("limited", seconds)


def limited_in_words(wait: str) -> Fault:
    """429 with a ``Retry-After`` that is no number of seconds."""
    return Fault("limited", status=TOO_MANY, page=wait)


def broken(status: int = 500, kind_of_page: str = "text/html") -> Fault:
    """A server error, or something else in place of an answer, that is a web page."""
    return Fault("broken", status=status, kind_of_page=kind_of_page)


def unreadable(page: str) -> Fault:
    """A success whose answer is none."""
    return Fault("broken", status=200, kind_of_page="application/json", page=page)


def cut_short(status: int) -> Fault:
    """A refusing status, and a connection that is cut within the body."""
    return Fault("short", status=status)


def led_elsewhere(status: int) -> Fault:
    """A redirect to a page of somebody else's."""
    return Fault("elsewhere", status=status)


def reset() -> Fault:
    """The connection is cut before an answer."""
    return Fault("reset")


def silent() -> Fault:
    """No answer, and an empty one once the server is told to go on."""
    return Fault("silent")


def slow() -> Fault:
    """The answer comes, but only once the server is told to go on."""
    return Fault("slow", late=True)


def refused(code: str) -> Fault:
    """An error by Slack's own name."""
    return Fault("refused", code=code)


class SlackApi:
    """The server, an async context manager. ``faults`` holds, by method, what goes wrong with the next calls."""

    def __init__(self) -> None:
        self.world = World()
        self.calls: list[Call] = []
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.socket_url: str | None = None
        self.go_on = asyncio.Event()
        self.begun: list[str] = []
        """The methods called so far, also where the call waits to be told to go on."""
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.host = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/api/{method}", self._method)
        app.router.add_post("/respond/{name}", self._respond)
        app.router.add_route("*", "/elsewhere", self._elsewhere)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.host = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.host}/api/"

    def response_url(self, channel: str = "C1", user: str = "U1") -> str:
        """Return a fresh response URL."""
        return f"{self.host}/respond/{self.world.hook(channel, user)}"

    def called(self, method: str) -> list[Call]:
        """Return the calls to ``method`` so far."""
        return [call for call in self.calls if call.method == method]

    @property
    def sent(self) -> list[Call]:
        """The calls that people could notice, in order."""
        return [call for call in self.calls if call.method not in ("auth.test", "apps.connections.open")]

    async def wait(self, count: int) -> list[Call]:
        """Return the first ``count`` noticeable calls as soon as there are so many."""
        async with asyncio.timeout(HANG_GUARD), self._news:
            await self._news.wait_for(lambda: len(self.sent) >= count)
        return self.sent

    async def begins(self, method: str) -> None:
        """Wait until ``method`` has been called."""
        async with asyncio.timeout(HANG_GUARD), self._news:
            await self._news.wait_for(lambda: method in self.begun)

    async def _record(self, call: Call) -> None:
        self.calls.append(call)
        await self._tell()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.begun.append(method)
        await self._tell()
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None and fault.late:
            await self.go_on.wait()
        if fault is not None and fault.kind != "slow":
            await self._record(Call(method, token, args, fault.code or fault.kind))
            return await self._fail(fault, request)
        try:
            answer = self._answer(method, token, args, request)
        except SlackError as error:
            await self._record(Call(method, token, args, str(error)))
            return web.json_response({"ok": False, "error": str(error)})
        await self._record(Call(method, token, args))
        return web.json_response({"ok": True, **answer})

    def _answer(self, method: str, token: str, args: dict[str, Any], request: web.Request) -> dict[str, Any]:
        if method == "apps.connections.open":
            if token not in self.world.app_tokens or self.socket_url is None:
                raise SlackError("invalid_auth")
            return {"url": self.socket_url}
        if method == "oauth.v2.access":
            pair = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode().split(":")
            return self.world.exchange(args.get("code", ""), (pair[0], pair[1]))
        return self.world.answer(method, token, args)

    async def _elsewhere(self, _request: web.Request) -> web.StreamResponse:
        self.begun.append("elsewhere")
        return web.json_response({"ok": True})

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if self.faults["response_url"]:
            fault = self.faults["response_url"].popleft()
            await self._record(Call("response_url", "", body, fault.kind))
            return await self._fail(fault, request)
        status, text = self.world.respond(request.match_info["name"], body)
        await self._record(Call("response_url", "", body, None if status == 200 else text))
        return web.Response(status=status, text=text)

    async def _fail(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        match fault.kind:
            case "limited":
                headers = {"Retry-After": fault.page if fault.status == TOO_MANY else str(int(fault.seconds))}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case "broken":
                return web.Response(status=fault.status, text=fault.page, content_type=fault.kind_of_page)
            case "short":
                answer = web.StreamResponse(status=fault.status, headers={"Content-Length": "500"})
                await answer.prepare(request)
                await answer.write(b"<html>")
                if request.transport is not None:
                    request.transport.abort()
                return answer
            case "elsewhere":
                return web.Response(status=fault.status, headers={"Location": "/elsewhere"})
            case "reset":
                if request.transport is not None:
                    request.transport.abort()
                return web.Response()
            case "silent":
                await self.go_on.wait()
                return web.Response()
            case _:
                return web.json_response({"ok": False, "error": fault.code})


async def _arguments(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if request.content_type == "application/json":
        data: dict[str, Any] = json.loads(text)
    else:
        data = dict(parse_qsl(text, keep_blank_values=True))
        for name in ("blocks", "view", "prompts"):
            if name in data:
                data[name] = json.loads(data[name])
    return {name: value for name, value in data.items() if name != "team_id"}


__all__ = [
    "METHOD_SCOPES",
    "Call",
    "Fault",
    "SlackApi",
    "broken",
    "cut_short",
    "led_elsewhere",
    "limited",
    "limited_in_words",
    "refused",
    "reset",
    "silent",
    "slow",
    "unreadable",
]
