"""The commands of ``faqbot``, by what they are for: talking, content, service."""

from __future__ import annotations

from pathlib import Path

import click

from content.digest import CONTENT_FOLDER

content_option = click.option(
    "--content",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=CONTENT_FOLDER,
    help="Folder with the content; the bot's own by default.",
)
lang_option = click.option("--lang", default="en", show_default=True, help="Language where the words do not tell it.")
