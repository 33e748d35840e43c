"""Puts the parts together: content, model, conversation, and the services around it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from limits.aio.storage import MemoryStorage, Storage

from bot.conversation import Conversation
from bot.deduplication import Deduplicator
from bot.kept import KeyMaker
from bot.memory import Recollection
from bot.metrics import Metrics
from bot.ratelimits import RateLimits
from bot.services import Services
from bot.settings import Settings
from bot.store import MemoryStore, Store
from content.catalogue import Catalogue
from content.compiled import BUILT_FOLDER, load_catalogue
from content.digest import CONTENT_FOLDER, samples_digest
from intents.matcher import Matcher
from intents.modelfile import MODEL_FILE, read_model


def open_matcher(catalogue: Catalogue, root: Path = CONTENT_FOLDER) -> Matcher:
    """Return the matcher for ``catalogue``, from the model below ``root``.

    Raises ModelError where the model is missing, stale or does not fit the content.
    """
    model = read_model(root / BUILT_FOLDER / MODEL_FILE, samples_digest(root))
    return Matcher(catalogue, model)


def make_conversation(
    root: Path = CONTENT_FOLDER, store: Store | None = None, keys: KeyMaker | None = None
) -> Conversation:
    """Return a conversation on the content below ``root``; without a store it remembers in memory.

    Raises ContentError and ModelError as :func:`load_catalogue` and :func:`open_matcher` do.
    """
    catalogue = load_catalogue(root)
    matcher = open_matcher(catalogue, root)
    recollection = Recollection(store or MemoryStore(), keys or KeyMaker(secrets.token_bytes(32)))
    return Conversation(catalogue, matcher, recollection)


def bot_version() -> str:
    """Return the installed version of the bot, or "dev" from a checkout."""
    try:
        return version("calcoord-faqbot")
    except PackageNotFoundError:
        return "dev"


@asynccontextmanager
async def open_services(settings: Settings, root: Path = CONTENT_FOLDER) -> AsyncIterator[Services]:
    """Open everything an adapter needs, and close it afterwards.

    Raises ContentError and ModelError where there is nothing sound to answer with.
    """
    keys = KeyMaker(settings.hash_secret)
    async with open_store(settings) as store:
        conversation = make_conversation(root, store, keys)
        yield Services(
            settings=settings,
            conversation=conversation,
            deduplicator=Deduplicator(store, keys),
            limits=RateLimits(limit_storage(settings), keys),
            metrics=Metrics(bot_version(), conversation.catalogue.digest),
            store=store,
        )


def open_store(settings: Settings) -> Store:
    """Return the store that the settings name: Redis where REDIS_URL is set, else memory."""
    return MemoryStore()


def limit_storage(settings: Settings) -> Storage:
    """Return where the rate limits count."""
    return MemoryStorage()
