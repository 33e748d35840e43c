"""In what order messages leave: each chat has a lane of its own, urgent help goes first, the rest shares fairly.

A lane that is held (the platform asked to wait there) holds nobody else. What all lanes share is a number of calls a
second and a number of calls under way; urgent help may use a part of either that nothing else may.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

AT_ONCE = 100
"""Ordinary calls under way at once. Urgent help is not counted: it never waits for a free connection."""
RESERVED = 0.2
"""The part of a second's calls that is kept for urgent help."""
IDLE_LANES = 1_000
"""Lanes that are remembered before those are dropped in which nothing is to be waited for."""

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class HeldError(Exception):
    """The lane is held for longer than the caller waits; ``seconds`` says for how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__("held")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``most`` calls within ``seconds``; 0 is no bound."""

    most: float = 0
    seconds: float = 1.0


@dataclass(slots=True)
class _Lane:
    held_until: float = 0.0
    times: deque[float] = field(default_factory=deque)


class Lanes:
    """The lanes of one platform: ``pace`` bounds all together, ``crowd`` each lane of a group.

    ``clock`` gives seconds that never go back, ``sleep`` waits on it.
    """

    def __init__(
        self,
        pace: Pace | None = None,
        crowd: Pace | None = None,
        *,
        at_once: int = AT_ONCE,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._pace = pace or Pace()
        self._crowd = crowd or Pace()
        self._at_once = at_once
        self._clock = clock
        self._sleep = sleep
        self._lanes: OrderedDict[str, _Lane] = OrderedDict()
        self._times: deque[float] = deque()
        self._under_way = 0
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._ordinary: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        """Who waits, lane by lane; the lane at the front is served next and then goes to the end."""
        self._timer: asyncio.Task[None] | None = None

    def hold(self, lane: str, seconds: float) -> None:
        """Let nothing through in ``lane`` for ``seconds`` but what does not heed it."""
        one = self._lane(lane)
        one.held_until = max(one.held_until, self._clock() + seconds)

    def held(self, lane: str) -> float:
        """Return the seconds for which ``lane`` is held."""
        one = self._lanes.get(lane)
        return max(0.0, one.held_until - self._clock()) if one else 0.0

    @asynccontextmanager
    async def turn(
        self, lane: str, *, urgent: bool = False, heeding: bool = True, longest: float = 60.0, crowd: bool = False
    ) -> AsyncIterator[None]:
        """Wait until a call may go out in ``lane``, which may be a ``crowd``'s; the call is made in the context.

        Without ``heeding``, neither a hold nor the crowd's pace is waited for. Raises HeldError where the lane is
        held for more than ``longest`` seconds.
        """
        if heeding:
            await self._while_held(lane, longest, crowd=crowd)
        await self._turn_of_all(lane, urgent=urgent)
        if crowd and self._crowd.most:
            self._lane(lane).times.append(self._clock())
        try:
            yield
        finally:
            self._under_way -= not urgent
            self._serve()

    def close(self) -> None:
        """Stop waiting for the next second."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _while_held(self, lane: str, longest: float, *, crowd: bool) -> None:
        while True:
            wait = self.held(lane)
            if wait > longest:
                raise HeldError(wait)
            if not wait and crowd:
                wait = _until_free(self._lane(lane).times, self._crowd, self._crowd.most, self._clock())
            if not wait:
                return
            await self._sleep(wait)

    async def _turn_of_all(self, lane: str, *, urgent: bool) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if urgent:
            self._urgent.append(mine)
        else:
            self._ordinary.setdefault(lane, deque()).append(mine)
        self._serve()
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._under_way -= not urgent
                self._serve()
            raise

    def _serve(self) -> None:
        """Let out whoever may go, urgent help first, then one of each lane in turn."""
        while self._urgent or self._ordinary:
            share = self._pace.most if self._urgent else self._pace.most * (1 - RESERVED)
            if not self._urgent and self._under_way >= self._at_once:
                return
            if wait := _until_free(self._times, self._pace, share, self._clock()):
                self._look_again_in(wait)
                return
            urgent = bool(self._urgent)
            waiting = self._next()
            if waiting.done():  # its caller has gone
                continue
            if self._pace.most:
                self._times.append(self._clock())
            self._under_way += not urgent
            waiting.set_result(None)

    def _next(self) -> asyncio.Future[None]:
        if self._urgent:
            return self._urgent.popleft()
        lane, waiting = self._ordinary.popitem(last=False)
        first = waiting.popleft()
        if waiting:
            self._ordinary[lane] = waiting
        return first

    def _look_again_in(self, seconds: float) -> None:
        if self._timer is None or self._timer.done():
            self._timer = asyncio.create_task(self._look_again(seconds))

    async def _look_again(self, seconds: float) -> None:
        await self._sleep(seconds)
        self._timer = None
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
            if name != kept and one.held_until <= now and (not one.times or one.times[-1] < now - 60):
                del self._lanes[name]


def _until_free(times: deque[float], pace: Pace, most: float, now: float) -> float:
    """Return the seconds until fewer than ``most`` of ``times`` lie within the pace's window."""
    if not pace.most:
        return 0.0
    while times and times[0] <= now - pace.seconds:
        times.popleft()
    places = max(1, int(most))
    return 0.0 if len(times) < places else max(times[len(times) - places] + pace.seconds - now, 0.001)
