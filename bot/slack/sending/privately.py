"""The ways to one person that others need not see, and from the open down to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from bot.dialogue.reply import Notice, Reply, is_urgent
from bot.slack.payloads import Place
from bot.slack.render.renderer import SlackMessage, saying
from bot.slack.sending.errors import PassingError, Remedy, UndeliveredError, remedy_for
from bot.slack.sending.response_url import ResponseUrl
from bot.slack.sending.sender import Sender
from content.schema.phrases import Phrases

PATIENT_SECONDS = 1.0
"""How long urgent help waits for the channel before it goes to the direct message: in trouble only."""


class PrivateWays:
    """Sends what others need not see. ``rendered`` makes messages, ``phrases`` finds the sentences of a language.

    What one person reads alone may unfold; in the open nothing longer than a first message is posted.
    """

    def __init__(
        self, sender: Sender, rendered: Callable[..., SlackMessage], phrases: Callable[[str], Phrases]
    ) -> None:
        self._sender = sender
        self._rendered = rendered
        self._phrases = phrases

    async def reply(
        self,
        place: Place,
        reply: Reply,
        url: ResponseUrl | None = None,
        *,
        root: str | None = None,
        replacing: bool = False,
    ) -> None:
        """Send ``reply`` to the person alone, in the thread where people write already in one.

        ``replacing`` puts it in the place of the private message that ``url`` belongs to. Where it cannot be
        delivered, the thread of ``root`` says so, without it. Raises UndeliveredError where that fails too.
        """

        async def way() -> bool:
            message = self._rendered(reply, sharable=True, unfolding=True)
            if await self._respond(url, place, message, reply, replacing=replacing):
                return True
            try:
                await self._whisper(place, message, reply)
            except UndeliveredError as error:
                # In a channel the direct message is tried beside it.
                urgent_here = place.direct and is_urgent(reply)
                if not urgent_here and not _leads_down(error, reply):
                    raise
            else:
                return True
            try:
                await self._directly(place, message, reply)
            except PassingError:
                raise
            except UndeliveredError:
                if place.direct:
                    raise
                failed = saying(self._phrases(reply.lang).ephemeral_failed)
                await self._sender.post(replace(place, thread=root), failed)
            return False

        await self._go(way(), place, reply)

    async def openly(self, place: Place, reply: Reply) -> None:
        """Post ``reply`` where ``place`` says; where that cannot be, to the person alone: in the channel, or directly.

        Raises UndeliveredError where no way is left.
        """

        async def way() -> bool:
            message = self._rendered(reply, unfolding=place.direct)
            try:
                await self._sender.post(place, message, reply)
            except UndeliveredError as error:
                if not _leads_down(error, reply):
                    raise
                if place.direct:
                    if place.thread is None:
                        raise
                    await self._sender.post(replace(place, thread=None), message, reply)
                    return True
                try:
                    await self._whisper(place, message, reply)
                except UndeliveredError as second:
                    if not _leads_down(second, reply):
                        raise
                    await self._directly(place, message, reply)
                    return False
            return True

        await self._go(way(), place, reply)

    async def keep(self, place: Place, reply: Reply) -> bool:
        """Send urgent help that was shown in a channel to the person's direct message too, where it stays.

        Returns whether it has arrived there. Raises NotDoneError where it may go later; any other failure leaves it at
        what was shown.
        """
        if place.direct or not is_urgent(reply):
            return False
        try:
            await self._directly(place, self._rendered(reply), reply)
        except PassingError:
            raise
        except UndeliveredError:
            return False
        return True

    async def _go(self, way: Coroutine[Any, Any, bool], place: Place, reply: Reply) -> None:
        """Go ``way``, which says whether the person's direct message lacks what was shown; urgent help is kept there.

        Where the channel holds urgent help up, or refuses it for now, that goes first: then it has arrived, whatever
        becomes of the channel.
        """
        if place.direct or not is_urgent(reply):
            await way
            return
        shown = asyncio.ensure_future(way)
        try:
            await asyncio.wait({shown}, timeout=PATIENT_SECONDS)
            late = not shown.done() or isinstance(shown.exception(), PassingError)
            if late and await self._arrives(place, reply):
                with suppress(UndeliveredError):
                    await shown
            elif await shown:
                await self.keep(place, reply)
        finally:
            if not shown.done():
                shown.cancel()
                await asyncio.wait({shown})

    async def _arrives(self, place: Place, reply: Reply) -> bool:
        try:
            return await self.keep(place, reply)
        except PassingError:
            return False

    async def _whisper(self, place: Place, message: SlackMessage, reply: Reply) -> None:
        """Post for the person alone, outside of the thread where it cannot be answered in."""
        try:
            await self._sender.post_privately(place, message, reply, thread=place.joined)
        except UndeliveredError as error:
            if place.joined is None or remedy_for(error.code) is not Remedy.UNTHREAD:
                raise
            await self._sender.post_privately(place, message, reply)

    async def _directly(self, place: Place, message: SlackMessage, reply: Reply) -> None:
        """Post in the person's direct message with the bot; Slack takes the person's id as its channel
        (https://docs.slack.dev/reference/methods/chat.postMessage#channels)."""
        own = replace(place, channel=place.channel if place.direct else place.user, thread=None, direct=True)
        try:
            await self._sender.post(own, message, reply)
        except PassingError:
            raise
        except UndeliveredError:
            if not place.direct or place.channel == place.user:
                raise
            await self._sender.post(replace(own, channel=place.user), message, reply)

    async def notice(
        self,
        place: Place,
        notice: Notice,
        url: ResponseUrl | None = None,
    ) -> None:
        """Send a line that only matters now: where it cannot be delivered nothing else is said.

        Raises UndeliveredError.
        """
        message = self._rendered(notice)
        if await self._respond(url, place, message, notice):
            return
        if place.direct:
            await self._sender.post(place, message)
        else:
            await self._sender.post_privately(place, message, thread=place.joined)

    async def _respond(
        self, url: ResponseUrl | None, place: Place, message: SlackMessage, reply: Reply, *, replacing: bool = False
    ) -> bool:
        how: dict[str, Any] = {"response_type": "ephemeral", "replace_original": replacing}
        how |= {"thread_ts": place.joined} if place.joined else {}
        return url is not None and await self._sender.respond(url, message, reply, **how)


def _leads_down(error: UndeliveredError, reply: Reply) -> bool:
    """Say whether the next way to the person may do better; for urgent help each way is tried that there is."""
    remedy = remedy_for(error.code)
    return remedy in (Remedy.UNTHREAD, Remedy.SHORTEN, Remedy.DOWN) or (remedy is Remedy.GIVE_UP and is_urgent(reply))
