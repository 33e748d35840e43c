"""What ``faqbot release`` sets at Telegram: the webhook, the command menus, and the bot's profile.

Each setting is read first and written only where it differs, so that a release may run any number of times.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter, ExtBot

from bot.service.lanes import RETRIES
from bot.settings import BotError, Settings
from bot.telegram.app import READ_SECONDS, WEBHOOK_PATH, TokenRefusedError, bot_parameters
from bot.telegram.client import wait_of
from bot.telegram.polling import ALLOWED_UPDATES
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases

PATIENCE = 10.0
"""The longest that a refusal by 429 is waited out, in seconds. Telegram allows few changes of a bot's name and then
asks to wait for hours."""

CONNECTIONS = 100
"""How many updates Telegram may deliver at once: all that it offers, since some wait for their chat to be free
(https://core.telegram.org/bots/api#setwebhook)."""
PRIVATE_COMMANDS = ("topics", "topic", "help", "language", "privacy", "about", "start")
GROUP_COMMANDS = ("topics", "topic", "help", "language", "privacy")

NO_WEBHOOK = (
    "PUBLIC_URL: Telegram takes no webhook there. It must begin with https://, its host must be one that everybody "
    "reaches, its port 443, 80, 88 or 8443 (https://core.telegram.org/bots/webhooks)"
)


class ReleaseError(BotError):
    """Telegram could not be reached, or refused a setting."""


class Patience(BaseRateLimiter[None]):
    """Waits out each refusal by 429, a few times, where it is short. Raises RetryAfter where it is not."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def process_request(
        self, callback: Callable[..., Any], args: Any, kwargs: dict[str, Any], *_call: Any, **_named: Any
    ) -> Any:
        for _ in range(RETRIES):
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                if wait_of(error) > PATIENCE:
                    raise
                await self._sleep(wait_of(error))
        return await callback(*args, **kwargs)


async def release(settings: Settings, catalogue: Catalogue) -> list[str]:
    """Set everything that differs; return a line for each change, none where all was as it should be.

    With PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET the webhook is set; without PUBLIC_URL one that is set is removed,
    so that the bot can be polled. Raises TokenRefusedError and ReleaseError, and BotError without a token.
    """
    bot = ExtBot(**bot_parameters(settings, READ_SECONDS), rate_limiter=Patience())
    try:
        async with bot:
            changes = await _webhook(bot, settings)
            return changes + await _commands(bot, catalogue) + await _profile(bot, catalogue)
    except InvalidToken:
        raise TokenRefusedError from None
    except RetryAfter as error:
        raise ReleaseError(f"Telegram asks to wait {wait_of(error):.0f} seconds; run it again then") from None
    except BadRequest:
        raise ReleaseError("Telegram takes a setting for wrong: is this the newest release?") from None
    except NetworkError as error:
        raise ReleaseError(f"Telegram: {type(error).__name__} while setting up the bot; run it again") from None
    except TelegramError as error:
        raise ReleaseError(f"Telegram refused a setting ({type(error).__name__}); run it again") from None


async def _webhook(bot: Bot, settings: Settings) -> list[str]:
    current = await bot.get_webhook_info()
    if settings.public_url is None:
        if not current.url:
            return []
        await bot.delete_webhook()
        return ["webhook: removed, the bot can be polled"]
    if settings.telegram_webhook_secret is None:
        raise ReleaseError("Telegram: PUBLIC_URL is set, so set TELEGRAM_WEBHOOK_SECRET too")
    url = f"{settings.public_url.rstrip('/')}{WEBHOOK_PATH}"
    # The secret cannot be read back, so the webhook is set every time: a new secret must reach Telegram before the
    # new servers refuse the old one. Setting it unchanged does nothing.
    secret = settings.telegram_webhook_secret.value
    try:
        await bot.set_webhook(url, max_connections=CONNECTIONS, allowed_updates=ALLOWED_UPDATES, secret_token=secret)
    except BadRequest:
        # Telegram's own words may hold the address, and are left out.
        raise ReleaseError(NO_WEBHOOK) from None
    same = (current.url, current.max_connections) == (url, CONNECTIONS)
    return [] if same and set(current.allowed_updates or ()) == set(ALLOWED_UPDATES) else [f"webhook: {url}"]


async def _commands(bot: Bot, catalogue: Catalogue) -> list[str]:
    changed = []
    scopes: dict[str, tuple[BotCommandScope, tuple[str, ...]]] = {
        "private chats": (BotCommandScopeAllPrivateChats(), PRIVATE_COMMANDS),
        "groups": (BotCommandScopeAllGroupChats(), GROUP_COMMANDS),
    }
    for place, (scope, commands) in scopes.items():
        for lang, phrases in _languages(catalogue):
            wanted = tuple(
                BotCommand(getattr(phrases.command_words, name, name), getattr(phrases, f"command_{name}"))
                for name in commands
            )
            if await bot.get_my_commands(scope=scope, language_code=lang or None) != wanted:
                await bot.set_my_commands(wanted, scope=scope, language_code=lang or None)
                changed.append(f"commands in {place}{_in(lang)}")
    return changed


async def _profile(bot: Bot, catalogue: Catalogue) -> list[str]:
    changed = []
    for lang, phrases in _languages(catalogue):
        texts = {"name": phrases.name, "description": phrases.description, "short_description": phrases.tagline}
        for field, wanted in texts.items():
            name, code = f"{field.replace('_', ' ')}{_in(lang)}", lang or None
            if getattr(await getattr(bot, f"get_my_{field}")(language_code=code), field) == wanted:
                continue
            try:
                await getattr(bot, f"set_my_{field}")(wanted, language_code=code)
            except RetryAfter as error:
                changed.append(f"{name}: not changed, Telegram asks to wait {wait_of(error):.0f} seconds")
            else:
                changed.append(name)
    return changed


def _languages(catalogue: Catalogue) -> Iterator[tuple[str, Phrases]]:
    """Yield Telegram's default ("", in the catalogue's first language), then each language."""
    yield "", catalogue.edition(None).phrases
    for code, edition in catalogue.editions.items():
        yield code, edition.phrases


def _in(lang: str) -> str:
    return f" ({lang})" if lang else ""
