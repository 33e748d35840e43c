"""What was given back in an outage comes again when Redis is back, and takes no other delivery's place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.metrics import Metrics
from bot.service.inbox import Inbox, NotDoneError, Result, Work
from bot.slack.sending.client import Pace
from bot.state.batch import Batch
from bot.state.circuit import LONGEST_SECONDS, Circuit
from bot.state.failover import ResilientStore
from bot.state.retention import KeyMaker
from bot.state.store import Claim, Delete, Get, MemoryStore, Operation, Set
from tests.bot.state.claims import claim

pytestmark = pytest.mark.leaping

CALL_SECONDS = 0.01
GIVEN_BACK = 500
BETWEEN_SECONDS = 0.025
"""Forty deliveries a second are well below what a line carries that takes a hundred calls."""


class Line(MemoryStore):
    """One machine's way to ``shared``, on which one call is under way after the other.

    It can be cut, and forgets calls that do something of the kind ``forgets``.
    """

    def __init__(self, shared: MemoryStore) -> None:
        super().__init__()
        self._common = shared
        self._gate = asyncio.Lock()
        self.cut = False
        self.forgets: type[Operation] | None = None
        self.calls: list[tuple[Operation, ...]] = []

    async def run(self, *operations: Operation) -> list[Any]:
        if self.cut:
            raise ConnectionError
        if self.forgets is not None and any(isinstance(one, self.forgets) for one in operations):
            await asyncio.Event().wait()
        async with self._gate:
            await asyncio.sleep(CALL_SECONDS)
        self.calls.append(operations)
        return await self._common.run(*operations)

    async def healthy(self) -> bool:
        await self.run()
        return True


class Machine:
    """A process of the bot, as far as deliveries are concerned."""

    def __init__(self, shared: MemoryStore) -> None:
        self.line = Line(shared)
        self.circuit = Circuit(self.line.healthy, Metrics())
        self.store = ResilientStore(self.line, self.circuit)
        self.inbox = Inbox("slack", self.store, KeyMaker(b"tests"), Metrics())

    async def find(self) -> None:
        """Wait until the shared memory is found again."""
        self.line.cut = False
        await until(lambda: self.circuit.closed)

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Ask for something all the time: a server that answers that is not taken for away."""

        async def ask() -> None:
            while True:
                await self.circuit.run(lambda: self.line.run(Get("else")))

        asking = asyncio.create_task(ask())
        yield
        asking.cancel()


async def until(condition: Callable[[], Any]) -> None:
    while not condition():  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0.1)


async def refused(_batch: Batch) -> None:
    raise NotDoneError


async def test_what_a_machine_has_taken_no_other_does_while_much_comes_again_after_an_outage() -> None:
    """Found by the soak: each delivery that came again deleted what all had left, key by key.

    Behind that, claims were given up, and granted by each machine to itself.
    """
    answered: list[str] = []

    def answering(name: str, token: asyncio.Event) -> Work:
        async def work(_batch: Batch) -> None:
            await token.wait()
            answered.append(name)

        return work

    shared, installations = MemoryStore(asyncio.get_running_loop().time), asyncio.Event()
    one, other = Machine(shared), Machine(shared)
    async with one.store, other.store:
        one.line.cut = True
        for number in range(GIVEN_BACK):
            assert await one.inbox.take((str(number),), refused) is Result.LATE
        await one.find()

        async def again(number: int) -> None:
            await asyncio.sleep(number * BETWEEN_SECONDS)
            await one.inbox.take((str(number),), refused)

        coming = asyncio.gather(*map(again, range(GIVEN_BACK)))
        await asyncio.sleep(GIVEN_BACK * BETWEEN_SECONDS)
        first, second = answering("one", installations), answering("other", installations)
        assert await one.inbox.take(("event",), first, within=Pace().hold_seconds) is Result.LATE
        redelivered = asyncio.create_task(other.inbox.take(("event",), second))
        await asyncio.sleep(LONGEST_SECONDS)
        installations.set()
        await redelivered
        await coming
        await one.inbox.drain()
    assert answered == ["one"]


async def test_what_was_given_back_is_deleted_many_at_a_time() -> None:
    one = Machine(MemoryStore(asyncio.get_running_loop().time))
    async with one.store:
        one.line.cut = True
        for number in range(GIVEN_BACK):
            await one.store.delete(str(number))
        await one.find()
        await until(lambda: not one.store._dropped)
        deleting = [call for call in one.line.calls if any(isinstance(each, Delete) for each in call)]
        assert len(deleting) <= 5


async def test_what_was_given_back_is_claimed_again_in_one_round_trip_before_all_is_deleted() -> None:
    shared = MemoryStore(asyncio.get_running_loop().time)
    one = Machine(shared)
    async with one.store:
        assert await claim(one.store, "key", b"first", 9) is None
        one.line.cut = True
        await one.store.run(Delete("key", b"first"))
        one.line.cut, one.circuit._probing = False, None  # it is back, and nothing has been told yet
        assert await claim(one.store, "key", b"second", 9) is None
        assert one.line.calls[-1] == (Delete("key", b"first"), Claim("key", b"second", 9))
        await asyncio.sleep(2)
        assert await shared.get("key") == b"second"


async def test_what_a_machine_gives_back_late_stays_taken_where_another_has_taken_it_meanwhile() -> None:
    shared, installations = MemoryStore(asyncio.get_running_loop().time), asyncio.Event()
    one, other = Machine(shared), Machine(shared)

    async def waiting(_batch: Batch) -> None:
        await installations.wait()

    async with one.store, other.store:
        one.line.cut = True
        assert await one.inbox.take(("event",), refused) is Result.LATE
        taking = asyncio.create_task(other.inbox.take(("event",), waiting))
        await asyncio.sleep(1)
        await one.find()
        await until(lambda: not one.store._dropped)
        again = asyncio.create_task(one.inbox.take(("event",), refused))
        await asyncio.sleep(1)
        installations.set()
        assert [await taking, await again] == [Result.DONE, Result.SEEN]


async def test_a_forgotten_claim_is_made_again_and_what_was_forgotten_to_be_written_is_written() -> None:
    shared = MemoryStore(asyncio.get_running_loop().time)
    one, other = Machine(shared), Machine(shared)
    async with one.store, other.store, one.busy():
        one.line.forgets = Claim
        made_again = asyncio.create_task(claim(one.store, "key", b"mine", 9))
        await asyncio.sleep(2 * LONGEST_SECONDS)
        assert not made_again.done()
        assert await claim(other.store, "key", b"theirs", 9) is None
        one.line.forgets = None
        assert await made_again == b"theirs"
        one.line.forgets = Set
        await one.store.set("done", b"1", 60)
        await one.store.delete("key")
        one.line.forgets = None
        await asyncio.sleep(2 * LONGEST_SECONDS)
        assert one.circuit.closed
        assert [await shared.get(key) for key in ("done", "key")] == [b"1", None]
