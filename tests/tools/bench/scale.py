"""What a shared Redis costs, what two workers bring, and what conversations take: figures for ``docs/measured.md``.

The machine that is measured also runs whoever asks, so nothing here is told by the clock on the wall: it is the
processor time of the bot's processes and of Redis, by the kernel's account, in bursts in turn.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from redis.asyncio import Redis

from bot.dialogue.memory import Memory, Recollection
from bot.metrics import Metrics
from bot.service.inbox import Inbox
from bot.state.batch import Batch
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from tests.fakes.deployment import BotProcess, copy_content
from tests.fakes.servers import RedisServer
from tests.tools.bench.service import Bot, environ_of
from tests.tools.load.api import LoadApi
from tests.tools.load.posts import cpu_of, slack_post, telegram_post

POSTS = {"slack": slack_post, "telegram": telegram_post}
ROUNDS, EVENTS, SENDERS, WARMING = 7, 400, 8, 300
SIZES = (1_000, 10_000, 100_000, 1_000_000)
"""Conversations held at once."""


@dataclass(eq=False)
class Group(Bot):
    """A supervisor and its workers, or one process."""

    @property
    def pids(self) -> list[int]:
        """Every process of the bot, the one that was started first."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def spent(self) -> float:
        """Return the seconds of processor time of all of them."""
        return sum(map(cpu_of, self.pids))


async def served(stack: AsyncExitStack, platform: str, folder: Path, *arguments: str, redis: str = "") -> Group:
    """Run ``faqbot serve`` between a fake of its platform's API and the bench."""
    api = await stack.enter_async_context(LoadApi())
    environ = environ_of(platform, api) | ({"REDIS_URL": redis} if redis else {})
    program = ("-m", "bot", "serve", "--content", str(folder / "content"), *arguments)
    if platform == "telegram":
        program = (str(Path(__file__).parent / "unbound.py"), str(folder / "content"))
    process = BotProcess(environ, folder, arguments=program)
    await process.start()
    stack.push_async_callback(process.end, signal.SIGTERM)
    bot = Group(process, api, lambda text: POSTS[platform](text=text))
    await bot.burst(SENDERS, WARMING)
    return bot


async def burst(bot: Group) -> float:
    """Return milliseconds of processor time an event."""
    before = bot.spent()
    await bot.burst(SENDERS, EVENTS)
    return (bot.spent() - before) * 1000 / EVENTS


async def redis_costs(folder: Path) -> None:
    """Print what Redis adds to an event, in the bot and in Redis itself."""
    print(f"\nRedis: medians of {ROUNDS} bursts of {EVENTS} events by {SENDERS} senders, with and without in turn")
    print(f"{'':10} {'without':>8} {'with':>8} {'more':>6}   {'Redis':>7}  commands")
    for platform in POSTS:
        with RedisServer() as server:
            async with AsyncExitStack() as stack:
                alone = await served(stack, platform, folder)
                shared = await served(stack, platform, folder, redis=server.url)
                client = await stack.enter_async_context(Redis.from_url(server.url))
                rows = []
                for turn in range(ROUNDS):
                    spent = {
                        bot is shared: await burst(bot) for bot in ([alone, shared] if turn % 2 else [shared, alone])
                    }
                    rows.append((spent[False], spent[True]))
                before, calls = await _account(client)
                for _ in range(ROUNDS):
                    await burst(shared)
                after, called = await _account(client)
        middle = [statistics.median(row[place] for row in rows) for place in (0, 1)]
        spread = sorted(mine - its for its, mine in rows)
        many = ROUNDS * EVENTS
        commands = ", ".join(
            f"{(count - calls.get(name, 0)) / many:.1f} {name}"
            for name, count in sorted(called.items())
            if count - calls.get(name, 0) > many / 20
        )
        print(
            f"{platform:10} {middle[0]:8.2f} {middle[1]:8.2f} {statistics.median(spread):6.2f} ms "
            f"{(after - before) / many * 1e6:5.0f} µs  {commands}"
        )


async def _account(client: Redis) -> tuple[float, dict[str, int]]:
    """Return the server's seconds of processor time, and how often each command was called."""
    info = await client.info("everything")
    spent = info["used_cpu_user"] + info["used_cpu_sys"]
    return spent, {
        name.removeprefix("cmdstat_"): found["calls"] for name, found in info.items() if name.startswith("cmdstat_")
    }


