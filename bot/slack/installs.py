"""Installations of many workspaces: slack_sdk's stores on SQLAlchemy, holding as little as works, encrypted.

Only the bot's row is kept: the workspace's id, the bot's ids and scopes, and its token. The names that Slack sends
along and the person who installed the app are dropped.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy
from cryptography.fernet import Fernet, InvalidToken
from slack_sdk.oauth.installation_store import Bot as StoredBot
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_cacheable_installation_store import AsyncCacheableInstallationStore
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import SettingsError
from bot.logs import get_logger
from bot.settings import HIGHEST_PORT
from bot.slack.failures import WorkspaceUnreadableError
from bot.slack.workspaces import Bot

DEFAULT_DATABASE = "sqlite:///faqbot.db"
STATE_SECONDS = 600
"""How long an installation may take from its first page to its last."""
DATABASE_SECONDS = 5
"""The longest that the database may take to connect, or for one statement."""
LOOK_SECONDS = 1.0
"""How long a look at the database's health may take."""

DATABASE_ERRORS = (SQLAlchemyError, OSError, asyncio.TimeoutError)

_HOW_TO_MAKE_A_KEY = "make one with: openssl rand -base64 32 | tr '+/' '-_'"

_POSTGRES = "postgresql+asyncpg"
_DRIVERS = {"postgres": _POSTGRES, "postgresql": _POSTGRES, "sqlite": "sqlite+aiosqlite"}
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_OPTIONS = ("sslmode", "application_name", "connect_timeout", "channel_binding", "host", "port", "user", "password")
_UNUSED = ("connect_timeout", "channel_binding")
"""Options without an effect: the bot's own limit holds, and the driver cannot bind channels."""


def open_engine(url: str) -> AsyncEngine:
    """Return an engine for ``url`` (as hosting platforms write it: ``postgres://…?sslmode=require``, ``sqlite:///…``).

    Bound values, tokens among them, stay out of its errors. Raises SettingsError where the URL is of no use.
    """
    try:
        target = make_url(re.sub(r"^(\w+)(?=:)", lambda found: _DRIVERS.get(found[1], found[1]), url))
        target, limits = _read_options(target)
        engine = create_async_engine(target, hide_parameters=True, pool_pre_ping=True, connect_args=limits)
        if target.drivername == _POSTGRES:
            _check_address(target, engine.dialect.create_connect_args(target)[1])
    except (SQLAlchemyError, ImportError, ValueError):
        problem = "DATABASE_URL: must look like postgresql://user:password@host/name or sqlite:///file.db"
        raise SettingsError([problem]) from None
    return engine


def _read_options(target: URL) -> tuple[URL, dict[str, Any]]:
    """Return ``target`` with the options that its driver takes from it, and what the driver is given beside it.

    Raises SettingsError for an option that is not known: with it the driver would fail whenever it connects.
    """
    limits: dict[str, Any] = {"timeout": DATABASE_SECONDS}
    if target.drivername != _POSTGRES:
        if target.query:
            raise SettingsError(["DATABASE_URL: cannot be used: leave out what follows the ?; SQLite takes no options"])
        return target, limits
    query = {name: value for name, value in target.query.items() if name not in _UNUSED}
    # SQLAlchemy's own word for it is taken too.
    mode = query.pop("sslmode", query.pop("ssl", None))
    name = query.pop("application_name", None)
    texts = (query.get("user", ""), query.get("password", ""), name or "")
    if (
        query.keys() - set(_OPTIONS)
        or mode not in (None, *_SSL_MODES)
        or not all(isinstance(text, str) for text in texts)
    ):
        # The wrong option is not named: in an address that was put together wrongly it may be a part of the password.
        known = f"known options are {', '.join(_OPTIONS)}; sslmode is one of {', '.join(_SSL_MODES)}"
        raise SettingsError([f"DATABASE_URL: cannot be used: leave out all unknown options; {known}"])
    if mode:
        query["ssl"] = mode
    if name:
        limits["server_settings"] = {"application_name": name}
    limits["command_timeout"] = DATABASE_SECONDS
    return target.set(query=query), limits


def _check_address(target: URL, arguments: Mapping[str, Any]) -> None:
    """Raise SettingsError for a port that is none, ValueError for such a host: connecting would fail unforeseen."""
    hosts, ports = (found if isinstance(found, list) else [found] for found in map(arguments.get, ("host", "port")))
    if target.port == 0 or not all(port is None or 1 <= port <= HIGHEST_PORT for port in ports):
        raise SettingsError([f"DATABASE_URL: cannot be used: its port must be a number from 1 to {HIGHEST_PORT}"])
    for host in hosts:
        if host and not host.startswith("/"):
            host.encode("idna")


def open_cipher(key: str | None) -> Fernet:
    """Return the cipher for tokens at rest (https://cryptography.io/en/latest/fernet/).

    Raises SettingsError without a key, or with one of another form.
    """
    if key is None:
        raise SettingsError([f"ENCRYPTION_KEY: needed with SLACK_CLIENT_ID; {_HOW_TO_MAKE_A_KEY}"])
    try:
        return Fernet(key)
    except ValueError:
        raise SettingsError([f"ENCRYPTION_KEY: must be 32 bytes in base64; {_HOW_TO_MAKE_A_KEY}"]) from None


