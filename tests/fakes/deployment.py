"""The whole bot as an operator deploys it, between fakes of both platforms: in this process, or as a real one."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator

from bot.service.app import Services, services_for
from bot.service.lanes import Lanes
from bot.service.web.server import build_server
from bot.settings import read_settings
from bot.slack.app import SlackApp
from bot.slack.sending.client import Pace
from bot.telegram.app import TelegramApp
from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import BUILT_FOLDER, CARDS_FOLDER
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.fakes.servers import free_port
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.payloads import SECRET, request_for
from tests.fakes.telegram.api import TOKEN, TelegramApi
from tests.fakes.warm import Started, Warm
from tests.tools.hangguard import HANG_GUARD, ends_with_us

WEBHOOK_SECRET = "webhook_secret-of_the-tests"
METRICS_TOKEN = "tok3n"
MAY_READ = {"Authorization": f"Bearer {METRICS_TOKEN}"}
"""What opens ``/metrics``."""
SLACK_PATH = "/slack/events"
TELEGRAM_PATH = "/telegram/webhook"

MIDDAY = 1_781_956_800.0
"""Far from the turns at which what is kept is filed twice: of a day, a week and a month."""

QUICK = Pace(
    call_seconds=HANG_GUARD,
    attempts=2,
    limit_attempts=2,
    intervals=FixedValueRetryIntervalCalculator(0.0),
    ack_seconds=HANG_GUARD,
    hold_seconds=HANG_GUARD,
    ping_seconds=0.1,
    connect_pauses=(0.0,),
    look_seconds=HANG_GUARD,
)

_slack_people = itertools.count(100)


def environ_for(slack: SlackApi, telegram: TelegramApi, **more: str) -> dict[str, str]:
    """Return the environment of a bot on both platforms."""
    return {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": "xoxb-one",
        "SLACK_API_URL": slack.url,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "TELEGRAM_API_URL": telegram.url,
        "METRICS_TOKEN": METRICS_TOKEN,
    } | more


@dataclass
class Deployment:
    """A bot in this process. ``http`` reaches its routes."""

    slack: SlackApi
    telegram: TelegramApi
    services: Services
    slack_app: SlackApp
    telegram_app: TelegramApp
    http: httpx.AsyncClient

    async def event(self, payload: dict[str, Any], **headers: str) -> httpx.Response:
        """Deliver a Slack payload; what it starts has ended when this returns."""
        body, signed = request_for(payload)
        return await self.post(SLACK_PATH, body, signed | headers)

    async def update(self, update: dict[str, Any], **headers: str) -> httpx.Response:
        """Deliver a Telegram update; what it starts has ended when this returns."""
        secret = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
        response = await self.http.post(TELEGRAM_PATH, json=update, headers=secret | headers)
        await self.settle()
        return response

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Post raw bytes."""
        response = await self.http.post(path, content=body, headers=headers)
        await self.settle()
        return response

    async def settle(self) -> None:
        """Wait until everything that was started has ended."""
        await self.slack_app._inbox.drain(HANG_GUARD)
        await self.telegram_app.settled()


@asynccontextmanager
async def deployed(
    slack: SlackApi, telegram: TelegramApi, environ: dict[str, str], catalogue: Catalogue, matcher: Matcher
) -> AsyncIterator[Deployment]:
    """Run the bot in this process, put together as ``serve`` does it, but quicker to give up."""
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(
            services_for(read_settings(environ), catalogue, matcher, lambda: MIDDAY)
        )
        slack_app = await stack.enter_async_context(SlackApp(services, pace=QUICK))
        telegram_app = TelegramApp(
            services, lanes=Lanes(), send_pauses=(0.0, 0.0), poll_pauses=(0.0,), hold_seconds=HANG_GUARD
        )
        await stack.enter_async_context(telegram_app)
        transport = httpx.ASGITransport(build_server(services, [slack_app, telegram_app]), raise_app_exceptions=False)
        http = httpx.AsyncClient(transport=transport, base_url="https://bot.example.org")
        await stack.enter_async_context(http)
        made = Deployment(slack, telegram, services, slack_app, telegram_app, http)
        await made.settle()
        yield made


def copy_content(folder: Path, *, samples: bool = True) -> Path:
    """Copy all content to ``folder``, with its model and its compiled catalogue; return the copy.

    Without ``samples`` it is as where a bot is installed; their folders are there, for a test to write to.
    """
    root = folder / "content"
    # All of it: else what is compiled is not current, and each process reads the YAML for a second.
    for name in ("en", "es", CARDS_FOLDER, BUILT_FOLDER):
        shutil.copytree(CONTENT_FOLDER / name, root / name, ignore=None if samples else _all_of_samples)
    for path in CONTENT_FOLDER.glob("*.yaml"):
        shutil.copy(path, root)
    return root


def _all_of_samples(folder: str, names: list[str]) -> list[str]:
    return names if Path(folder).name == "samples" else []


@dataclass
class BotProcess:
    """A real ``faqbot serve``; an async context manager. It can be stopped, killed and started again."""

    environ: dict[str, str]
    folder: Path
    port: int = field(default_factory=free_port)
    arguments: tuple[str, ...] = ("-m", "bot", "serve")
    output: int | None = None
    """Where it writes in place of :attr:`log`: a file's number."""
    warm: Warm | None = None
    """What forks it; without, an interpreter is started."""
    process: asyncio.subprocess.Process | Started | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end(signal.SIGKILL)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the process has written to standard output and error."""
        return self.folder / f"bot-{self.port}.log"

    async def start(self) -> None:
        """Start it and wait until it is healthy."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
        env = {**inherited, **self.environ, "PORT": str(self.port)}
        with self.log.open("ab") as log:
            output = self.output or log.fileno()
            if self.warm:
                assert self.arguments[:2] == ("-m", "bot")
                start = partial(self.warm.start, *self.arguments[2:], env=env, streams=(0, output, output))
                self.process = await asyncio.to_thread(start)
            else:
                self.process = await asyncio.create_subprocess_exec(
                    *ends_with_us([sys.executable, *self.arguments]), env=env, stdout=output, stderr=output
                )
        try:
            await self._healthy()
        except BaseException:
            await self.end(signal.SIGKILL)
            raise

    async def _healthy(self) -> None:
        assert self.process is not None
        async with asyncio.timeout(HANG_GUARD), httpx.AsyncClient() as client:
            while True:
                assert self.process.returncode is None, self.log.read_text()
                try:
                    if (await client.get(f"{self.url}/healthz")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.02)

    async def end(self, name: signal.Signals) -> int:
        """Send a signal and wait for the end; return the exit code."""
        process, self.process = self.process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(name)
        try:
            async with asyncio.timeout(HANG_GUARD):
                return await process.wait()
        finally:
            if process.returncode is None:
                process.kill()


async def deliver(client: httpx.AsyncClient, url: str, event: dict[str, Any]) -> int:
    """Post a Slack payload or Telegram update to the bot at ``url``; return the status, 0 where nobody answered."""
    try:
        if "update_id" in event:
            header = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
            response = await client.post(f"{url}{TELEGRAM_PATH}", json=event, headers=header)
        else:
            body, headers = request_for(event)
            response = await client.post(f"{url}{SLACK_PATH}", content=body, headers=headers)
    except httpx.TransportError:
        return 0
    return response.status_code


def slack_person(api: SlackApi) -> tuple[str, str]:
    """Add a person with a direct message channel to the fake Slack; return user and channel."""
    number = next(_slack_people)
    user, channel = f"U{number}", f"D{number}"
    api.world.channels[channel] = type(api.world.channels["D1"])({"UBOT", user})
    return user, channel
