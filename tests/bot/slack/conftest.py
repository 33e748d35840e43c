"""The bot on Slack, put together as ``serve`` does it, against the fake Slack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.signature import Clock

from bot.metrics import Metrics
from bot.service.app import Services, make_services
from bot.service.web.server import build_server
from bot.settings import read_settings
from bot.slack.app import SlackApp
from bot.slack.sending.client import Pace
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore, Store
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from intents.match import Candidate, Decision, Intent, Match
from intents.matcher import Matcher
from tests.fakes.clock import skip
from tests.fakes.fixtures import wall_clock
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.payloads import SECRET, request_for
from tests.fakes.slack.stub import StubMatcher
from tests.tools.hangguard import HANG_GUARD

FAST = Pace(
    call_seconds=HANG_GUARD,
    attempts=2,
    limit_attempts=2,
    intervals=FixedValueRetryIntervalCalculator(0.0),
    ack_seconds=HANG_GUARD,
    once_rests=(),
    hold_seconds=HANG_GUARD,
    ping_seconds=0.1,
    connect_pauses=(0.0,),
    look_seconds=HANG_GUARD,
)
"""As patient as tests can be: retries at once."""
HOLD_SECONDS, CALL_SECONDS = 100.0, 200.0
PATIENT = replace(FAST, hold_seconds=HOLD_SECONDS, call_seconds=CALL_SECONDS, limit_seconds=HANG_GUARD)
"""With limits that pass only where a test skips them (:func:`tests.fakes.clock.skip`)."""


@pytest.fixture(scope="session")
def slack_catalogue(catalogue: Catalogue) -> Catalogue:
    """All content."""
    return catalogue


@pytest.fixture
async def api() -> AsyncIterator[SlackApi]:
    """The fake Slack."""
    async with SlackApi() as server:
        yield server


class WallClock(Clock):
    """The SDK's clock, which keeps the real one even where a test moves the time (``later``)."""

    def now(self) -> float:
        return time.time()


@dataclass
class Rig:
    """A running bot and what surrounds it."""

    api: SlackApi
    services: Services
    slack: SlackApp
    http: httpx.AsyncClient

    async def send(self, payload: dict[str, Any], when: float | None = None) -> httpx.Response:
        """Deliver ``payload`` as Slack does, sent at ``when``; what it starts has ended when this returns."""
        body, headers = request_for(payload, when)
        return await self.post(body, headers)

    async def post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Post raw bytes to ``/slack/events``."""
        response = await self.http.post("/slack/events", content=body, headers=headers)
        await self.settle()
        return response

    async def deliver(self, payload: dict[str, Any]) -> httpx.Response:
        """Deliver ``payload`` as often as Slack does, until it is acknowledged, however busy the machine is."""
        body, headers = request_for(payload)
        async with asyncio.timeout(HANG_GUARD):
            while (response := await self.http.post("/slack/events", content=body, headers=headers)).status_code == 503:
                pass
        return response

    async def deliver_late(self, payload: dict[str, Any], method: str = "chat.postMessage") -> httpx.Response:
        """Deliver ``payload``, with no time left to be acknowledged once ``method`` is called for it."""
        body, headers = request_for(payload)
        posting = asyncio.create_task(self.http.post("/slack/events", content=body, headers=headers))
        await self.api.begins(method)
        skip(HOLD_SECONDS)
        return await posting

    async def refuses(self, reason: str) -> None:
        """Wait until a delivery has been refused for ``reason``."""
        async with asyncio.timeout(HANG_GUARD):
            while not self.counted(f'faqbot_refused_requests_total{{platform="slack",reason="{reason}"}}'):  # noqa: ASYNC110
                await asyncio.sleep(0)

    async def settle(self) -> None:
        """Wait until everything that was started has ended."""
        assert await self.slack._inbox.drain(HANG_GUARD) == 0

    def phrases(self, lang: str = "en") -> Phrases:
        """Return the bot's own sentences."""
        return self.services.conversation.catalogue.edition(lang).phrases

    def fallen(self, code: str) -> float:
        """Return how many times an error of that name was counted."""
        return self.counted(f'faqbot_errors_total{{code="{code}",platform="slack"}}')

    @property
    def metrics(self) -> str:
        """What ``/metrics`` shows."""
        return self.services.metrics.text().decode()

    def counted(self, sample: str) -> float:
        """Return the value of one sample of the metrics, 0 where there is none."""
        for line in self.metrics.splitlines():
            if line.startswith(f"{sample} "):
                return float(line.rpartition(" ")[2])
        return 0.0


def time_calls_out() -> None:
    """Let the time of the calls under way be over; aiohttp rounds it up to whole seconds."""
    skip(CALL_SECONDS + 1)


RigMaker = Callable[..., Any]


def stub_services(catalogue: Catalogue, environ: dict[str, str], store: Store | None = None) -> Services:
    """Put services together on a matcher that knows a few words."""
    matcher, settings = cast("Matcher", StubMatcher(catalogue)), read_settings(environ)
    store = store or MemoryStore(wall_clock)
    return make_services(settings, catalogue, matcher, store, KeyMaker(b"test"), Metrics("test", "content"))


def environ_for(api: SlackApi, **more: str) -> dict[str, str]:
    """Return the environment of a bot for one workspace."""
    return {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": "xoxb-one",
        "SLACK_APP_TOKEN": "xapp-one",
        "SLACK_API_URL": api.url,
    } | more


def oauth_environ(api: SlackApi, folder: Path, key: str) -> dict[str, str]:
    """Return the environment of a bot for many workspaces."""
    return {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_CLIENT_ID": "client-id",
        "SLACK_CLIENT_SECRET": "client-secret",
        "SLACK_API_URL": api.url,
        "ENCRYPTION_KEY": key,
        "DATABASE_URL": f"sqlite:///{folder / 'installs.db'}",
        "PUBLIC_URL": "https://bot.example.org",
    }


@asynccontextmanager
async def running(
    api: SlackApi,
    catalogue: Catalogue,
    environ: dict[str, str] | None = None,
    *,
    pace: Pace = FAST,
    store: Store | None = None,
) -> AsyncIterator[Rig]:
    """Run a bot against ``api``."""
    async with AsyncExitStack() as stack:
        services = stub_services(catalogue, environ or environ_for(api), store)
        slack = await stack.enter_async_context(SlackApp(services, pace=pace, clock=WallClock()))
        transport = httpx.ASGITransport(app=build_server(services, [slack]))
        base = "https://bot.example.org"
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=base))
        rig = Rig(api, services, slack, http)
        await rig.settle()
        yield rig


@pytest.fixture
async def rig(api: SlackApi, slack_catalogue: Catalogue) -> AsyncIterator[Rig]:
    """A bot for one workspace."""
    async with running(api, slack_catalogue) as made:
        yield made


__all__ = ["Candidate", "Decision", "Intent", "Match", "Rig", "environ_for", "oauth_environ", "running"]
