"""In what order messages leave: each chat has a lane of its own, urgent help goes first, the rest shares fairly.

A lane that is held (the platform asked to wait there) holds nobody else. What all lanes share is a number of calls a
second and a number of calls under way; urgent help may use a part of either that nothing else may.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct, field

from bot.service.ongoing import uncut

T = TypeVar("T")

AT_ONCE = 100
"""Ordinary calls under way at once. Urgent help is not counted: it never waits for a free connection."""
RESERVED = 0.2
"""The part of a second's calls that is kept for urgent help."""
RETRIES = 4
"""Times that a call is made again of which the platform says "not yet"."""
LONGEST_HOLD = 60.0
"""Seconds. Platforms may ask for hours: that is not waited for."""
IDLE_LANES = 1_000
"""Lanes that are remembered before those are dropped in which nothing is to be waited for."""

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class HeldError(Exception):
    """The lane is held for longer than is waited; ``seconds`` says for how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__("held")
        self.seconds = seconds


class Pace(Struct, frozen=True):
    """At most ``most`` calls within ``seconds``; 0 is no bound."""

    most: float = 0
    seconds: float = 1.0


class _Lane(Struct):
    held_until: float = 0.0
    times: deque[float] = field(default_factory=deque)


class _Row(NamedTuple):
    """What calls have in common that are let out one after the other."""

    lane: str
    urgent: bool
    heeding: bool
    crowd: bool


class Lanes:
    """The lanes of one platform: ``pace`` bounds all together, ``crowd`` each lane of a group.

    ``longest`` is the longest hold that is waited for, and ``retries`` how often a call is made again after one.
    ``clock`` gives seconds that never go back, ``sleep`` waits on it: without them the event loop's.
    """

    def __init__(
        self,
        pace: Pace | None = None,
        crowd: Pace | None = None,
        *,
        at_once: int = AT_ONCE,
        longest: float = LONGEST_HOLD,
        retries: int = RETRIES,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._pace = pace or Pace()
        self._crowd = crowd or Pace()
        self._at_once = at_once
        self._longest = longest
        self._retries = retries
        self._clock = clock or _loop_time
        self._sleep = sleep
        self._lanes: OrderedDict[str, _Lane] = OrderedDict()
        self._times: deque[float] = deque()
        self._under_way = 0
        self._waiting: dict[_Row, deque[asyncio.Future[None]]] = {}
        self._round: dict[bool, deque[_Row]] = {True: deque(), False: deque()}
        """The rows that may go on, urgent ones and others; the first is served next and then goes to the end."""
        self._timers: dict[_Row | bool, asyncio.Task[None]] = {}
        """What looks again later: after rows that rest meanwhile, and after the second's pace of urgent and others."""

    def hold(self, lane: str, seconds: float) -> None:
        """Let nothing through in ``lane`` for ``seconds`` but what does not heed it."""
        one = self._lane(lane)
        one.held_until = max(one.held_until, self._clock() + seconds)

    def held(self, lane: str) -> float:
        """Return the seconds until something may go out in ``lane``, which is held, or beyond its crowd's pace."""
        one, now = self._lanes.get(lane), self._clock()
        return (
            max(0.0, one.held_until - now, _until_free(one.times, self._crowd, self._crowd.most, now)) if one else 0.0
        )

    async def call(
        self,
        lane: str,
        make: Callable[[], Coroutine[Any, Any, T]],
        asked: Callable[[Exception], float | None],
        *,
        urgent: bool = False,
        crowd: bool = False,
    ) -> T:
        """Make a call in ``lane``, and again after each time that the platform asks to wait, which holds the lane.

        ``asked`` says for how long an error asks to. Urgent help is tried at once, whatever its lane is held for.
        Raises HeldError where that is longer than is waited, and the call's own error.
        """
        for attempt in range(self._retries + 1):
            try:
                await self._let_in(_Row(lane, urgent, attempt > 0 or not urgent, crowd))
                try:
                    return await uncut(make())
                finally:
                    self._give_back(urgent)
            except Exception as error:
                wait = asked(error)
                if wait is None:
                    raise
                self.hold(lane, wait)
                if wait > self._longest:
                    raise HeldError(wait) from None
                if attempt == self._retries:
                    raise
        raise AssertionError("unreachable")

    async def _let_in(self, row: _Row) -> None:
        """Wait until a call of ``row`` may go out; :meth:`_give_back` ends it. Raises HeldError."""
        round_ = self._round[row.urgent]
        if not round_ and row not in self._waiting and self._may_go(row) and not (row.heeding and self.held(row.lane)):
            self._note(row)
            return
        mine = asyncio.get_running_loop().create_future()
        if row not in self._waiting:
            self._waiting[row] = deque()
            round_.append(row)
        self._waiting[row].append(mine)
        self._serve()
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled() and mine.exception() is None:
                self._give_back(row.urgent)
            raise

    def close(self) -> None:
        """Stop waiting."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _give_back(self, urgent: bool) -> None:
        self._under_way -= not urgent
        self._serve()

    def _serve(self) -> None:
        """Let out whoever may go, urgent help first, then one of each lane in turn."""
        for urgent, rows in self._round.items():
            while rows and (urgent or self._under_way < self._at_once):
                if wait := self._paced(urgent):
                    self._look_again(urgent, wait)
                    break
                self._let_out(rows.popleft())

    def _paced(self, urgent: bool) -> float:
        """Return the seconds until all lanes together may send one more."""
        most = self._pace.most if urgent else self._pace.most * (1 - RESERVED)
        return _until_free(self._times, self._pace, most, self._clock())

    def _may_go(self, row: _Row) -> bool:
        return (row.urgent or self._under_way < self._at_once) and not self._paced(row.urgent)

    def _note(self, row: _Row) -> None:
        """Take note that a call of ``row`` goes out."""
        now = self._clock()
        if self._pace.most:
            self._times.append(now)
        if row.crowd and self._crowd.most:
            self._lane(row.lane).times.append(now)
        self._under_way += not row.urgent

    def _let_out(self, row: _Row) -> None:
        """Let out the first of ``row``, unless its lane is to be waited for: then the row rests."""
        wait, calls = self.held(row.lane) if row.heeding else 0.0, self._waiting[row]
        while calls and calls[0].done():  # its caller has gone
            calls.popleft()
        if wait > self._longest:
            for call in calls:
                if not call.done():
                    call.set_exception(HeldError(wait))
            calls.clear()
        if not calls:
            del self._waiting[row]
            return
        if wait:
            self._look_again(row, wait)
            return
        self._note(row)
        calls.popleft().set_result(None)
        if calls:
            self._round[row.urgent].append(row)
        else:
            del self._waiting[row]

    def _look_again(self, what: _Row | bool, seconds: float) -> None:
        if what not in self._timers:
            self._timers[what] = asyncio.create_task(self._look(what, seconds))

    async def _look(self, what: _Row | bool, seconds: float) -> None:
        await self._sleep(seconds)
        del self._timers[what]
        if not isinstance(what, bool):
            self._round[what.urgent].append(what)
        self._serve()

    def _lane(self, name: str) -> _Lane:
        one = self._lanes.setdefault(name, _Lane())
        self._lanes.move_to_end(name)
        if len(self._lanes) > IDLE_LANES:
            self._forget_idle(name)
        return one

    def _forget_idle(self, kept: str) -> None:
        now = self._clock()
        for name, one in list(self._lanes.items()):
            if name != kept and one.held_until <= now and (not one.times or one.times[-1] < now - self._crowd.seconds):
                del self._lanes[name]


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


def _until_free(times: deque[float], pace: Pace, most: float, now: float) -> float:
    """Return the seconds until fewer than ``most`` of ``times`` lie within the pace's window."""
    if not pace.most:
        return 0.0
    while times and times[0] <= now - pace.seconds:
        times.popleft()
    places = max(1, int(most))
    return 0.0 if len(times) < places else max(times[len(times) - places] + pace.seconds - now, 0.001)
