"""Sends what was rendered, and handles on purpose each way in which Telegram can refuse it.

Refusals by 429 are repeated by the limiter (:mod:`bot.telegram.client`). The rest is here; where a message could
not be sent now and may be later, the update that it answers is not done:

=====================================  ==========================================================================
no connection, 5xx, an error's status  made again, a few times, with growing pauses; then not
without Telegram's word for it,        done
leading elsewhere
429                                    waited out in that chat's lane; again and again, or for long: not done
time-out, 504, connection cut, 200     unclear whether it was sent: urgent help is sent again, and where that stays
with an answer that cannot be read     unclear it is not done; anything else counts as sent
a ``BadRequest``                       as :mod:`bot.telegram.refusals` says of its words: into the chat where the topic
                                       is gone, without markup, buttons or reply where these are at fault (counted as
                                       our mistake), a new message in place of an edit, or given up and counted
``ChatMigrated``                       made again for the supergroup that the group became
``Forbidden``                          the person blocked the bot, or the group removed it: what is kept is dropped
the token is refused                   not done: whoever gives the bot a new token finds the question waiting
=====================================  ==========================================================================
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, MaybeInaccessibleMessage, ReplyParameters
from telegram.constants import CallbackQueryLimit
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import ExtBot

from bot.logs import get_logger
from bot.metrics import Metrics
from bot.service.inbox import NotDoneError
from bot.state.batch import Batch, request_of
from bot.telegram.addressing import Place
from bot.telegram.client import PerhapsSentError, WaitTooLongError
from bot.telegram.refusals import Remedy, remedy_for
from bot.telegram.render.markup import to_entities
from bot.telegram.render.renderer import Rendered, text_parameters

LATER = (Conflict, RetryAfter, WaitTooLongError, InvalidToken, NetworkError)
"""What a call ends with that may be made later, unless it was perhaps done."""
LOST = (Forbidden, ChatMigrated, *LATER)
"""What a call ends with that did not do what it should, beside mistakes in the call itself."""

SEND_PAUSES = (0.5, 2.0, 5.0)
"""Seconds before each further attempt after a network error."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """All outgoing calls but those of ``release``. ``left`` is told of chats that the bot can no longer write to.

    ``start`` runs what nobody waits for, such as answers to presses.
    """

    def __init__(
        self,
        bot: ExtBot[Any],
        metrics: Metrics,
        left: Callable[[int, Batch | None], Awaitable[None]],
        start: Callable[[Coroutine[Any, Any, None]], object],
        pauses: Sequence[float],
    ) -> None:
        self._bot = bot
        self._start = start
        self._metrics = metrics
        self._left = left
        self._pauses = pauses

    async def send(self, place: Place, rendered: Rendered, batch: Batch | None, *, urgent: bool = False) -> bool:
        """Send all of ``rendered`` in order; return False where Telegram took less than all of it.

        Raises NotDoneError where the rest may be taken later. ``batch`` is the delivery's: what was sent of it before
        is not sent again. ``urgent`` help goes before everything else, and rather twice than not at all.
        """
        started, several = time.monotonic(), batch if len(rendered.texts) > 1 else None
        before = await several.parts_before() if several is not None else 0
        for number, text in enumerate(rendered.texts[before:], start=before + 1):
            keyboard = rendered.keyboard if number == len(rendered.texts) else None
            place = replace(place, reply_to=place.reply_to if number == 1 else None)
            moved = await self._send_one(place, text, keyboard, batch, urgent=urgent)
            if moved is None:
                return False
            place = moved
            if several is not None:
                several.parts = number
        self._metrics.sent("telegram", time.monotonic() - started, urgent=urgent)
        return True

    async def edit(
        self, message: MaybeInaccessibleMessage, place: Place, rendered: Rendered, batch: Batch | None
    ) -> None:
        """Show ``rendered`` in place of ``message``, else as a new message. Raises NotDoneError."""
        if len(rendered.texts) > 1:
            await self.send(place, rendered, batch)
            return
        try:
            await self._persist(
                partial(
                    self._bot.edit_message_text,
                    **text_parameters(rendered.texts[0]),
                    chat_id=message.chat.id,
                    message_id=message.message_id,
                    link_preview_options=NO_PREVIEW,
                    reply_markup=rendered.keyboard,
                )
            )
        except BadRequest as error:
            remedy = remedy_for(error)
            if remedy is Remedy.GIVE_UP:
                self._failed(error, batch)
            elif remedy is not Remedy.NOTHING:
                await self.send(place, rendered, batch)
        except LOST as error:
            await self._lost(error, message.chat.id, batch)
            _leave_open(error)

    async def replace_keyboard(
        self, message: MaybeInaccessibleMessage, keyboard: InlineKeyboardMarkup | None, batch: Batch | None
    ) -> None:
        """Change the buttons below ``message``, or take them away. A message that is gone is left alone."""
        try:
            await self._persist(
                partial(self._bot.edit_message_reply_markup, message.chat.id, message.message_id, reply_markup=keyboard)
            )
        except BadRequest as error:
            if remedy_for(error) not in (Remedy.NOTHING, Remedy.ANEW):
                self._failed(error)
        except LOST as error:
            await self._lost(error, message.chat.id, batch)

    async def answer_button(
        self, query: CallbackQuery, text: str | None = None, *, stays: bool = False, link: str | None = None
    ) -> None:
        """Answer a button press, as Telegram asks for every one; ``text`` is shown to the presser alone.

        It is gone in a moment, unless it ``stays`` until they close it. ``link``, to this bot, opens for them.

        Nothing waits for it: an answer to the press that hangs must not hold up what was asked for.
        """
        shown = text[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH] if text else None
        answer = partial(self._bot.answer_callback_query, query.id, text=shown, show_alert=stays or None, url=link)
        self._start(self.answer(answer))

    async def answer(self, call: Callable[[], Awaitable[bool]]) -> None:
        """Make ``call``, the answer to a press or an inline query: what is lost of it is counted, and not missed."""
        try:
            await self._persist(call)
        except BadRequest as error:
            if remedy_for(error) is not Remedy.NOTHING:
                self._failed(error)
        except LOST as error:
            self._failed(error)

    async def _send_one(
        self, place: Place, text: str, keyboard: InlineKeyboardMarkup | None, batch: Batch | None, *, urgent: bool
    ) -> Place | None:
        """Send one message; return the place it went to, or None where it cannot be sent. Raises NotDoneError."""
        parameters = text_parameters(text)
        for _ in range(4):
            reply = ReplyParameters(place.reply_to, allow_sending_without_reply=True) if place.reply_to else None
            call = partial(
                self._bot.send_message,
                place.chat_id,
                **parameters,
                link_preview_options=NO_PREVIEW,
                message_thread_id=place.thread_id,
                reply_parameters=reply,
                reply_markup=keyboard,
                rate_limit_args=urgent,
            )
            try:
                await self._persist(call, though_unclear=urgent)
            except ChatMigrated as error:
                place = replace(place, chat_id=error.new_chat_id, reply_to=None)
            except BadRequest as error:
                self._failed(error, batch)
                remedy = remedy_for(error)
                if remedy is Remedy.INTO_THE_CHAT and place.thread_id is not None:
                    place = replace(place, thread_id=None, reply_to=None)
                elif remedy is Remedy.NO_REPLY and place.reply_to is not None:
                    place = replace(place, reply_to=None)
                elif remedy is Remedy.PLAIN and parameters.keys() != {"text"}:
                    parameters = {"text": to_entities(text)[0]}
                elif remedy is Remedy.NO_BUTTONS and keyboard is not None:
                    keyboard = None
                else:
                    return None
            except PerhapsSentError as error:
                self._failed(error, batch)
                if urgent:
                    raise NotDoneError from None
                return place
            except LOST as error:
                await self._lost(error, place.chat_id, batch)
                _leave_open(error)
                return None
            else:
                return place
        return None

    async def _persist(self, call: Callable[[], Awaitable[object]], *, though_unclear: bool = False) -> None:
        """Make ``call``, and again after errors that show that it did not reach Telegram.

        ``though_unclear``: also after those that leave it open.
        """
        for pause in self._pauses:
            try:
                await call()
                return
            except BadRequest:
                raise
            except NetworkError as error:
                if isinstance(error, PerhapsSentError) and not though_unclear:
                    raise
                self._metrics.retried("telegram")
                await asyncio.sleep(pause)
        await call()

    async def _lost(self, error: Exception, chat_id: int, batch: Batch | None) -> None:
        if isinstance(error, Forbidden):
            await self._left(chat_id, batch)
        self._failed(error, batch)

    def _failed(self, error: Exception, batch: Batch | None = None) -> None:
        """Count and log a call that Telegram refused, by the error's name alone."""
        code = type(error).__name__
        self._metrics.failed("telegram", code)
        get_logger().warning("not sent", platform="telegram", code=code, request=request_of(batch))


def _leave_open(error: Exception) -> None:
    """Raise NotDoneError where ``error`` shows that nothing was sent, and that it may be later."""
    if isinstance(error, LATER) and not isinstance(error, PerhapsSentError):
        raise NotDoneError from None
