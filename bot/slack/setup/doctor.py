"""The doctor's look at Slack: is the token taken, with which scopes, and does the installations' database answer."""

from __future__ import annotations

import asyncio
import json
import time
from secrets import token_hex

import httpx
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.service.findings import CALL_SECONDS, Finding, check_clock, fail, look, ok, warn
from bot.settings import Settings, SettingsError
from bot.slack.sending.client import silent_logger
from bot.slack.sending.errors import NETWORK_ERRORS, Remedy, code_of, remedy_for
from bot.slack.setup.manifest import EVENTS_PATH, REDIRECT_PATH, SCOPES

UNSIGNED = 401
_TIMEOUTS = (*NETWORK_ERRORS, TimeoutError)


async def check_slack(settings: Settings) -> list[Finding]:
    """Return what there is to say about Slack."""
    found: list[Finding] = []
    client = AsyncWebClient(
        base_url=settings.slack_api_url, timeout=int(CALL_SECONDS), logger=silent_logger(), retry_handlers=[]
    )
    if settings.slack_bot_token is not None:
        found += await _bot_token(client, settings.slack_bot_token.value)
    if settings.slack_app_token is not None:
        found.append(await _app_token(client, settings.slack_app_token.value))
    if settings.slack_oauth:
        found += [await _installations(settings), *_distribution(settings)]
    if settings.slack_http and settings.public_url is not None:
        secret = settings.slack_signing_secret
        found += await _request_url(settings.public_url, secret.value if secret else "")
    return found


async def _bot_token(client: AsyncWebClient, token: str) -> list[Finding]:
    try:
        # https://docs.slack.dev/reference/methods/auth.test
        answer = await client.auth_test(token=token)
    except SlackApiError as error:
        code = code_of(error)
        if remedy_for(code) is Remedy.RENEW:
            return [fail("slack token", f"Slack refuses SLACK_BOT_TOKEN ({code}): copy it from OAuth & Permissions")]
        return [fail("slack", f"auth.test failed ({code}): try again, or see https://slack-status.com")]
    except (SlackClientError, *_TIMEOUTS) as error:
        return [fail("slack", f"cannot be reached ({code_of(error)}): check the network and SLACK_API_URL")]
    return [
        ok("slack token", "Slack takes SLACK_BOT_TOKEN"),
        *_scopes(answer),
        *check_clock("Slack", answer.headers.get("date")),
    ]


def _scopes(answer: AsyncSlackResponse) -> list[Finding]:
    """Compare the token's scopes (https://docs.slack.dev/reference/scopes) with what the bot calls."""
    header = answer.headers.get("x-oauth-scopes")
    if header is None:
        return [warn("slack scopes", "Slack did not tell them")]
    granted = {scope.strip() for scope in header.split(",") if scope.strip()}
    missing, needless = sorted(set(SCOPES) - granted), sorted(granted - set(SCOPES))
    found: list[Finding] = []
    if missing:
        advice = "add them under OAuth & Permissions (or paste `faqbot manifest`), then reinstall the app"
        found.append(fail("slack scopes", f"missing {', '.join(missing)}: {advice}"))
    if needless:
        found.append(warn("slack scopes", f"not needed: {', '.join(needless)}. Take them away"))
    return found or [ok("slack scopes", "exactly those that the bot needs")]


async def _app_token(client: AsyncWebClient, token: str) -> Finding:
    try:
        # Opens no connection: it returns an address for one (https://docs.slack.dev/reference/methods/apps.connections.open).
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return fail(
            "slack app token", f"refused ({code_of(error)}): it needs the scope connections:write, and Socket Mode on"
        )
    except (SlackClientError, *_TIMEOUTS) as error:
        return fail("slack app token", f"could not be tried ({code_of(error)})")
    return ok("slack app token", "Socket Mode is open to it")


def _distribution(settings: Settings) -> list[Finding]:
    """Say where to look whether other workspaces may install the app: no API tells an app about its own settings."""
    address = f"{(settings.public_url or 'https://your.host').rstrip('/')}{REDIRECT_PATH}"
    where = "on api.slack.com, page Manage Distribution: Public Distribution must be active"
    return [look("slack distribution", f"{where}, and OAuth & Permissions must name the redirect URL {address}")]


async def _request_url(public_url: str, secret: str) -> list[Finding]:
    """Send to PUBLIC_URL what Slack sends when somebody enters a Request URL, signed as Slack signs it.

    https://docs.slack.dev/reference/events/url_verification: the answer holds the challenge.
    """
    name, address = "slack request url", f"{public_url.rstrip('/')}{EVENTS_PATH}"
    challenge, stamp = token_hex(8), str(int(time.time()))
    body = json.dumps({"type": "url_verification", "challenge": challenge})
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or "",
    }  # fmt: skip
    try:
        async with httpx.AsyncClient(timeout=CALL_SECONDS) as client:
            answer = await client.post(address, content=body, headers=headers)
    except httpx.HTTPError as error:
        advice = "is `faqbot serve` running there, and does the web server before it pass on /slack/?"
        return [warn(name, f"{address} cannot be reached ({type(error).__name__}): {advice}")]
    if answer.status_code == UNSIGNED:
        return [fail(name, f"{address} has another SLACK_SIGNING_SECRET, or a clock that is off: make them equal")]
    if answer.status_code != httpx.codes.OK or challenge not in answer.text:
        return [fail(name, f"{address} answers {answer.status_code}, not as this bot does: check PUBLIC_URL")]
    where = "on api.slack.com, Event Subscriptions, Interactivity and Slash Commands must name it and say Verified"
    return [ok(name, f"{address} answers"), look("slack app", f"{where} (or paste `faqbot manifest` anew)")]


async def _installations(settings: Settings) -> Finding:
    from bot.slack.oauth.store import open_installs  # noqa: PLC0415 - only deployments with OAuth pay for the library

    name = "database"
    try:
        installs = open_installs(settings, CALL_SECONDS)
    except SettingsError as error:
        return fail(name, error.problems[0])
    try:
        async with asyncio.timeout(CALL_SECONDS), installs:
            look = await installs.look()
    except TimeoutError:
        return fail(name, f"does not answer within {CALL_SECONDS:.0f} s: check DATABASE_URL and the server")
    if look.fault:
        return fail(name, f"does not do what the bot needs ({look.fault}): check DATABASE_URL and the server")
    if not look.answers:
        return fail(name, "does not answer: check DATABASE_URL and the server")
    if look.unreadable:
        misfits = f"ENCRYPTION_KEY does not fit {look.unreadable} of {look.readable + look.unreadable} installations"
        return fail(name, f"{misfits}: set the key that they were stored with, or install the app there again")
    if settings.database_url is None:
        return warn(name, "installations are in a file here. On a platform without a lasting disk set DATABASE_URL")
    return ok(name, "answers")
