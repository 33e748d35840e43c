"""Real ``serve`` processes: two on one Redis, stopped under load, killed and started again."""

from __future__ import annotations

import asyncio
import collections
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis.asyncio

from bot.service.ongoing import LEASE_SECONDS
from bot.state.retention import Kept
from bot.state.store import DONE
from tests.fakes.deployment import MAY_READ, BotProcess, copy_content, deliver, environ_for, slack_person
from tests.fakes.servers import RedisServer
from tests.fakes.slack import payloads
from tests.fakes.slack.api import SlackApi, limited, silent
from tests.fakes.telegram.api import Fault, TelegramApi
from tests.fakes.warm import Warm
from tests.tools.hangguard import HANG_GUARD


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_content(tmp_path_factory.mktemp("processes"))


@dataclass
class Rig:
    slack: SlackApi
    telegram: TelegramApi
    folder: Path
    content: Path
    client: httpx.AsyncClient
    warm: Warm | None
    processes: list[BotProcess] = field(default_factory=list)

    def process(self, **more: str) -> BotProcess:
        environ = environ_for(self.slack, self.telegram, **more)
        arguments = ("-m", "bot", "serve", "--content", str(self.content))
        made = BotProcess(environ, self.folder, arguments=arguments, warm=self.warm)
        self.processes.append(made)
        return made

    async def events(self, count: int, text: str = "5") -> list[dict[str, Any]]:
        """Return ``count`` questions, each of another person, half of them on each platform."""
        made: list[dict[str, Any]] = []
        for number in range(count):
            if number % 2:
                user, channel = slack_person(self.slack)
                made.append(payloads.direct(text, user=user, channel=channel))
            else:
                await self.telegram.world.says(self.telegram.world.person(f"P{number}"), text)
                made.append(self.telegram.world.updates.pop())
        return made

    def answers(self) -> collections.Counter[str]:
        """Return how many messages each chat has got."""
        posts = [call.args["channel"] for call in self.slack.called("chat.postMessage") if call.error is None]
        return collections.Counter([*posts, *(str(sent["chat_id"]) for sent in self.telegram.made("sendMessage"))])

    async def acknowledged(self, machine: BotProcess, event: dict[str, Any]) -> None:
        """Deliver an event as a platform does: again, until it is taken."""
        async with asyncio.timeout(HANG_GUARD):
            while await deliver(self.client, machine.url, event) != 200:
                pass

    async def until(self, count: int) -> None:
        """Wait until ``count`` messages have been sent."""
        async with asyncio.timeout(HANG_GUARD):
            while self.answers().total() < count:  # noqa: ASYNC110 - two servers announce it
                await asyncio.sleep(0.01)


@pytest.fixture
async def rig(tmp_path: Path, content: Path, warm: Warm) -> AsyncIterator[Rig]:
    async with SlackApi() as slack, TelegramApi() as telegram, httpx.AsyncClient(timeout=HANG_GUARD) as client:
        rig = Rig(slack, telegram, tmp_path, content, client, warm)
        try:
            yield rig
        finally:
            for process in rig.processes:
                await process.end(signal.SIGKILL)


def chat_of(event: dict[str, Any]) -> str:
    """Return the chat that an event's answer goes to."""
    return str(event["message"]["chat"]["id"]) if "update_id" in event else event["event"]["channel"]


@pytest.mark.redis
async def test_two_machines_answer_each_event_once_and_know_what_was_said(rig: Rig, redis_server: RedisServer) -> None:
    async with rig.process(REDIS_URL=redis_server.url) as one, rig.process(REDIS_URL=redis_server.url) as other:
        events = await rig.events(12)
        # Every event goes to both machines at the same moment.
        await asyncio.gather(*(rig.acknowledged(machine, event) for event in events for machine in (one, other)))
        await rig.until(len(events))
        assert rig.answers() == {chat_of(event): 1 for event in events}
        # A follow-up goes to the machine that did not answer, whichever it was: so to each once.
        slack = [event for event in events if "update_id" not in event]
        follow = [
            payloads.direct("tell me more", user=event["event"]["user"], channel=chat_of(event)) for event in slack
        ]
        for number, event in enumerate(follow):
            await rig.acknowledged((one, other)[number % 2], event)
        await rig.until(len(events) + len(follow))
        texts = [call.args["text"] for call in rig.slack.called("chat.postMessage")]
        assert len({text.partition("\n")[0] for text in texts[-len(follow) :]}) == 1, "all about the same topic"
        assert all("Who checks" in text for text in texts[-len(follow) :])


