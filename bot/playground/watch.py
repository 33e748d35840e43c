"""Looks after the content while the page is open: takes up what changes, and says what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bot.installed import as_called, command_name
from bot.playground.stage import Stage
from bot.service.app import REFUSALS
from bot.service.ongoing import Ongoing, aside
from content.reading.layout import BUILT_FOLDER
from content.reading.watching import LOOK_SECONDS, state_of, state_of_file
from content.schema.errors import ContentError, Problem
from intents.classifier.modelfile import MODEL_FILE

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
        self._number = 0
        self._unchecked = asyncio.Event()
        self.state = State(checking=True)

    async def _go_on(self) -> None:
        """Take up each change at once: what is being checked may be older."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._take_up())
            both.create_task(self._check_all())

    async def _take_up(self) -> None:
        seen = None
        while True:
            # `faqbot train` changes the model alone, and the content waits for it.
            model = state_of_file(self._root / BUILT_FOLDER / MODEL_FILE)
            now = model | await asyncio.to_thread(state_of, self._root)
            if now != seen:
                seen = now
                await self._say(State(self._number, await self._load(), checking=True))
                self._number += 1
                self._unchecked.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def _load(self) -> tuple[Problem | str, ...]:
        """Answer from the content as it is now; return the mistakes that keep it from that."""
        try:
            catalogue, matcher = await aside(self._stage.load)
        except REFUSALS as error:
            return error.problems if isinstance(error, ContentError) else (str(error),)
        self._stage.replace_content(catalogue, matcher)
        return ()

    async def _check_all(self) -> None:
        """Check all of the content, which takes seconds; what a change has overtaken is not told."""
        while True:
            await self._unchecked.wait()
            await asyncio.sleep(BREATH_SECONDS)
            self._unchecked.clear()
            number, mistakes = self.state.number, self.state.mistakes
            warnings: tuple[Problem | str, ...] = ()
            try:
                warnings = tuple(await aside(partial(self._check, self._root)))
            except ContentError as error:
                mistakes = tuple(dict.fromkeys((*mistakes, *error.problems)))
            except OSError as error:
                mistakes = (*mistakes, str(error))
            if not self._unchecked.is_set():
                await self._say(State(number, mistakes, warnings))

    async def _say(self, state: State) -> None:
        self.state = replace(state, mistakes=_to_type(state.mistakes), warnings=_to_type(state.warnings))
        await self._told()


def _to_type(problems: Iterable[Problem | str]) -> tuple[Problem | str, ...]:
    """Return ``problems`` with each command in them as an editor here can type it."""
    name = command_name()
    return tuple(
        as_called(one, name) if isinstance(one, str) else replace(one, message=as_called(one.message, name))
        for one in problems
    )
