"""PTB's rate limiter, with an upper bound to how long one call may hold up all others."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter

from bot.limits import TelegramLimit
from bot.metrics import Metrics

RETRIES = 4
"""Times that a call refused with "too many requests" is made again."""
LONGEST_WAIT = 60
"""Seconds. Telegram may ask for hours, and PTB's limiter holds every other call while it waits."""


class WaitTooLongError(TelegramError):
    """Telegram asks to wait longer than the bot waits; ``seconds`` says how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__("asked to wait too long")
        self.seconds = seconds


def wait_of(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait (an int or a timedelta, as PTB is told by PTB_TIMEDELTA)."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


class PatientRateLimiter(AIORateLimiter):
    """Keeps within 30 messages a second and 20 a minute and group, and repeats what is refused with 429."""

    def __init__(self, metrics: Metrics, messages_per_second: float) -> None:
        super().__init__(
            overall_max_rate=messages_per_second,
            group_max_rate=TelegramLimit.GROUP_MESSAGES_PER_MINUTE if messages_per_second else 0,
            max_retries=RETRIES,
        )
        self._metrics = metrics

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        async def counted(*args: Any, **kwargs: Any) -> bool | dict[str, Any] | list[dict[str, Any]]:
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._metrics.retried("telegram")
                if wait_of(error) > LONGEST_WAIT:
                    raise WaitTooLongError(wait_of(error)) from None
                raise

        return await super().process_request(counted, args, kwargs, endpoint, data, rate_limit_args)
