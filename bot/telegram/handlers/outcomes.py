"""Carries out what the desk says: how each outcome reaches a person on Telegram."""

from __future__ import annotations

from functools import lru_cache

from telegram import Bot

from bot.dialogue.commands import START_CAUTION, link_to
from bot.dialogue.message import Author
from bot.dialogue.reply import LanguageReply, Reply, is_urgent
from bot.service.desk import Desk
from bot.service.outcome import Outcome, Say, Wait
from bot.telegram.addressing import Place
from bot.telegram.handlers.whispers import Whispers
from bot.telegram.render.keyboards import deep_link, link_keyboard
from bot.telegram.render.renderer import Rendered, plain, render
from bot.telegram.sending import Sender
from content.schema.languages import LanguageCard
from content.schema.phrases import Phrases

RENDERED = 256
"""Messages kept ready: splitting and measuring one takes longer than deciding on it."""


class Outcomes:
    """In private a reply is sent as it is, in groups without personal matters."""

    def __init__(self, desk: Desk, sender: Sender, bot: Bot, whispers: Whispers) -> None:
        self._desk = desk
        self._sender = sender
        self._bot = bot
        self._whispers = whispers
        self._kept_ready = lru_cache(maxsize=RENDERED)(self._render)

    async def carry_out(self, place: Place, author: Author, outcome: Outcome) -> None:
        """Say what is to be said in ``place``. Raises NotDoneError."""
        match outcome:
            case Say() if not place.private and (outcome.private or outcome.caution):
                urgent = is_urgent(outcome.reply)
                if await self._sender.send(place, self._way_to_private(outcome), author.batch, urgent=urgent):
                    await self._desk.said(outcome, author)
            case Say():
                pressed_alone = not place.private and await self._whispers.taken()
                urgent, shown = is_urgent(outcome.reply), self.rendered(outcome.reply, place, whispering=pressed_alone)
                if await self._sender.send(place, shown, author.batch, urgent=urgent):
                    await self._desk.said(outcome, author)
            case Wait() if not outcome.told:
                await self._sender.send(place, plain(outcome.notice.text), author.batch)

    def rendered(self, reply: Reply, place: Place, *, whispering: bool = False) -> Rendered:
        """Return ``reply`` as it is sent to ``place``; ``whispering``: presses there are answered to one person."""
        return self._kept_ready(reply, not place.private, whispering, self._desk.catalogue.digest)

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
