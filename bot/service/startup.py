"""Opens what every command needs, and no more: the content, its model, and a conversation on them."""

from __future__ import annotations

import secrets
from pathlib import Path

from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore, Store
from content.reading.compiled import BUILT_FOLDER, load_catalogue
from content.reading.digest import CONTENT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import MODEL_FILE, read_model, recipe
from intents.matcher import Matcher


def open_matcher(catalogue: Catalogue, root: Path = CONTENT_FOLDER) -> Matcher:
    """Return the matcher for ``catalogue``, from the model below ``root``.

    Raises ModelError where the model is missing, stale or does not fit the content.
    """
    model = read_model(root / BUILT_FOLDER / MODEL_FILE, recipe(root))
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
