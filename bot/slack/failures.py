"""What can go wrong with Slack, by name, and the reference people are given for it."""

from __future__ import annotations

import asyncio
import re
import secrets

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import BotError

DEAD_TOKEN = frozenset({"token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed"})
"""Errors after which a token is never taken again
(https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""

TOO_MUCH = frozenset({"msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"})
"""Errors about the message itself: it is sent again as short text."""

NETWORK_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What a call raises, after the SDK's retries, when Slack cannot be reached."""

SEND_ERRORS = (SlackClientError, *NETWORK_ERRORS)
"""Everything that a call to Slack raises on purpose."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,60}")


class UndeliveredError(BotError):
    """A message could not be delivered; ``code`` is Slack's error or what happened to the connection."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class WorkspaceUnreadableError(BotError):
    """The workspace's token cannot be read just now: Slack is asked to deliver the event again."""


def code_of(error: BaseException) -> str:
    """Return a short name for ``error``, made of nothing that a message or token could be part of."""
    if isinstance(error, UndeliveredError):
        return error.code
    if isinstance(error, SlackApiError):
        return _slack_code(error)
    if isinstance(error, asyncio.TimeoutError):
        return "timeout"
    if isinstance(error, NETWORK_ERRORS):
        return "connection"
    return type(error).__name__


def _slack_code(error: SlackApiError) -> str:
    response = error.response
    data = getattr(response, "data", response)
    code = data.get("error") if isinstance(data, dict) else None
    if isinstance(code, str) and _CODE.fullmatch(code):
        return code
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return f"http_{status}" if isinstance(status, int) else "unreadable_answer"


def new_reference() -> str:
    """Return a code that a person can quote and an operator can find in the log."""
    return secrets.token_hex(3)
