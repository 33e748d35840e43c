"""What the doctor's checks find, and the checks that Slack's and Telegram's share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import partial

import httpx

CALL_SECONDS = 10.0
SKEW_FAIL = 300
"""Seconds. Slack's requests are refused when the clocks differ by more
(https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
SKEW_WARN = 30


class Verdict(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    LOOK = "look"
    """No API tells it: somebody has to look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result; ``words`` say what is so and, unless all is well, what to do."""

    verdict: Verdict
    name: str
    words: str

    def __str__(self) -> str:
        return f"{self.verdict:<4} {self.name}: {self.words}"


ok = partial(Finding, Verdict.OK)
"""All is well."""
warn = partial(Finding, Verdict.WARN)
"""It works, but not as well as it could."""
fail = partial(Finding, Verdict.FAIL)
"""It keeps the bot from working."""
look = partial(Finding, Verdict.LOOK)
"""Where to look for what cannot be found out from here."""


def check_clock(name: str, date: str | None, now: datetime | None = None) -> list[Finding]:
    """Compare this machine's clock with a server's ``Date`` header."""
    try:
        there = parsedate_to_datetime(date or "")
    except ValueError:
        return []
    skew = abs(((now or datetime.now(UTC)) - there).total_seconds())
    if skew > SKEW_FAIL:
        return [fail("clock", f"differs from {name} by {skew:.0f} s: set it, or Slack's requests are refused")]
    if skew > SKEW_WARN:
        return [warn("clock", f"differs from {name} by {skew:.0f} s: run a time service (chrony, systemd-timesyncd)")]
    return [ok("clock", f"agrees with {name}")]


async def date_of(url: str) -> str | None:
    """Return the ``Date`` header of the server at ``url``, or None where it cannot be had."""
    try:
        async with httpx.AsyncClient(timeout=CALL_SECONDS) as client:
            date: str | None = (await client.head(url)).headers.get("date")
    except httpx.HTTPError:
        return None
    return date
