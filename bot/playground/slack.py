"""A Slack workspace in this process: two people, a channel, their direct messages with the bot, and its Web API.

Payloads have the shapes of https://docs.slack.dev/reference/events and /interactivity; they reach the bot signed.
"""

from __future__ import annotations

import itertools
import json
import re
import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from slack_sdk.signature import SignatureVerifier

from bot.playground.timeline import DeedError, Json, RefusalError, Shown, Timeline
from bot.slack.payloads import COMMAND, SHORTCUT

TEAM, BOT, CHANNEL = "T0PLAY", "U0BOT", "C0PLAY"
PEOPLE = {"alex": "U0ALEX", "ana": "U0ANA"}
"""Their ids by name."""
DIRECT = {"alex": "D0ALEX", "ana": "D0ANA"}

_COMMAND = re.compile(r"/\S+")
NO_COMMAND = (
    "“{command}” is not a valid command. In Slack, all messages that start with the “/” character are interpreted as "
    "commands. If you are trying to send a message and not run a command, try preceding the “/” with an empty space."
)
"""What Slack itself says to a command that no app has; no app hears of it."""


class SlackSay(Struct, frozen=True, tag="slack_say"):
    """``person`` writes in ``place`` ("channel" or "direct"), in a thread where one is named, to the bot or not."""

    person: str
    place: str
    text: str
    thread: str = ""
    mention: bool = True


class SlackPress(Struct, frozen=True, tag="slack_press"):
    """``person`` presses what has that ``value`` in a message, or (without one) on their Home tab."""

    person: str
    block: str
    action: str
    value: str
    message: str = ""


class SlackShortcut(Struct, frozen=True, tag="slack_shortcut"):
    """``person`` chooses the message shortcut on a message."""

    person: str
    message: str


class SlackOpen(Struct, frozen=True, tag="slack_open"):
    """``person`` opens the bot's ``tab``: "home" or "messages"."""

    person: str
    tab: str


SlackDeed = SlackSay | SlackPress | SlackShortcut | SlackOpen


