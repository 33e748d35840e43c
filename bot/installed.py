"""How this bot is installed: its version, and how its commands are called where the reader stands."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

NAME = "faqbot"
VERSION = "0.1.0"


def command_name(python: str = sys.executable, folder: Path | None = None, search: str | None = None) -> str:
    """Return what to type for ``faqbot``: the name alone where a shell finds this one, else how to get at it.

    ``python`` is the interpreter that runs, ``folder`` the current one, ``search`` the path of programs.
    """
    beside = Path(python).parent / NAME
    if not beside.exists():
        return "python -m bot"
    found = shutil.which(NAME, path=search)
    if found is not None and Path(found).resolve() == beside.resolve():
        return NAME
    here = folder or Path.cwd()
    return str(beside.relative_to(here) if beside.is_relative_to(here) else beside)


def as_called(text: str, name: str) -> str:
    """Return ``text`` with every command in it (`` `faqbot …` ``) as it is called here, so that it can be typed."""
    return text.replace(f"`{NAME} ", f"`{name} ")
