"""A worker tells this machine, and nobody else, how it is: where a port is set."""

from __future__ import annotations

import asyncio
import io
import socket
import sys
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest

from bot.cli import serve, worker
from bot.dialogue.conversation import Conversation
from bot.logs import Lines
from bot.service.app import Services
from bot.service.ongoing import LAG_SECONDS
from bot.service.web.connections import ListenError
from bot.service.web.status import serve_status
from bot.settings import SettingsError, read_settings
from tests.bot.cli.test_worker import TELEGRAM, FakePlatform, Fakes
from tests.bot.service.test_meters import line_of
from tests.bot.service.web.test_server import Platform, make_services
from tests.fakes.clock import skip
from tests.tools.hangguard import HANG_GUARD


class Ready(FakePlatform):
    """A platform that is well."""

    async def ready(self) -> dict[str, str]:
        return {"telegram": "ok"}


@pytest.fixture
def port() -> int:
    """A port that was free just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def with_port(services: Services, port: int | None, **environ: str) -> Services:
    environ |= {"STATUS_PORT": str(port)} if port else {}
    return Services(
        read_settings(environ), services.conversation, services.desk, services.store, services.keys, services.metrics
    )


async def test_alive_ready_and_meters_are_there_while_it_lasts(conversation: Conversation, port: int) -> None:
    services = with_port(make_services(conversation), port)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        async with serve_status(services, [Platform("token refused")]):
            alive, ready, meters = [await client.get(path) for path in ("/healthz", "/readyz", "/metrics")]
            other = await client.get("/slack/events")
        with pytest.raises(httpx.ConnectError):
            await client.get("/healthz")
    assert (alive.status_code, ready.status_code, other.status_code) == (200, 503, 404)
    assert ready.json()["slack"] == "token refused"
    assert 'faqbot_dependency_up{dependency="slack"} 0.0' in meters.text


async def test_it_listens_on_this_machine_only(conversation: Conversation, port: int) -> None:
    async with serve_status(with_port(make_services(conversation), port), []):
        with socket.socket() as everywhere:
            everywhere.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Another address of this machine is free for the same port, which it would not be were all listened on.
            everywhere.bind(("127.0.0.2", port))


async def test_a_token_is_asked_for_here_too(conversation: Conversation, port: int) -> None:
    services = with_port(make_services(conversation), port, METRICS_TOKEN="secret-word")
    async with serve_status(services, []), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/metrics")).status_code == 401
        assert (await client.get("/metrics", headers={"Authorization": "Bearer secret-word"})).status_code == 200


async def test_a_name_that_leads_here_from_elsewhere_reads_no_meters(conversation: Conversation, port: int) -> None:
    """A page in a browser of this machine may have its own name lead here."""
    async with serve_status(with_port(make_services(conversation), port), []), httpx.AsyncClient() as client:
        for name, status in ((f"127.0.0.1:{port}", 200), (f"localhost:{port}", 200), ("rebound.example.org", 403)):
            answer = await client.get(f"http://127.0.0.1:{port}/metrics", headers={"Host": name})
            assert answer.status_code == status, name


@pytest.mark.parametrize(
    ("environ", "headers", "status"),
    [
        ({}, {"Host": "[::1]:8000"}, 200),
        ({}, {"Host": "localhost.example.org"}, 403),
        ({}, {"x-forwarded-for": "203.0.113.9"}, 403),
        ({}, {"x-forwarded-proto": "https"}, 403),
        ({}, {"via": "1.1 proxy"}, 403),
        ({"BEHIND_PROXY": "yes"}, {}, 403),
    ],
)
async def test_what_a_proxy_passes_on_reads_no_meters(
    conversation: Conversation, port: int, environ: dict[str, str], headers: dict[str, str], status: int
) -> None:
    services = with_port(make_services(conversation), port, **environ)
    async with serve_status(services, []), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_without_a_port_nothing_listens(conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.web.status.StatusServer", None)
    async with serve_status(with_port(make_services(conversation), None), []):
        pass


async def test_a_taken_port_is_named_with_its_setting(conversation: Conversation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ListenError, match=f"STATUS_PORT: cannot listen on {port}; end the program"):
            async with serve_status(with_port(make_services(conversation), port), []):
                pass


@pytest.mark.parametrize("value", ["0", "65536", "x"])
def test_a_port_that_is_none_is_refused_by_name(value: str) -> None:
    with pytest.raises(SettingsError, match="STATUS_PORT: must be a number from 1 to 65535"):
        read_settings({"STATUS_PORT": value})


async def test_a_worker_serves_it_with_its_platforms_and_ends_on_its_own_signal(
    conversation: Conversation,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fakes = Fakes(monkeypatch)
    telegram = sys.modules["bot.telegram.app"]
    monkeypatch.setattr(telegram, "TelegramApp", lambda _services: Ready("telegram", fakes.life, None))
    services, stop = with_port(make_services(conversation), port, **TELEGRAM), asyncio.Event()
    running = asyncio.create_task(worker.run_worker(services, stop))
    await fakes.until("telegram runs")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/readyz")).json() == {"ready": True, "content": "ok", "store": "ok", "telegram": "ok"}
    stop.set()
    async with asyncio.timeout(HANG_GUARD):
        await running
    assert fakes.life[-1] == "telegram left"


@pytest.mark.leaping
async def test_a_workers_meters_tell_how_late_its_loop_is(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    services, shown = make_services(conversation), []

    async def stall(_services: Services) -> None:
        await asyncio.sleep(LAG_SECONDS / 2)
        skip(1)
        await asyncio.sleep(LAG_SECONDS)
        shown.append(line_of(services.metrics, "faqbot_loop_lag_seconds"))

    monkeypatch.setattr(worker, "run_worker", stall)
    monkeypatch.setattr(serve, "open_services", lambda *_: nullcontext(services))
    await serve._run(services.settings, tmp_path, Lines(io.StringIO()))
    assert shown[0] > 0.2
