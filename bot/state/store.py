"""Short-lived state behind one small interface: in memory by default."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Self

from msgspec import Struct

MEMORY_KEYS = 100_000
"""Keys of short life held in memory at most, and as many of long life, so that a busy hour takes nobody's language:
beyond that the oldest of the most numerous kind go."""
SHORT_SECONDS = 3_600
"""The longest that a short life lasts."""
MARK_BYTES = 16
"""Of a mark that tells one call from all others."""


class Get(Struct, frozen=True):
    """Gives the value of ``key``, or None."""

    key: str


class Set(Struct, frozen=True):
    """Keeps ``value`` under ``key`` for ``seconds``."""

    key: str
    value: bytes
    seconds: int


class Claim(Struct, frozen=True):
    """Keeps ``value`` under ``key`` where nothing is kept there, and gives None; else gives what is there.

    Of several callers at once, on however many machines, one gets None.
    """

    key: str
    value: bytes
    seconds: int


class Delete(Struct, frozen=True):
    """Forgets ``key``; where ``value`` is named, only while it holds that: what another has taken since stays."""

    key: str
    value: bytes = b""


class Window(Struct, frozen=True):
    """At most ``most`` under ``key`` within ``seconds``."""

    key: str
    seconds: int
    most: int


class Count(Struct, frozen=True):
    """Counts one more in each of ``windows`` where all have room, and gives (-1, 0.0).

    Else nothing is counted, and it gives the place of the first that is full, and the seconds until its oldest is no
    longer within it. What has a name of its own (``once``) is counted once in a window, and has room there when it
    comes again. Where ``done`` is the key of a delivery that is DONE, nothing is counted, as if there were room.
    """

    windows: tuple[Window, ...]
    once: str = ""
    done: str = ""

    @property
    def key(self) -> str:
        """The key of the first window."""
        return self.windows[0].key


ROOM = (-1, 0.0)
"""What a :class:`Count` gives where there was room."""
DONE = b"done"
"""The value of a delivery's key once it is dealt with."""


Operation = Get | Set | Claim | Delete | Count


class Store(ABC):
    """Keys with a lifetime. Implementations are async context managers."""

    @abstractmethod
    async def run(self, *operations: Operation) -> list[Any]:
        """Do ``operations`` in one round trip; return what each gives, in order."""

    @abstractmethod
    async def healthy(self) -> bool:
        """Say whether the store answers."""

    async def state(self) -> str:
        """Return a word for how it is; "ok" is the good one."""
        return "ok" if await self.healthy() else "degraded"

    async def get(self, key: str) -> bytes | None:
        """Return the value of ``key``, or None."""
        value: bytes | None = (await self.run(Get(key)))[0]
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep ``value`` under ``key`` for ``seconds``."""
        await self.run(Set(key, value, seconds))

    async def delete(self, key: str) -> None:
        """Forget ``key``."""
        await self.run(Delete(key))

    async def count(self, key: str, seconds: int, most: int, once: str = "") -> float:
        """Do what :class:`Count` says in one window; return the seconds, or 0.0."""
        wait: float = (await self.run(Count((Window(key, seconds, most),), once)))[0][1]
        return wait

    async def __aenter__(self) -> Self:
        return self

    @abstractmethod
    async def __aexit__(self, *_: object) -> None: ...


class MemoryStore(Store):
    """State of one process. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, size: int = MEMORY_KEYS) -> None:
        self._clock = clock
        self._size = size
        self._lifetimes: dict[str, int] = {}
        """How long each key was to live when it was last written."""
        self._kept: dict[int, dict[str, tuple[Any, float]]] = {}
        """By lifetime, values and when they end: what was written first ends first."""

    async def run(self, *operations: Operation) -> list[Any]:
        self._drop_ended()
        return [self._do(operation) for operation in operations]

    async def healthy(self) -> bool:
        return True

    async def __aexit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._lifetimes.clear()
        self._kept.clear()

    def keys(self) -> list[str]:
        """Return the keys held, some of them perhaps beyond their time."""
        return list(self._lifetimes)

    def copy(self, key: str) -> tuple[bytes, int] | None:
        """Return what ``key`` holds and for how many more seconds; None where that is nothing, or counted."""
        value = self._value(key)
        if not isinstance(value, bytes):
            return None
        _, ends = self._kept[self._lifetimes[key]][key]
        return value, math.ceil(ends - self._clock())

    def _do(self, operation: Operation) -> Any:
        match operation:
            case Get(key):
                return self._value(key)
            case Set(key, value, seconds):
                self._keep(key, value, seconds)
            case Claim(key, value, seconds):
                if (found := self._value(key)) is not None:
                    return found
                self._keep(key, value, seconds)
            case Delete(key, value):
                if not value or self._value(key) == value:
                    self._drop(key)
            case Count():
                return self._count(operation)
        return None

    def _value(self, key: str) -> Any:
        seconds = self._lifetimes.get(key)
        if seconds is None:
            return None
        value, ends = self._kept[seconds][key]
        return value if ends > self._clock() else None

    def _count(self, count: Count) -> tuple[int, float]:
        if count.done and self._value(count.done) == DONE:
            return ROOM
        now, counted = self._clock(), []
        for place, window in enumerate(count.windows):
            # Not a deque: an empty one takes 760 bytes, and most people write once.
            found: list[tuple[float, str]] = self._value(window.key) or []
            times = [one for one in found if one[0] > now - window.seconds]
            if count.once and any(name == count.once for _, name in times):
                continue
            if len(times) >= window.most:
                return place, times[0][0] + window.seconds - now
            counted.append((window, times))
        for window, times in counted:
            self._keep(window.key, [*times, (now, count.once)], window.seconds)
        return ROOM

    def _keep(self, key: str, value: Any, seconds: int) -> None:
        self._drop(key)
        self._kept.setdefault(seconds, {})[key] = (value, self._clock() + seconds)
        self._lifetimes[key] = seconds
        if len(self._lifetimes) > self._size:
            self._make_room(short=seconds <= SHORT_SECONDS)

    def _drop_ended(self) -> None:
        now = self._clock()
        for kept in self._kept.values():
            while kept and next(iter(kept.values()))[1] <= now:
                self._drop(next(iter(kept)))

    def _make_room(self, *, short: bool) -> None:
        """Drop the oldest of the most numerous kind where those of short, or of long life have become too many."""
        kinds = [kept for seconds, kept in self._kept.items() if (seconds <= SHORT_SECONDS) is short]
        if sum(map(len, kinds)) > self._size:
            most = max(kinds, key=len)
            self._drop(next(iter(most)))

    def _drop(self, key: str) -> None:
        seconds = self._lifetimes.pop(key, None)
        if seconds is not None:
            del self._kept[seconds][key]
