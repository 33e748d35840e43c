"""The service part of ``make bench``: bare echo bots on the same server beside this bot, in one run.

What counts is the processor time of the server's process, by the operating system's own account, while bursts go to
both bots in turn: the clock on the wall tells on a busy machine mostly what else is going on. An event is answered when
the outgoing call arrives, not when the request gets its 200. Many different questions of many different people are
asked, every answer of ours is a whole one, and nothing is switched off; the bare bots say the question back.

What ``docs/measured.md`` says is held against what is measured: it ends with 1 where a ratio there is no longer so.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.docs.documents import page
from tests.fakes.deployment import WEBHOOK_SECRET, BotProcess, copy_content
from tests.fakes.slack.payloads import SECRET
from tests.tools.load.api import LoadApi
from tests.tools.load.posts import Post, asked_questions, cpu_of, memory_of, percentile, slack_post, telegram_post

EVENTS = int(os.environ.get("BENCH_EVENTS", "300"))
"""In one burst to one bot."""
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
"""Bursts to each bot for each number of senders; the order changes from round to round."""
STARTS = 3
SENDERS = (1, 8, 64)
WARMING = 200
"""Events before anything is measured."""
AGAIN, AGAIN_SECONDS = 503, 0.2
TOKEN = "1:token-of-the-bench-0123456789"
PAIRS = {"slack": ("bare bolt", "faqbot on slack"), "telegram": ("bare ptb", "faqbot on telegram")}
TARGETS = {"slack": "≤ 1.1", "telegram": "≤ 1.0"}
"""Our processor time an event over the bare bot's."""
BARE = {"bare bolt": "bolt", "bare ptb": "ptb"}
HERE = Path(__file__).parent
PLACES = {"slack": 3, "telegram": 6}
"""Which column of the table in ``docs/measured.md`` holds how many times as much ours takes."""
LEEWAY = 0.2
"""By what share a ratio differs from run to run on a machine with other work."""


@dataclass
class Bot:
    """One bot under load, and what it came to; the lists of figures hold one for each round."""

    process: BotProcess
    api: LoadApi
    make: Callable[[str], Post]
    cpu: dict[int, list[float]] = field(default_factory=dict)
    """Milliseconds an event, by the number of senders."""
    delays: dict[int, list[float]] = field(default_factory=dict)
    """Milliseconds from question to answer, of all events."""

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self.process.process is not None
        return self.process.process.pid

    async def burst(self, senders: int, events: int) -> tuple[float, list[float]]:
        """Let ``senders`` post ``events`` in all, each waiting for the answers to its own.

        Returns milliseconds of processor time an event, and how many each answer took.
        """
        self.api.clear()
        before = cpu_of(self.pid)
        delays = await _drive(self.api, self.process.url, self.make, senders, events)
        return (cpu_of(self.pid) - before) * 1000 / events, delays


@asynccontextmanager
async def running(name: str, platform: str, content: Path, folder: Path, *more: str) -> AsyncIterator[Bot]:
    """Run the bot ``name``, with ``more`` arguments, between a fake of its platform's API and the bench."""
    make = slack_post if platform == "slack" else telegram_post
    async with LoadApi() as api:
        program = (HERE / "bare.py", BARE[name]) if name in BARE else (HERE / "unbound.py", content, *more)
        process = BotProcess(environ_of(platform, api), folder, arguments=tuple(map(str, program)))
        await process.start()
        try:
            yield Bot(process, api, lambda text: make(text=text))
        finally:
            await process.end(signal.SIGTERM)


async def _drive(api: LoadApi, url: str, make: Callable[[str], Post], senders: int, events: int) -> list[float]:
    """Let ``senders`` post one event after the other, ``events`` in all; each waits for its answer."""
    delays: list[float] = []
    texts = asked_questions()
    left = iter(range(events))
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def send() -> None:
            for _ in left:
                post = make(next(texts))
                asked = time.perf_counter()
                # What cannot be answered in time, on a machine with other work, is delivered again, as platforms do.
                while await _status(session, url, post) == AGAIN:  # noqa: ASYNC110
                    await asyncio.sleep(AGAIN_SECONDS)
                while post.chat not in api.arrived:  # noqa: ASYNC110 - dozens wait, each for another
                    await asyncio.sleep(0.0005)
                delays.append((api.arrived[post.chat][0] - asked) * 1000)

        await asyncio.gather(*(send() for _ in range(senders)))
    return delays


