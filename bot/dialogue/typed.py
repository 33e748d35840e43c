"""Commands typed where no platform reads them, as in the terminal: "/topic sb 54", "/privacy"."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.actions import Action, Verb
from bot.dialogue.commands import Word, show
from bot.dialogue.conversation import Conversation
from bot.dialogue.message import Message
from bot.dialogue.reply import Reply

_ALONE = {"": Word.HELP, "topic": Word.TOPICS, "faq": Word.TOPICS, **{word.value: word for word in Word}}
"""What a command shows that names nothing further."""


async def obey(conversation: Conversation, message: Message) -> Reply | None:
    """Return the reply to a message that begins with a slash, or None. What is no command is looked up ("/sb54")."""
    command, words = (*message.text.split(maxsplit=1), "", "")[:2]
    if not command.startswith("/"):
        return None
    name, place = command[1:].lower(), message.conversation
    lang = await conversation.language(message)
    if name in ("topic", "faq") and words:
        return await conversation.look_up(replace(message, text=words))
    if name == "start":
        return await conversation.offer(place, conversation.replies.welcome(lang))
    if name == Word.LANGUAGE and (code := conversation.language_named(words)):
        return await conversation.act(Action(Verb.LANGUAGE, "", code), place)
    if name in _ALONE:
        return await conversation.offer(place, await show(conversation, _ALONE[name], lang, place))
    return await conversation.look_up(replace(message, text=f"{name} {words}".strip().replace("_", " ")))
