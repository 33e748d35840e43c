"""What a button does, as a short code that any restart still understands.

A code is ``verb:argument:language``, ASCII, at most 64 bytes: Telegram's limit for ``callback_data``
(https://core.telegram.org/bots/api#inlinekeyboardbutton) and well within Slack's for ``value``.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

CODE_BYTES = 64

_CODE = re.compile(r"([a-z]{1,2}):([a-z0-9-]{0,40}):([a-z]{2})")


class Verb(StrEnum):
    """The kinds of action."""

    TOPIC = "t"
    """Show an entry; the argument is its slug."""
    SIGNPOST = "s"
    """Show a signpost; the argument is its id."""
    TOPICS = "l"
    """Show the topic list; the argument is the page, from 1, or nothing."""
    NONE = "n"
    """None of the offered choices."""
    SHARE = "sh"
    """Post an entry for everyone in the channel; the argument is its slug."""
    HELPFUL = "y"
    """The entry (slug) helped."""
    NOT_HELPFUL = "x"
    """The entry (slug) did not help."""
    LANGUAGE = "g"
    """Choose the code's language from now on."""
    PRIVACY = "p"
    """Show the privacy text."""
    HELP = "h"
    """Show help."""


class Action(Struct, frozen=True):
    """One action: what, about which entry or page, in which language."""

    verb: Verb
    argument: str
    lang: str

    @property
    def code(self) -> str:
        """The action as a button carries it."""
        return f"{self.verb}:{self.argument}:{self.lang}"


def parse_action(code: str) -> Action | None:
    """Return the action that ``code`` stands for, or None where it is not one of ours."""
    match = _CODE.fullmatch(code)
    if match is None or len(code) > CODE_BYTES:
        return None
    verb, argument, lang = match.groups()
    try:
        return Action(Verb(verb), argument, lang)
    except ValueError:
        return None
