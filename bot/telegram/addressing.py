"""Who is speaking, where, and whether it is meant for this bot. Pure functions over Telegram's messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from telegram import Chat, MaybeInaccessibleMessage, Message, MessageEntity, User
from telegram.constants import ChatType

from bot.dialogue.message import Message as Question

_BLANKS = re.compile(r"\s+")
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer: a chat, perhaps a forum topic in it, and in groups the message answered."""

    chat_id: int
    private: bool
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One message for the bot: what it says, where, and the keys under which its sender is known here."""

    question: Question
    place: Place
    person: str

    @property
    def key(self) -> str:
        """The conversation's key."""
        return self.question.conversation

    def saying(self, text: str, locale: str | None) -> Heard:
        """Return the same with another text, and with ``locale`` as the language's hint where there is one."""
        return replace(self, question=replace(self.question, text=text, locale=locale or self.question.locale))


def conversation_key(chat_id: int, person: int) -> str:
    """Return the key of one person's conversation in one chat; in a private chat both ids are the same."""
    return f"telegram:{chat_id}:{person}"


def group_key(chat_id: int) -> str:
    """Return the key of a group as a whole (has it been greeted?)."""
    return f"telegram:{chat_id}:group"


def is_group(chat: Chat) -> bool:
    """Say whether ``chat`` is a group or supergroup."""
    return chat.type in _GROUPS


def place_of(message: MaybeInaccessibleMessage) -> Place:
    """Return where to answer ``message``: in groups as a reply, in the same forum topic."""
    private = message.chat.type == ChatType.PRIVATE
    thread = None
    if isinstance(message, Message) and message.is_topic_message:
        thread = message.message_thread_id
    return Place(message.chat.id, private, thread, None if private else message.message_id)


def hear(message: Message, text: str) -> Heard:
    """Return ``text``, which ``message`` says to the bot, with its place and sender."""
    place = place_of(message)
    user = message.from_user
    speaker = message.sender_chat.id if message.sender_chat else (user.id if user else message.chat.id)
    question = Question(
        text=text,
        conversation=conversation_key(place.chat_id, speaker),
        platform="telegram",
        private=place.private,
        locale=user.language_code if user else None,
    )
    return Heard(question, place, str(speaker))


def is_from_people(message: Message, me: User) -> bool:
    """Say whether a person wrote ``message``, an anonymous admin too; not a bot, or this bot's inline mode."""
    if message.is_automatic_forward or (message.via_bot is not None and message.via_bot.id == me.id):
        return False
    user = message.from_user
    return user is not None and (not user.is_bot or message.sender_chat is not None)


def said_to(message: Message, me: User) -> str | None:
    """Return what a group's ``message`` says to this bot, without the mention; None where it is not meant for it.

    Meant for it are messages that mention it (by name or, without a username, by link) and replies to it, unless
    they begin with a command to some bot: commands have handlers of their own.
    """
    text = message.text or message.caption or ""
    if _begins_with_command(message):
        return None
    mentions = [words for entity, words in _entities(message).items() if _names(entity, words, me)]
    for words in mentions:
        text = text.replace(words, " ", 1)
    if not mentions and not _replies_to(message, me):
        return None
    return _BLANKS.sub(" ", text).strip(" ,:;")


def command_words(message: Message) -> tuple[str, str, str]:
    """Return the parts of a message that begins with a command: its name, the bot it names (or ""), the rest."""
    head, _, rest = (message.text or "").partition(" ")
    if "\n" in head:
        head, _, more = head.partition("\n")
        rest = f"{more} {rest}"
    name, _, username = head.removeprefix("/").partition("@")
    return name.lower(), username, _BLANKS.sub(" ", rest).strip()


def _begins_with_command(message: Message) -> bool:
    return any(
        entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0
        for entity in (*message.entities, *message.caption_entities)
    )


def _entities(message: Message) -> dict[MessageEntity, str]:
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    if message.text:
        return message.parse_entities(kinds)
    return message.parse_caption_entities(kinds) if message.caption else {}


def _names(entity: MessageEntity, words: str, me: User) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return words.lower() == f"@{me.username}".lower()


def _replies_to(message: Message, me: User) -> bool:
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return False
    return replied.from_user is not None and replied.from_user.id == me.id
