"""Long polling: asks Telegram for updates, hands them on, and confirms them once they are dealt with."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.logs import get_logger
from bot.metrics import Metrics
from bot.service.inbox import Result
from bot.service.ongoing import FINISH_SECONDS
from bot.settings import BotError
from bot.telegram.client import wait_of

ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER)
"""What the bot asks for. Edits are not among them: an edited question is not a new one."""

POLL_SECONDS = 50
"""How long Telegram holds a request open while nothing happens."""
LOOK_SECONDS = 0.5
"""How long updates may be worked on before Telegram is asked for more; what is not done comes again with them."""
GIVE_UP_SECONDS = 86_400.0
"""How long an update that fails again and again is tried: as long as Telegram itself would keep it
(https://core.telegram.org/bots/api#getting-updates)."""
MOST_OPEN = 5_000
"""Updates that are not done, before those that have failed are given up: some 40 MB."""
LONGEST_REST = 10
"""How many times the last pause an update that fails again and again rests, unless it is woken."""
WOKEN = 2
"""Updates that are woken by one that is done: after an outage all of them soon, and few where only some chats fail."""
MOST_WAITED = 60.0
"""The longest that Telegram's wish to wait is heeded at a stretch."""
WINDOW = 80
"""Updates that may be unconfirmed behind one that is not done: Telegram shows a hundred, and nothing beyond."""
OLD_SECONDS = 1.0
"""The age from which an update is confirmed, though not done, where it would hide new ones; it is gone on with here.
One whose chat is held is not waited for."""
POLL_PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before asking again after failures in a row; the last one repeats."""


class WebhookSetError(BotError):
    def __init__(self) -> None:
        super().__init__(
            "Telegram: a webhook is set for this bot, and Telegram allows either a webhook (`faqbot serve`) or polling "
            "(`faqbot run`). To poll, unset PUBLIC_URL and run `faqbot release`, which removes the webhook."
        )


@dataclass(slots=True)
class _Open:
    """An update that is not done: the work on it (None while it rests), since when, how often it has failed, when to
    try again, and whether Telegram was told all the same."""

    update: Update
    task: asyncio.Task[Result] | None
    since: float
    failures: int = 0
    rests_until: float = 0.0
    confirmed: bool = False


class Poller:
    """One poller. ``take`` does the work on an update, and says what came of it; ``held`` says that its chat is held,
    so that the work will wait."""

    def __init__(
        self,
        bot: Bot,
        metrics: Metrics,
        take: Callable[[Update], Coroutine[Any, Any, Result]],
        held: Callable[[Update], bool],
        pauses: Sequence[float],
    ) -> None:
        self._bot = bot
        self._metrics = metrics
        self._take = take
        self._held = held
        self._pauses = pauses
        self._sleep, self._clock = asyncio.sleep, time.monotonic
        self._offset: int | None = None
        self._open: dict[int, _Open] = {}
        self._done: set[int] = set()
        """The numbers of updates that are done, but behind one that is not: they come again with it."""
        self.state = "starting"
        """One of starting, ok, unreachable, conflict."""

    async def run(self) -> None:
        """Poll until cancelled.

        Raises WebhookSetError where a webhook is set, and InvalidToken where the token is no longer accepted.
        Another process that polls is waited for: while one deployment takes over from another, both run.
        """
        failures = 0
        while True:
            begun = self._clock()
            pause = self._pauses[min(failures, len(self._pauses) - 1)]
            failures += 1
            try:
                updates = await self._bot.get_updates(
                    offset=self._offset, timeout=0 if self._open else POLL_SECONDS, allowed_updates=ALLOWED_UPDATES
                )
                if self.state == "unreachable":
                    self._wake(WINDOW)
                failures, pause, self.state = 0, 0.0, "ok"
                if not updates and not self._open and self._clock() - begun < LOOK_SECONDS:
                    # Whoever answers in Telegram's place does not wait for anything to happen.
                    pause = self._pauses[0]
                await self._deal_with(updates)
            except Conflict as error:
                if "webhook" in error.message.lower():
                    raise WebhookSetError from None
                self._note("conflict", "another process polls for this bot: stop one of the two", error)
            except RetryAfter as error:
                self._metrics.retried("telegram")
                pause = min(wait_of(error), MOST_WAITED)
            except InvalidToken:
                raise
            except TimedOut as error:
                if self._clock() - begun >= POLL_SECONDS:
                    # Nothing happened for a while and the connection was lost: ask again at once.
                    self._metrics.retried("telegram")
                    pause, failures = 0.0, 0
                else:
                    self._note("unreachable", "not reachable", error)
            except Exception as error:  # whatever comes in place of an answer, the next may be one
                self._note("unreachable", "not reachable", error)
            if pause or failures:
                await self._sleep(pause)

    async def confirm(self) -> None:
        """Tell Telegram what is done, so that the next start does not see it again; a stop has little time for it.

        Telegram only takes up to which update all is done: what is done behind one that is not comes again.
        """
        if running := self._running():
            await asyncio.wait(running, timeout=LOOK_SECONDS)
        self._take_note()
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                await self._bot.get_updates(offset=self._offset, limit=1, timeout=0, allowed_updates=ALLOWED_UPDATES)
        except (TelegramError, TimeoutError) as error:
            # The updates come again and are recognised as seen, at least for an hour.
            self._metrics.failed("telegram", type(error).__name__)

    async def _deal_with(self, updates: Sequence[Update]) -> None:
        """Work on ``updates``, and look for more while that goes on: one chat's trouble holds up no other."""
        now = self._clock()
        for update in updates:
            number = update.update_id
            self._offset = max(self._offset or 0, number + 1)
            if number not in self._open and number not in self._done:
                self._open[number] = _Open(update, asyncio.create_task(self._take(update)), now)
        for one in self._open.values():
            if one.task is None and now >= one.rests_until:
                one.task = asyncio.create_task(self._take(one.update))
        if self._settle() or not self._open:
            return
        if running := self._running():
            await asyncio.wait(running, timeout=LOOK_SECONDS)
        else:
            await self._sleep(self._pauses[0])
        self._settle()

    def _running(self) -> list[asyncio.Task[Result]]:
        return [one.task for one in self._open.values() if one.task is not None and not one.task.done()]

    def _take_note(self) -> None:
        """Take note of what is done; what is not, and all behind it, is asked for again."""
        now, done = self._clock(), 0
        for number, one in list(self._open.items()):
            if one.task is None or not one.task.done():
                continue
            late = one.task.cancelled() or one.task.exception() is not None or one.task.result() is Result.LATE
            if late and now - one.since < GIVE_UP_SECONDS and len(self._open) <= MOST_OPEN:
                one.rests_until = now + self._rest(one.failures)
                one.failures, one.task = one.failures + 1, None
                continue
            if late:
                self._metrics.failed("telegram", "given_up")
            done += not late
            del self._open[number]
            self._done.add(number)
        self._wake(WOKEN * done)
        self._move_on()

    def _settle(self) -> bool:
        """Take note of what is done, and let no more stand before new updates than Telegram shows.

        Returns whether something was confirmed that is not done: there may be more behind it.
        """
        self._take_note()
        now = self._clock()
        hiding, confirmed = sorted(number for number, one in self._open.items() if not one.confirmed), 0
        for number in hiding:
            one = self._open[number]
            if len(hiding) - confirmed + len(self._done) < WINDOW:
                break
            if now - one.since < OLD_SECONDS and not self._held(one.update):
                break
            one.confirmed, confirmed = True, confirmed + 1
            self._move_on()
        return confirmed > 0

    def _wake(self, most: int) -> None:
        """Let those that rest be tried again at once, the next to be tried first: Telegram takes messages."""
        now = self._clock()
        resting = [one for one in self._open.values() if one.task is None and one.rests_until > now]
        for one in heapq.nsmallest(most, resting, key=lambda one: one.rests_until):
            one.rests_until = now

    def _rest(self, failures: int) -> float:
        """Return the seconds until an update is tried again that has failed so often before."""
        beyond = failures - len(self._pauses) + 1
        return self._pauses[failures] if beyond < 0 else self._pauses[-1] * min(beyond + 1, LONGEST_REST)

    def _move_on(self) -> None:
        """Set from which update on Telegram is asked for more."""
        if self._offset is None:
            return
        unconfirmed = [number for number, one in self._open.items() if not one.confirmed]
        beyond = max(self._offset, *(number + 1 for number in (*self._open, *self._done)), 0)
        self._offset = min(unconfirmed, default=beyond)
        self._done = {number for number in self._done if number >= self._offset}

    def _note(self, state: str, event: str, error: Exception) -> None:
        """Count a failure; log it when it begins."""
        self._metrics.failed("telegram", type(error).__name__)
        if self.state != state:
            get_logger().warning(event, platform="telegram", mode="polling", code=type(error).__name__)
        self.state = state
