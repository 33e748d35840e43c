"""Where the lines of a conversation in the terminal come from."""

from __future__ import annotations

from typing import Protocol


class Lines(Protocol):
    """Where the lines of a conversation come from."""

    def read(self, prompt: str) -> str | None:
        """Return the next line, or None where the person leaves."""


class PlainLines:
    """Lines of a pipe or a file, without a prompt's help."""

    def read(self, prompt: str) -> str | None:
        """Return the next line; one that is no text is empty."""
        try:
            return input(prompt)
        except (EOFError, KeyboardInterrupt):
            return None
        except UnicodeDecodeError:
            return ""
