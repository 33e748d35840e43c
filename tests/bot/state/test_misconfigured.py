"""A Redis or PostgreSQL that no waiting mends: named at once, in the state, by the doctor and in one log line."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Bot as StoredBot

from bot.metrics import Metrics
from bot.slack.oauth.database import fault_of, open_engine
from bot.slack.oauth.store import DatabaseInstalls, open_cipher
from bot.state.circuit import REFUSED
from bot.state.failover import open_shared_store
from bot.state.redis import open_redis
from tests.bot.state.claims import first
from tests.fakes.servers import Pgbouncer, PostgresServer, RedisServer
from tests.tools.hangguard import HANG_GUARD

KEY = Fernet.generate_key().decode()
needs_pooler = pytest.mark.skipif(bool(Pgbouncer.missing()), reason=Pgbouncer.missing())


async def redis_without_rights(server: RedisServer) -> str:
    async with open_redis(server.url) as admin:
        await admin.execute_command("ACL", "SETUSER", "bot", "on", ">pw", "~*", "+@all", "-@scripting")
    return server.url.replace("redis://", "redis://bot:pw@")


async def redis_with_another_password(server: RedisServer) -> str:
    await redis_without_rights(server)
    return server.url.replace("redis://", "redis://bot:wrong@")


async def redis_only_for_reading(server: RedisServer) -> str:
    async with open_redis(server.url) as admin:
        await admin.execute_command("REPLICAOF", "127.0.0.1", "1")
    return server.url


async def redis_that_is_full(server: RedisServer) -> str:
    async with open_redis(server.url) as admin:
        await admin.execute_command("CONFIG", "SET", "maxmemory", "1")
    return server.url


REDIS: dict[str, tuple[Callable[[RedisServer], Awaitable[str]], str]] = {
    "without rights": (redis_without_rights, "its user lacks rights"),
    "another password": (redis_with_another_password, "wrong password"),
    "only for reading": (redis_only_for_reading, "only for reading"),
    "full": (redis_that_is_full, "full"),
}


async def goes_on_in_memory(url: str, log: io.StringIO, fault: str) -> None:
    """Answer events beside such a Redis: each once, its fault named, one line of log, whatever is tried again."""
    async with open_shared_store(url, Metrics()) as store:
        for number in range(10):
            assert await first(store, f"seen:{number}", 60)
            assert not await first(store, f"seen:{number}", 60)
            assert await store.state() == f"degraded: {fault}"
        await asyncio.sleep(1.2)  # a look or two at the server
        assert await store.state() == f"degraded: {fault}"
    lines = [line for line in log.getvalue().splitlines() if "store" in line]
    assert len(lines) == 1
    assert REFUSED in lines[0]
    assert f'"state":"{fault}"' in lines[0]


@pytest.mark.redis
@pytest.mark.parametrize("name", REDIS)
async def test_a_redis_that_is_set_up_wrongly_is_named_once_and_not_taken_up(
    name: str, redis_server: RedisServer, log: io.StringIO
) -> None:
    arrange, fault = REDIS[name]
    url = await arrange(redis_server)
    try:
        await goes_on_in_memory(url, log, fault)
    finally:
        redis_server.stop()
        redis_server.start()


@pytest.mark.redis
async def test_one_node_of_a_cluster_is_named(log: io.StringIO) -> None:
    if reason := RedisServer.missing():
        pytest.skip(reason)
    with RedisServer(cluster=True) as server:
        await goes_on_in_memory(server.url, log, "one node of a cluster")


@pytest.mark.redis
async def test_what_is_mended_is_taken_up_and_what_breaks_anew_is_told_anew(
    redis_server: RedisServer, log: io.StringIO
) -> None:
    url = await redis_without_rights(redis_server)
    async with open_shared_store(url, Metrics()) as store, open_redis(redis_server.url) as admin:
        for word in ("-@scripting", "-@scripting"):
            await admin.execute_command("ACL", "SETUSER", "bot", word)
            await store.count("limit:a", 60, 5)
            assert (await store.state()) == "degraded: its user lacks rights"
            await admin.execute_command("ACL", "SETUSER", "bot", "+@scripting")
            async with asyncio.timeout(HANG_GUARD):
                while await store.state() != "ok":  # noqa: ASYNC110 - nothing announces it
                    await asyncio.sleep(0.05)
    assert log.getvalue().count(REFUSED) == 2


async def rows(url: str) -> None:
    """Store one installation, so that there is something to read."""
    async with DatabaseInstalls("client", url, open_cipher(KEY), HANG_GUARD) as installs:
        await installs.prepare()
        await installs.store.async_save_bot(stored("T1"))


def stored(team: str) -> StoredBot:
    return StoredBot(
        app_id="A1", team_id=team, bot_token=f"xoxb-{team}", bot_id="B1", bot_user_id="U1", bot_scopes=["chat:write"],
        is_enterprise_install=False, installed_at=time.time(),
    )  # fmt: skip


async def sql(url: str, *statements: str) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(sqlalchemy.text(statement))
    await engine.dispose()


ROLE = "postgresql://weak:right@127.0.0.1:{port}/postgres"
POSTGRES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "wrong password": (
        ("CREATE ROLE weak LOGIN PASSWORD 'right'",), ROLE.replace("right", "mistyped"), "wrong password",
    ),
    "no such database": ((), ROLE.replace("weak:right", "faqbot").replace("/postgres", "/other"), "no such database"),
    "without rights": (
        ("CREATE ROLE weak LOGIN PASSWORD 'right'", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO weak"),
        ROLE,
        "its user lacks rights",
    ),
    "only for reading": (
        (
            "CREATE ROLE weak LOGIN PASSWORD 'right'", "GRANT ALL ON ALL TABLES IN SCHEMA public TO weak",
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO weak",
            "ALTER ROLE weak SET default_transaction_read_only = on",
        ),
        ROLE,
        "only for reading",
    ),
    "a missing column": (
        ("ALTER TABLE slack_bots DROP COLUMN bot_user_id",),
        ROLE.replace("weak:right", "faqbot"),
        "a column is missing",
    ),
}  # fmt: skip


async def is_named(url: str, fault: str, log: io.StringIO) -> None:
    async with DatabaseInstalls("client", url, open_cipher(KEY), HANG_GUARD) as installs:
        for _ in range(3):
            assert await installs.state() == f"degraded: {fault}"
    assert log.getvalue().count("database refuses the bot's commands") == 1
    assert f'"state":"{fault}"' in log.getvalue()
    assert "mistyped" not in log.getvalue()


@pytest.mark.parametrize("name", POSTGRES)
async def test_a_postgresql_that_is_set_up_wrongly_is_named_in_one_line(name: str, log: io.StringIO) -> None:
    if PostgresServer.missing():
        pytest.skip(PostgresServer.missing())
    statements, url, fault = POSTGRES[name]
    with PostgresServer() as server:
        await rows(server.url)
        await sql(server.url, *statements)
        server.ask_passwords_of("weak")
        await is_named(url.format(port=server.port), fault, log)


RIGHTS = [
    *((right, table) for table in ("slack_bots", "slack_oauth_states") for right in ("INSERT", "SELECT", "DELETE")),
    ("UPDATE", "slack_bots"),
    *(("USAGE", f"SEQUENCE {table}_id_seq") for table in ("slack_bots", "slack_oauth_states")),
]
"""What the bot's user needs (docs/operate.md)."""


