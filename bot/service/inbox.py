"""Deals with each delivery once, however often, by however many ways and to however many machines it comes.

A delivery is first *taken*, for some seconds that are renewed while it is being dealt with, then *done*, for an hour.
So what a process had taken when it was killed is dealt with when it is delivered again, and so is what failed; what
was done is not. Whoever acknowledges only what is DONE or SEEN loses nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.logs import get_logger, place_of
from bot.metrics import Metrics
from bot.service.ongoing import FINISH_SECONDS, LEASE_SECONDS, Ending, Leases, LoopLag, UnderWay, uncut
from bot.state.batch import Batch
from bot.state.retention import LIFETIMES, Kept, KeyMaker
from bot.state.store import DONE, MARK_BYTES, Claim, Count, Delete, Operation, Set, Store

LOOK_SECONDS = 1.0
"""Between looks at a delivery that another process has taken."""

TAP_SECONDS = 3
"""Within how long after an answer a further tap on the same button counts as the same."""

REQUEST_BYTES = 6

MOST_RESTING = 1_000
"""Deliveries that rest until they are tried again: one more is given up. A few kilobytes each."""

MOST_IN_TURN = 100
"""Deliveries that wait for one turn: one more is not taken on, where the platform sends it again."""

Work = Callable[[Batch], Awaitable[None]]
"""What is done about a delivery; what it keeps it reads and writes through the batch, and so in two round trips."""
Hurries = Callable[[], Awaitable[bool]]
"""Says whether a delivery is a cry for help, which waits for no turn."""


class Result(StrEnum):
    """What became of a delivery, as far as whoever acknowledges it needs to know."""

    DONE = "done"
    SEEN = "seen"
    """It had been dealt with before."""
    LATE = "late"
    """It is not done: it takes longer, or it failed. Where the platform delivers again, it is to do so."""


class NotDoneError(Exception):
    """Raised by work that could not be done now and may be later; what went wrong has been counted already."""


class _Delivery(Struct, frozen=True):
    """One delivery: what is done about it, under which key it is taken, and under which the finger that asked."""

    key: str
    work: Work
    turn: str = ""
    finger: str = ""
    hurries: Hurries | None = None
    ahead: Sequence[Operation] = ()
    rests: Sequence[float] = ()


class Inbox(UnderWay):
    """The deliveries of one platform. ``lag`` tells when more comes than can be dealt with in time."""

    def __init__(
        self,
        platform: str,
        store: Store,
        keys: KeyMaker,
        metrics: Metrics,
        lag: LoopLag | None = None,
    ) -> None:
        super().__init__()
        self._platform = platform
        self._store = store
        self._keys = keys
        self._metrics = metrics
        self._lag = lag
        self._leases = Leases(store)
        self._under_way: dict[str, Ending] = {}
        self._turns: dict[str, deque[asyncio.Future[None]]] = {}
        """Who stands in line for each turn; the first has it."""
        self._resting = 0
        self._stopping = asyncio.Event()

    async def take(
        self,
        mark: Sequence[str],
        work: Work,
        *,
        within: float | None = None,
        turn: str = "",
        again: bool = True,
        tap: Sequence[str] = (),
        hurries: Hurries | None = None,
        ahead: Sequence[Operation] = (),
        rests: Sequence[float] = (),
    ) -> Result:
        """Do ``work`` unless the delivery named by ``mark`` is done already; wait for that, ``within`` seconds at most.

        An empty ``mark`` is like no other. Work with the same ``turn`` is done in the order in which it was taken, but
        what ``hurries``: it does not wait behind an answer that cannot be sent just now.
        Work that raises is not done: its mark is released. ``again`` says that the platform delivers again what is
        not acknowledged: then work that is late when the process stops is given up, and nothing is taken on that
        could not be done in time; else it is gone on with in any case. ``tap`` names what is asked for, where a
        person may ask for it twice by a nervous finger: of deliveries with the same one, only the first is done, until
        some seconds after it; the others are SEEN. ``ahead`` is what the work is going to read and count in any case:
        it is done when the delivery is taken, in one round trip, as what the work sets is written with its end. Work
        that could not be done is tried again after each of ``rests``, in seconds, unless the process stops: for what
        nobody delivers again.
        """
        if again and self._lag is not None and self._lag.too_much:
            self._metrics.refused(self._platform, "overload")
            return Result.LATE
        key = self._keys.key(Kept.SEEN, self._platform, *mark) if mark else ""
        if again and key not in self._under_way and self._full(turn) and not await _is_true(hurries):
            self._metrics.refused(self._platform, "turn")
            return Result.LATE
        finger = self._keys.key(Kept.SEEN, self._platform, "tap", *tap) if tap else ""
        loop = asyncio.get_running_loop()
        deadline = None if within is None else loop.time() + within
        while True:
            joined = self._under_way.get(key)
            task = joined or self._start(_Delivery(key, work, turn, finger, hurries, ahead, rests))
            await task.ended(None if deadline is None else max(0.0, deadline - loop.time()))
            if not task.done():
                if again:
                    self._metrics.refused(self._platform, "unanswered")
                    if self._stopping.is_set():
                        # A message that is on its way is waited for: then the delivery is done, and nobody's any more.
                        task.give_up()
                        await asyncio.wait({task}, timeout=FINISH_SECONDS)
                if not task.done() or task.cancelled():
                    return Result.LATE
            result = Result.LATE if task.cancelled() else task.result()
            if joined is None or result is not Result.LATE or self._stopping.is_set():
                break
            # What was joined has failed: this delivery takes over.
        return Result.SEEN if joined is not None and result is Result.DONE else result

    def stop(self) -> None:
        """From now on nothing is both given back and gone on with: the next process gets it. Nothing rests any more."""
        self._stopping.set()

    def _full(self, turn: str) -> bool:
        return len(self._turns.get(turn, ())) >= MOST_IN_TURN

    def _start(self, delivery: _Delivery) -> Ending:
        task, key = self.start(self._do(delivery)), delivery.key
        if key:
            self._under_way[key] = task
            task.add_done_callback(lambda _task: self._under_way.pop(key, None))
        return task

    async def _do(self, delivery: _Delivery) -> Result:
        result, batch = Result.LATE, Batch(self._store, secrets.token_hex(REQUEST_BYTES), delivery.key)
        held: dict[str, bytes] = {}
        # In line before anything is awaited: what comes next stays behind.
        mine = self._line_up(delivery.turn) if delivery.turn else None
        try:
            if mine is not None and not mine.done() and not await _is_true(delivery.hurries):
                await mine
            if await self._taken(delivery, batch, held):
                batch = await self._worked(delivery, batch)
                result = Result.DONE
            else:
                result = Result.SEEN
        except NotDoneError:
            if delivery.rests:
                self._metrics.failed(self._platform, "given_up")
        except Exception as error:
            code, place = type(error).__name__, place_of(error)
            self._metrics.failed(self._platform, code)
            get_logger().error("failed", platform=self._platform, code=code, place=place, request=batch.request)
        finally:
            try:
                # What has been done is to be known, also where the process is told to stop just now.
                written = batch.close()
                kept = batch.unfinished if result is Result.LATE else written
                if kept or held:
                    await uncut(self._settle(delivery, held, kept, result), last=True)
            finally:
                if mine is not None:
                    self._step_out(delivery.turn, mine)
        return result

    async def _worked(self, delivery: _Delivery, batch: Batch) -> Batch:
        """Do the work, again after each of its rests; return the batch of the try that did it.

        Raises NotDoneError where none did.
        """
        for rest in delivery.rests:
            try:
                await delivery.work(batch)
            except NotDoneError:
                if self._resting >= MOST_RESTING or not await self._rested(rest):
                    raise
                batch.close()
                batch = Batch(self._store, batch.request, delivery.key)
            else:
                return batch
        await delivery.work(batch)
        return batch

    async def _rested(self, seconds: float) -> bool:
        """Wait for ``seconds``; return False where the process is to stop before they are over."""
        self._metrics.retried(self._platform)
        self._resting += 1
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return True
        finally:
            self._resting -= 1
        return False

    async def _taken(self, delivery: _Delivery, batch: Batch, held: dict[str, bytes]) -> bool:
        """Take the delivery and the finger that asked for it, which are ``held`` from then on, and look ahead.

        Returns False where another process has done it, or another tap asks for the same.
        """
        key, finger = delivery.key, delivery.finger
        # Of this call alone: a repeat after a lost answer recognises its own mark.
        claims = {key: secrets.token_bytes(MARK_BYTES)} if key else {}
        # What is delivered again is still the first of its tap.
        claims |= {finger: key.encode()} if finger else {}
        first = [Claim(name, mark, LEASE_SECONDS) for name, mark in claims.items()]
        ahead = [replace(one, done=key) if isinstance(one, Count) else one for one in delivery.ahead]
        found = dict(zip(claims, await batch.look_ahead(first, ahead), strict=True))
        while key and found[key] is not None:
            if found[key] == DONE:
                if finger and found[finger] is None:
                    await self._store.set(finger, key.encode(), TAP_SECONDS)
                return False
            await asyncio.sleep(LOOK_SECONDS)
            # Hundreds may wait for a machine that died: what they will read is asked for once they are taken.
            found = dict(zip(claims, await self._store.run(*first), strict=True))
            if found[key] is None:
                await batch.look_ahead((), ahead)
        mine = not finger or found[finger] in (None, key.encode())
        held |= {name: mark for name, mark in claims.items() if mine or name == key}
        for name, mark in held.items():
            self._leases.hold(name, mark)
        return mine

    async def _settle(
        self, delivery: _Delivery, held: Mapping[str, bytes], kept: Sequence[Set], result: Result
    ) -> None:
        """Write that the delivery is done, or release what was taken, with what is ``kept`` of it."""
        for name in held:
            await self._leases.let_go(name)
        if result is Result.LATE:
            operations: list[Operation] = [*(Delete(*each) for each in held.items()), *kept]
        else:
            done = {delivery.key: (DONE, LIFETIMES[Kept.SEEN]), delivery.finger: (delivery.key.encode(), TAP_SECONDS)}
            operations = [*(Set(name, *done[name]) for name in held), *kept]
        if operations:
            await self._store.run(*operations)

    def _line_up(self, turn: str) -> asyncio.Future[None]:
        """Return what is done once all that came before for ``turn`` is."""
        line, mine = self._turns.setdefault(turn, deque()), asyncio.get_running_loop().create_future()
        line.append(mine)
        if line[0] is mine:
            mine.set_result(None)
        return mine

    def _step_out(self, turn: str, mine: asyncio.Future[None]) -> None:
        line = self._turns[turn]
        line.remove(mine)
        if not line:
            del self._turns[turn]
        elif not line[0].done():
            line[0].set_result(None)


async def _is_true(hurries: Hurries | None) -> bool:
    """Say whether a delivery hurries; where that cannot be said, it does not."""
    try:
        return hurries is not None and await hurries()
    except Exception:  # what is wrong shows when the delivery is worked on
        return False
