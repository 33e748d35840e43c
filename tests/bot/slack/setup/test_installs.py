"""Many workspaces: installing by OAuth, answering, revoking; the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy
from cryptography.fernet import Fernet
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import SettingsError
from bot.slack.app import SlackApp
from bot.slack.oauth.database import open_engine
from bot.slack.oauth.store import DatabaseInstalls, open_cipher
from bot.slack.oauth.tables import States
from bot.slack.sending.client import Pace
from content.schema.catalogue import Catalogue
from tests.bot.slack.conftest import FAST, Rig, oauth_environ, running, stub_services
from tests.fakes.servers import PostgresServer
from tests.fakes.slack import payloads
from tests.fakes.slack.api import SlackApi, refused, reset
from tests.fakes.slack.world import Account, Channel

# slack_sdk 3.47 hands aiohttp 3.14 a BasicAuth, which that release calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

KEY = Fernet.generate_key().decode()
TOKEN = "xoxb-secret-one"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'installs.db'}"
    return os.environ.get("DATABASE_URL_TEST") or str(request.getfixturevalue("postgres").url)


@pytest.fixture
async def empty(database: str) -> str:
    """``database``, with no table of an earlier test."""
    engine = open_engine(database)
    async with engine.begin() as connection:
        for table in ("slack_bots", "slack_oauth_states"):
            await connection.execute(sqlalchemy.text(f"DROP TABLE IF EXISTS {table}"))
    await engine.dispose()
    return database


@asynccontextmanager
async def machine(
    api: SlackApi, catalogue: Catalogue, url: str, key: str = KEY, pace: Pace = FAST
) -> AsyncIterator[Rig]:
    """One machine of a bot for many workspaces."""
    environ = oauth_environ(api, Path("/unused"), key) | {"DATABASE_URL": url}
    async with running(api, catalogue, environ, pace=pace) as rig:
        yield rig


def workspace(api: SlackApi, code: str, team: str = "T1", token: str = TOKEN) -> Account:
    """Make a workspace whose administrator has just allowed the app, with ``code``."""
    api.world.accounts.pop("xoxb-one", None)
    account = Account(team=team)
    api.world.accounts[token] = account
    api.world.codes[code] = account
    api.world.channels["C1"] = Channel({"UBOT", "U1"}, team=team)
    return account


async def begin(rig: Rig) -> tuple[str, str]:
    """Open the installation's first page; returns the state and the cookie."""
    response = await rig.http.get("/slack/install")
    assert response.status_code == 302
    query = parse_qs(urlsplit(response.headers["location"]).query)
    assert response.headers["location"].startswith("https://slack.com/oauth/v2/authorize?")
    assert query["client_id"] == ["client-id"]
    assert query["redirect_uri"] == ["https://bot.example.org/slack/oauth_redirect"]
    cookie = SimpleCookie(response.headers["set-cookie"])["slack-app-oauth-state"]
    assert cookie["httponly"]
    assert cookie["secure"]
    return query["state"][0], cookie.value


async def finish(rig: Rig, state: str, cookie: str, code: str = "code-1", **more: str) -> httpx.Response:
    headers = {"cookie": f"slack-app-oauth-state={cookie}"} | more
    return await rig.http.get("/slack/oauth_redirect", params={"state": state, "code": code}, headers=headers)


async def install(rig: Rig, code: str = "code-1") -> None:
    response = await finish(rig, *await begin(rig), code)
    assert response.status_code == 200, response.text


async def answers(rig: Rig, team: str = "T1") -> bool:
    """Ask in a channel of ``team``; say whether an answer went out."""
    before = len(rig.api.called("chat.postMessage"))
    assert (await rig.send(payloads.mention("oversight", team=team))).status_code == 200
    new = rig.api.called("chat.postMessage")[before:]
    return bool(new) and new[-1].error is None


