"""A playground for each test, with the real model; its content is a copy where a test edits it."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.cli.editing.check import check_content
from bot.playground.server import Playground
from bot.playground.stage import Stage
from bot.playground.why import TracedMatcher
from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import BUILT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import MODEL_FILE, read_model
from tests.fakes.deployment import copy_content
from tests.fakes.lent import Lent


@pytest.fixture
def root() -> Path:
    """The content that is shown."""
    return CONTENT_FOLDER


@pytest.fixture(scope="package")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Lent:
    """A copy of the content, without the samples: reading sixty thousand again is most of what a check costs."""
    return Lent(copy_content(tmp_path_factory.mktemp("playground"), samples=False))


@pytest.fixture
def edited(copied: Lent) -> Iterator[Path]:
    """The same, for one test to edit."""
    with copied.out() as root:
        yield root


@pytest.fixture(scope="session")
def traced(catalogue: Catalogue) -> TracedMatcher:
    """The matcher of the shipped content, as the playground makes it."""
    return TracedMatcher(catalogue, read_model(CONTENT_FOLDER / BUILT_FOLDER / MODEL_FILE), lambda _heard: None)


@pytest.fixture
async def played(
    root: Path, catalogue: Catalogue, traced: TracedMatcher, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Playground]:
    """A playground on a free port, whose matcher has been made before."""

    def load(stage: Stage) -> tuple[Catalogue, TracedMatcher]:
        mine = copy.copy(traced)
        mine._heard = stage._heard
        return catalogue, mine

    if root == CONTENT_FOLDER:
        monkeypatch.setattr(Stage, "load", load)
    async with Playground(root, lambda _root: []) as page:
        yield page


@pytest.fixture
async def editing(edited: Path) -> AsyncIterator[Playground]:
    """A playground whose content is :func:`edited`, with all of `check`."""
    async with Playground(edited, lambda root: check_content(root)[1]) as page:
        yield page


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """Whoever asks the playground's server."""
    async with aiohttp.ClientSession() as session:
        yield session
