"""Looks at everything a deployment depends on, and says in one line each what is well and what to do.

It changes nothing, sends nothing to people, and never prints a secret or what a server answered.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from bot.service.findings import CALL_SECONDS, Finding, fail, look, ok, warn
from bot.service.gaps import UNREADABLE, unreadable
from bot.settings import Settings, SettingsError, missing_for_run, missing_for_serve, missing_for_workers
from content.checks.local import called_long_ago, without_local_help
from content.reading.compiled import load_catalogue
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError
from content.schema.timeline import changes
from intents.classifier.modelfile import ModelError
from intents.matcher import open_matcher


async def examine(settings: Settings, root: Path) -> AsyncIterator[Finding]:
    """Yield a finding for each check, in the order in which things depend on each other."""
    for finding in (*check_settings(settings), *check_content(root), *check_gaps(settings)):
        yield finding
    # Each platform's libraries are imported only where it is used.
    if settings.slack_bot_token or settings.slack_oauth or settings.slack_app_token:
        from bot.slack.setup.doctor import check_slack

        for finding in await check_slack(settings):
            yield finding
    if settings.telegram_bot_token:
        from bot.telegram.setup.doctor import check_telegram

        for finding in await check_telegram(settings):
            yield finding
    for finding in await check_redis(settings):
        yield finding


def check_settings(settings: Settings) -> list[Finding]:
    """Say which ways of running the environment allows. (Tokens of a wrong shape end the command before this.)"""
    serve, run = missing_for_serve(settings), missing_for_run(settings)
    if serve and run:
        wanted = f"For the web (`faqbot serve`) {'; or '.join(serve)}. For a worker (`faqbot run`) {'; or '.join(run)}"
        return [fail("settings", f"no platform is set up. {wanted}")]
    ways = [name for name, missing in (("serve", serve), ("run", run)) if not missing]
    found = [ok("settings", f"allow `faqbot {'` and `faqbot '.join(ways)}`")]
    if not serve and settings.public_url is None:
        found.append(warn("public url", "PUBLIC_URL is not set; `faqbot release` and `faqbot manifest` need it"))
    if settings.slack_bot_token and not settings.slack_signing_secret and not settings.slack_app_token:
        found.append(fail("slack", "set SLACK_SIGNING_SECRET (for serve) or SLACK_APP_TOKEN (for run)"))
    if settings.slack_oauth and settings.encryption_key is None:
        found.append(fail("encryption key", "set ENCRYPTION_KEY: tokens of installations are kept encrypted"))
    return found


def check_content(root: Path) -> list[Finding]:
    """Say whether content and model are sound, belong together and have been reviewed."""
    try:
        catalogue = load_catalogue(root)
    except ContentError:
        return [fail("content", "has mistakes: run `faqbot check`")]
    found = [_reviewed(catalogue), *check_local(catalogue)]
    try:
        open_matcher(catalogue, root)
    except ModelError as error:
        found.append(fail("model", str(error)))
    else:
        found.append(ok("model", "fits the content"))
    return found


def check_local(catalogue: Catalogue) -> list[Finding]:
    """Say in which languages urgent help names nobody near, and which local numbers nobody has called for months."""
    told = (without_local_help(catalogue), called_long_ago(catalogue, datetime.now(UTC).date()))
    return [look("local help", words) for words in told if words]


def check_gaps(settings: Settings) -> list[Finding]:
    """Say whether what could not be answered can be counted, where that is asked for."""
    if settings.gaps_folder is None:
        return []
    folder = Path(settings.gaps_folder)
    # The bot makes the folder where there is none.
    nearest = next(path for path in (folder, *folder.absolute().parents) if os.path.exists(path))  # noqa: PTH110
    try:
        # Permissions do not tell it: a file system may take nothing. Nothing of it stays.
        TemporaryFile(dir=nearest).close()
    except OSError:
        advice = "GAPS_FOLDER is no folder that the bot may write to: make one, or give it to the bot's user"
        return [fail("gaps", advice)]
    unread = [warn("gaps", f"{name} {UNREADABLE}") for name in unreadable(folder)]
    return unread or [ok("gaps", "can be counted in GAPS_FOLDER")]


async def check_redis(settings: Settings) -> list[Finding]:
    """Say whether Redis answers, and is new enough."""
    if missing := missing_for_workers(settings):
        return [fail("workers", missing[0])]
    if settings.redis_url is None and settings.telegram_polling and not settings.telegram_webhook:
        repeats = "a restart while a chat is held back answers up to 79 later messages of a polled bot again"
        return [warn("state", f"in memory, for one machine: {repeats}. REDIS_URL prevents that")]
    if settings.redis_url is None:
        return [ok("state", "in memory, for one machine. Set REDIS_URL for several")]
    from redis.exceptions import RedisError

    from bot.state.redis import RedisStore, fault_of, open_redis

    try:
        client = open_redis(settings.redis_url.value)
    except SettingsError as error:
        return [fail("redis", error.problems[0])]
    try:
        async with asyncio.timeout(CALL_SECONDS):
            await RedisStore(client).healthy()
    except (RedisError, OSError, TimeoutError) as error:
        what = fault_of(error) or type(error).__name__
        return [fail("redis", f"does not take keys ({what}): check REDIS_URL and the server")]
    finally:
        await client.aclose()
    if settings.state_secret is not None:
        return [ok("redis", "takes keys")]
    advice = "set it to what `openssl rand -hex 32` says"
    hangs = f"STATE_SECRET is not set: keys in Redis hang on the bot's tokens; {advice}"
    return [ok("redis", "takes keys"), warn("state secret", hangs)]


def _reviewed(catalogue: Catalogue) -> Finding:
    today = datetime.now(UTC).date()
    if ended := sum(change.day <= today for change in changes(catalogue)):
        return warn("content", f"{ended} statements have ended by themselves: `faqbot due` lists them, write them anew")
    topics, languages = len(catalogue.edition(None).entries), ", ".join(catalogue.languages)
    return ok("content", f"{topics} topics in {languages}, version {catalogue.digest[:12]}")