class _Rows(AsyncSQLAlchemyInstallationStore):
    """The SDK's store, with room for encrypted tokens (its column ends at 200 characters)."""

    @classmethod
    def build_bots_table(cls, metadata: sqlalchemy.MetaData, table_name: str) -> sqlalchemy.Table:
        table = super().build_bots_table(metadata, table_name)
        table.c.bot_token.type = sqlalchemy.Text()
        return table

    async def create_tables(self) -> None:
        """Create the one table that is used."""
        async with self.engine.begin() as connection:
            await connection.run_sync(self.metadata.create_all, tables=[self.bots])


class States(AsyncSQLAlchemyOAuthStateStore):
    """The SDK's store of OAuth states; each is taken once, even by two machines, and expired ones are swept."""

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """Return a new state, and delete those that have expired."""
        async with self.engine.begin() as connection:
            await connection.execute(self.oauth_states.delete().where(self.oauth_states.c.expire_at <= _now()))
        state: str = await super().async_issue(*args, **kwargs)
        return state

    async def async_consume(self, state: str) -> bool:
        """Take ``state``; True where it was good until now."""
        column = self.oauth_states.c
        taken = self.oauth_states.delete().where(column.state == state, column.expire_at > _now())
        async with self.engine.begin() as connection:
            result = await connection.execute(taken)
        return bool(result.rowcount == 1)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC).replace(tzinfo=None)


class EncryptedStore(AsyncInstallationStore):
    """Keeps only what is needed to speak in a workspace, its token encrypted."""

    def __init__(self, rows: AsyncInstallationStore, cipher: Fernet) -> None:
        self._rows = rows
        self._cipher = cipher

    async def async_save(self, installation: Installation) -> None:
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: StoredBot) -> None:
        await self._rows.async_save_bot(
            StoredBot(
                app_id=bot.app_id,
                enterprise_id=bot.enterprise_id,
                team_id=bot.team_id,
                bot_token=self._cipher.encrypt(bot.bot_token.encode()).decode(),
                bot_id=bot.bot_id,
                bot_user_id=bot.bot_user_id,
                bot_scopes=bot.bot_scopes,
                is_enterprise_install=bot.is_enterprise_install,
                installed_at=bot.installed_at,
            )
        )

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> StoredBot | None:
        bot = await self._rows.async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        if bot is None:
            return None
        try:
            bot.bot_token = self._cipher.decrypt(bot.bot_token.encode()).decode()
        except InvalidToken:
            get_logger().error("undecryptable_installation", platform="slack")
            return None
        return bot

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,  # noqa: ARG002 - the SDK's signature
        team_id: str | None,  # noqa: ARG002
        user_id: str | None = None,  # noqa: ARG002
        is_enterprise_install: bool | None = False,  # noqa: ARG002
    ) -> Installation | None:
        """Return None: nothing about the person who installed is kept."""
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self._rows.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Do nothing: nothing about the person who installed is kept."""

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)


class DatabaseInstalls:
    """The installations in a database; an async context manager that makes the tables and closes the engine."""

    def __init__(self, client_id: str, url: str, cipher: Fernet) -> None:
        self._engine = open_engine(url)
        self._rows = _Rows(client_id, self._engine)
        self.states = States(STATE_SECONDS, self._engine)
        self.store = AsyncCacheableInstallationStore(EncryptedStore(self._rows, cipher))
        self._made = False
        self._look: asyncio.Future[bool] | None = None

    async def __aenter__(self) -> Self:
        await self.healthy()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._look is not None:
            self._look.cancel()
            await asyncio.gather(self._look, return_exceptions=True)
        await self._engine.dispose()

    async def prepare(self) -> None:
        """Make the tables, once. Raises WorkspaceUnreadableError while the database is away."""
        if self._made:
            return
        try:
            await self._rows.create_tables()
            await self.states.create_tables()  # type: ignore[no-untyped-call]
        except DATABASE_ERRORS as error:
            raise WorkspaceUnreadableError("installations") from error
        self._made = True

    async def find(self, enterprise: str | None, team: str | None) -> Bot | None:
        """Return the bot of a workspace. Raises WorkspaceUnreadableError while the database is away."""
        await self.prepare()
        try:
            found = await self.store.async_find_bot(
                enterprise_id=enterprise, team_id=team, is_enterprise_install=team is None
            )
        except DATABASE_ERRORS as error:
            raise WorkspaceUnreadableError("installations") from error
        return Bot(team or "", enterprise, found.bot_token, found.bot_user_id) if found else None

    async def drop_cached(self, enterprise: str | None, team: str | None) -> None:
        """Read the workspace from the database the next time."""
        self.store.cached_bots.pop(f"{enterprise or ''}-{team or ''}", None)

    async def delete(self, enterprise: str | None, team: str | None) -> None:
        """Delete a workspace's installation. Raises WorkspaceUnreadableError while the database is away."""
        await self.drop_cached(enterprise, team)
        try:
            await self.store.async_delete_all(enterprise_id=enterprise, team_id=team)
        except DATABASE_ERRORS as error:
            raise WorkspaceUnreadableError("installations") from error

    async def healthy(self) -> bool:
        """Say whether the database answers soon. A look that hangs is the only one until it ends."""
        if self._look is None or self._look.done():
            self._look = asyncio.ensure_future(self._answers())
        await asyncio.wait({self._look}, timeout=LOOK_SECONDS)
        return self._look.done() and self._look.result()

    async def _answers(self) -> bool:
        try:
            await self.prepare()
            async with self._engine.connect() as connection:
                await connection.execute(sqlalchemy.text("SELECT 1"))
        except (WorkspaceUnreadableError, *DATABASE_ERRORS):
            return False
        return True
