"""The shared store goes away in every way that it can; answers go on, hardly later, and it is taken up again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.dialogue.message import Message
from bot.dialogue.reply import EntryReply
from bot.metrics import Metrics
from bot.service.inbox import Inbox, Result
from bot.state.batch import Batch
from bot.state.circuit import LONGEST_SECONDS, AwayError, Circuit
from bot.state.failover import ResilientStore, open_shared_store
from bot.state.limits import PERSON_LIMIT, RateLimits, Ruling
from bot.state.redis import open_redis
from bot.state.retention import KeyMaker
from bot.state.store import Count, Delete, Get, MemoryStore, Operation, Set, Window
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.bot.state.claims import claim, first
from tests.fakes.clock import skip
from tests.fakes.servers import RedisServer
from tests.tools.hangguard import HANG_GUARD

pytestmark = pytest.mark.leaping

CALL_SECONDS = 0.05


class Unreliable(MemoryStore):
    """A store that can be away, silent, or empty again."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.silent = False
        self.asked = 0
        self.gate = asyncio.Event()
        """What is written waits for it."""
        self.gate.set()

    async def run(self, *operations: Operation) -> list[Any]:
        await self._arrive()
        if any(isinstance(one, Set) for one in operations):
            await self.gate.wait()
        return await super().run(*operations)

    async def healthy(self) -> bool:
        await self._arrive()
        return True

    @property
    def holds_nothing(self) -> bool:
        return all(key.startswith("presence:") for key in self.keys())

    async def _arrive(self) -> None:
        self.asked += 1
        if self.silent:
            await asyncio.Event().wait()
        if self.away:
            raise ConnectionError

    async def __aexit__(self, *_: object) -> None: ...

    async def __aenter__(self) -> Self:
        return self


class Rig:
    def __init__(self) -> None:
        self.shared = Unreliable()
        self.metrics = Metrics()
        self.circuit = Circuit(self.shared.healthy, self.metrics, call_seconds=CALL_SECONDS, probe_seconds=0.01)
        self.store = ResilientStore(self.shared, self.circuit)

    async def recovers(self) -> None:
        self.shared.away = self.shared.silent = False
        await until(lambda: self.circuit.closed)

    @property
    def shown_healthy(self) -> bool:
        return self.metrics.registry.get_sample_value("faqbot_store_healthy") == 1


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(HANG_GUARD):
        while not condition():  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.005)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    async with made.store:
        yield made


async def test_while_it_is_away_everything_goes_on_in_memory(rig: Rig) -> None:
    await rig.store.set("before", b"1", 60)
    rig.shared.away = True
    assert await rig.store.get("before") == b"1"
    await rig.store.set("meanwhile", b"2", 60)
    assert await rig.store.get("meanwhile") == b"2"
    assert [await first(rig.store, "event", 60) for _ in range(2)] == [True, False]
    assert not await rig.store.healthy()
    assert not rig.shown_healthy


async def test_it_is_taken_up_again_by_itself_and_what_was_written_meanwhile_counts(rig: Rig) -> None:
    await rig.store.set("key", b"old", 60)
    rig.shared.away = True
    await rig.store.set("key", b"new", 60)
    await rig.recovers()
    assert rig.shown_healthy
    assert await rig.store.healthy()
    assert await rig.store.get("key") == b"new"
    await rig.store.set("key", b"newest", 60)
    assert await rig.shared.get("key") == b"newest"
    await rig.shared.set("key", b"of another machine", 60)
    assert await rig.store.get("key") == b"of another machine"


async def test_what_was_done_meanwhile_is_known_to_the_other_machines_afterwards(rig: Rig) -> None:
    """A delivery answered by one machine while Redis was away comes again, to another machine, when it is back."""
    rig.shared.away = True
    for number in range(500):
        await rig.store.set(f"delivery:{number}", b"done", 3_600)
    await rig.store.set("short", b"gone", 0)
    await rig.recovers()
    await until(lambda: not rig.store._ahead)
    assert [await rig.shared.get(f"delivery:{number}") for number in range(500)] == [b"done"] * 500
    assert await rig.shared.get("short") is None, "nothing lives longer for it"
    assert await claim(rig.store, "delivery:7", b"mine", 9) == b"done"


