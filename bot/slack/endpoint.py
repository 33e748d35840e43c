"""How payloads come in, over HTTP or Socket Mode: verified, read, taken by the inbox, and carried out.

Bolt runs a listener to its end before it responds (``process_before_response``), all of it in the inbox's work: so a
stop waits for it, and what could not be done is not acknowledged. Bolt's own way forgets running listeners
(``slack_bolt/listener/asyncio_runner.py``).
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Awaitable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.internals import extract_enterprise_id, extract_is_enterprise_install, extract_team_id
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

from bot.metrics import Metrics
from bot.service.inbox import Inbox, NotDoneError, Result
from bot.service.ongoing import unforeseen
from bot.slack.handlers import Handlers
from bot.slack.oauth.workspaces import ONLY_ONCE, Workspaces
from bot.slack.payloads import (
    COMMAND,
    SHORTCUT,
    Happened,
    Invocation,
    Joined,
    Opened,
    Place,
    Press,
    Question,
    Workspace,
    placed,
)
from bot.slack.reading import identify, read_moment, read_revoked_bot, workspace_id
from bot.slack.render.blocks import ACTION_PREFIX
from bot.slack.sending.client import Pace
from bot.slack.sending.errors import UndeliveredError, WorkspaceUnreadableError
from bot.slack.sending.response_url import ResponseUrl, ResponseUrls
from bot.state.batch import Batch

WHAT, SENT, BATCH = "what", "sent", "batch"
"""Where Bolt's context keeps what a delivery is about, when it was sent, and what it reads and writes through."""
ACKNOWLEDGED = "acknowledged"
"""Where it says that the delivery has been acknowledged without its answer, which is then to go another way."""
STAMP_HEADER = "x-slack-request-timestamp"
FRESH_SECONDS = 300
"""How far from now the SDK's verifier lets a request's time be."""
_STAMP = re.compile(r"[0-9]{1,12}")

MALFORMED = (AttributeError, KeyError, TypeError, ValueError, IndexError, RecursionError)
"""What reading a payload of unexpected shape raises, in Bolt's own readers too."""


class Verifier:
    """Slack's signature (https://docs.slack.dev/authentication/verifying-requests-from-slack), by the SDK's verifier.

    The verifier itself raises on a header that is no number, a signature that is not ASCII and a body that is not
    UTF-8; here they are refused like any other forgery.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        self._verifier = SignatureVerifier(secret, clock)
        self._clock = clock

    def refusal(self, body: bytes, headers: Mapping[str, str]) -> str | None:
        """Return why the request is refused, or None where it is Slack's and fresh."""
        stamp, signature = headers.get(STAMP_HEADER), headers.get("x-slack-signature")
        if stamp is None or signature is None:
            return "unsigned"
        if _STAMP.fullmatch(stamp) is None or not signature.isascii():
            return "malformed_headers"
        try:
            genuine = self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return "not_text"
        if genuine:
            return None
        # A clock that is off looks like an attack otherwise.
        return "stale" if abs(self._clock.now() - int(stamp)) > FRESH_SECONDS else "bad_signature"