class Workspace:
    """What Slack knows. ``address`` is where its response URLs begin."""

    def __init__(self, timeline: Timeline, address: str) -> None:
        self._timeline = timeline
        self._address = address
        self._numbers = itertools.count(1)
        self._hooks: dict[str, tuple[str, str, str]] = {}

    # What people do: each returns the payload that Slack sends, or None where the bot learns nothing of it.

    def do(self, deed: SlackDeed) -> Json | None:
        """Carry out what a person does. Raises DeedError."""
        if deed.person not in PEOPLE:
            raise DeedError
        match deed:
            case SlackSay():
                return self._say(deed)
            case SlackPress():
                return self._press(deed)
            case SlackShortcut():
                return self._shortcut(deed)
            case SlackOpen():
                return self._open(deed)

    def _say(self, deed: SlackSay) -> Json | None:
        user, direct = PEOPLE[deed.person], deed.place == "direct"
        channel = DIRECT[deed.person] if direct else CHANNEL
        if command := _COMMAND.match(deed.text):
            if command[0] == COMMAND:
                return self._command(deed, user, channel)
            text = NO_COMMAND.format(command=command[0])
            self._timeline.post(self._stamp(), channel, "slackbot", {"text": text, "blocks": []}, only=deed.person)
            return None
        mention = deed.mention and not direct
        text = f"<@{BOT}> {deed.text}" if mention else deed.text
        stamp = self._stamp()
        self._timeline.post(stamp, channel, deed.person, {"text": text}, thread=deed.thread)
        if not (mention or direct):
            return None
        kind = {"type": "message", "channel_type": "im"} if direct else {"type": "app_mention"}
        event = kind | {"user": user, "text": text, "ts": stamp, "channel": channel, "team": TEAM}
        return self._event(event | ({"thread_ts": deed.thread} if deed.thread else {}))

    def _command(self, deed: SlackSay, user: str, channel: str) -> Json:
        words = deed.text.strip().removeprefix(COMMAND).strip()
        return {
            "team_id": TEAM, "team_domain": "playground", "channel_id": channel, "channel_name": "playground",
            "user_id": user, "user_name": deed.person, "command": COMMAND, "text": words, "api_app_id": "A0PLAY",
            "is_enterprise_install": "false", "response_url": self._hook(channel, deed.person, ""),
            "trigger_id": f"{next(self._numbers)}.1.a",
        }  # fmt: skip

    def _press(self, deed: SlackPress) -> Json:
        person, home = deed.person, not deed.message
        shown = None if home else self._timeline.find(deed.message)
        view = self._timeline.page(f"home:{person}") if home else None
        if view is None and shown is None:
            raise DeedError
        blocks = (shown.content if shown else view or {}).get("blocks", [])
        body: Json = {
            "type": "block_actions", "api_app_id": "A0PLAY", "trigger_id": f"{next(self._numbers)}.1.a",
            "user": {"id": PEOPLE[person], "name": person, "team_id": TEAM}, "team": {"id": TEAM, "domain": "play"},
            "enterprise": None, "is_enterprise_install": False, "state": {"values": {}},
            "actions": [_action(blocks, deed) | {"block_id": deed.block, "action_ts": self._stamp()}],
        }  # fmt: skip
        if shown is None:
            view = {**(view or {}), "id": f"V{person}", "team_id": TEAM}
            return body | {"container": {"type": "view", "view_id": view["id"]}, "view": view}
        container = {"type": "message", "message_ts": shown.id, "channel_id": shown.place}
        thread = {"thread_ts": shown.thread} if shown.thread else {}
        message = {"ts": shown.id, "user": BOT, "bot_id": "B0PLAY", "text": shown.content["text"]} | thread
        return (
            body
            | {"container": container | thread | {"is_ephemeral": bool(shown.only)}}
            | {"channel": {"id": shown.place, "name": "playground"}}
            | {"response_url": self._hook(shown.place, person, shown.id)}
            | ({} if shown.only else {"message": message})
        )

    def _shortcut(self, deed: SlackShortcut) -> Json:
        shown = self._timeline.find(deed.message)
        if shown is None:
            raise DeedError
        message = {"type": "message", "user": PEOPLE.get(shown.author, BOT), "ts": shown.id, "team": TEAM}
        message |= {"text": shown.content["text"]} | ({"thread_ts": shown.thread} if shown.thread else {})
        return {
            "type": "message_action", "action_ts": self._stamp(), "team": {"id": TEAM, "domain": "play"},
            "user": {"id": PEOPLE[deed.person], "team_id": TEAM, "name": deed.person},
            "channel": {"id": shown.place, "name": "playground"}, "is_enterprise_install": False, "enterprise": None,
            "callback_id": SHORTCUT, "trigger_id": f"{next(self._numbers)}.1.a", "message_ts": shown.id,
            "response_url": self._hook(shown.place, deed.person, ""), "message": message,
        }  # fmt: skip

    def _open(self, deed: SlackOpen) -> Json:
        event = {"type": "app_home_opened", "user": PEOPLE[deed.person], "channel": DIRECT[deed.person]}
        event |= {"tab": deed.tab, "event_ts": self._stamp()}
        view = self._timeline.page(f"home:{deed.person}")
        return self._event(event | ({"view": view} if deed.tab == "home" and view else {}))

    def _event(self, event: Json) -> Json:
        number = next(self._numbers)
        own = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
        return {
            "team_id": TEAM, "api_app_id": "A0PLAY", "event": event, "type": "event_callback",
            "event_id": f"Ev{number:010d}", "event_time": int(time.time()), "authorizations": [own],
            "is_ext_shared_channel": False,
        }  # fmt: skip

    # What the bot does

    def acknowledged(self, payload: Json, answer: Json) -> None:
        """Show what the answer to a slash command carries."""
        place, _, person = self._hooks[payload["response_url"].rpartition("/")[2]]
        self._show(place, answer, only=person)

    def answer(self, method: str, arguments: Json) -> Json:
        """Return what ``method`` answers. Raises RefusalError."""
        self._timeline.called("slack", method, arguments)
        match method:
            case "auth.test":
                return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0PLAY"}
            case "chat.postMessage":
                shown = self._show(_place(arguments["channel"]), arguments, thread=arguments.get("thread_ts") or "")
                return {"channel": shown.place, "ts": shown.id}
            case "chat.postEphemeral":
                place, person = _place(arguments["channel"]), _person(arguments["user"])
                thread = arguments.get("thread_ts") or ""
                return {"message_ts": self._show(place, arguments, thread=thread, only=person).id}
            case "views.publish":
                person = _person(arguments["user_id"])
                self._timeline.turn_to(f"home:{person}", arguments["view"] | {"hash": secrets.token_hex(4)})
                return {"view": arguments["view"]}
            case "assistant.threads.setSuggestedPrompts":
                self._timeline.turn_to(f"prompts:{arguments['channel_id']}", arguments)
                return {}
            case _:
                raise RefusalError("unknown_method")

    def respond(self, name: str, body: Json) -> bool:
        """Use a response URL; return whether there is such a one."""
        if name not in self._hooks:
            return False
        self._timeline.called("slack", "response_url", body)
        place, message, person = self._hooks[name]
        shown = self._timeline.find(message) if message else None
        if body.get("delete_original") and shown is not None:
            self._timeline.remove(shown)
        elif body.get("replace_original") and shown is not None:
            self._timeline.change(shown, text=body["text"], blocks=body.get("blocks") or [])
        else:
            only = person if body.get("response_type") != "in_channel" else ""
            self._show(place, body, thread=body.get("thread_ts") or "", only=only)
        return True

    def _show(self, place: str, fields: Json, *, thread: str = "", only: str = "") -> Shown:
        content = {"text": fields.get("text", ""), "blocks": fields.get("blocks") or []}
        return self._timeline.post(self._stamp(), place, "bot", content, thread=thread, only=only)

    def _hook(self, place: str, person: str, message: str) -> str:
        name = secrets.token_hex(8)
        self._hooks[name] = (place, message, person)
        return f"{self._address}/respond/{name}"

    def _stamp(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"


def _person(user: str) -> str:
    for name, known in PEOPLE.items():
        if user == known:
            return name
    raise RefusalError("user_not_found")


def _place(channel: str) -> str:
    """Return the channel that is meant: a person's id stands for their direct message with the bot."""
    return next((DIRECT[name] for name, user in PEOPLE.items() if user == channel), channel)


def _action(blocks: list[Json], deed: SlackPress) -> Json:
    """Return what Slack reports of the element pressed. Raises DeedError where there is none."""
    for element in _elements(blocks, deed.block):
        if element.get("action_id") != deed.action:
            continue
        kind = {"type": element["type"], "action_id": deed.action}
        match element["type"]:
            case "button" if element.get("value", "") == deed.value:
                return kind | ({"value": deed.value} if deed.value else {})
            case "static_select":
                for option in element["options"]:
                    if option["value"] == deed.value:
                        return kind | {"selected_option": option}
            case "feedback_buttons":
                if deed.value in (element["positive_button"]["value"], element["negative_button"]["value"]):
                    return kind | {"value": deed.value}
    raise DeedError


def _elements(blocks: list[Json], name: str) -> Iterator[Json]:
    for block in blocks:
        if block.get("block_id") == name:
            yield from block.get("elements", ())
            yield from filter(None, [block.get("accessory")])
        yield from _elements(block.get("child_blocks", []), name)


def request_for(payload: Json, secret: str) -> tuple[bytes, dict[str, str]]:
    """Return the request with which Slack sends ``payload``: body and headers, signed."""
    if payload.get("type") == "event_callback":
        body, kind = json.dumps(payload).encode(), "application/json"
    else:
        fields: dict[str, Any] = {"payload": json.dumps(payload)} if "type" in payload else payload
        body, kind = urlencode(fields, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"
    moment = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=moment, body=body) or ""
    headers = {"content-type": kind, "x-slack-request-timestamp": moment, "x-slack-signature": signature}
    return body, headers