async def _status(session: aiohttp.ClientSession, url: str, post: Post) -> int:
    async with session.post(f"{url}{post.path}", data=post.body, headers=post.headers) as response:
        assert response.status in (200, AGAIN), response.status
        return response.status


def environ_of(platform: str, api: LoadApi) -> dict[str, str]:
    """Return the environment of a bot between ``api`` and the bench."""
    common = {"SLACK_API_URL": f"{api.url}/api/", "TELEGRAM_API_URL": api.url}
    if (redis := os.environ.get("BENCH_REDIS_URL")) is not None:
        common["REDIS_URL"] = redis
    if platform == "slack":
        return common | {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-one"}
    return common | {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET}


async def measure(platform: str, content: Path, folder: Path) -> dict[str, float]:
    """Measure both bots of ``platform`` in turn, print the table and return what ours needs over what bare does."""
    names = PAIRS[platform]
    starts: dict[str, list[float]] = {name: [] for name in names}
    memory: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(STARTS):
        for name in names:
            async with running(name, platform, content, folder) as bot:
                starts[name].append(cpu_of(bot.pid))
    async with AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(running(name, platform, content, folder)) for name in names]
        for bot in bots:
            await bot.burst(8, WARMING)
        for turn in range(ROUNDS):
            for senders in SENDERS:
                for bot in bots if turn % 2 else reversed(bots):
                    spent, delays = await bot.burst(senders, EVENTS)
                    bot.cpu.setdefault(senders, []).append(spent)
                    bot.delays.setdefault(senders, []).extend(delays)
        for name, bot in zip(names, bots, strict=True):
            memory[name].append(memory_of(bot.pid))
    return _report(platform, bots, starts, memory)


def _report(
    platform: str, bots: list[Bot], starts: dict[str, list[float]], memory: dict[str, list[float]]
) -> dict[str, float]:
    (one, other), (bare, ours) = PAIRS[platform], bots
    print(f"\n{platform}: {other} beside {one}; medians of {ROUNDS} rounds of {EVENTS} events in turn")
    print(f"{'':34} {'bare':>8} {'ours':>8} {'ratio':>6}  {'lowest and highest':18}  target")
    ratios: dict[str, float] = {}

    def row(label: str, first: list[float], second: list[float], target: str) -> None:
        pairs = sorted(mine / its for its, mine in zip(first, second, strict=True))
        middle = statistics.median(pairs)
        spread = f"{pairs[0]:.2f} to {pairs[-1]:.2f}" if len(pairs) > 1 else ""
        its, mine = statistics.median(first), statistics.median(second)
        print(f"{label:34} {its:8.2f} {mine:8.2f} {middle:6.2f}  {spread:18}  {target}")
        ratios[label] = middle

    for senders in SENDERS:
        row(f"processor ms an event, {senders} senders", bare.cpu[senders], ours.cpu[senders], TARGETS[platform])
    for senders in SENDERS:
        for share in (0.5, 0.99):
            its, own = ([percentile(bot.delays[senders], share)] for bot in bots)
            row(f"p{share * 100:.0f} ms to the answer, {senders} senders", its, own, "≤ 1.2 (quiet)")
    row("processor s to start", starts[one], starts[other], "≤ 1.25")
    row("memory MB after all this", memory[one], memory[other], "≤ 1.45")
    return ratios


async def run(platforms: list[str]) -> dict[str, Any]:
    """Measure each pair of ``platforms``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = copy_content(folder)
        return {platform: await measure(platform, content, folder) for platform in platforms}


def stale(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return what the page says of processor time and memory that is not as ``found``."""
    rows = {row[0]: row for row in page("docs/measured.md").rows("Beside bare bots")}
    said = {(name, label): float(row[PLACES[name]]) for name in found for label, row in rows.items()}
    return [
        f"docs/measured.md says {ratio:.2f} of {label} on {name}, it is {found[name][label]:.2f}"
        for (name, label), ratio in said.items()
        if abs(found[name][label] / ratio - 1) > LEEWAY
    ]


if __name__ == "__main__":
    found = asyncio.run(run([name for name in PAIRS if name in sys.argv] or list(PAIRS)))
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
    old = stale(found)
    print(*old, sep="\n")
    sys.exit(1 if old else 0)
