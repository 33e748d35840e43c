"""Puts the parts together: content, model, conversation, state and what stands around them; new content too."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.installed import VERSION
from bot.logs import get_logger
from bot.metrics import Metrics
from bot.service.desk import Desk
from bot.service.gaps import Gaps
from bot.service.inbox import Inbox
from bot.service.ongoing import LoopLag
from bot.settings import Settings
from bot.state.limits import RateLimits
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore, Store
from content.reading.compiled import load_catalogue
from content.reading.digest import CONTENT_FOLDER
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError
from intents.classifier.modelfile import ModelError
from intents.matcher import Matcher, open_matcher

REFUSALS = (ContentError, ModelError, OSError, ValueError)
"""Why new content is not taken up: mistakes in it, a model that does not belong to it, files half written."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything an adapter needs to answer."""

    settings: Settings
    conversation: Conversation
    desk: Desk
    store: Store
    keys: KeyMaker
    metrics: Metrics
    lag: LoopLag = field(default_factory=LoopLag)

    def open_inbox(self, platform: str) -> Inbox:
        """Return the inbox of ``platform``."""
        return Inbox(platform, self.store, self.keys, self.metrics, self.lag)


def make_services(
    settings: Settings,
    catalogue: Catalogue,
    matcher: Matcher,
    store: Store,
    keys: KeyMaker,
    metrics: Metrics,
    gaps: Gaps | None = None,
) -> Services:
    """Return everything an adapter needs, around ``catalogue``, ``matcher`` and ``store``."""
    conversation = Conversation(catalogue, matcher, Recollection(store, keys))
    limits = RateLimits(store, keys, shared=settings.redis_url is not None)
    desk = Desk(conversation, limits, metrics, get_logger, gaps)
    return Services(settings, conversation, desk, store, keys, metrics)


def open_content(root: Path) -> tuple[Catalogue, Matcher]:
    """Return the content below ``root`` and its matcher. Raises ContentError and ModelError."""
    catalogue = load_catalogue(root)
    return catalogue, open_matcher(catalogue, root)


@asynccontextmanager
async def open_services(settings: Settings, root: Path = CONTENT_FOLDER) -> AsyncIterator[Services]:
    """Open everything an adapter needs, and close it afterwards.

    Raises ContentError and ModelError where there is nothing sound to answer with, SettingsError where
    REDIS_URL is of no use. A Redis that is away is no error.
    """
    async with services_for(settings, *open_content(root)) as services:
        yield services


@asynccontextmanager
async def services_for(
    settings: Settings, catalogue: Catalogue, matcher: Matcher, clock: Callable[[], float] = time.time
) -> AsyncIterator[Services]:
    """Open everything an adapter needs around ``catalogue`` and ``matcher``. Raises SettingsError.

    ``clock`` gives the seconds since 1970 by which metrics and keys in Redis change with the calendar.
    """
    metrics = Metrics(VERSION, catalogue.digest, clock)
    gaps = Gaps(Path(settings.gaps_folder)) if settings.gaps_folder else None
    async with open_store(settings, metrics, clock) as store, gaps or nullcontext():
        # What never leaves this process is filed under a key that never does either.
        keys = KeyMaker(settings.hash_secret) if settings.redis_url else KeyMaker.of_process()
        yield make_services(settings, catalogue, matcher, store, keys, metrics, gaps)


def open_store(settings: Settings, metrics: Metrics, clock: Callable[[], float]) -> Store:
    """Return the store: in Redis where REDIS_URL is set, else in memory. Raises SettingsError."""
    if settings.redis_url is None:
        return MemoryStore()
    from bot.state.failover import open_shared_store  # only deployments with Redis pay for its client

    return open_shared_store(settings.redis_url.value, metrics, clock)


def log_refused(error: Exception) -> None:
    """Log why new content is not taken up, and what to do.

    The mistakes themselves are for the editor's terminal: they quote the content's lines.
    """
    command = "train" if isinstance(error, ModelError) else "check"
    get_logger().error(f"new content refused, old kept: run `faqbot {command}`", code=type(error).__name__)


class Reloader:
    """Takes up changed content without a restart, after the same checks as at the start: all or nothing."""

    def __init__(self, services: Services, root: Path = CONTENT_FOLDER) -> None:
        self._services = services
        self._root = root
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[bool]] = set()

    async def reload(self) -> bool:
        """Take up the content as it is on disk; return False where it has mistakes, and go on with the old."""
        async with self._one_at_a_time:
            try:
                # Reading and checking take seconds: not in the event loop.
                catalogue, matcher = await asyncio.to_thread(open_content, self._root)
            except REFUSALS as error:
                log_refused(error)
                self._services.metrics.reloaded("kept old")
                return False
            self._services.conversation.replace_content(catalogue, matcher)
            self._services.metrics.content(catalogue.digest)
            self._services.metrics.reloaded("ok")
            get_logger().info("content reloaded", content=catalogue.digest[:12])
            return True

    def start(self) -> None:
        """Reload beside everything else. What one more would read, one that waits already is going to."""
        if len(self._tasks) > 1:
            return
        task = asyncio.create_task(self.reload())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@contextmanager
def reload_on_hangup(services: Services, root: Path = CONTENT_FOLDER) -> Iterator[Reloader]:
    """Reload on each SIGHUP while the context lasts, where the system has it. Call it inside the event loop.

    One that came during the start, and was held back (:mod:`bot.__main__`), counts.
    """
    # What is loaded by now stays: no search for garbage need go through all of it again.
    gc.freeze()
    reloader = Reloader(services, root)
    hangup: signal.Signals | None = getattr(signal, "SIGHUP", None)
    if hangup is None:
        get_logger().warning("no SIGHUP on this system: restart to take up new content")
        yield reloader
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(hangup, reloader.start)
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, {hangup})
    try:
        yield reloader
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        loop.remove_signal_handler(hangup)
