"""The ways to one person alone: the request's own ``response_url``, else an ephemeral message by the Web API.

Slack does not promise that an ephemeral message is seen, and refuses it where the bot or the person is no member
(https://docs.slack.dev/reference/methods/chat.postEphemeral).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.dialogue.reply import Reply, SmallTalkReply
from bot.slack.failures import UndeliveredError
from bot.slack.oauth.workspaces import Bot
from bot.slack.payloads import Place
from bot.slack.render.renderer import SlackMessage, saying
from bot.slack.response_url import ResponseUrl
from bot.slack.sending import Delivery
from content.schema.phrases import Phrases


class Asides:
    """Sends what others need not see. ``rendered`` makes messages, ``phrases`` finds the sentences of a language."""

    def __init__(
        self, delivery: Delivery, rendered: Callable[..., SlackMessage], phrases: Callable[[str], Phrases]
    ) -> None:
        self._delivery = delivery
        self._rendered = rendered
        self._phrases = phrases

    async def reply(
        self,
        bot: Bot,
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
            await self._delivery.whisper(bot, place, message, reply, thread=thread)
        except UndeliveredError:
            if place.direct:
                await self._delivery.post(bot, place, message, reply)
            else:
                failed = saying(self._phrases(reply.lang).ephemeral_failed)
                await self._delivery.post(bot, replace(place, thread=root), failed)

    async def notice(
        self, bot: Bot, place: Place, notice: SmallTalkReply, url: ResponseUrl | None = None, thread: str | None = None
    ) -> None:
        """Send a line that only matters now: where it cannot be delivered nothing else is said.

        Raises UndeliveredError.
        """
        message = self._rendered(notice)
        if await self._respond(url, message, notice, thread):
            return
        if place.direct:
            await self._delivery.post(bot, place, message)
        else:
            await self._delivery.whisper(bot, place, message, thread=thread)

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
        return url is not None and await self._delivery.respond(url, message, reply, **how)
