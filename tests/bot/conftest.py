"""What tests of the servers and the state share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.fakes.servers import RedisServer


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of the test's own, to stop and freeze."""
    if reason := RedisServer.missing():
        pytest.skip(reason)
    with RedisServer() as server:
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
