"""Payloads as Slack sends them, and requests around them, signed.

Shapes after https://docs.slack.dev/reference/events, /interactivity and the SDK's test data.
"""

from __future__ import annotations

import itertools
import json
import time
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

SECRET = "signing-secret"

_numbers = itertools.count(1)


def stamp() -> str:
    """Return a message timestamp that no other message has."""
    return f"{int(time.time())}.{next(_numbers):06d}"


def callback(event: dict[str, Any], team: str = "T1", **changes: Any) -> dict[str, Any]:
    """Return ``event`` in its envelope, with an ``event_id`` of its own."""
    number = next(_numbers)
    return {
        "token": "verification",
        "team_id": team,
        "api_app_id": "A1",
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{number:010d}",
        "event_time": int(time.time()),
        "authorizations": [
            {"enterprise_id": None, "team_id": team, "user_id": "UBOT", "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{number}",
    } | changes


def mention(text: str, user: str = "U1", channel: str = "C1", team: str = "T1", **changes: Any) -> dict[str, Any]:
    """Return an ``app_mention`` event."""
    event = {"type": "app_mention", "user": user, "text": f"<@UBOT> {text}", "ts": stamp(), "channel": channel}
    return callback(event | {"team": team} | changes, team)


def direct(text: str, user: str = "U1", channel: str = "D1", team: str = "T1", **changes: Any) -> dict[str, Any]:
    """Return a ``message.im`` event."""
    event = {"type": "message", "channel_type": "im", "user": user, "text": text, "ts": stamp(), "channel": channel}
    return callback(event | {"team": team} | changes, team)


def opened(tab: str, user: str = "U1", channel: str = "D1") -> dict[str, Any]:
    """Return an ``app_home_opened`` event."""
    return callback({"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": stamp()})


def joined(user: str = "UBOT", channel: str = "C1") -> dict[str, Any]:
    """Return a ``member_joined_channel`` event."""
    event = {"type": "member_joined_channel", "user": user, "channel": channel, "channel_type": "C", "team": "T1"}
    return callback(event | {"inviter": "U1", "event_ts": stamp()})


def revoked(**tokens: list[str]) -> dict[str, Any]:
    """Return a ``tokens_revoked`` event."""
    return callback({"type": "tokens_revoked", "tokens": tokens, "event_ts": stamp()})


def uninstalled(team: str = "T1") -> dict[str, Any]:
    """Return an ``app_uninstalled`` event."""
    return callback({"type": "app_uninstalled", "event_ts": stamp()}, team)


def command(text: str, url: str = "", user: str = "U1", channel: str = "C1", team: str = "T1") -> dict[str, str]:
    """Return a slash command's fields."""
    return {
        "token": "verification",
        "team_id": team,
        "team_domain": "nombre-secreto",
        "channel_id": channel,
        "channel_name": {"C": "general", "D": "directmessage", "G": "mpdm-a--b--c-1"}[channel[0]],
        "user_id": user,
        "user_name": "nombre",
        "command": "/faq",
        "text": text,
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": f"{next(_numbers)}.1.a",
    }


def shortcut(text: str, url: str, user: str = "U1", channel: str = "C1") -> dict[str, Any]:
    """Return the message shortcut's payload."""
    return {
        "type": "message_action",
        "token": "verification",
        "action_ts": stamp(),
        "team": {"id": "T1", "domain": "nombre-secreto"},
        "user": {"id": user, "username": "nombre", "team_id": "T1", "name": "nombre"},
        "channel": {"id": channel, "name": "general"},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": "answer_message",
        "trigger_id": f"{next(_numbers)}.1.a",
        "response_url": url,
        "message_ts": "1690000000.000100",
        "message": {"type": "message", "user": "U2", "ts": "1690000000.000100", "text": text, "team": "T1"},
    }


def press(
    code: str,
    url: str = "",
    *,
    user: str = "U1",
    channel: str = "C1",
    row: str = "related",
    message: str = "1700000000.000001",
    thread: str | None = "1690000000.000100",
    private: bool = False,
    kind: str = "button",
) -> dict[str, Any]:
    """Return a ``block_actions`` payload for the button with ``code`` in a message."""
    action_id = "faq:vote" if kind == "feedback_buttons" else f"faq:{code}"
    action = {"type": kind, "block_id": row, "action_id": action_id, "value": code, "action_ts": stamp()}
    container = {"type": "message", "message_ts": message, "channel_id": channel, "is_ephemeral": private}
    body: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": user, "username": "nombre", "name": "nombre", "team_id": "T1"},
        "api_app_id": "A1",
        "token": "verification",
        "container": container | ({"thread_ts": thread} if thread else {}),
        "trigger_id": f"{next(_numbers)}.1.a",
        "team": {"id": "T1", "domain": "nombre-secreto"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel, "name": "general"},
        "response_url": url,
        "actions": [action],
        "state": {"values": {}},
    }
    if not private:
        body["message"] = {"ts": message, "user": "UBOT", "bot_id": "BBOT", "text": "t"} | (
            {"thread_ts": thread} if thread else {}
        )
    return body


def home_press(code: str, user: str = "U1") -> dict[str, Any]:
    """Return a ``block_actions`` payload for a button on the Home tab."""
    body = press(code, user=user)
    for name in ("channel", "message", "response_url"):
        del body[name]
    body["container"] = {"type": "view", "view_id": "V1"}
    body["view"] = {"id": "V1", "team_id": "T1", "type": "home", "callback_id": "home", "blocks": []}
    return body


def sign(body: bytes, when: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """Return Slack's signature headers for ``body``."""
    moment = str(int(time.time() if when is None else when))
    signature = SignatureVerifier(secret).generate_signature(timestamp=moment, body=body)
    return {"x-slack-request-timestamp": moment, "x-slack-signature": signature or ""}


def as_json(payload: Any, when: float | None = None) -> tuple[bytes, dict[str, str]]:
    """Return an Events API request: body and headers."""
    body = json.dumps(payload).encode()
    return body, {"content-type": "application/json", **sign(body, when)}


def as_form(fields: dict[str, Any], when: float | None = None) -> tuple[bytes, dict[str, str]]:
    """Return a slash command's request, or with ``{"payload": …}`` an interaction's."""
    values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    body = urlencode(values, errors="surrogatepass").encode()
    return body, {"content-type": "application/x-www-form-urlencoded", **sign(body, when)}


def request_for(payload: dict[str, Any], when: float | None = None) -> tuple[bytes, dict[str, str]]:
    """Return the request with which Slack sends ``payload`` at ``when``, by default now."""
    if payload.get("type") in ("event_callback", "url_verification", "app_rate_limited"):
        return as_json(payload, when)
    if "command" in payload and "type" not in payload:
        return as_form(payload, when)
    return as_form({"payload": payload}, when)
