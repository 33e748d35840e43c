"""What the bot does with each kind of update: the order of the handlers, and one method for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from telegram import Bot, Message, Update, User
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

from bot.dialogue.actions import Action, Verb
from bot.dialogue.commands import Word, known_words, look_up, nearest, show
from bot.dialogue.privacy import with_caution
from bot.dialogue.reply import Reply
from bot.service.admission import Admission
from bot.service.services import Services
from bot.state.limits import Verdict
from bot.telegram.addressing import (
    Heard,
    command_words,
    hear,
    is_from_people,
    is_group,
    said_to,
)
from bot.telegram.handlers.buttons import Buttons
from bot.telegram.handlers.inline import InlineMode
from bot.telegram.handlers.membership import Membership
from bot.telegram.render.keyboards import START_CAUTION, START_PRIVATE, START_URGENT
from bot.telegram.sending import Delivery
from bot.telegram.speaking import Speaking
from content.schema.phrases import Phrases

Context = CallbackContext[ExtBot[Any], Any, Any, Any]
Handler = BaseHandler[Update, Context, Any]

COMMANDS = ("start", "topics", "topic", "faq", "help", "language", "privacy", "about")
"""The commands that have a handler, those that people mean more often before others like them."""


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
        self._membership = Membership(services, self._speaking, bot)
        self._admission = Admission(services, "telegram")

    def all(self) -> list[Handler]:
        """Return the handlers in the order in which they are tried; the first that fits takes the update."""
        new = filters.UpdateType.MESSAGE
        private, group = new & filters.ChatType.PRIVATE, new & filters.ChatType.GROUPS
        return [
            # An old group says that it became a supergroup, which is then known by another id.
            MessageHandler(new & filters.StatusUpdate.MIGRATE, self._membership.on_migration),
            CommandHandler("start", self.on_start, new),
            CommandHandler("help", partial(self.on_named, Word.HELP), new),
            # /faq is Slack's name for the same, so that nobody has to know which platform they are on.
            CommandHandler(("topic", "faq"), partial(self.on_named, Word.TOPICS), new),
            *(CommandHandler(word.value, partial(self.on_word, word), new) for word in Word if word is not Word.HELP),
            MessageHandler(new & filters.COMMAND, self.on_unknown_command),
            MessageHandler(private & (filters.TEXT | filters.CAPTION), self.on_private_text),
            MessageHandler(private & ~filters.StatusUpdate.ALL, self.on_private_media),
            MessageHandler(group & (filters.TEXT | filters.CAPTION), self.on_group_text),
            CallbackQueryHandler(self._buttons.on_press),
            InlineQueryHandler(self._inline.on_query),
            ChatMemberHandler(self._membership.on_change, ChatMemberHandler.MY_CHAT_MEMBER),
        ]

    async def on_start(self, update: Update, _context: Context) -> None:
        """``/start`` in private: the welcome, or what a deep link asks for. In a group: hello, once."""
        heard = await self._command(update, self._linked_help)
        if heard is None:
            return
        lang = await self._lang(heard)
        if not heard.place.private:
            if not await self._membership.greet(heard.place.chat_id, lang):
                await self._speaking.reply(heard, self._help(lang))
            return
        payload = heard.question.text
        cautioned, payload = payload.startswith(START_CAUTION), payload.removeprefix(START_CAUTION)
        if payload in ("", START_PRIVATE):
            await self._conversation.first_contact(heard.key)
            await self._conversation.begin(heard.key, lang)
            reply: Reply = self._replies.welcome(lang, heard.question.locale)
        elif kind := self._linked_help(payload):
            reply = self._replies.urgent(kind, lang)
        else:
            reply = await self._conversation.act(Action(Verb.TOPIC, payload, lang), heard.key)
        if cautioned:
            reply = with_caution(reply, self._phrases(reply.lang))
        await self._speaking.reply(heard, reply)

    async def on_named(self, alone: Word, update: Update, _context: Context) -> None:
        """``/topic WORDS``, ``/faq WORDS``, ``/help WORDS``: what the words name or ask; without any, ``alone``."""
        if heard := await self._command(update):
            words = heard.question.text
            reply = await (self._named(heard) if words else self._shown(alone, heard))
            await self._speaking.reply(heard, reply)

    async def on_word(self, word: Word, update: Update, _context: Context) -> None:
        """``/topics``, ``/language`` (also ``/language español``), ``/about``, and ``/privacy``.

        Telegram opens the last from the bot's profile.
        """
        if heard := await self._command(update):
            await self._speaking.reply(heard, await self._shown(word, heard))

    async def on_unknown_command(self, update: Update, _context: Context) -> None:
        """Any other command: a word of another language (``/temas``), a slip (``/topcs``), a topic (``/sb54``).

        In groups only where it names this bot.
        """
        message = update.message
        if message is None:
            return
        name, username, rest = command_words(message)
        ours = username.lower() == (self._bot.username or "").lower()
        if (username and not ours) or (not username and is_group(message.chat)):
            return
        heard = await self._accept(message, f"{name.replace('_', ' ')} {rest}".strip())
        if heard is not None:
            await self._speaking.reply(heard, await self._called(heard, name, rest))

    async def _called(self, heard: Heard, name: str, rest: str) -> Reply:
        words = known_words(self._conversation.catalogue)
        word, hint = words.get(name, (None, None))
        if word is not None and (not rest or word is Word.LANGUAGE):
            return await self._shown(word, heard.saying(rest, hint))
        near = None if rest else nearest(name, (*COMMANDS, *words))
        if near is None or self._conversation.find(heard.question.text, await self._lang(heard)):
            return await self._named(heard)
        lang = await self._lang(heard.saying("", words.get(near, (None, None))[1]))
        command = f"/{near}" if heard.place.private else f"/{near}@{self._bot.username}"
        return self._replies.saying(self._phrases(lang).near_command.format(command=command), lang, kind="near-command")

    async def on_private_text(self, update: Update, _context: Context) -> None:
        """Text, or a caption read as text, in a private chat."""
        message = update.message
        if message is None:
            return
        if message.media_group_id:
            await self._first_of_album(message)
        heard = await self._accept(message, message.text or message.caption or "")
        if heard is not None:
            await self._speaking.reply(heard, await self._meant(heard))

    async def _named(self, heard: Heard) -> Reply:
        with self._services.metrics.match_seconds.time():
            return await look_up(self._conversation, heard.question)

    async def _meant(self, heard: Heard) -> Reply:
        with self._services.metrics.match_seconds.time():
            return await self._conversation.reply(heard.question)

    async def on_private_media(self, update: Update, _context: Context) -> None:
        """A photo, voice message, sticker, contact, location and the like: text only, please. Nothing is downloaded."""
        message = update.message
        if message is None or (message.media_group_id and not await self._first_of_album(message)):
            return
        heard = await self._accept(message, "")
        if heard is not None:
            lang = await self._lang(heard)
            reply = self._replies.saying(
                self._phrases(lang).text_only, lang, kind="text-only", suggestions=self._replies.starters(lang)
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
            reply: Reply = self._help(await self._lang(heard))
        else:
            reply = await self._meant(heard)
        await self._speaking.reply(heard, reply)

    @property
    def _me(self) -> User:
        return self._bot.bot

    async def _command(self, update: Update, link: Callable[[str], str | None] | None = None) -> Heard | None:
        """Return what follows a command, where its sender may be answered; ``link`` finds urgent help in it."""
        if update.message is None:
            return None
        _, _, rest = command_words(update.message)
        return await self._accept(update.message, rest, link(rest) if link else None)

    async def _accept(self, message: Message, text: str, urgent: str | None = None) -> Heard | None:
        """Return ``text`` with its place and sender, or None where a bot wrote it or too much came at once.

        What is urgent is accepted all the same; ``urgent`` is its kind where that is known.
        """
        if not is_from_people(message, self._me):
            return None
        heard = hear(message, text)

        async def urgency() -> str | None:
            return urgent or await self._conversation.urgency(heard.question)

        chat = () if heard.place.private else (str(heard.place.chat_id),)
        ruling = await self._admission.rule((heard.person,), chat, urgency)
        if ruling.verdict is Verdict.NOTICE:
            await self._speaking.ask_to_wait(heard, ruling.seconds)
        return heard if ruling.verdict is Verdict.ALLOW else None

    async def _first_of_album(self, message: Message) -> bool:
        """Say whether no other part of the same album has come before: an album is one message to its sender."""
        return await self._services.deduplicator.first("telegram", "album", str(message.media_group_id))

    async def _shown(self, word: Word, heard: Heard) -> Reply:
        """Return what ``word`` asks for; behind the word for the language, the language's name chooses it."""
        code = self._conversation.language_named(heard.question.text) if word is Word.LANGUAGE else None
        if code is not None:
            return await self._conversation.act(Action(Verb.LANGUAGE, "", code), heard.key)
        lang = await self._lang(heard)
        return self._help(lang) if word is Word.HELP else await show(self._conversation, word, lang, heard.key)

    async def _lang(self, heard: Heard) -> str:
        return await self._conversation.language(heard.question)

    def _phrases(self, lang: str) -> Phrases:
        return self._conversation.catalogue.edition(lang).phrases

    def _help(self, lang: str) -> Reply:
        text = self._phrases(lang).help_telegram
        return self._replies.saying(text, lang, kind="help", suggestions=self._replies.starters(lang))

    def _linked_help(self, payload: str) -> str | None:
        """Return the kind of urgent help that a deep link leads to, or None."""
        kind = payload.removeprefix(START_URGENT)
        known = self._conversation.catalogue.edition(None).urgent
        return kind if payload.startswith(START_URGENT) and kind in known else None
