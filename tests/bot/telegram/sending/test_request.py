"""The transport to the Bot API: what goes out, and what each way of not getting an answer becomes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import ThreadedResolver, web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.settings import Secret, Settings
from bot.telegram.app import bot_parameters
from bot.telegram.client import AiohttpRequest, PerhapsSentError, proxy_for
from tests.fakes.clock import skip
from tests.tools.hangguard import HANG_GUARD

TOKEN = "1:token-that-nobody-may-see"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A server that does what ``answer`` does, and keeps what it was sent."""

    answer: Handler | None = None
    url = ""
    connections: set[object]

    def __init__(self) -> None:
        self.bodies: list[object] = []
        self.connections = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        self.bodies.append(await request.json())
        if self.answer is not None:
            return await self.answer(request)
        return web.json_response({"ok": True, "result": True})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    found = Server()
    app = web.Application()
    app.router.add_post("/{path:.*}", found.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
async def request_to_api() -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest(connections=2, read_seconds=HANG_GUARD, connect_seconds=HANG_GUARD)
    async with request:
        yield request


def bot_at(url: str, request: AiohttpRequest) -> Bot:
    return Bot(TOKEN, base_url=f"{url}/bot", request=request)


async def test_a_call_goes_out_as_one_json_object_with_nothing_encoded_twice(
    server: Server, request_to_api: AiohttpRequest
) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("ñ <b>", callback_data="t:oversight:es")]])
    await bot_at(server.url, request_to_api).edit_message_reply_markup(5, 7, reply_markup=keyboard)
    rows = [[{"text": "ñ <b>", "callback_data": "t:oversight:es"}]]
    assert server.bodies == [{"chat_id": 5, "message_id": 7, "reply_markup": {"inline_keyboard": rows}}]


async def test_no_more_connections_are_opened_than_allowed(server: Server, request_to_api: AiohttpRequest) -> None:
    bot = bot_at(server.url, request_to_api)
    await asyncio.gather(*(bot.delete_message(1, number) for number in range(20)))
    assert len(server.bodies) == 20
    assert len(server.connections) <= 2


async def test_silence_after_the_request_means_that_it_was_perhaps_done(
    server: Server, request_to_api: AiohttpRequest
) -> None:
    release = asyncio.Event()

    async def silent(_request: web.Request) -> web.StreamResponse:
        skip(HANG_GUARD + 1)
        await release.wait()
        return web.Response()

    server.answer = silent
    with pytest.raises(PerhapsSentError):
        await bot_at(server.url, request_to_api).delete_message(1, 1)
    release.set()


async def test_a_server_that_cannot_be_reached_is_a_network_error_that_does_not_quote_the_token(
    request_to_api: AiohttpRequest,
) -> None:
    with pytest.raises(NetworkError) as caught:
        await bot_at("http://127.0.0.1:1", request_to_api).delete_message(1, 1)
    assert not isinstance(caught.value, TimedOut)
    assert TOKEN not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_a_cut_connection_leaves_open_what_was_done(server: Server, request_to_api: AiohttpRequest) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    server.answer = cut
    with pytest.raises(PerhapsSentError):
        await bot_at(server.url, request_to_api).delete_message(1, 1)


async def test_a_proxy_that_does_not_pass_a_call_on_shows_that_it_has_not_arrived() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    for way in (refuse, cut):
        heads = list[bytes]()
        async with await asyncio.start_server(way, "127.0.0.1", 0) as proxy:
            port = proxy.sockets[0].getsockname()[1]
            async with AiohttpRequest(1, HANG_GUARD, HANG_GUARD, f"http://127.0.0.1:{port}") as request:
                with pytest.raises(NetworkError) as caught:
                    await bot_at("https://telegram.test", request).delete_message(1, 1)
        assert heads[0].startswith(b"CONNECT telegram.test:443 ")
        assert not isinstance(caught.value, PerhapsSentError)
        assert TOKEN not in repr(caught.value)


async def test_a_name_that_nobody_resolves_is_given_up_and_shows_that_the_call_has_not_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang(*_: object, **_more: object) -> None:
        skip(HANG_GUARD + 1)
        await asyncio.Event().wait()

    monkeypatch.setattr(ThreadedResolver, "resolve", hang)
    async with AiohttpRequest(1, 2 * HANG_GUARD, HANG_GUARD) as request:
        with pytest.raises(NetworkError) as caught:
            await bot_at("http://telegram.test", request).delete_message(1, 1)
    assert not isinstance(caught.value, PerhapsSentError)


async def test_refusals_keep_what_telegram_says_of_them(server: Server, request_to_api: AiohttpRequest) -> None:
    refusals = iter(
        [
            (429, {"description": "Too Many Requests", "parameters": {"retry_after": 9}}),
            (400, {"description": "Bad Request: message is not modified"}),
        ]
    )

    async def refuse(_request: web.Request) -> web.StreamResponse:
        status, body = next(refusals)
        return web.json_response({"ok": False, "error_code": status, **body}, status=status)

    server.answer = refuse
    bot = bot_at(server.url, request_to_api)
    with pytest.raises(RetryAfter) as flood:
        await bot.delete_message(1, 1)
    assert flood.value._retry_after.total_seconds() == 9
    with pytest.raises(BadRequest, match="not modified"):
        await bot.delete_message(1, 1)


NOT_TAKEN = {
    "a body cut short": b"HTTP/1.1 503 Unavailable\r\nContent-Length: 500\r\n\r\n<html>",
    "a chunk cut short": b"HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<html>",
    "a flood cut short": b'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 500\r\n\r\n{"ok": false',
    "packed badly": b"HTTP/1.1 500 Error\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "elsewhere": b"HTTP/1.1 302 Found\r\nLocation: /portal\r\nContent-Length: 0\r\n\r\n",
    "elsewhere as it is": b"HTTP/1.1 307 Redirect\r\nLocation: /portal\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("answer", NOT_TAKEN.values(), ids=NOT_TAKEN.keys())
async def test_a_status_that_refuses_shows_that_nothing_was_done_whatever_comes_with_it(
    answer: bytes, request_to_api: AiohttpRequest
) -> None:
    heads: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        portal = b'HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{"ok": true,"result": true}'
        writer.write(portal if b"/portal" in heads[-1] else answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NetworkError) as caught:
            await bot_at(f"http://127.0.0.1:{port}", request_to_api).delete_message(1, 1)
    assert not isinstance(caught.value, PerhapsSentError)
    assert len(heads) == 1, "no message goes elsewhere"


async def test_before_it_is_opened_and_after_it_is_closed_every_call_is_a_network_error(server: Server) -> None:
    request = AiohttpRequest(connections=1, read_seconds=1, connect_seconds=1)
    with pytest.raises(NetworkError, match="not connected"):
        await request.do_request(server.url, "POST")
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()
    with pytest.raises(NetworkError, match="not connected"):
        await request.do_request(server.url, "POST")


@pytest.mark.parametrize("url", ["https://api.telegram.org", "https://api.telegram.org/"])
def test_the_address_of_a_bot_is_that_of_the_api_with_or_without_a_slash(url: str) -> None:
    settings = Settings(telegram_bot_token=Secret(TOKEN), telegram_api_url=url)
    assert bot_parameters(settings, 1.0)["base_url"] == "https://api.telegram.org/bot"


def test_the_proxy_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert proxy_for("https://api.telegram.org") is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    assert proxy_for("https://api.telegram.org") == "http://proxy.test:3128"
    assert proxy_for("http://127.0.0.1:8081") is None
    monkeypatch.setenv("NO_PROXY", "api.telegram.org")
    assert proxy_for("https://api.telegram.org") is None
