"""What can go wrong with a call to Slack, by name: whether it was taken, and what is done about it.

A test holds the refusals against https://docs.slack.dev/reference/methods. A code that is not listed leads to the next
way to the person.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from enum import StrEnum

import aiohttp
from aiohttp import ClientOSError, ClientPayloadError, ServerConnectionError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.service.connector import NotConnectedError
from bot.service.inbox import NotDoneError
from bot.service.lanes import HeldError
from bot.settings import BotError


class Remedy(StrEnum):
    """What to do about a refusal."""

    LATER = "later"
    """Call again within the bot's patience; then give the delivery back, so that Slack delivers it again."""
    RENEW = "renew"
    """The token is dead: look for a newer one, once; without one the workspace is forgotten."""
    SHORTEN = "shorten"
    """The message itself is at fault: send it as short text, once."""
    UNTHREAD = "unthread"
    """The thread cannot be answered in: take the next way, which leads outside of it."""
    DOWN = "down"
    """Nothing can be said there: take the next way to the person."""
    GIVE_UP = "give up"
    """No way leads there: count and log it."""
    ANEW = "anew"
    """An installation's code is used up or too old: it is begun anew."""


_REFUSALS = {
    Remedy.LATER: (
        "ratelimited", "rate_limited", "accesslimited", "internal_error", "fatal_error", "service_unavailable",
        "request_timeout", "team_added_to_org", "external_channel_migrating", "timeout", "connection",
        "unreadable_answer", "unnamed_refusal",
    ),
    Remedy.RENEW: ("token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed"),
    Remedy.SHORTEN: (
        "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "invalid_attachments",
        "too_many_attachments", "attachment_payload_limit_exceeded", "markdown_text_conflict",
        "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "too_many_contact_cards",
    ),
    Remedy.UNTHREAD: (
        "thread_not_found", "cannot_reply_to_message", "thread_locked", "invalid_thread_ts", "message_not_found",
        "restricted_action_thread_locked", "restricted_action_non_threadable_channel",
    ),
    Remedy.DOWN: (
        "restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
        "is_archived", "channel_not_found", "not_in_channel", "user_not_in_channel", "channel_type_not_supported",
        "is_inactive", "message_limit_exceeded", "no_permission", "access_denied", "enterprise_is_restricted",
        "team_access_not_granted", "team_not_found", "duplicate_channel_not_found", "duplicate_message_not_found",
        "slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked",
        "slack_connect_lists_sharing_blocked", "slack_connect_clip_sharing_blocked", "slack_connect_blocked_file_type",
        "user_not_found", "cannot_dm_bot", "user_disabled", "app_access_restricted",
    ),
    Remedy.GIVE_UP: (
        "messages_tab_disabled", "missing_scope", "not_allowed_token_type", "ekm_access_denied", "org_login_required",
        "two_factor_setup_required", "no_text", "as_user_not_supported", "deprecated_endpoint", "method_deprecated",
        "metadata_must_be_sent_from_app", "missing_file_data", "invalid_arg_name", "invalid_arguments",
        "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type",
        "duplicate_external_id", "hash_conflict", "not_enabled", "not_found", "view_too_large", "invalid_view",
        "unknown_method", "not_installed", "is_bot", "send_on_behalf_not_allowed", "draft_already_deleted",
        "draft_already_sent", "draft_has_conflict", "draft_not_found", "missing_profile_id", "not_implemented",
        "not_agent_app", "forbidden_team", "insecure_request", "missing_args", "bad_client_secret", "bad_redirect_uri",
        "cannot_install_an_org_installed_app", "invalid_client_id", "invalid_code_verifier", "invalid_grant_type",
        "invalid_refresh_token", "no_scopes", "oauth_authorization_url_mismatch", "pkce_not_allowed",
        "preview_feature_not_available", "user_email_unverified",
    ),
    # The last three are Bolt's own words, for a state that is old, used or of another browser, and for no code.
    Remedy.ANEW: ("invalid_code", "invalid_state", "invalid_browser", "missing_code"),
}  # fmt: skip

TOO_LONG = ("msg_too_long", "msg_blocks_too_long")
"""Refusals that say nothing of the kinds of blocks in a message."""

REMEDIES = {code: remedy for remedy, codes in _REFUSALS.items() for code in codes}


def remedy_for(code: str) -> Remedy:
    """Return what to do about ``code``: Slack's error, or the bot's own word for what happened to the connection.

    A status without Slack's word for it (``http_``) is a server's or a proxy's, and will pass: Slack itself refuses in
    JSON.
    """
    return Remedy.LATER if code.startswith("http_") else REMEDIES.get(code, Remedy.DOWN)


GATEWAY_TIMEOUT = 504
"""A gateway passed the call on and heard nothing: Slack may have done what was asked."""


class UnreadableError(aiohttp.ClientError):
    """Slack says that it has taken the call, in an answer that is none of its own."""


class NotTakenError(NotConnectedError):
    """Whoever answered has not done what was asked: as little has arrived as without a connection."""


PERHAPS_ARRIVED = (ServerConnectionError, ClientOSError, ClientPayloadError, asyncio.TimeoutError, UnreadableError)
"""Errors of a connection on which Slack may have taken the call."""

NETWORK_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What a call raises, after the SDK's retries, when Slack cannot be reached."""

SEND_ERRORS = (SlackClientError, *NETWORK_ERRORS)
"""Everything that a call to Slack raises on purpose."""

UNREADABLE = "unreadable_answer"
"""The bot's own word for an answer of success that cannot be read."""
UNNAMED = "unnamed_refusal"
"""Its word for a refusal that does not say why, or not in a code."""
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
    code = refusal_in(data) if isinstance(data, dict) else ""
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    if isinstance(status, int) and status != 200 and code in ("", UNNAMED):
        return f"http_{status}"
    return code or UNREADABLE


def refusal_in(body: Mapping[str, object]) -> str:
    """Return the code by which ``body`` refuses a call; "" where it does not."""
    code = body.get("error")
    if isinstance(code, str) and _CODE.fullmatch(code):
        return code
    return UNNAMED if body.get("ok") is False else ""


def is_unclear(error: BaseException) -> bool:
    """Say whether ``error`` leaves it open if Slack took the call."""
    if isinstance(error, SlackApiError):
        return code_of(error) in (UNREADABLE, f"http_{GATEWAY_TIMEOUT}")
    return isinstance(error, PERHAPS_ARRIVED)
