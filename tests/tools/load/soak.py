"""``make soak``: two machines on one Redis and one PostgreSQL under half their load, with a fault every five seconds.

PostgreSQL is reached through pgbouncer in transaction mode, where that is installed. Each round of faults begins with
an outage that lasts longer than the bot's patience: of everything at first, then of one thing after the other.

Slack and Telegram are played with their patience: what is not acknowledged is delivered again. At the end every event
must have been answered exactly once, or twice where a process was killed in between; the report says so.

``SOAK_SECONDS`` (600) is the length, ``SOAK_SEED`` the order of faults. Exits with 1 where the promise is broken.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Bot as StoredBot

from bot.slack.oauth.store import DatabaseInstalls, open_cipher
from tests.fakes.deployment import WEBHOOK_SECRET, BotProcess, copy_content
from tests.fakes.servers import Pgbouncer, PostgresServer, RedisServer
from tests.fakes.slack.payloads import SECRET
from tests.tools.load.api import LoadApi
from tests.tools.load.posts import Post, memory_of, percentile, slack_post, telegram_post

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
FAULT_EVERY = 5.0
FAULT_LASTS = 2.5
CAPACITY_SECONDS = 4.0
CAPACITY_SENDERS = 16
SHARE = float(os.environ.get("SOAK_SHARE", "0.5"))
TELEGRAM_CEILING = 30.0
"""Messages a second that one process sends at most, as Telegram asks (telegram.constants.FloodLimit)."""
TEAMS = 400
NEW_TEAMS = 4.0
"""Workspaces a second that ask for the first time: no process has their token in memory."""
REDELIVERIES = (0.5, 3.0, 6.0, 12.0, 20.0)
"""Seconds before each further delivery; the last repeats. Slack's own are 0, 60 and 300; a soak has not the time."""
GIVES_UP = 360.0
"""Seconds after which Slack delivers no more; Telegram goes on for a day."""
PATIENCE = {"slack": 3.0, "telegram": 15.0}
SETTLE_SECONDS = 60.0
MEMORY_GROWTH = 1.10
"""The last third of the time over the second third, in a process that lived through both."""

FAULTS = (
    "429 storm", "5xx", "resets", "slow api", "redis killed", "redis frozen", "postgres stopped", "pgbouncer stopped",
    "process killed", "process restarted",
)  # fmt: skip
OUTAGES = (("5xx", "redis", "pgbouncer", "postgres"), ("5xx",), ("redis",), ("pgbouncer",), ("postgres",))
OUTAGE_LASTS = 14.0
"""The bot tries a call to Slack for 9.3 s, to Telegram for 7.5 s: ``sending`` of either says why."""
PEOPLE_CLIENT = "client-id"


@dataclass
class Tally:
    """What happened."""

    sent: dict[str, Post] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    risks: dict[str, set[int]] = field(default_factory=dict)
    """By chat, the faults during which it may have been answered once more: a kill, a time without common memory."""
    episode: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    unnoticed: list[str] = field(default_factory=list)
    """The faults after which the machines did not find their common memory again in time."""
    begun: list[tuple[str, float]] = field(default_factory=list)
    """The faults, and when each began."""
    deliveries: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    """By chat, when an event was delivered, and what came of it."""
    under_way: set[str] = field(default_factory=set)
    memory: list[tuple[float, float]] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    without_postgres: Counter[str] = field(default_factory=Counter)
    """What new workspaces were told while PostgreSQL was stopped."""

    def note_risk(self) -> None:
        """Take note that what is under way may be answered once more because of the present fault."""
        for chat in self.under_way:
            self.risks.setdefault(chat, set()).add(self.episode)


