"""No message costs much, whatever is in it."""

from __future__ import annotations

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.message import Message
from tests.tools.hangguard import costs_little

BODY = 1_000_000

HOSTILE = {
    "one word": "a" * BODY,
    "words": "who checks them " * (BODY // 16),
    "digits": "1" * BODY,
    "digits and spaces": "1 " * (BODY // 2),
    "almost a phone number": "+1 415 " * (BODY // 7),
    "almost an A-number": "A 123 456 " * (BODY // 10),
    "letters and digits": "1a" * (BODY // 2),
    "no letters": "?!" * (BODY // 2),
    "spaces": " " * BODY,
    "new lines": "\n" * BODY,
    "marks that combine": "e" + "\u0301" * BODY,
    "letters that grow when folded": "\ufdfa" * (BODY // 4),
    "emoji": "\U0001f44d\u200d" * (BODY // 8),
    "surrogate": "\ud800" * 1000,
    "null": "\0" * BODY,
    "right to left": "\u202e" * BODY,
    "no word breaks": "ß" * BODY,
    "underscores": "_" * BODY,
    "hashes": "#" * BODY + "1",
    "short but hostile": "1a" * 20,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_message_costs_little(conversation: Conversation, name: str) -> None:
    await conversation.reply(Message("5", "terminal"))
    for ask in (conversation.reply, conversation.look_up):
        with costs_little():
            reply = await ask(Message(HOSTILE[name], "terminal"))
        assert reply.lang in ("en", "es")
