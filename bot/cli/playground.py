"""Commands that show what people will see: the playground, and pictures of the content."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from bot.cli.options import content_option
from bot.logs import set_up_logs
from bot.settings import HIGHEST_PORT, Settings
from content.schema.errors import Problem

PROXIES = ("http_proxy", "https_proxy", "all_proxy")
"""Variables that would lead the bot's calls to its own page elsewhere."""


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, HIGHEST_PORT),
    envvar="PORT",
    default=Settings().port,
    show_default=True,
    help="Where on this machine; 0 takes any that is free. $PORT says it too.",
)
@content_option
def playground(port: int, root: Path) -> None:
    """Open a page that shows both platforms side by side. No account, no network, nothing is kept."""
    set_up_logs()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(root, port))


async def _serve(root: Path, port: int) -> None:
    from bot.cli.editing.check import check_content
    from bot.playground.server import Playground

    def warnings(root: Path) -> Sequence[Problem | str]:
        return check_content(root)[1]

    for name in PROXIES:
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    async with Playground(root, warnings, port) as page:
        click.echo(f"open {page.url}\nCtrl-C ends it; nothing of it is kept.", err=True)
        await asyncio.Event().wait()