async def test_each_right_that_its_user_lacks_is_told_at_the_start_and_in_the_state() -> None:
    if PostgresServer.missing():
        pytest.skip(PostgresServer.missing())
    with PostgresServer() as server:
        await rows(server.url)
        await sql(
            server.url, "CREATE ROLE weak LOGIN", *(f"GRANT {right} ON {thing} TO weak" for right, thing in RIGHTS)
        )
        url = server.url.replace("faqbot@", "weak@")
        async with DatabaseInstalls("client", url, open_cipher(KEY), HANG_GUARD) as installs:
            assert await installs.state() == "ok"
            for right, thing in RIGHTS:
                await sql(server.url, f"REVOKE {right} ON {thing} FROM weak")
                assert await installs.state() == "degraded: its user lacks rights", (right, thing)
                await sql(server.url, f"GRANT {right} ON {thing} TO weak")
            assert await installs.state() == "ok"
            assert await installs.find(None, "") is None, "what was tried was taken back"


@needs_pooler
async def test_a_pooler_in_statement_mode_is_named(log: io.StringIO) -> None:
    with PostgresServer() as server, Pgbouncer(server, mode="statement") as pooler:
        await is_named(pooler.url, "a pooler in statement mode", log)


POOLED: dict[str, tuple[str, str, str]] = {
    "wrong password": ("ALTER ROLE faqbot PASSWORD 'right'", "/postgres", "wrong password"),
    "no such database": ("SELECT 1", "/other", "no such database"),
}


