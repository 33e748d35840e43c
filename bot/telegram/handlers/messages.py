"""What the bot does with each kind of update: whose words they are, and what the desk is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from msgspec.structs import replace
from telegram import ChatMember, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType
from telegram.ext import ExtBot, filters

from bot.dialogue.actions import HELPS, parse_action
from bot.dialogue.commands import START, is_known
from bot.dialogue.message import Author
from bot.service.app import Services
from bot.service.inbox import Inbox, NotDoneError, Result
from bot.service.ongoing import unforeseen
from bot.service.outcome import Outcome
from bot.state.batch import Batch
from bot.state.store import Operation
from bot.telegram.addressing import (
    Place,
    answered_in,
    author_of,
    claimed_in,
    command_words,
    conversation_key,
    group_key,
    holds_a_file,
    is_from_people,
    is_group,
    mentions_in,
    place_of,
    said_to,
    speaker_of,
)
from bot.telegram.handlers.buttons import Buttons
from bot.telegram.handlers.inline import InlineMode
from bot.telegram.handlers.outcomes import Outcomes
from bot.telegram.render.keyboards import subject_of
from bot.telegram.render.renderer import plain
from bot.telegram.sending import Sender

_IN = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED)
_OUT = (ChatMember.LEFT, ChatMember.BANNED)


class Handlers:
    """The bot's reactions. Made once; holds no state of its own."""

    def __init__(self, services: Services, sender: Sender, bot: ExtBot[bool], inbox: Inbox) -> None:
        self._desk = services.desk
        self._metrics = services.metrics
        self._sender = sender
        self._bot = bot
        self._inbox = inbox
        self._outcomes = Outcomes(services.desk, sender, bot, services.metrics)
        self._buttons = Buttons(services.desk, sender, self._outcomes, bot)
        self._inline = InlineMode(services.conversation, sender, bot)
        self._conversation = services.conversation

    async def handle(self, update: Update, batch: Batch) -> None:
        """Deal with ``update``, reading and writing through ``batch``. Raises NotDoneError.

        What fails in a way that nobody foresaw is counted and logged by its name and place, never its words, and the
        person is told, with a reference.
        """
        try:
            if update.callback_query is not None:
                await self._buttons.on_press(update.callback_query, batch)
            elif update.inline_query is not None:
                await self._inline.on_query(update.inline_query, batch)
            elif update.my_chat_member is not None:
                await self._on_membership(update.my_chat_member, batch)
            elif update.message is not None:
                await self._on_message(update, update.message, batch)
        except NotDoneError:
            raise
        except Exception as error:  # whatever it is, the person is told, and the operator finds the code
            reference = unforeseen(self._metrics, "telegram", error, batch.request)
            try:
                await self._apologise(update, reference, batch)
            except Exception as second:  # an update that has failed twice is done with: the next one waits
                self._metrics.failed("telegram", type(second).__name__)

    async def hurries(self, update: Update) -> bool:
        """Say whether ``update`` is a cry for help, in words or by a button."""
        query, message = update.callback_query, update.message
        if query is not None:
            action = parse_action(str(query.data or ""))
            return action is not None and action.verb in HELPS
        if message is None:
            return False
        author = self._author(message)
        if words := command_words(message):
            name, _, rest = words
            return await self._desk.hurries(rest, author, command=name)
        said, claim = said_to(message, self._bot.bot), claimed_in(message, self._bot.bot)
        return bool(said) and await self._desk.hurries(said or "", author, claim=claim)

    def ahead(self, update: Update) -> Sequence[Operation]:
        """Return what is going to be counted and read about a message to this bot, a press or an inline query."""
        query, message = update.callback_query, update.message
        if query is not None:
            action = parse_action(str(query.data or ""))
            if query.message is None or action is None:
                return ()
            return self._desk.ahead(self._buttons.presser(query, query.message), action)
        if update.inline_query is not None:
            return self._inline.ahead(update.inline_query)
        if message is None or not self._asks(message):
            return ()
        return self._desk.ahead(self._author(message))

    def _asks(self, message: Message) -> bool:
        """Say whether ``message`` asks this bot something in words."""
        if not is_from_people(message, self._bot.bot):
            return False
        if words := command_words(message):
            name, username, _ = words
            return self._is_ours(message, name, username) and not (name == START and is_group(message.chat))
        return said_to(message, self._bot.bot) is not None

    def _is_ours(self, message: Message, name: str, username: str) -> bool:
        """Say whether a command is for this bot; in groups one that is not ours only where it names this bot."""
        ours = username.lower() == self._bot.username.lower()
        return ours or (not username and (not is_group(message.chat) or is_known(name, self._desk.catalogue)))

    async def _on_message(self, update: Update, message: Message, batch: Batch) -> None:
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            # A group became a supergroup, and both say so: it has been greeted under its new id too.
            chat = message.migrate_to_chat_id or message.chat.id
            await self._conversation.through(batch).recollection.meet(group_key(chat))
        elif not is_from_people(message, self._bot.bot):
            return
        elif words := command_words(message):
            await self._on_command(message, *words, batch)
        elif (said := said_to(message, self._bot.bot)) is not None:
            if message.chat.type == ChatType.PRIVATE and message.media_group_id:
                await self._inbox.take(("album", message.media_group_id), _nothing)
            # A picture without words that replies to the bot asks nothing in a group; a voice does.
            if message.text or message.caption or message.voice or message.video_note:
                await self._answer(message, said, batch)
        elif message.chat.type == ChatType.PRIVATE and not filters.StatusUpdate.ALL.check_update(update):
            await self._on_private_media(message, batch)

    async def _on_membership(self, change: ChatMemberUpdated, batch: Batch) -> None:
        """The bot was added to a group (hello, once), or a person blocked it (everything kept is dropped)."""
        if change.chat.type == change.chat.PRIVATE:
            if change.new_chat_member.status == ChatMember.BANNED:
                await self._conversation.through(batch).forget(conversation_key(change.chat.id, change.chat.id))
            return
        added = change.old_chat_member.status in _OUT and change.new_chat_member.status in _IN
        if is_group(change.chat) and added:
            await self._greet(change.chat.id, change.from_user.language_code, batch)

    async def _greet(self, chat_id: int, lang: str | None, batch: Batch) -> bool:
        """Say hello to a group; return False where that was done before."""
        conversation = self._conversation.through(batch)
        if not await conversation.recollection.is_new(group_key(chat_id)):
            return False
        phrases = conversation.catalogue.edition(lang).phrases
        hello = plain(phrases.group_hello.format(name=f"@{self._bot.username}"))
        await self._sender.send(Place(chat_id, private=False), hello, batch)
        await conversation.recollection.meet(group_key(chat_id))
        return True

    async def _on_command(self, message: Message, name: str, username: str, rest: str, batch: Batch) -> None:
        if not self._is_ours(message, name, username):
            return
        author = self._author(message, batch)
        if name == START and is_group(message.chat):
            if await self._greet(message.chat.id, await self._desk.language(author), batch):
                return
            name, rest = "", ""
        await self._say(message, author, await self._desk.command(name, rest, author))

    async def _on_private_media(self, message: Message, batch: Batch) -> None:
        """A photo, voice message, sticker, contact, location and the like: text only, please. Nothing is downloaded.

        An album is one message to its sender, and several to Telegram.
        """

        async def answer(_batch: Batch) -> None:
            author = self._author(message, batch)
            await self._outcomes.carry_out(place_of(message), author, await self._desk.unread(author))

        mark = ("album", message.media_group_id) if message.media_group_id else ()
        if await self._inbox.take(mark, answer) is Result.LATE:
            raise NotDoneError

    async def _answer(self, message: Message, text: str, batch: Batch) -> None:
        """Answer ``text``, with what the message replies to."""
        author, me = self._author(message, batch), self._bot.bot
        about, claim = subject_of(answered_in(message, me)), claimed_in(message, me)
        code, has_file = about.code if about else "", holds_a_file(message)
        outcome = await self._desk.ask(text, author, about=code, claim=claim, has_file=has_file)
        await self._say(message, author, outcome)

    async def _say(self, message: Message, author: Author, outcome: Outcome) -> None:
        """Carry it out, in a group as soon as all processes together may say one more there."""
        while wait := await self._desk.room(outcome, author):  # noqa: ASYNC110 - another process may take its place
            await asyncio.sleep(wait)
        await self._outcomes.carry_out(place_of(message), author, outcome)

    def _author(self, message: Message, batch: Batch | None = None) -> Author:
        user = message.from_user
        locale = user.language_code if user else None
        place, number = place_of(message), str(message.message_id)
        author = author_of(place, speaker_of(message), self._bot.username, locale, batch, number)
        return replace(author, aside=not place.private and not mentions_in(message, self._bot.bot))

    async def _apologise(self, update: Update, reference: str, batch: Batch) -> None:
        query, message, user = update.callback_query, update.message, update.effective_user
        if user is None or (query is None and message is None):
            return
        key = conversation_key(user.id, user.id)
        author = Author(platform="telegram", person=key, conversation=key, locale=user.language_code)
        text = (await self._desk.apology(author, reference)).text
        if query is not None:
            await self._sender.answer_button(query, text)
        elif message is not None:
            await self._sender.send(place_of(message), plain(text), batch)


async def _nothing(_batch: Batch) -> None:
    """The other parts of an album need no answer where one of them has words."""
