"""One person cannot flood the bot: a notice once, then silence, until the window has passed."""

from __future__ import annotations

import pytest

from bot.service.outcome import wait_notice
from bot.state.limits import Limit, RateLimits, Ruling
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.schema.catalogue import Catalogue

START = 1_000_000.0
THREE = Limit(3, 60)


class Clock:
    """A steady clock, moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock to be moved."""
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> RateLimits:
    """Limits that are counted by the clock."""
    return RateLimits(MemoryStore(clock), KeyMaker(b"tests"))


async def rulings(limits: RateLimits, times: int, *parts: str) -> list[Ruling]:
    return [(await limits.check((THREE, *parts)))[0] for _ in range(times)]


async def test_beyond_the_limit_comes_one_notice_then_silence(limits: RateLimits) -> None:
    allow, notice, silence = Ruling.ALLOW, Ruling.NOTICE, Ruling.SILENCE
    assert await rulings(limits, 6, "me") == [allow, allow, allow, notice, silence, silence]


async def test_others_are_not_held_up(limits: RateLimits) -> None:
    await rulings(limits, 6, "me")
    assert await rulings(limits, 1, "you") == [Ruling.ALLOW]


async def test_the_window_moves(limits: RateLimits, clock: Clock) -> None:
    await rulings(limits, 2, "me")
    clock.now += 40
    await rulings(limits, 1, "me")
    clock.now += 21
    assert await rulings(limits, 3, "me") == [Ruling.ALLOW, Ruling.ALLOW, Ruling.NOTICE]


async def test_silence_does_not_lengthen_the_wait(limits: RateLimits, clock: Clock) -> None:
    await rulings(limits, 50, "me")
    clock.now += 61
    assert await rulings(limits, 1, "me") == [Ruling.ALLOW]


async def test_a_ruling_says_how_long_to_wait(limits: RateLimits, clock: Clock) -> None:
    await rulings(limits, 3, "me")
    clock.now += 45
    assert await limits.check((THREE, "me")) == (Ruling.NOTICE, 15)


async def test_each_limit_counts_for_itself(limits: RateLimits) -> None:
    await rulings(limits, 6, "me")
    assert await limits.check((Limit(1, 3), "me")) == (Ruling.ALLOW, 0)
    assert await limits.check((Limit(1, 3), "me")) == (Ruling.NOTICE, 3)


async def test_what_one_limit_refuses_counts_against_no_other(limits: RateLimits, clock: Clock) -> None:
    me, room = (THREE, "me"), (Limit(1, 10), "room")
    assert [(await limits.check(me, room))[0] for _ in range(3)] == [Ruling.ALLOW, Ruling.NOTICE, Ruling.SILENCE]
    assert await limits.check(me, room) == (Ruling.SILENCE, 10), "the wait is that of the one that is reached"
    assert await rulings(limits, 3, "me") == [Ruling.ALLOW, Ruling.ALLOW, Ruling.NOTICE]
    clock.now += 10
    assert await limits.check(me, room) == (Ruling.SILENCE, 50)
    assert (await limits.check(room))[0] is Ruling.ALLOW


async def test_what_may_pass_all_the_same_is_asked_about_only_beyond_the_limit(limits: RateLimits) -> None:
    asked: list[bool] = []

    async def passes() -> bool:
        asked.append(True)
        return True

    for _ in range(3):
        await limits.check((THREE, "me"), unless=passes)
    assert asked == []
    assert (await limits.check((THREE, "me"), unless=passes))[0] is Ruling.ALLOW
    assert asked == [True]
    assert await rulings(limits, 2, "me") == [Ruling.NOTICE, Ruling.SILENCE], "the notice was not used up"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_wait_is_said_in_the_singular_for_one_second(catalogue: Catalogue, lang: str) -> None:
    phrases = catalogue.edition(lang).phrases
    assert wait_notice(phrases, 1) == phrases.rate_limited_one
    assert [wait_notice(phrases, seconds) for seconds in (2, 60)] == [
        phrases.rate_limited.format(seconds=seconds) for seconds in (2, 60)
    ]
    assert "1" not in phrases.rate_limited_one