class Soak:
    """One run. ``machines`` are the processes; the second is never killed, so that its memory can be watched."""

    def __init__(
        self,
        api: LoadApi,
        redis: RedisServer | None,
        postgres: PostgresServer | None,
        pooler: Pgbouncer | None,
    ) -> None:
        self.api = api
        self.redis = redis
        self.postgres = postgres
        self.pooler = pooler
        self.machines: list[BotProcess] = []
        self.tally = Tally()
        self.random = random.Random(SEED)  # noqa: S311 - the order of faults
        self._asking = random.Random(SEED)  # noqa: S311 - of its own, or the load would change the faults' order
        self._turn = 0
        self._newest = TEAMS
        self._postgres_away = False
        self._stores: list[str] = []
        """What the machines last said of their common memory."""
        self._session: aiohttp.ClientSession | None = None

    async def run(self, seconds: float) -> dict[str, float]:
        """Measure the capacity, then soak for ``seconds``; return the rates by platform."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as self._session:
            # Of one machine: the other is down for a part of the time.
            everyone, self.machines = self.machines, self.machines[-1:]
            capacity = {name: await self._capacity(make) for name, make in self._makers().items()}
            capacity["telegram"] = min(capacity["telegram"], TELEGRAM_CEILING)
            self.machines = everyone
            self.api.clear()
            self.tally = Tally()
            rates = {name: SHARE * value for name, value in capacity.items()}
            end = time.monotonic() + seconds
            feeders = [self._feed(make, rates[name], end) for name, make in self._makers().items()]
            await asyncio.gather(
                *feeders, self._feed(self._from_new_team, NEW_TEAMS, end), self._trouble(end), self._watch(end)
            )
            await self._settle()
        return capacity

    def _makers(self) -> dict[str, Callable[[], Post]]:
        return {"slack": lambda: slack_post(f"T{self._asking.randrange(TEAMS)}"), "telegram": telegram_post}

    def _from_new_team(self) -> Post:
        post = slack_post(f"T{self._newest}")
        self._newest += 1
        self.tally.new.add(post.chat)
        return post

    async def _capacity(self, make: Callable[[], Post]) -> float:
        begun = time.monotonic()

        async def send() -> None:
            while time.monotonic() - begun < CAPACITY_SECONDS:
                await self._deliver(make())

        before = self.api.total
        await asyncio.gather(*(send() for _ in range(CAPACITY_SENDERS)))
        return (self.api.total - before) / (time.monotonic() - begun)

    async def _feed(self, make: Callable[[], Post], rate: float, end: float) -> None:
        """Send events at ``rate``, whether or not the last ones were answered."""
        running, due = set[asyncio.Task[None]](), time.monotonic()
        while due < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            task = asyncio.create_task(self._deliver(make()))
            running.add(task)
            task.add_done_callback(running.discard)
            due += 1 / rate
        await asyncio.gather(*running)

    async def _deliver(self, post: Post) -> None:
        """Deliver an event as its platform does: again until it is acknowledged, as long as it has patience."""
        tally = self.tally
        tally.sent[post.chat] = post
        tally.first[post.chat] = time.perf_counter()
        tally.under_way.add(post.chat)
        try:
            begun = time.monotonic()
            for pause in itertools.chain((0.0,), REDELIVERIES, itertools.repeat(REDELIVERIES[-1])):
                await asyncio.sleep(pause)
                if time.monotonic() - begun > GIVES_UP:
                    return
                self._turn += 1
                away = self._postgres_away
                number, arrives = self._turn % len(self.machines), time.perf_counter()
                status = await self._post(self.machines[number].url, post)
                tally.deliveries.setdefault(post.chat, []).append(
                    (arrives, f"to {number} {status} at {time.perf_counter() - tally.first[post.chat]:.1f}")
                )
                tally.statuses[f"{post.platform} {status}"] += 1
                if away and self._postgres_away and post.chat in tally.new:
                    tally.without_postgres[status] += 1
                if status == "200":
                    tally.acknowledged.add(post.chat)
                    return
        finally:
            tally.under_way.discard(post.chat)

    async def _post(self, url: str, post: Post) -> str:
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(total=PATIENCE[post.platform])
        try:
            async with self._session.post(
                f"{url}{post.path}", data=post.body, headers=post.headers, timeout=timeout
            ) as response:
                return str(response.status)
        except TimeoutError:
            return "timeout"
        except (aiohttp.ClientError, OSError):
            return "no connection"

    async def _trouble(self, end: float) -> None:
        faults: list[str] = []
        outages = itertools.cycle(OUTAGES)
        while time.monotonic() + FAULT_EVERY < end:
            if not faults:
                await self._outage(next(outages))
                faults = self.random.sample(FAULTS, len(FAULTS))
            begun = time.monotonic()
            self.tally.episode += 1
            name = faults.pop()
            self.tally.faults[name] += 1
            self.tally.begun.append((name, time.perf_counter()))
            await self._cause(name)
            await asyncio.sleep(max(0.0, FAULT_EVERY - (time.monotonic() - begun)))

    async def _outage(self, things: tuple[str, ...]) -> None:
        """Let all of ``things`` be away for longer than the bot waits, but not than the platforms do."""
        self.tally.episode += 1
        self.tally.faults[f"{' and '.join(things)} away for {OUTAGE_LASTS:.0f} s"] += 1
        self.tally.begun.append((f"{' and '.join(things)} away", time.perf_counter()))
        servers = {"redis": self.redis, "pgbouncer": self.pooler, "postgres": self.postgres}
        away = [server for name in things if (server := servers.get(name)) is not None]
        self.api.fault = "5xx" if "5xx" in things else ""

        def go() -> None:
            for server in away:
                server.stop()

        def come_back() -> None:
            self.api.fault = ""
            for server in reversed(away):
                server.start()

        await self._while(go, come_back, alone="redis" in things, seconds=OUTAGE_LASTS)

    async def _cause(self, name: str) -> None:
        first = self.machines[0]
        match name:
            case "process killed":
                # What the process was at may be answered twice: sent, but neither recorded nor acknowledged.
                self.tally.note_risk()
                await first.end(signal.SIGKILL)
                self.tally.note_risk()
                await asyncio.sleep(FAULT_LASTS / 2)
                await first.start()
            case "process restarted":
                await first.end(signal.SIGTERM)
                await first.start()
            case "redis killed" if self.redis:
                await self._while(self.redis.stop, self.redis.start, alone=True)
            case "redis frozen" if self.redis:
                await self._while(self.redis.freeze, self.redis.thaw, alone=True)
            case "postgres stopped" if self.postgres:
                await self._while(self._stop_postgres, self._start_postgres)
            case "pgbouncer stopped":
                if self.pooler:
                    await self._while(self.pooler.stop, self.pooler.start)
            case _:
                self.api.fault = name
                await asyncio.sleep(FAULT_LASTS)
                self.api.fault = ""

    def _stop_postgres(self) -> None:
        assert self.postgres is not None
        self.postgres.stop()
        self._postgres_away = True

    def _start_postgres(self) -> None:
        assert self.postgres is not None
        self._postgres_away = False
        self.postgres.start()

    async def _while(
        self,
        begin: Callable[[], None],
        finish: Callable[[], None],
        alone: bool = False,
        seconds: float = FAULT_LASTS,
    ) -> None:
        """Wait between ``begin`` and ``finish``. ``alone``: meanwhile the machines have no common memory.

        Then both may answer an event that is delivered to both.
        """
        if alone:
            self.tally.note_risk()
        await asyncio.to_thread(begin)
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if alone:
                self.tally.note_risk()
            await asyncio.sleep(0.02)
        await asyncio.to_thread(finish)
        if alone:
            try:
                async with asyncio.timeout(SETTLE_SECONDS):
                    await self._until_noticed()
            except TimeoutError:
                self.tally.unnoticed.append(f"{self.tally.begun[-1][0]}: {', '.join(self._stores)}")

    async def _until_noticed(self) -> None:
        """Wait until each machine has found the common memory again: until then it keeps its events to itself."""
        noticed = False
        while not noticed:
            self.tally.note_risk()
            try:
                self._stores = [await self._store_of(machine) for machine in self.machines]
            except aiohttp.ClientError:
                continue
            finally:
                await asyncio.sleep(0.02)
            noticed = set(self._stores) == {"ok"}
        # What came while they were asked was still taken by one alone.
        self.tally.note_risk()

    async def _store_of(self, machine: BotProcess) -> str:
        assert self._session is not None
        async with self._session.get(f"{machine.url}/readyz") as response:
            return str((await response.json())["store"])

    async def _watch(self, end: float) -> None:
        while time.monotonic() < end:
            process = self.machines[-1].process
            if process is not None:
                self.tally.memory.append((time.monotonic(), memory_of(process.pid)))
            await asyncio.sleep(1.0)

    def story_of(self, chat: str) -> str:
        """Return what happened to an event, in seconds since it was first delivered."""
        first, tally = self.tally.first[chat], self.tally
        answered = ", ".join(f"{when - first:.1f}" for when in self.api.arrived.get(chat, ()))
        faults = [(name, when - first) for name, when in tally.begun if -OUTAGE_LASTS < when - first < GIVES_UP]
        last = max((when for when, _ in tally.deliveries[chat]), default=first) - first
        return (
            f"{tally.sent[chat].platform}: answered at {answered}; delivered "
            + ", ".join(f"{when - first:.1f} {end}" for when, end in tally.deliveries[chat])
            + "; faults "
            + ", ".join(f"{when:.1f} {name}" for name, when in faults if when < last + FAULT_EVERY)
        )

    async def _settle(self) -> None:
        """Wait until no more answers come."""
        quiet, last, begun = 0, -1, time.monotonic()
        while quiet < 5 and time.monotonic() - begun < SETTLE_SECONDS:
            await asyncio.sleep(1.0)
            quiet = quiet + 1 if self.api.total == last else 0
            last = self.api.total


async def install(url: str, key: str, teams: int) -> None:
    """Put workspaces into the installations' database, through the bot's own store."""
    async with DatabaseInstalls(PEOPLE_CLIENT, url, open_cipher(key)) as installs:
        await installs.prepare()
        for number in range(teams):
            bot = StoredBot(
                app_id="A1", team_id=f"T{number}", bot_token=token_of(f"T{number}"), bot_id="B1", bot_user_id="UBOT",
                bot_scopes=["chat:write"], is_enterprise_install=False, installed_at=time.time(),
            )  # fmt: skip
            await installs.store.async_save_bot(bot)


def token_of(team: str) -> str:
    """Return the token that a workspace's installation left."""
    return f"xoxb-{team}"


