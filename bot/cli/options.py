"""What several commands have in common."""

from __future__ import annotations

from pathlib import Path

import click

from bot.installed import NAME
from content.reading.digest import CONTENT_FOLDER
from content.schema.catalogue import Catalogue

LONGEST_NAME = 80
"""Characters of what was asked for that a message repeats."""

content_option = click.option(
    "--content",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=CONTENT_FOLDER,
    help="Folder with the content; the bot's own by default.",
)
lang_option = click.option(
    "--lang", metavar="LANG", help="Language where the words do not tell it; by default the content's first, English."
)


def command_here() -> str:
    """Return how the commands are called, as the one that runs was."""
    return click.get_current_context().find_root().info_name or NAME


def missing_package(error: ModuleNotFoundError) -> str:
    """Return what to do about a package that a command needs and that is not there."""
    return f"the package {error.name} is not installed: run `make .venv/tests` in a checkout once, it installs all"


def known_language(catalogue: Catalogue, lang: str | None) -> str:
    """Return the code of the language that ``--lang`` names (also ``es-MX``), or of the default one.

    Raises click.BadParameter where the content has no such language.
    """
    if lang is None:
        return catalogue.languages[0]
    code = catalogue.language(lang)
    if code is None:
        choice = " or ".join(catalogue.languages)
        raise click.BadParameter(f"there is no language {lang!r}: choose {choice}", param_hint="--lang")
    return code
