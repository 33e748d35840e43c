"""The web server: health, readiness, metrics, what it refuses unread, and when it acknowledges."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Self, cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.dialogue.conversation import Conversation
from bot.metrics import Metrics
from bot.service.app import Services
from bot.service.desk import Desk
from bot.service.ongoing import LAG_SECONDS, LoopLag
from bot.service.web.connections import Connections, ListenError, TimedHeads
from bot.service.web.http import BODY_BYTES, Awaited, Crowd, RequestGuard, source_of
from bot.service.web.server import HttpServer, build_server
from bot.service.web.status import expired
from bot.settings import BotError, read_settings
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.schema.timeline import changes
from tests.fakes.clock import skip
from tests.fakes.deployment import MAY_READ, METRICS_TOKEN
from tests.fakes.servers import free_port
from tests.tools.hangguard import HANG_GUARD


class SickStore(MemoryStore):
    """A store that says that it is away."""

    async def healthy(self) -> bool:
        return False


class Platform:
    """A platform that echoes the length of what it is sent, and is in the state it is told to be in."""

    def __init__(self, state: str = "ok") -> None:
        self.state = state
        self.entered = self.left = self.stopping = False

    async def __aenter__(self) -> Self:
        self.entered = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self.left = True

    def routes(self) -> list[Route]:
        return [Route("/slack/events", self._echo, methods=["POST"])]

    def stop(self) -> None:
        self.stopping = True

    async def ready(self) -> dict[str, str]:
        return {"slack": self.state}

    async def _echo(self, request: Request) -> Response:
        return Response(str(len(await request.body())))


def make_services(conversation: Conversation, store: MemoryStore | None = None) -> Services:
    metrics = Metrics("1.2", "content")
    desk = Desk(conversation, None, metrics)
    return Services(read_settings({}), conversation, desk, store or MemoryStore(), KeyMaker(b"tests"), metrics)


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
    services = replace(make_services(conversation), settings=read_settings({"METRICS_TOKEN": METRICS_TOKEN}))
    services.metrics.reloaded("ok")
    async with client_for(build_server(services, [Platform()])) as client:
        response = await client.get("/metrics", headers=MAY_READ)
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'faqbot_info{content="content",version="1.2"} 1.0' in response.text
    assert "faqbot_store_healthy 1.0" in response.text
    assert 'faqbot_reloads_total{outcome="ok"} 1.0' in response.text


# What is refused before it is read


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


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


@pytest.mark.leaping
async def test_a_body_that_does_not_come_is_given_up() -> None:
    metrics = Metrics()

    async def receive() -> dict[str, Any]:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": []}
    await RequestGuard(Starlette(), metrics)(scope, receive, send)
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


@asynccontextmanager
async def serving(conversation: Conversation) -> AsyncIterator[Callable[[], Awaitable[Streams]]]:
    """Serve while the context lasts; gives what connects to it."""
    port = free_port()
    server = HttpServer(build_server(make_services(conversation), [Platform()]), port)
    running = asyncio.create_task(server.serve())
    async with asyncio.timeout(HANG_GUARD):
        yield partial(_connect, port)
        server.should_exit = True
        await running


async def test_a_head_that_comes_too_slowly_ends_the_connection(conversation: Conversation) -> None:
    async with serving(conversation) as connect:
        reader, writer = await connect()
        # A whole request first: the limit also holds for the next one on the same connection.
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n")
        assert b"200" in await reader.readline()
        await reader.readuntil(b"ok\n")
        writer.write(b"GET /healthz HTTP/1.1\r\nHost:")
        assert await _seconds_until_its_end(reader) < 2 * TimedHeads.head_seconds
        writer.close()
        silent, silent_writer = await connect()
        assert await _seconds_until_its_end(silent) < 2 * TimedHeads.head_seconds
        silent_writer.close()


@pytest.mark.parametrize("drip", [b"\r\n", b"X: 1\r\n"])
async def test_what_is_no_whole_head_has_no_more_time_for_coming_in_drops(
    conversation: Conversation, drip: bytes
) -> None:
    async with serving(conversation) as connect:
        reader, writer = await connect()
        writer.write(b"" if drip == b"\r\n" else b"GET / HTTP/1.1\r\n")
        with suppress(ConnectionError):
            assert await _seconds_until_its_end(reader, writer, drip) < 2 * TimedHeads.head_seconds
        writer.close()


async def _seconds_until_its_end(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None = None, drip: bytes = b""
) -> float:
    """Let a second pass, again and again, until the connection has ended; return how many that took."""
    seconds = 0.0
    while not reader.at_eof():
        if writer is not None:
            writer.write(drip)
            await writer.drain()
        await asyncio.sleep(0.01)
        skip(1.0)
        seconds += 1.0
    assert await reader.read() == b""
    return seconds


async def test_a_head_without_end_is_not_read(conversation: Conversation) -> None:
    async with serving(conversation) as connect:
        reader, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\n")
        read = 0
        with suppress(ConnectionError):
            for _ in range(100):
                writer.write(b"X: " + b"1" * 10_000 + b"\r\n")
                await writer.drain()
            read = len(await reader.read())
        assert read < 1000
        assert reader.at_eof() or reader.exception()
        writer.close()


def test_a_head_has_ten_seconds() -> None:
    """Honest senders need one; and each connection that waits costs a file."""
    assert TimedHeads.head_seconds == 10.0


async def _connect(port: int) -> Streams:
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)


# Its life


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_tells_whoever_acknowledges(conversation: Conversation, name: signal.Signals) -> None:
    platform = Platform()
    app = build_server(make_services(conversation), [platform])
    server = HttpServer(app, free_port())
    assert not platform.stopping
    server.handle_exit(name, None)
    assert platform.stopping
    assert server.should_exit


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
    server = HttpServer(build_server(make_services(conversation), [Refused()]), port)
    with pytest.raises(BotError, match=r"^TELEGRAM_BOT_TOKEN: refused$"):
        await server.serve()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_port_that_is_taken_is_named(conversation: Conversation) -> None:
    platform = Platform()
    taken = await asyncio.start_server(lambda *_: None, "0.0.0.0", 0)  # noqa: S104 - where the bot listens
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        server = HttpServer(build_server(make_services(conversation), [platform]), port)
        with pytest.raises(ListenError, match=f"PORT: cannot listen on {port}"):
            await server.serve()
    assert platform.left


@pytest.mark.leaping
async def test_a_loop_that_stalls_again_and_again_is_overloaded_and_recovers() -> None:
    async with LoopLag() as lag:
        stalls = 0
        while not lag.too_much:
            skip(0.5)
            stalls += 1
            await asyncio.sleep(LAG_SECONDS)
        assert stalls > 1, "a single one is no overload"
        await asyncio.sleep(20 * LAG_SECONDS)
        assert not lag.too_much


@pytest.mark.parametrize(
    ("environ", "headers", "host", "status"),
    [
        ({}, {}, "127.0.0.1", 403),  # as a proxy on this machine asks that says nothing of itself
        ({}, {}, "203.0.113.9", 403),
        ({"METRICS_TOKEN": "tok3n"}, {"authorization": "Bearer tok3n", "Host": "bot.example.org"}, "203.0.113.9", 200),
        ({"BEHIND_PROXY": "yes", "METRICS_TOKEN": "tok3n"}, {"authorization": "Bearer tok3n"}, "127.0.0.1", 200),
        ({"METRICS_TOKEN": "tok3n"}, {}, "127.0.0.1", 401),
        ({"METRICS_TOKEN": "tok3n"}, {"authorization": "Bearer other"}, "203.0.113.9", 401),
        ({"METRICS_TOKEN": "tok3n"}, {"authorization": "Bearer tok3n"}, "203.0.113.9", 200),
    ],
)
async def test_strangers_read_no_meters(
    conversation: Conversation, environ: dict[str, str], headers: dict[str, str], host: str, status: int
) -> None:
    services = replace(make_services(conversation), settings=read_settings(environ))
    transport = httpx.ASGITransport(build_server(services, []), client=(host, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        assert (await client.get("/metrics", headers={"Host": "localhost:8000", **headers})).status_code == status


async def test_a_request_with_two_lengths_is_refused(conversation: Conversation) -> None:
    services = make_services(conversation)
    transport = httpx.ASGITransport(build_server(services, []))
    headers = {"content-length": "1", "transfer-encoding": "chunked"}
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        response = await client.post("/healthz", content=b"1", headers=headers)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: identity, chunked",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
        b"Content-Length: 4\r\nContent-Length: 40",
        b"Content-Length: +4",
    ],
)
async def test_what_two_servers_could_read_in_two_ways_is_refused_and_ends_the_connection(
    conversation: Conversation, lengths: bytes
) -> None:
    async with serving(conversation) as connect:
        reader, writer = await connect()
        hidden = b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n"
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: bot\r\n" + lengths + b"\r\n\r\n0\r\n\r\n" + hidden)
        answer = await reader.read()
        assert answer.split(b" ", 2)[1] in (b"400", b"413", b"501")
        assert answer.count(b"HTTP/1.1") == 1
        writer.close()


class Line:
    """A connection as far as the bound on connections looks at it."""

    def __init__(self, source: str = "1.2.3.4") -> None:
        self.source = source
        self.dropped = False

    def drop(self) -> None:
        self.dropped = True


def test_one_connection_too_many_takes_the_place_of_the_longest_silent_one() -> None:
    connections, lines = Connections(3), [Line() for _ in range(5)]
    made = cast("list[TimedHeads]", lines)
    for one in made[:3]:
        connections.made(one)
    connections.speaks(made[0])
    connections.made(made[3])
    assert [line.dropped for line in lines] == [False, True, False, False, False]
    connections.lost(made[1])
    connections.waits(made[0])
    connections.made(made[4])
    assert [line.dropped for line in lines] == [False, True, True, False, False]


class Hall:
    """Connections and their lines: one that is dropped is lost, as its transport tells."""

    def __init__(self, most: int, *, fair: bool) -> None:
        self.connections = Connections(most, fair=fair)
        self.lines: list[Line] = []

    def enter(self, source: str, *, speaks: bool = False) -> Line:
        line = Line(source)
        one = cast("TimedHeads", line)
        self.lines.append(line)
        self.connections.made(one)
        for gone in [line for line in self.lines if line.dropped]:
            self.lines.remove(gone)
            self.connections.lost(cast("TimedHeads", gone))
        if speaks and not line.dropped:
            self.connections.speaks(one)
        return line

    def of(self, source: str) -> int:
        return sum(line.source == source for line in self.lines)


def test_no_source_takes_more_than_half_of_all_connections() -> None:
    hall = Hall(6, fair=True)
    few = [hall.enter("1.1.1.1") for _ in range(2)]
    for speaks in (True, False, False, False, True, True):
        hall.enter("6.6.6.6", speaks=speaks)
    assert hall.of("6.6.6.6") == 3
    assert hall.enter("6.6.6.6").dropped, "those that speak are not ended for one that does not"
    assert not any(line.dropped for line in few)


def test_when_all_places_are_taken_who_has_most_makes_room() -> None:
    hall = Hall(6, fair=True)
    early = hall.enter("1.1.1.1")
    many = [hall.enter("6.6.6.6") for _ in range(3)]
    hall.enter("2.2.2.2")
    hall.enter("3.3.3.3")
    hall.enter("4.4.4.4")
    assert [line.dropped for line in (early, *many)] == [False, True, False, False]


def test_behind_a_proxy_one_source_may_have_all() -> None:
    hall = Hall(6, fair=False)
    for _ in range(9):
        hall.enter("10.0.0.1")
    assert hall.of("10.0.0.1") == 6


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("1.2.3.4", "1.2.3.4"),
        (" 1.2.3.4 ", "1.2.3.4"),
        ("255.249.199.0", "255.249.199.0"),
        ("256.2.3.4", ""),
        ("01.2.3.4", ""),
        ("1.2.3.4\n5", ""),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("unix:", ""),
        ("", ""),
    ],
)
def test_a_source_is_an_address_or_one_customers_network(address: str, source: str) -> None:
    assert source_of(address) == source


def test_no_address_is_remembered() -> None:
    """Nobody learns from the process who has called (docs/operate.md#what-is-kept)."""
    assert not hasattr(source_of, "cache_info")


@pytest.mark.leaping
@pytest.mark.parametrize(
    ("behind_proxy", "other", "served"),
    [(False, "9.9.9.9", 2), (True, "9.9.9.9", 3), (True, "5.5.5.5", 2), (True, "9.9.9.9, 5.5.5.5", 2)],
)
async def test_one_source_has_only_so_many_requests_under_way(behind_proxy: bool, other: str, served: int) -> None:
    """Two of one source wait for an answer; a third comes from the same address, said to be somebody else's."""
    going_on, statuses, metrics = asyncio.Event(), list[int](), Metrics()
    inside = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal inside
        inside += 1
        await going_on.wait()
        await Response("ok")(scope, receive, send)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    guard = RequestGuard(app, metrics, behind_proxy=behind_proxy, crowd=Crowd(4, 2))

    def request(source: str) -> asyncio.Task[None]:
        headers = [(b"x-forwarded-for", source.encode())]
        scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "client": ("10.0.0.1", 1)}
        return asyncio.create_task(guard(scope, receive, send))

    tasks = [request("5.5.5.5"), request("5.5.5.5"), request(other)]
    await asyncio.sleep(1.0)
    assert inside == served
    assert statuses == [503] * (3 - served)
    going_on.set()
    await asyncio.gather(*tasks)
    await request("5.5.5.5")
    assert statuses.count(200) == served + 1, "a place that was left is free again"


