"""Who is speaking, where, and whether it is meant for this bot. Pure functions over Telegram's messages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Chat, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from bot.dialogue.actions import IN_PLACE, parse_action
from bot.dialogue.message import Author
from bot.state.batch import Batch
from bot.telegram.render.keyboards import is_menu_page

EPHEMERAL = "ephemeral_message_id"
"""What a message that one person in a group sees alone has in place of a number."""

_BLANKS = re.compile(r"\s+")
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer: a chat, perhaps a forum topic in it, and in groups the message answered."""

    chat_id: int
    private: bool
    thread_id: int | None = None
    reply_to: int | None = None


def conversation_key(chat_id: int, person: int) -> str:
    """Return the key of one person's conversation in one chat; in a private chat both ids are the same."""
    return f"telegram:{chat_id}:{person}"


def group_key(chat_id: int) -> str:
    """Return the key of a group as a whole (has it been greeted?)."""
    return f"telegram:{chat_id}:group"


def is_group(chat: Chat) -> bool:
    return chat.type in _GROUPS


def place_of(message: MaybeInaccessibleMessage) -> Place:
    """Return where to answer ``message``: in groups as a reply, in the same forum topic."""
    private = message.chat.type == ChatType.PRIVATE
    thread = None
    if isinstance(message, Message) and message.is_topic_message:
        thread = message.message_thread_id
    return Place(message.chat.id, private, thread, None if private else message.message_id)


def author_of(
    place: Place, speaker: int, username: str, locale: str | None, batch: Batch | None, delivery: str
) -> Author:
    """Return whoever speaks in ``place``, as the desk knows them; ``username`` is the bot's."""
    person, group = conversation_key(speaker, speaker), not place.private
    return Author(
        platform="telegram",
        person=person,
        conversation=conversation_key(place.chat_id, speaker),
        chat=f"telegram:{place.chat_id}" if group else "",
        private=place.private,
        paced=group,
        met=group,
        locale=locale,
        form=f"/{{}}@{username}" if group else "/{}",
        batch=batch,
        delivery=f"telegram:{place.chat_id}:{delivery}",
    )


def speaker_of(message: Message) -> int:
    """Return the id of whoever wrote ``message``: a person, or the chat that an anonymous admin writes for."""
    if message.sender_chat is not None:
        return message.sender_chat.id
    return message.from_user.id if message.from_user is not None else message.chat.id


def is_from_people(message: Message, me: User) -> bool:
    """Say whether a person wrote ``message``, an anonymous admin too; not a bot, or this bot's inline mode."""
    if message.is_automatic_forward or (message.via_bot is not None and message.via_bot.id == me.id):
        return False
    user = message.from_user
    return user is not None and (not user.is_bot or message.sender_chat is not None)


def said_to(message: Message, me: User) -> str | None:
    """Return the words of ``message`` to this bot, in a group without the mention; None where none are meant for it.

    In a group these are messages that mention it (by name or, without a username, by link) and replies to it, unless
    they begin with a command to some bot: commands have handlers of their own.
    """
    text = message.text or message.caption or ""
    if message.chat.type == ChatType.PRIVATE:
        return text or None
    if not is_group(message.chat) or _begins_with_command(message):
        return None
    mentions = mentions_in(message, me)
    for words in mentions:
        text = text.replace(words, " ", 1)
    if not mentions and not _replies_to(message, me):
        return None
    return _BLANKS.sub(" ", text).strip(" ,:;")


def mentions_in(message: Message, me: User) -> list[str]:
    """Return the words of ``message`` that name this bot."""
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    found = {}
    if message.text:
        found = message.parse_entities(kinds)
    elif message.caption:
        found = message.parse_caption_entities(kinds)
    name = f"@{me.username}".lower()
    return [
        words
        for entity, words in found.items()
        if (entity.user.id == me.id if entity.user is not None else words.lower() == name)
    ]


def claimed_in(message: Message, me: User) -> str:
    """Return the words of somebody else that ``message`` replies to, the part that it quotes first; "" without any."""
    replied = message.reply_to_message
    if _replies_to(message, me) or (replied is not None and replied.forum_topic_created is not None):
        return ""
    if message.quote is not None:
        return message.quote.text
    return (replied.text or replied.caption or "") if replied is not None else ""


def holds_a_file(message: Message) -> bool:
    """Say whether ``message``, or what it replies to, is a picture, a voice or the like."""
    return any(one is not None and one.effective_attachment is not None for one in (message, message.reply_to_message))


def answered_in(message: Message, me: User) -> InlineKeyboardMarkup | None:
    """Return the keyboard of this bot's message that ``message`` replies to, sent by itself or by inline mode."""
    replied = message.reply_to_message
    if replied is None:
        return None
    sent_for = replied.via_bot is not None and replied.via_bot.id == me.id
    return replied.reply_markup if sent_for or _replies_to(message, me) else None


def command_words(message: Message) -> tuple[str, str, str] | None:
    """Return the parts of a text that begins with a command: its name, the bot it names (or ""), the rest; or None."""
    text = message.text or ""
    if not text or not _begins_with_command(message):
        return None
    head, *rest = text.split(maxsplit=1)
    name, _, username = head.removeprefix("/").partition("@")
    return name.lower(), username, _BLANKS.sub(" ", "".join(rest)).strip()


def _begins_with_command(message: Message) -> bool:
    return any(
        entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0
        for entity in (*message.entities, *message.caption_entities)
    )


def _replies_to(message: Message, me: User) -> bool:
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return False
    return replied.from_user is not None and replied.from_user.id == me.id


def turn_of(update: Update) -> str:
    """Return what the order is kept by: the private chat, or the person in a group, or elsewhere (inline mode).

    In a group answers may wait for the pace that Telegram allows; nobody waits for another's.
    """
    chat, user = update.effective_chat, update.effective_user
    return ":".join(str(one.id) for one in (chat, user) if one is not None)


def tap_of(update: Update) -> tuple[str, ...]:
    """Return what a press asks for, where a second tap would send it again; nothing for what changes in place."""
    query = update.callback_query
    if query is None or query.message is None:
        return ()
    action = parse_action(str(query.data or ""))
    if action is not None and (action.verb in IN_PLACE or is_menu_page(action)):
        return ()
    message, code = query.message, action.code if action is not None else str(query.data)
    number = message.api_kwargs.get(EPHEMERAL, message.message_id)
    return (str(message.chat.id), str(number), str(query.from_user.id), code)