async def test_a_workspace_installs_and_is_answered_with_its_own_token(
    api: SlackApi, slack_catalogue: Catalogue, empty: str
) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        assert not await answers(rig)
        await install(rig)
        assert await answers(rig)
        assert api.called("chat.postMessage")[-1].token == "xoxb-secret-one"
        workspace(api, "code-2", "T2", "xoxb-secret-two")
        await install(rig, "code-2")
        assert await answers(rig, "T2")
        assert api.called("chat.postMessage")[-1].token == "xoxb-secret-two"


async def test_what_comes_while_the_tables_are_still_being_made_is_taken(
    api: SlackApi, slack_catalogue: Catalogue, empty: str
) -> None:
    async with machine(api, slack_catalogue, empty, pace=replace(FAST, look_seconds=0.0)) as rig:
        responses = await asyncio.gather(*(rig.send(payloads.mention("oversight")) for _ in range(5)))
    assert [response.status_code for response in responses] == [200] * 5


async def test_processes_that_start_together_do_not_stumble_over_each_others_tables(empty: str) -> None:
    async with AsyncExitStack() as stack:
        made = [DatabaseInstalls("client-id", empty, open_cipher(KEY), look_seconds=0.0) for _ in range(8)]
        started = [await stack.enter_async_context(installs) for installs in made]
        await asyncio.gather(*(installs.prepare() for installs in started))
        assert [(await installs.find(None, "T1")) for installs in started] == [None] * 8


async def test_two_machines_share_one_database(api: SlackApi, slack_catalogue: Catalogue, empty: str) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as one, machine(api, slack_catalogue, empty) as two:
        state, cookie = await begin(one)
        assert (await finish(two, state, cookie)).status_code == 200
        assert await answers(one)
        assert await answers(two)


async def test_a_machine_with_an_old_token_takes_the_new_one(
    api: SlackApi, slack_catalogue: Catalogue, empty: str
) -> None:
    old = workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as one, machine(api, slack_catalogue, empty) as two:
        await install(one)
        assert await answers(two)
        old.revoked = True
        workspace(api, "code-2", token="xoxb-secret-new")
        await install(one, "code-2")
        assert await answers(two)
        errors = [call.error for call in api.called("chat.postMessage")]
        assert errors == [None, "token_revoked", None]


ENDS = {"revoked": lambda: payloads.revoked(bot=["UBOT"]), "removed": payloads.uninstalled}


@pytest.mark.parametrize("event", ENDS.values(), ids=ENDS.keys())
async def test_a_revoked_or_removed_installation_is_deleted(
    api: SlackApi, slack_catalogue: Catalogue, empty: str, event: Callable[[], dict[str, Any]]
) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        await install(rig)
        assert await answers(rig)
        assert (await rig.send(event())).status_code == 200
        assert not await answers(rig)
        assert await rows(empty, "slack_bots") == []


@pytest.mark.parametrize("event", ENDS.values(), ids=ENDS.keys())
async def test_what_tells_late_of_an_earlier_installation_leaves_the_newer_one(
    api: SlackApi, slack_catalogue: Catalogue, empty: str, event: Callable[[], dict[str, Any]]
) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        await install(rig)
        late = event()
        late["event_time"] -= 300
        assert (await rig.send(late)).status_code == 200
        assert await answers(rig)


async def test_a_workspace_that_joins_an_organisation_is_answered_and_deleted_as_before(
    api: SlackApi, slack_catalogue: Catalogue, empty: str
) -> None:
    def within(event: dict[str, Any]) -> dict[str, Any]:
        event["enterprise_id"] = event["authorizations"][0]["enterprise_id"] = "E1"
        return event

    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        await install(rig)
        assert await answers(rig)
        await rig.send(within(payloads.mention("oversight")))
        assert [call.error for call in api.called("chat.postMessage")] == [None, None]
        assert (await rig.send(within(payloads.uninstalled()))).status_code == 200
        assert await rows(empty, "slack_bots") == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"refresh_token": "xoxe-1-abc", "expires_in": 43_200}, "token_rotation_enabled"),
        ({"is_enterprise_install": True, "enterprise": {"id": "E1"}, "team": None}, "org_deploy_enabled"),
    ],
    ids=["token rotation", "a whole organisation"],
)
async def test_an_installation_that_would_fall_silent_is_refused_by_name(
    api: SlackApi, slack_catalogue: Catalogue, empty: str, answer: dict[str, Any], code: str
) -> None:
    workspace(api, "code-1")
    api.world.install_answer = answer
    async with machine(api, slack_catalogue, empty) as rig:
        response = await finish(rig, *await begin(rig))
        assert response.status_code == 400
        assert rig.fallen(code) == 1
        assert not await answers(rig)


