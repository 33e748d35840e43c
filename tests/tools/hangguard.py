"""Ends what hangs: what costs far too much, by this process's own work, and what waits far too long, by time.

Both bounds only catch what never ends: nothing may be measured by them, however busy the machine is. On Linux, where
tests are killed and so can end nothing, what they started ends all the same.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

HANG_GUARD = 600.0
"""Seconds that nothing takes: where they pass, what was waited for does not come."""

CPU_SECONDS = 20.0
"""Hundreds of times what anything so guarded costs, and far below what grows with a power of a message's length."""


_PR_SET_PDEATHSIG = 1


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


def end_with(parent: int) -> None:
    """Let the system kill this process as soon as ``parent`` ends, which made it; at once where it has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


def ends_with_us(command: Sequence[str | os.PathLike[str]], name: str = "KILL") -> list[str | os.PathLike[str]]:
    """Return ``command`` so that the program gets this signal as soon as the thread ends that starts it."""
    leash = shutil.which("setpriv")
    return [leash, "--pdeathsig", name, "--", *command] if leash else [*command]
