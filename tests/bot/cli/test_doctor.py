"""``faqbot doctor``: one line for each thing, what to do where it is not well, and no secret in any of them."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio
import redis.exceptions
from aiohttp import web
from click.testing import CliRunner
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Bot as StoredBot
from slack_sdk.signature import SignatureVerifier

from bot.cli.doctor import examine
from bot.cli.main import cli
from bot.service.findings import Finding, Verdict, check_clock
from bot.settings import read_settings
from bot.slack.oauth.store import DatabaseInstalls, open_cipher
from bot.slack.setup.manifest import SCOPES
from bot.state.redis import RedisStore
from bot.telegram.polling import ALLOWED_UPDATES, WINDOW
from tests.fakes.deployment import copy_content
from tests.fakes.servers import RedisServer

TOKEN = "7000001:secret-of-telegram-0123456789"
SECRETS = ("xoxb-secret", "xapp-secret", "signing-secret", TOKEN.partition(":")[2], "hook-secret", "client-secret")


class Servers:
    """Slack's and Telegram's APIs, as far as the doctor looks; each test sets what they answer."""

    def __init__(self) -> None:
        self.scopes: str | None = ",".join(SCOPES)
        self.date: str | None = None
        self.slack: dict[str, Any] = {"ok": True, "team_id": "T1", "user_id": "U1"}
        self.app: dict[str, Any] = {"ok": True, "url": "wss://example.org"}
        self.telegram_status = 200
        self.webhook: dict[str, Any] = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        self.reads_all, self.joins, self.inline = False, True, True
        self.secret, self.events_status, self.challenged = "signing-secret", 200, True
        self.url = ""

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/api/{method}", self._slack)
        app.router.add_route("*", "/bot{token}/{method}", self._telegram)
        app.router.add_get("/", self._root)
        app.router.add_post("/slack/events", self._events)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.webhook["url"] = f"{self.url}/telegram/webhook"
        return runner

    async def _slack(self, request: web.Request) -> web.Response:
        answer = self.app if request.match_info["method"] == "apps.connections.open" else self.slack
        headers = {} if self.scopes is None else {"x-oauth-scopes": self.scopes}
        return web.json_response(answer, headers=headers | self._date())

    async def _telegram(self, request: web.Request) -> web.Response:
        if self.telegram_status != 200:
            body = {"ok": False, "error_code": self.telegram_status, "description": f"Unauthorized {TOKEN}"}
            return web.json_response(body, status=self.telegram_status)
        me = {
            "id": 1,
            "is_bot": True,
            "first_name": "B",
            "username": "Bot",
            "can_read_all_group_messages": self.reads_all,
            "can_join_groups": self.joins,
            "supports_inline_queries": self.inline,
        }
        result = me if request.match_info["method"] == "getMe" else self.webhook
        return web.json_response({"ok": True, "result": result})

    async def _events(self, request: web.Request) -> web.Response:
        body = await request.text()
        if not SignatureVerifier(self.secret).is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        said = {"challenge": json.loads(body)["challenge"] if self.challenged else "none"}
        return web.json_response(said, status=self.events_status)

    async def _root(self, _request: web.Request) -> web.Response:
        return web.Response(headers=self._date())

    def _date(self) -> dict[str, str]:
        return {"Date": self.date} if self.date else {}

    def environ(self, **more: str) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": "xoxb-secret",
            "SLACK_SIGNING_SECRET": "signing-secret",
            "SLACK_API_URL": f"{self.url}/api/",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_WEBHOOK_SECRET": "hook-secret",
            "TELEGRAM_API_URL": self.url,
            "PUBLIC_URL": self.url,
        } | more


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PTB_TIMEDELTA", "true")


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    made = Servers()
    runner = await made.start()
    yield made
    await runner.cleanup()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_content(tmp_path_factory.mktemp("doctor"))


async def findings(environ: dict[str, str], content: Path) -> dict[str, Finding]:
    found = [finding async for finding in examine(read_settings(environ), content)]
    for line in map(str, found):
        assert not any(secret in line for secret in SECRETS), line
        assert "\n" not in line
    return {finding.name: finding for finding in found}


def bad(found: dict[str, Finding]) -> dict[str, str]:
    good = (Verdict.OK, Verdict.LOOK)
    return {name: finding.verdict.value for name, finding in found.items() if finding.verdict not in good}


async def test_a_healthy_deployment_is_all_ok(servers: Servers, content: Path) -> None:
    found = await findings(servers.environ(), content)
    assert bad(found) == {}
    assert set(found) == {
        "settings",
        "content",
        "local help",
        "model",
        "slack token",
        "slack scopes",
        "clock",
        "telegram token",
        "telegram webhook",
        "telegram privacy mode",
        "telegram groups",
        "telegram inline mode",
        "slack request url",
        "slack app",
        "state",
    }


async def test_what_slack_tells_no_app_is_said_with_where_to_look(servers: Servers, content: Path) -> None:
    environ = servers.environ(SLACK_CLIENT_ID="1", SLACK_CLIENT_SECRET="client-secret")
    found = await findings(environ, content)
    looks = {name: one.words for name, one in found.items() if one.verdict is Verdict.LOOK}
    assert set(looks) == {"slack app", "slack distribution", "local help"}
    assert f"redirect URL {servers.url}/slack/oauth_redirect" in looks["slack distribution"]
    assert "Public Distribution must be active" in looks["slack distribution"]
    assert "Event Subscriptions, Interactivity and Slash Commands" in looks["slack app"]
    assert str(found["slack app"]).startswith("look slack app: on api.slack.com")


@pytest.mark.parametrize(
    ("change", "verdict", "words"),
    [
        ({"secret": "another"}, "fail", "has another SLACK_SIGNING_SECRET, or a clock that is off"),
        ({"events_status": 404}, "fail", "answers 404, not as this bot does: check PUBLIC_URL"),
        ({"challenged": False}, "fail", "answers 200, not as this bot does: check PUBLIC_URL"),
    ],
    ids=["secret", "elsewhere", "stranger"],
)
async def test_the_request_url(
    servers: Servers, content: Path, change: dict[str, Any], verdict: str, words: str
) -> None:
    for name, value in change.items():
        setattr(servers, name, value)
    found = await findings(servers.environ(), content)
    assert bad(found) == {"slack request url": verdict}
    assert words in found["slack request url"].words
    assert "slack app" not in found


async def test_a_request_url_where_nobody_listens(servers: Servers, content: Path) -> None:
    servers.webhook["url"] = "http://127.0.0.1:9/telegram/webhook"
    found = await findings(servers.environ(PUBLIC_URL="http://127.0.0.1:9"), content)
    assert bad(found) == {"slack request url": "warn"}
    assert "is `faqbot serve` running there" in found["slack request url"].words


async def test_the_worker_has_no_request_url(servers: Servers, content: Path) -> None:
    environ = servers.environ(SLACK_APP_TOKEN="xapp-secret", SLACK_SIGNING_SECRET="")
    assert "slack request url" not in await findings(environ, content)


@pytest.mark.parametrize(
    ("choice", "name", "command"),
    [("joins", "telegram groups", "/setjoingroups"), ("inline", "telegram inline mode", "/setinline")],
)
async def test_what_was_not_chosen_with_botfather(
    servers: Servers, content: Path, choice: str, name: str, command: str
) -> None:
    setattr(servers, choice, False)
    found = await findings(servers.environ(), content)
    assert bad(found) == {name: "warn"}
    assert command in found[name].words


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_token_that_slack_refuses(servers: Servers, content: Path, code: str) -> None:
    servers.slack = {"ok": False, "error": code}
    found = await findings(servers.environ(), content)
    assert bad(found) == {"slack token": "fail"}
    assert code in found["slack token"].words


async def test_missing_and_needless_scopes_are_named(servers: Servers, content: Path) -> None:
    servers.scopes = ",".join([*sorted(SCOPES)[1:], "admin"])
    found = [finding async for finding in examine(read_settings(servers.environ()), content)]
    scopes = [finding for finding in found if finding.name == "slack scopes"]
    assert [finding.verdict for finding in scopes] == [Verdict.FAIL, Verdict.WARN]
    assert sorted(SCOPES)[0] in scopes[0].words
    assert "admin" in scopes[1].words


async def test_an_app_token_is_tried(servers: Servers, content: Path) -> None:
    environ = servers.environ(SLACK_APP_TOKEN="xapp-secret")
    assert bad(await findings(environ, content)) == {}
    servers.app = {"ok": False, "error": "missing_scope"}
    assert bad(await findings(environ, content)) == {"slack app token": "fail"}


async def test_a_token_that_telegram_refuses(servers: Servers, content: Path) -> None:
    servers.telegram_status = 401
    assert bad(await findings(servers.environ(), content)) == {"telegram token": "fail"}


@pytest.mark.parametrize(
    ("change", "verdict", "words"),
    [
        ({"url": ""}, "fail", "faqbot release"),
        ({"url": "https://elsewhere.example.org"}, "fail", "elsewhere"),
        ({"allowed_updates": ["message"]}, "warn", "faqbot release"),
        ({"pending_update_count": 5_000}, "warn", "5000"),
        ({"last_error_date": int(datetime.now(UTC).timestamp()), "last_error_message": "MARK"}, "warn", "last hour"),
    ],
    ids=["unset", "elsewhere", "updates", "backlog", "errors"],
)
async def test_the_webhook(servers: Servers, content: Path, change: dict[str, Any], verdict: str, words: str) -> None:
    servers.webhook |= change
    found = await findings(servers.environ(), content)
    assert bad(found) == {"telegram webhook": verdict}
    assert words in found["telegram webhook"].words
    assert "MARK" not in found["telegram webhook"].words


async def test_a_webhook_in_the_way_of_polling(servers: Servers, content: Path) -> None:
    environ = servers.environ(PUBLIC_URL="", TELEGRAM_WEBHOOK_SECRET="")
    found = await findings(environ, content)
    assert bad(found) == {"public url": "warn", "telegram webhook": "warn", "state": "warn"}
    assert f"up to {WINDOW - 1} later messages of a polled bot again" in found["state"].words


async def test_privacy_mode_that_is_off(servers: Servers, content: Path) -> None:
    servers.reads_all = True
    assert bad(await findings(servers.environ(), content)) == {"telegram privacy mode": "warn"}


async def test_nothing_that_can_be_reached(content: Path) -> None:
    servers = Servers()
    servers.url = "http://127.0.0.1:9"
    found = await findings(servers.environ(REDIS_URL="redis://127.0.0.1:9"), content)
    assert bad(found) == {"slack": "fail", "slack request url": "warn", "telegram": "fail", "redis": "fail"}


async def test_where_gaps_are_to_be_counted(servers: Servers, content: Path, tmp_path: Path) -> None:
    assert "gaps" not in await findings(servers.environ(), content)
    for folder in (tmp_path, tmp_path / "new/one"):
        assert bad(await findings(servers.environ(GAPS_FOLDER=str(folder)), content)) == {}
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file/below"):
        found = await findings(servers.environ(GAPS_FOLDER=str(folder)), content)
        assert bad(found) == {"gaps": "fail"}
    (tmp_path / "1.gaps.json").write_text("no counts")
    found = await findings(servers.environ(GAPS_FOLDER=str(tmp_path)), content)
    assert bad(found) == {"gaps": "warn"}
    assert "1.gaps.json cannot be read" in found["gaps"].words
    # Permissions allow it to root, and the file system does not.
    assert bad(await findings(servers.environ(GAPS_FOLDER="/proc/faqbot/gaps"), content)) == {"gaps": "fail"}


async def test_a_redis_url_of_no_use(servers: Servers, content: Path) -> None:
    found = await findings(servers.environ(REDIS_URL="redis://:hook-secret@h?ssl_cert_reqs=none"), content)
    assert bad(found) == {"redis": "fail"}
    assert "only with rediss://" in found["redis"].words


@pytest.mark.redis
async def test_redis_that_answers(servers: Servers, content: Path, redis_server: RedisServer) -> None:
    found = await findings(servers.environ(REDIS_URL=redis_server.url, STATE_SECRET="s" * 32), content)
    assert bad(found) == {}
    assert found["redis"].words == "takes keys"


@pytest.mark.redis
async def test_keys_in_redis_that_hang_on_the_tokens(
    servers: Servers, content: Path, redis_server: RedisServer
) -> None:
    found = await findings(servers.environ(REDIS_URL=redis_server.url), content)
    assert bad(found) == {"state secret": "warn"}
    assert "openssl rand -hex 32" in found["state secret"].words


@pytest.mark.redis
@pytest.mark.parametrize(
    ("setting", "value", "back"), [("maxmemory", "1", "0"), ("replicaof", "127.0.0.1 1", "no one")]
)
async def test_a_redis_that_is_full_or_only_for_reading_is_away(
    servers: Servers, content: Path, redis_server: RedisServer, setting: str, value: str, back: str
) -> None:
    async def arrange(words: str) -> None:
        command = f"REPLICAOF {words}" if setting == "replicaof" else f"CONFIG SET {setting} {words}"
        await client.execute_command(*command.split())

    async with redis.asyncio.Redis.from_url(redis_server.url) as client:
        await arrange(value)
        try:
            found = await findings(servers.environ(REDIS_URL=redis_server.url), content)
            with pytest.raises(redis.exceptions.RedisError):
                await RedisStore(client).healthy()
        finally:
            await arrange(back)
    assert bad(found) == {"redis": "fail"}
    assert found["redis"].words.startswith("does not take keys (")


async def test_the_database_of_installations(servers: Servers, content: Path, tmp_path: Path) -> None:
    oauth = servers.environ(SLACK_CLIENT_ID="1", SLACK_CLIENT_SECRET="client-secret")
    found = await findings(oauth, content)
    assert bad(found) == {"encryption key": "fail", "database": "fail"}
    key = Fernet.generate_key().decode()
    good = {"ENCRYPTION_KEY": key, "DATABASE_URL": f"sqlite:///{tmp_path / 'installs.db'}"}
    assert bad(await findings(oauth | good, content)) == {}
    away = {"ENCRYPTION_KEY": key, "DATABASE_URL": "postgresql://user:client-secret@127.0.0.1:9/name"}
    assert bad(await findings(oauth | away, content)) == {"database": "fail"}
    useless = {"ENCRYPTION_KEY": key, "DATABASE_URL": "postgresql://user:client-secret@h/name?options=client-secret"}
    found = await findings(oauth | useless, content)
    assert bad(found) == {"database": "fail"}
    assert "known options are" in found["database"].words


async def test_installations_that_were_stored_with_another_key(servers: Servers, content: Path, tmp_path: Path) -> None:
    url, keys = f"sqlite:///{tmp_path / 'installs.db'}", [Fernet.generate_key().decode() for _ in range(2)]
    for number, key in enumerate([keys[0], keys[0], keys[1]]):
        async with DatabaseInstalls("1", url, open_cipher(key)) as installs:
            bot = StoredBot(
                app_id="A1", team_id=f"T{number}", bot_token="client-secret", bot_id="B1", bot_user_id="U1",
                bot_scopes=["chat:write"], is_enterprise_install=False, installed_at=1e9 + number,
            )  # fmt: skip
            await installs.store.async_save_bot(bot)
    oauth = servers.environ(SLACK_CLIENT_ID="1", SLACK_CLIENT_SECRET="client-secret", DATABASE_URL=url)
    found = await findings(oauth | {"ENCRYPTION_KEY": keys[1]}, content)
    assert bad(found) == {"database": "fail"}
    assert found["database"].words.startswith("ENCRYPTION_KEY does not fit 2 of 3 installations: set the key")


@pytest.mark.parametrize(("seconds", "verdict"), [(0, "ok"), (-29, "ok"), (60, "warn"), (-60, "warn"), (301, "fail")])
def test_the_clock(seconds: int, verdict: str) -> None:
    now = datetime.now(UTC)
    there = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    (finding,) = check_clock("Slack", there, now)
    assert finding.verdict.value == verdict


def test_a_date_that_is_none_says_nothing() -> None:
    assert check_clock("Slack", None) == []
    assert check_clock("Slack", "yesterday") == []


async def test_content_with_mistakes(servers: Servers, tmp_path: Path) -> None:
    broken = copy_content(tmp_path)
    entry = broken / "en" / "entries" / "05-oversight.yaml"
    entry.write_text(entry.read_text().replace("title:", "titel:", 1))
    found = await findings(servers.environ(), broken)
    assert bad(found) == {"content": "fail"}
    assert "faqbot check" in found["content"].words


def test_the_command_ends_with_one_where_something_fails(monkeypatch: pytest.MonkeyPatch, content: Path) -> None:
    monkeypatch.setattr("bot.cli.serve.set_up_logs", lambda: None)
    arguments = ["doctor", "--content", str(content)]
    result = CliRunner(env=dict.fromkeys(os.environ, "")).invoke(cli, arguments)
    assert result.exit_code == 1
    assert result.output.splitlines()[0].startswith("fail settings: no platform is set up")


def test_the_command_names_wrong_settings_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "MARK")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "MARK")
    result = CliRunner().invoke(cli, ["doctor"])
    assert result.exit_code == 1
    assert "TELEGRAM_BOT_TOKEN" in result.output
    assert "SLACK_BOT_TOKEN" in result.output
    assert "MARK" not in result.output
