"""A copy of the content for the tests of a module, which one after the other edit it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.content.mistakes.mistakes import copy_content
from tests.fakes.lent import Lent


@pytest.fixture(scope="module")
def spoken() -> tuple[str, ...]:
    """The languages of the copy; a module may name others."""
    return ("en",)


@pytest.fixture(scope="module")
def copied(spoken: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Lent:
    """A copy of the content; a module may make another."""
    return Lent(copy_content(tmp_path_factory.mktemp("content") / "content", languages=spoken))


@pytest.fixture
def root(copied: Lent) -> Iterator[Path]:
    """The same, for one test to edit."""
    with copied.out() as folder:
        yield folder