async def test_a_store_that_comes_back_empty_gets_back_what_is_known_but_where_it_has_something_newer(rig: Rig) -> None:
    """Redis was started anew and keeps nothing on disk: another machine is not to do again what was done before."""
    for number in range(500):
        await rig.store.set(f"delivery:{number}", b"done", 3_600)
    await rig.store.set("conversation", b"old", 900)
    await rig.store.run(Count((Window("counted", 60, 1),)))
    rig.shared.away = True
    await rig.store.set("meanwhile", b"1", 60)
    rig.shared.clear()
    await MemoryStore.run(rig.shared, Set("conversation", b"of another machine", 900))
    await rig.recovers()
    await until(lambda: not rig.store._ahead and not rig.store._lost)
    assert await rig.shared.get("delivery:7") == await rig.shared.get("delivery:499") == b"done"
    assert await rig.shared.get("conversation") == b"of another machine"
    assert await rig.shared.get("meanwhile") == b"1"
    assert await rig.shared.get("counted") is None


async def test_a_store_that_comes_back_as_it_was_gets_nothing_back_that_another_machine_has_deleted(rig: Rig) -> None:
    await rig.store.set("key", b"1", 60)
    rig.shared.away = True
    await rig.store.set("meanwhile", b"1", 60)
    await MemoryStore.run(rig.shared, Delete("key"))
    await rig.recovers()
    await until(lambda: not rig.store._ahead)
    assert await rig.shared.get("key") is None


async def test_what_is_written_while_the_old_is_written_back_is_not_overtaken_by_it(rig: Rig) -> None:
    rig.shared.away = True
    await rig.store.set("key", b"taken", 60)
    rig.shared.gate.clear()
    rig.shared.away = False
    await until(lambda: rig.store._going)
    newer = asyncio.create_task(rig.store.set("key", b"done", 60))
    other = asyncio.create_task(rig.store.get("another"))
    await asyncio.sleep(0.01)
    rig.shared.gate.set()
    await asyncio.gather(newer, other)
    assert await rig.shared.get("key") == b"done"
    assert await rig.store.get("key") == b"done"


async def test_several_things_cost_one_call_and_each_is_made_up_for_by_itself_while_it_is_away(rig: Rig) -> None:
    await rig.store.set("old", b"1", 60)
    asked = rig.shared.asked
    assert await rig.store.run(Get("old"), Set("new", b"2", 60), Get("nothing")) == [b"1", None, None]
    assert rig.shared.asked == asked + 1
    rig.shared.away = True
    assert await rig.store.run(Get("old"), Set("new", b"3", 60), Get("new")) == [b"1", None, b"3"]
    await rig.recovers()
    assert await rig.store.run(Get("old"), Get("new")) == [b"1", b"3"]


async def test_what_is_forgotten_while_it_is_away_is_forgotten_and_stays_so_when_it_is_back(rig: Rig) -> None:
    await rig.store.set("key", b"old", 60)
    rig.shared.away = True
    await rig.store.delete("key")
    assert await rig.store.get("key") is None
    rig.shared.away = False
    assert await rig.store.get("key") is None, "also before the probe has noticed that it is back"
    await rig.recovers()
    assert await rig.store.get("key") is None


async def test_limits_are_counted_in_memory_while_it_is_away(rig: Rig) -> None:
    rig.shared.away = True
    assert [await rig.store.count("me", 60, 2) > 0 for _ in range(3)] == [False, False, True]


