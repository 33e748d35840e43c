"""The command `gaps`: what could not be answered, for editors."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import click

from bot.cli.environment import settings_of
from bot.cli.options import content_option
from bot.service.gaps import FEWEST, KEPT_MONTHS, UNREADABLE, read_gaps, unreadable
from content.reading.compiled import load_catalogue
from intents.language.foreign import UNDETERMINED


@click.command()
@content_option
def gaps(root: Path) -> None:
    """List what could not be answered, as counts by month, reason, nearest topic and language."""
    folder = settings_of(os.environ, Path.cwd()).gaps_folder
    if folder is None:
        raise click.ClickException("nothing is counted: set GAPS_FOLDER to a folder of the bot's own, and restart it")
    if not Path(folder).is_dir():
        raise click.ClickException("GAPS_FOLDER: there is no such folder yet; a bot that runs with it makes it")
    found = read_gaps(Path(folder), datetime.now(UTC).date())
    for name in unreadable(Path(folder)):
        click.echo(f"warning: {name} in GAPS_FOLDER {UNREADABLE}", err=True)
    catalogue = load_catalogue(root)
    others = (*catalogue.foreign.items(), *catalogue.language_cards.items())
    called = catalogue.edition(None).language.other_languages
    names = {code: f"{code}, {those[0].title()}" for code, those in called.items()}
    names |= {code: f"{code}, {one.name}" for code, one in others}
    names[UNDETERMINED] = "a language that is not known"
    for (month, reason), kinds in groupby(found.items(), key=lambda one: (one[0].month, one[0].reason)):
        click.echo(f"{month} {reason}")
        for gap, count in sorted(kinds, key=lambda one: (-one[1], one[0])):
            click.echo(f"{count:>7} {gap.topic or 'near no topic'} ({names.get(gap.lang, gap.lang)})")
    click.echo(f"counts below {FEWEST} are not shown; older than {KEPT_MONTHS} months are deleted")
