"""One chat's trouble is nobody else's, by webhook and by polling: on a clock that stands still unless it is moved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.metrics import Metrics
from bot.service.app import Services, make_services
from bot.settings import Secret
from bot.state.limits import GROUP_LIMIT
from bot.telegram.app import TelegramApp
from bot.telegram.client import EVERYWHERE, IN_A_GROUP
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.bot.telegram.conftest import Bot, served
from tests.fakes.clock import FakeTime, skip, standing
from tests.fakes.telegram.api import Fault, TelegramApi, flood
from tests.fakes.telegram.world import USERNAME, Person

URGENT = "ICE is at my door right now"


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


async def test_a_group_in_flood_wait_silences_nobody_else(bot: Bot, ana: Person, luz: Person, clock: FakeTime) -> None:
    group = bot.api.world.group()
    bot.api.fail("sendMessage", flood(25))
    await bot.api.world.says(luz, f"@{USERNAME} sb 54", group)
    waiting = await _delivered(bot)
    await bot.api.until(lambda: not bot.api.faults["sendMessage"])
    await bot.api.world.says(ana, URGENT)
    urgent = await _delivered(bot)
    await bot.api.until(lambda: bot.api.said(bot.api.world.private(ana)))
    assert bot.api.said(group) == []
    await clock.asleep.wait()
    await clock.advance(25)
    assert bot.api.said(group) == []
    await clock.advance(1)
    await bot.api.until(lambda: bot.api.said(group))
    await asyncio.gather(waiting, urgent)


async def test_each_process_sends_its_share_of_what_telegram_allows(services: Services) -> None:
    one_of_four = replace(services, settings=replace(services.settings, web_concurrency=4))
    assert TelegramApp(one_of_four)._lanes._pace.most == EVERYWHERE.most / 4


async def test_a_slow_chat_holds_up_nobody_else(bot: Bot, ana: Person, luz: Person) -> None:
    bot.api.fail("sendMessage", Fault(silent=True))
    await bot.api.world.says(luz, "/help")
    waiting = await _delivered(bot)
    await bot.api.until(lambda: not bot.api.faults["sendMessage"])
    await bot.api.world.says(ana, URGENT)
    urgent = await _delivered(bot)
    await bot.api.until(lambda: bot.api.said(bot.api.world.private(ana)))
    bot.api._release.set()
    await asyncio.gather(waiting, urgent)


async def test_urgent_help_is_tried_although_its_chat_is_held(bot: Bot, ana: Person, clock: FakeTime) -> None:
    bot.app._bot.rate_limiter._lanes.hold(str(ana.id), 3_000)
    await bot.api.world.says(ana, URGENT)
    waiting = await _delivered(bot)
    await bot.api.until(lambda: bot.api.said(bot.api.world.private(ana)))
    await waiting


@pytest.mark.parametrize("cry", [URGENT, "/start help-door", "/faq ICE is at my door"])
async def test_a_persons_own_cry_for_help_does_not_wait_behind_their_question(
    bot: Bot, ana: Person, clock: FakeTime, cry: str
) -> None:
    bot.api.fail("sendMessage", flood(25))
    await bot.api.world.says(ana, "/help")
    waiting = await _delivered(bot)
    await bot.api.until(lambda: not bot.api.faults["sendMessage"])
    await bot.api.world.says(ana, cry)
    urgent = await _delivered(bot)
    await bot.api.until(lambda: bot.api.said(bot.api.world.private(ana)))
    await clock.asleep.wait()
    await clock.advance(26)
    await asyncio.gather(waiting, urgent)
    await bot.api.until(lambda: len(bot.api.said(bot.api.world.private(ana))) == 2)


async def test_a_button_for_help_does_not_wait_behind_their_question(bot: Bot, ana: Person, clock: FakeTime) -> None:
    (welcome,) = await bot.hears(ana, "/start")
    bot.api.fail("sendMessage", flood(25))
    await bot.api.world.says(ana, "/help")
    waiting = await _delivered(bot)
    await bot.api.until(lambda: not bot.api.faults["sendMessage"])
    await bot.api.world.presses(ana, welcome, "", "u:door:en")
    urgent = await _delivered(bot)
    await bot.api.until(lambda: len(bot.api.said(bot.api.world.private(ana))) == 2)
    await clock.asleep.wait()
    await clock.advance(26)
    await asyncio.gather(waiting, urgent)


async def test_in_a_group_answers_beyond_the_pace_wait_and_help_does_not(
    bot: Bot, ana: Person, luz: Person, clock: FakeTime
) -> None:
    group, lanes = bot.api.world.group(), bot.app._bot.rate_limiter._lanes
    lanes._crowd = IN_A_GROUP
    most = int(IN_A_GROUP.most)
    waiting = []
    for number in range(most + 3):
        await bot.api.world.says(bot.api.world.person(str(number)), f"@{USERNAME} sb 54", group)
        waiting.append(await _delivered(bot))
    await bot.api.until(lambda: len(bot.api.said(group)) == most)
    await clock.asleep.wait()
    await bot.api.world.says(luz, f"@{USERNAME} {URGENT}", group)
    urgent = await _delivered(bot)
    await bot.api.until(lambda: len(bot.api.said(group)) == most + 1)
    await urgent
    await clock.advance(59)
    assert len(bot.api.said(group)) == most + 1
    await clock.advance(120)
    await bot.api.until(lambda: len(bot.api.said(group)) == most + 4)
    await asyncio.gather(*waiting)


async def _delivered(bot: Bot) -> asyncio.Task[int]:
    """Let Telegram deliver what is new, in a task: it waits for an answer, while other updates come."""

    async def deliver() -> int:
        return await bot.api.post(update)

    async def nothing() -> int:
        return 200

    update = bot.api.world.updates[-1]
    return asyncio.create_task(nothing() if bot.polls else deliver())


async def test_a_group_that_removes_the_bot_during_its_wait_stops_nothing(
    bot: Bot, ana: Person, luz: Person, clock: FakeTime
) -> None:
    group = bot.api.world.group()
    bot.api.fail("sendMessage", flood(25))
    await bot.api.world.says(luz, f"@{USERNAME} sb 54", group)
    waiting = await _delivered(bot)
    await bot.api.until(lambda: not bot.api.faults["sendMessage"])
    group.bot_status = "kicked"
    await clock.asleep.wait()
    await clock.advance(26)
    await waiting
    assert bot.api.said(group) == []
    assert bot.count("faqbot_errors_total", platform="telegram", code="Forbidden") == 1
    assert len(await bot.hears(ana, "/help")) == 1


async def test_two_processes_together_keep_the_pace_of_a_group(
    services: Services,
    catalogue: Catalogue,
    matcher: Matcher,
    api: TelegramApi,
    ana: Person,
    later: Callable[[float], None],
) -> None:
    settings, group = replace(services.settings, redis_url=Secret("redis://shared")), api.world.group()
    one, other = (
        make_services(settings, catalogue, matcher, services.store, services.keys, Metrics()) for _ in range(2)
    )
    async with served(one, api), AsyncExitStack() as stack:
        clients = [api.client]
        await stack.enter_async_context(served(other, api))
        clients.append(api.client)
        posts = []
        with standing():
            for number in range(GROUP_LIMIT.most + 4):
                await api.world.says(api.world.person(str(number)), f"@{USERNAME} sb 54", group)
                api.client = clients[number % 2]
                posts.append(asyncio.create_task(api.post(api.world.updates[-1])))
                await asyncio.sleep(0)
            await asyncio.wait(posts[: GROUP_LIMIT.most])
            await api.world.says(ana, f"@{USERNAME} {URGENT}", group)
            assert await api.post(api.world.updates[-1]) == 200
            assert len(api.said(group)) == GROUP_LIMIT.most + 1, "help waits for nothing"
            later(GROUP_LIMIT.seconds)
            skip(GROUP_LIMIT.seconds)
            assert set(await asyncio.gather(*posts)) == {200}
    assert len(api.said(group)) == GROUP_LIMIT.most + 5
