"""``python -m bot`` and the ``faqbot`` command."""

from __future__ import annotations

import sys

from bot.cli import cli
from bot.errors import BotError


def main() -> None:
    """Run the command line; known errors end it with one message and exit code 1."""
    try:
        cli(prog_name="faqbot")
    except BotError as error:
        sys.exit(f"faqbot: {error}")


if __name__ == "__main__":
    main()