def report(soak: Soak, capacity: dict[str, float], seconds: float) -> bool:
    """Print what came out; return whether the promise was kept."""
    tally, answers = soak.tally, soak.api.answers
    counts = Counter(answers[chat] for chat in tally.sent)
    lost = [chat for chat in tally.sent if not answers[chat]]
    twice = [chat for chat in tally.sent if answers[chat] > 1]
    unexplained = [chat for chat in twice if answers[chat] > 1 + len(tally.risks.get(chat, ()))]
    delays = [soak.api.arrived[chat][0] - tally.first[chat] for chat in tally.sent if chat in soak.api.arrived]
    posts = tally.sent.values()
    foreign = [post.chat for post in posts if soak.api.tokens.get(post.chat, set()) - {token_of(post.team)}]
    growth = _growth(tally.memory)
    lines = {
        "seconds": f"{seconds:.0f}, a fault every {FAULT_EVERY:.0f} s, seed {SEED}",
        "machines": f"{len(soak.machines)}, Redis: {'yes' if soak.redis else 'NOT INSTALLED, left out'}, "
        f"PostgreSQL: {'yes' if soak.postgres else 'NOT INSTALLED, left out'}, "
        f"pgbouncer: {'yes' if soak.pooler else 'NOT INSTALLED, left out'}",
        "capacity of one (1/s)": ", ".join(f"{name} {value:.0f}" for name, value in capacity.items()),
        "events": f"{len(tally.sent)} ({len(tally.sent) / seconds:.0f}/s), acknowledged {len(tally.acknowledged)}",
        "faults": ", ".join(f"{name} {count}" for name, count in sorted(tally.faults.items())),
        "calls refused": ", ".join(f"{name} {count}" for name, count in sorted(soak.api.refused.items())) or "none",
        "deliveries": ", ".join(f"{name} {count}" for name, count in sorted(tally.statuses.items())),
        "workspaces": f"{len({post.team for post in posts if post.team})}, of them new {len(tally.new)}, "
        f"answered with another's token: {len(foreign)}",
        "new, PostgreSQL stopped": ", ".join(
            f"{name} {count}" for name, count in sorted(tally.without_postgres.items())
        )
        or "none",
        "answered once": str(counts[1]),
        "answered twice": f"{len(twice)}, without a kill or a lost Redis to explain it: {len(unexplained)}",
        "unexplained": "; ".join(soak.story_of(chat) for chat in unexplained[:5]) or "none",
        "not answered": f"{len(lost)}, of them acknowledged: {len(set(lost) & tally.acknowledged)}",
        "delay to the answer": f"p50 {percentile(delays, 0.5) * 1000:.0f} ms, p99 {percentile(delays, 0.99):.2f} s",
        "memory not found again": ", ".join(tally.unnoticed) or "none",
        "memory (MB)": f"{tally.memory[0][1]:.0f} at first, {tally.memory[-1][1]:.0f} at last, "
        f"last third over second third {growth:.3f}",
    }
    for name, words in lines.items():
        print(f"{name:22} {words}")
    for name, count in _log_events(soak.machines).most_common(15):
        print(f"{'in the logs':22} {count} {name}")
    flat = growth <= MEMORY_GROWTH or seconds < 300
    waited = tally.without_postgres["503"] > 0 or not (soak.postgres and tally.faults["postgres stopped"])
    kept = not lost and not unexplained and not foreign and not tally.unnoticed and waited and flat
    print("SOAK PASSED" if kept else "SOAK FAILED")
    return kept


