"""Sends messages to Slack, and knows what to do about each way in which Slack can refuse them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from msgspec import Raw
from msgspec.structs import replace
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from bot.dialogue.reply import Reply, is_urgent, type_of
from bot.logs import get_logger
from bot.metrics import Metrics
from bot.service.lanes import HeldError, Lanes
from bot.service.ongoing import uncut
from bot.slack.oauth.workspaces import Workspaces
from bot.slack.payloads import Place
from bot.slack.render.renderer import SlackMessage, only_text
from bot.slack.sending.calls import Calls
from bot.slack.sending.client import TOO_MANY, RateLimitRetry, retry_after
from bot.slack.sending.errors import (
    SEND_ERRORS,
    TOO_LONG,
    Remedy,
    UnclearError,
    UndeliveredError,
    code_of,
    is_unclear,
    remedy_for,
    undelivered,
)
from bot.slack.sending.response_url import ResponseUrl

AT_ONCE = 1_000
"""Calls under way at once, beside urgent help: many of them may only be waiting, as Slack has asked."""

PROMPT_SECONDS = 1.0
"""How long after a press its page may replace one that is newer than what was pressed; later that may be urgent help
that was asked for meanwhile."""


class Sender:
    """The ways to a person or channel, for all workspaces.

    ``calls`` makes a call again that Slack may have taken, ``careful`` does not: where it is unclear whether a
    message was sent, urgent help is sent again and anything else counts as sent. Neither makes one again after 429:
    what it was about has a lane, which is held then.
    """

    def __init__(
        self,
        calls: Calls,
        metrics: Metrics,
        workspaces: Workspaces,
        careful: Calls,
        lanes: Lanes,
    ) -> None:
        self._calls = calls
        self._careful = careful
        self._metrics = metrics
        self._workspaces = workspaces
        self._lanes = lanes
        self.unfolds: bool | None = None
        """Whether Slack takes blocks that unfold; None until it has said so. Remembered as long as the process runs."""

    async def post(self, place: Place, message: SlackMessage, reply: Reply | None = None) -> None:
        """Post ``message`` where ``place`` says: in its thread, or in the channel.

        ``reply`` is what the message shows; with it, a message that Slack refuses is sent again as short text.
        Raises UndeliveredError when Slack does not take it in any form.
        """

        fields = {"channel": place.channel, "thread_ts": place.thread, "unfurl_links": False, "unfurl_media": False}
        await self._send(place, "chat.postMessage", fields, message, reply)

    async def post_privately(
        self,
        place: Place,
        message: SlackMessage,
        reply: Reply | None = None,
        *,
        thread: str | None = None,
    ) -> None:
        """Post ``message`` for the person alone, in ``thread`` where it is one that people already write in.

        Raises UndeliveredError. Slack does not promise that an ephemeral message is seen
        (https://docs.slack.dev/reference/methods/chat.postEphemeral).
        """

        fields = {"channel": place.channel, "user": place.user, "thread_ts": thread}
        await self._send(place, "chat.postEphemeral", fields, message, reply)

    async def publish_home(
        self,
        place: Place,
        view: View,
        shown: str = "",
        *,
        pressed: bool = False,
        urgent: bool = False,
    ) -> None:
        """Show ``view`` on the person's Home tab in place of the page whose hash is ``shown``, not of a newer one.

        ``pressed`` says that a press led to it: then it replaces a newer page too, which is that of an earlier press,
        unless it was held up meanwhile. Raises UndeliveredError.
        """
        loop = asyncio.get_running_loop()
        stale = loop.time() + PROMPT_SECONDS

        fields = {"user_id": place.user, "view": view.to_dict(), "hash": shown or None}
        try:
            own = replace(place, channel=f"home:{place.user}")
            await self._send(own, "views.publish", fields, urgent=urgent, quiet=bool(shown), again=True)
        except UndeliveredError as error:
            if error.code != "hash_conflict":
                raise
            if pressed and shown and loop.time() < stale:
                await self.publish_home(place, view)

    async def suggest(self, place: Place, prompts: list[dict[str, str]], title: str) -> None:
        """Show ``prompts`` in the app's conversation. Raises UndeliveredError, counted but not logged: workspaces
        without the agent view refuse every such call.

        Without ``thread_ts``: in the agent view Slack ignores the call otherwise
        (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts).
        """

        fields = {"channel_id": place.channel, "prompts": prompts, "title": title}
        await self._send(place, "assistant.threads.setSuggestedPrompts", fields, quiet=True, again=True)

    async def respond(self, url: ResponseUrl, message: SlackMessage, reply: Reply, **how: Any) -> bool:
        """Send ``message`` through ``url``; ``how`` holds fields such as ``replace_original``.

        Returns whether it went, or may have gone: False where the URL is spent, or Slack refuses (which is counted). A
        message that
        Slack refuses as it is goes again as short text. The URL's few uses are none to try blocks that unfold.
        """
        message = self.surely(message)
        # To replace a message twice does no harm.
        again = is_urgent(reply) or bool(how.get("replace_original"))
        with self._timed(urgent=is_urgent(reply)):
            for shown in (message, only_text(reply)):
                if not url.usable:
                    return False
                try:
                    await uncut(url.send({**shown.payload, **how}, again=again))
                except UndeliveredError as error:
                    self._gave_up(error.code, type_of(reply), url.request)
                    if isinstance(error, UnclearError):
                        return True
                    if error.code != "response_url_400":
                        return False
                else:
                    return True
        return False

    def surely(self, message: SlackMessage) -> SlackMessage:
        """Return ``message`` as Slack will take it: unfolding only where it has taken such a block before."""
        return message if message.unfolded is None or self.unfolds else message.unfolded

    @contextmanager
    def _timed(self, *, urgent: bool) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._metrics.sent("slack", time.perf_counter() - begun, urgent=urgent)

    def _asked(self, error: Exception) -> float | None:
        """Return for how long ``error`` asks to wait, if it does."""
        if not isinstance(error, SlackApiError) or getattr(error.response, "status_code", None) != TOO_MANY:
            return None
        self._metrics.retried("slack")
        get_logger().info("retrying", platform="slack", code=RateLimitRetry.code)
        return retry_after(error.response.headers)

    def _gave_up(self, code: str, kind: str, request: str, *, quiet: bool = False) -> None:
        """Count, and unless ``quiet`` log, that something was refused or lost."""
        self._metrics.failed("slack", code)
        if not quiet:
            get_logger().warning("undelivered", platform="slack", code=code, type=kind, request=request)

    async def _send(
        self,
        place: Place,
        method: str,
        fields: dict[str, Any],
        message: SlackMessage | None = None,
        reply: Reply | None = None,
        *,
        urgent: bool = False,
        quiet: bool = False,
        again: bool = False,
    ) -> None:
        """Call ``method`` in its channel's lane; ``again`` says that it may be done twice without harm."""
        lane, kind = f"{place.team}:{place.channel}", type_of(reply) if reply else ""
        urgent = urgent or is_urgent(reply)
        calls = self._calls if urgent or again else self._careful
        token, renewed, shortened = place.workspace.token, False, False
        if message is not None and self.unfolds is False:
            message = message.unfolded or message
        with self._timed(urgent=urgent):
            while token:
                said = {"text": message.text, "blocks": Raw(message.json)} if message is not None else {}
                try:
                    make = partial(calls.call, method, token, fields | said)
                    await self._lanes.call(lane, make, self._asked, urgent=urgent)
                except (HeldError, *SEND_ERRORS) as error:
                    code = code_of(error)
                    self._gave_up(code, kind, place.request, quiet=quiet)
                    if is_unclear(error) and calls is self._careful:
                        return
                    remedy = remedy_for(code)
                    if remedy is Remedy.SHORTEN and message is not None and message.unfolded is not None:
                        self.unfolds = self.unfolds if code in TOO_LONG else False
                        message = message.unfolded
                    elif remedy is Remedy.SHORTEN and reply is not None and not shortened:
                        message, shortened = only_text(reply), True
                    elif remedy is Remedy.RENEW and not renewed:
                        token, renewed = await self._workspaces.renew(place.workspace), True
                    else:
                        raise undelivered(code) from error
                else:
                    self.unfolds = True if message is not None and message.unfolded is not None else self.unfolds
                    return
        self._gave_up("not_installed", kind, place.request, quiet=quiet)
        raise UndeliveredError("not_installed")
