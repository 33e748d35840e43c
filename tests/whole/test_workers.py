"""``serve`` with two workers, as real processes: they serve, stop, renew and count as one."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.deployment import MAY_READ, BotProcess, copy_content, deliver
from tests.fakes.servers import RedisServer
from tests.fakes.slack.api import SlackApi
from tests.fakes.telegram.api import TelegramApi
from tests.fakes.warm import Warm
from tests.tools.hangguard import HANG_GUARD
from tests.whole.test_processes import Rig, chat_of

pytestmark = [
    pytest.mark.redis,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell a process's children"),
]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_content(tmp_path_factory.mktemp("workers"))


@pytest.fixture
async def rig(tmp_path: Path, content: Path, warm: Warm) -> AsyncIterator[Rig]:
    # A connection for each request: so both workers get some.
    limits = httpx.Limits(max_keepalive_connections=0)
    client = httpx.AsyncClient(timeout=HANG_GUARD, limits=limits)
    async with SlackApi() as slack, TelegramApi() as telegram, client:
        rig = Rig(slack, telegram, tmp_path, content, client, warm)
        try:
            yield rig
        finally:
            for process in rig.processes:
                await process.end(signal.SIGKILL)


@pytest.fixture
async def machine(rig: Rig, redis_server: RedisServer) -> AsyncIterator[BotProcess]:
    made = rig.process(REDIS_URL=redis_server.url, WEB_CONCURRENCY="2")
    async with made:
        await until_children(made, 2)
        yield made


def children_of(machine: BotProcess) -> set[int]:
    assert machine.process is not None
    pid = machine.process.pid
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


async def until_children(machine: BotProcess, count: int, without: frozenset[int] = frozenset()) -> set[int]:
    """Wait until there are ``count`` workers, none of them in ``without``, and one of them serves."""
    async with asyncio.timeout(HANG_GUARD):
        while len(found := children_of(machine)) != count or found & without:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.01)
        return found


async def counted(rig: Rig, machine: BotProcess, name: str, count: float) -> None:
    """Wait until the meters called ``name`` come to ``count``, and see that they do not go beyond."""
    async with asyncio.timeout(HANG_GUARD):
        while (found := sum_of(await meters(rig, machine), name)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert found == count


async def meters(rig: Rig, machine: BotProcess) -> str:
    return (await rig.client.get(f"{machine.url}/metrics", headers=MAY_READ)).text


def sum_of(text: str, name: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


async def test_workers_serve_and_count_as_one(rig: Rig, machine: BotProcess) -> None:
    events = await rig.events(24)
    # Each event twice at the same moment: whichever worker gets the second knows of the first.
    await asyncio.gather(*(rig.acknowledged(machine, event) for event in events for _ in range(2)))
    await rig.until(len(events))
    assert rig.answers() == {chat_of(event): 1 for event in events}
    await counted(rig, machine, "faqbot_replies_total", len(events))
    assert sum_of(await meters(rig, machine), "faqbot_store_healthy") == 1


async def test_a_killed_worker_is_replaced_and_what_it_counted_stays(rig: Rig, machine: BotProcess) -> None:
    events = await rig.events(12)
    await asyncio.gather(*(rig.acknowledged(machine, event) for event in events))
    await counted(rig, machine, "faqbot_replies_total", len(events))
    killed = children_of(machine)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    await until_children(machine, 2, frozenset(killed))
    await counted(rig, machine, "faqbot_replies_total", len(events))
    more = await rig.events(4)
    await asyncio.gather(*(rig.acknowledged(machine, event) for event in more))
    await rig.until(len(events) + len(more))
    assert "worker died" in machine.log.read_text()


async def test_new_content_comes_with_new_workers_and_nothing_is_lost(rig: Rig, machine: BotProcess) -> None:
    before = frozenset(children_of(machine))
    assert machine.process is not None
    events = await rig.events(30)
    sending = [asyncio.create_task(rig.acknowledged(machine, event)) for event in events]
    machine.process.send_signal(signal.SIGHUP)
    await until_children(machine, 2, before)
    await asyncio.gather(*sending)
    assert rig.answers() == {chat_of(event): 1 for event in events}
    await counted(rig, machine, 'faqbot_reloads_total{outcome="ok"}', 1)
    await counted(rig, machine, "faqbot_replies_total", len(events))


async def test_content_with_mistakes_is_not_taken_up(rig: Rig, redis_server: RedisServer, tmp_path: Path) -> None:
    rig.content = copy_content(tmp_path / "broken")
    async with rig.process(REDIS_URL=redis_server.url, WEB_CONCURRENCY="2") as machine:
        before = await until_children(machine, 2)
        (rig.content / "laws.yaml").write_text("- nothing\n")
        assert machine.process is not None
        machine.process.send_signal(signal.SIGHUP)
        await counted(rig, machine, 'faqbot_reloads_total{outcome="kept old"}', 1)
        assert children_of(machine) == before


async def test_a_stop_under_load_stops_all_and_answers_what_was_acknowledged(rig: Rig, machine: BotProcess) -> None:
    workers = children_of(machine)
    events = await rig.events(40)
    answers: list[int] = []

    async def send(event: dict[str, object]) -> None:
        if await deliver(rig.client, machine.url, event) == 200:
            answers.append(1)

    sending = [asyncio.create_task(send(event)) for event in events]
    await rig.until(3)
    assert await machine.end(signal.SIGTERM) == 0
    await asyncio.gather(*sending)
    assert 0 < len(answers) <= rig.answers().total()
    assert set(rig.answers().values()) == {1}
    assert not any(map(is_alive, workers))


async def test_workers_end_with_their_supervisor(machine: BotProcess) -> None:
    workers = children_of(machine)
    await machine.end(signal.SIGKILL)
    async with asyncio.timeout(HANG_GUARD):
        while any(is_alive(pid) for pid in workers):  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_what_keeps_a_worker_from_starting_ends_all(rig: Rig, redis_server: RedisServer) -> None:
    machine = rig.process(
        REDIS_URL=redis_server.url,
        WEB_CONCURRENCY="2",
        TELEGRAM_BOT_TOKEN="1:no-such-token-0123456789",
        SLACK_SIGNING_SECRET="",
    )
    with pytest.raises(AssertionError):
        await machine.start()
    said = machine.log.read_text()
    assert "faqbot: TELEGRAM_BOT_TOKEN: Telegram refuses it" in said
    assert "Traceback" not in said
