"""What a person says, and who they are, whatever the platform."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from msgspec import Struct

from bot.state.batch import Batch, request_of
from intents.reading import plain_words

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)

Platform = Literal["slack", "telegram", "terminal"]


class Message(Struct, frozen=True, dict=True):
    """One message of a person.

    ``conversation`` names the place and person (any string; the store hashes it), ``locale`` is the platform's hint
    (``es-MX``) or None. ``person`` names the person wherever they write; without it that is the conversation's name.
    ``about`` is the code of what shows the answer that the message replies to, ``claim`` the words of somebody else
    that it replies to; each "" where there is none. ``before`` names what the person said elsewhere before they began
    this conversation, ``latest`` where this is to be found by whoever begins another; each "" where conversations have
    nothing to do with each other. ``aside``: it is said to several people, in reply to the bot, and names it nowhere.
    ``numbered``: the person sees what stands below an answer under numbers.
    """

    text: str
    conversation: str
    locale: str | None = None
    person: str = ""
    about: str = ""
    claim: str = ""
    before: str = ""
    latest: str = ""
    aside: bool = False
    numbered: bool = False

    @cached_property
    def plain(self) -> str:
        """The plain words of :attr:`text`, which several readers ask for."""
        return plain_words(self.text)

    @property
    def speaker(self) -> str:
        """The key of what belongs to the person wherever they write: the language, whether they have been met."""
        return self.person or self.conversation


class Author(Struct, frozen=True, kw_only=True):
    """Who speaks, and where. ``person``, ``conversation`` and ``chat`` are names of any form; the store hashes them.

    ``person`` is the same wherever they write; ``chat`` is a group or channel, nothing where nobody else is.
    ``paced``: the platform takes only so many messages there. ``met``: people there have been told what this is.
    ``before``, ``latest`` and ``aside`` are a message's. ``form`` is how a command is written there. ``batch`` is what
    this delivery reads and writes through, ``delivery`` a name that it keeps when it comes again.
    """

    platform: Platform
    person: str
    conversation: str
    chat: str = ""
    private: bool = True
    paced: bool = False
    met: bool = False
    locale: str | None = None
    before: str = ""
    latest: str = ""
    aside: bool = False
    form: str = "/{}"
    batch: Batch | None = None
    delivery: str = ""

    @property
    def request(self) -> str:
        """The id under which the log speaks of this delivery."""
        return request_of(self.batch)

    def says(self, text: str) -> Message:
        """Return ``text`` as this person's message, without links: what an address says, nobody has said."""
        return Message(
            without_links(text),
            self.conversation,
            self.locale,
            self.person,
            before=self.before,
            latest=self.latest,
            aside=self.aside,
            numbered=self.platform == "terminal",
        )


def without_links(text: str) -> str:
    """Return ``text`` without the addresses of pages in it."""
    return _LINK.sub(" ", text).strip() if "://" in text else text
