"""Both platforms' real adapters in this process, between people who are played and platforms that only record."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

import httpx

from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.installed import VERSION
from bot.logs import get_logger
from bot.metrics import Metrics
from bot.playground.slack import SlackDeed, Workspace, request_for
from bot.playground.telegram import Cloud, TelegramDeed
from bot.playground.timeline import Json, Timeline
from bot.playground.why import TracedDesk, TracedMatcher
from bot.service.app import Services
from bot.service.ongoing import aside
from bot.service.web.server import build_server, together
from bot.settings import read_settings
from bot.slack.app import SlackApp
from bot.slack.sending.client import Pace
from bot.slack.setup.manifest import EVENTS_PATH
from bot.state.limits import RateLimits
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from bot.telegram.app import SECRET_HEADER, WEBHOOK_PATH, TelegramApp
from bot.telegram.setup.release import release
from content.reading.compiled import load_catalogue
from content.reading.documents import Read
from content.reading.layout import BUILT_FOLDER
from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import MODEL_FILE, read_model, recipe

PATIENCE_SECONDS = 60.0
"""How long a delivery waits for its answer: all that the bot does about it belongs to its turn."""
PUBLIC_URL = "https://playground.invalid"
"""Where Telegram is told that the webhook is. Nothing ever goes there."""

Deed = SlackDeed | TelegramDeed


class Stage:
    """The bot, and what people see of it; an async context manager.

    ``api`` is the address below which :meth:`slack_call` and its kin are served over HTTP; ``root`` holds the content,
    whose files ``read`` reads.
    """

    def __init__(self, api: str, root: Path, read: Read) -> None:
        self._api = api
        self._root = root
        self._read = read
        self._one_at_a_time = asyncio.Lock()
        self._run = AsyncExitStack()
        self._slack_secret, self._telegram_secret = secrets.token_hex(16), secrets.token_hex(16)
        # Nothing of the environment is read.
        self.settings = read_settings(
            {
                "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(8)}",
                "SLACK_SIGNING_SECRET": self._slack_secret,
                "SLACK_API_URL": f"{api}/slack/api/",
                "TELEGRAM_BOT_TOKEN": f"1:{secrets.token_hex(16)}",
                "TELEGRAM_WEBHOOK_SECRET": self._telegram_secret,
                "TELEGRAM_API_URL": f"{api}/telegram",
                "PUBLIC_URL": PUBLIC_URL,
            }
        )
        self._begin()

    def _begin(self) -> None:
        self.timeline = Timeline()
        self.slack = Workspace(self.timeline, f"{self._api}/slack")
        self.telegram = Cloud(self.timeline)

    async def __aenter__(self) -> Self:
        await self._run.enter_async_context(self._running(*await aside(self.load)))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._run.aclose()

    def load(self) -> tuple[Catalogue, TracedMatcher]:
        """Return the content as it is on disk, and a matcher for it. Raises ContentError, ModelError and OSError."""
        catalogue = load_catalogue(self._root, self._read)
        model = read_model(self._root / BUILT_FOLDER / MODEL_FILE, recipe(self._root))
        return catalogue, TracedMatcher(catalogue, model, self._heard)

    @property
    def conversation(self) -> Conversation:
        """What answers; its content can be replaced."""
        return self._services.conversation

    async def restart(self) -> None:
        """Begin anew: nobody has said anything, and nothing is remembered."""
        async with self._one_at_a_time:
            await self._run.aclose()
            self._begin()
            await self._run.enter_async_context(self._running(self.conversation.catalogue, self._matcher))

    def replace_content(self, catalogue: Catalogue, matcher: TracedMatcher) -> None:
        """Answer from ``catalogue`` from now on."""
        self._matcher = matcher
        self.conversation.replace_content(catalogue, matcher)

    async def do(self, deed: Deed) -> int:
        """Let a person do something, and the bot all that it does about it; return the turn. Raises DeedError."""
        async with self._one_at_a_time:
            self.timeline.turn += 1
            try:
                await self._do(deed)
            except Exception:
                self.timeline.turn -= 1
                raise
            return self.timeline.turn

    async def _do(self, deed: Deed) -> None:
        if isinstance(deed, SlackDeed):
            if payload := self.slack.do(deed):
                body, headers = request_for(payload, self._slack_secret)
                answer = await self._http.post(EVENTS_PATH, content=body, headers=headers)
                if "command" in payload and answer.content:
                    self.slack.acknowledged(payload, answer.json())
        elif update := self.telegram.do(deed):
            await self._http.post(WEBHOOK_PATH, json=update, headers={SECRET_HEADER: self._telegram_secret})
            await self._telegram_app.settled()

    @asynccontextmanager
    async def _running(self, catalogue: Catalogue, matcher: TracedMatcher) -> AsyncIterator[None]:
        """Run the bot, put together as ``serve`` does it, but more patient."""
        store, keys = MemoryStore(), KeyMaker(self.settings.hash_secret)
        metrics = Metrics(VERSION, catalogue.digest)
        conversation = Conversation(catalogue, matcher, Recollection(store, keys))
        desk = TracedDesk(conversation, RateLimits(store, keys), metrics, get_logger, heard=self._heard)
        services = Services(self.settings, conversation, desk, store, keys, metrics)
        self._services, self._matcher = services, matcher
        patient = Pace(ack_seconds=PATIENCE_SECONDS, hold_seconds=PATIENCE_SECONDS)
        self._telegram_app = TelegramApp(services, hold_seconds=PATIENCE_SECONDS)
        apps = (SlackApp(services, pace=patient), self._telegram_app)
        await release(self.settings, catalogue)
        async with together(apps):
            transport = httpx.ASGITransport(build_server(services, apps))
            async with httpx.AsyncClient(
                transport=transport, base_url=PUBLIC_URL, timeout=2 * PATIENCE_SECONDS
            ) as self._http:
                yield

    def _heard(self, told: Json) -> None:
        trace = self.timeline.traces.setdefault(self.timeline.turn, {"decisions": []})
        if "decision" in told:
            trace["decisions"].append(told)
        else:
            trace |= told