class Endpoint:
    """Takes payloads from whichever transport, each once, and has done to its end what they ask for: by itself what an
    event was read as, as listeners of Bolt's all else."""

    def __init__(
        self,
        app: AsyncApp,
        inbox: Inbox,
        handlers: Handlers,
        urls: ResponseUrls,
        workspaces: Workspaces,
        metrics: Metrics,
        pace: Pace,
    ) -> None:
        self._app = app
        self._inbox = inbox
        self._handlers = handlers
        self._urls = urls
        self._workspaces = workspaces
        self._metrics = metrics
        self._pace = pace
        app.event(re.compile("^(app_mention|message|app_home_opened|member_joined_channel)$"))(self.unheard)
        app.event("tokens_revoked")(self.revoked)
        app.event("app_uninstalled")(self.uninstalled)
        app.command(COMMAND)(self.command)
        app.message_shortcut(SHORTCUT)(self.interaction)
        app.block_action(re.compile(f"^{re.escape(ACTION_PREFIX)}"))(self.interaction)
        app.error(self.failed)

    async def deliver(self, payload: dict[str, Any] | None, sent: float) -> BoltResponse | None:
        """Return the acknowledgement; None where there is none yet, and Slack is to deliver the payload again.

        A payload that nothing can be read from gets 200 and no answer. ``sent`` is when Slack sent the payload, or
        when it arrived.
        """
        if not payload:
            return self._ignored()
        try:
            delivered = identify(payload, workspace_id(extract_team_id(payload)))
            what, pace, request = delivered.what, self._pace, None
            if isinstance(what, Question | Opened | Joined):
                carry_out = partial(self._event, what, payload)
            else:
                context = {SENT: sent, WHAT: what, ONLY_ONCE: not delivered.again}
                request = AsyncBoltRequest(body=payload, mode="socket_mode", context=context)
                carry_out = partial(self._dispatch, request)
        except MALFORMED:
            return self._ignored()
        response: BoltResponse | None = None

        async def work(batch: Batch) -> None:
            nonlocal response
            try:
                response = await carry_out(batch)
            except WorkspaceUnreadableError:
                self._metrics.failed("slack", "installations_away")
                raise

        result = await self._inbox.take(
            delivered.mark,
            work,
            within=pace.hold_seconds if delivered.again else pace.ack_seconds,
            turn=delivered.turn,
            again=delivered.again,
            tap=delivered.tap,
            hurries=partial(self._handlers.hurries, what) if isinstance(what, Question) else None,
            ahead=self._handlers.ahead(what),
            rests=pace.once_rests if delivered.keeps else (),
        )
        if result is Result.SEEN:
            self._metrics.duplicate("slack")
        if result is Result.LATE:
            if delivered.again or request is None:
                return None
            # A command or press comes only once: from here on its answer goes another way.
            request.context[ACKNOWLEDGED] = True
            response = request.context.ack.response
        return response or BoltResponse(status=200, body="")

    async def _dispatch(self, request: AsyncBoltRequest, batch: Batch) -> BoltResponse:
        request.context[BATCH] = batch
        try:
            return await self._app.async_dispatch(request)
        except MALFORMED:
            # Bolt's readers, and even its error handling, take some shapes for granted. The bot's own errors do not
            # come this far: the listeners catch them.
            return self._ignored()

    def _ignored(self) -> BoltResponse:
        self._metrics.refused("slack", "malformed")
        return BoltResponse(status=200, body="")

    async def _event(self, what: Question | Opened | Joined, payload: dict[str, Any], batch: Batch) -> BoltResponse:
        """A message to the bot; its Home tab or conversation was opened; somebody joined a channel, maybe itself."""
        place = what.place
        try:
            enterprise = extract_enterprise_id(payload) or None
            team = None if extract_is_enterprise_install(payload) else extract_team_id(payload) or None
            own = await self._workspaces.find(enterprise, team)
            what = placed(what, Workspace(place.team, workspace_id(enterprise), own.token, own.user), batch)
            match what:
                case Joined() if place.user == (own.user or what.own):
                    await self._guarded(self._handlers.joined(what))
                case Question() if place.user != own.user:
                    await self._guarded(self._handlers.question(what), what.place)
                case Opened() if place.user != own.user:
                    await self._guarded(self._handlers.opened(what))
        except Exception as error:  # as Bolt does
            return await self.failed(error)
        return BoltResponse(status=200, body="")

    async def unheard(self) -> None:
        """An event of a kind that the bot hears, which says nothing to it."""

    async def command(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """A slash command: the acknowledgement carries the answer, unless that took too long."""
        invoked = _happened(context)
        if not isinstance(invoked, Invocation):
            await ack()
            return
        place, url = invoked.place, self._open(invoked, context)
        try:
            say, message = await self._handlers.command(invoked)
        except Exception as error:  # the person sees a sentence and a code instead of Slack's own error
            reference = unforeseen(self._metrics, "slack", error, place.request)
            say, message = None, await self._handlers.apology(place, reference)
        if message is None or ACKNOWLEDGED in context:
            await ack()
            if message is not None:
                await self._guarded(self._handlers.late(place, say, message, url), place, url)
            return
        await ack(response_type="ephemeral", **self._handlers.acknowledgement(message).payload)
        await self._guarded(self._handlers.private_ways.keep(place, message))
        if say is not None:
            await self._handlers.said(say, place)

    async def interaction(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """A button, a vote, or the message shortcut."""
        await ack()
        match _happened(context):
            case Press(place=place) as press:
                url = self._open(press, context)
                await self._guarded(self._handlers.press(press, url), place, url)
            case Invocation(place=place) as invoked:
                url = self._open(invoked, context)
                await self._guarded(self._handlers.shortcut(invoked, url), place, url)

    async def revoked(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """A token was revoked; the bot's own takes the installation with it."""
        if read_revoked_bot(body):
            await self.uninstalled(body, context)

    async def uninstalled(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
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
        elif isinstance(error, MALFORMED) and _in_bolt(error):
            self._metrics.refused("slack", "malformed")
        else:
            unforeseen(self._metrics, "slack", error)
        return BoltResponse(status=200, body="")

    def _open(self, what: Invocation | Press, context: AsyncBoltContext) -> ResponseUrl:
        return self._urls.open(what.response_url, context[SENT], what.place.request)

    async def _guarded(
        self, work: Awaitable[object], place: Place | None = None, url: ResponseUrl | None = None
    ) -> None:
        """Do ``work``; tell the person where it fails in a way that nobody foresaw. Raises NotDoneError."""
        try:
            await work
        except NotDoneError:
            raise
        except UndeliveredError:
            return  # counted and logged where it happened; there is no other way to the person
        except Exception as error:  # whatever it is, the person is told, and the operator finds the code
            reference = unforeseen(self._metrics, "slack", error, place.request if place else "")
            if place is None or not place.channel:
                return
            try:
                await self._handlers.private_ways.notice(place, await self._handlers.apology(place, reference), url)
            except UndeliveredError:
                return
            except Exception as second:  # the apology may need the same database that has failed
                unforeseen(self._metrics, "slack", second, place.request)


def _happened(context: AsyncBoltContext) -> Happened | None:
    """Return what the delivery is about, with who the bot is there."""
    what: Happened | None = context[WHAT]
    if what is None:
        return None
    found = context.authorize_result
    token, user = (found.bot_token, found.bot_user_id) if found else (None, None)
    return placed(what, Workspace(what.place.team, workspace_id(context.enterprise_id), token, user), context[BATCH])


def _in_bolt(error: Exception) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and "slack_bolt" in Path(frames[-1].filename).parts
