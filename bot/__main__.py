"""``python -m bot`` and the ``faqbot`` command."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.settings import BotError


def main() -> None:
    """Run the command line; known errors end it with one message and exit code 1."""
    _open_streams()
    try:
        # Imported only here: whoever interrupts a start that takes long gets no traceback either.
        from bot.cli.main import cli  # noqa: PLC0415

        cli(prog_name="faqbot")
    except BotError as error:
        sys.exit(f"faqbot: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _open_streams() -> None:
    """Give every command three streams that take any text: a closed one is empty, what is no text shows as marks."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # open to the end
        getattr(sys, name).reconfigure(errors="replace" if mode == "r" else "backslashreplace")


if __name__ == "__main__":
    main()
