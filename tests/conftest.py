"""What all tests share: the catalogue and the matcher (made once), a fresh conversation, and ``--update-goldens``."""

from __future__ import annotations

import hypothesis
import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.reading.compiled import BUILT_FOLDER, load_catalogue
from content.reading.digest import CONTENT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import MODEL_FILE, read_model
from intents.matcher import Matcher

# The same examples on every run and machine; no deadline, since CI machines stall.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture(scope="session")
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written rather than compared."""
    return bool(request.config.getoption("--update-goldens"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """All content as the bot loads it."""
    return load_catalogue()


@pytest.fixture(scope="session")
def matcher(catalogue: Catalogue) -> Matcher:
    """The matcher with the shipped model; whether that model is current is a test of its own."""
    return Matcher(catalogue, read_model(CONTENT_FOLDER / BUILT_FOLDER / MODEL_FILE))


@pytest.fixture
def conversation(catalogue: Catalogue, matcher: Matcher) -> Conversation:
    """A conversation with an empty memory."""
    return Conversation(catalogue, matcher, Recollection(MemoryStore(), KeyMaker(b"tests")))