async def test_a_stop_under_load_answers_all_that_was_acknowledged(rig: Rig) -> None:
    machine = rig.process()
    await machine.start()
    events = await rig.events(40)
    sending = [asyncio.create_task(deliver(rig.client, machine.url, event)) for event in events]
    await rig.until(3)
    code = await machine.end(signal.SIGTERM)
    statuses = await asyncio.gather(*sending)
    assert code == 0
    assert set(statuses) <= {0, 200, 503}
    acknowledged = {chat_of(event) for event, status in zip(events, statuses, strict=True) if status == 200}
    assert acknowledged
    assert acknowledged <= set(rig.answers())
    assert set(rig.answers().values()) == {1}
    assert "unfinished" not in machine.log.read_text()


async def let_taken_time_out(server: RedisServer) -> None:
    """Let the seconds pass for which a dead process's events stay taken, by moving their ends to now."""
    async with redis.asyncio.Redis.from_url(server.url) as client:
        keys = [key async for key in client.scan_iter(f"*{Kept.SEEN}:*")]
        taken = [key for key in keys if await client.get(key) != DONE]
        assert taken
        for key in taken:
            assert 0 < await client.pttl(key) <= LEASE_SECONDS * 1000
            await client.pexpire(key, 1)


@pytest.mark.parametrize("shared", [False, pytest.param(True, marks=pytest.mark.redis)], ids=["memory", "redis"])
async def test_after_a_kill_what_was_not_acknowledged_is_answered_when_it_comes_again(
    rig: Rig, shared: bool, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("redis_server") if shared else None
    more = {"REDIS_URL": server.url} if server else {}
    machine = rig.process(**more)
    await machine.start()
    events = await rig.events(40)
    rig.telegram.fail("sendMessage", Fault(silent=True), Fault(silent=True))  # so that some are unanswered at the kill
    sending = [asyncio.create_task(deliver(rig.client, machine.url, event)) for event in events]
    await rig.until(3)
    await machine.end(signal.SIGKILL)
    statuses = await asyncio.gather(*sending)
    rig.telegram.faults.clear()  # what the kill came before must not meet the next process: it would count as sent
    sent = rig.answers()
    waiting = [event for event, status in zip(events, statuses, strict=True) if status != 200]
    assert waiting
    assert all(chat_of(event) in sent for event in events if event not in waiting), "acknowledged means answered"
    if server:
        await let_taken_time_out(server)
    await machine.start()
    await asyncio.gather(*(rig.acknowledged(machine, event) for event in waiting))
    await rig.until(sum((sent | collections.Counter(chat_of(event) for event in waiting)).values()))
    async with asyncio.timeout(HANG_GUARD):
        while len(rig.answers()) < len(events):  # noqa: ASYNC110 - two servers announce it
            await asyncio.sleep(0.01)
    assert await machine.end(signal.SIGTERM) == 0
    # Twice only where it had been sent before the kill, but not recorded.
    twice = {chat for chat, count in rig.answers().items() if count > 1}
    assert max(rig.answers().values()) <= 2
    assert twice <= set(sent)


async def test_a_kill_loses_nothing_that_took_longer_to_answer_than_the_platforms_wait(rig: Rig) -> None:
    async with rig.process() as machine:
        rig.slack.faults["chat.postMessage"].append(silent())
        rig.telegram.fail("sendMessage", Fault(silent=True))
        events = await rig.events(2)
        statuses = await asyncio.gather(*(deliver(rig.client, machine.url, event) for event in events))
        assert statuses == [503, 503], "not answered, so not acknowledged"
        await machine.end(signal.SIGKILL)
        assert rig.answers().total() == 0
        await machine.start()
        await asyncio.gather(*(rig.acknowledged(machine, event) for event in events))
        assert rig.answers() == {chat_of(event): 1 for event in events}


async def test_a_stop_gives_back_what_takes_too_long_and_the_next_process_answers_it(rig: Rig) -> None:
    machine = rig.process()
    await machine.start()
    rig.slack.faults["chat.postMessage"].append(silent())
    rig.telegram.fail("sendMessage", Fault(silent=True))
    events = await rig.events(2)
    sending = [asyncio.create_task(deliver(rig.client, machine.url, event)) for event in events]
    async with asyncio.timeout(HANG_GUARD):
        while rig.slack.faults["chat.postMessage"] or rig.telegram.faults["sendMessage"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await machine.end(signal.SIGTERM) == 0
    assert await asyncio.gather(*sending) == [503, 503], "not answered, so not acknowledged"
    assert rig.answers().total() == 0
    assert "unfinished" not in machine.log.read_text()
    await machine.start()
    await asyncio.gather(*(rig.acknowledged(machine, event) for event in events))
    assert rig.answers() == {chat_of(event): 1 for event in events}
    assert await machine.end(signal.SIGTERM) == 0


async def test_a_redelivery_is_acknowledged_with_the_answer_that_was_on_its_way(rig: Rig) -> None:
    rig.slack.faults["chat.postMessage"].append(limited(2))
    async with rig.process() as machine:
        _, event = await rig.events(2)
        statuses = [await deliver(rig.client, machine.url, event)]
        async with asyncio.timeout(HANG_GUARD):
            while statuses[-1] != 200:
                statuses.append(await deliver(rig.client, machine.url, event))
        assert rig.answers() == {chat_of(event): 1}, "acknowledged means answered"
        assert set(statuses[:-1]) == {503}


async def test_a_hangup_reloads_and_the_process_goes_on(rig: Rig, tmp_path: Path) -> None:
    content = copy_content(tmp_path)
    rig.content = content
    entry = content / "en" / "entries" / "05-oversight.yaml"
    async with rig.process() as machine:
        before = await _content(rig, machine)
        text = entry.read_text()
        entry.write_text(text.replace("title:", "titel:", 1))
        await _hang_up(machine, "new content refused")
        assert await _content(rig, machine) == before
        entry.write_text(text.replace("short_title: ", "short_title: My ", 1))
        await _hang_up(machine, "content reloaded")
        assert await _content(rig, machine) != before


async def test_a_hangup_during_the_start_does_not_end_it(rig: Rig) -> None:
    rig.warm = None
    machine = rig.process()
    starting = asyncio.create_task(machine.__aenter__())
    try:
        async with asyncio.timeout(HANG_GUARD):
            while machine.process is None or not _holds_hangups(machine.process.pid):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            machine.process.send_signal(signal.SIGHUP)
            await starting
            while "content reloaded" not in machine.log.read_text():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        await asyncio.gather(starting, return_exceptions=True)
        await machine.end(signal.SIGKILL)


def _holds_hangups(pid: int) -> bool:
    """Say whether a process lets SIGHUP wait (the first bit of its mask)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return any(line.startswith("SigBlk:") and int(line.split()[1], 16) & 1 for line in lines)


async def _content(rig: Rig, machine: BotProcess) -> str:
    lines = (await rig.client.get(f"{machine.url}/metrics", headers=MAY_READ)).text.splitlines()
    return next(line for line in lines if line.startswith("faqbot_info"))


async def _hang_up(machine: BotProcess, event: str) -> None:
    assert machine.process is not None
    machine.process.send_signal(signal.SIGHUP)
    async with asyncio.timeout(HANG_GUARD):
        while event not in machine.log.read_text():  # noqa: ASYNC110 - a process's log
            await asyncio.sleep(0.02)
