"""Looks after the content while the page is open: takes up what changes, and says what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from msgspec import Struct

from bot.playground.stage import Stage
from bot.service.app import REFUSALS
from bot.service.ongoing import Ongoing
from content.reading.watching import LOOK_SECONDS, state_of
from content.schema.errors import ContentError, Problem

BREATH_SECONDS = 0.3
"""Before all is checked, which takes seconds: the page fetches what is new first."""

Check = Callable[[Path], Sequence[Problem | str]]
"""Returns the warnings about the content below a folder. Raises ContentError with its mistakes."""


class State(Struct, frozen=True):
    """What is known of the content: ``mistakes`` keep it from being taken up, ``warnings`` do not.

    ``number`` grows with each change; ``checking``: the warnings are still being looked for.
    """

    number: int = 0
    mistakes: tuple[Problem | str, ...] = ()
    warnings: tuple[Problem | str, ...] = ()
    checking: bool = False


class Watch(Ongoing):
    """Watches the content below ``root`` for ``stage``; an async context manager. ``told`` is called at each change."""

    def __init__(self, stage: Stage, root: Path, check: Check, told: Callable[[], Awaitable[None]]) -> None:
        self._stage = stage
        self._root = root
        self._check = check
        self._told = told
        self.state = State(checking=True)

    async def _go_on(self) -> None:
        number, seen = 0, None
        while True:
            now = await asyncio.to_thread(state_of, self._root)
            if now != seen:
                await self._look(number)
                number, seen = number + 1, now
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, number: int) -> None:
        """Take up the content where it is sound, then check all of it."""
        mistakes: tuple[Problem | str, ...] = ()
        warnings: tuple[Problem | str, ...] = ()
        try:
            catalogue, matcher = await asyncio.to_thread(self._stage.load)
        except REFUSALS as error:
            mistakes = error.problems if isinstance(error, ContentError) else (str(error),)
        else:
            self._stage.replace_content(catalogue, matcher)
        await self._say(State(number, mistakes, checking=True))
        await asyncio.sleep(BREATH_SECONDS)
        try:
            warnings = tuple(await asyncio.to_thread(self._check, self._root))
        except ContentError as error:
            mistakes = tuple(dict.fromkeys((*mistakes, *error.problems)))
        except OSError as error:
            mistakes = (*mistakes, str(error))
        await self._say(State(number, mistakes, warnings))

    async def _say(self, state: State) -> None:
        self.state = state
        await self._told()
