"""What reaches the conversation: one message, without its platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Platform = Literal["slack", "telegram", "terminal"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a person.

    ``conversation`` names the place and person (any string; the store hashes it), ``private`` says that
    nobody else reads the reply, ``locale`` is the platform's hint (``es-MX``) or None.
    """

    text: str
    conversation: str
    platform: Platform
    private: bool = True
    locale: str | None = None