async def test_a_persons_own_revoked_token_leaves_the_bot(
    api: SlackApi, slack_catalogue: Catalogue, empty: str
) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        await install(rig)
        await rig.send(payloads.revoked(oauth=["U1"]))
        assert await answers(rig)


async def test_a_token_that_slack_refuses_is_forgotten(api: SlackApi, slack_catalogue: Catalogue, empty: str) -> None:
    account = workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        await install(rig)
        account.revoked = True
        assert not await answers(rig)
        assert await rows(empty, "slack_bots") == []


@pytest.mark.parametrize("code", ["invalid_auth", "not_authed"])
async def test_a_refusal_of_a_sound_token_is_no_reason_to_forget_it(
    api: SlackApi, slack_catalogue: Catalogue, empty: str, code: str
) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        await install(rig)
        api.faults["chat.postMessage"].append(refused(code))
        api.faults["auth.test"].extend([refused(code)] if code == "not_authed" else [])
        event = payloads.mention("oversight")
        assert [(await rig.send(event)).status_code for _ in range(2)] == [503, 200]
        assert [call.error for call in api.called("chat.postMessage")] == [code, None]
        assert len(await rows(empty, "slack_bots")) == 1


async def test_the_database_holds_no_token_in_clear_and_no_name_or_person(
    api: SlackApi, slack_catalogue: Catalogue, empty: str
) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        await install(rig)
    kept = str(await rows(empty, "slack_bots")) + str(await rows(empty, "slack_oauth_states"))
    assert "T1" in kept
    for secret in ("xoxb", "Nombre", "UINSTALLER", "client-secret"):
        assert secret not in kept


async def rows(url: str, table: str) -> list[dict[str, object]]:
    """Return everything in ``table``."""
    engine = open_engine(url)
    async with engine.connect() as connection:
        found = await connection.execute(sqlalchemy.text(f"SELECT * FROM {table}"))  # noqa: S608 - a test's table
        result = [dict(row) for row in found.mappings()]
    await engine.dispose()
    return result


async def test_a_state_works_once(api: SlackApi, slack_catalogue: Catalogue, empty: str) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        state, cookie = await begin(rig)
        assert (await finish(rig, state, cookie)).status_code == 200
        workspace(api, "code-2")
        again = await finish(rig, state, cookie, "code-2")
        assert again.status_code == 400
        assert "already used" in again.text
        assert "code-2" in api.world.codes, "Slack was not even asked"


async def test_installations_are_begun_thirty_times_a_minute_at_most(
    api: SlackApi, slack_catalogue: Catalogue, sqlite: str
) -> None:
    async with machine(api, slack_catalogue, sqlite) as rig:
        statuses = [(await rig.http.get("/slack/install")).status_code for _ in range(32)]
        assert statuses == [302] * 30 + [429] * 2
        late = await rig.http.get("/slack/install")
        assert 0 < int(late.headers["retry-after"]) <= 60
        assert rig.counted('faqbot_refused_requests_total{platform="slack",reason="installs"}') == 3


async def test_a_state_ends_and_is_swept(empty: str) -> None:
    engine = open_engine(empty)
    old, new = States(-1, engine), States(600, engine)
    await new.create_tables()  # type: ignore[no-untyped-call]
    expired = await old.async_issue()
    assert not await new.async_consume(expired)
    state = await new.async_issue()
    assert [row["state"] for row in await rows(empty, "slack_oauth_states")] == [state]
    assert await new.async_consume(state)
    assert not await new.async_consume(state)
    await engine.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'installs.db'}"


