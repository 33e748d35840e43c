"""Installations of many workspaces in a database: found, looked at, deleted, whatever becomes of the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self

from asyncpg.exceptions import InterfaceError, PostgresError
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store.async_cacheable_installation_store import AsyncCacheableInstallationStore
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.logs import get_logger
from bot.settings import Settings, SettingsError
from bot.slack.oauth.database import fault_of, open_engine
from bot.slack.oauth.tables import EncryptedStore, Rows, States, decrypt
from bot.slack.payloads import Workspace
from bot.slack.sending.client import LOOK_SECONDS
from bot.slack.sending.errors import WorkspaceUnreadableError

DEFAULT_DATABASE = "sqlite:///faqbot.db"
STATE_SECONDS = 600
"""How long an installation may take from its first page to its last."""

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


def open_installs(settings: Settings, look_seconds: float) -> DatabaseInstalls:
    """Return the installations that ``settings`` name. Raises SettingsError where these are of no use."""
    key, url = settings.encryption_key, settings.database_url
    cipher, address = open_cipher(key.value if key else None), url.value if url else DEFAULT_DATABASE
    return DatabaseInstalls(settings.slack_client_id or "", address, cipher, look_seconds)


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
        self._rows = Rows(client_id, self._engine)
        self._cipher = cipher
        self.states = States(STATE_SECONDS, self._engine)
        self.store = AsyncCacheableInstallationStore(EncryptedStore(self._rows, cipher))
        self._made = False
        self._look: asyncio.Future[Look] | None = None
        self._fault = ""

    async def __aenter__(self) -> Self:
        await self.look()
        return self

    async def __aexit__(self, *_: object) -> None:
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
            # It may look as if the database were away in between.
            if (fault := fault_of(error)) and fault != self._fault:
                told = "database refuses the bot's commands: check DATABASE_URL"
                get_logger().error(told, platform="slack", state=fault)
                self._fault = fault
            return Look(answers=False, fault=fault)
        self._fault = ""
        readable = [decrypt(self._cipher, token) is not None for token in tokens]
        return Look(answers=True, readable=readable.count(True), unreadable=readable.count(False))
