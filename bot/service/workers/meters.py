"""The meters of several processes, shown as one: each writes its own on a board in memory that all of them share."""

from __future__ import annotations

import asyncio
import mmap
import zlib
from collections.abc import Callable, Iterable, Sequence

import msgspec
from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from bot.metrics import Metrics
from bot.service.ongoing import Ongoing

SEAT_BYTES = 1 << 20
"""Room for a process's meters: some 10,000 of them. Untouched memory costs nothing."""
HEAD_BYTES = 8
PUBLISH_SECONDS = 1.0
"""Between writings. What a killed process counted after the last one is lost."""
START_SECONDS = 0.02
"""Between looks whether it serves."""
LOOKS = 5
"""Times that a seat is looked at which is being written just then."""
LOWEST = ("faqbot_store_healthy", "faqbot_dependency_up")
"""Gauges that are as bad as the worst process says; the others are as high as the highest."""
ADDED = ("faqbot_log_lines_dropped",)
"""Gauges that count."""


class Meter(msgspec.Struct, frozen=True, array_like=True):
    """One sample, by the family that it belongs to."""

    family: str
    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


class Board:
    """Seats in memory that processes forked from this one share, written by one each, read by all.

    The first seat holds what processes that have ended had counted.
    """

    def __init__(self, seats: int) -> None:
        self._memory = mmap.mmap(-1, (seats + 1) * SEAT_BYTES)
        self._seats = range(1, seats + 1)

    def free(self, taken: Iterable[int]) -> int:
        """Return a seat that is not ``taken``, cleared."""
        seat = min(set(self._seats) - set(taken))
        self._clear(seat)
        return seat

    def ready(self, seat: int) -> bool:
        """Say whether the process on ``seat`` has begun to serve."""
        return bool(self._length(seat))

    def write(self, seat: int, meters: Sequence[Meter]) -> None:
        """Show ``meters`` on ``seat``; more than there is room for stay unshown."""
        raw = msgspec.msgpack.encode(meters)
        if len(raw) > SEAT_BYTES - HEAD_BYTES:
            return
        begin = seat * SEAT_BYTES
        # Whoever reads in the middle of this sees by the sum that it is none, and looks again.
        self._memory[begin : begin + HEAD_BYTES] = len(raw).to_bytes(4) + zlib.crc32(raw).to_bytes(4)
        self._memory[begin + HEAD_BYTES : begin + HEAD_BYTES + len(raw)] = raw

    def read(self, seat: int) -> list[Meter]:
        """Return what ``seat`` shows."""
        begin = seat * SEAT_BYTES
        for _ in range(LOOKS):
            head = self._memory[begin : begin + HEAD_BYTES]
            length = int.from_bytes(head[:4])
            raw = self._memory[begin + HEAD_BYTES : begin + HEAD_BYTES + length]
            if length and zlib.crc32(raw) == int.from_bytes(head[4:]):
                return msgspec.msgpack.decode(raw, type=list[Meter])
        return []

    def retire(self, seat: int) -> None:
        """Keep what the ended process on ``seat`` had counted, and clear the seat."""
        self.count(*(meter for meter in self.read(seat) if _counts(meter)))
        self._clear(seat)

    def count(self, *meters: Meter) -> None:
        """Add ``meters`` to what ended processes had counted. For the supervisor alone."""
        self.write(0, _together([*self.read(0), *meters]))

    def others(self, seat: int) -> list[Meter]:
        """Return what all but ``seat`` show."""
        return [meter for other in (0, *self._seats) if other != seat for meter in self.read(other)]

    def _length(self, seat: int) -> int:
        return int.from_bytes(self._memory[seat * SEAT_BYTES : seat * SEAT_BYTES + 4])

    def _clear(self, seat: int) -> None:
        self._memory[seat * SEAT_BYTES : seat * SEAT_BYTES + HEAD_BYTES] = bytes(HEAD_BYTES)


def meters_of(families: Iterable[Metric]) -> list[Meter]:
    """Return every sample of ``families``."""
    return [
        Meter(family.name, sample.name, tuple(sorted(sample.labels.items())), sample.value)
        for family in families
        for sample in family.samples
    ]


def added(families: Sequence[Metric], others: Sequence[Meter]) -> list[Metric]:
    """Return ``families`` with what ``others`` say of them, as one process would show it."""
    merged = _together([*meters_of(families), *others])
    shown = []
    for family in families:
        one = Metric(family.name, family.documentation, family.type, family.unit)
        one.samples = [
            Sample(meter.name, dict(meter.labels), meter.value) for meter in merged if meter.family == family.name
        ]
        shown.append(one)
    return shown


class Publishing(Ongoing):
    """Shows this process's meters on its seat of ``board`` while the context lasts, once it ``serves``."""

    def __init__(self, board: Board, seat: int, metrics: Metrics, serves: Callable[[], bool]) -> None:
        self._board = board
        self._seat = seat
        self._metrics = metrics
        self._serves = serves
        metrics.with_others = self._with_others

    def publish(self) -> None:
        """Show the meters as they are now."""
        if self._serves():
            self._board.write(self._seat, meters_of(self._metrics.own()))

    def _with_others(self, families: Sequence[Metric]) -> list[Metric]:
        """Return what all show; what has been shown once stays, also where this process is killed the next moment."""
        if self._serves():
            self._board.write(self._seat, meters_of(families))
        return added(families, self._board.others(self._seat))

    async def _go_on(self) -> None:
        while True:
            self.publish()
            await asyncio.sleep(PUBLISH_SECONDS if self._serves() else START_SECONDS)


def _together(meters: Iterable[Meter]) -> list[Meter]:
    """Return one meter for each name and labels."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Meter] = {}
    for meter in meters:
        key = (meter.name, meter.labels)
        before = found.get(key)
        if before is None:
            found[key] = meter
        else:
            found[key] = msgspec.structs.replace(meter, value=_agreed(meter, before.value))
    return list(found.values())


def _agreed(meter: Meter, other: float) -> float:
    if _counts(meter) and not meter.name.endswith("_created"):
        return meter.value + other
    lowest = meter.name in LOWEST or meter.name.endswith("_created")
    return min(meter.value, other) if lowest else max(meter.value, other)


def _counts(meter: Meter) -> bool:
    """Say whether ``meter`` still counts when its process has ended. A gauge's sample has its family's name."""
    return meter.name != meter.family or meter.name in ADDED