async def test_every_failed_installation_ends_on_a_page_that_a_person_understands(
    api: SlackApi, slack_catalogue: Catalogue, sqlite: str
) -> None:
    async with machine(api, slack_catalogue, sqlite) as rig:
        state, cookie = await begin(rig)
        get = rig.http.get
        cookies = {"cookie": f"slack-app-oauth-state={cookie}"}
        pages = {
            "another browser": await finish(rig, state, "not-that-state"),
            "no cookie": await get("/slack/oauth_redirect", params={"state": state, "code": "c"}),
            "made up": await finish(rig, "made-up", "made-up"),
            "nothing": await get("/slack/oauth_redirect"),
            "no code": await get("/slack/oauth_redirect", params={"state": state}, headers=cookies),
            "bad code": await finish(rig, *await begin(rig), "unknown-code"),
            "cancelled": await get("/slack/oauth_redirect", params={"error": "access_denied", "state": state}),
            "strange": await get("/slack/oauth_redirect", params={"error": "<script>alert(1)</script>"}),
        }
        phrases = slack_catalogue.edition("en").phrases
        for name, response in pages.items():
            assert response.status_code in (200, 400), name
            assert response.headers["content-type"] == "text/html; charset=utf-8"
            assert "default-src 'none'" in response.headers["content-security-policy"]
            assert "<script>" not in response.text
            assert 'href="/slack/install"' in response.text
            assert re.search(r"\b(traceback|exception|invalid_\w+|oauth)\b", response.text, re.IGNORECASE) is None, name
        assert phrases.install_cancelled in pages["cancelled"].text
        assert phrases.install_expired in pages["made up"].text
        assert await rows(sqlite, "slack_bots") == []


@pytest.mark.parametrize(
    ("code", "status"),
    [("bad_client_secret", 400), ("bad_redirect_uri", 400), ("user_email_unverified", 400), ("internal_error", 503)],
)
async def test_a_refusal_that_no_new_start_cures_is_no_expired_link_and_is_logged_by_name(
    api: SlackApi, slack_catalogue: Catalogue, sqlite: str, log: io.StringIO, code: str, status: int
) -> None:
    workspace(api, "code-1")
    api.faults["oauth.v2.access"].extend([refused(code)] * 9)
    async with machine(api, slack_catalogue, sqlite) as rig:
        response = await finish(rig, *await begin(rig))
        assert response.status_code == status
        phrases = slack_catalogue.edition("en").phrases
        assert phrases.install_expired not in response.text
        assert phrases.install_failed.partition("{")[0] in response.text
        assert f'"code":"{code}"' in log.getvalue()
        assert rig.fallen(code) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"team": None},
        {"team": "T1"},
        {"team": {"id": ["T1"]}},
        {"access_token": None},
        {"enterprise": "E1"},
        {"expires_in": "soon"},
    ],
    ids=str,
)
async def test_an_installation_of_another_form_ends_on_a_page_and_stores_nothing(
    api: SlackApi, slack_catalogue: Catalogue, sqlite: str, answer: dict[str, Any]
) -> None:
    workspace(api, "code-1")
    api.world.install_answer = answer
    async with machine(api, slack_catalogue, sqlite) as rig:
        response = await finish(rig, *await begin(rig))
        assert response.status_code == 503
        assert slack_catalogue.edition("en").phrases.install_failed.partition("{")[0] in response.text
    assert await rows(sqlite, "slack_bots") == []


async def test_the_pages_speak_the_browsers_language(api: SlackApi, slack_catalogue: Catalogue, sqlite: str) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, sqlite) as rig:
        done = await finish(rig, *await begin(rig), **{"accept-language": "fr;q=0.1, es-MX, en;q=0.5"})
        assert slack_catalogue.edition("es").phrases.install_done in done.text
        assert '<html lang="es">' in done.text


async def test_when_slack_cannot_be_reached_the_page_says_to_try_again(
    api: SlackApi, slack_catalogue: Catalogue, sqlite: str
) -> None:
    workspace(api, "code-1")
    api.faults["oauth.v2.access"].extend([reset()] * 9)
    async with machine(api, slack_catalogue, sqlite) as rig:
        response = await finish(rig, *await begin(rig))
        assert response.status_code == 503
        assert "Reference" in response.text or "reference" in response.text