def _log_events(machines: list[BotProcess]) -> Counter[str]:
    """Return how often each event but an answer was logged."""
    found: Counter[str] = Counter()
    for machine in machines:
        for line in machine.log.read_text().splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                event = {"event": line[:120]}
            if event["event"] != "replied":
                words = ("event", "platform", "code", "place", "count")
                found[" ".join(str(event[word]) for word in words if word in event)] += 1
    return found


def _growth(samples: list[tuple[float, float]]) -> float:
    third = len(samples) // 3
    middle, last = samples[third : 2 * third], samples[2 * third :]
    if not middle or not last:
        return 1.0
    return (sum(size for _, size in last) / len(last)) / (sum(size for _, size in middle) / len(middle))


async def main() -> bool:
    """Start everything, soak, report."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        # PostgreSQL runs as another user.
        folder.chmod(0o755)  # noqa: ASYNC240 - before anything runs
        content = copy_content(folder)
        redis = None if RedisServer.missing() else stack.enter_context(RedisServer())
        postgres = None if PostgresServer.missing() else stack.enter_context(PostgresServer())
        api = await stack.enter_async_context(LoadApi())
        pooler = stack.enter_context(Pgbouncer(postgres, 10)) if postgres and not Pgbouncer.missing() else None
        key, database = Fernet.generate_key().decode(), postgres.url if postgres else f"sqlite:///{folder / 'i.db'}"
        await install(database, key, TEAMS + math.ceil(NEW_TEAMS * SECONDS) + 1)
        environ = {
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_CLIENT_ID": PEOPLE_CLIENT,
            "SLACK_CLIENT_SECRET": "client-secret",
            "ENCRYPTION_KEY": key,
            "DATABASE_URL": pooler.url if pooler else database,
            "STATE_SECRET": secrets.token_hex(16),
            "SLACK_API_URL": f"{api.url}/api/",
            "TELEGRAM_BOT_TOKEN": "1:token-of-the-soak-0123456789",
            "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "TELEGRAM_API_URL": api.url,
            **({"REDIS_URL": redis.url} if redis else {}),
        }
        soak = Soak(api, redis, postgres, pooler)
        arguments = ("-m", "bot", "serve", "--content", str(content))
        # Without a Redis two machines have no common memory: then it is one.
        for _ in range(2 if redis else 1):
            machine = BotProcess(environ, folder, arguments=arguments)
            soak.machines.append(await stack.enter_async_context(machine))
        kept = False
        try:
            kept = report(soak, await soak.run(SECONDS), SECONDS)
        finally:
            for machine in soak.machines if not kept else ():
                print(f"-- {machine.log.name}, its last lines")
                print("\n".join(machine.log.read_text().splitlines()[-25:]))
        return kept


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
