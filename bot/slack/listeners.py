"""Registers on Bolt what the bot listens to: read the payload, drop what was seen, acknowledge, work on.

Bolt runs every listener before it responds (``process_before_response``), and a listener only starts the work: so
the acknowledgement goes out at once, and the work is in :class:`~bot.service.background.BackgroundTasks`, which a stop
waits for. Bolt's own way forgets running listeners (``slack_bolt/listener/asyncio_runner.py``).
"""

from __future__ import annotations

import asyncio
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.dialogue.reply import Reply
from bot.logs import get_logger
from bot.metrics import Metrics
from bot.service.background import BackgroundTasks
from bot.service.deduplication import Deduplicator
from bot.slack.client import Pace
from bot.slack.endpoint import MALFORMED, SENT
from bot.slack.failures import UndeliveredError, WorkspaceUnreadableError, new_reference
from bot.slack.handlers import COMMAND, Answers
from bot.slack.oauth.workspaces import Bot, Workspaces
from bot.slack.payloads import (
    Place,
    Request,
    own_user,
    read_command,
    read_joined,
    read_opened,
    read_press,
    read_question,
    read_revoked_bot,
    read_shortcut,
    workspace_id,
)
from bot.slack.presses import Presses
from bot.slack.render.blocks import ACTION_PREFIX
from bot.slack.response_url import ResponseUrl

SHORTCUT = "answer_message"
EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "member_joined_channel", "message", "tokens_revoked")
"""The types of event that have a listener."""

Body = dict[str, Any]


