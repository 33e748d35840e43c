"""The service part of ``make bench``: bare echo bots on the same server beside this bot, in one run.

An event is answered when the outgoing call arrives, not when the request gets its 200. Questions of many people are
asked of ours, and every answer is a whole one; the bare bots say the question back.
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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.fakes.deployment import WEBHOOK_SECRET, BotProcess, copy_content
from tests.fakes.slack.payloads import SECRET
from tests.load.api import LoadApi
from tests.load.posts import Post, memory_of, percentile, slack_post, telegram_post

SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
SENDERS = (1, 8, 64)
ROUNDS = 2
TOKEN = "1:token-of-the-bench-0123456789"
PAIRS = {"slack": ("bare bolt", "faqbot on slack"), "telegram": ("bare ptb", "faqbot on telegram")}
BARE = {"bare bolt": "bolt", "bare ptb": "ptb"}
HERE = Path(__file__).parent


# The measuring


@dataclass
class Figures:
    """What one bot came to; the lists hold a value for each round."""

    rate: dict[int, list[float]] = field(default_factory=dict)
    p50: dict[int, list[float]] = field(default_factory=dict)
    p99: dict[int, list[float]] = field(default_factory=dict)
    start: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


async def measure(name: str, platform: str, content: Path, folder: Path, figures: Figures) -> None:
    """Start the bot ``name``, let it answer, and add to ``figures``."""
    async with LoadApi() as api:
        program = (HERE / "barebots.py", BARE[name]) if name in BARE else (HERE / "unboundbot.py", content)
        process = BotProcess(_environ(platform, api), folder, arguments=tuple(map(str, program)))
        begun = time.perf_counter()
        await process.start()
        figures.start.append(time.perf_counter() - begun)
        try:
            make = slack_post if platform == "slack" else telegram_post
            await _drive(api, process.url, make, 4, 0.5)
            for senders in SENDERS:
                api.clear()
                rate, delays = await _drive(api, process.url, make, senders, SECONDS)
                figures.rate.setdefault(senders, []).append(rate)
                figures.p50.setdefault(senders, []).append(percentile(delays, 0.5) * 1000)
                figures.p99.setdefault(senders, []).append(percentile(delays, 0.99) * 1000)
            assert process.process is not None
            figures.memory.append(memory_of(process.process.pid, "VmHWM"))
        finally:
            await process.end(signal.SIGTERM)


async def _drive(
    api: LoadApi, url: str, make: Callable[[], Post], senders: int, seconds: float
) -> tuple[float, list[float]]:
    """Let ``senders`` post one event after the other; each waits for its answer. Return rate and delays."""
    asked: dict[str, float] = {}
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        begun = time.perf_counter()

        async def send() -> None:
            while time.perf_counter() - begun < seconds:
                post = make()
                asked[post.chat] = time.perf_counter()
                async with session.post(f"{url}{post.path}", data=post.body, headers=post.headers) as response:
                    assert response.status == 200, response.status
                while post.chat not in api.arrived:  # noqa: ASYNC110 - dozens wait, each for another
                    await asyncio.sleep(0.0005)

        await asyncio.gather(*(send() for _ in range(senders)))
        took = time.perf_counter() - begun
    delays = [api.arrived[chat] - asked[chat] for chat in asked if chat in api.arrived]
    return len(delays) / took, delays


def _environ(platform: str, api: LoadApi) -> dict[str, str]:
    common = {"SLACK_API_URL": f"{api.url}/api/", "TELEGRAM_API_URL": api.url}
    if platform == "slack":
        return common | {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-one"}
    return common | {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET}


async def run() -> dict[str, Any]:
    """Measure all pairs, each bot in turn and again, and return ours over bare."""
    ratios: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = copy_content(folder)
        for platform, pair in PAIRS.items():
            figures = {bot: Figures() for bot in pair}
            for _ in range(ROUNDS):
                for bot in pair:
                    await measure(bot, platform, content, folder, figures[bot])
            ratios[platform] = _report(platform, pair, figures)
    return ratios


def _report(platform: str, pair: tuple[str, str], figures: dict[str, Figures]) -> dict[str, float]:
    bare, ours = (figures[bot] for bot in pair)
    rows: list[tuple[str, float, float, str]] = []
    for senders in SENDERS:
        rows.append(
            (f"events per second, {senders} senders", *_medians(bare.rate[senders], ours.rate[senders]), "≥ 0.9")
        )
        rows.append((f"p50 ms to the outgoing call, {senders}", *_medians(bare.p50[senders], ours.p50[senders]), ""))
        rows.append((f"p99 ms to the outgoing call, {senders}", *_medians(bare.p99[senders], ours.p99[senders]), ""))
    rows.append(("start-up seconds", *_medians(bare.start, ours.start), "≤ 1.3"))
    rows.append(("peak memory MB", *_medians(bare.memory, ours.memory), "≤ 1.3"))
    print(f"\n{platform}: {pair[1]} beside {pair[0]}")
    print(f"{'':40} {'bare':>9} {'ours':>9} {'ratio':>6}  target")
    for label, one, other, target in rows:
        print(f"{label:40} {one:9.2f} {other:9.2f} {other / one:6.2f}  {target}")
    return {label: other / one for label, one, other, _ in rows}


def _medians(one: list[float], other: list[float]) -> tuple[float, float]:
    return statistics.median(one), statistics.median(other)


if __name__ == "__main__":
    found = asyncio.run(run())
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
