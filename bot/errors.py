"""What can stop the bot, said in one line that tells what to do."""

from __future__ import annotations

from collections.abc import Sequence


class BotError(Exception):
    """The base of this package's errors; its text is fit to be shown to an operator."""


class SettingsError(BotError):
    """The environment is wrong; ``problems`` names every variable, never its value."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
