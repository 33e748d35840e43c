"""Limits of Slack and Telegram, each with its source. Nothing else in the bot states a limit."""

from __future__ import annotations

from enum import IntEnum


class SlackLimit(IntEnum):
    """https://docs.slack.dev/reference/block-kit and the validators of slack_sdk.models.blocks."""

    BLOCKS = 50
    """Blocks in a message."""
    HOME_BLOCKS = 100
    """Blocks in a Home tab or modal."""
    MESSAGE_CHARACTERS = 12_000
    """All blocks together. Undocumented: Slack refuses about 13,200 with ``msg_blocks_too_long``
    (https://github.com/slackapi/bolt-js/issues/2509)."""
    SECTION = 3_000
    HEADER = 150
    CONTEXT_ELEMENTS = 10
    ACTIONS_ELEMENTS = 25
    BUTTON_TEXT = 75
    BUTTON_VALUE = 2_000
    ACTION_ID = 255
    ACCESSIBILITY_LABEL = 75
    OPTION_TEXT = 75
    OPTION_VALUE = 150
    FALLBACK_TEXT = 4_000
    """Characters of ``text`` that Slack recommends at most; beyond 40,000 it truncates."""
    SHORT_TEXT = 1_500
    """Characters of ``text`` sent when Slack has refused the whole message: well below every limit."""
    APP_NAME = 35
    """https://docs.slack.dev/reference/app-manifest, also for the next three."""
    APP_DESCRIPTION = 140
    APP_LONG_DESCRIPTION_LEAST = 175
    SHORTCUT_NAME = 24
    AGENT_DESCRIPTION = 300
    """``ManifestAgentView`` of the npm package @slack/web-api."""
    SUGGESTED_PROMPTS = 4
    """https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts"""
    RESPONSE_URL_SECONDS = 1_800
    """https://docs.slack.dev/interactivity/handling-user-interaction"""
    RESPONSE_URL_USES = 5


class TelegramLimit(IntEnum):
    """https://core.telegram.org/bots/api"""

    TEXT = 4_096
    """UTF-16 code units of a message after its entities are parsed."""
    CALLBACK_DATA = 64
    """Bytes."""
    BUTTONS = 100
    """Buttons of an inline keyboard. Undocumented (telegram.constants.InlineKeyboardMarkupLimit)."""
    ENTITIES = 100
    """Entities shown in a message. Undocumented (telegram.constants.MessageLimit)."""
    CALLBACK_ANSWER = 200
    INLINE_RESULTS = 50
    INLINE_QUERY = 256
    START_PAYLOAD = 64
    NAME = 64
    DESCRIPTION = 512
    SHORT_DESCRIPTION = 120
    COMMAND_DESCRIPTION = 256
    COMMANDS = 100
    GROUP_MESSAGES_PER_MINUTE = 20
    """https://core.telegram.org/bots/faq#broadcasting-to-users"""
    MESSAGES_PER_SECOND = 30
    """In all chats together (same page)."""


BODY_BYTES = 1_048_576
"""The largest request body read. Slack's and Telegram's are a few kilobytes."""
