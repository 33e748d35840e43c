"""A process whose log nobody reads answers all the same, ends when it is told to, and counts the lines it dropped."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.logs import TOGETHER
from tests.fakes.deployment import MAY_READ, METRICS_TOKEN, WEBHOOK_SECRET, BotProcess, copy_content
from tests.fakes.servers import RedisServer
from tests.fakes.slack.payloads import SECRET
from tests.fakes.warm import MOST_LINES, Warm
from tests.tools.hangguard import HANG_GUARD
from tests.tools.load.api import LoadApi
from tests.tools.load.posts import slack_post, telegram_post

LINES = 40
"""That may wait, in place of the thousand that may where nobody tests: to Telegram go thirty messages a second."""
MESSAGES = 100
"""Each of which is a line: more than may wait, also where none of the start does."""
WAITING = LINES + TOGETHER // 100
"""Lines that are not dropped: at most. Some are being written, of a hundred characters at least."""
AT_ONCE = 16
PAGE_BYTES = 4_096


@pytest.fixture
def unread() -> Iterator[int]:
    """The writing end of a pipe that is full, and that nobody reads."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, PAGE_BYTES)
    os.write(writer, b"x" * PAGE_BYTES)
    yield writer
    os.close(reader)
    os.close(writer)


def process(api: LoadApi, folder: Path, warm: Warm, unread: int, *command: str, **environ: str) -> BotProcess:
    environ |= {
        "TELEGRAM_BOT_TOKEN": "1:token-of-the-tests-0123456789", "TELEGRAM_API_URL": api.url,
        "SLACK_API_URL": f"{api.url}/api/", "METRICS_TOKEN": METRICS_TOKEN, MOST_LINES: str(LINES),
    }  # fmt: skip
    arguments = ("-m", "bot", *command, "--content", str(copy_content(folder, samples=False)))
    return BotProcess(environ, folder, arguments=arguments, output=unread, warm=warm)


async def dropped(client: httpx.AsyncClient) -> float:
    shown = (await client.get("/metrics", headers=MAY_READ)).text
    line = next(line for line in shown.splitlines() if line.startswith("faqbot_log_lines_dropped "))
    return float(line.rpartition(" ")[2])


async def test_more_messages_than_lines_wait_are_answered_by_webhook(tmp_path: Path, warm: Warm, unread: int) -> None:
    async with LoadApi() as api, asyncio.timeout(HANG_GUARD):
        slack = {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-one"}
        bot = process(api, tmp_path, warm, unread, "serve", TELEGRAM_WEBHOOK_SECRET=WEBHOOK_SECRET, **slack)
        async with bot, httpx.AsyncClient(base_url=bot.url, timeout=HANG_GUARD) as client:
            left = iter(range(MESSAGES))

            async def send() -> None:
                for number in left:
                    post = telegram_post() if number % 20 == 0 else slack_post()
                    status = 503
                    while status == 503:
                        # A connection that was silent for seconds, on a busy machine, may be ended just then.
                        with suppress(httpx.TransportError):
                            response = await client.post(post.path, content=post.body, headers=post.headers)
                            status = response.status_code

            await asyncio.gather(*(send() for _ in range(AT_ONCE)))
            assert len(api.answers) == api.total == MESSAGES
            assert await dropped(client) > MESSAGES - WAITING
            assert await bot.end(signal.SIGTERM) == 0


@pytest.mark.redis
async def test_workers_start_are_renewed_and_end(
    tmp_path: Path, warm: Warm, unread: int, redis_server: RedisServer
) -> None:
    async with LoadApi() as api, asyncio.timeout(HANG_GUARD):
        bot = process(api, tmp_path, warm, unread, "serve", "--workers", "2", TELEGRAM_WEBHOOK_SECRET=WEBHOOK_SECRET)
        bot.environ["REDIS_URL"] = redis_server.url
        async with bot, httpx.AsyncClient(base_url=bot.url, timeout=HANG_GUARD) as client:
            assert bot.process is not None
            bot.process.send_signal(signal.SIGHUP)
            ok = 'faqbot_reloads_total{outcome="ok"} 1'
            while ok not in (await client.get("/metrics", headers=MAY_READ)).text:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.05)
            assert await bot.end(signal.SIGTERM) == 0


async def test_more_messages_than_lines_wait_are_answered_by_polling(tmp_path: Path, warm: Warm, unread: int) -> None:
    async with LoadApi() as api, asyncio.timeout(HANG_GUARD):
        api.updates = [json.loads(telegram_post().body) for _ in range(MESSAGES)]
        bot = process(api, tmp_path, warm, unread, "run")
        bot.environ["STATUS_PORT"] = str(bot.port)
        async with bot, httpx.AsyncClient(base_url=bot.url, timeout=HANG_GUARD) as client:
            while api.total < MESSAGES or api.updates:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.05)
            assert len(api.answers) == api.total == MESSAGES
            assert await dropped(client) > MESSAGES - WAITING
            assert await bot.end(signal.SIGTERM) == 0