async def test_what_was_deleted_meanwhile_is_deleted_there_too(rig: Rig) -> None:
    await rig.store.set("key", b"old", 60)
    rig.shared.away = True
    await rig.store.delete("key")
    await rig.recovers()
    await until(lambda: rig.shared.holds_nothing)
    assert await rig.store.get("key") is None
    assert await first(rig.store, "key", 60)


async def test_an_event_seen_stays_seen_when_the_shared_store_has_lost_it(rig: Rig) -> None:
    assert await first(rig.store, "event", 60)
    rig.shared.clear()
    assert not await first(rig.store, "event", 60)
    rig.shared.away = True
    assert not await first(rig.store, "event", 60)


async def test_silence_costs_one_short_wait_and_then_nothing() -> None:
    loop = asyncio.get_running_loop()
    rig = Rig()
    async with rig.store:
        rig.shared.silent = True
        begun = loop.time()
        assert await rig.store.get("key") is None
        assert loop.time() - begun == pytest.approx(CALL_SECONDS, rel=0.3)
        begun, asked = loop.time(), rig.shared.asked
        for _ in range(100):
            await rig.store.set("key", b"1", 60)
        assert loop.time() == begun
        assert rig.shared.asked == asked, "no call waits again"


async def test_failures_are_counted_by_name(rig: Rig) -> None:
    rig.shared.away = True
    await rig.store.get("key")
    labels = {"platform": "store", "code": "ConnectionError"}
    assert rig.metrics.registry.get_sample_value("faqbot_errors_total", labels) == 1


async def test_an_answer_that_came_while_the_loop_was_busy_is_not_a_failure() -> None:
    async def call() -> str:
        await asyncio.sleep(0)
        return "answer"

    circuit = Circuit(call, Metrics(), call_seconds=0.01)

    async def busy() -> None:
        skip(0.05)

    results = await asyncio.gather(circuit.run(call), busy())
    assert results[0] == "answer"
    await circuit.close()


async def test_calls_that_wait_behind_others_in_a_busy_time_are_no_outage() -> None:
    gate, metrics = asyncio.Semaphore(1), Metrics()

    async def call() -> None:
        async with gate:
            await asyncio.sleep(0.01)

    circuit = Circuit(call, metrics, call_seconds=0.08)
    # The last one waits many times longer than the server may be silent.
    await asyncio.gather(*(circuit.run(call) for _ in range(40)))
    assert circuit.closed
    await circuit.close()


async def test_one_forgotten_call_is_given_up_without_taking_the_server_for_away() -> None:
    async def answered() -> None:
        await asyncio.sleep(0.005)

    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    async def others() -> None:
        while not over.is_set():
            await circuit.run(answered)

    circuit = Circuit(answered, Metrics(), call_seconds=0.08)
    going_on, begun = asyncio.create_task(others()), loop.time()
    with pytest.raises(AwayError):
        await circuit.run(asyncio.Event().wait)
    assert loop.time() - begun == pytest.approx(LONGEST_SECONDS, rel=0.1)
    assert circuit.closed
    over.set()
    await going_on
    await circuit.close()


async def test_a_cancelled_caller_leaves_the_circuit_closed(rig: Rig) -> None:
    rig.shared.silent = True
    circuit = Circuit(rig.shared.healthy, rig.metrics, call_seconds=HANG_GUARD)
    task = asyncio.create_task(circuit.run(rig.shared.healthy))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert circuit.closed


async def test_a_mistake_in_the_bot_is_not_taken_for_an_outage(rig: Rig) -> None:
    async def mistake() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await rig.circuit.run(mistake)
    assert rig.circuit.closed


async def test_calls_are_refused_at_once_while_it_is_away(rig: Rig) -> None:
    rig.shared.away = True
    with pytest.raises(AwayError):
        await rig.circuit.run(rig.shared.healthy)
    asked = rig.shared.asked
    with pytest.raises(AwayError):
        await rig.circuit.run(rig.shared.healthy)
    assert rig.shared.asked == asked


