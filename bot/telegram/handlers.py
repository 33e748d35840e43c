"""What the bot does with each kind of update: the order of the handlers, and one method for each."""

from __future__ import annotations

from typing import Any

from telegram import Bot, ChatMember, ChatMemberUpdated, Message, Update, User
from telegram.ext import (
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.actions import Action, Verb
from bot.ratelimits import CHAT_LIMIT, PERSON_LIMIT, Verdict
from bot.reply import Reply
from bot.services import Services
from bot.telegram.addressing import (
    Heard,
    command_words,
    conversation_key,
    group_key,
    hear,
    is_from_people,
    is_group,
    said_to,
)
from bot.telegram.buttons import Buttons
from bot.telegram.delivery import Delivery
from bot.telegram.inline import InlineMode
from bot.telegram.keyboards import START_PRIVATE, START_URGENT
from bot.telegram.speaking import Speaking

Context = CallbackContext[ExtBot[Any], Any, Any, Any]
Handler = BaseHandler[Update, Context, Any]

_IN = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED)
_OUT = (ChatMember.LEFT, ChatMember.BANNED)


class Handlers:
    """The bot's reactions. Made once; holds no state of its own."""

    def __init__(self, services: Services, delivery: Delivery, bot: Bot) -> None:
        self._services = services
        self._conversation = services.conversation
        self._replies = services.conversation.replies
        self._delivery = delivery
        self._bot = bot
        self._speaking = Speaking(services, delivery, bot)
        self._buttons = Buttons(services, delivery, self._speaking)
        self._inline = InlineMode(services, delivery, bot)

    def all(self) -> list[Handler]:
        """Return the handlers in the order in which they are tried; the first that fits takes the update."""
        new = filters.UpdateType.MESSAGE
        private, group = new & filters.ChatType.PRIVATE, new & filters.ChatType.GROUPS
        return [
            # An old group says that it became a supergroup, which is then known by another id.
            MessageHandler(new & filters.StatusUpdate.MIGRATE, self.on_migration),
            CommandHandler("start", self.on_start, new),
            CommandHandler("help", self.on_help, new),
            CommandHandler("topics", self.on_topics, new),
            CommandHandler("topic", self.on_topic, new),
            # Slack's name for the same, so that nobody has to know which platform they are on.
            CommandHandler("faq", self.on_topic, new),
            CommandHandler("language", self.on_language, new),
            CommandHandler("privacy", self.on_privacy, new),
            CommandHandler("about", self.on_about, new),
            MessageHandler(new & filters.COMMAND, self.on_unknown_command),
            MessageHandler(private & (filters.TEXT | filters.CAPTION), self.on_private_text),
            MessageHandler(private & ~filters.StatusUpdate.ALL, self.on_private_media),
            MessageHandler(group & (filters.TEXT | filters.CAPTION), self.on_group_text),
            CallbackQueryHandler(self._buttons.on_press),
            InlineQueryHandler(self._inline.on_query),
            ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        ]

    async def on_start(self, update: Update, _context: Context) -> None:
        """``/start`` in private: the welcome, or what a deep link asks for. In a group: hello, once."""
        heard = await self._command(update)
        if heard is None:
            return
        lang = await self._conversation.language(heard.question)
        if not heard.place.private:
            if await self._conversation.first_contact(group_key(heard.place.chat_id)):
                await self._greet(heard.place.chat_id, lang)
            else:
                await self._speaking.reply(heard, self._help(lang))
            return
        payload = heard.question.text
        if payload in ("", START_PRIVATE):
            await self._conversation.first_contact(heard.key)
            await self._conversation.begin(heard.key, lang)
            await self._speaking.reply(heard, self._replies.welcome(lang), greet=False)
        elif payload.startswith(START_URGENT) and self._is_urgent(payload, lang):
            await self._speaking.reply(heard, self._replies.urgent(payload.removeprefix(START_URGENT), lang))
        else:
            reply = await self._conversation.act(Action(Verb.TOPIC, payload, lang), heard.key)
            await self._speaking.reply(heard, reply)

    async def on_help(self, update: Update, _context: Context) -> None:
        """``/help``: what to type, with the topics to start with."""
        if heard := await self._command(update):
            await self._speaking.reply(heard, self._help(await self._conversation.language(heard.question)))

    async def on_topics(self, update: Update, _context: Context) -> None:
        """``/topics``: the menu of all topics."""
        if heard := await self._command(update):
            await self._show_topics(heard)

    async def on_topic(self, update: Update, _context: Context) -> None:
        """``/topic WORDS`` and ``/faq WORDS``: the topic of that name; alone, the menu."""
        heard = await self._command(update)
        if heard is None:
            return
        if heard.question.text:
            await self._speaking.reply(heard, await self._conversation.look_up(heard.question))
        else:
            await self._show_topics(heard)

    async def on_language(self, update: Update, _context: Context) -> None:
        """``/language``: a choice of languages; ``/language español`` chooses."""
        heard = await self._command(update)
        if heard is None:
            return
        if code := self._language_named(heard.question.text):
            reply = await self._conversation.act(Action(Verb.LANGUAGE, "", code), heard.key)
        else:
            reply = self._replies.language_question(await self._conversation.language(heard.question))
        await self._speaking.reply(heard, reply)

    async def on_privacy(self, update: Update, _context: Context) -> None:
        """``/privacy``: what is kept; Telegram opens it from the bot's profile."""
        if heard := await self._command(update):
            lang = await self._conversation.language(heard.question)
            await self._speaking.reply(heard, self._replies.privacy(lang))

    async def on_about(self, update: Update, _context: Context) -> None:
        """``/about``: the content's version and review date."""
        if heard := await self._command(update):
            await self._speaking.reply(heard, self._replies.about(await self._conversation.language(heard.question)))

    async def on_unknown_command(self, update: Update, _context: Context) -> None:
        """Any other command: read as a topic's name (``/sb54``), in groups only where it names this bot."""
        message = update.message
        if message is None:
            return
        name, username, rest = command_words(message)
        ours = username.lower() == (self._bot.username or "").lower()
        if (username and not ours) or (not username and is_group(message.chat)):
            return
        heard = await self._accept(message, f"{name.replace('_', ' ')} {rest}".strip())
        if heard is not None:
            await self._speaking.reply(heard, await self._conversation.look_up(heard.question))

    async def on_private_text(self, update: Update, _context: Context) -> None:
        """Text, or a caption read as text, in a private chat."""
        message = update.message
        if message is None:
            return
        if message.media_group_id:
            await self._first_of_album(message)
        heard = await self._accept(message, message.text or message.caption or "")
        if heard is not None:
            await self._speaking.reply(heard, await self._conversation.reply(heard.question))

    async def on_private_media(self, update: Update, _context: Context) -> None:
        """A photo, voice message, sticker, contact, location and the like: text only, please. Nothing is downloaded."""
        message = update.message
        if message is None or (message.media_group_id and not await self._first_of_album(message)):
            return
        heard = await self._accept(message, "")
        if heard is not None:
            lang = await self._conversation.language(heard.question)
            phrases = self._conversation.catalogue.edition(lang).phrases
            reply = self._replies.saying(
                phrases.text_only, lang, kind="text-only", suggestions=self._replies.starters(lang)
            )
            await self._speaking.reply(heard, reply)

    async def on_group_text(self, update: Update, _context: Context) -> None:
        """Text in a group, where it mentions the bot or replies to it; anything else is none of its business."""
        message = update.message
        text = said_to(message, self._me) if message else None
        if message is None or text is None:
            return
        heard = await self._accept(message, text)
        if heard is None:
            return
        if not text:
            reply: Reply = self._help(await self._conversation.language(heard.question))
        else:
            reply = await self._conversation.reply(heard.question)
        await self._speaking.reply(heard, reply)

    async def on_membership(self, update: Update, _context: Context) -> None:
        """The bot was added to a group (hello, once), or a person blocked it (everything kept is dropped)."""
        change = update.my_chat_member
        if change is None:
            return
        if change.chat.type == change.chat.PRIVATE:
            if change.new_chat_member.status == ChatMember.BANNED:
                await self._conversation.forget(conversation_key(change.chat.id, change.chat.id))
            return
        added = is_group(change.chat) and _was_added(change)
        if added and await self._conversation.first_contact(group_key(change.chat.id)):
            lang = self._conversation.catalogue.edition(change.from_user.language_code).language.code
            await self._greet(change.chat.id, lang)

    async def on_migration(self, update: Update, _context: Context) -> None:
        """A group became a supergroup, and both say so: it has been greeted under its new id too."""
        message = update.message
        if message is not None:
            await self._conversation.first_contact(group_key(message.migrate_to_chat_id or message.chat.id))

    @property
    def _me(self) -> User:
        return self._bot.bot

    async def _command(self, update: Update) -> Heard | None:
        """Return what follows a command, where its sender may be answered."""
        if update.message is None:
            return None
        _, _, rest = command_words(update.message)
        return await self._accept(update.message, rest)

    async def _accept(self, message: Message, text: str) -> Heard | None:
        """Return ``text`` with its place and sender, or None where a bot wrote it or too much came at once."""
        if not is_from_people(message, self._me):
            return None
        heard = hear(message, text)
        limits = [(PERSON_LIMIT, heard.person)]
        if not heard.place.private:
            limits.append((CHAT_LIMIT, str(heard.place.chat_id)))
        for limit, key in limits:
            ruling = await self._services.limits.check(limit, "telegram", key)
            if ruling.verdict is not Verdict.ALLOW:
                self._services.metrics.limited("telegram")
                if ruling.verdict is Verdict.NOTICE:
                    await self._speaking.ask_to_wait(heard, ruling.seconds)
                return None
        return heard

    async def _first_of_album(self, message: Message) -> bool:
        """Say whether no other part of the same album has come before: an album is one message to its sender."""
        return await self._services.deduplicator.first("telegram", "album", str(message.media_group_id))

    async def _show_topics(self, heard: Heard) -> None:
        lang = await self._conversation.language(heard.question)
        await self._speaking.reply(heard, await self._conversation.act(Action(Verb.TOPICS, "", lang), heard.key))

    async def _greet(self, chat_id: int, lang: str) -> None:
        phrases = self._conversation.catalogue.edition(lang).phrases
        await self._speaking.say_in_group(chat_id, phrases.group_hello.format(name=f"@{self._bot.username}"))

    def _help(self, lang: str) -> Reply:
        phrases = self._conversation.catalogue.edition(lang).phrases
        return self._replies.saying(phrases.help_telegram, lang, kind="help", suggestions=self._replies.starters(lang))

    def _is_urgent(self, payload: str, lang: str) -> bool:
        return payload.removeprefix(START_URGENT) in self._conversation.catalogue.edition(lang).urgent

    def _language_named(self, words: str) -> str | None:
        """Return the code of the language that ``words`` name, in any language."""
        wanted = words.casefold()
        for edition in self._conversation.catalogue.editions.values():
            for code, names in edition.language.names.items():
                if wanted == code or wanted in (name.casefold() for name in names):
                    return code
        return None


def _was_added(change: ChatMemberUpdated) -> bool:
    return change.old_chat_member.status in _OUT and change.new_chat_member.status in _IN
