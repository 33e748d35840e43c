"""Commands typed where no platform reads them, as in the terminal: "/topic sb 54", "/privacy"."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, Verb
from bot.conversation import Conversation
from bot.message import Message
from bot.reply import Reply

_VERBS = {
    "": Verb.HELP,
    "help": Verb.HELP,
    "topics": Verb.TOPICS,
    "topic": Verb.TOPICS,
    "faq": Verb.TOPICS,
    "privacy": Verb.PRIVACY,
}


async def obey(conversation: Conversation, message: Message) -> Reply | None:
    """Return the reply to a message that begins with a slash, or None. What is no command is looked up ("/sb54")."""
    command, _, rest = message.text.strip().partition(" ")
    if not command.startswith("/"):
        return None
    name, words, place = command[1:].lower(), rest.strip(), message.conversation
    lang = await conversation.language(message)
    match name:
        case "topic" | "faq" if words:
            return await conversation.look_up(replace(message, text=words))
        case "start":
            return await conversation.offer(place, conversation.replies.welcome(lang))
        case "about":
            return await conversation.offer(place, conversation.replies.about(lang))
        case "language":
            if code := conversation.language_named(words):
                return await conversation.act(Action(Verb.LANGUAGE, "", code), place)
            return await conversation.offer(place, conversation.replies.language_question(lang))
        case _ if name in _VERBS:
            return await conversation.act(Action(_VERBS[name], "", lang), place)
        case _:
            return await conversation.look_up(replace(message, text=f"{name} {words}".strip().replace("_", " ")))
