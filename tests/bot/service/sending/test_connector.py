"""A call leaves with its body at once, and what cannot have left is known not to have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.connector import Connection

from bot.service.connector import Connector, NotConnectedError, PromptRequest


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """A server that says back what is posted, and how much was to come."""

    async def say_back(request: web.Request) -> web.Response:
        return web.json_response([request.headers.get("Content-Length"), (await request.read()).decode()])

    app = web.Application()
    app.router.add_post("/", say_back)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.mark.parametrize("size", [1, 3_000, 200_000])
async def test_a_body_arrives_whole_without_a_task_of_its_own(size: int, server: str) -> None:
    tasks: list[int] = []

    class Counted(PromptRequest):
        async def send(self, conn: Connection) -> Any:
            before = len(asyncio.all_tasks())
            answer = await super().send(conn)
            tasks.append(len(asyncio.all_tasks()) - before)
            return answer

    async with ClientSession(connector=Connector(), request_class=Counted) as session:
        for _ in range(2):
            async with session.post(server, data=b"x" * size) as answer:
                assert await answer.json() == [str(size), "x" * size]
    assert tasks == [0, 0]


async def test_what_has_no_body_of_bytes_is_left_to_the_library(server: str) -> None:
    async with ClientSession(connector=Connector(), request_class=PromptRequest) as session:
        async with session.post(server) as answer:
            assert await answer.json() == ["0", ""]
        async with session.post(server, data={"a": "b"}) as answer:
            assert await answer.json() == ["3", "a=b"]


async def test_on_a_connection_that_has_ended_nothing_is_sent(server: str) -> None:
    class Late(PromptRequest):
        async def send(self, conn: Connection) -> Any:
            assert conn.protocol is not None
            assert conn.protocol.transport is not None
            conn.protocol.transport.abort()
            return await super().send(conn)

    async with ClientSession(connector=Connector(), request_class=Late) as session:
        with pytest.raises(NotConnectedError):
            await session.post(server, data=b"x")
