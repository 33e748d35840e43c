"""Takes up changed content without a restart: on SIGHUP, after the same checks as at the start, all or nothing."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.logs import get_logger
from bot.service.background import BackgroundTasks
from bot.service.services import Services
from bot.service.startup import open_matcher
from content.reading.compiled import load_catalogue
from content.reading.digest import CONTENT_FOLDER
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError
from intents.classifier.modelfile import ModelError
from intents.matcher import Matcher

REFUSALS = (ContentError, ModelError, OSError, ValueError)
"""Why new content is not taken up: mistakes in it, a model that does not belong to it, files half written."""


class Reloader:
    """Reloads the content below ``root`` into the conversation of ``services``."""

    def __init__(self, services: Services, root: Path = CONTENT_FOLDER) -> None:
        self._services = services
        self._root = root
        self._one_at_a_time = asyncio.Lock()

    async def reload(self) -> bool:
        """Take up the content as it is on disk; return False where it has mistakes, and go on with the old."""
        async with self._one_at_a_time:
            try:
                # Reading and checking take seconds: not in the event loop.
                catalogue, matcher = await asyncio.to_thread(_load, self._root)
            except REFUSALS as error:
                # The mistakes themselves are for the editor's terminal: they quote the content's lines.
                get_logger().error("new content refused, old kept: run `faqbot check`", code=type(error).__name__)
                self._services.metrics.reloaded("kept old")
                return False
            self._services.conversation.replace_content(catalogue, matcher)
            self._services.metrics.content(catalogue.digest)
            self._services.metrics.reloaded("ok")
            get_logger().info("content reloaded", content=catalogue.digest[:12])
            return True


@contextmanager
def reload_on_hangup(services: Services, root: Path = CONTENT_FOLDER) -> Iterator[Reloader]:
    """Reload on each SIGHUP while the context lasts, where the system has it. Call it inside the event loop."""
    reloader, work = Reloader(services, root), BackgroundTasks()
    hangup: signal.Signals | None = getattr(signal, "SIGHUP", None)
    if hangup is None:
        get_logger().warning("no SIGHUP on this system: restart to take up new content")
        yield reloader
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(hangup, lambda: work.start(reloader.reload()))
    try:
        yield reloader
    finally:
        loop.remove_signal_handler(hangup)


def _load(root: Path) -> tuple[Catalogue, Matcher]:
    catalogue = load_catalogue(root)
    return catalogue, open_matcher(catalogue, root)
