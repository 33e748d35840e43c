"""``python -m bot`` and the ``faqbot`` command."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

from bot.settings import BotError

TAKE_HANGUPS = ("run", "serve")
"""Commands that take up new content on SIGHUP."""
COLLECTED = 10_000, 50
"""New objects after which Python looks through them for garbage, and times after which it looks through what was left.
After 700 and 10 times, its default, it would look 200 times while everything is loaded, which stays."""


def main() -> None:
    """Run the command line; known errors end it with one message and exit code 1."""
    begin_lightly()
    _hold_hangups()
    _open_streams()
    sys.exit(_written(_run()))


def begin_lightly() -> None:
    """Leave out of the start what only takes time. To be called before anything else is imported."""
    gc.set_threshold(*COLLECTED)
    # No product of the matcher's is large enough for several threads, and numpy starts them when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _hold_hangups() -> None:
    """Let SIGHUP wait until the command takes it: else it would end a process that is only starting."""
    if sys.argv[1:2] and sys.argv[1] in TAKE_HANGUPS and hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


def _run() -> str | int | None:
    """Run the command; return its exit code, or the message that ends it."""
    try:
        # Imported only here: whoever interrupts a start that takes long gets no traceback either.
        from bot.cli.main import cli  # noqa: PLC0415
        from bot.installed import as_called, command_name  # noqa: PLC0415

        cli(prog_name=command_name())
    except SystemExit as end:
        return end.code
    except BotError as error:
        return f"faqbot: {as_called(str(error), command_name())}"
    except KeyboardInterrupt:
        return 130
    return 0


def _written(code: str | int | None) -> str | int | None:
    """Return ``code``, or what to say where the last of the output finds no place: Python itself would be too late."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # What is left is dropped, so that nothing tries again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return code or 1
        return code or f"Error: cannot write ({error.strerror}): check the path and its permissions"
    return code


def _open_streams() -> None:
    """Give every command three streams that take any text: a closed one is empty, what is no text shows as marks."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # open to the end
        getattr(sys, name).reconfigure(errors="replace" if mode == "r" else "backslashreplace")


if __name__ == "__main__":
    main()
