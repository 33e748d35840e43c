"""Messages in a group that one person sees alone: what a press asks for. Telegram calls them ephemeral.

Bots may send one within 15 seconds of a press, with the press's id
(https://core.telegram.org/bots/api#ephemeral-messages-and-commands); it has no number of its own among the chat's
messages. docs/decisions/009-ephemeral-messages.md says what was looked at.
"""

from __future__ import annotations

import asyncio

from telegram import Bot, CallbackQuery
from telegram.error import BadRequest, EndPointNotFound, TelegramError

from bot.metrics import Metrics
from bot.telegram.addressing import EPHEMERAL, Place
from bot.telegram.render.renderer import Rendered, text_parameters
from bot.telegram.sending import NO_PREVIEW

UNKNOWN_METHOD = "method not found"
ASK_SECONDS = 1.0
"""How long an answer waits for what the server says to that: it is well without."""


class Whispers:
    """Sends them, where the server takes them. A server that does not know them would show them to everybody.

    Which of the two it is, is asked once, by a call that changes nothing, and remembered for the process.
    """

    def __init__(self, bot: Bot, metrics: Metrics) -> None:
        self._bot = bot
        self._metrics = metrics
        self._taken: bool | None = None
        self._asking: asyncio.Task[None] | None = None
        self._asked = 0.0

    async def taken(self) -> bool:
        """Say whether the server takes them; not where it could not be asked, or does not say so at once."""
        if self._taken is None:
            now = asyncio.get_running_loop().time()
            if self._asking is None or self._asking.done():
                self._asking, self._asked = asyncio.create_task(self._ask()), now
            await asyncio.wait({self._asking}, timeout=max(0.0, self._asked + ASK_SECONDS - now))
        return bool(self._taken)

    async def _ask(self) -> None:
        nothing = {"chat_id": self._bot.id, "receiver_user_id": self._bot.id, EPHEMERAL: 1}
        try:
            await self._bot.do_api_request("deleteEphemeralMessage", nothing)
        except EndPointNotFound:
            self._taken = False
        except BadRequest as error:
            self._taken = UNKNOWN_METHOD not in error.message.lower()
        except TelegramError as error:
            self._metrics.failed("telegram", type(error).__name__)
        else:
            self._taken = True

    async def whisper(self, query: CallbackQuery, place: Place, rendered: Rendered) -> bool:
        """Show ``rendered`` in ``place`` to whoever pressed, alone; return False where that cannot be."""
        if not await self.taken():
            return False
        heard = {"receiver_user_id": query.from_user.id, "callback_query_id": query.id}
        for text in rendered.texts:
            try:
                shown = await self._bot.send_message(
                    place.chat_id,
                    **text_parameters(text),
                    link_preview_options=NO_PREVIEW,
                    message_thread_id=place.thread_id,
                    reply_markup=rendered.keyboard if text is rendered.texts[-1] else None,
                    # As 10.3 takes it, and as 10.2 did: to a server of either only one person sees it.
                    api_kwargs={"ephemeral_message_parameters": heard, **heard},
                )
            except TelegramError as error:
                self._metrics.failed("telegram", type(error).__name__)
                return False
            if EPHEMERAL not in shown.api_kwargs:
                self._taken = False
                return True
        return True
