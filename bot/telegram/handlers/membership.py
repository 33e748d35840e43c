"""What happens to the bot's place in a chat: added, thrown out, blocked, moved to a supergroup."""

from __future__ import annotations

from telegram import Bot, ChatMember, ChatMemberUpdated, Message

from bot.dialogue.conversation import Conversation
from bot.state.batch import Batch
from bot.telegram.addressing import Place, conversation_key, group_key, is_group
from bot.telegram.render.renderer import plain
from bot.telegram.sending import Sender

_IN = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED)
_OUT = (ChatMember.LEFT, ChatMember.BANNED)


class Membership:
    """Says hello to groups, once each, and forgets who leaves."""

    def __init__(self, conversation: Conversation, sender: Sender, bot: Bot) -> None:
        self._conversation = conversation
        self._sender = sender
        self._bot = bot

    async def on_change(self, change: ChatMemberUpdated, batch: Batch) -> None:
        """The bot was added to a group (hello, once), or a person blocked it (everything kept is dropped)."""
        if change.chat.type == change.chat.PRIVATE:
            if change.new_chat_member.status == ChatMember.BANNED:
                await self._conversation.through(batch).forget(conversation_key(change.chat.id, change.chat.id))
            return
        if is_group(change.chat) and _was_added(change):
            await self.greet(change.chat.id, change.from_user.language_code, batch)

    async def on_migration(self, message: Message, batch: Batch) -> None:
        """A group became a supergroup, and both say so: it has been greeted under its new id too."""
        chat = message.migrate_to_chat_id or message.chat.id
        await self._conversation.through(batch).recollection.meet(group_key(chat))

    async def greet(self, chat_id: int, lang: str | None, batch: Batch) -> bool:
        """Say hello to a group; return False where that was done before."""
        conversation = self._conversation.through(batch)
        if not await conversation.recollection.is_new(group_key(chat_id)):
            return False
        phrases = conversation.catalogue.edition(lang).phrases
        hello = plain(phrases.group_hello.format(name=f"@{self._bot.username}"))
        await self._sender.send(Place(chat_id, private=False), hello, batch)
        await conversation.recollection.meet(group_key(chat_id))
        return True


def _was_added(change: ChatMemberUpdated) -> bool:
    return change.old_chat_member.status in _OUT and change.new_chat_member.status in _IN
