"""Installations of many workspaces: slack_sdk's stores on SQLAlchemy, holding as little as works, encrypted.

Only the bot's row is kept: the workspace's id, the bot's ids and scopes, and its token. The names that Slack sends
along and the person who installed the app are dropped.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import sqlalchemy
from asyncpg.exceptions import InterfaceError, PostgresError
from cryptography.fernet import Fernet, InvalidToken
from slack_sdk.oauth.installation_store import Bot as StoredBot
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_cacheable_installation_store import AsyncCacheableInstallationStore
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.logs import get_logger
from bot.settings import SettingsError
from bot.slack.oauth.database import fault_of, open_engine
from bot.slack.oauth.workspaces import Workspace
from bot.slack.sending.client import LOOK_SECONDS
from bot.slack.sending.errors import InstallRefusedError, WorkspaceUnreadableError

DEFAULT_DATABASE = "sqlite:///faqbot.db"
STATE_SECONDS = 600
"""How long an installation may take from its first page to its last."""
LOOKED_AT = 100
"""How many of the newest installations such a look reads: a few milliseconds' work."""

DATABASE_ERRORS = (SQLAlchemyError, PostgresError, InterfaceError, OSError, asyncio.TimeoutError)
"""The driver's own come through as they are while it connects."""

_HOW_TO_MAKE_A_KEY = "make one with: openssl rand -base64 32 | tr '+/' '-_'"


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


def decrypt(cipher: Fernet, token: str) -> str | None:
    """Return ``token`` in clear, or None where it was encrypted with another key."""
    try:
        return cipher.decrypt(token.encode()).decode()
    except InvalidToken:
        return None


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the database found: does it answer, and how many of the newest installations can be read."""

    answers: bool
    readable: int = 0
    unreadable: int = 0
    fault: str = ""
    """What no waiting mends, where it does not answer for that."""

    @property
    def word(self) -> str:
        """The state in a word; "degraded" while others are answered, as those are whose tokens are in memory."""
        if self.unreadable and not self.readable:
            return "ENCRYPTION_KEY does not fit"
        if self.fault:
            return f"degraded: {self.fault}"
        return "ok" if self.answers and not self.unreadable else "degraded"


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

    async def try_out(self, connection: AsyncConnection) -> None:
        """Do on ``connection`` what storing an installation anew and deleting it does."""
        row = StoredBot(bot_token="", bot_id="", bot_user_id="", installed_at=0.0).to_dict()
        row |= {"client_id": self.client_id, "team_id": "", "app_id": "", "installed_at": _now()}
        mine = (self.bots.c.client_id == self.client_id, self.bots.c.team_id == "")
        await connection.execute(self.bots.insert().values(**row))
        await connection.execute(self.bots.update().where(*mine).values(**row))
        await connection.execute(self.bots.delete().where(*mine))

    async def tokens(self) -> Iterable[str]:
        """Return the newest installations' tokens, encrypted as they are; one for each workspace."""
        column = self.bots.c
        # All columns: one that is missing shows here, and not only at the next question.
        query = sqlalchemy.select(self.bots).where(column.client_id == self.client_id, column.bot_token.is_not(None))
        async with self.engine.connect() as connection:
            rows = await connection.execute(query.order_by(column.installed_at.desc()).limit(LOOKED_AT))
        found: dict[tuple[str | None, str | None], str] = {}
        for row in rows:
            found.setdefault((row.enterprise_id, row.team_id), row.bot_token)
        return found.values()


class States(AsyncSQLAlchemyOAuthStateStore):
    """The SDK's store of OAuth states; each is taken once, even by two machines, and expired ones are swept."""

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """Return a new state, and delete those that have expired."""
        async with self.engine.begin() as connection:
            await connection.execute(self.oauth_states.delete().where(self.oauth_states.c.expire_at <= _now()))
        state: str = await super().async_issue(*args, **kwargs)
        return state

    async def try_out(self, connection: AsyncConnection) -> None:
        """Do on ``connection`` what beginning an installation and taking its state do."""
        await connection.execute(self.oauth_states.insert().values(state="", expire_at=_now()))
        await connection.execute(self.oauth_states.delete().where(self.oauth_states.c.state == ""))

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
        """Keep what is needed of ``installation``.

        Raises InstallRefusedError for one that would fall silent: with a token that expires within hours, or for a
        whole organisation, whose events name no workspace.
        """
        if installation.bot_refresh_token or installation.bot_token_expires_at:
            raise InstallRefusedError("token_rotation_enabled")
        if installation.is_enterprise_install:
            raise InstallRefusedError("org_deploy_enabled")
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
        token = decrypt(self._cipher, bot.bot_token)
        if token is None:
            get_logger().error("undecryptable_installation", platform="slack")
            raise WorkspaceUnreadableError("ENCRYPTION_KEY")
        bot.bot_token = token
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


