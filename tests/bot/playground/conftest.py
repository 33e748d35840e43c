"""A playground for each test, with the real model; its content is a copy where a test edits it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.cli.editing.check import check_content
from bot.playground.server import Playground
from content.reading.digest import CONTENT_FOLDER
from tests.fakes.deployment import copy_content


@pytest.fixture
def root() -> Path:
    """The content that is shown."""
    return CONTENT_FOLDER


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A copy of the content that a test may edit."""
    return copy_content(tmp_path)


@pytest.fixture
async def played(root: Path) -> AsyncIterator[Playground]:
    """A playground on a free port."""
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
