"""Reads what Slack sends, once. Anything of another shape reads as None and is not answered.

Nothing here trusts a payload's form: it was signed by Slack, but its fields come from people and other apps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bot.dialogue.actions import IN_PLACE, Verb, parse_action
from bot.slack.payloads import Delivered, Invocation, Joined, Opened, Place, Press, Question
from bot.slack.render.mrkdwn import clean

Payload = Mapping[str, Any]

_WORKSPACE = re.compile(r"[A-Z0-9]{1,64}", re.ASCII | re.IGNORECASE)

READ_CHARACTERS = 8_000
"""Characters of a message that are cleaned; the matcher reads fewer."""

ANSWERED_SUBTYPES = frozenset({"file_share", "thread_broadcast"})
"""Messages of these subtypes are people talking to the bot: with a file, or in a thread and the channel at once.
All other subtypes tell of something (https://docs.slack.dev/reference/events/message#subtypes)."""


def parse(body: bytes, content_type: str) -> dict[str, Any] | None:
    """Return the payload of a request body (JSON, or a form that may hold JSON), or None where it is neither."""
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        data = None
    if isinstance(data, dict):
        return data
    text = body.decode("utf-8", errors="replace")
    try:
        if content_type.startswith("application/json") or text.startswith("{"):
            data = json.loads(text)
        else:
            fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=200))
            data = json.loads(fields["payload"]) if "payload" in fields else fields
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def identify(body: Payload, known: str | None = None) -> Delivered:
    """Return what the delivery in ``body`` is about, and what tells it from others: that, else its event's id.

    A mention in a direct message comes as two events, which are about one message. ``known`` is the workspace that
    Bolt takes it to come from: it takes that from ``authorizations``, which name none where the app is installed for a
    whole organisation; the event's own envelope does.
    """
    team = known or workspace_id(body.get("team_id"))
    if body.get("type") == "event_callback" or "event" in body:
        event, own = word(body.get("event_id")), workspace_id(body.get("team_id")) or "-"
        about: tuple[str, ...] = ("event", event) if event else ()
        if question := read_question(body, team):
            place = question.place
            about = ("message", own, place.channel, place.stamp)
            return Delivered(about, f"{own}:{place.channel}:{place.user}", again=True, what=question)
        if joined := read_joined(body, team):
            hello = ("hello", own, joined.place.channel)
            return Delivered(hello if joined.place.user == joined.own else about, again=True, what=joined)
        return Delivered(about, again=True, what=read_opened(body, team))
    if press := read_press(body, team):
        place, code = press.place, press.action.code
        mark = ("press", place.team, place.user, place.stamp, code) if place.stamp else ()
        says = not press.home and press.action.verb not in (*IN_PLACE, Verb.SHARE) and press.message
        tap = (place.team, place.channel, place.user, press.message, code) if says else ()
        return Delivered(mark, tap=tap, what=press)
    return Delivered(_once(body), what=(read_command if "command" in body else read_shortcut)(body, team))


def _once(body: Payload) -> tuple[str, ...]:
    """Return what tells a command or shortcut from others, so that a request recorded and sent again says nothing."""
    if "command" not in body and body.get("type") != "message_action":
        return ()
    team = word(body.get("team_id")) or word(mapping(body.get("team")).get("id"))
    trigger, stamp = word(body.get("trigger_id")), word(body.get("action_ts"))
    return ("once", team, trigger, stamp) if trigger or stamp else ()


def read_question(body: Payload, team: str | None) -> Question | None:
    """Read an ``app_mention`` or ``message.im`` event; None where it is no person's question to the bot."""
    event = mapping(body.get("event"))
    user, channel, stamp = word(event.get("user")), word(event.get("channel")), word(event.get("ts"))
    if not (team and user and channel and stamp):
        return None
    if event.get("type") not in ("app_mention", "message"):
        return None
    if event.get("bot_id") or event.get("hidden"):
        return None
    # A mention that an edit adds is meant for the bot; an edit of what it answered is about the same message.
    if event.get("edited") and event.get("type") != "app_mention":
        return None
    if event.get("subtype") is not None and event.get("subtype") not in ANSWERED_SUBTYPES:
        return None
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    if event.get("type") == "message" and not direct:
        return None
    thread = word(event.get("thread_ts"))
    place = Place(team, channel, user, thread or stamp, direct, began=not thread, stamp=stamp)
    return Question(place, _words(event.get("text")), _forwarded(event), _has_file(event))


def read_command(body: Payload, team: str | None) -> Invocation | None:
    """Read a slash command."""
    user, channel = word(body.get("user_id")), word(body.get("channel_id"))
    if not (team and user and channel):
        return None
    place = Place(team, channel, user, direct=channel.startswith("D"), stamp=word(body.get("trigger_id")))
    return Invocation(place, _words(body.get("text")), word(body.get("response_url")))


