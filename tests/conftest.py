"""What all tests share: the catalogue and the matcher (made once), a fresh conversation, and ``--update-goldens``."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable
from datetime import date

import hypothesis
import pytest

from bot.cli.editing.training import Progress
from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.reading.compiled import load_catalogue
from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import BUILT_FOLDER
from content.reading.loader import read_draft
from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import MODEL_FILE, ModelError, read_model, recipe, write_model
from intents.matcher import Matcher
from tests.fakes.clock import LeapingLoop, SkippingLoop
from tests.tools.remembered import remember

remember()
# What the suite holds is large, and looking through it again and again took a tenth of the processor's time.
gc.set_threshold(20_000, 20, 50)

pytest_plugins = ["tests.fakes.fixtures"]

# The same examples on every run and machine; no deadline, since CI machines stall.
# What fails is made small, not explained: explaining takes minutes.
PHASES = (hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink)
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None, phases=PHASES)
hypothesis.settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write the golden files anew instead of comparing")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Make the model where there is none for these samples: once, before the processes that test start."""
    path, made_from = CONTENT_FOLDER / BUILT_FOLDER / MODEL_FILE, recipe(CONTENT_FOLDER)
    assert made_from is not None
    if hasattr(session.config, "workerinput"):
        return
    try:
        read_model(path, made_from)
    except ModelError:
        from intents.training.learning import learn  # noqa: PLC0415 - only where there is something to learn

        draft = read_draft(CONTENT_FOLDER, date.max)
        progress = Progress("learning from the samples", sys.stderr)
        write_model(learn(draft.samples, made_from, progress, alike=draft.alike), path)
    load_catalogue()  # compiles it, for the processes that tests start


def pytest_collection_finish() -> None:
    """Keep what all tests share out of what is looked through for garbage: modules, tests and their parameters."""
    gc.freeze()


def pytest_asyncio_loop_factories(item: pytest.Item) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Return the event loop of a test: no test waits for the real clock, or is late by it."""
    leaps = item.get_closest_marker("leaping") and not item.get_closest_marker("redis")
    return {"leaping": LeapingLoop} if leaps else {"skipping": SkippingLoop}


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
    """The matcher with the model of these samples."""
    return Matcher(catalogue, read_model(CONTENT_FOLDER / BUILT_FOLDER / MODEL_FILE))


@pytest.fixture
def conversation(catalogue: Catalogue, matcher: Matcher) -> Conversation:
    """A conversation with an empty memory."""
    return Conversation(catalogue, matcher, Recollection(MemoryStore(), KeyMaker(b"tests")))
