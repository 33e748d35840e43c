"""Commands that show what people will see: the playground, and pictures of the content."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from bot.cli.environment import read_environ
from bot.cli.options import content_option, known_language
from bot.logs import set_up_logs
from bot.settings import HIGHEST_PORT, Settings
from content.reading.compiled import load_catalogue
from content.schema.errors import Problem
from intents.matcher import open_matcher

if TYPE_CHECKING:  # its servers are imported where they are used
    from bot.playground.server import Playground

_PORTS = click.IntRange(0, HIGHEST_PORT)
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
"""Variables that would lead the bot's calls to its own page elsewhere."""


def _port(ctx: click.Context, param: click.Parameter, given: int | None) -> int | None:
    """Return the port that is ``given``, else that of PORT, here or in ``.env``, of which nothing else is heeded."""
    if given is not None:
        return given
    said = read_environ(os.environ, Path.cwd()).get("PORT", "").strip()
    return int(_PORTS(said, param, ctx)) if said else None


@click.command()
@click.option(
    "--port",
    type=_PORTS,
    callback=_port,
    help="Where on this machine; 0 takes any that is free. Else $PORT, 8000 or, if that is taken, any.",
)
@content_option
def playground(port: int | None, root: Path) -> None:
    """Open a page that shows both platforms side by side. No account, no network, nothing is kept."""
    set_up_logs()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(root, port))


@click.command()
@click.argument("names", metavar="ENTRY…", nargs=-1, required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("pictures"), show_default=True)
@click.option("--lang", help="One language; all by default.")
@click.option(
    "--form",
    type=click.Choice(["first", "whole", "sources"]),
    default="first",
    show_default=True,
    help="Where there is.",
)
@click.option("--width", type=click.Choice(["phone", "desktop"]), default="phone", show_default=True)
@click.option("--look", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@content_option
def pictures(names: tuple[str, ...], out: Path, lang: str | None, form: str, width: str, look: str, root: Path) -> None:
    """Draw each ENTRY as people see it on both platforms: a PNG in each language, for reviewers.

    An ENTRY is a number, slug or alias, or anything else that the content says, by its kind and name: signpost/schools,
    law/sb-54, urgent/door, term/detainer, language/zh-hans.
    """
    from bot.cli.named import key_of

    catalogue = load_catalogue(root)
    langs = [known_language(catalogue, lang)] if lang else list(catalogue)
    matcher = open_matcher(catalogue, root)
    keys = [key_of(name, catalogue, matcher.look_up(name, catalogue.languages[0]).slug) for name in names]
    out.mkdir(parents=True, exist_ok=True)
    set_up_logs()
    asyncio.run(_draw(root, out, keys, langs, {"form": form, "width": width, "look": look}))


async def _draw(root: Path, out: Path, keys: Sequence[str], langs: Sequence[str], how: Mapping[str, str]) -> None:
    from bot.playground.browser import PAGE_WIDTHS, open_browser, save_picture

    async with _open_page(root, 0, checked=False) as page, open_browser() as browser:
        for key in keys:
            for lang in langs:
                await browser.open(
                    f"{page.url}?{urlencode({'view': 'content', 'key': key, 'lang': lang, **how})}",
                    PAGE_WIDTHS[how["width"]],
                )
                await browser.wait("document.querySelector('.twins .bubble')")
                await browser.press(".twins .closed button")  # reviewers read what the quote holds, too
                if told := await browser.boxes():
                    click.echo(f"{key}: {told}", err=True)
                path = out / f"{key.replace('/', '-')}-{lang}.png"
                save_picture(await browser.take(".twins"), path)
                click.echo(path)


async def _serve(root: Path, port: int | None) -> None:
    from bot.service.web.connections import ListenError

    async with AsyncExitStack() as stack:
        try:
            page = await stack.enter_async_context(_open_page(root, Settings().port if port is None else port))
        except ListenError:
            if port is not None:
                raise
            click.echo(f"port {Settings().port} is taken; any other that is free will do", err=True)
            page = await stack.enter_async_context(_open_page(root, 0))
        click.echo(f"open {page.url}\nCtrl-C ends it; nothing of it is kept.", err=True)
        await asyncio.Event().wait()


def _open_page(root: Path, port: int, *, checked: bool = True) -> Playground:
    """Return the page; what is not ``checked`` has no warnings, which no picture shows."""
    from bot.cli.editing.check import check_content
    from bot.playground.server import Playground
    from content.reading.documents import KeptDocuments

    read = KeptDocuments()

    def warnings(root: Path) -> Sequence[Problem | str]:
        return check_content(root, read=read)[1] if checked else ()

    for name in PROXIES:
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    return Playground(root, warnings, port, read)
