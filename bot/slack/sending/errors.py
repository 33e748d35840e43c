"""What can go wrong with a call to Slack, by name: whether it was taken, whether it is worth another try."""

from __future__ import annotations

import asyncio
import re

import aiohttp
from aiohttp import ClientOSError, ClientPayloadError, ServerConnectionError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.service.inbox import NotDoneError
from bot.service.sending.lanes import HeldError
from bot.settings import BotError
from bot.slack.sending.refusals import Remedy, remedy_for

GATEWAY_TIMEOUT = 504
"""A gateway passed the call on and heard nothing: Slack may have done what was asked."""


class UnreadableError(aiohttp.ClientError):
    """Slack says that it has taken the call, in an answer that is none of its own."""


PERHAPS_ARRIVED = (ServerConnectionError, ClientOSError, ClientPayloadError, asyncio.TimeoutError, UnreadableError)
"""Errors of a connection on which Slack may have taken the call."""

NETWORK_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What a call raises, after the SDK's retries, when Slack cannot be reached."""

SEND_ERRORS = (SlackClientError, *NETWORK_ERRORS)
"""Everything that a call to Slack raises on purpose."""

UNREADABLE = "unreadable_answer"
"""The bot's own word for an answer of success that cannot be read."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,60}")


class UndeliveredError(BotError):
    """A message could not be delivered; ``code`` is Slack's error or what happened to the connection."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class UnclearError(UndeliveredError):
    """A message may have been taken, or not: it counts as delivered."""


class PassingError(UndeliveredError, NotDoneError):
    """A message could not be delivered just now: Slack is to deliver again what it was about."""


class InstallRefusedError(UndeliveredError):
    """An installation of a kind that the bot cannot keep alive; ``code`` names the kind."""


class WorkspaceUnreadableError(BotError, NotDoneError):
    """The workspace's token cannot be read just now: Slack is to deliver the event again."""


def undelivered(error: BaseException | str) -> UndeliveredError:
    """Return what to raise where a call to Slack has ended with ``error`` (or its code)."""
    code = error if isinstance(error, str) else code_of(error)
    return PassingError(code) if remedy_for(code) is Remedy.LATER else UndeliveredError(code)


def code_of(error: BaseException) -> str:
    """Return a short name for ``error``, made of nothing that a message or token could be part of."""
    if isinstance(error, UndeliveredError):
        return error.code
    if isinstance(error, SlackApiError):
        return _slack_code(error)
    if isinstance(error, HeldError):
        return "ratelimited"
    if isinstance(error, UnreadableError):
        return UNREADABLE
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
    return f"http_{status}" if isinstance(status, int) and status != 200 else UNREADABLE


def is_unclear(error: BaseException) -> bool:
    """Say whether ``error`` leaves it open if Slack took the call."""
    if isinstance(error, SlackApiError):
        return code_of(error) in (UNREADABLE, f"http_{GATEWAY_TIMEOUT}")
    return isinstance(error, PERHAPS_ARRIVED)