@needs_pooler
@pytest.mark.parametrize("name", POOLED)
async def test_what_is_set_up_wrongly_behind_a_pooler_is_named_in_one_line_though_it_is_away_meanwhile(
    name: str, log: io.StringIO
) -> None:
    statement, database, fault = POOLED[name]
    with PostgresServer() as server, Pgbouncer(server) as pooler:
        await sql(server.url, statement)
        server.ask_passwords_of("faqbot")
        url = pooler.url.replace("/postgres", database)
        async with DatabaseInstalls("client", url, open_cipher(KEY), HANG_GUARD) as installs:
            pooler.stop()
            assert await installs.state() == "degraded"
            pooler.start()
            assert await installs.state() == f"degraded: {fault}"
    assert log.getvalue().count(f'"state":"{fault}"') == 1


class RefusedByPoolerError(Exception):
    sqlstate = "08P01"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("SASL authentication failed", "wrong password"),
        ("server login has been failing, cached error: password authentication failed for user", "wrong password"),
        ('role "weak" is not permitted to log in', "user refused"),
        ('permission denied for database "faqbot"', "its user lacks rights"),
        ("no such database: other", "no such database"),
        ('database "other" does not exist', "no such database"),
        ('too many connections for role "weak"', ""),
        ("query_wait_timeout", ""),
    ],
)
def test_a_pooler_has_one_code_for_all_and_is_told_by_its_words(words: str, fault: str) -> None:
    assert fault_of(RefusedByPoolerError(words)) == fault


@pytest.mark.parametrize(("damage", "fault"), [(b"no database at all" * 100, "the file is no database"), (None, "")])
async def test_a_damaged_file_is_named(damage: bytes | None, fault: str, tmp_path: Path, log: io.StringIO) -> None:
    file = tmp_path / "installs.db"
    await rows(f"sqlite:///{file}")
    if damage is None:
        await sql(f"sqlite:///{file}", "ALTER TABLE slack_bots DROP COLUMN bot_user_id")
        fault = "a table or column is missing"
    else:
        file.write_bytes(damage)
    await is_named(f"sqlite:///{file}", fault, log)


@needs_pooler
async def test_behind_a_pooler_in_transaction_mode_every_installation_is_stored_found_and_deleted(
    log: io.StringIO,
) -> None:
    with PostgresServer() as server, Pgbouncer(server) as pooler:
        async with (
            DatabaseInstalls("client", pooler.url, open_cipher(KEY), HANG_GUARD) as one,
            DatabaseInstalls("client", pooler.url, open_cipher(KEY), HANG_GUARD) as two,
        ):
            await one.prepare()

            async def visit(number: int, machine: DatabaseInstalls, other: DatabaseInstalls) -> Any:
                state = await machine.states.async_issue()
                assert await other.states.async_consume(state)
                assert not await machine.states.async_consume(state)
                await machine.store.async_save_bot(stored(f"T{number}"))
                found = await other.find(None, f"T{number}")
                return found.token if found else None

            pairs = [(one, two), (two, one)]
            tokens = await asyncio.gather(*(visit(number, *pairs[number % 2]) for number in range(75)))
            assert tokens == [f"xoxb-T{number}" for number in range(75)]
            assert [await machine.state() for machine in (one, two)] == ["ok", "ok"]
            await one.delete(None, "T5")
            await two.drop_cached(None, "T5")
            assert await two.find(None, "T5") is None
    assert log.getvalue() == ""


@needs_pooler
async def test_a_pooler_that_goes_away_is_away_and_comes_back() -> None:
    with PostgresServer() as server, Pgbouncer(server) as pooler:
        async with DatabaseInstalls("client", pooler.url, open_cipher(KEY), HANG_GUARD) as installs:
            assert await installs.state() == "ok"
            pooler.stop()
            assert await installs.state() == "degraded"
            pooler.start()
            assert await installs.state() == "ok"