@contextmanager
def _unreadable_while_away() -> Iterator[None]:
    """Raise WorkspaceUnreadableError where the database cannot be used."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise WorkspaceUnreadableError("installations") from error


class DatabaseInstalls:
    """The installations in a database; an async context manager that makes the tables and closes the engine."""

    def __init__(self, client_id: str, url: str, cipher: Fernet, look_seconds: float = LOOK_SECONDS) -> None:
        self._engine = open_engine(url)
        self._look_seconds = look_seconds
        self._rows = _Rows(client_id, self._engine)
        self._cipher = cipher
        self.states = States(STATE_SECONDS, self._engine)
        self.store = AsyncCacheableInstallationStore(EncryptedStore(self._rows, cipher))
        self._made = False
        self._look: asyncio.Future[Look] | None = None
        self._fault = ""

    async def __aenter__(self) -> Self:
        await self.look()
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
        with _unreadable_while_away():
            for create in (self._rows.create_tables, self.states.create_tables):
                # Another process, or the look at the start, may make it meanwhile: then it is there the second time.
                with suppress(DBAPIError):
                    await create()
                await create()
        self._made = True

    async def find(self, enterprise: str | None, team: str | None) -> Workspace | None:
        """Return the bot of a workspace.

        Raises WorkspaceUnreadableError while the database is away, or where the key does not fit.
        """
        await self.prepare()
        with _unreadable_while_away():
            found = await self.store.async_find_bot(
                enterprise_id=enterprise, team_id=team, is_enterprise_install=team is None
            )
        return Workspace(team or "", enterprise, found.bot_token, found.bot_user_id) if found else None

    async def drop_cached(self, enterprise: str | None, team: str | None) -> None:
        """Read the workspace from the database the next time."""
        self.store.cached_bots.pop(f"{enterprise or ''}-{team or ''}", None)

    async def delete(self, enterprise: str | None, team: str | None, told: float | None = None) -> None:
        """Delete a workspace's installation, unless it is newer than what was ``told`` of it (a time in seconds).

        Raises WorkspaceUnreadableError while the database is away.
        """
        await self.prepare()
        await self.drop_cached(enterprise, team)
        with _unreadable_while_away():
            if told is not None:
                kept = await self._rows.async_find_bot(
                    enterprise_id=enterprise, team_id=team, is_enterprise_install=team is None
                )
                if kept is not None and kept.installed_at >= told + 1:
                    return
            await self.store.async_delete_all(enterprise_id=enterprise, team_id=team)

    async def state(self) -> str:
        """Return the word for the database and what is in it."""
        return (await self.look()).word

    async def look(self) -> Look:
        """Look whether the database answers soon, and fits the key. A look that hangs is the only one until it ends."""
        if self._look is None or self._look.done():
            self._look = asyncio.ensure_future(self._read())
        await asyncio.wait({self._look}, timeout=self._look_seconds)
        return self._look.result() if self._look.done() else Look(answers=False)

    def _noted(self, fault: str) -> str:
        """Return ``fault``; log it when it begins."""
        if fault and fault != self._fault:
            get_logger().error("database refuses the bot's commands: check DATABASE_URL", platform="slack", state=fault)
        self._fault = fault
        return fault

    async def _read(self) -> Look:
        try:
            await self.prepare()
            tokens = await self._rows.tokens()
            # The very commands that the bot uses, and nothing of them is kept.
            async with self._engine.connect() as connection:
                await self._rows.try_out(connection)
                await self.states.try_out(connection)
                await connection.rollback()
        except (WorkspaceUnreadableError, *DATABASE_ERRORS) as error:
            return Look(answers=False, fault=self._noted(fault_of(error)))
        self._fault = ""
        readable = [decrypt(self._cipher, token) is not None for token in tokens]
        return Look(answers=True, readable=readable.count(True), unreadable=readable.count(False))
