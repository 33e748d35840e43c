"""The people, chats and messages of the fake Bot API, and what people do in their Telegram apps."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.html import length

BOT_ID = 7_000_001
USERNAME = "CalCoordFaqBot"
NOW = 1_780_000_000

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?=\s|$)")
_MENTION = re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{4,32}")
_DEFAULT_UPDATES = frozenset({"message", "edited_message", "callback_query", "inline_query", "my_chat_member"})


class Refusal(Exception):  # noqa: N818 - what the Bot API answers, not a programming error
    """The Bot API's answer to a call that it does not carry out."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str, **parameters: int) -> Refusal:
    """Return the refusal of a call that makes no sense."""
    return Refusal(400, f"Bad Request: {reason}", **parameters)


@dataclass
class Person:
    """Someone with a Telegram account."""

    id: int
    first_name: str
    language_code: str | None = "en"
    is_bot: bool = False

    def data(self) -> dict[str, Any]:
        """Return the ``User`` object."""
        user = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return {**user, "language_code": self.language_code} if self.language_code else user


@dataclass
class Chat:
    """A private chat, group or supergroup, with all its messages by id."""

    id: int
    type: str
    title: str = ""
    is_forum: bool = False
    topics: set[int] = field(default_factory=set)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    blocked: bool = False
    bot_status: str = "member"
    closed: bool = False
    sees_all: bool = False
    moved_to: int | None = None
    person: Person | None = None

    def data(self) -> dict[str, Any]:
        """Return the ``Chat`` object."""
        if self.person is not None:
            return {"id": self.id, "type": "private", "first_name": self.person.first_name}
        chat: dict[str, Any] = {"id": self.id, "type": self.type, "title": self.title}
        return {**chat, "is_forum": True} if self.is_forum else chat


