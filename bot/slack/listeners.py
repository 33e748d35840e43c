"""Registers on Bolt what the bot listens to: read the payload, and let the handlers do what it asks for.

Bolt runs a listener to its end before it responds (``process_before_response``), all of it in the inbox's work: so a
stop waits for it, and what could not be done is not acknowledged. Bolt's own way forgets running listeners
(``slack_bolt/listener/asyncio_runner.py``).
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.logs import get_logger
from bot.metrics import Metrics
from bot.service.inbox import NotDoneError
from bot.slack.endpoint import ACKNOWLEDGED, BATCH, MALFORMED, SENT
from bot.slack.handlers import Handlers
from bot.slack.oauth.workspaces import Workspace, Workspaces
from bot.slack.payloads import (
    COMMAND,
    Place,
    own_user,
    read_command,
    read_joined,
    read_moment,
    read_opened,
    read_press,
    read_question,
    read_revoked_bot,
    read_shortcut,
    workspace_id,
)
from bot.slack.render.blocks import ACTION_PREFIX
from bot.slack.sending.errors import UndeliveredError, new_reference
from bot.slack.sending.response_url import ResponseUrl, ResponseUrls

SHORTCUT = "answer_message"

Body = dict[str, Any]


class Listeners:
    """The bot's listeners, one short method each."""

    def __init__(self, handlers: Handlers, urls: ResponseUrls, workspaces: Workspaces, metrics: Metrics) -> None:
        self._handlers = handlers
        self._urls = urls
        self._workspaces = workspaces
        self._metrics = metrics

    def register(self, app: AsyncApp) -> None:
        """Register everything on ``app``."""
        app.event("app_mention")(self.question)
        app.event("message")(self.question)
        app.event("app_home_opened")(self.opened)
        app.event("member_joined_channel")(self.joined)
        app.event("tokens_revoked")(self.revoked)
        app.event("app_uninstalled")(self.uninstalled)
        app.command(COMMAND)(self.command)
        app.message_shortcut(SHORTCUT)(self.shortcut)
        app.block_action(re.compile(f"^{re.escape(ACTION_PREFIX)}"))(self.pressed)
        app.error(self.failed)

    async def question(self, body: Body, context: AsyncBoltContext) -> None:
        """A mention or a direct message."""
        workspace = _workspace(context, body)
        question = read_question(body, workspace.team or None, context[BATCH])
        if question is not None and question.place.user != workspace.user:
            await self._guarded(self._handlers.question(workspace, question), workspace, question.place)

    async def command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A slash command: the acknowledgement carries the answer, unless that took too long."""
        workspace = _workspace(context, body)
        invoked = read_command(body, workspace.team or None, context[BATCH])
        if invoked is None:
            await ack()
            return
        url = self._open(invoked.response_url, context)
        try:
            say, message = await self._handlers.command(invoked)
        except Exception as error:  # the person sees a sentence and a code instead of Slack's own error
            reference = self._unexpected(error, invoked.place.request)
            say, message = None, await self._handlers.apology(invoked.place, reference)
        if message is None or ACKNOWLEDGED in context:
            await ack()
            if message is not None:
                await self._guarded(
                    self._handlers.late(workspace, invoked, say, message, url), workspace, invoked.place, url
                )
            return
        await ack(response_type="ephemeral", **self._handlers.acknowledgement(message).payload)
        await self._guarded(self._handlers.private_ways.keep(workspace, invoked.place, message), workspace, None)
        if say is not None:
            await self._handlers.said(say, invoked.place)

    async def shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """The message shortcut."""
        await ack()
        workspace = _workspace(context, body)
        invoked = read_shortcut(body, workspace.team or None, context[BATCH])
        if invoked is not None:
            url = self._open(invoked.response_url, context)
            await self._guarded(self._handlers.shortcut(workspace, invoked, url), workspace, invoked.place, url)

    async def pressed(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A button or a vote."""
        await ack()
        workspace = _workspace(context, body)
        press = read_press(body, workspace.team or None, context[BATCH])
        if press is not None:
            url = self._open(press.response_url, context)
            await self._guarded(self._handlers.press(workspace, press, url), workspace, press.place, url)

    async def opened(self, body: Body, context: AsyncBoltContext) -> None:
        """The Home tab or the app's conversation was opened."""
        workspace = _workspace(context, body)
        opened = read_opened(body, workspace.team or None, context[BATCH])
        if opened is not None:
            await self._guarded(self._handlers.opened(workspace, opened), workspace, None)

    async def joined(self, body: Body, context: AsyncBoltContext) -> None:
        """Somebody joined a channel; only the bot's own coming matters."""
        workspace = _workspace(context, body)
        joined = read_joined(body, workspace.team or None, context[BATCH])
        if joined is not None and joined.place.user == (workspace.user or own_user(body)):
            await self._guarded(self._handlers.joined(workspace, joined), workspace, None)

    async def revoked(self, body: Body, context: AsyncBoltContext) -> None:
        """A token was revoked; the bot's own takes the installation with it."""
        if read_revoked_bot(body):
            await self._workspaces.forget(context.enterprise_id, context.team_id, read_moment(body))

    async def uninstalled(self, body: Body, context: AsyncBoltContext) -> None:
        """The app was removed from the workspace."""
        await self._workspaces.forget(context.enterprise_id, context.team_id, read_moment(body))

    async def failed(self, error: Exception) -> BoltResponse:
        """Turn what Bolt could not handle into a response: never an error that makes Slack give up on the app.

        Raises what says that the delivery is not done.
        """
        if isinstance(error, NotDoneError):
            raise error
        if isinstance(error, BoltUnhandledRequestError):
            self._metrics.refused("slack", "not_for_us")
        elif isinstance(error, MALFORMED) and "slack_bolt" in Path(_last_frame(error).filename).parts:
            self._metrics.refused("slack", "malformed")
        else:
            self._unexpected(error, "")
        return BoltResponse(status=200, body="")

    def _open(self, response_url: str, context: AsyncBoltContext) -> ResponseUrl:
        return self._urls.open(response_url, context[SENT], context[BATCH].request)

    async def _guarded(
        self, work: Awaitable[object], workspace: Workspace, place: Place | None, url: ResponseUrl | None = None
    ) -> None:
        """Do ``work``; tell the person where it fails in a way that nobody foresaw. Raises NotDoneError."""
        try:
            await work
        except NotDoneError:
            raise
        except UndeliveredError:
            return  # counted and logged where it happened; there is no other way to the person
        except Exception as error:  # whatever it is, the person is told, and the operator finds the code
            reference = self._unexpected(error, place.request if place else "")
            if place is None or not place.channel:
                return
            try:
                apology = await self._handlers.apology(place, reference)
                await self._handlers.private_ways.notice(workspace, place, apology, url)
            except UndeliveredError:
                return
            except Exception as second:  # the apology may need the same database that has failed
                self._unexpected(second, place.request)

    def _unexpected(self, error: Exception, request: str) -> str:
        reference, kind, frame = new_reference(), type(error).__name__, _last_frame(error)
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        self._metrics.failed("slack", kind)
        get_logger().error("failed", platform="slack", code=kind, place=where, reference=reference, request=request)
        return reference


def _last_frame(error: Exception) -> traceback.FrameSummary:
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1] if frames else traceback.FrameSummary("", 0, "")


def _workspace(context: AsyncBoltContext, body: Body) -> Workspace:
    """Return where the payload comes from.

    Bolt takes the workspace from ``authorizations``, which name none where the app is installed for a whole
    organisation; the event's own envelope does.
    """
    found = context.authorize_result
    team = workspace_id(context.team_id) or workspace_id(body.get("team_id")) or ""
    enterprise = workspace_id(context.enterprise_id)
    return Workspace(team, enterprise, found.bot_token if found else None, found.bot_user_id if found else None)
