"""The doctor's look at Telegram: is the token taken, and does the webhook fit the way the bot is to run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from telegram import Bot, User, WebhookInfo
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.service.findings import CALL_SECONDS, Finding, check_clock, date_of, fail, ok, warn
from bot.settings import Settings
from bot.telegram.app import WEBHOOK_PATH, bot_parameters
from bot.telegram.polling import ALLOWED_UPDATES

BACKLOG = 100
"""Updates that wait: more than a bot that keeps up ever has."""
RECENT = timedelta(hours=1)


async def check_telegram(settings: Settings) -> list[Finding]:
    try:
        async with Bot(**bot_parameters(settings, CALL_SECONDS, CALL_SECONDS)) as bot:
            # Entering calls getMe (https://core.telegram.org/bots/api#getme).
            webhook = await bot.get_webhook_info()
            found = [ok("telegram token", "Telegram takes TELEGRAM_BOT_TOKEN"), *_webhook(settings, webhook)]
            found += _choices(bot.bot)
    except InvalidToken:
        return [fail("telegram token", "Telegram refuses TELEGRAM_BOT_TOKEN: copy it again from @BotFather")]
    except (RetryAfter, NetworkError) as error:
        code = type(error).__name__
        return [fail("telegram", f"cannot be reached ({code}): check the network and TELEGRAM_API_URL")]
    except TelegramError as error:
        return [fail("telegram", f"answers with an error ({type(error).__name__}): try again later")]
    return [*found, *check_clock("Telegram", await date_of(settings.telegram_api_url))]


def _choices(me: User) -> list[Finding]:
    """Say what was chosen with @BotFather, as getMe tells it (https://core.telegram.org/bots/api#user)."""
    chosen = (
        (
            not me.can_read_all_group_messages,
            "telegram privacy mode",
            "is on: it sees only what is meant for it in groups",
            "is off: turn it on with @BotFather (/setprivacy, Enable)",
        ),
        (
            me.can_join_groups,
            "telegram groups",
            "it can be added to groups",
            "nobody can add it to a group: /setjoingroups, Enable, with @BotFather",
        ),
        (
            me.supports_inline_queries,
            "telegram inline mode",
            f"is on: `@{me.username} sb 54` works in any chat",
            "is off: turn it on with @BotFather (/setinline)",
        ),
    )
    return [ok(name, words) if good else warn(name, advice) for good, name, words, advice in chosen]


def _webhook(settings: Settings, info: WebhookInfo) -> list[Finding]:
    name = "telegram webhook"
    if not settings.telegram_webhook or settings.public_url is None:
        if info.url:
            return [
                warn(name, "is set, so `faqbot run` cannot poll. To poll, unset PUBLIC_URL and run `faqbot release`")
            ]
        return [ok(name, "none, the bot can be polled")]
    wanted = f"{settings.public_url.rstrip('/')}{WEBHOOK_PATH}"
    if info.url != wanted:
        return [fail(name, f"{'points elsewhere' if info.url else 'is not set'}: run `faqbot release`")]
    found: list[Finding] = []
    if set(info.allowed_updates or ()) != set(ALLOWED_UPDATES):
        found.append(warn(name, "asks for other updates than the bot reads: run `faqbot release`"))
    if info.pending_update_count > BACKLOG:
        found.append(warn(name, f"{info.pending_update_count} updates wait: is `faqbot serve` running at PUBLIC_URL?"))
    when = info.last_error_date
    if when is not None and datetime.now(UTC) - when < RECENT:
        # Telegram's own words may hold the address, and are left out.
        advice = "is `faqbot serve` reachable at PUBLIC_URL, and its secret the one that `faqbot release` set?"
        found.append(warn(name, f"Telegram failed to deliver within the last hour: {advice}"))
    return found or [ok(name, "points here, and nothing waits")]
