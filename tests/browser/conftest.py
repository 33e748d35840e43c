"""A real browser before a real playground. Without a Chromium these tests say that they are left out."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

from bot.cli.editing.check import check_content
from bot.playground.browser import FLAGS, find_browser
from bot.playground.server import Playground
from content.reading.digest import CONTENT_FOLDER
from content.schema.errors import Problem
from tests.fakes.deployment import copy_content
from tests.tools.hangguard import HANG_GUARD

WIDE = {"width": 1400, "height": 900}
PHONE = {"width": 360, "height": 740}


def find_warnings(root: Path) -> Sequence[Problem | str]:
    """Return what `check` warns of, but for what lacks samples: content that is edited here has none."""
    return [warning for warning in check_content(root)[1] if "nobody has written samples" not in str(warning)]


class Played:
    """A playground in a thread of its own; a context manager. ``url`` is its page."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._started: Future[str] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = self._started.result(HANG_GUARD)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(HANG_GUARD)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            async with Playground(self._root, find_warnings) as page:
                self._started.set_result(page.url)
                await self._end.wait()
        except BaseException as error:
            self._started.set_exception(error)
            raise


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium without a window, as the system has it.

    It ends with these tests: while Playwright's own loop lives, no other test of the same process can run one.
    """
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium in PATH: the playground is not tested in a browser")
    flags = [flag for flag in FLAGS if not flag.startswith(("--headless", "--remote"))]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def played(browser: Browser) -> Iterator[Played]:
    """A playground of all content."""
    with Played(CONTENT_FOLDER) as page:
        yield page


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """Content that a test may edit, without the samples: reading sixty thousand again is most of what a check costs."""
    return copy_content(tmp_path, samples=False)


@pytest.fixture(scope="package")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What all these tests use in turn: a window that is made anew costs more than most of what is tested."""
    made = browser.new_context(viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])
    made.set_default_timeout(1000 * HANG_GUARD)
    expect.set_options(timeout=1000 * HANG_GUARD)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, played: Played) -> Iterator[Page]:
    """The page at its start. At the end nothing has been complained of, and nothing asked of another place."""
    yield from opened(context, played)


@pytest.fixture
def editing(context: BrowserContext, edited: Path) -> Iterator[Page]:
    """The same, of content that a test may edit."""
    with Played(edited) as page:
        yield from opened(context, page)


def opened(context: BrowserContext, played: Played) -> Iterator[Page]:
    page = context.pages[0] if context.pages else context.new_page()
    page.set_viewport_size(WIDE)
    complaints: list[str] = []
    asked: set[str] = set()

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def failed(error: Error) -> None:
        complaints.append(str(error))

    def request(made: Request) -> None:
        asked.add("/".join(made.url.split("/")[:4]))

    page.on("console", said)
    page.on("pageerror", failed)
    page.on("request", request)
    context.request.post(f"{played.url}restart")
    page.goto(played.url)
    page.locator("[data-turn='0']").wait_for()
    yield page
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    context.clear_cookies()
    page.goto("about:blank")
    page.remove_listener("console", said)
    page.remove_listener("pageerror", failed)
    page.remove_listener("request", request)
    assert complaints == []
    assert {place for place in asked if not place.startswith("data:")} == {played.url.rstrip("/")}
