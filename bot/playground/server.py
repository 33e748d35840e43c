"""The playground's one server, on loopback: its page, what the page asks for, and the platforms' APIs for the bot.

Everything lies below a path that nobody can guess; the page may load nothing from anywhere else.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from bot.playground.items import list_items, show_item
from bot.playground.stage import Deed, Stage
from bot.playground.telegram import USERNAME
from bot.playground.timeline import DeedError, RefusalError
from bot.playground.watch import Check, Watch
from bot.service.web.connections import ListenError
from content.reading.documents import KeptDocuments, Read

HOST = "127.0.0.1"
STATIC = Path(__file__).parent / "static"
MOST_BYTES = 1 << 20
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the page's address holds the path that nobody can guess
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ENCODED = ("blocks", "view", "prompts")
"""Arguments that Slack's client sends as the JSON text of what they are."""


class Playground:
    """The page and all behind it; an async context manager. ``url`` is where it is.

    ``read`` reads the content's files; ``check`` does well to use the same.
    """

    def __init__(self, root: Path, check: Check, port: int = 0, read: Read | None = None) -> None:
        self._root = root
        self._read = read or KeptDocuments()
        self._check = check
        self._port = port
        self._path = f"/{secrets.token_urlsafe(16)}"
        self._number = 0
        self._begun = 0
        self._news = asyncio.Condition()
        self._closing = False
        self.url = ""

    async def __aenter__(self) -> Self:
        """Start. Raises ListenError, ContentError and ModelError."""
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        await self._tell()
        await self._stack.aclose()

    async def _start(self, stack: AsyncExitStack) -> None:
        app = web.Application(client_max_size=MOST_BYTES, middlewares=[self._guard])
        path = self._path
        app.router.add_routes(
            [
                web.get(f"{path}/", self._page),
                web.get(f"{path}/state", self._state),
                web.get(f"{path}/news", self._events),
                web.get(f"{path}/items", self._items),
                web.get(f"{path}/item", self._item),
                web.post(f"{path}/do", self._do),
                web.post(f"{path}/restart", self._restart),
                web.static(f"{path}/static", STATIC),
                web.post(f"{path}/api/slack/api/{{method}}", self._slack_api),
                web.post(f"{path}/api/slack/respond/{{name}}", self._slack_respond),
                web.post(f"{path}/api/telegram/bot{{token}}/{{method}}", self._telegram_api),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        try:
            await web.TCPSite(runner, HOST, self._port).start()
        except OSError:
            raise ListenError(self._port) from None
        self._port = runner.addresses[0][1]
        address = f"http://{HOST}:{self._port}{self._path}"
        self.stage = Stage(f"{address}/api", self._root, self._read)  # before it is entered, it is called
        await stack.enter_async_context(self.stage)
        self.watch = await stack.enter_async_context(Watch(self.stage, self._root, self._check, self._tell))
        self.url = f"{address}/"

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Serve this machine's own pages only: a name that leads here from elsewhere is not ours."""
        if request.headers.get("Host") not in (f"{HOST}:{self._port}", f"localhost:{self._port}"):
            return web.Response(status=421, headers=HEADERS)
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return web.Response(status=403, headers=HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as refusal:
            refusal.headers.update(HEADERS)
            raise
        except (ValueError, TypeError, KeyError, AttributeError, msgspec.MsgspecError, RecursionError) as error:
            # Only the adapters call the fakes, in the right form; whoever else does is told that the form is not.
            response = web.Response(status=400, text=f"not what is expected here ({type(error).__name__})\n")
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    # What the page asks for

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _state(self, _request: web.Request) -> web.Response:
        stage, catalogue = self.stage, self.stage.conversation.catalogue
        now = {
            "number": self._number,
            "begun": self._begun,
            "timeline": stage.timeline,
            "content": self.watch.state,
            "profile": {lang: stage.telegram.profile(lang) for lang in catalogue},
            "shortcut": catalogue.edition(None).phrases.shortcut_answer,
            "username": USERNAME,
            "languages": list(catalogue),
        }
        return _json(now)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Tell the page each time that something has changed (server-sent events)."""
        stream = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await stream.prepare(request)
        told = -1
        with suppress(ConnectionError):  # the page was closed
            while not self._closing:
                async with self._news:
                    await self._news.wait_for(lambda: self._number != told or self._closing)  # noqa: B023
                    told = self._number
                await stream.write(f"data: {told}\n\n".encode())
        return stream

    async def _items(self, _request: web.Request) -> web.Response:
        catalogue = self.stage.conversation.catalogue
        found = {
            lang: [item._asdict() | {"key": item.key} for item in list_items(catalogue, lang)] for lang in catalogue
        }
        return _json(found)

    async def _item(self, request: web.Request) -> web.Response:
        asked, replies = request.query, self.stage.conversation.replies
        shown = show_item(asked.get("key", ""), asked.get("form", ""), asked.get("lang", ""), replies)
        return _json(shown) if shown is not None else web.Response(status=404)

    async def _do(self, request: web.Request) -> web.Response:
        try:
            deed = msgspec.json.decode(await request.read(), type=Deed)
            turn = await self.stage.do(deed)
        except msgspec.DecodeError:
            return web.Response(status=400)
        except DeedError:
            return web.Response(status=404)
        await self._tell()
        return _json({"turn": turn})

    async def _restart(self, _request: web.Request) -> web.Response:
        await self.stage.restart()
        self._begun += 1
        await self._tell()
        return web.Response(status=204)

    async def _tell(self) -> None:
        async with self._news:
            self._number += 1
            self._news.notify_all()

    # What the bot calls

    async def _slack_api(self, request: web.Request) -> web.Response:
        try:
            answer = self.stage.slack.answer(request.match_info["method"], await _arguments(request))
        except RefusalError as error:
            return _json({"ok": False, "error": str(error)})
        return _json({"ok": True, **answer})

    async def _slack_respond(self, request: web.Request) -> web.Response:
        taken = self.stage.slack.respond(request.match_info["name"], await request.json())
        return web.Response(text="ok") if taken else web.Response(status=404)

    async def _telegram_api(self, request: web.Request) -> web.Response:
        try:
            result = self.stage.telegram.answer(request.match_info["method"], await _arguments(request))
        except RefusalError as error:
            return _json({"ok": False, "error_code": 400, "description": str(error)}, status=400)
        return _json({"ok": True, "result": result})


def _json(data: object, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(data), content_type="application/json", status=status)


async def _arguments(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if request.content_type == "application/json":
        arguments: dict[str, Any] = json.loads(text or "{}")
    else:
        arguments = dict(parse_qsl(text, keep_blank_values=True))
    return {
        name: json.loads(value) if name in _ENCODED and isinstance(value, str) else value
        for name, value in arguments.items()
    }
