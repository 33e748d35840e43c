"""The whole Telegram side in one process: the real application, and the fake Bot API over HTTP on loopback."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.metrics import Metrics
from bot.service.app import Services, make_services
from bot.service.lanes import Lanes
from bot.settings import Secret, Settings
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from bot.telegram.app import TelegramApp
from bot.telegram.polling import ALLOWED_UPDATES
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from intents.matcher import Matcher
from tests.fakes.clock import EagerTime, FakeTime
from tests.fakes.fixtures import wall_clock
from tests.fakes.telegram.api import TOKEN, TelegramApi
from tests.fakes.telegram.world import Chat, Person
from tests.tools.hangguard import HANG_GUARD

SECRET = "secret-of_the-tests"
PUBLIC_URL = "http://127.0.0.1:8000"
WEBHOOK = f"{PUBLIC_URL}/telegram/webhook"


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns on every RetryAfter unless it may use timedeltas; warnings are errors here."""
    monkeypatch.setitem(os.environ, "PTB_TIMEDELTA", "true")


@pytest.fixture
def phrases(catalogue: Catalogue) -> Phrases:
    return catalogue.edition("en").phrases


@pytest.fixture
def spanish(catalogue: Catalogue) -> Phrases:
    return catalogue.edition("es").phrases


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    """The fake Bot API. Every call that it carried out must have pleased the judges, without exceptions."""
    async with TelegramApi() as server:
        yield server
    assert server.verdicts == []


@pytest.fixture
def settings(api: TelegramApi) -> Settings:
    return Settings(
        telegram_bot_token=Secret(TOKEN),
        telegram_webhook_secret=Secret(SECRET),
        public_url=PUBLIC_URL,
        telegram_api_url=api.url,
    )


@pytest.fixture
def services(settings: Settings, catalogue: Catalogue, matcher: Matcher) -> Services:
    return make_services(settings, catalogue, matcher, MemoryStore(wall_clock), KeyMaker(b"tests"), Metrics())


def make_app(services: Services, clock: FakeTime | None = None) -> TelegramApp:
    """Return the application without pauses and without a bound on its pace; waits of lanes are ``clock``'s."""
    lanes = Lanes(clock=clock.now, sleep=clock.sleep) if clock else Lanes()
    return TelegramApp(services, lanes=lanes, send_pauses=(0.0,) * 3, poll_pauses=(0.0,), hold_seconds=HANG_GUARD)


@dataclass
class Bot:
    """The bot, reached by its webhook or polling, and what people do with it."""

    api: TelegramApi
    app: TelegramApp
    services: Services
    polls: bool = False

    async def settle(self) -> None:
        """Deliver what is queued, or wait until it is fetched, and until the bot has dealt with it."""
        if self.polls:
            await self.api.until(lambda: not self.api.world.updates)
        else:
            assert set(await self.api.deliver()) <= {200}
        await self.app.settled()

    async def hears(self, person: Person, text: str, chat: Chat | None = None, **more: Any) -> list[dict[str, Any]]:
        """Let ``person`` write ``text``; return the bot's new messages there."""
        place = chat or self.api.world.private(person)
        before = {message["message_id"] for message in self.api.said(place)}
        await self.api.world.says(person, text, chat, **more)
        await self.settle()
        return [message for message in self.api.said(place) if message["message_id"] not in before]

    async def hears_again(self, person: Person, text: str) -> list[dict[str, Any]]:
        """As :meth:`hears`, where the update is not done at first: Telegram delivers it until it is."""
        await self.api.world.says(person, text)
        if not self.polls:
            assert await self.api.deliver() == [503]
            while await self.api.deliver() == [503]:
                await self.app.settled()
        await self.settle()
        return self.api.said(self.api.world.private(person))

    async def pressed(
        self, person: Person, message: dict[str, Any], label: str = "", data: str | None = None
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Let ``person`` press a button; return how the press was answered, and the bot's new messages."""
        place = self.api.world.chats[message["chat"]["id"]]
        before = {message["message_id"] for message in self.api.said(place)}
        query = await self.api.world.presses(person, message, label, data)
        await self.settle()
        assert query in self.api.methods.answered, "every press must be answered"
        new = [message for message in self.api.said(place) if message["message_id"] not in before]
        return self.api.methods.answered[query], new

    async def whispered(self, person: Person, message: dict[str, Any], data: str) -> tuple[dict[str, Any], list[Any]]:
        """As :meth:`pressed`; return what ``person`` alone sees of it, and what everybody does."""
        before = len(self.api.world.whispers)
        _, new = await self.pressed(person, message, data=data)
        (whisper,) = self.api.world.whispers[before:]
        assert whisper["receiver_user"]["id"] == person.id
        return whisper, new

    async def inline(self, person: Person, query: str, offset: str = "") -> dict[str, Any]:
        """Let ``person`` type an inline query; return how it was answered."""
        query_id = await self.api.world.asks_inline(person, query, offset)
        await self.settle()
        return self.api.methods.answered[query_id]

    def count(self, name: str, **labels: str) -> float:
        """Return the value of one of the bot's meters."""
        return self.services.metrics.registry.get_sample_value(name, labels) or 0.0


@asynccontextmanager
async def served(services: Services, api: TelegramApi, clock: FakeTime | None = None) -> AsyncIterator[Bot]:
    """The application behind a web server, with the webhook set."""
    allowed = json.dumps(ALLOWED_UPDATES)
    api.methods.setWebhook({"url": WEBHOOK, "secret_token": SECRET, "allowed_updates": allowed})
    async with make_app(services, clock) as app:
        transport = httpx.ASGITransport(Starlette(routes=app.routes()))
        async with httpx.AsyncClient(transport=transport) as client:
            api.client = client
            yield Bot(api, app, services)


@pytest.fixture
def clock() -> FakeTime:
    """The clock of the lanes: by default every wait is over at once."""
    return EagerTime()


@pytest.fixture(params=["webhook", "polling"])
async def bot(
    request: pytest.FixtureRequest, services: Services, api: TelegramApi, clock: FakeTime
) -> AsyncIterator[Bot]:
    """The running bot: every scenario is played twice, once each way."""
    if request.param == "webhook":
        async with served(services, api, clock) as running:
            yield running
    else:
        async with make_app(services, clock) as app, polling(app):
            await api.until(lambda: app._poller.state == "ok" or api._poll)
            yield Bot(api, app, services, polls=True)


@asynccontextmanager
async def polling(app: TelegramApp) -> AsyncIterator[asyncio.Task[None]]:
    """The application's worker, running beside the test."""
    task = asyncio.create_task(app.run_polling())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def ana(api: TelegramApi) -> Person:
    return api.world.person("Ana", "en")


@pytest.fixture
def luz(api: TelegramApi) -> Person:
    return api.world.person("Luz", "es-MX")


def labels(message: dict[str, Any]) -> list[str]:
    """Return the labels of a message's buttons, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