@pytest.mark.redis
@pytest.mark.parametrize("outage", ["killed", "frozen"])
async def test_a_conversation_goes_on_through_an_outage_of_redis(
    outage: str, redis_server: RedisServer, catalogue: Catalogue, matcher: Matcher
) -> None:
    metrics, keys = Metrics(), KeyMaker(b"tests")
    store = open_shared_store(redis_server.url, metrics)
    limits = RateLimits(store, keys)
    async with store:
        conversation = Conversation(catalogue, matcher, Recollection(store, keys))

        async def say(text: str) -> str | None:
            ruling, _ = await limits.check((PERSON_LIMIT, "slack", "T1", "U1"))
            assert ruling is Ruling.ALLOW
            reply = await conversation.reply(Message(text, "slack:T1:U1"))
            return reply.slug if isinstance(reply, EntryReply) else None

        def failures() -> float:
            found = metrics.registry.collect()
            samples = [sample for metric in found for sample in metric.samples if sample.name == "faqbot_errors_total"]
            return sum(sample.value for sample in samples)

        assert await say("16") == "local-police"
        await asyncio.to_thread(redis_server.stop if outage == "killed" else redis_server.freeze)
        assert await say("tell me more") == "local-police"
        failed = failures()
        assert failed > 0
        slug = await say("5")
        assert slug is not None
        assert failures() == failed, "only the first answer waits"
        assert not await store.healthy()
        await asyncio.to_thread(redis_server.start if outage == "killed" else redis_server.thaw)
        await until(lambda: metrics.registry.get_sample_value("faqbot_store_healthy") == 1)
        assert await say("tell me more") == slug
        assert await store.healthy()


@pytest.mark.redis
async def test_a_bot_starts_while_redis_is_away(redis_server: RedisServer) -> None:
    redis_server.stop()
    store = open_shared_store(redis_server.url, Metrics())
    async with store:
        assert not await store.healthy()
        assert await first(store, "event", 60)


@pytest.mark.redis
async def test_a_redis_that_refuses_a_command_is_not_taken_up_again_and_again(redis_server: RedisServer) -> None:
    """A user without scripting: everything but counting would work, so that the bot would flap between two stores."""
    async with open_redis(redis_server.url) as admin:
        await admin.execute_command("ACL", "SETUSER", "bot", "on", ">pw", "~*", "+@all", "-@scripting")
    metrics = Metrics()
    url = redis_server.url.replace("redis://", "redis://bot:pw@")
    async with open_shared_store(url, metrics) as store:
        for number in range(5):
            assert await first(store, f"delivery:{number}", 60)
            assert not await first(store, f"delivery:{number}", 60)
            assert not await store.healthy()
    assert (
        metrics.registry.get_sample_value("faqbot_errors_total", {"platform": "store", "code": "NoPermissionError"})
        == 1
    )


async def test_a_process_started_anew_after_an_outage_does_not_answer_what_two_have_answered_alone(rig: Rig) -> None:
    """Found by the soak: both machines without Redis, their acknowledgements too late, one of them restarted."""
    keys, answered = KeyMaker(b"tests"), []

    async def answer(_batch: Batch) -> None:
        answered.append(1)

    def machine(store: ResilientStore) -> Inbox:
        return Inbox("slack", store, keys, Metrics())

    other_circuit = Circuit(rig.shared.healthy, Metrics(), call_seconds=CALL_SECONDS, probe_seconds=0.01)
    other = ResilientStore(rig.shared, other_circuit)
    rig.shared.away = True
    assert [await machine(store).take(("event",), answer) for store in (rig.store, other)] == [Result.DONE] * 2
    rig.shared.away = False
    await until(lambda: rig.circuit.closed and other_circuit.closed and not rig.store._ahead and not other._ahead)
    anew = ResilientStore(rig.shared, Circuit(rig.shared.healthy, Metrics(), call_seconds=CALL_SECONDS))
    assert await machine(anew).take(("event",), answer) is Result.SEEN
    assert len(answered) == 2
    await other_circuit.close()
