"""Slack's limits that the bot obeys, each with its source.

https://docs.slack.dev/reference/block-kit and the validators of slack_sdk.models.blocks, where nothing else is said.
"""

from __future__ import annotations

from enum import IntEnum


class SlackLimit(IntEnum):
    """What Slack takes at most."""

    BLOCKS = 50
    """Blocks in a message."""
    HOME_BLOCKS = 100
    """Blocks in a Home tab or modal."""
    MESSAGE_CHARACTERS = 12_000
    """All blocks together. Undocumented: Slack refuses about 13,200 with ``msg_blocks_too_long``
    (https://github.com/slackapi/bolt-js/issues/2509)."""
    SECTION = 3_000
    CHILD_BLOCKS = 10
    """Blocks in a container (https://docs.slack.dev/reference/block-kit/blocks/container-block)."""
    HEADER = 150
    CONTEXT_ELEMENTS = 10
    ACTIONS_ELEMENTS = 25
    BUTTON_TEXT = 75
    ACCESSIBILITY_LABEL = 75
    PLACEHOLDER = 150
    FALLBACK_TEXT = 4_000
    """Characters of ``text`` that Slack recommends at most; beyond 40,000 it truncates."""
    SHORT_TEXT = 1_500
    """Characters of ``text`` sent when Slack has refused the whole message: well below every limit."""
    APP_NAME = 35
    """https://docs.slack.dev/reference/app-manifest, also for the next."""
    APP_DESCRIPTION = 140
    AGENT_DESCRIPTION = 300
    """``ManifestAgentView`` of the npm package @slack/web-api."""
    SUGGESTED_PROMPTS = 4
    """https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts"""
