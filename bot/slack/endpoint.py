"""How payloads come in, over HTTP or Socket Mode: verified, read, identified, and handed to Bolt by the inbox."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

from bot.metrics import Metrics
from bot.service.inbox import Inbox, Result
from bot.slack.oauth.workspaces import ONLY_ONCE
from bot.slack.payloads import Question, identify
from bot.slack.sending.client import Pace
from bot.slack.sending.errors import WorkspaceUnreadableError

SENT = "sent"
"""Where Bolt's context keeps when a payload was sent."""
REQUEST = "request_id"
"""Where it keeps the id under which the log speaks of the delivery."""
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

    ``hurries`` says whether a question is a cry for help.
    """

    def __init__(
        self,
        app: AsyncApp,
        inbox: Inbox,
        metrics: Metrics,
        pace: Pace,
        hurries: Callable[[Question], Awaitable[bool]],
    ) -> None:
        self._app = app
        self._hurries = hurries
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
            delivered = identify(payload)
            context = {SENT: sent, ONLY_ONCE: not delivered.again}
            request = AsyncBoltRequest(body=payload, mode="socket_mode", context=context)
        except MALFORMED:
            return self._ignored()
        response: BoltResponse | None = None

        async def work(name: str) -> None:
            nonlocal response
            request.context[REQUEST] = name
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
