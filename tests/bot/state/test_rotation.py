"""Keys in a shared store change by the day, the week or the month, and nobody notices but who seizes it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from bot.state.retention import DAY, LIFETIMES, MINUTE, Kept, KeyMaker
from bot.state.rotation import LOOK_SECONDS, PERIODS, SKEW_SECONDS, Rotated, period_of
from bot.state.store import Claim, Count, Get, MemoryStore, Operation, Set, Window
from tests.bot.state.claims import claim

KEYS = KeyMaker(b"tests")
MONTH = 30 * DAY


class Wall:
    """The time of day, and a store that lives by it and shows what it was asked."""

    def __init__(self) -> None:
        # The turn of a day, a week and a month at once: the hardest moment.
        self.now = float(DAY * 30 * 7 * 95)
        self.asked: list[Operation] = []
        self.shared = MemoryStore(lambda: self.now)
        inner = self.shared.run

        async def run(*operations: Operation) -> list[Any]:
            self.asked += operations
            return await inner(*operations)

        self.shared.run = run  # type: ignore[method-assign]

    def machine(self, ahead: float = 0.0) -> Rotated:
        """Return one machine's way to the store; its clock is ``ahead`` of the others'."""
        return Rotated(self.shared, lambda: self.now + ahead)

    def put(self) -> list[Set | Claim]:
        """Return what has been written, but the secrets."""
        return [one for one in self.asked if isinstance(one, Set | Claim) and not one.key.startswith("secret:")]


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.mark.parametrize("kind", LIFETIMES)
async def test_what_is_kept_before_a_turn_is_found_after_it_as_long_as_it_lives(wall: Wall, kind: Kept) -> None:
    key, store, seconds = KEYS.key(kind, "a"), wall.machine(), LIFETIMES[kind]
    for before in (1, seconds // 2):
        turn = wall.now + PERIODS.get(kind, DAY)
        wall.now = turn - before
        await store.set(key, b"x", seconds)
        assert await store.get(key) == b"x"
        lives = seconds if seconds < DAY else (turn - before + seconds) // DAY * DAY - (turn - before)
        for at in (turn - before + lives / 3, turn - before + lives - 1):
            wall.now = at
            assert await wall.machine().get(key) == b"x", "on another machine, and over the turn"
        wall.now = turn - before + lives + 1
        assert await store.get(key) is None
        wall.now = turn


async def test_a_delivery_is_claimed_once_over_the_turn_though_clocks_differ(wall: Wall) -> None:
    turn = wall.now
    for number, (first, second) in enumerate(itertools.permutations((-40.0, 0.0, 15.0), 2)):
        for moment in (-1.0, 0.0, 1.0, 59.0 * MINUTE):
            key = KEYS.key(Kept.SEEN, str(number), str(moment))
            wall.now = turn + moment
            assert await claim(wall.machine(first), key, b"one", 60 * MINUTE) is None
            assert await claim(wall.machine(second), key, b"two", 60 * MINUTE) == b"one"


async def test_what_was_done_an_hour_ago_yesterday_is_done(wall: Wall) -> None:
    key, turn, store = KEYS.key(Kept.SEEN, "a"), wall.now, wall.machine()
    wall.now = turn - 10
    assert await claim(store, key, b"taken", 9) is None
    await store.set(key, b"done", 60 * MINUTE)
    wall.now = turn + 55 * MINUTE
    assert await claim(store, key, b"again", 9) == b"done"


async def test_what_is_counted_counts_over_the_turn_and_no_midnight_lets_more_through(wall: Wall) -> None:
    key, turn, store = KEYS.key(Kept.LIMIT, "a"), wall.now, wall.machine()
    wall.now = turn - 2
    assert [await store.count(key, 60, 3) for _ in range(2)] == [0.0, 0.0]
    wall.now = turn + 2
    assert await store.count(key, 60, 3) == 0.0
    assert await store.count(key, 60, 3) == 56.0


async def test_what_is_forgotten_before_a_turn_is_not_found_after_it(wall: Wall) -> None:
    key, turn, store = KEYS.key(Kept.LANGUAGE, "a"), wall.now, wall.machine()
    wall.now = turn - MONTH / 2
    await store.set(key, b"es", 30 * DAY)
    await store.delete(key)
    wall.now = turn + 1
    assert await store.get(key) is None


async def test_a_persons_keys_have_nothing_in_common_with_those_of_another_period(wall: Wall) -> None:
    seen: dict[str, set[str]] = {}
    store = wall.machine()
    for _ in range(3):
        wall.asked.clear()
        for kind in LIFETIMES:
            await store.set(KEYS.key(kind, "a"), b"x", 1)
            seen.setdefault(kind, set()).add(wall.put()[-1].key)
        wall.now += MONTH
    assert all(len(keys) == 3 for keys in seen.values())
    assert all(key.startswith(f"{kind}:") for kind, keys in seen.items() for key in keys)


async def test_a_secret_ends_with_its_period_and_so_does_what_was_filed_under_it(wall: Wall) -> None:
    store, begun = wall.machine(), wall.now
    for kind, seconds in LIFETIMES.items():
        await store.set(KEYS.key(kind, "a"), b"x", seconds)
    made = {one.key for one in wall.asked if isinstance(one, Claim) and one.key.startswith("secret:")}
    assert len(made) == 6, "for a day, a week and a month, and the next of each"
    for period in (DAY, 7 * DAY, MONTH):
        ended = f"secret:{period}:{int(begun // period)}"
        assert ended in made
        wall.now = begun + period - 1
        assert await wall.shared.get(ended) is not None
        wall.now = begun + period + SKEW_SECONDS + 1
        assert await wall.shared.get(ended) is None
        kinds = [kind for kind in LIFETIMES if period_of(KEYS.key(kind, "a")) == period]
        firsts = [next(one.key for one in wall.put() if one.key.startswith(f"{kind}:")) for kind in kinds]
        assert [await wall.shared.get(key) for key in firsts] == [None] * len(kinds)


async def test_secrets_are_made_at_random_and_shared_by_all_machines(wall: Wall) -> None:
    key = KEYS.key(Kept.GREETED, "a")
    await wall.machine().set(key, b"x", DAY)
    assert await wall.machine().get(key) == b"x"
    assert await Wall().machine().get(key) is None, "another store has others"
    values = [one.value for one in wall.asked if isinstance(one, Claim)]
    assert all(len(value) == 32 for value in values)
    assert len(set(values[:2])) == 2


@pytest.mark.parametrize("kind", [kind for kind, seconds in LIFETIMES.items() if seconds >= DAY])
async def test_what_is_kept_for_days_ends_at_a_midnight_and_tells_no_second(wall: Wall, kind: Kept) -> None:
    wall.now += 12_345.6
    await wall.machine().set(KEYS.key(kind, "a"), b"x", LIFETIMES[kind])
    last = wall.put()[-1]
    left = wall.now + last.seconds
    assert left // DAY * DAY == pytest.approx(left, abs=1) or DAY - left % DAY < 1
    assert LIFETIMES[kind] - DAY < last.seconds <= LIFETIMES[kind]


async def test_a_store_that_was_emptied_gets_its_secrets_back_so_that_machines_agree(wall: Wall) -> None:
    one, key = wall.machine(), KEYS.key(Kept.SEEN, "a")
    await one.get(key)
    wall.shared.clear()
    assert await one.healthy()
    another = wall.machine()
    await another.set(key, b"x", 60)
    assert await one.get(key) == b"x"
    wall.shared.clear()
    late = wall.machine()
    await late.get(key)
    wall.now += LOOK_SECONDS
    await late.set(key, b"y", 60)
    assert await one.get(key) == b"y", "who kept the old ones takes the new"


async def test_within_a_period_a_look_costs_one_command_and_a_mark_one(wall: Wall) -> None:
    wall.now += 3 * DAY + 60
    store, key, counted = wall.machine(), KEYS.key(Kept.CONVERSATION, "a"), KEYS.key(Kept.LIMIT, "a")
    await store.get(key)
    wall.asked.clear()
    await store.run(Get(key), Set(key, b"", 15 * MINUTE), Claim(key, b"", 60), Count((Window(counted, 60, 1),)))
    assert len(wall.asked) == 4
    assert {one.key for one in wall.asked[:3]} == {wall.asked[0].key}


def test_no_period_is_shorter_than_what_is_filed_under_it_lives() -> None:
    assert all(period_of(KEYS.key(kind, "a")) >= seconds for kind, seconds in LIFETIMES.items())
