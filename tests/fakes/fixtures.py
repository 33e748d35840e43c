"""What tests of the servers and the state share."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from bot.logs import get_logger, set_up_logs
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.fakes.deployment import Deployment, deployed, environ_for
from tests.fakes.servers import PostgresServer, RedisServer
from tests.fakes.slack.api import SlackApi
from tests.fakes.telegram.api import TelegramApi
from tests.fakes.warm import Warm


@pytest.fixture(autouse=True)
def env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the .env of whoever runs it."""
    monkeypatch.setattr("bot.cli.environment.ENV_FILE", ".env-of-no-test")


@pytest.fixture
async def bot(catalogue: Catalogue, matcher: Matcher) -> AsyncIterator[Deployment]:
    """The whole bot on both platforms, with its memory in the process."""
    async with SlackApi() as slack_api, TelegramApi() as telegram_api:
        environ = environ_for(slack_api, telegram_api)
        async with deployed(slack_api, telegram_api, environ, catalogue, matcher) as made:
            yield made


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A function that lets seconds pass for whoever reads the wall clock, and for the stores of these tests.

    Otherwise that clock stands: how long the test itself takes changes nothing.
    """
    begun, passed = time.time(), [0.0]
    monkeypatch.setattr(time, "time", lambda: begun + passed[0])

    def pass_(seconds: float) -> None:
        passed[0] += seconds

    return pass_


def wall_clock() -> float:
    """Return the time, also where a test moves it (``later``)."""
    return time.time()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of the test's own, to stop and freeze."""
    if reason := RedisServer.missing():
        pytest.skip(reason)
    with RedisServer() as server:
        yield server


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """What forks the bot's commands."""
    with Warm() as made:
        yield made


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of the module's own, to stop and freeze."""
    if reason := PostgresServer.missing():
        pytest.skip(f"left out: {reason}")
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis that tests share, each under keys of its own."""
    if url := os.environ.get("REDIS_URL_TEST"):
        yield url
        return
    if reason := RedisServer.missing():
        pytest.skip(f"{reason}, and REDIS_URL_TEST is not set")
    with RedisServer() as server:
        yield server.url


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged, one JSON object a line."""
    root, write = logging.getLogger(), get_logger().write
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    stream = io.StringIO()
    set_up_logs(stream)
    yield stream
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = handlers
    root.setLevel(level)
    get_logger().write = write
