"""Commands for operators: run, serve, release, manifest, doctor."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.environment import ENV_FILE, backslashed, settings_of, strange_names, wrong_environment
from bot.cli.options import command_here, content_option
from bot.installed import as_called
from bot.logs import Lines, set_up_logs
from bot.service.app import open_services, reload_on_hangup
from bot.service.ongoing import LoopLag
from bot.settings import MOST_WORKERS, Settings, missing_for_run, missing_for_serve, missing_for_workers
from content.reading.compiled import load_catalogue

if TYPE_CHECKING:
    from bot.service.app import Services
    from bot.service.web.server import HttpServer
    from bot.service.web.status import PlatformApp


@click.command()
@content_option
def run(root: Path) -> None:
    """Work without a public address: Slack over Socket Mode, Telegram by polling."""
    settings = _settings()
    _require(missing_for_run(settings))
    lines = set_up_logs(queued=True)
    run_quickly(_run(settings, root, lines))


@click.command()
@click.option("--workers", type=click.IntRange(1, MOST_WORKERS), help="Processes that serve; $WEB_CONCURRENCY, or 1.")
@content_option
def serve(workers: int | None, root: Path) -> None:
    """Serve Slack and Telegram over HTTP on $PORT."""
    settings = _settings()
    settings = replace(settings, web_concurrency=workers or settings.web_concurrency)
    _require(missing_for_serve(settings))
    if wrong := missing_for_workers(settings):
        raise wrong_environment(wrong)
    if settings.web_concurrency > 1:
        from bot.cli.workers import serve_together

        sys.exit(serve_together(settings, root))
    lines = set_up_logs(queued=True)
    run_quickly(_serve(settings, root, lines))


@click.command()
@content_option
def release(root: Path) -> None:
    """Set Telegram's webhook, command menus, name and descriptions where they differ."""
    settings = _settings()
    if settings.telegram_bot_token is None:
        click.echo("nothing to release: TELEGRAM_BOT_TOKEN is not set")
        return
    set_up_logs()
    from bot.telegram.setup.release import release as release_telegram

    changes = asyncio.run(release_telegram(settings, load_catalogue(root)))
    for change in changes or ["nothing to change"]:
        click.echo(change)


@click.command()
@click.option("--socket", is_flag=True, help="For Socket Mode instead of HTTP.")
@click.option("--url", help="The public address; PUBLIC_URL by default.")
@content_option
def manifest(socket: bool, url: str | None, root: Path) -> None:
    """Print the Slack app manifest for this deployment."""
    settings = _settings()
    address = url or settings.public_url
    if address is None and not socket:
        raise click.UsageError("set PUBLIC_URL, or give --url https://…, or --socket")
    from bot.slack.setup.manifest import build_manifest

    click.echo(json.dumps(build_manifest(load_catalogue(root).edition(None), address, socket=socket), indent=2))


@click.command()
@content_option
def doctor(root: Path) -> None:
    """Look at everything the bot depends on; say what to do. Exits with 1 where something fails."""
    settings = settings_of(os.environ, Path.cwd())
    set_up_logs()
    sys.exit(asyncio.run(_doctor(settings, root)))


def run_quickly(work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` to its end on uvloop, which takes half of what asyncio's own loop takes; Windows has none."""
    if sys.platform == "win32":
        asyncio.run(work)
        return
    import uvloop

    uvloop.run(work)


def _settings() -> Settings:
    settings = settings_of(os.environ, Path.cwd())
    for strange in strange_names(Path.cwd()):
        click.echo(f"{ENV_FILE}: {strange}", err=True)
    return settings


def _require(missing: list[str]) -> None:
    if missing:
        raise click.ClickException("no platform is set up. Set one of these:\n" + "\n".join(missing))


async def _run(settings: Settings, root: Path, lines: Lines) -> None:
    from bot.cli.worker import run_worker

    # Measured, no more: by the lag of the services a server refuses what comes, and a worker takes all.
    async with open_services(settings, root) as services, LoopLag() as lag:
        services.metrics.watch(dropped=lambda: lines.dropped, lag=lambda: lag.seconds)
        with reload_on_hangup(services, root):
            await run_worker(services)


async def _serve(settings: Settings, root: Path, lines: Lines) -> None:
    async with open_services(settings, root) as services:
        server = http_server(services, lines)
        with reload_on_hangup(services, root):
            await server.serve()


def http_server(services: Services, lines: Lines) -> HttpServer:
    """Return the server of all platforms that the settings allow; its meters tell of the log's ``lines`` too."""
    from bot.service.web.server import HttpServer, build_server

    services.metrics.watch(dropped=lambda: lines.dropped, lag=lambda: services.lag.seconds)
    app, settings = build_server(services, web_platforms(services)), services.settings
    return HttpServer(app, settings.port, behind_proxy=settings.behind_proxy)


async def _doctor(settings: Settings, root: Path) -> int:
    from bot.cli.doctor import examine
    from bot.service.findings import Verdict, warn

    for strange in strange_names(Path.cwd()):
        click.echo(str(warn(ENV_FILE, strange)))
    for setting in backslashed(Path.cwd()):
        words = f"{setting} holds a backslash, which systemd reads otherwise: set a value without one"
        click.echo(str(warn(ENV_FILE, words)))
    failed = False
    async for finding in examine(settings, root):
        click.echo(as_called(str(finding), command_here()))
        failed |= finding.verdict is Verdict.FAIL
    return int(failed)


def web_platforms(services: Services) -> Sequence[PlatformApp]:
    """Return the platforms that the settings allow to be served over HTTP."""
    settings = services.settings
    found: list[PlatformApp] = []
    # Each platform's libraries are imported only where it is used.
    if settings.slack_http:
        from bot.slack.app import SlackApp

        found.append(SlackApp(services))
    if settings.telegram_webhook:
        from bot.telegram.app import TelegramApp

        found.append(TelegramApp(services))
    return found
