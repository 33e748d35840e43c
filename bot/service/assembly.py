"""Puts the parts together: content, model, conversation, and the services around it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from limits.aio.storage import Storage

from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.metrics import Metrics
from bot.service.deduplication import Deduplicator
from bot.service.services import Services
from bot.service.startup import open_matcher
from bot.settings import Settings
from bot.state.limits import RateLimits
from bot.state.memorycounts import MemoryCounts
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore, Store
from bot.version import bot_version
from content.reading.compiled import load_catalogue
from content.reading.digest import CONTENT_FOLDER
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher


@asynccontextmanager
async def open_services(settings: Settings, root: Path = CONTENT_FOLDER) -> AsyncIterator[Services]:
    """Open everything an adapter needs, and close it afterwards.

    Raises ContentError and ModelError where there is nothing sound to answer with, SettingsError where
    REDIS_URL is of no use. A Redis that is away is no error.
    """
    catalogue = load_catalogue(root)
    async with services_for(settings, catalogue, open_matcher(catalogue, root)) as services:
        yield services


@asynccontextmanager
async def services_for(settings: Settings, catalogue: Catalogue, matcher: Matcher) -> AsyncIterator[Services]:
    """Open everything an adapter needs around ``catalogue`` and ``matcher``. Raises SettingsError."""
    keys = KeyMaker(settings.hash_secret)
    metrics = Metrics(bot_version(), catalogue.digest)
    shared, counts = open_state(settings, metrics)
    async with shared as store:
        yield Services(
            settings=settings,
            conversation=Conversation(catalogue, matcher, Recollection(store, keys)),
            deduplicator=Deduplicator(store, keys),
            limits=RateLimits(counts, keys),
            metrics=metrics,
            store=store,
        )


def open_state(settings: Settings, metrics: Metrics) -> tuple[Store, Storage]:
    """Return the store, and where rate limits count: in Redis where REDIS_URL is set, else in memory.

    Raises SettingsError where REDIS_URL is of no use.
    """
    if settings.redis_url is None:
        return MemoryStore(), MemoryCounts()
    from bot.state.sharedstate import open_shared_state  # noqa: PLC0415 - only deployments with Redis pay for its client

    return open_shared_state(settings.redis_url.value, metrics)
