"""Work that goes on after a request was acknowledged, and is finished before the process ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.service.errand import Errand, current_errand, on_errand

T = TypeVar("T")

DRAIN_SECONDS = 20.0
"""How long stopping waits; Heroku-style platforms kill a process 30 seconds after SIGTERM
(https://devcenter.heroku.com/articles/dynos#shutdown)."""


class BackgroundTasks:
    """A set of running tasks. Bolt and Starlette forget theirs at shutdown, so they are kept here.

    Each task is on the errand of whoever starts it, else on a new one.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run ``work`` and remember it until it ends."""
        errand = current_errand() or Errand()
        task = asyncio.create_task(_run(work, errand))
        errand.tasks.add(task)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Also where it was cancelled before it began to run.
        task.add_done_callback(errand.tasks.discard)
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


async def _run(work: Coroutine[Any, Any, T], errand: Errand) -> T:
    finished = True
    with on_errand(errand):
        try:
            return await work
        except asyncio.CancelledError:
            finished = False
            raise
        finally:
            own = asyncio.current_task()
            if own is not None:
                errand.tasks.discard(own)
            await errand.end(finished=finished)
