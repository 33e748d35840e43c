"""``make flood``: idle connections without end, every other one in the middle of a request, against a server that may
open 1,024 files; questions all the while.

``FLOOD_SECONDS`` (40) is the length, ``FLOOD_RATE`` (150) the idle connections a second. Exits with 1 where fewer than
95 of 100 questions are answered in Slack's time, or 100 lines are logged beside the answers.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.fakes.deployment import WEBHOOK_SECRET, BotProcess, copy_content
from tests.fakes.slack.payloads import SECRET
from tests.tools.load.api import LoadApi
from tests.tools.load.posts import slack_post, telegram_post

FILES = 1_024
QUESTIONS = 10.0
"""Questions a second, each on a connection of its own."""
PATIENCE = 3.0
"""Seconds that Slack waits (https://docs.slack.dev/apis/events-api#responding)."""
HEAD = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\n"
PROGRAM = (
    "import resource, runpy, sys\n"
    "files = int(sys.argv[1])\n"
    "resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))\n"
    "sys.argv = ['bot', *sys.argv[2:]]\n"
    "runpy.run_module('bot', run_name='__main__', alter_sys=True)\n"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the questions; ``logged`` are lines about anything but an answer, by what they say."""

    asked: int
    statuses: Counter[str]
    idle: int
    logged: Counter[str]

    @property
    def answered(self) -> float:
        """The share of questions that were answered in time."""
        return self.statuses["200"] / self.asked

    @property
    def held(self) -> bool:
        """Whether the promise was kept."""
        return self.answered >= 0.95 and self.logged.total() < 100


async def flood(folder: Path, seconds: float, rate: float, files: int = FILES) -> Outcome:
    """Start a bot that may open ``files`` files, flood it for ``seconds``, ask it all the while."""
    async with LoadApi() as api:
        environ = {
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-one", "SLACK_API_URL": f"{api.url}/api/",
            "TELEGRAM_BOT_TOKEN": "1:token-of-the-flood-0123456789", "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "TELEGRAM_API_URL": api.url,
        }  # fmt: skip
        arguments = ("-c", PROGRAM, str(files), "serve", "--content", str(copy_content(folder)))
        async with BotProcess(environ, folder, arguments=arguments) as bot:
            end = time.monotonic() + seconds
            statuses, idle = await asyncio.gather(_ask(bot.url, end), _be_idle(bot.port, rate, end))
        return Outcome(statuses.total(), statuses, idle, _logged(bot.log))


async def _ask(url: str, end: float) -> Counter[str]:
    statuses, tasks, number = Counter[str](), list[asyncio.Task[None]](), 0
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:

        async def ask(number: int) -> None:
            post = telegram_post() if number % 2 else slack_post()
            try:
                async with session.post(f"{url}{post.path}", data=post.body, headers=post.headers) as response:
                    statuses[str(response.status)] += 1
            except (TimeoutError, aiohttp.ClientError, OSError) as error:
                statuses[type(error).__name__] += 1

        while time.monotonic() < end:
            tasks.append(asyncio.create_task(ask(number)))
            number += 1
            await asyncio.sleep(1 / QUESTIONS)
        await asyncio.gather(*tasks)
    return statuses


async def _be_idle(port: int, rate: float, end: float) -> int:
    """Open connections that say nothing, or no more than a head, and are never closed from here; return how many."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200
    opened, begun, number, loop = list[socket.socket](), time.monotonic(), 0, asyncio.get_running_loop()
    try:
        while time.monotonic() < end:
            while number < (time.monotonic() - begun) * rate:
                number += 1
                one = socket.socket()
                one.setblocking(False)
                opened.append(one)
                try:
                    async with asyncio.timeout(0.2):
                        await loop.sock_connect(one, ("127.0.0.1", port))
                        if number % 2:
                            await loop.sock_sendall(one, HEAD)
                except (TimeoutError, OSError):
                    pass  # the flood goes on, whatever becomes of one
                if len(opened) > most:
                    # The oldest has long been ended from the other side.
                    opened.pop(0).close()
            await asyncio.sleep(0.005)
        return number
    finally:
        for one in opened:
            one.close()


def _logged(log: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in log.read_text().splitlines():
        try:
            event = str(json.loads(line)["event"])
        except (ValueError, KeyError):
            event = line[:80]
        if event != "replied":
            found[event] += 1
    return found


async def main() -> bool:
    """Flood, report, and return whether the promise was kept."""
    seconds, rate = float(os.environ.get("FLOOD_SECONDS", "40")), float(os.environ.get("FLOOD_RATE", "150"))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        outcome = await flood(Path(folder), seconds, rate)
    print(f"{outcome.idle} idle connections in {seconds:.0f} s, {FILES} files")
    print(
        f"{outcome.asked} questions, {outcome.answered:.1%} answered within {PATIENCE:.0f} s: {dict(outcome.statuses)}"
    )
    print(f"{outcome.logged.total()} other lines logged: {dict(outcome.logged.most_common(5))}")
    print("FLOOD PASSED" if outcome.held else "FLOOD FAILED")
    return outcome.held


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
