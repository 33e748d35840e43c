"""The two tables of installations: slack_sdk's stores on SQLAlchemy, holding as little as works, encrypted.

Only the bot's row is kept: the workspace's id, the bot's ids and scopes, and its token. The names that Slack sends
along and the person who installed the app are dropped.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy
from cryptography.fernet import Fernet, InvalidToken
from slack_sdk.oauth.installation_store import Bot as StoredBot
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.logs import get_logger
from bot.slack.reading import workspace_id
from bot.slack.sending.errors import UNREADABLE, InstallRefusedError, WorkspaceUnreadableError

LOOKED_AT = 100
"""How many of the newest installations a look reads: a few milliseconds' work."""


def decrypt(cipher: Fernet, token: str) -> str | None:
    """Return ``token`` in clear, or None where it was encrypted with another key."""
    try:
        return cipher.decrypt(token.encode()).decode()
    except InvalidToken:
        return None


class Rows(AsyncSQLAlchemyInstallationStore):
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

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> StoredBot | None:
        """Return a workspace's bot: also one that was installed before the workspace joined an organisation.

        It keeps its id and its token then, and its events name the organisation.
        """
        find = super().async_find_bot
        how: dict[str, Any] = {"team_id": team_id, "is_enterprise_install": is_enterprise_install}
        found: StoredBot | None = await find(enterprise_id=enterprise_id, **how)
        return found or (await find(enterprise_id=None, **how) if enterprise_id and team_id else None)

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete a workspace's rows, those from before it joined an organisation too."""
        for name in {enterprise_id, None} if team_id else {enterprise_id}:
            await super().async_delete_bot(enterprise_id=name, team_id=team_id)

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

        Raises InstallRefusedError for one that would fall silent: with a token that expires within hours, for a whole
        organisation, whose events name no workspace, or for none.
        """
        if installation.bot_refresh_token or installation.bot_token_expires_at:
            raise InstallRefusedError("token_rotation_enabled")
        if installation.is_enterprise_install:
            raise InstallRefusedError("org_deploy_enabled")
        if workspace_id(installation.team_id) is None:
            raise InstallRefusedError(UNREADABLE)
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

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self._rows.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Do nothing: nothing about the person who installed is kept."""
