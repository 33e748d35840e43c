"""What a delivery reads is read at once, what it writes is written at its end, and of what fails nothing is kept."""

from __future__ import annotations

from typing import Any

import pytest

from bot.state.batch import Batch
from bot.state.store import ROOM, Claim, Count, Delete, Get, MemoryStore, Operation, Set, Window

ONCE = Claim("once", b"mine", 60)
COUNT = Count((Window("counted", 60, 1),))


class Asked(MemoryStore):
    """A store that shows what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.trips: list[tuple[Operation, ...]] = []

    async def run(self, *operations: Operation) -> list[Any]:
        self.trips.append(operations)
        return await super().run(*operations)


@pytest.fixture
def store() -> Asked:
    return Asked()


async def test_what_was_read_claimed_or_counted_ahead_is_not_asked_for_again(store: Asked) -> None:
    await store.set("a", b"1", 60)
    batch = Batch(store)
    store.trips.clear()
    assert await batch.look_ahead([Claim("taken", b"me", 9)], [Get("a"), Get("b"), ONCE, COUNT]) == [None]
    assert await batch.run(Get("a"), COUNT, Get("b"), Claim("once", b"another's", 60)) == [b"1", ROOM, None, None]
    assert len(store.trips) == 1
    assert await batch.run(Claim("once", b"again", 60)) == [b"mine"], "a claim holds once"
    assert (await batch.run(COUNT))[0] != ROOM
    assert await batch.run(Get("c"), Get("a")) == [None, b"1"]
    trips = len(store.trips)
    assert await batch.get("c") is None
    assert len(store.trips) == trips, "what was read once is known"


async def test_what_is_set_is_seen_at_once_and_written_at_the_end(store: Asked) -> None:
    batch = Batch(store)
    await batch.look_ahead([], [Get("a")])
    await batch.set("a", b"1", 60)
    await batch.set("a", b"2", 60)
    await batch.set("gone", b"1", 60)
    assert await batch.get("a") == b"2"
    assert await store.get("a") is None
    await batch.run(Delete("gone"), Delete("never"))
    assert await batch.get("gone") is None
    assert batch.close() == [Set("a", b"2", 60)]


async def test_who_goes_on_when_the_delivery_is_over_writes_by_himself(store: Asked) -> None:
    batch = Batch(store)
    assert batch.close() == []
    await batch.set("late", b"1", 60)
    assert await store.get("late") == b"1"


async def test_two_deliveries_at_once_know_nothing_of_each_other(store: Asked) -> None:
    one, other = Batch(store), Batch(store)
    for batch, value in ((one, b"1"), (other, b"2")):
        await batch.set("a", value, 60)
    assert [await batch.get("a") for batch in (one, other)] == [b"1", b"2"]
    assert await store.get("a") is None
