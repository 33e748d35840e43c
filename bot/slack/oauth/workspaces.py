"""Which token speaks for a workspace: the one in the environment, or the one its installation left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import get_logger
from bot.slack.payloads import Workspace
from bot.slack.reading import workspace_id
from bot.slack.sending.errors import SEND_ERRORS, Remedy, WorkspaceUnreadableError, code_of, remedy_for

if TYPE_CHECKING:  # only deployments with OAuth pay for a database library
    from bot.slack.oauth.store import DatabaseInstalls

ONLY_ONCE = "only_once"
"""Where Bolt's context says that Slack does not deliver again what it is about."""


class Workspaces(AsyncAuthorize):
    """Finds the bot of the workspace that an event comes from; Bolt asks it for all that does not go past Bolt."""

    def __init__(self, client: AsyncWebClient, token: str | None, installs: DatabaseInstalls | None) -> None:
        self._client = client
        self._token = token
        self._installs = installs
        self._own = Workspace(team="", token=token)
        self._word = "not checked yet"

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002 - Bolt's signature
        actor_team_id: str | None = None,  # noqa: ARG002
        actor_user_id: str | None = None,  # noqa: ARG002
    ) -> AuthorizeResult:
        """Return who the bot is there; an unknown workspace gets a result without a token.

        Raises WorkspaceUnreadableError where the installation cannot be read; what comes only once is answered
        without a token then, through its acknowledgement or its own URL.
        """
        try:
            workspace = await self.find(enterprise_id, None if context.is_enterprise_install else team_id)
        except WorkspaceUnreadableError:
            if context.get(ONLY_ONCE) is not True:
                raise
            workspace = Workspace(team_id or "", enterprise_id)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=workspace.user,
            bot_token=workspace.token,
            user_id=user_id,
        )

    async def find(self, enterprise: str | None, team: str | None) -> Workspace:
        """Return the bot of a workspace, one without a token where nobody can have installed it.

        Raises WorkspaceUnreadableError.
        """
        if not _well_formed(enterprise, team):
            return Workspace("")
        found = await self._installs.find(enterprise, team) if self._installs else None
        if found is not None:
            return found
        own = self._own
        if own.token and (self._installs is None or own.team == team):
            return Workspace(team or own.team, enterprise, own.token, own.user)
        return Workspace(team or "", enterprise)

    async def introduce(self) -> None:
        """Learn who the bot is with the environment's token; what goes wrong shows in :attr:`word`."""
        if self._token is None:
            return
        try:
            answer = await self._client.auth_test(token=self._token)
        except SEND_ERRORS as error:
            code = code_of(error)
            refused = remedy_for(code) is Remedy.RENEW
            event = "token refused: copy SLACK_BOT_TOKEN again" if refused else "not reachable"
            if self._word != (word := "token refused" if refused else "unreachable"):
                get_logger().warning(event, platform="slack", code=code)
            self._word = word
            return
        self._own = Workspace(str(answer.get("team_id") or ""), None, self._token, str(answer.get("user_id") or ""))
        self._word = "ok"

    async def renew(self, workspace: Workspace) -> str | None:
        """Return the token that another machine has stored meanwhile; without one, forget the workspace.

        Raises WorkspaceUnreadableError where Slack, asked once more, says nothing against the token: who forgets a
        workspace makes it install the app again.
        """
        if self._installs is None or workspace.token == self._token:
            self._word = "token refused"
            return None
        await self._installs.drop_cached(workspace.enterprise, workspace.team)
        found = await self._installs.find(workspace.enterprise, workspace.team)
        if found is not None and found.token != workspace.token:
            return found.token
        if not await self._is_dead(workspace.token):
            raise WorkspaceUnreadableError("token")
        await self._installs.delete(workspace.enterprise, workspace.team)
        return None

    async def _is_dead(self, token: str | None) -> bool:
        """Say whether Slack refuses ``token`` itself, and not a call that came without it because of a proxy."""
        try:
            await self._client.auth_test(token=token)
        except SEND_ERRORS as error:
            code = code_of(error)
            return code != "not_authed" and remedy_for(code) is Remedy.RENEW
        return False

    async def forget(self, enterprise: str | None, team: str | None, told: float | None = None) -> None:
        """Delete a workspace's installation, unless it is newer than the event that tells of its end, ``told`` then.

        Raises WorkspaceUnreadableError.
        """
        if self._installs is not None and _well_formed(enterprise, team):
            await self._installs.delete(enterprise, team, told)

    async def state(self) -> dict[str, str]:
        """Return a word each for the token and the database, as far as they are used."""
        words = {"slack": self._word} if self._token else {"slack": "ok"}
        if self._installs is not None:
            words["slack_installations"] = await self._installs.state()
        return words

    @property
    def introduced(self) -> bool:
        """Whether the environment's token has been tried with success, or there is none."""
        return self._token is None or self._word == "ok"


def _well_formed(*names: str | None) -> bool:
    """Say whether each of ``names`` is missing or a workspace's: a database need not take any other."""
    return all(not name or workspace_id(name) for name in names)
