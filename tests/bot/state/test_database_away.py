"""PostgreSQL goes away and comes back: who is answered meanwhile, what is said about it, and that nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeVar

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Bot as StoredBot

from bot.slack.oauth.store import DatabaseInstalls, open_cipher
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.fakes.clock import skip
from tests.fakes.deployment import MAY_READ, Deployment, deployed, environ_for
from tests.fakes.servers import PostgresServer
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.payloads import direct
from tests.fakes.slack.world import Account, Channel
from tests.fakes.telegram.api import TelegramApi

T = TypeVar("T")
KEY = Fernet.generate_key().decode()
KNOWN, UNKNOWN = "TKNOWN", "TUNKNOWN"
AWAY: dict[str, tuple[Callable[[PostgresServer], None], Callable[[PostgresServer], None]]] = {
    "stopped": (PostgresServer.stop, PostgresServer.start),
    "frozen": (PostgresServer.freeze, PostgresServer.thaw),
}
GAUGE = 'faqbot_dependency_up{dependency="slack_installations"}'


@pytest.fixture
async def apis(postgres: PostgresServer) -> AsyncIterator[tuple[SlackApi, TelegramApi]]:
    async with SlackApi() as slack_api, TelegramApi() as telegram_api:
        for team in (KNOWN, UNKNOWN):
            slack_api.world.accounts[f"xoxb-{team}"] = Account(team=team)
            slack_api.world.channels[f"D{team}"] = Channel({"UBOT", "U1"}, team=team)
        await install(postgres.url)
        yield slack_api, telegram_api


async def install(url: str) -> None:
    """Store both workspaces' installations, as an administrator's visit does."""
    async with DatabaseInstalls("client-id", url, open_cipher(KEY)) as installs:
        await installs.prepare()
        for team in (KNOWN, UNKNOWN):
            bot = StoredBot(
                app_id="A1", team_id=team, bot_token=f"xoxb-{team}", bot_id="B1", bot_user_id="UBOT",
                bot_scopes=["chat:write"], is_enterprise_install=False, installed_at=time.time(),
            )  # fmt: skip
            await installs.store.async_save_bot(bot)


def environ(apis: tuple[SlackApi, TelegramApi], url: str) -> dict[str, str]:
    found = environ_for(*apis, DATABASE_URL=url, ENCRYPTION_KEY=KEY)
    del found["SLACK_BOT_TOKEN"]
    return found | {"SLACK_CLIENT_ID": "client-id", "SLACK_CLIENT_SECRET": "client-secret"}


def question(team: str) -> dict[str, Any]:
    """Return a new question from ``team``."""
    return direct("5", channel=f"D{team}", team=team)


def answered(bot: Deployment) -> list[str]:
    return [call.args["channel"] for call in bot.slack.called("chat.postMessage")]


async def shown(bot: Deployment) -> tuple[int, str, str]:
    """Return the status of /readyz, its word for the database, and the gauge's value."""
    ready = await bot.http.get("/readyz")
    lines = (await bot.http.get("/metrics", headers=MAY_READ)).text.splitlines()
    gauge = next(line.rpartition(" ")[2] for line in lines if line.startswith(GAUGE))
    return ready.status_code, ready.json()["slack_installations"], gauge


async def hurried(waits: Coroutine[Any, Any, T]) -> T:
    """Return what ``waits`` does, which waits for an answer of PostgreSQL that never comes: seconds pass as moments."""
    waiting = asyncio.ensure_future(waits)
    while not (await asyncio.wait([waiting], timeout=0.05))[0]:
        skip(0.5)
    return waiting.result()


@pytest.mark.parametrize("fault", AWAY)
async def test_while_postgresql_is_away_only_workspaces_that_are_not_known_wait(
    apis: tuple[SlackApi, TelegramApi], postgres: PostgresServer, catalogue: Catalogue, matcher: Matcher, fault: str
) -> None:
    go, come_back = AWAY[fault]
    async with deployed(*apis, environ(apis, postgres.url), catalogue, matcher) as bot:
        assert (await bot.event(question(KNOWN))).status_code == 200
        assert await shown(bot) == (200, "ok", "1.0")
        waiting = question(UNKNOWN)
        go(postgres)
        try:
            assert (await bot.event(question(KNOWN))).status_code == 200, "its token is in memory"
            assert (await hurried(bot.event(waiting))).status_code == 503
            await bot.telegram.world.says(bot.telegram.world.person("Ana"), "5")
            assert (await bot.update(bot.telegram.world.updates.pop())).status_code == 200
            assert len(bot.telegram.made("sendMessage")) == 1, "Telegram has no need of it"
            assert answered(bot) == [f"D{KNOWN}"] * 2
            assert await hurried(shown(bot)) == (200, "degraded", "0.0")
            assert (await bot.http.get("/healthz")).status_code == 200
        finally:
            come_back(postgres)
        assert (await bot.event(waiting)).status_code == 200
        assert (await bot.event(waiting)).status_code == 200
        assert answered(bot) == [f"D{KNOWN}", f"D{KNOWN}", f"D{UNKNOWN}"], "once, when Slack delivers it again"
        assert await shown(bot) == (200, "ok", "1.0")


async def test_a_start_while_postgresql_is_away_recovers_by_itself(
    apis: tuple[SlackApi, TelegramApi], postgres: PostgresServer, catalogue: Catalogue, matcher: Matcher
) -> None:
    postgres.stop()
    try:
        async with deployed(*apis, environ(apis, postgres.url), catalogue, matcher) as bot:
            assert (await bot.event(question(KNOWN))).status_code == 503
            assert await shown(bot) == (200, "degraded", "0.0")
            postgres.start()
            assert (await bot.event(question(KNOWN))).status_code == 200
            assert answered(bot) == [f"D{KNOWN}"]
            assert await shown(bot) == (200, "ok", "1.0")
    finally:
        postgres.stop()
        postgres.start()