async def workers_bring(folder: Path) -> None:
    """Print what an event costs with one worker and with two, and what each needs for itself."""
    with RedisServer() as server:
        async with AsyncExitStack() as stack:
            one = await served(stack, "slack", folder, "--workers", "1", redis=server.url)
            two = await served(stack, "slack", folder, "--workers", "2", redis=server.url)
            spent: dict[bool, list[float]] = {False: [], True: []}
            before = [cpu_of(pid) for pid in two.pids]
            for turn in range(ROUNDS):
                for bot in (one, two) if turn % 2 else (two, one):
                    spent[bot is two].append(await burst(bot))
            shares = [cpu_of(pid) - was for pid, was in zip(two.pids, before, strict=True)]
            own = {bot is two: [_memory(pid) for pid in bot.pids] for bot in (one, two)}
    single, double = (statistics.median(spent[which]) for which in (False, True))
    busiest = max(shares) / sum(shares)
    print(f"\nworkers: {single:.2f} ms of processor time an event with one, {double:.2f} with two")
    print(f"the busier of two did {busiest:.0%}: two cores take {single / (double * busiest):.2f} times what one takes")
    for many, processes in ((1, own[False]), (2, own[True])):
        print(f"{many}: " + ", ".join(f"{pss:.0f} MB (its own {private:.0f})" for pss, private in processes))


def _memory(pid: int) -> tuple[float, float]:
    """Return a process's share of memory in MB (PSS), and what it has written itself."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    found = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines[1:])}
    return found["Pss"], found["Private_Dirty"]


async def held(size: int, url: str = "") -> None:
    """Keep ``size`` conversations as an event leaves them, in memory or in Redis."""
    from bot.state.failover import open_shared_store  # what is held in memory needs no Redis

    keys, metrics = KeyMaker(b"scale"), Metrics()
    async with open_shared_store(url, metrics) if url else MemoryStore() as store:
        inbox, recollection = Inbox("slack", store, keys, metrics), Recollection(store, keys)
        memory = Memory("oversight", ("t:local-police:en", "w:oversight:en", "o:oversight:en"))

        async def work(batch: Batch, number: int) -> None:
            await recollection.through(batch).remember(f"slack:T1:C1:{number}", memory)
            await recollection.through(batch).meet(f"slack:T1:{number}")

        for begin in range(0, size, 50):
            await asyncio.gather(
                *(
                    inbox.take(("message", str(number)), partial(work, number=number))
                    for number in range(begin, begin + 50)
                )
            )
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


async def conversations_take(sizes: tuple[int, ...]) -> None:
    """Print what conversations take in memory and in Redis."""
    print(f"\n{'conversations':>13} {'in memory, MB':>14} {'in Redis, MB':>13} {'keys':>9} {'bytes each':>10}")
    empty = _peak(0)
    for size in sizes:
        with RedisServer() as server:
            async with Redis.from_url(server.url) as client:
                before = (await client.info("memory"))["used_memory"]
                await asyncio.to_thread(_peak, size, server.url)
                used = (await client.info("memory"))["used_memory"] - before
                keys = await client.dbsize()
        inside = await asyncio.to_thread(_peak, size) - empty
        print(f"{size:13,} {inside:14.1f} {used / 1e6:13.1f} {keys:9,} {used / size:10.0f}")


def _peak(size: int, url: str = "") -> float:
    """Return the most memory in MB that a process took which held that many."""
    command = [sys.executable, "-m", "tests.tools.bench.scale", "held", str(size), url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024


async def main(parts: list[str]) -> None:
    """Print the tables of ``parts``, or all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_content(folder)
        if not parts or "redis" in parts:
            await redis_costs(folder)
        if not parts or "workers" in parts:
            await workers_bring(folder)
        if not parts or "conversations" in parts:
            await conversations_take(tuple(map(int, parts[1:])) or SIZES)


if __name__ == "__main__":
    if sys.argv[1:2] == ["held"]:
        asyncio.run(held(int(sys.argv[2]), sys.argv[3]))
    else:
        asyncio.run(main(sys.argv[1:]))
