"""What happens to the bot's place in a chat: added, thrown out, blocked, moved to a supergroup."""

from __future__ import annotations

from typing import Any

from telegram import Bot, ChatMember, ChatMemberUpdated, Update

from bot.service.services import Services
from bot.telegram.addressing import conversation_key, group_key, is_group
from bot.telegram.speaking import Speaking

_IN = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED)
_OUT = (ChatMember.LEFT, ChatMember.BANNED)


class Membership:
    """Says hello to groups, once each, and forgets who leaves."""

    def __init__(self, services: Services, speaking: Speaking, bot: Bot) -> None:
        self._conversation = services.conversation
        self._speaking = speaking
        self._bot = bot

    async def on_change(self, update: Update, _context: Any) -> None:
        """The bot was added to a group (hello, once), or a person blocked it (everything kept is dropped)."""
        change = update.my_chat_member
        if change is None:
            return
        if change.chat.type == change.chat.PRIVATE:
            if change.new_chat_member.status == ChatMember.BANNED:
                await self._conversation.forget(conversation_key(change.chat.id, change.chat.id))
            return
        if is_group(change.chat) and _was_added(change):
            await self.greet(change.chat.id, change.from_user.language_code)

    async def on_migration(self, update: Update, _context: Any) -> None:
        """A group became a supergroup, and both say so: it has been greeted under its new id too."""
        message = update.message
        if message is not None:
            await self._conversation.first_contact(group_key(message.migrate_to_chat_id or message.chat.id))

    async def greet(self, chat_id: int, lang: str | None) -> bool:
        """Say hello to a group; return False where that was done before."""
        if not await self._conversation.first_contact(group_key(chat_id)):
            return False
        phrases = self._conversation.catalogue.edition(lang).phrases
        await self._speaking.say_in_group(chat_id, phrases.group_hello.format(name=f"@{self._bot.username}"))
        return True


def _was_added(change: ChatMemberUpdated) -> bool:
    return change.old_chat_member.status in _OUT and change.new_chat_member.status in _IN