async def state_of(rig: Rig) -> tuple[int, str]:
    """Return what /readyz says about the installations."""
    response = await rig.http.get("/readyz")
    return response.status_code, response.json()["slack_installations"]


async def test_while_the_database_is_away_slack_is_asked_to_deliver_again(
    api: SlackApi, slack_catalogue: Catalogue, postgres: PostgresServer
) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, postgres.url) as known, machine(api, slack_catalogue, postgres.url) as new:
        await install(known)
        assert await answers(known)
        postgres.stop()
        try:
            event = payloads.mention("oversight")
            assert (await new.send(event)).status_code == 503
            assert await answers(known), "a workspace that was seen before is answered from memory"
            assert await state_of(known) == (200, "degraded")
            assert (await new.http.get("/slack/install")).status_code == 503
        finally:
            postgres.start()
        assert (await new.send(event)).status_code == 200
        assert len(api.called("chat.postMessage")) == 3
        assert await state_of(known) == (200, "ok")


async def test_with_another_key_slack_is_asked_to_deliver_again_until_the_workspace_is_installed_again(
    api: SlackApi, slack_catalogue: Catalogue, empty: str
) -> None:
    workspace(api, "code-1")
    async with machine(api, slack_catalogue, empty) as rig:
        await install(rig)
        workspace(api, "code-2", "T2", "xoxb-secret-two")
        await install(rig, "code-2")
        assert await state_of(rig) == (200, "ok")
    async with machine(api, slack_catalogue, empty, Fernet.generate_key().decode()) as rig:
        event = payloads.mention("oversight")
        assert (await rig.send(event)).status_code == 503
        assert await state_of(rig) == (503, "ENCRYPTION_KEY does not fit")
        workspace(api, "code-3")
        await install(rig, "code-3")
        assert (await rig.send(event)).status_code == 200
        assert len(api.called("chat.postMessage")) == 1
        assert await state_of(rig) == (200, "degraded"), "the other workspace still cannot be read"
        workspace(api, "code-4", "T2", "xoxb-secret-two")
        await install(rig, "code-4")
        assert await answers(rig, "T2")
        assert await state_of(rig) == (200, "ok")


def test_without_a_key_for_the_tokens_the_bot_does_not_start(api_url: str, slack_catalogue: Catalogue) -> None:
    environ = {
        "SLACK_SIGNING_SECRET": "s",
        "SLACK_CLIENT_ID": "i",
        "SLACK_CLIENT_SECRET": "c",
        "SLACK_API_URL": api_url,
    }
    with pytest.raises(SettingsError, match="ENCRYPTION_KEY: needed"):
        SlackApp(stub_services(slack_catalogue, environ))
    with pytest.raises(SettingsError, match="ENCRYPTION_KEY: must") as refusal:
        SlackApp(stub_services(slack_catalogue, environ | {"ENCRYPTION_KEY": "too-short"}))
    assert "too-short" not in str(refusal.value)


@pytest.fixture
def api_url() -> str:
    return "http://127.0.0.1:9/api/"


@pytest.mark.parametrize(
    ("url", "driver", "query"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg", {}),
        ("postgresql://u:p@h:5/d?sslmode=require", "postgresql+asyncpg", {"ssl": "require"}),
        ("postgres://u:p@h/d?ssl=require", "postgresql+asyncpg", {"ssl": "require"}),
        ("postgres://h/d?sslmode=require&channel_binding=require", "postgresql+asyncpg", {"ssl": "require"}),
        ("postgres://h/d?connect_timeout=10&application_name=x", "postgresql+asyncpg", {}),
        ("postgres:///d?host=/run/pg&port=5433", "postgresql+asyncpg", {"host": "/run/pg", "port": "5433"}),
        ("sqlite:///x.db", "sqlite+aiosqlite", {}),
    ],
)
async def test_database_urls_are_taken_as_platforms_write_them(url: str, driver: str, query: dict[str, str]) -> None:
    engine = open_engine(url)
    assert engine.url.drivername == driver
    assert dict(engine.url.query) == query
    await engine.dispose()


