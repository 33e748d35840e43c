"""What is remembered, for how long, and under which names."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from bot.dialogue.memory import Memory, Recollection
from bot.state.retention import LIFETIMES, Kept, KeyMaker
from bot.state.store import Claim, MemoryStore, Operation, Set

HERE = "telegram:42:4711"
MINUTE = 60
DAY = 24 * 60 * MINUTE


class Clock:
    """Seconds that move only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Spy(MemoryStore):
    """A store that shows what was put into it."""

    def __init__(self) -> None:
        super().__init__()
        self.put: dict[str, bytes] = {}

    async def run(self, *operations: Operation) -> list[Any]:
        self.put |= {one.key: one.value for one in operations if isinstance(one, Set | Claim)}
        return await super().run(*operations)


@pytest.fixture
def clock() -> Clock:
    """A clock to be moved."""
    return Clock()


@pytest.fixture
def recollection(clock: Clock) -> Recollection:
    """A recollection whose time is the clock's."""
    return Recollection(MemoryStore(clock), KeyMaker(b"secret"))


async def test_what_was_remembered_is_recalled(recollection: Recollection) -> None:
    memory = Memory(entry="oversight", choices=("t:training:en", "n::en"), misses=2)
    await recollection.remember(HERE, memory)
    assert await recollection.recall(HERE, HERE) == (memory, None)


async def test_nobody_else_recalls_it(recollection: Recollection) -> None:
    await recollection.remember(HERE, Memory(entry="oversight"))
    assert await recollection.recall(HERE + "1", HERE) == (Memory(), None)


async def test_it_is_forgotten_after_15_minutes(recollection: Recollection, clock: Clock) -> None:
    await recollection.remember(HERE, Memory(entry="oversight"))
    clock.now += 15 * MINUTE - 1
    assert (await recollection.recall(HERE, HERE))[0].entry == "oversight"
    clock.now += 1
    assert await recollection.recall(HERE, HERE) == (Memory(), None)


async def test_recalling_does_not_lengthen_it_and_remembering_does(recollection: Recollection, clock: Clock) -> None:
    await recollection.remember(HERE, Memory(entry="oversight"))
    clock.now += 14 * MINUTE
    await recollection.recall(HERE, HERE)
    await recollection.remember(HERE, Memory(entry="training"))
    clock.now += 14 * MINUTE
    assert (await recollection.recall(HERE, HERE))[0].entry == "training"


async def test_a_language_is_kept_30_days_after_its_last_use(recollection: Recollection, clock: Clock) -> None:
    await recollection.choose_language(HERE, "es")
    clock.now += 29 * DAY
    assert await recollection.language(HERE) == "es"
    clock.now += 29 * DAY
    assert await recollection.language(HERE) == "es"
    clock.now += 30 * DAY
    assert await recollection.language(HERE) is None


async def test_a_language_that_an_answer_was_given_in_lives_on(recollection: Recollection, clock: Clock) -> None:
    await recollection.choose_language("person", "es")
    clock.now += 29 * DAY
    assert await recollection.recall(HERE, "person") == (Memory(), "es")
    await recollection.remember(HERE, Memory(), "person", "es")
    clock.now += 29 * DAY
    assert await recollection.recall(HERE, "person") == (Memory(), "es")


async def test_one_who_was_met_is_not_new_for_7_days(recollection: Recollection, clock: Clock) -> None:
    assert [await recollection.is_new(HERE) for _ in range(2)] == [True, True]
    await recollection.meet(HERE)
    assert not await recollection.is_new(HERE)
    clock.now += 7 * DAY
    assert await recollection.is_new(HERE)


async def test_a_vote_on_an_entry_counts_once_a_day(recollection: Recollection, clock: Clock) -> None:
    assert await recollection.vote_once(HERE, "oversight")
    assert await recollection.vote_once(HERE, "training")
    clock.now += DAY - 1
    assert not await recollection.vote_once(HERE, "oversight")
    clock.now += 1
    assert await recollection.vote_once(HERE, "oversight")


async def test_forgetting_drops_everything(recollection: Recollection) -> None:
    await recollection.remember(HERE, Memory(entry="oversight"))
    await recollection.choose_language(HERE, "es")
    await recollection.meet(HERE)
    await recollection.vote_once(HERE, "oversight")
    await recollection.forget(HERE, ["oversight", "training"])
    assert await recollection.vote_once(HERE, "oversight")
    assert await recollection.recall(HERE, HERE) == (Memory(), None)
    assert await recollection.is_new(HERE)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"entry":1,"choices":2,"misses":3}', b"\xff"])
async def test_an_unreadable_memory_is_an_empty_one(raw: bytes) -> None:
    store, keys = MemoryStore(), KeyMaker(b"secret")
    await store.set(keys.key(Kept.CONVERSATION, HERE), raw, 60)
    assert await Recollection(store, keys).recall(HERE, HERE) == (Memory(), None)


@pytest.mark.parametrize(
    "raw", [b'{"entry":"oversight"}', b'{"entry":"oversight","choices":[],"misses":0,"unheard of":[]}']
)
async def test_the_memory_of_another_version_is_read_as_far_as_it_is_known(raw: bytes) -> None:
    store, keys = MemoryStore(), KeyMaker(b"secret")
    await store.set(keys.key(Kept.CONVERSATION, HERE), raw, 60)
    assert await Recollection(store, keys).recall(HERE, HERE) == (Memory("oversight"), None)


async def test_nothing_stored_names_the_place_or_the_person() -> None:
    spy = Spy()
    recollection = Recollection(spy, KeyMaker(b"secret"))
    await recollection.remember(HERE, Memory(entry="oversight", choices=("t:training:en",)))
    await recollection.choose_language(HERE, "es")
    await recollection.meet(HERE)
    await recollection.vote_once(HERE, "oversight")
    assert len(spy.put) == 4
    for key, value in spy.put.items():
        assert not any(part.encode() in key.encode() + value for part in ("telegram", "4711"))
        assert hashlib.sha256(HERE.encode()).hexdigest()[:40] not in key


def test_the_register_names_every_kind_that_has_a_lifetime() -> None:
    assert set(LIFETIMES) <= set(Kept)
    assert LIFETIMES[Kept.CONVERSATION] == 15 * MINUTE