def read_shortcut(body: Payload, team: str | None) -> Invocation | None:
    """Read a message shortcut: the text is the message's, the person is the one who chose it."""
    user, channel = word(mapping(body.get("user")).get("id")), word(mapping(body.get("channel")).get("id"))
    if body.get("type") != "message_action" or not (team and user and channel):
        return None
    place = Place(team, channel, user, direct=channel.startswith("D"), stamp=word(body.get("trigger_id")))
    message = mapping(body.get("message"))
    root = word(message.get("thread_ts")) or word(message.get("ts")) or None
    text = _words(message.get("text")) or _forwarded(message)
    return Invocation(place, text, word(body.get("response_url")), root, _has_file(message))


def read_press(body: Payload, team: str | None) -> Press | None:
    """Read a pressed button or a vote; None where it is none of the bot's."""
    user, pressed = word(mapping(body.get("user")).get("id")), _first(body.get("actions"))
    # A menu says what was chosen in another place than a button.
    action = parse_action(word(pressed.get("value")) or word(mapping(pressed.get("selected_option")).get("value")))
    if not (team and user and action):
        return None
    container, message = mapping(body.get("container")), mapping(body.get("message"))
    home = container.get("type") == "view" or mapping(body.get("view")).get("type") == "home"
    channel = word(mapping(body.get("channel")).get("id")) or word(container.get("channel_id"))
    if not home and not channel:
        return None
    thread = word(message.get("thread_ts")) or word(container.get("thread_ts"))
    direct, stamp = home or channel.startswith("D"), word(pressed.get("action_ts"))
    return Press(
        place=Place(team, channel, user, thread or None, direct, stamp=stamp),
        action=action,
        row=word(pressed.get("block_id")),
        message=word(container.get("message_ts")) or word(message.get("ts")),
        response_url=word(body.get("response_url")),
        private=container.get("is_ephemeral") is True,
        home=home,
        hash=word(mapping(body.get("view")).get("hash")),
    )


def read_opened(body: Payload, team: str | None) -> Opened | None:
    """Read an ``app_home_opened`` event."""
    event = mapping(body.get("event"))
    user, tab = word(event.get("user")), word(event.get("tab"))
    if event.get("type") != "app_home_opened" or not (team and user and tab):
        return None
    shown = word(mapping(event.get("view")).get("hash"))
    return Opened(Place(team, word(event.get("channel")), user, direct=True), tab, shown)


def read_joined(body: Payload, team: str | None) -> Joined | None:
    """Read a ``member_joined_channel`` event."""
    event = mapping(body.get("event"))
    user, channel, inviter = word(event.get("user")), word(event.get("channel")), word(event.get("inviter"))
    if event.get("type") != "member_joined_channel" or not (team and user and channel):
        return None
    return Joined(Place(team, channel, user), inviter, _own_user(body))


def read_revoked_bot(body: Payload) -> bool:
    """Say whether a ``tokens_revoked`` event tells of the bot's own token."""
    tokens = mapping(mapping(body.get("event")).get("tokens"))
    return isinstance(tokens.get("bot"), list) and bool(tokens["bot"])


def read_moment(body: Payload) -> float | None:
    """Return when the event happened, in seconds, or None where that is not said."""
    moment = body.get("event_time")
    sound = isinstance(moment, int) and not isinstance(moment, bool) and 0 < moment < 2**40
    return float(moment) if sound and isinstance(moment, int) else None


def workspace_id(value: object) -> str | None:
    """Return the id of a workspace or organisation, or None where ``value`` has not the form of one."""
    return value if isinstance(value, str) and _WORKSPACE.fullmatch(value) else None


def _own_user(body: Payload) -> str:
    """Return the bot's own user id as the event itself tells it, or ""."""
    own = _first(body.get("authorizations"))
    return word(own.get("user_id")) if own.get("is_bot") is True else ""


def mapping(value: object) -> Payload:
    """Return ``value`` where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def _first(value: object) -> Payload:
    return mapping(value[0]) if isinstance(value, list) and value else {}


def word(value: object) -> str:
    """Return ``value`` where it is a name, an id or the like, else ""."""
    return value if isinstance(value, str) and len(value) <= 500 and value.isprintable() else ""


def _shared(message: Payload) -> list[Payload]:
    """Return the messages that ``message`` passes on; previews of links and other apps' cards are none."""
    attachments = message.get("attachments")
    found = [mapping(one) for one in attachments] if isinstance(attachments, list) else []
    return [one for one in found if one.get("is_share") is True or one.get("is_msg_unfurl") is True]


def _forwarded(message: Payload) -> str:
    """Return the words of the messages that ``message`` passes on.

    Of one without words, a file or an app's card, ``fallback`` holds what Slack puts in their place.
    """
    return " ".join(words for one in _shared(message) if (words := _words(one.get("text"))))


def _has_file(message: Payload) -> bool:
    """Say whether ``message`` has a file, or passes on a message that has one or no words."""
    return bool(message.get("files")) or any(
        one.get("files") or not _words(one.get("text")) for one in _shared(message)
    )


def _words(value: object) -> str:
    return clean(value[:READ_CHARACTERS]) if isinstance(value, str) else ""
