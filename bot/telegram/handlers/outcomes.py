"""Carries out what the desk says: how each outcome reaches a person on Telegram, in a group perhaps alone.

What one person in a group sees alone, Telegram calls ephemeral. Bots may send such a message within 15 seconds of a
press, with the press's id (https://core.telegram.org/bots/api#ephemeral-messages-and-commands); it has no number of its
own among the chat's messages. docs/decisions/009-ephemeral-messages.md says what was looked at.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache

from telegram import Bot, CallbackQuery, Message
from telegram.error import BadRequest, EndPointNotFound, TelegramError

from bot.dialogue.commands import START_CAUTION, link_to
from bot.dialogue.message import Author
from bot.dialogue.reply import LanguageReply, Reply, is_urgent
from bot.metrics import Metrics
from bot.service.desk import Desk
from bot.service.outcome import Outcome, Say, Wait
from bot.telegram.addressing import EPHEMERAL, Place
from bot.telegram.render.keyboards import deep_link, link_keyboard
from bot.telegram.render.renderer import Rendered, plain, render, text_parameters
from bot.telegram.sending import NO_PREVIEW, Sender
from content.schema.languages import LanguageCard
from content.schema.phrases import Phrases

UNKNOWN_METHOD = "method not found"
ASK_SECONDS = 1.0
"""How long an answer waits for what the server says to that: it is well without."""


class EphemeralMessages:
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

    async def show(self, query: CallbackQuery, place: Place, rendered: Rendered) -> bool:
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
            # What the server says of any other message does not come here: LaneLimiter.
            if not isinstance(shown, Message):
                self._taken = False
                return True
        return True


RENDERED = 256
"""Messages kept ready: splitting and measuring one takes longer than deciding on it."""


class Outcomes:
    """In private a reply is sent as it is, in groups without personal matters."""

    def __init__(self, desk: Desk, sender: Sender, bot: Bot, metrics: Metrics) -> None:
        self._desk = desk
        self._sender = sender
        self._bot = bot
        self.ephemeral = EphemeralMessages(bot, metrics)
        self._kept_ready = lru_cache(maxsize=RENDERED)(self._render)

    async def carry_out(self, place: Place, author: Author, outcome: Outcome) -> None:
        """Say what is to be said in ``place``. Raises NotDoneError."""
        group = not place.private
        if isinstance(outcome, Say):
            if group and (outcome.private or outcome.caution):
                shown = self._way_to_private(outcome)
            else:
                whispering = group and await self.ephemeral.taken()
                shown = self.rendered(outcome.reply, group=group, whispering=whispering)
            if await self._sender.send(place, shown, author.batch, urgent=is_urgent(outcome.reply)):
                await self._desk.said(outcome, author)
        elif isinstance(outcome, Wait) and not outcome.told:
            await self._sender.send(place, plain(outcome.notice.text), author.batch)

    def rendered(self, reply: Reply, *, group: bool, whispering: bool = False) -> Rendered:
        """Return ``reply`` as it is sent; ``whispering``: presses in the group are answered to one person."""
        return self._kept_ready(reply, group, whispering, self._desk.catalogue.digest)

    def _way_to_private(self, say: Say) -> Rendered:
        """Return what a group sees in place of a personal reply: one line, and a link to the private chat.

        A personal number is not spoken of before the others; the private chat asks not to share any.
        """
        reply, payload = say.reply, link_to(say.reply)
        said: Phrases | LanguageCard = self._desk.phrases(reply.lang)
        if isinstance(reply, LanguageReply):
            said = self._desk.catalogue.language_cards[reply.language]
        if say.caution is not None:
            payload = f"{START_CAUTION}{payload}"
        link = deep_link(self._bot.username, payload)
        return plain(said.private_matter, link_keyboard(said.continue_privately, link))

    def _render(self, reply: Reply, group: bool, whispering: bool, _content: str) -> Rendered:
        """Render anew; ``_content`` names the content, whose change makes what was kept ready useless."""
        phrases = self._desk.phrases(reply.lang)
        return render(reply, phrases, self._bot.username, group=group, whispering=whispering)
