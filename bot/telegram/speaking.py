"""How a reply reaches a person: in private as it is, in groups at a measured pace and without personal matters."""

from __future__ import annotations

from functools import lru_cache

from telegram import Bot

from bot.dialogue.firstcontact import introduced
from bot.dialogue.privacy import holds_personal_number
from bot.dialogue.reply import Answer, Reply, SmallTalkReply, UrgentReply, type_of
from bot.logs import get_logger
from bot.service.services import Services
from bot.state.limits import GROUP_LIMIT, GROUP_PACE, Verdict, wait_notice
from bot.telegram.addressing import Heard, Place
from bot.telegram.render.keyboards import START_CAUTION, START_PRIVATE, START_URGENT, deep_link, link_keyboard
from bot.telegram.render.renderer import Rendered, plain, render
from bot.telegram.sending import Delivery
from content.schema.phrases import Phrases

NOTICES = "1/minute"
"""Requests to wait in one group. More would be the noise that they ask to spare."""


RENDERED = 256
"""Messages kept ready: splitting and measuring one takes longer than deciding on it."""


class Speaking:
    """Sends replies to what was heard."""

    def __init__(self, services: Services, delivery: Delivery, bot: Bot) -> None:
        self._services = services
        self._conversation = services.conversation
        self._delivery = delivery
        self._bot = bot
        self._kept_ready = lru_cache(maxsize=RENDERED)(self._render)

    async def reply(self, heard: Heard, reply: Reply) -> None:
        """Send ``reply``; in private with a line on what this is, the first time."""
        if heard.place.private:
            await self._reply_in_private(heard, reply)
        elif reply.personal or holds_personal_number(heard.question.text):
            await self._point_to_private(heard, reply)
        elif seconds := await self.pause_needed(heard.place):
            await self._ask_group_to_wait(heard.place, reply.lang, seconds)
        else:
            await self.send_new(heard.place, reply)

    async def pause_needed(self, place: Place) -> int:
        """Count one answer in a group; return 0 where it may be given, else the seconds to wait."""
        for limit in (GROUP_PACE, GROUP_LIMIT):
            ruling = await self._services.limits.check(limit, "telegram", "answers", str(place.chat_id))
            if ruling.verdict is not Verdict.ALLOW:
                self._services.metrics.limited("telegram")
                return ruling.seconds
        return 0

    async def ask_to_wait(self, heard: Heard, seconds: int) -> None:
        """Say that too much came at once, and how long to wait."""
        lang = await self._conversation.language(heard.question)
        if heard.place.private:
            await self._delivery.send(heard.place, plain(wait_notice(self._phrases(lang), seconds)))
        else:
            await self._ask_group_to_wait(heard.place, lang, seconds)

    async def say_in_group(self, chat_id: int, text: str) -> None:
        """Send one plain line to a group."""
        await self._delivery.send(Place(chat_id, private=False), plain(text))

    async def send_new(self, place: Place, reply: Reply, below: str = "") -> None:
        """Send ``reply`` as a new message, whatever the place, with the line ``below`` under it."""
        if await self._delivery.send(place, self.rendered(reply, below)):
            self.note(reply)

    def rendered(self, reply: Reply, below: str = "") -> Rendered:
        """Return ``reply`` as it is sent."""
        return self._kept_ready(reply, below, self._conversation.catalogue.digest)

    def note(self, reply: Reply) -> None:
        """Count and log one reply, without what it says."""
        self._services.metrics.replied("telegram", reply)
        entry = reply.slug if isinstance(reply, Answer) else ""
        get_logger().info("replied", platform="telegram", type=type_of(reply), entry=entry, lang=reply.lang)

    async def _reply_in_private(self, heard: Heard, reply: Reply) -> None:
        """Send ``reply``, at first contact with a line under it; not under urgent help; a greeting is welcomed."""
        below = ""
        if not isinstance(reply, UrgentReply) and await self._conversation.first_contact(heard.key):
            phrases = self._phrases(reply.lang)
            if isinstance(reply, SmallTalkReply) and reply.kind == "greeting":
                await self._conversation.begin(heard.key, reply.lang)
                reply = self._conversation.replies.welcome(reply.lang, heard.question.locale)
            elif with_line := introduced(reply, phrases):
                reply = with_line
            else:
                below = phrases.welcome_short
        await self.send_new(heard.place, reply, below)

    async def _point_to_private(self, heard: Heard, reply: Reply) -> None:
        """In place of a personal reply: one line, and a link to the private chat. No pace holds it up.

        A personal number is not spoken of before the others; the private chat asks not to share any.
        """
        phrases = self._phrases(reply.lang)
        payload = _payload(reply)
        if holds_personal_number(heard.question.text) and not isinstance(reply, UrgentReply):
            payload = f"{START_CAUTION}{payload}"
        keyboard = link_keyboard(phrases.continue_privately, deep_link(self._bot.username, payload))
        if await self._delivery.send(heard.place, plain(phrases.private_matter, keyboard)):
            self.note(reply)

    async def _ask_group_to_wait(self, place: Place, lang: str, seconds: int) -> None:
        ruling = await self._services.limits.check(NOTICES, "telegram", "notices", str(place.chat_id))
        if ruling.verdict is Verdict.ALLOW:
            await self._delivery.send(place, plain(wait_notice(self._phrases(lang), seconds)))

    def _render(self, reply: Reply, below: str, _content: str) -> Rendered:
        """Render anew; ``_content`` names the content, whose change makes what was kept ready useless."""
        return render(reply, self._phrases(reply.lang), self._bot.username, below)

    def _phrases(self, lang: str) -> Phrases:
        return self._conversation.catalogue.edition(lang).phrases


def _payload(reply: Reply) -> str:
    if isinstance(reply, UrgentReply):
        return f"{START_URGENT}{reply.kind}"
    return reply.slug if isinstance(reply, Answer) else START_PRIVATE