class Listeners:
    """The bot's listeners, one short method each."""

    def __init__(self, answers: Answers, workspaces: Workspaces, tasks: BackgroundTasks, pace: Pace) -> None:
        self._answers = answers
        self._presses = Presses(answers)
        self._workspaces = workspaces
        self._tasks = tasks
        self._pace = pace

    @property
    def _metrics(self) -> Metrics:
        return self._answers.services.metrics

    @property
    def _once(self) -> Deduplicator:
        return self._answers.services.deduplicator

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
        """A mention or a direct message; Slack sends both events for a mention in a direct message."""
        bot, question = _bot(context), read_question(body, workspace_id(context.team_id))
        if question is None or question.place.user == bot.user:
            return
        seen = (question.event, "message", bot.team, question.place.channel, question.stamp)
        self._start(self._if_new(seen, lambda: self._answers.question(bot, question)), bot, question.place)

    async def command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A slash command: the acknowledgement carries the answer, unless that takes too long."""
        bot, request = _bot(context), read_command(body, workspace_id(context.team_id))
        if request is None:
            await ack()
            return
        begun = time.perf_counter()
        work = self._tasks.start(self._answers.command(request))
        try:
            reply = await asyncio.wait_for(asyncio.shield(work), self._pace.ack_seconds)
        except TimeoutError:
            url = self._open(request.response_url, context)
            self._start(self._late(work, bot, request, url), bot, request.place, url)
            await ack()
            return
        except Exception as error:  # the person sees a sentence and a code instead of Slack's own error
            reply = await self._answers.apology(request.place, self._unexpected(error))
        if reply is None:
            await ack()
            return
        await ack(response_type="ephemeral", **self._answers.rendered(reply, sharable=True).payload)
        self._answers.sent(reply, begun)

    async def shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """The message shortcut."""
        await ack()
        bot, request = _bot(context), read_shortcut(body, workspace_id(context.team_id))
        if request is not None:
            url = self._open(request.response_url, context)
            self._start(self._answers.shortcut(bot, request, url), bot, request.place, url)

    async def pressed(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """A button or a vote."""
        await ack()
        bot, press = _bot(context), read_press(body, workspace_id(context.team_id))
        if press is None:
            return
        seen = ("", "press", bot.team, press.place.user, press.stamp, press.action.code) if press.stamp else ("",)
        url = self._open(press.response_url, context)
        self._start(self._if_new(seen, lambda: self._presses.press(bot, press, url)), bot, press.place, url)

    async def opened(self, body: Body, context: AsyncBoltContext) -> None:
        """The Home tab or the app's conversation was opened."""
        bot, opened = _bot(context), read_opened(body, workspace_id(context.team_id))
        if opened is not None:
            self._start(self._if_new((opened.event,), lambda: self._answers.opened(bot, opened)), bot, None)

    async def joined(self, body: Body, context: AsyncBoltContext) -> None:
        """Somebody joined a channel; only the bot's own coming matters."""
        bot, joined = _bot(context), read_joined(body, workspace_id(context.team_id))
        if joined is None or joined.user != (bot.user or own_user(body)):
            return
        seen = (joined.event, "hello", bot.team, joined.channel)
        self._start(self._if_new(seen, lambda: self._answers.joined(bot, joined)), bot, None)

    async def revoked(self, body: Body, context: AsyncBoltContext) -> None:
        """A token was revoked; the bot's own takes the installation with it."""
        if read_revoked_bot(body):
            await self._workspaces.forget(context.enterprise_id, context.team_id)

    async def uninstalled(self, context: AsyncBoltContext) -> None:
        """The app was removed from the workspace."""
        await self._workspaces.forget(context.enterprise_id, context.team_id)

    async def failed(self, error: Exception) -> BoltResponse:
        """Turn what Bolt could not handle into a response: never an error that makes Slack give up on the app."""
        if isinstance(error, WorkspaceUnreadableError):
            self._metrics.failed("slack", "installations_away")
            return BoltResponse(status=503, body="")
        if isinstance(error, BoltUnhandledRequestError):
            self._metrics.refused("slack", "not_for_us")
        elif isinstance(error, MALFORMED) and "slack_bolt" in Path(_last_frame(error).filename).parts:
            self._metrics.refused("slack", "malformed")
        else:
            self._unexpected(error)
        return BoltResponse(status=200, body="")

    async def _if_new(self, seen: tuple[str, ...], work: Callable[[], Awaitable[None]]) -> None:
        """Do ``work`` unless its event was seen before: by what it is about, else by its id (the first of ``seen``).

        Part of the work, not of the acknowledgement: it may have to wait for another machine.
        """
        event, *about = seen
        mark = about or (["event", event] if event else [])
        new = not mark or await self._once.first("slack", *mark)
        if new:
            await work()
        else:
            self._metrics.duplicate("slack")

    async def _late(self, work: asyncio.Task[Reply | None], bot: Bot, request: Request, url: ResponseUrl) -> None:
        begun = time.perf_counter()
        reply = await work
        if reply is not None:
            await self._answers.asides.reply(bot, request.place, reply, url)
            self._answers.sent(reply, begun)

    def _open(self, response_url: str, context: AsyncBoltContext) -> ResponseUrl:
        return self._answers.urls.open(response_url, context[SENT])

    def _start(
        self, work: Coroutine[Any, Any, None], bot: Bot, place: Place | None, url: ResponseUrl | None = None
    ) -> None:
        self._tasks.start(self._guarded(work, bot, place, url))

    async def _guarded(
        self, work: Coroutine[Any, Any, None], bot: Bot, place: Place | None, url: ResponseUrl | None
    ) -> None:
        try:
            await work
        except UndeliveredError:
            return  # counted and logged where it happened; there is no other way to the person
        except Exception as error:  # whatever it is, the person is told, and the operator finds the code
            reference = self._unexpected(error)
            if place is None or not place.channel:
                return
            try:
                await self._answers.asides.notice(bot, place, await self._answers.apology(place, reference), url)
            except UndeliveredError:
                return
            except Exception as second:  # the apology may need the same database that has failed
                self._unexpected(second)

    def _unexpected(self, error: Exception) -> str:
        reference, kind, frame = new_reference(), type(error).__name__, _last_frame(error)
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        self._metrics.failed("slack", kind)
        get_logger().error("failed", platform="slack", code=kind, place=where, reference=reference)
        return reference


def _last_frame(error: Exception) -> traceback.FrameSummary:
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1] if frames else traceback.FrameSummary("", 0, "")


def _bot(context: AsyncBoltContext) -> Bot:
    found = context.authorize_result
    team = workspace_id(context.team_id) or ""
    enterprise = workspace_id(context.enterprise_id)
    return Bot(team, enterprise, found.bot_token if found else None, found.bot_user_id if found else None)
