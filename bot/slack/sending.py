"""Sends messages to Slack, and knows what to do about each way in which Slack can refuse them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol

from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.dialogue.reply import Notice, Reply, type_of
from bot.logs import get_logger
from bot.metrics import Metrics
from bot.slack.client import DEAD_TOKEN, SEND_ERRORS, TOO_MUCH, PassingError, UndeliveredError, code_of, undelivered
from bot.slack.oauth.workspaces import Workspace
from bot.slack.payloads import Place
from bot.slack.render.renderer import SlackMessage, only_text, saying
from bot.slack.response_url import ResponseUrl
from content.schema.phrases import Phrases

Call = Callable[[str, dict[str, Any]], Awaitable[object]]
"""A Web API call, given the token and the message's fields."""


_NOTHING = SlackMessage("", [])


class Tokens(Protocol):
    """Where the sender gets another token when Slack takes one no longer."""

    async def renew(self, workspace: Workspace) -> str | None:
        """Return a newer token than the dead one of ``workspace``, or None: then the workspace is forgotten."""


class Sender:
    """The ways to a person or channel, over one client for all workspaces."""

    def __init__(self, client: AsyncWebClient, metrics: Metrics, tokens: Tokens) -> None:
        self._client = client
        self._metrics = metrics
        self._tokens = tokens

    async def post(self, workspace: Workspace, place: Place, message: SlackMessage, reply: Reply | None = None) -> None:
        """Post ``message`` where ``place`` says: in its thread, or in the channel.

        ``reply`` is what the message shows; with it, a message that Slack refuses is sent again as short text.
        Raises UndeliveredError when Slack does not take it in any form.
        """

        async def call(token: str, fields: dict[str, Any]) -> object:
            return await self._client.chat_postMessage(
                token=token, channel=place.channel, thread_ts=place.thread, **fields
            )

        await self._send(workspace, place, message, reply, call)

    async def post_privately(
        self,
        workspace: Workspace,
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

        async def call(token: str, fields: dict[str, Any]) -> object:
            shown = {name: value for name, value in fields.items() if not name.startswith("unfurl")}
            return await self._client.chat_postEphemeral(
                token=token, channel=place.channel, user=place.user, thread_ts=thread, **shown
            )

        await self._send(workspace, place, message, reply, call)

    async def publish_home(self, workspace: Workspace, place: Place, view: View) -> None:
        """Show ``view`` on the person's Home tab. Raises UndeliveredError."""

        async def call(token: str, _fields: dict[str, Any]) -> object:
            return await self._client.views_publish(token=token, user_id=place.user, view=view)

        await self._send(workspace, place, _NOTHING, None, call)

    async def suggest(self, workspace: Workspace, place: Place, prompts: list[dict[str, str]], title: str) -> None:
        """Show ``prompts`` in the app's conversation. Raises UndeliveredError, counted but not logged: workspaces
        without the agent view refuse every such call.

        Without ``thread_ts``: in the agent view Slack ignores the call otherwise
        (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts).
        """

        async def call(token: str, _fields: dict[str, Any]) -> object:
            return await self._client.assistant_threads_setSuggestedPrompts(
                token=token, channel_id=place.channel, prompts=prompts, title=title
            )

        await self._send(workspace, place, _NOTHING, None, call, quiet=True)

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
                    self._gave_up(error.code, type_of(reply), url.request)
                    if error.code != "response_url_400":
                        return False
                else:
                    return True
        return False

    def _gave_up(self, code: str, kind: str, request: str, *, quiet: bool = False) -> None:
        """Count, and unless ``quiet`` log, that something was refused or lost."""
        self._metrics.failed("slack", code)
        if not quiet:
            get_logger().warning("undelivered", platform="slack", code=code, type=kind, request=request)

    async def _send(
        self,
        workspace: Workspace,
        place: Place,
        message: SlackMessage,
        reply: Reply | None,
        call: Call,
        *,
        quiet: bool = False,
    ) -> None:
        kind = type_of(reply) if reply else ""
        token, renewed, shortened = workspace.token, False, False
        with self._metrics.send_seconds.labels("slack").time():
            while token:
                try:
                    await call(token, message.payload)
                except SEND_ERRORS as error:
                    code = code_of(error)
                    self._gave_up(code, kind, place.request, quiet=quiet)
                    if code in TOO_MUCH and reply is not None and not shortened:
                        message, shortened = only_text(reply), True
                    elif code in DEAD_TOKEN and not renewed:
                        token, renewed = await self._tokens.renew(workspace), True
                    else:
                        raise undelivered(code) from error
                else:
                    return
        self._gave_up("not_installed", kind, place.request, quiet=quiet)
        raise UndeliveredError("not_installed")


class PrivateWays:
    """Sends what others need not see. ``rendered`` makes messages, ``phrases`` finds the sentences of a language."""

    def __init__(
        self, sender: Sender, rendered: Callable[..., SlackMessage], phrases: Callable[[str], Phrases]
    ) -> None:
        self._sender = sender
        self._rendered = rendered
        self._phrases = phrases

    async def reply(
        self,
        workspace: Workspace,
        place: Place,
        reply: Reply,
        url: ResponseUrl | None = None,
        *,
        thread: str | None = None,
        root: str | None = None,
        replacing: bool = False,
    ) -> None:
        """Send ``reply`` to the person alone, in ``thread`` where people already write in one.

        ``replacing`` puts it in the place of the private message that ``url`` belongs to. Where it cannot be
        delivered, the thread of ``root`` says so, without it. Raises UndeliveredError where that fails too.
        """
        message = self._rendered(reply, sharable=True)
        if await self._respond(url, message, reply, thread, replacing=replacing):
            return
        try:
            await self._sender.post_privately(workspace, place, message, reply, thread=thread)
        except PassingError:
            raise
        except UndeliveredError:
            if place.direct:
                await self._sender.post(workspace, place, message, reply)
            else:
                failed = saying(self._phrases(reply.lang).ephemeral_failed)
                await self._sender.post(workspace, replace(place, thread=root), failed)

    async def notice(
        self,
        workspace: Workspace,
        place: Place,
        notice: Notice,
        url: ResponseUrl | None = None,
        thread: str | None = None,
    ) -> None:
        """Send a line that only matters now: where it cannot be delivered nothing else is said.

        Raises UndeliveredError.
        """
        message = self._rendered(notice)
        if await self._respond(url, message, notice, thread):
            return
        if place.direct:
            await self._sender.post(workspace, place, message)
        else:
            await self._sender.post_privately(workspace, place, message, thread=thread)

    async def _respond(
        self,
        url: ResponseUrl | None,
        message: SlackMessage,
        reply: Reply,
        thread: str | None,
        *,
        replacing: bool = False,
    ) -> bool:
        how: dict[str, Any] = {"response_type": "ephemeral", "replace_original": replacing}
        how |= {"thread_ts": thread} if thread else {}
        return url is not None and await self._sender.respond(url, message, reply, **how)