async def test_postgresql_is_told_the_application_name_and_answers_with_the_options_of_platforms(
    postgres: PostgresServer,
) -> None:
    options = "sslmode=prefer&channel_binding=prefer&connect_timeout=10&application_name=faq"
    engine = open_engine(f"{postgres.url}{'&' if '?' in postgres.url else '?'}{options}")
    async with engine.connect() as connection:
        assert (await connection.execute(sqlalchemy.text("SHOW application_name"))).scalar() == "faq"
    await engine.dispose()


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("postgres://u:secret@h/d?sslrootcert=secret", "known options are sslmode, application_name"),
        ("postgres://u:secret@h/d?options=secret", "known options are"),
        ("postgres://u:secret@h/d?sslmode=bogus", "sslmode is one of disable"),
        ("postgres://u:secret@h/d?sslmode=require&sslmode=require", "sslmode is one of disable"),
        ("postgres://u:secret@h/d?application_name=a&application_name=b", "known options are"),
        ("postgres://u:secret@h:99999/d", "its port must be a number from 1 to 65535"),
        ("postgres://u:secret@h:0/d", "its port must be a number from 1 to 65535"),
        ("postgres://u:secret@/d?host=a:1&host=b:99999", "its port must be a number from 1 to 65535"),
        ("sqlite:///x.db?secret=1", "SQLite takes no options"),
    ],
)
def test_options_and_ports_that_would_fail_at_every_call_are_refused_in_one_line(url: str, advice: str) -> None:
    with pytest.raises(SettingsError, match=f"^DATABASE_URL: cannot be used: .*{advice}") as refusal:
        open_engine(url)
    assert len(str(refusal.value).splitlines()) == 1
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://u:secret@h/d", "postgres://u:secret@h:port/d", "postgres://u:secret@h..x/d"],
)
def test_a_database_url_of_no_use_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must") as refusal:
        open_engine(url)
    assert "secret" not in str(refusal.value)


async def test_errors_of_the_database_do_not_show_what_was_stored(sqlite: str) -> None:
    engine = open_engine(sqlite)
    with pytest.raises(SQLAlchemyError) as failure:
        async with engine.connect() as connection:
            await connection.execute(sqlalchemy.text("INSERT INTO nowhere VALUES (:token)"), {"token": "xoxb-secret"})
    assert "xoxb-secret" not in str(failure.value)
    await engine.dispose()


@pytest.mark.parametrize("team", ["T\x00", "\ud800", "T" * 100_000, "", None, 7, ["T1"], {"id": "T1"}])
async def test_a_workspace_of_unexpected_form_is_one_that_is_not_installed(
    api: SlackApi, slack_catalogue: Catalogue, empty: str, team: object
) -> None:
    """A name that the database cannot even hold would look like a database that is away, and be delivered again."""
    asked = [
        payloads.mention("oversight"),
        payloads.joined(),
        payloads.revoked(bot=["UBOT"]),
        payloads.uninstalled(),
        payloads.press("t:training:en"),
        payloads.shortcut("oversight", ""),
    ]
    async with machine(api, slack_catalogue, empty) as rig:
        for payload in asked:
            authorization = {"team_id": team, "enterprise_id": team, "is_bot": True, "user_id": "UBOT"}
            bent = payload | {"team_id": team, "authorizations": [authorization]}
            bent |= {"team": {"id": team}, "user": {"id": "U1", "team_id": team}} if "team" in payload else {}
            assert (await rig.send(bent)).status_code == 200
    assert api.sent == []


async def test_no_statement_stays_prepared_so_that_poolers_may_hand_each_transaction_to_another_server(
    postgres: PostgresServer,
) -> None:
    engine = open_engine(str(postgres.url))
    async with engine.connect() as connection:
        for number in range(3):
            await connection.execute(sqlalchemy.text("SELECT CAST(:number AS integer)"), {"number": number})
        left = await connection.execute(sqlalchemy.text("SELECT name FROM pg_prepared_statements WHERE name <> ''"))
        assert left.fetchall() == []
    await engine.dispose()