async def test_all_together_have_only_so_many_requests_under_way() -> None:
    crowd = Crowd(3, 2)
    with crowd.place("a") as one, crowd.place("b") as two, crowd.place("c") as three, crowd.place("d") as four:
        assert (one, two, three, four) == (True, True, True, False)
    with crowd.place("d") as free:
        assert free


async def test_a_body_that_is_awaited_for_longest_makes_room_for_the_next() -> None:
    awaited, given_up = Awaited(HANG_GUARD, most=3), list[str]()

    async def wait(source: str, name: str) -> None:
        try:
            await awaited.wait(source, asyncio.Event().wait())
        except TimeoutError:
            given_up.append(name)

    tasks = []
    for name in ("a1", "b1", "a2", "a3", "b2", "c1"):
        tasks.append(asyncio.create_task(wait(name[0], name)))
        await asyncio.sleep(0)
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert given_up == ["a1", "a2", "b1"]
    assert awaited._all == 0
    assert awaited._by_source == {}


async def test_a_body_that_comes_as_the_time_of_the_longest_awaited_runs_out_is_read() -> None:
    awaited, loop, late = Awaited(0.05, most=1), asyncio.get_running_loop(), list[asyncio.Task[str]]()

    async def read() -> str:
        return "read"

    first = asyncio.create_task(awaited.wait("a", asyncio.Event().wait()))
    await asyncio.sleep(0)
    (longest,) = awaited._by_source["a"]
    ends = longest.when()
    assert ends is not None
    # In the turn of the loop in which its time runs out, before it is told.
    loop.call_at(ends - 1e-7, lambda: late.append(loop.create_task(awaited.wait("b", read()))))
    with pytest.raises(TimeoutError):
        await first
    assert await late[0] == "read"
    assert awaited._all == 0
    assert awaited._by_source == {}


def test_what_has_ended_without_a_successor_is_counted(conversation: Conversation) -> None:
    reviewed = conversation.replies.reviewed
    lasting = [change for change in changes(reviewed) if not change.replaced]
    assert expired(reviewed, date.max) == len(lasting)
    assert expired(reviewed, date.min) == 0
