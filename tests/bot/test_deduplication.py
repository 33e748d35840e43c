"""Each event is answered once, also by two machines, also when one of them dies."""

from __future__ import annotations

import asyncio

import pytest

from bot.service.background import BackgroundTasks
from bot.service.deduplication import DONE, Deduplicator
from bot.service.errand import Errand, current_errand, on_errand
from bot.state.retention import LIFETIMES, Kept, KeyMaker
from bot.state.store import MemoryStore

HANG_GUARD = 120.0
KEYS = KeyMaker(b"tests")
KEY = KEYS.key(Kept.SEEN, "slack", "event", "Ev1")


async def test_an_event_is_new_once_whoever_asks() -> None:
    store = MemoryStore()
    one, other = Deduplicator(store, KEYS), Deduplicator(store, KEYS)
    assert await one.first("slack", "event", "Ev1")
    assert not await one.first("slack", "event", "Ev1")
    assert not await other.first("slack", "event", "Ev1")
    assert await other.first("telegram", "event", "Ev1")


async def test_a_forgotten_event_is_new_again() -> None:
    marks = Deduplicator(MemoryStore(), KEYS)
    await marks.first("slack", "event", "Ev1")
    await marks.forget("slack", "event", "Ev1")
    assert await marks.first("slack", "event", "Ev1")


async def test_it_is_taken_while_it_is_answered_and_done_for_an_hour_afterwards() -> None:
    now = [0.0]
    store, tasks, answered = MemoryStore(clock=lambda: now[0]), BackgroundTasks(), asyncio.Event()
    marks = Deduplicator(store, KEYS)

    async def answer() -> None:
        assert await marks.first("slack", "event", "Ev1")
        await answered.wait()

    task = tasks.start(answer())
    await asyncio.sleep(0)
    assert await store.get(KEY) not in (None, DONE)
    answered.set()
    await task
    assert await store.get(KEY) == DONE
    now[0] = LIFETIMES[Kept.SEEN] - 1
    assert not await marks.first("slack", "event", "Ev1")


async def test_a_redelivery_waits_for_the_answer_that_is_on_its_way() -> None:
    tasks, answered = BackgroundTasks(), asyncio.Event()
    marks = Deduplicator(MemoryStore(), KEYS)

    async def deliver() -> bool:
        first = await marks.first("slack", "event", "Ev1")
        if first:
            await answered.wait()
        return first

    deliveries = [tasks.start(deliver()) for _ in range(4)]
    done, _ = await asyncio.wait(deliveries, timeout=0.05)
    assert not done, "to acknowledge the redelivery now would be to promise an answer"
    answered.set()
    async with asyncio.timeout(HANG_GUARD):
        assert await asyncio.gather(*deliveries) == [True, False, False, False]


async def test_a_redelivery_takes_over_from_an_answer_that_was_cut_short() -> None:
    tasks, marks = BackgroundTasks(), Deduplicator(MemoryStore(), KEYS)

    async def deliver(hang: bool) -> bool:
        first = await marks.first("slack", "event", "Ev1")
        if hang:
            await asyncio.Event().wait()
        return first

    cut_short = tasks.start(deliver(hang=True))
    await asyncio.sleep(0)
    again = [tasks.start(deliver(hang=False)) for _ in range(2)]
    await asyncio.sleep(0)
    cut_short.cancel()
    async with asyncio.timeout(HANG_GUARD):
        assert await asyncio.gather(*again) == [True, False]


async def test_one_errand_does_not_wait_for_itself() -> None:
    marks = Deduplicator(MemoryStore(), KEYS)
    with on_errand(Errand()):
        async with asyncio.timeout(HANG_GUARD):
            assert await marks.first("slack", "message", "1.1")
            assert not await marks.first("slack", "message", "1.1")


async def test_what_another_process_has_taken_is_waited_for_until_it_is_done() -> None:
    store, looks = MemoryStore(), 0

    async def sleep(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            await store.set(KEY, DONE, 60)

    await store.set(KEY, b"another process", 60)
    assert not await Deduplicator(store, KEYS, sleep=sleep).first("slack", "event", "Ev1")
    assert looks == 3


async def test_what_a_killed_process_had_taken_is_answered_when_its_time_is_over() -> None:
    now = [0.0]
    store = MemoryStore(clock=lambda: now[0])
    dead = Deduplicator(store, KEYS, taken_seconds=15)
    with on_errand(Errand()):
        assert await dead.first("slack", "event", "Ev1")

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    assert await Deduplicator(store, KEYS, sleep=sleep).first("slack", "event", "Ev1")
    assert 14 < now[0] < 17


async def test_an_answer_that_is_cut_short_leaves_the_event_to_a_redelivery() -> None:
    store, tasks = MemoryStore(), BackgroundTasks()
    marks = Deduplicator(store, KEYS)

    async def answer() -> None:
        await marks.first("slack", "event", "Ev1")
        await asyncio.Event().wait()

    tasks.start(answer())
    await asyncio.sleep(0)
    assert await tasks.drain(0.01) == 1
    assert await marks.first("slack", "event", "Ev1")


async def test_a_long_answer_keeps_its_event_taken() -> None:
    store, tasks, answered = MemoryStore(), BackgroundTasks(), asyncio.Event()
    marks = Deduplicator(store, KEYS, taken_seconds=1)
    renewed = 0
    original = store.set

    async def counting(key: str, value: bytes, seconds: int) -> None:
        nonlocal renewed
        await original(key, value, seconds)
        renewed += value != DONE
        if renewed == 2:
            answered.set()

    store.set = counting  # type: ignore[method-assign]

    async def answer() -> None:
        await marks.first("slack", "event", "Ev1")
        async with asyncio.timeout(10):
            await answered.wait()

    await tasks.start(answer())
    assert await store.get(KEY) == DONE


async def test_tasks_of_one_request_are_one_errand_and_end_it_together() -> None:
    tasks, ended, gate = BackgroundTasks(), [], asyncio.Event()
    errand = Errand()

    async def ending(finished: bool) -> None:
        ended.append(finished)

    async def work(wait: bool) -> None:
        found = current_errand()
        assert found is errand
        if wait:
            await gate.wait()

    errand.at_end(ending)
    with on_errand(errand):
        quick, slow = tasks.start(work(False)), tasks.start(work(True))
    await quick
    assert ended == []
    gate.set()
    await slow
    assert ended == [True]


async def test_a_task_that_fails_ends_its_errand_too() -> None:
    ended = []

    async def ending(finished: bool) -> None:
        ended.append(finished)

    async def work() -> None:
        errand = current_errand()
        assert errand is not None
        errand.at_end(ending)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await BackgroundTasks().start(work())
    assert ended == [True]
