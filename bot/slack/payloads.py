"""What Slack sends, read into small values. Anything of another shape reads as None and is not answered.

Nothing here trusts a payload's form: it was signed by Slack, but its fields come from people and other apps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.actions import Action, parse_action
from bot.dialogue.message import Author
from bot.slack.render.mrkdwn import clean
from bot.state.batch import Batch, request_of

Payload = Mapping[str, Any]

_WORKSPACE = re.compile(r"[A-Z0-9]{1,64}", re.ASCII | re.IGNORECASE)

COMMAND = "/faq"
READ_CHARACTERS = 8_000
"""Characters of a message that are cleaned; the matcher reads fewer."""

ANSWERED_SUBTYPES = frozenset({"file_share", "thread_broadcast"})
"""Messages of these subtypes are people talking to the bot: with a file, or in a thread and the channel at once.
All other subtypes tell of something (https://docs.slack.dev/reference/events/message#subtypes)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened: a workspace, a channel, a person, and the thread to answer in (or None).

    Every question has a thread; ``began`` says that it begins there with the person's own message.

    ``direct`` says that the channel is a direct message: with the bot, or, for commands and what came of them, between
    two people. Nothing in Slack's payloads tells the two apart.
    """

    team: str
    channel: str
    user: str
    thread: str | None = None
    direct: bool = False
    began: bool = False
    batch: Batch | None = None
    """What its delivery reads and writes through."""
    stamp: str = ""
    """When it was written or pressed, by Slack's clock, or a command's own name: no two of a place share it."""

    @property
    def request(self) -> str:
        """The id under which the log speaks of it."""
        return request_of(self.batch)

    @property
    def person(self) -> str:
        """The key of what belongs to the person wherever they write: their language, the first contact."""
        return f"slack:{self.team}:{self.user}"

    @property
    def conversation(self) -> str:
        """The key of this conversation: a thread's people share its last topic and choices.

        Outside of threads a direct message has one conversation, which is the person's own.
        """
        if self.direct and not self.thread:
            return self.person
        return f"slack:{self.team}:{self.channel}:{self.thread or self.user}"

    @property
    def author(self) -> Author:
        """Whoever speaks there, as the desk knows them."""
        return Author(
            platform="slack",
            person=self.person,
            conversation=self.conversation,
            chat="" if self.direct else f"slack:{self.team}:{self.channel}",
            private=self.direct,
            # What begins a thread of its own may follow what was said in another: "tell me more".
            before=self.person if self.direct and self.began else "",
            latest=self.person if self.direct and self.thread else "",
            form=f"{COMMAND} {{}}",
            batch=self.batch,
            delivery=f"slack:{self.team}:{self.channel}:{self.stamp}" if self.stamp else "",
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A message to the bot.

    ``forwarded`` are the words of messages that it passes on; ``has_file``: it has a file, or passes one on.
    """

    place: Place
    text: str
    forwarded: str = ""
    has_file: bool = False

    @property
    def wordless(self) -> bool:
        """Whether it holds nothing but files."""
        return self.has_file and not self.text and not self.forwarded


@dataclass(frozen=True, slots=True)
class Invocation:
    """A slash command or message shortcut: the words, and where the answer may be sent later.

    ``root`` is the thread of the message that a shortcut was chosen on; ``has_file``: that has one, or passes one on.
    """

    place: Place
    text: str
    response_url: str
    root: str | None = None
    has_file: bool = False

    @property
    def wordless(self) -> bool:
        """Whether it holds nothing but files."""
        return self.has_file and not self.text


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed.

    ``row`` names the row of buttons it stood in, ``message`` the message's timestamp, ``private`` whether only this
    person sees that message; on the Home tab ``home`` is True and there is no ``response_url``, but the ``hash`` of
    the page that was pressed.
    """

    place: Place
    action: Action
    row: str
    message: str
    response_url: str
    private: bool
    home: bool
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """Someone opened the app: its Home tab, where the page named by ``hash`` stands, or its conversation
    (``messages``)."""

    place: Place
    tab: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody, maybe the bot, joined a channel; ``inviter`` is empty where nobody invited them."""

    place: Place
    inviter: str


def read_question(body: Payload, team: str | None, batch: Batch | None = None) -> Question | None:
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
    place = Place(team, channel, user, thread or stamp, direct, began=not thread, batch=batch, stamp=stamp)
    return Question(place, _words(event.get("text")), _forwarded(event), _has_file(event))


def read_command(body: Payload, team: str | None, batch: Batch | None = None) -> Invocation | None:
    """Read a slash command."""
    user, channel = word(body.get("user_id")), word(body.get("channel_id"))
    if not (team and user and channel):
        return None
    place = Place(team, channel, user, direct=channel.startswith("D"), batch=batch, stamp=word(body.get("trigger_id")))
    return Invocation(place, _words(body.get("text")), word(body.get("response_url")))


def read_shortcut(body: Payload, team: str | None, batch: Batch | None = None) -> Invocation | None:
    """Read a message shortcut: the text is the message's, the person is the one who chose it."""
    user, channel = word(mapping(body.get("user")).get("id")), word(mapping(body.get("channel")).get("id"))
    if not (team and user and channel):
        return None
    place = Place(team, channel, user, direct=channel.startswith("D"), batch=batch, stamp=word(body.get("trigger_id")))
    message = mapping(body.get("message"))
    root = word(message.get("thread_ts")) or word(message.get("ts")) or None
    text = _words(message.get("text")) or _forwarded(message)
    return Invocation(place, text, word(body.get("response_url")), root, _has_file(message))


def read_press(body: Payload, team: str | None, batch: Batch | None = None) -> Press | None:
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
        place=Place(team, channel, user, thread or None, direct, batch=batch, stamp=stamp),
        action=action,
        row=word(pressed.get("block_id")),
        message=word(container.get("message_ts")) or word(message.get("ts")),
        response_url=word(body.get("response_url")),
        private=container.get("is_ephemeral") is True,
        home=home,
        hash=word(mapping(body.get("view")).get("hash")),
    )


def read_opened(body: Payload, team: str | None, batch: Batch | None = None) -> Opened | None:
    """Read an ``app_home_opened`` event."""
    event = mapping(body.get("event"))
    user, tab = word(event.get("user")), word(event.get("tab"))
    if not (team and user and tab):
        return None
    shown = word(mapping(event.get("view")).get("hash"))
    return Opened(Place(team, word(event.get("channel")), user, direct=True, batch=batch), tab, shown)


def read_joined(body: Payload, team: str | None, batch: Batch | None = None) -> Joined | None:
    """Read a ``member_joined_channel`` event."""
    event = mapping(body.get("event"))
    user, channel, inviter = word(event.get("user")), word(event.get("channel")), word(event.get("inviter"))
    return Joined(Place(team, channel, user, batch=batch), inviter) if team and user and channel else None


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


def own_user(body: Payload) -> str:
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
