"""The order in which messages leave: on a clock that stands still unless it is moved."""

from __future__ import annotations

import asyncio

import pytest

from bot.service.lanes import IDLE_LANES, HeldError, Lanes, Pace
from tests.fakes.clock import FakeTime


class Sent:
    """Calls through lanes: what has gone out, in order, and how to let it end."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.order: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.ends = asyncio.Event()
        self.ends.set()

    async def add(self, *names: str, **how: bool) -> None:
        """Begin calls; the lane of each is the first letter of its name."""
        for name in names:
            self.tasks.append(asyncio.create_task(self._call(name, how)))
        await settle()

    async def _call(self, name: str, how: dict[str, bool]) -> None:
        async def made() -> None:
            self.order.append(name)
            await self.ends.wait()

        await self.lanes.call(name[0], made, never, **how)


def never(_error: Exception) -> None:
    """Ask for no wait."""


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


def make(clock: FakeTime, pace: Pace | None = None, crowd: Pace | None = None, at_once: int = 100) -> Sent:
    return Sent(Lanes(pace, crowd, at_once=at_once, clock=clock.now, sleep=clock.sleep))


async def test_a_held_lane_holds_only_itself(clock: FakeTime) -> None:
    sent = make(clock)
    sent.lanes.hold("a", 25)
    await sent.add("a1", "b1")
    assert sent.order == ["b1"]
    await clock.advance(24.9)
    assert sent.order == ["b1"]
    await clock.advance(0.2)
    await settle()
    assert sent.order == ["b1", "a1"]


async def test_a_lane_held_for_too_long_is_not_waited_for(clock: FakeTime) -> None:
    lanes = make(clock).lanes
    lanes.hold("a", 7_200)
    with pytest.raises(HeldError) as caught:
        await lanes.call("a", settle, never)
    assert caught.value.seconds == 7_200


async def test_what_all_share_goes_round_lane_by_lane(clock: FakeTime) -> None:
    sent = make(clock, Pace(5, 1.0))
    await sent.add(*(f"a{number}" for number in range(9)), "b0", "c0", "b1")
    assert sent.order == ["a0", "a1", "a2", "a3"], "the fifth place is for urgent help"
    await clock.advance(1.0)
    await settle()
    assert set(sent.order[4:]) == {"a4", "b0", "c0", "a5"}, "each lane in turn"
    await clock.advance(1.0)
    await settle()
    assert "b1" in sent.order
    for _ in range(3):
        await clock.advance(1.0)
        await settle()
    assert len(sent.order) == 12
    await asyncio.gather(*sent.tasks)


async def test_never_more_than_the_pace_within_any_second(clock: FakeTime) -> None:
    sent = make(clock, Pace(30, 1.0))
    await sent.add(*(f"{chr(97 + number % 20)}{number}" for number in range(200)))
    counts = [len(sent.order)]
    for _ in range(10):
        await clock.advance(1.0)
        await settle()
        counts.append(len(sent.order))
    assert max(later - earlier for earlier, later in zip([0, *counts], counts, strict=False)) <= 24
    assert counts[-1] == 200


async def test_urgent_help_finds_a_place_when_the_second_is_full(clock: FakeTime) -> None:
    sent = make(clock, Pace(5, 1.0))
    await sent.add(*(f"a{number}" for number in range(9)))
    await sent.add("u0", urgent=True)
    assert sent.order[-1] == "u0"
    await sent.add("v0", "v1", urgent=True)
    await clock.advance(1.0)
    await settle()
    assert sent.order[5:7] == ["v0", "v1"], "before all that waited longer"


async def test_slow_calls_leave_room_for_urgent_help(clock: FakeTime) -> None:
    sent = make(clock, at_once=2)
    sent.ends.clear()
    await sent.add("a0", "b0", "c0")
    assert sent.order == ["a0", "b0"]
    await sent.add("u0", urgent=True)
    assert sent.order[-1] == "u0"
    sent.ends.set()
    await settle()
    assert sent.order[-1] == "c0"


async def test_a_call_given_up_while_it_waits_takes_no_place(clock: FakeTime) -> None:
    sent = make(clock, at_once=1)
    sent.ends.clear()
    await sent.add("a0", "b0", "c0")
    sent.tasks[1].cancel()
    sent.ends.set()
    await settle()
    assert sent.order == ["a0", "c0"]
    await sent.add("d0")
    assert sent.order[-1] == "d0"


async def test_a_crowd_has_a_pace_of_its_own(clock: FakeTime) -> None:
    sent = make(clock, crowd=Pace(2, 60.0))
    for name in ("g0", "g1", "g2"):
        await sent.add(name, crowd=True)
    await sent.add("p0")
    assert sent.order == ["g0", "g1", "p0"]
    await clock.advance(60.0)
    await settle()
    assert sent.order[-1] == "g2"


async def test_a_crowds_pace_is_kept_behind_a_full_second_too_and_nothing_is_dropped(clock: FakeTime) -> None:
    sent, most = make(clock, Pace(30, 1.0), Pace(20, 60.0)), 20
    await sent.add(*(f"{chr(97 + number % 6)}{number}" for number in range(24)))
    await sent.add(*(f"g{number}" for number in range(60)), crowd=True)
    for minute in (1, 2, 3):
        await clock.advance(60.0)
        await settle()
        assert sum(name[0] == "g" for name in sent.order) == most * minute
    assert [name for name in sent.order if name[0] == "g"] == [f"g{number}" for number in range(60)]


async def test_a_hold_that_begins_while_a_call_waits_for_its_second_is_heeded(clock: FakeTime) -> None:
    sent = make(clock, Pace(30, 1.0))
    await sent.add(*(f"{chr(97 + number % 6)}{number}" for number in range(24)))
    await sent.add("g0", "g1")
    sent.lanes.hold("g", 25)
    await clock.advance(24.9)
    await sent.add("h0")
    assert sent.order[-1] == "h0"
    assert "g0" not in sent.order
    await clock.advance(0.2)
    await settle()
    assert sent.order[-2:] == ["g0", "g1"]


async def test_what_waits_in_a_lane_ends_where_that_is_held_for_too_long_meanwhile(clock: FakeTime) -> None:
    sent = make(clock)
    sent.lanes.hold("a", 5)
    await sent.add("a1", "a2")
    sent.lanes.hold("a", 7_200)
    await clock.advance(5)
    ends = await asyncio.gather(*sent.tasks, return_exceptions=True)
    assert [type(end) for end in ends] == [HeldError, HeldError]
    await sent.add("b1")
    assert sent.order == ["b1"]


async def test_urgent_help_waits_neither_for_a_hold_nor_for_what_waits_for_its_end(clock: FakeTime) -> None:
    sent = make(clock, crowd=Pace(2, 60.0))
    await sent.add(*(f"g{number}" for number in range(5)), crowd=True)
    await clock.advance(10.0)
    sent.lanes.hold("g", 25)
    await sent.add("gu", crowd=True, urgent=True)
    assert sent.order == ["g0", "g1", "gu"]
    await clock.advance(50.0)
    await settle()
    assert sent.order[3:] == ["g2"], "it counts for the crowd's pace all the same"


class NotYetError(Exception):
    """A platform asks to wait."""


async def test_a_call_that_is_asked_to_wait_holds_its_lane_and_is_made_again(clock: FakeTime) -> None:
    lanes, tried = make(clock).lanes, list[float]()

    async def call() -> str:
        tried.append(clock.now() - 1_000)
        if len(tried) < 3:
            raise NotYetError
        return "sent"

    calling = asyncio.create_task(lanes.call("a", call, lambda error: 10.0 if isinstance(error, NotYetError) else None))
    await settle()
    assert lanes.held("a") == 10.0
    await clock.advance(20.0)
    assert await calling == "sent"
    assert tried == [0.0, 10.0, 20.0]


async def test_lanes_in_which_nothing_waits_are_forgotten(clock: FakeTime) -> None:
    lanes = make(clock).lanes
    for number in range(3 * IDLE_LANES):
        lanes.hold(str(number), 1.0)
        await clock.advance(0.01)
    assert len(lanes._lanes) <= IDLE_LANES + 1
    assert lanes.held(str(3 * IDLE_LANES - 1)) > 0
