"""A message's way through the bot: everything that one delivered request or update causes, under one id.

The id stands in every log line on that way. What must happen when all of it is done (see
:mod:`bot.service.deduplication`) is registered here.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

Ending = Callable[[bool], Awaitable[None]]
"""Called at the end; told whether everything ran to its end (False: it was cancelled)."""

_current: ContextVar[Errand | None] = ContextVar("errand", default=None)


class Errand:
    """One message's way. Tasks that are started on it belong to it until they end."""

    def __init__(self) -> None:
        self.request = secrets.token_hex(6)
        self.tasks: set[asyncio.Task[Any]] = set()
        self._endings: list[Ending] = []

    def at_end(self, ending: Ending) -> None:
        """Call ``ending`` once, when nothing on this errand runs any more."""
        self._endings.append(ending)

    async def end(self, *, finished: bool) -> None:
        """Call what was registered, unless a task still runs: then that task's end does it."""
        if self.tasks:
            return
        endings, self._endings = self._endings, []
        for ending in endings:
            await ending(finished)

    def cancel(self) -> None:
        """Cancel the errand's tasks."""
        for task in tuple(self.tasks):
            task.cancel()

    async def wait(self, seconds: float) -> bool:
        """Wait for the errand's tasks, for ``seconds`` at most; return whether all have ended."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self.tasks:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            await asyncio.wait(set(self.tasks), timeout=left)
        return True


def current_errand() -> Errand | None:
    """Return the errand that the running code is on, or None."""
    return _current.get()


@contextmanager
def on_errand(errand: Errand) -> Iterator[Errand]:
    """Be on ``errand`` inside the context; its id goes into the log lines."""
    token = _current.set(errand)
    with structlog.contextvars.bound_contextvars(request=errand.request):
        try:
            yield errand
        finally:
            _current.reset(token)
