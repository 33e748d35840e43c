"""Work that goes on after a request was acknowledged, and is finished before the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

DRAIN_SECONDS = 20.0
"""How long stopping waits; Heroku-style platforms kill a process 30 seconds after SIGTERM
(https://devcenter.heroku.com/articles/dynos#shutdown)."""


class BackgroundTasks:
    """A set of running tasks. Bolt and Starlette forget theirs at shutdown, so they are kept here."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run ``work`` and remember it until it ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def drain(self, seconds: float = DRAIN_SECONDS) -> int:
        """Wait until everything started has ended; return how many tasks had to be cancelled after ``seconds``."""
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)
