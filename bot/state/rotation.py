"""Keys in a shared store change with the calendar, under secrets that are made at random and end by themselves.

What is kept is filed under a secret of the period in which that happens and, where it lives longer, under the next
period's too; so one look under the present one finds everything. A secret ends with its period. From then on nobody,
whatever else they hold, can tell whose the period's keys were (docs/decisions/008-seizure.md).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from bot.state.retention import DAY, Kept, keyed_hash
from bot.state.store import Claim, Count, Delete, Get, Operation, Set, Store

PERIODS: dict[str, int] = {Kept.LANGUAGE: 30 * DAY, Kept.GREETED: 7 * DAY}
"""Seconds that a secret serves, by kind; a day for all others. None is shorter than what is filed under it lives."""
SKEW_SECONDS = 60
"""How far machines' clocks may differ at a turn."""
LOOK_SECONDS = 60
"""Between looks whether the store still has the secrets: it may have been emptied, and other machines make new ones."""
SECRET_BYTES = 32


class Rotated(Store):
    """``shared`` under changing keys. ``clock`` gives the time in seconds since 1970, the same on all machines."""

    def __init__(self, shared: Store, clock: Callable[[], float] = time.time) -> None:
        self._shared = shared
        self._clock = clock
        self._secrets: dict[tuple[int, int], bytes] = {}
        """By the length of a period and its number."""
        self._looked = float("-inf")

    async def run(self, *operations: Operation) -> list[Any]:
        now = self._clock()
        await self._know({period_of(operation.key) for operation in operations}, now)
        filed = [list(self._filed(operation, now)) for operation in operations]
        answers = iter(await self._shared.run(*(one for each in filed for one in each)))
        return [
            next(answers) if len(each) == 1 else _agreed(operation, [next(answers) for _ in each])
            for operation, each in zip(operations, filed, strict=True)
        ]

    async def healthy(self) -> bool:
        """Say whether the store answers, and give it back the secrets where it has lost them."""
        self._looked = float("-inf")
        await self._know({period for period, _ in self._secrets}, self._clock())
        return await self._shared.healthy()

    async def __aenter__(self) -> Rotated:
        await self._shared.__aenter__()
        return self

    async def __aexit__(self, *how: object) -> None:
        await self._shared.__aexit__(*how)

    async def _know(self, periods: set[int], now: float) -> None:
        """Have the secrets of this and the next of each of ``periods``: the store's where it has one, else new ones."""
        wanted = {(period, int(now // period) + ahead) for period in periods for ahead in (0, 1)}
        if wanted <= self._secrets.keys() and abs(now - self._looked) < LOOK_SECONDS:
            return
        known = {(period, number) for period, number in self._secrets if (number + 1) * period > now}
        asked = sorted(wanted | known)
        claims = [self._claim(period, number, now) for period, number in asked]
        found = await self._shared.run(*claims)
        # Another call may have learnt others meanwhile.
        kept = {place: secret for place, secret in self._secrets.items() if (place[1] + 1) * place[0] > now}
        self._secrets = kept | {
            place: theirs or claim.value for place, claim, theirs in zip(asked, claims, found, strict=True)
        }
        self._looked = now

    def _claim(self, period: int, number: int, now: float) -> Claim:
        mine = self._secrets.get((period, number)) or secrets.token_bytes(SECRET_BYTES)
        return Claim(f"secret:{period}:{number}", mine, int((number + 1) * period - now) + SKEW_SECONDS)

    def _filed(self, operation: Operation, now: float) -> Iterator[Operation]:
        """Yield ``operation`` under the present secret, and under the next where that will be looked under too."""
        period = period_of(operation.key)
        number = int(now // period)
        left = int((number + 1) * period - now) + 1
        match operation:
            case Set(key, value, seconds) | Claim(key, value, seconds):
                kind, seconds = type(operation), whole_days(seconds, now)
                yield kind(self._key(key, period, number), value, min(seconds, left + SKEW_SECONDS))
                if seconds > left - SKEW_SECONDS:
                    yield kind(self._key(key, period, number + 1), value, seconds)
            case Count(windows):
                yield self._counted(operation, period, number)
                if max(window.seconds for window in windows) > left - SKEW_SECONDS:
                    yield self._counted(operation, period, number + 1)
            case Delete(key, value):
                yield Delete(self._key(key, period, number), value)
                yield Delete(self._key(key, period, number + 1), value)
            case Get(key):
                yield Get(self._key(key, period, number))

    def _counted(self, count: Count, period: int, number: int) -> Count:
        windows = tuple(replace(one, key=self._key(one.key, period, number)) for one in count.windows)
        done = self._key(count.done, period, number) if count.done else ""
        return Count(windows, self._name(count.once, period, number), done)

    def _key(self, key: str, period: int, number: int) -> str:
        return f"{key.partition(':')[0]}:{self._name(key, period, number)}"

    def _name(self, name: str, period: int, number: int) -> str:
        """Return ``name`` hashed under a period's secret; nothing where there is none."""
        return keyed_hash(self._secrets[period, number], name) if name else ""


def period_of(key: str) -> int:
    """Return the seconds that a secret serves for keys like ``key``."""
    return PERIODS.get(key.partition(":")[0], DAY)


def whole_days(seconds: int, now: float) -> int:
    """Return ``seconds``; of a day or more, what is left of them at the last midnight (UTC) before they end.

    So the time at which a key ends does not tell the second at which somebody was here.
    """
    return seconds if seconds < DAY else int((now + seconds) // DAY * DAY - now) or seconds


def _agreed(operation: Operation, answers: list[Any]) -> Any:
    """Return what ``operation`` gives, of what it gave under each secret."""
    if isinstance(operation, Claim):
        return next((answer for answer in answers if answer is not None), None)
    return max(answers, key=lambda found: found[1]) if isinstance(operation, Count) else answers[0]
