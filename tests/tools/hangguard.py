"""Ends what hangs: what costs far too much, by this process's own work, and what waits far too long, by time.

Both bounds only catch what never ends: nothing may be measured by them, however busy the machine is.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

HANG_GUARD = 600.0
"""Seconds that nothing takes: where they pass, what was waited for does not come."""

CPU_SECONDS = 20.0
"""Hundreds of times what anything so guarded costs, and far below what grows with a power of a message's length."""


class CostsTooMuchError(Exception):
    """The guarded work was ended."""


@contextmanager
def costs_little() -> Iterator[None]:
    """Raise where the work in the context takes more than :data:`CPU_SECONDS` of this process's processor time."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise CostsTooMuchError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
