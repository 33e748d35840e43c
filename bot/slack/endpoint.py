"""How payloads come in, over HTTP or Socket Mode: verified, read, identified, and handed to Bolt by the inbox."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

from bot.dialogue.actions import HELPS, IN_PLACE, Verb
from bot.metrics import Metrics
from bot.service.inbox import Inbox, Result
from bot.slack.oauth.workspaces import ONLY_ONCE
from bot.slack.payloads import (
    Invocation,
    Payload,
    Press,
    Question,
    mapping,
    own_user,
    read_command,
    read_joined,
    read_press,
    read_question,
    read_shortcut,
    word,
    workspace_id,
)
from bot.slack.sending.client import Pace
from bot.slack.sending.errors import WorkspaceUnreadableError
from bot.state.batch import Batch
from bot.state.store import Operation

SENT = "sent"
"""Where Bolt's context keeps when a payload was sent."""
BATCH = "batch"
"""Where it keeps what the delivery reads and writes through."""
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


@dataclass(frozen=True, slots=True)
class Delivered:
    """What tells a delivery from others: its mark (nothing where it has none), whose turn it is, and what a press asks
    for where a second tap would say it again; and what it is, where that is a question, a press or a command.

    ``again`` says that Slack delivers it again where it is not acknowledged: events, but not commands and presses
    (https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response).
    """

    mark: tuple[str, ...] = ()
    turn: str = ""
    again: bool = False
    tap: tuple[str, ...] = ()
    question: Question | None = None
    press: Press | None = None
    invoked: Invocation | None = None

    @property
    def keeps(self) -> bool:
        """Whether it is tried again here: what comes only once, but for pages of the Home tab that are no urgent help,
        because they would take the place of newer ones."""
        fleeting = self.press is not None and self.press.home and self.press.action.verb not in HELPS
        return not self.again and not fleeting


def identify(body: Payload, workspace: str | None = None) -> Delivered:
    """Return what tells the delivery in ``body`` from others: by what it is about, else by its event's id.

    A mention in a direct message comes as two events, which are about one message. ``workspace`` is where it is to be
    answered, where that is known.
    """
    if body.get("type") == "event_callback" or "event" in body:
        event, team = word(body.get("event_id")), workspace_id(body.get("team_id")) or "-"
        if question := read_question(body, workspace or team):
            place = question.place
            turn = f"{team}:{place.channel}:{place.user}"
            about = ("message", team, place.channel, place.stamp)
            return Delivered(about, turn, again=True, question=question)
        joined = read_joined(body, team)
        if joined is not None and joined.place.user == own_user(body):
            return Delivered(("hello", team, joined.place.channel), again=True)
        return Delivered(("event", event) if event else (), again=True)
    if press := read_press(body, workspace or workspace_id(mapping(body.get("team")).get("id")) or "-"):
        place, code = press.place, press.action.code
        mark = ("press", place.team, place.user, place.stamp, code) if place.stamp else ()
        says = not press.home and press.action.verb not in (*IN_PLACE, Verb.SHARE) and press.message
        tap = (place.team, place.channel, place.user, press.message, code) if says else ()
        return Delivered(mark, tap=tap, press=press)
    return Delivered(_once(body), invoked=(read_command if "command" in body else read_shortcut)(body, workspace))


def _once(body: Payload) -> tuple[str, ...]:
    """Return what tells a command or shortcut from others, so that a request recorded and sent again says nothing."""
    if "command" not in body and body.get("type") != "message_action":
        return ()
    team = word(body.get("team_id")) or word(mapping(body.get("team")).get("id"))
    trigger, stamp = word(body.get("trigger_id")), word(body.get("action_ts"))
    return ("once", team, trigger, stamp) if trigger or stamp else ()


def parse(body: bytes, content_type: str) -> dict[str, Any] | None:
    """Return the payload of a request body (JSON, or a form that may hold JSON), or None where it is neither."""
    text = body.decode("utf-8", errors="replace")
    try:
        if content_type.startswith("application/json") or text.startswith("{"):
            data = json.loads(text)
        else:
            fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=200))
            data = json.loads(fields["payload"]) if "payload" in fields else fields
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


class Dispatcher:
    """Hands payloads, from whichever transport, to Bolt: each once, and to its end.

    ``hurries`` says whether a question is a cry for help, ``ahead`` what is going to be read about a delivery.
    """

    def __init__(
        self,
        app: AsyncApp,
        inbox: Inbox,
        metrics: Metrics,
        pace: Pace,
        hurries: Callable[[Question], Awaitable[bool]],
        ahead: Callable[[Delivered], Sequence[Operation]],
    ) -> None:
        self._app = app
        self._hurries = hurries
        self._ahead = ahead
        self._inbox = inbox
        self._metrics = metrics
        self._pace = pace

    async def deliver(self, payload: dict[str, Any] | None, sent: float) -> BoltResponse | None:
        """Return the acknowledgement; None where there is none yet, and Slack is to deliver the payload again.

        A payload that nothing can be read from gets 200 and no answer. ``sent`` is when Slack sent the payload, or
        when it arrived.
        """
        if not payload:
            return self._ignored()
        try:
            request = AsyncBoltRequest(body=payload, mode="socket_mode", context={SENT: sent})
            delivered = identify(payload, workspace_id(request.context.team_id))
        except MALFORMED:
            return self._ignored()
        request.context[ONLY_ONCE] = not delivered.again
        response: BoltResponse | None = None

        async def work(batch: Batch) -> None:
            nonlocal response
            request.context[BATCH] = batch
            try:
                response = await self._dispatch(request)
            except WorkspaceUnreadableError:
                self._metrics.failed("slack", "installations_away")
                raise

        pace = self._pace
        within = pace.hold_seconds if delivered.again else pace.ack_seconds
        result = await self._inbox.take(
            delivered.mark,
            work,
            within=within,
            turn=delivered.turn,
            again=delivered.again,
            tap=delivered.tap,
            hurries=partial(self._hurries, delivered.question) if delivered.question else None,
            ahead=self._ahead(delivered),
            rests=pace.once_rests if delivered.keeps else (),
        )
        if result is Result.SEEN:
            self._metrics.duplicate("slack")
        if result is Result.LATE:
            if delivered.again:
                return None
            # A command or press comes only once: from here on its answer goes another way.
            request.context[ACKNOWLEDGED] = True
            response = request.context.ack.response
        return response or BoltResponse(status=200, body="")

    async def _dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await self._app.async_dispatch(request)
        except MALFORMED:
            # Bolt's readers, and even its error handling, take some shapes for granted. The bot's own errors do not
            # come this far: the listeners catch them.
            return self._ignored()

    def _ignored(self) -> BoltResponse:
        self._metrics.refused("slack", "malformed")
        return BoltResponse(status=200, body="")
