"""The bot's version, installed or in a checkout."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = "calcoord-faqbot"


def bot_version() -> str:
    """Return the version of the installed bot, or that of the checkout it runs in."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        project = Path(__file__).parent.parent / "pyproject.toml"
        found: str = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
        return found
