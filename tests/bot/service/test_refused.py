"""A platform that refuses the bot's token at the start: one clear line, and the people of the other are answered."""

from __future__ import annotations

import asyncio
import io
import json
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from bot.cli.serve import web_platforms
from bot.cli.worker import run_worker
from bot.service.app import Services, services_for
from bot.service.web.server import build_server
from bot.settings import BotError, read_settings
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.fakes.deployment import SLACK_PATH, TELEGRAM_PATH, WEBHOOK_SECRET, environ_for
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.payloads import direct, request_for
from tests.fakes.slack.socket import SlackSocket
from tests.fakes.telegram.api import TelegramApi
from tests.tools.hangguard import HANG_GUARD

UNKNOWN = {"401": "7000001:token-that-was-revoked-0123456789", "404": "1:token-of-nobody-0123456789"}
"""Tokens that Telegram refuses, by how it does."""


def warnings(log: io.StringIO) -> list[dict[str, Any]]:
    """Return what was logged from warning up."""
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in lines if line["level"] in ("warning", "error", "critical")]


async def telegrams_update(api: TelegramApi) -> dict[str, Any]:
    await api.world.says(api.world.person("Ana"), "5")
    return api.world.updates[-1]


class Served:
    """A web server with both platforms, and their fakes."""

    def __init__(self, slack: SlackApi, telegram: TelegramApi, services: Services, client: httpx.AsyncClient) -> None:
        self.slack, self.telegram, self.services, self.client = slack, telegram, services, client

    async def asks_on_slack(self) -> int:
        body, headers = request_for(direct("5"))
        return (await self.client.post(SLACK_PATH, content=body, headers=headers)).status_code

    async def asks_on_telegram(self) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
        update = await telegrams_update(self.telegram)
        return (await self.client.post(TELEGRAM_PATH, json=update, headers=headers)).status_code


async def serve(catalogue: Catalogue, matcher: Matcher, check: Any, **more: str) -> None:
    """Run the web server as ``serve`` does, with ``more`` settings, and let ``check`` look at it."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackApi())
        telegram = await stack.enter_async_context(TelegramApi())
        settings = read_settings(environ_for(slack, telegram, **more))
        services = await stack.enter_async_context(services_for(settings, catalogue, matcher))
        app = build_server(services, web_platforms(services))
        await stack.enter_async_context(app.router.lifespan_context(app))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")
        await check(Served(slack, telegram, services, await stack.enter_async_context(client)))


@pytest.mark.parametrize("how", UNKNOWN)
async def test_where_telegram_refuses_the_token_slack_is_served(
    how: str, catalogue: Catalogue, matcher: Matcher, log: io.StringIO
) -> None:
    async def check(served: Served) -> None:
        assert await served.asks_on_slack() == 200
        assert len(served.slack.called("chat.postMessage")) == 1
        assert await served.asks_on_telegram() == 503, "whoever knows the secret is to come again"
        ready = await served.client.get("/readyz")
        assert (ready.status_code, ready.json()["telegram"]) == (200, "token refused")

    await serve(catalogue, matcher, check, TELEGRAM_BOT_TOKEN=UNKNOWN[how])
    (line,) = warnings(log)
    assert line["state"].startswith("TELEGRAM_BOT_TOKEN: Telegram refuses it; copy it again from @BotFather")
    assert UNKNOWN[how] not in log.getvalue()


async def test_where_slack_refuses_the_token_telegram_is_served(
    catalogue: Catalogue, matcher: Matcher, log: io.StringIO
) -> None:
    async def check(served: Served) -> None:
        assert await served.asks_on_telegram() == 200
        assert len(served.telegram.made("sendMessage")) == 1
        for _ in range(3):
            ready = await served.client.get("/readyz")
            assert (ready.status_code, ready.json()["slack"]) == (200, "token refused")

    await serve(catalogue, matcher, check, SLACK_BOT_TOKEN="xoxb-mistyped")
    (line,) = warnings(log)
    assert line["event"] == "token refused: copy SLACK_BOT_TOKEN again"
    assert "mistyped" not in log.getvalue()


async def work(
    catalogue: Catalogue, matcher: Matcher, slack: SlackApi, telegram: TelegramApi, done: Any, **more: str
) -> None:
    """Run the worker as ``run`` does until ``done`` is true."""
    environ = environ_for(slack, telegram, SLACK_APP_TOKEN="xapp-one", **more)
    async with SlackSocket(slack), services_for(read_settings(environ), catalogue, matcher) as services:
        stop = asyncio.Event()
        worker = asyncio.create_task(run_worker(services, stop))
        async with asyncio.timeout(HANG_GUARD):
            while not done() and not worker.done():  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)
        stop.set()
        await worker


async def test_where_slack_refuses_the_app_token_the_worker_goes_on_with_telegram(
    catalogue: Catalogue, matcher: Matcher, log: io.StringIO
) -> None:
    async with SlackApi() as slack, TelegramApi() as telegram:
        slack.world.app_tokens.clear()
        await telegrams_update(telegram)
        await work(catalogue, matcher, slack, telegram, lambda: telegram.made("sendMessage"))
        assert len(telegram.made("sendMessage")) == 1
    (line,) = warnings(log)
    assert line["state"].startswith("SLACK_APP_TOKEN: Slack refuses it (invalid_auth); copy it again")


async def test_where_telegram_refuses_the_token_the_worker_goes_on_with_slack(
    catalogue: Catalogue, matcher: Matcher, log: io.StringIO
) -> None:
    async with SlackApi() as slack, TelegramApi() as telegram:
        opened = lambda: len(slack.called("apps.connections.open")) > 1  # noqa: E731
        await work(catalogue, matcher, slack, telegram, opened, TELEGRAM_BOT_TOKEN=UNKNOWN["401"])
    (line,) = warnings(log)
    assert line["state"].startswith("TELEGRAM_BOT_TOKEN: Telegram refuses it")


async def test_where_both_are_refused_the_worker_ends_with_what_to_do(
    catalogue: Catalogue, matcher: Matcher, log: io.StringIO
) -> None:
    async with SlackApi() as slack, TelegramApi() as telegram:
        slack.world.app_tokens.clear()
        with pytest.raises(BotError, match=r"^SLACK_APP_TOKEN: Slack refuses it \(invalid_auth\)"):
            await work(catalogue, matcher, slack, telegram, lambda: False, TELEGRAM_BOT_TOKEN=UNKNOWN["404"])