class World:
    """Everything that the fake knows. Its methods are what people do; they return what their apps would show."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.updates: list[dict[str, Any]] = []
        self.allowed: frozenset[str] = _DEFAULT_UPDATES
        self.buttons: dict[str, dict[str, Any]] = {}
        self.inline: set[str] = set()
        self.whispering = False
        """Whether the server knows messages that one person sees alone: Bot API 10.2, of July 2026."""
        self.whispers: list[dict[str, Any]] = []
        self.changed = asyncio.Condition()
        self._ids = itertools.count(1000)
        self._update_ids = itertools.count(500_001)
        self._people = itertools.count(101)
        self._groups = itertools.count(1)

    @property
    def bot(self) -> dict[str, Any]:
        """Return the bot's ``User`` object as getMe gives it."""
        return {
            "id": BOT_ID, "is_bot": True, "first_name": "CalCoord FAQ", "username": USERNAME, "can_join_groups": True,
            "can_read_all_group_messages": False, "supports_inline_queries": True,
        }  # fmt: skip

    # Places and people

    def person(self, name: str = "Ana", language_code: str | None = "en") -> Person:
        """Return a new person who has pressed Start."""
        person = Person(next(self._people), name, language_code)
        self.chats[person.id] = Chat(person.id, "private", person=person)
        return person

    def private(self, person: Person) -> Chat:
        """Return the person's private chat with the bot."""
        return self.chats[person.id]

    def group(self, *, supergroup: bool = True, forum: bool = False, topics: Iterable[int] = ()) -> Chat:
        """Return a new group with the bot in it."""
        number = next(self._groups)
        chat_id = -1_001_000_000_000 - number if supergroup else -5_000 - number
        kind = "supergroup" if supergroup else "group"
        self.chats[chat_id] = Chat(chat_id, kind, f"Group {number}", is_forum=forum, topics=set(topics))
        return self.chats[chat_id]

    # What people do

    async def says(
        self,
        person: Person,
        text: str,
        chat: Chat | None = None,
        *,
        reply_to: dict[str, Any] | None = None,
        thread: int | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Write ``text`` in ``chat`` (by default in private); the bot learns of it as privacy mode lets it."""
        message = self._message(person, chat, reply_to, thread)
        if text:
            name = "caption" if more.keys() & {"photo", "document", "video", "voice"} else "text"
            entities = find_entities(text)
            message[name] = text
            message |= {"entities" if name == "text" else "caption_entities": entities} if entities else {}
        message |= more
        place = self.chats[message["chat"]["id"]]
        place.messages[message["message_id"]] = message
        if place.type == "private" or place.sees_all or is_meant_for_bot(message):
            await self.happens("message", message)
        return message

    async def edits(self, message: dict[str, Any], text: str) -> None:
        """Change the text of a message sent before."""
        message |= {"text": text, "edit_date": NOW + 5}
        await self.happens("edited_message", dict(message))

    async def presses(self, person: Person, message: dict[str, Any], label: str, data: str | None = None) -> str:
        """Press the button with that label (or send ``data`` as an old button would); return the query's id."""
        if data is None:
            buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
            data = next(button["callback_data"] for button in buttons if button["text"] == label)
        query = {"id": str(next(self._ids)), "from": person.data(), "chat_instance": "1", "data": data}
        query |= {"message": self.chats[message["chat"]["id"]].messages.get(message["message_id"], message)}
        self.buttons[query["id"]] = query
        await self.happens("callback_query", query)
        return str(query["id"])

    async def asks_inline(self, person: Person, query: str, offset: str = "") -> str:
        """Type ``@bot query`` in some chat; return the query's id."""
        query_id = str(next(self._ids))
        self.inline.add(query_id)
        await self.happens("inline_query", {"id": query_id, "from": person.data(), "query": query, "offset": offset})
        return query_id

    async def blocks(self, person: Person) -> None:
        """Block the bot."""
        self.private(person).blocked = True
        await self._member(person, self.private(person), "member", "kicked")

    async def adds_bot(self, person: Person, chat: Chat) -> None:
        """Add the bot to a group."""
        chat.bot_status = "member"
        await self._member(person, chat, "left", "member")

    async def removes_bot(self, person: Person, chat: Chat) -> None:
        """Take the bot out of a group."""
        chat.bot_status = "kicked"
        await self._member(person, chat, "member", "kicked")

    async def migrates(self, person: Person, chat: Chat) -> Chat:
        """Make a supergroup of a group, as Telegram does when a group grows."""
        new = self.group()
        chat.moved_to = new.id
        message = self._message(person, chat, None, None) | {"migrate_to_chat_id": new.id}
        await self.happens("message", message)
        follow = self._message(person, new, None, None) | {"migrate_from_chat_id": chat.id}
        await self.happens("message", follow)
        await self._member(person, new, "left", "member")
        return new

    async def happens(self, kind: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        """Queue an update, where the bot asked for its kind."""
        if kind not in self.allowed:
            return None
        update = {"update_id": next(self._update_ids), kind: payload}
        async with self.changed:
            self.updates.append(update)
            self.changed.notify_all()
        return update

    def new_id(self) -> int:
        """Return an id that was not used before."""
        return next(self._ids)

    def _message(
        self, person: Person, chat: Chat | None, reply_to: dict[str, Any] | None, thread: int | None
    ) -> dict[str, Any]:
        chat = chat or self.private(person)
        message: dict[str, Any] = {
            "message_id": self.new_id(), "from": person.data(), "chat": chat.data(), "date": NOW,
        }  # fmt: skip
        if reply_to is not None:
            message["reply_to_message"] = {key: value for key, value in reply_to.items() if key != "reply_to_message"}
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        return message

    async def _member(self, person: Person, chat: Chat, old: str, new: str) -> None:
        def member(status: str) -> dict[str, Any]:
            return {"user": self.bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})

        change = {"chat": chat.data(), "from": person.data(), "date": NOW}
        await self.happens("my_chat_member", change | {"old_chat_member": member(old), "new_chat_member": member(new)})


def find_entities(text: str) -> list[dict[str, Any]]:
    """Return the commands and mentions in ``text``, with offsets in UTF-16 code units."""
    found = [("bot_command", match) for match in _COMMAND.finditer(text)]
    found += [("mention", match) for match in _MENTION.finditer(text)]
    found.sort(key=lambda item: item[1].start())
    return [
        {"type": kind, "offset": length(text[: match.start()]), "length": length(match[0])} for kind, match in found
    ]


def is_meant_for_bot(message: dict[str, Any]) -> bool:
    """Say whether a bot in privacy mode learns of a group's message (https://core.telegram.org/bots/features#privacy-mode)."""
    text = message.get("text") or message.get("caption") or ""
    if message.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID:
        return True
    if message.get("via_bot", {}).get("id") == BOT_ID:
        return True
    if text.startswith("/"):
        _, at, rest = text.split(maxsplit=1)[0].partition("@")
        return not at or rest.lower() == USERNAME.lower()
    return f"@{USERNAME}".lower() in text.lower()
