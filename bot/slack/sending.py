"""Sends messages to Slack, and knows what to do about each way in which Slack can refuse them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.dialogue.reply import Reply, type_of
from bot.logs import get_logger
from bot.metrics import Metrics
from bot.slack.failures import DEAD_TOKEN, SEND_ERRORS, TOO_MUCH, UndeliveredError, code_of
from bot.slack.oauth.workspaces import Bot
from bot.slack.payloads import Place
from bot.slack.render.renderer import SlackMessage, only_text
from bot.slack.response_url import ResponseUrl

Call = Callable[[str, dict[str, Any]], Awaitable[object]]
"""A Web API call, given the token and the message's fields."""


_NOTHING = SlackMessage("", [])


class Tokens(Protocol):
    """Where delivery gets another token when Slack takes one no longer."""

    async def renew(self, bot: Bot) -> str | None:
        """Return a newer token than the dead one of ``bot``, or None: then the workspace is forgotten."""


class Delivery:
    """The ways to a person or channel, over one client for all workspaces."""

    def __init__(self, client: AsyncWebClient, metrics: Metrics, tokens: Tokens) -> None:
        self._client = client
        self._metrics = metrics
        self._tokens = tokens

    async def post(self, bot: Bot, place: Place, message: SlackMessage, reply: Reply | None = None) -> None:
        """Post ``message`` where ``place`` says: in its thread, or in the channel.

        ``reply`` is what the message shows; with it, a message that Slack refuses is sent again as short text.
        Raises UndeliveredError when Slack does not take it in any form.
        """

        async def call(token: str, fields: dict[str, Any]) -> object:
            return await self._client.chat_postMessage(
                token=token, channel=place.channel, thread_ts=place.thread, **fields
            )

        await self._send(bot, message, reply, call)

    async def whisper(
        self, bot: Bot, place: Place, message: SlackMessage, reply: Reply | None = None, *, thread: str | None = None
    ) -> None:
        """Post ``message`` for the person alone, in ``thread`` where it is one that people already write in.

        Raises UndeliveredError. Slack does not promise that an ephemeral message is seen
        (https://docs.slack.dev/reference/methods/chat.postEphemeral).
        """

        async def call(token: str, fields: dict[str, Any]) -> object:
            shown = {name: value for name, value in fields.items() if not name.startswith("unfurl")}
            return await self._client.chat_postEphemeral(
                token=token, channel=place.channel, user=place.user, thread_ts=thread, **shown
            )

        await self._send(bot, message, reply, call)

    async def publish_home(self, bot: Bot, user: str, view: View) -> None:
        """Show ``view`` on the Home tab of ``user``. Raises UndeliveredError."""

        async def call(token: str, _fields: dict[str, Any]) -> object:
            return await self._client.views_publish(token=token, user_id=user, view=view)

        await self._send(bot, _NOTHING, None, call)

    async def suggest(self, bot: Bot, channel: str, prompts: list[dict[str, str]], title: str) -> None:
        """Show ``prompts`` in the app's conversation. Raises UndeliveredError, counted but not logged: workspaces
        without the agent view refuse every such call.

        Without ``thread_ts``: in the agent view Slack ignores the call otherwise
        (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts).
        """

        async def call(token: str, _fields: dict[str, Any]) -> object:
            return await self._client.assistant_threads_setSuggestedPrompts(
                token=token, channel_id=channel, prompts=prompts, title=title
            )

        await self._send(bot, _NOTHING, None, call, quiet=True)

    async def respond(self, url: ResponseUrl, message: SlackMessage, reply: Reply, **how: Any) -> bool:
        """Send ``message`` through ``url``; ``how`` holds fields such as ``replace_original``.

        Returns whether it went: False where the URL is spent, or Slack refuses (which is counted). A message that
        Slack refuses as it is goes again as short text.
        """
        with self._metrics.send_seconds.labels("slack").time():
            for shown in (message, only_text(reply)):
                if not url.usable:
                    return False
                try:
                    await url.send({**shown.payload, **how})
                except UndeliveredError as error:
                    self.gave_up(error.code, type_of(reply))
                    if error.code != "response_url_400":
                        return False
                else:
                    return True
        return False

    def gave_up(self, code: str, kind: str = "", *, quiet: bool = False) -> None:
        """Count, and unless ``quiet`` log, that something was refused or lost."""
        self._metrics.failed("slack", code)
        if not quiet:
            get_logger().warning("undelivered", platform="slack", code=code, type=kind)

    async def _send(
        self, bot: Bot, message: SlackMessage, reply: Reply | None, call: Call, *, quiet: bool = False
    ) -> None:
        kind = type_of(reply) if reply else ""
        token, renewed, shortened = bot.token, False, False
        with self._metrics.send_seconds.labels("slack").time():
            while token:
                try:
                    await call(token, message.payload)
                except SEND_ERRORS as error:
                    code = code_of(error)
                    self.gave_up(code, kind, quiet=quiet)
                    if code in TOO_MUCH and reply is not None and not shortened:
                        message, shortened = only_text(reply), True
                    elif code in DEAD_TOKEN and not renewed:
                        token, renewed = await self._tokens.renew(bot), True
                    else:
                        raise UndeliveredError(code) from error
                else:
                    return
        self.gave_up("not_installed", kind, quiet=quiet)
        raise UndeliveredError("not_installed")
