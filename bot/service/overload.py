"""Notices when more comes than can be answered in time, by how late the event loop is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

LOOK_SECONDS = 0.05
TOO_LATE_SECONDS = 0.3
"""An answer takes some ten turns of the loop: at this lateness it would take about as long as Slack waits."""
NEWEST_COUNTS = 0.3
"""The weight of the newest measurement in the running mean: a single stall is no overload."""


class LoopLag:
    """Measures the lateness of the running event loop while its context lasts."""

    def __init__(self, too_late: float = TOO_LATE_SECONDS) -> None:
        self._too_late = too_late
        self._task: asyncio.Task[None] | None = None
        self.seconds = 0.0
        """The running mean of how late the loop is."""

    @property
    def too_much(self) -> bool:
        """Whether what comes now could not be answered in time."""
        return self.seconds > self._too_late

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._measure())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(LOOK_SECONDS)
            late = loop.time() - begun - LOOK_SECONDS
            self.seconds += NEWEST_COUNTS * (late - self.seconds)
