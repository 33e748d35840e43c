"""Long polling: asks Telegram for updates, hands them on, and confirms them once they are dealt with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.errors import BotError
from bot.logs import get_logger
from bot.metrics import Metrics
from bot.telegram.ratelimiter import wait_of

ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER)
"""What the bot asks for. Edits are not among them: an edited question is not a new one."""

POLL_SECONDS = 50
"""How long Telegram holds a request open while nothing happens."""
CONFIRM_SECONDS = 10.0
"""How long a batch may be worked on before the next is asked for, which confirms it."""
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before asking again after failures in a row; the last one repeats."""


class WebhookSetError(BotError):
    """Polling is impossible while a webhook is set."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram: a webhook is set for this bot, and Telegram allows either a webhook (`faqbot serve`) or polling "
            "(`faqbot run`). To poll, unset PUBLIC_URL and run `faqbot release`, which removes the webhook."
        )


class Poller:
    """One poller. ``take`` starts the work on an update and returns a task that ends when it is done."""

    def __init__(
        self,
        bot: Bot,
        metrics: Metrics,
        take: Callable[[Update], asyncio.Task[Any]],
        pauses: Sequence[float] = PAUSES,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._metrics = metrics
        self._take = take
        self._pauses = pauses
        self._sleep = sleep
        self._offset: int | None = None
        self.state = "starting"
        """One of starting, ok, unreachable, conflict."""

    async def run(self) -> None:
        """Poll until cancelled.

        Raises WebhookSetError where a webhook is set, and InvalidToken where the token is no longer accepted.
        Another process that polls is waited for: while one deployment takes over from another, both run.
        """
        failures = 0
        while True:
            try:
                updates = await self._bot.get_updates(
                    offset=self._offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES
                )
            except Conflict as error:
                if "webhook" in error.message.lower():
                    raise WebhookSetError from None
                self._note("conflict", "another process polls for this bot: stop one of the two", error)
            except RetryAfter as error:
                self._metrics.retried("telegram")
                await self._sleep(wait_of(error))
                continue
            except TimedOut:
                # Nothing happened for a while and the connection was lost: ask again at once.
                self._metrics.retried("telegram")
                continue
            except InvalidToken:
                raise
            except NetworkError as error:
                self._note("unreachable", "not reachable", error)
            else:
                failures = 0
                self.state = "ok"
                await self._deal_with(updates)
                continue
            await self._sleep(self._pauses[min(failures, len(self._pauses) - 1)])
            failures += 1

    async def confirm(self) -> None:
        """Tell Telegram that what was taken is done, so that the next start does not see it again."""
        if self._offset is None:
            return
        try:
            await self._bot.get_updates(offset=self._offset, limit=1, timeout=0, allowed_updates=ALLOWED_UPDATES)
        except TelegramError as error:
            # The updates come again and are recognised as seen, at least for an hour.
            self._metrics.failed("telegram", type(error).__name__)

    async def _deal_with(self, updates: Sequence[Update]) -> None:
        tasks = [self._take(update) for update in updates]
        if tasks:
            self._offset = updates[-1].update_id + 1
            await asyncio.wait(tasks, timeout=CONFIRM_SECONDS)

    def _note(self, state: str, event: str, error: TelegramError) -> None:
        """Count a failure; log it when it begins."""
        self._metrics.failed("telegram", type(error).__name__)
        if self.state != state:
            get_logger().warning(event, platform="telegram", mode="polling", code=type(error).__name__)
        self.state = state
