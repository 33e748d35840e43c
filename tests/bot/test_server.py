"""The web server: health, readiness, metrics, what it refuses unread, and when it acknowledges."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.dialogue.conversation import Conversation
from bot.errors import BotError
from bot.limits import BODY_BYTES
from bot.metrics import Metrics
from bot.service.background import BackgroundTasks
from bot.service.deduplication import Deduplicator
from bot.service.errand import current_errand
from bot.service.guard import RequestGuard
from bot.service.hold import HoldResponse
from bot.service.overload import LoopLag
from bot.service.server import ListenError, build_server, make_uvicorn
from bot.service.services import Services
from bot.service.slowheads import TimedHeads
from bot.settings import read_settings
from bot.state.limits import RateLimits
from bot.state.memorycounts import MemoryCounts
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from tests.fakes.servers import free_port

HANG_GUARD = 120.0


class SickStore(MemoryStore):
    """A store that says that it is away."""

    async def healthy(self) -> bool:
        return False


class Platform:
    """A platform that echoes the length of what it is sent, and is in the state it is told to be in."""

    def __init__(self, state: str = "ok") -> None:
        self.state = state
        self.entered = self.left = False

    async def __aenter__(self) -> Self:
        self.entered = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.left = True

    def routes(self) -> list[Route]:
        return [Route("/slack/events", self._echo, methods=["POST"])]

    async def ready(self) -> dict[str, str]:
        return {"slack": self.state}

    async def _echo(self, request: Request) -> Response:
        return Response(str(len(await request.body())))


def make_services(conversation: Conversation, store: MemoryStore | None = None) -> Services:
    keys, store = KeyMaker(b"tests"), store or MemoryStore()
    return Services(
        settings=read_settings({}),
        conversation=conversation,
        deduplicator=Deduplicator(store, keys),
        limits=RateLimits(MemoryCounts(), keys),
        metrics=Metrics("1.2", "content"),
        store=store,
    )


def client_for(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot")


async def test_health_depends_on_nothing(conversation: Conversation) -> None:
    app = build_server(make_services(conversation, SickStore()), [Platform("away")])
    async with client_for(app) as client:
        response = await client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")


@pytest.mark.parametrize(
    ("store", "state", "status", "shown"),
    [
        (MemoryStore(), "ok", 200, {"ready": True, "content": "ok", "store": "ok", "slack": "ok"}),
        (SickStore(), "ok", 200, {"ready": True, "content": "ok", "store": "degraded", "slack": "ok"}),
        (
            MemoryStore(),
            "token refused",
            503,
            {"ready": False, "content": "ok", "store": "ok", "slack": "token refused"},
        ),
    ],
)
async def test_readiness_names_the_state_of_each_thing(
    conversation: Conversation, store: MemoryStore, state: str, status: int, shown: dict[str, Any]
) -> None:
    async with client_for(build_server(make_services(conversation, store), [Platform(state)])) as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (status, shown)


async def test_metrics_are_prometheus_text_with_version_and_content(conversation: Conversation) -> None:
    services = make_services(conversation)
    services.metrics.reloaded("ok")
    async with client_for(build_server(services, [Platform()])) as client:
        response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'faqbot_info{content="content",version="1.2"} 1.0' in response.text
    assert "faqbot_store_healthy 1.0" in response.text
    assert 'faqbot_reloads_total{outcome="ok"} 1.0' in response.text


# What is refused before it is read


@asynccontextmanager
async def guarded(conversation: Conversation) -> AsyncIterator[tuple[httpx.AsyncClient, Services]]:
    services = make_services(conversation)
    async with client_for(build_server(services, [Platform()])) as client:
        yield client, services


def refusals(services: Services, reason: str) -> float:
    labels = {"platform": "http", "reason": reason}
    return services.metrics.registry.get_sample_value("faqbot_refused_requests_total", labels) or 0.0


async def test_a_body_of_one_mebibyte_passes_and_one_byte_more_does_not(conversation: Conversation) -> None:
    async with guarded(conversation) as (client, services):
        assert (await client.post("/slack/events", content=b"x" * BODY_BYTES)).text == str(BODY_BYTES)
        assert (await client.post("/slack/events", content=b"x" * (BODY_BYTES + 1))).status_code == 413
    assert refusals(services, "too large") == 1


async def test_a_body_without_a_declared_length_is_counted_as_it_comes(conversation: Conversation) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES // 65_536 + 1):
            yield b"x" * 65_536

    async with guarded(conversation) as (client, _):
        assert (await client.post("/slack/events", content=stream())).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999", "x"])
async def test_a_declared_length_that_is_none_is_refused(conversation: Conversation, length: str) -> None:
    async with guarded(conversation) as (client, _):
        response = await client.post("/slack/events", content=b"x", headers={"content-length": length})
    assert response.status_code == 413


async def test_too_many_header_fields_are_refused(conversation: Conversation) -> None:
    async with guarded(conversation) as (client, services):
        response = await client.get("/healthz", headers={f"x-{number}": "1" for number in range(70)})
    assert response.status_code == 431
    assert refusals(services, "headers") == 1


async def test_a_body_that_does_not_come_is_given_up() -> None:
    metrics = Metrics()

    async def receive() -> dict[str, Any]:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": []}
    await RequestGuard(Starlette(), metrics, seconds=0.01)(scope, receive, send)
    assert sent[0]["status"] == 408


async def test_a_sender_that_goes_away_in_the_middle_reaches_nobody(conversation: Conversation) -> None:
    messages = iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    async def app(*_: Any) -> None:
        pytest.fail("the application was called")

    async def send(_message: Any) -> None: ...

    scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": []}
    await RequestGuard(app, Metrics())(scope, receive, send)


async def test_a_head_that_comes_too_slowly_ends_the_connection(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimedHeads, "head_seconds", 0.1)
    port = free_port()
    server = make_uvicorn(build_server(make_services(conversation), [Platform()]), port)
    running = asyncio.create_task(server.serve())
    async with asyncio.timeout(HANG_GUARD):
        reader, writer = await _connect(port)
        # A whole request first: the limit also holds for the next one on the same connection.
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n")
        assert b"200" in await reader.readline()
        await reader.readuntil(b"ok\n")
        writer.write(b"GET /healthz HTTP/1.1\r\nHost:")
        assert await reader.read() == b""
        writer.close()
        silent, silent_writer = await _connect(port)
        assert await silent.read() == b""
        silent_writer.close()
        server.should_exit = True
        await running


async def _connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)


# When it acknowledges


class Working:
    """An application that starts work in the background and responds at once."""

    def __init__(self) -> None:
        self.tasks = BackgroundTasks()
        self.gate = asyncio.Event()
        self.done = False
        self.requests: list[str] = []

    def app(self, seconds: float, **more: Any) -> HoldResponse:
        return HoldResponse(
            Starlette(routes=[Route("/slack/events", self._take, methods=["POST"])]), {"/slack/": seconds}, **more
        )

    async def _take(self, _request: Request) -> Response:
        self._note()
        self.tasks.start(self._work())
        return Response()

    async def _work(self) -> None:
        await self.gate.wait()
        self._note()
        self.done = True

    def _note(self) -> None:
        errand = current_errand()
        assert errand is not None
        assert structlog.contextvars.get_contextvars()["request"] == errand.request
        self.requests.append(errand.request)


async def test_the_acknowledgement_waits_for_the_answer() -> None:
    working = Working()
    async with client_for(working.app(HANG_GUARD)) as client:
        request = asyncio.create_task(client.post("/slack/events"))
        while not working.tasks:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)
        assert not request.done()
        working.gate.set()
        assert (await request).status_code == 200
    assert working.done


async def test_what_is_not_answered_in_time_is_not_acknowledged_but_finished() -> None:
    working, metrics = Working(), Metrics()
    async with client_for(working.app(0.05, metrics=metrics)) as client:
        response = await client.post("/slack/events", json={})
    assert (response.status_code, response.headers["retry-after"], response.content) == (503, "1", b"")
    labels = {"platform": "http", "reason": "unanswered"}
    assert metrics.registry.get_sample_value("faqbot_refused_requests_total", labels) == 1
    assert not working.done
    working.gate.set()
    assert await working.tasks.drain() == 0
    assert working.done


async def test_what_the_platform_sends_only_once_is_acknowledged_before_it_gives_up() -> None:
    working = Working()
    async with client_for(working.app(0.05)) as client:
        assert (await client.post("/slack/events", data={"command": "/faq"})).status_code == 200
    working.gate.set()
    assert await working.tasks.drain() == 0


async def test_a_process_that_stops_gives_back_what_it_cannot_answer_in_time_and_leaves_it_to_the_next() -> None:
    working, stopping = Working(), asyncio.Event()
    async with client_for(working.app(0.05, stopping=stopping)) as client:
        stopping.set()
        assert (await client.post("/slack/events", json={})).status_code == 503
    working.gate.set()
    assert await working.tasks.drain() == 0
    assert not working.done


async def test_a_process_that_stops_acknowledges_what_is_sent_only_once_and_answers_it() -> None:
    working, stopping = Working(), asyncio.Event()
    async with client_for(working.app(0.05, stopping=stopping)) as client:
        stopping.set()
        assert (await client.post("/slack/events", data={"command": "/faq"})).status_code == 200
    working.gate.set()
    assert await working.tasks.drain() == 0
    assert working.done


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_tells_whoever_acknowledges(conversation: Conversation, name: signal.Signals) -> None:
    app = build_server(make_services(conversation), [Platform()])
    server = make_uvicorn(app, free_port())
    assert not app.state.stopping.is_set()
    server.handle_exit(name, None)
    assert app.state.stopping.is_set()
    assert server.should_exit


async def test_an_application_that_says_nothing_is_not_waited_for_nor_is_its_tidying_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.service.hold.GRACE_SECONDS", 0.05)
    statuses, tidied = asyncio.Queue[int](), asyncio.Event()

    async def hang(*_: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await tidied.wait()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            await statuses.put(message["status"])

    async def receive() -> Any: ...

    scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": []}
    request = asyncio.create_task(HoldResponse(hang, {"/slack/": 0.05})(scope, receive, send))
    async with asyncio.timeout(HANG_GUARD):
        assert await statuses.get() == 503
        assert not request.done()
        tidied.set()
        await request
    assert statuses.empty()


async def test_what_no_platform_sends_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.hold.GRACE_SECONDS", 0.0)

    async def slow(_request: Request) -> Response:
        await asyncio.sleep(0.05)
        return Response()

    routes = [Route("/slack/oauth_redirect", slow), Route("/other", slow, methods=["POST"])]
    async with client_for(HoldResponse(Starlette(routes=routes), {"/slack/": 0.01})) as client:
        assert (await client.get("/slack/oauth_redirect")).status_code == 200
        assert (await client.post("/other")).status_code == 200


async def test_a_request_and_its_work_share_an_id_that_no_other_has() -> None:
    working = Working()
    working.gate.set()
    async with client_for(working.app(HANG_GUARD)) as client:
        for _ in range(2):
            await client.post("/slack/events")
    first, first_work, second, second_work = working.requests
    assert first == first_work != second == second_work


async def test_the_platforms_are_entered_and_left_with_the_server(conversation: Conversation) -> None:
    platform = Platform()
    app = build_server(make_services(conversation), [platform])
    async with app.router.lifespan_context(app):
        assert platform.entered
        assert not platform.left
    assert platform.left


class Refused(Platform):
    """A platform that cannot start."""

    async def __aenter__(self) -> Self:
        raise BotError("TELEGRAM_BOT_TOKEN: refused")


async def test_what_keeps_a_platform_from_starting_is_raised_and_not_only_logged(conversation: Conversation) -> None:
    port = free_port()
    server = make_uvicorn(build_server(make_services(conversation), [Refused()]), port)
    with pytest.raises(BotError, match=r"^TELEGRAM_BOT_TOKEN: refused$"):
        await server.serve()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_port_that_is_taken_is_named(conversation: Conversation) -> None:
    platform = Platform()
    taken = await asyncio.start_server(lambda *_: None, "0.0.0.0", 0)  # noqa: S104 - where the bot listens
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        server = make_uvicorn(build_server(make_services(conversation), [platform]), port)
        with pytest.raises(ListenError, match=f"PORT: cannot listen on {port}"):
            await server.serve()
    assert platform.left


async def test_what_could_not_be_answered_in_time_is_asked_for_again_later() -> None:
    working, lag, metrics = Working(), LoopLag(), Metrics()
    working.gate.set()
    routes = [Route("/slack/events", working._take, methods=["POST"]), Route("/healthz", working._take)]
    app = HoldResponse(Starlette(routes=routes), {"/slack/": HANG_GUARD}, lag, metrics)
    async with client_for(app) as client:
        assert (await client.post("/slack/events")).status_code == 200
        lag.seconds = 1.0
        refused = await client.post("/slack/events")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert (await client.get("/healthz")).status_code == 200
    labels = {"platform": "http", "reason": "overload"}
    assert metrics.registry.get_sample_value("faqbot_refused_requests_total", labels) == 1


async def test_a_loop_that_stalls_again_and_again_is_overloaded_and_recovers() -> None:
    async with LoopLag(too_late=0.02) as lag:
        async with asyncio.timeout(HANG_GUARD):
            while not lag.too_much:
                time.sleep(0.1)  # noqa: ASYNC251 - this is the point
                await asyncio.sleep(0)
            while lag.too_much:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)
