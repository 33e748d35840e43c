"""Telegram's limits that the bot obeys (https://core.telegram.org/bots/api)."""

from __future__ import annotations

from enum import IntEnum


class TelegramLimit(IntEnum):
    TEXT = 4_096
    """UTF-16 code units of a message after its entities are parsed."""
    ENTITIES = 100
    """Entities shown in a message. Undocumented (telegram.constants.MessageLimit)."""
    CALLBACK_ANSWER = 200
    GROUP_MESSAGES_PER_MINUTE = 20
    """https://core.telegram.org/bots/faq#broadcasting-to-users"""
    MESSAGES_PER_SECOND = 30
    """In all chats together (same page)."""
