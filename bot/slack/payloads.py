"""What happens in Slack, as small values: where, and what somebody says, presses or opens there."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot.dialogue.actions import HELPS, Action
from bot.dialogue.message import Author
from bot.state.batch import Batch, request_of

COMMAND = "/faq"
SHORTCUT = "answer_message"
"""The ``callback_id`` of the message shortcut."""


class Workspace(Struct, frozen=True):
    """The bot in one workspace: its token (None where the workspace is unknown) and its own user id."""

    team: str
    enterprise: str | None = None
    token: str | None = None
    user: str | None = None


class Place(Struct, frozen=True):
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
    stamp: str = ""
    """When it was written or pressed, by Slack's clock, or a command's own name: no two of a place share it."""
    workspace: Workspace = Workspace("")
    """Who the bot is there, once that is known."""
    batch: Batch | None = None
    """What its delivery reads and writes through, once it is taken."""

    @property
    def joined(self) -> str | None:
        """The thread in which people write already, which what is said to one of them alone belongs to."""
        return None if self.began else self.thread

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
        person = self.person
        return Author(
            platform="slack",
            person=person,
            conversation=self.conversation,
            chat="" if self.direct else f"slack:{self.team}:{self.channel}",
            private=self.direct,
            # What begins a thread of its own may follow what was said in another: "tell me more".
            before=person if self.direct and self.began else "",
            latest=person if self.direct and self.thread else "",
            form=f"{COMMAND} {{}}",
            batch=self.batch,
            delivery=f"slack:{self.team}:{self.channel}:{self.stamp}" if self.stamp else "",
        )


class Question(Struct, frozen=True):
    """A message to the bot.

    ``forwarded`` are the words of messages that it passes on; ``has_file``: it has a file, or passes one on.
    """

    place: Place
    text: str
    forwarded: str = ""
    has_file: bool = False


class Invocation(Struct, frozen=True):
    """A slash command or message shortcut: the words, and where the answer may be sent later.

    ``root`` is the thread of the message that a shortcut was chosen on; ``has_file``: that has one, or passes one on.
    """

    place: Place
    text: str
    response_url: str
    root: str | None = None
    has_file: bool = False


class Press(Struct, frozen=True):
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


class Opened(Struct, frozen=True):
    """Someone opened the app: its Home tab, where the page named by ``hash`` stands, or its conversation
    (``messages``)."""

    place: Place
    tab: str
    hash: str = ""


class Joined(Struct, frozen=True):
    """Somebody, maybe the bot (``own`` is its user id, where the event tells it), joined a channel; ``inviter`` is
    empty where nobody invited them."""

    place: Place
    inviter: str
    own: str


Happened = Question | Invocation | Press | Opened | Joined
H = TypeVar("H", bound=Happened)


def placed(what: H, workspace: Workspace, batch: Batch) -> H:
    """Return ``what`` with who the bot is in its place, and what its delivery reads and writes through."""
    return replace(what, place=replace(what.place, workspace=workspace, batch=batch))


class Delivered(Struct, frozen=True):
    """What tells a delivery from others: its mark (nothing where it has none), whose turn it is, and what a press asks
    for where a second tap would say it again; and what it is about, where that is anything for the bot.

    ``again`` says that Slack delivers it again where it is not acknowledged: events, but not commands and presses
    (https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response).
    """

    mark: tuple[str, ...] = ()
    turn: str = ""
    again: bool = False
    tap: tuple[str, ...] = ()
    what: Happened | None = None

    @property
    def keeps(self) -> bool:
        """Whether it is tried again here: what comes only once, but for pages of the Home tab that are no urgent help,
        because they would take the place of newer ones."""
        press = self.what if isinstance(self.what, Press) else None
        return not self.again and not (press and press.home and press.action.verb not in HELPS)
