"""What /metrics shows after each thing that happens on both platforms, and that nobody can make it grow."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.metrics import CODES, FORGED, Metrics
from bot.state.limits import PERSON_LIMIT
from content.schema.catalogue import Catalogue
from tests.fakes.deployment import MAY_READ, SLACK_PATH, TELEGRAM_PATH, Deployment
from tests.fakes.slack.api import broken, refused
from tests.fakes.slack.payloads import command, direct, mention, press, sign
from tests.fakes.telegram.api import Fault
from tests.fakes.telegram.world import Person

ENGLISH = "who checks that ICE task forces follow the rules?"
SPANISH = "¿quién vigila que los grupos operativos cumplan las reglas?"
NOT_OURS = "what is the weather like in Paris"


async def shown(bot: Deployment) -> dict[str, float]:
    """Return /metrics as numbers by name and labels."""
    lines = (await bot.http.get("/metrics", headers=MAY_READ)).text.splitlines()
    return {name: float(number) for name, _, number in (line.rpartition(" ") for line in lines if line[0] != "#")}


async def says(bot: Deployment, person: Person, text: str) -> None:
    await bot.telegram.world.says(person, text)
    await deliver(bot)


async def deliver(bot: Deployment) -> None:
    world = bot.telegram.world
    while world.updates:
        await bot.update(world.updates.pop(0))


def replies(platform: str, kind: str, lang: str, entry: str = "") -> str:
    return f'faqbot_replies_total{{entry="{entry}",lang="{lang}",platform="{platform}",type="{kind}"}}'


async def test_replies_are_counted_by_platform_kind_entry_and_language(bot: Deployment) -> None:
    ana = bot.telegram.world.person("Ana")
    for text in (ENGLISH, SPANISH, NOT_OURS, ENGLISH):
        await bot.event(direct(text))
        await says(bot, ana, text)
    await bot.event(command("oversight"))
    await says(bot, ana, "/topics")
    numbers = await shown(bot)
    for platform, answers in (("slack", 3), ("telegram", 2)):
        assert numbers[replies(platform, "answer", "en", "oversight")] == answers
        assert numbers[replies(platform, "answer", "es", "oversight")] == 1
        assert numbers[replies(platform, "fallback", "en")] == 1
    assert numbers[replies("telegram", "topics", "en")] == 1


async def test_votes_are_counted_by_entry(bot: Deployment) -> None:
    ana = bot.telegram.world.person("Ana")
    await says(bot, ana, "5")
    said = bot.telegram.said(bot.telegram.world.private(ana))[-1]
    await bot.telegram.world.presses(ana, said, "", "y:oversight:en")
    await deliver(bot)
    await bot.event(press("x:oversight:en", bot.slack.response_url(), kind="feedback_buttons"))
    numbers = await shown(bot)
    assert numbers['faqbot_feedback_total{entry="oversight",helpful="yes",platform="telegram"}'] == 1
    assert numbers['faqbot_feedback_total{entry="oversight",helpful="no",platform="slack"}'] == 1


async def test_the_times_to_match_and_to_send_are_measured_on_both_platforms(bot: Deployment) -> None:
    matched = "faqbot_match_seconds_count"
    assert (await shown(bot))[matched] == 0
    await bot.event(direct(ENGLISH))
    await bot.event(command("oversight"))
    assert (await shown(bot))[matched] == 2
    ana, group = bot.telegram.world.person("Ana"), bot.telegram.world.group()
    for number, text in enumerate((ENGLISH, "/topic oversight", "/sb54"), 3):
        await says(bot, ana, text)
        assert (await shown(bot))[matched] == number, text
    await bot.telegram.world.says(ana, f"@CalCoordFaqBot {ENGLISH}", group)
    await deliver(bot)
    numbers = await shown(bot)
    assert numbers[matched] == 6
    assert numbers['faqbot_match_seconds_bucket{le="+Inf"}'] == 6
    for platform, least in (("slack", 1), ("telegram", 4)):
        assert numbers[f'faqbot_send_seconds_count{{platform="{platform}"}}'] >= least
        assert numbers[f'faqbot_send_seconds_sum{{platform="{platform}"}}'] > 0


async def test_calls_sent_again_duplicates_and_limits_are_counted(bot: Deployment) -> None:
    ana = bot.telegram.world.person("Ana")
    bot.slack.faults["chat.postMessage"].append(broken())
    bot.telegram.fail("sendMessage", Fault(502))
    event = direct("oversight")
    await bot.telegram.world.says(ana, "oversight")
    (update,) = bot.telegram.world.updates
    bot.telegram.world.updates.clear()
    for _ in range(3):
        await bot.event(event)
        await bot.update(update)
    allowed = PERSON_LIMIT.most
    for _ in range(allowed + 2):
        await bot.event(direct("oversight"))
        await says(bot, ana, "oversight")
    numbers = await shown(bot)
    for platform in ("slack", "telegram"):
        assert numbers[f'faqbot_retries_total{{platform="{platform}"}}'] == 1
        assert numbers[f'faqbot_duplicates_total{{platform="{platform}"}}'] == 2
        assert numbers[f'faqbot_rate_limited_total{{platform="{platform}"}}'] == 3
        assert numbers[replies(platform, "answer", "en", "oversight")] == allowed


async def test_errors_are_counted_by_kind(bot: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = bot.telegram.world.person("Ana")
    bot.slack.faults["chat.postMessage"].append(refused("channel_not_found"))
    bot.telegram.fail("sendMessage", Fault(403, "Forbidden: bot was blocked by the user"))
    await bot.event(direct("5"))
    await says(bot, ana, "5")

    async def explode(*_: Any) -> Any:
        raise ZeroDivisionError("what somebody wrote")

    monkeypatch.setattr(bot.services.conversation, "reply", explode)
    await bot.event(direct(ENGLISH))
    await says(bot, ana, ENGLISH)
    numbers = await shown(bot)
    for platform, code in (("slack", "channel_not_found"), ("telegram", "Forbidden")):
        assert numbers[f'faqbot_errors_total{{code="{code}",platform="{platform}"}}'] == 1
        assert numbers[f'faqbot_errors_total{{code="ZeroDivisionError",platform="{platform}"}}'] == 1


async def test_the_content_that_is_answered_from_and_what_it_depends_on_are_shown(
    bot: Deployment, catalogue: Catalogue
) -> None:
    numbers = await shown(bot)
    (info,) = (name for name in numbers if name.startswith("faqbot_info"))
    assert f'content="{catalogue.digest[:12]}"' in info
    assert re.search(r'version="[^"]+"', info)
    for name in ("content", "store", "slack", "telegram"):
        assert numbers[f'faqbot_dependency_up{{dependency="{name}"}}'] == 1


async def test_nobody_can_make_the_metrics_grow(bot: Deployment) -> None:
    ana = bot.telegram.world.person("Ana")

    async def everything(mark: str) -> None:
        """Put ``mark`` wherever a stranger can put a word."""
        secret = {"x-slack-signature": f"v0={mark}", "x-slack-request-timestamp": mark}
        await bot.http.get(f"/{mark}")
        await bot.post(SLACK_PATH, mark.encode(), secret)
        await bot.post(SLACK_PATH, mark.encode(), sign(mark.encode()))
        await bot.post(TELEGRAM_PATH, mark.encode(), {"X-Telegram-Bot-Api-Secret-Token": mark})
        await bot.event({"type": mark, "event": {"type": mark}})
        await bot.event(direct(mark, user=f"U{mark}", channel="D1"))
        await bot.event(command(mark, user=f"U{mark}"))
        for code in (f"t:{mark}:en", f"y:{mark}:en", f"g::{mark}", mark, f"y:oversight:{mark}"):
            await bot.event(press(code, bot.slack.response_url(), user=f"U{mark}"))
            await bot.telegram.world.presses(ana, said, "", code)
        bot.slack.faults["chat.postMessage"].append(refused(f"Not A Code {mark}"))
        await bot.event(direct("5", user=f"U{mark}"))
        bot.telegram.fail("sendMessage", Fault(400, f"Bad Request: {mark}"))
        await says(bot, ana, f"/language {mark}")
        await bot.telegram.world.asks_inline(ana, mark)
        await deliver(bot)

    await says(bot, ana, "5")
    said = bot.telegram.said(bot.telegram.world.private(ana))[-1]
    await everything("mark0")
    before = set(await shown(bot))
    for number in range(1, 4):
        await everything(f"mark{number}")
    after = set(await shown(bot))
    # The labels of replies are few and fixed, but which of them a mark meets first is the model's matter.
    grown = {name for name in after - before if not name.startswith(("faqbot_rate_limited_", "faqbot_replies_"))}
    assert not grown
    assert not [name for name in after if "mark" in name]


def test_codes_beyond_the_bound_are_counted_together() -> None:
    metrics = Metrics()
    for number in range(3 * CODES):
        metrics.failed("slack", f"code_{number}")
        metrics.refused("slack", f"reason_{number}")
    metrics.failed("slack", "code_1")
    value = metrics.registry.get_sample_value
    assert value("faqbot_errors_total", {"platform": "slack", "code": "code_1"}) == 2
    assert value("faqbot_errors_total", {"platform": "slack", "code": "other"}) == 2 * CODES
    # What alerts watch keeps its place among them.
    others = 2 * CODES + sum(map(len, FORGED.values()))
    assert value("faqbot_refused_requests_total", {"platform": "slack", "reason": "other"}) == others
    assert metrics.text().count(b"faqbot_errors_total{") == CODES + 1


def test_urgent_help_shows_at_the_turn_of_the_hour_and_not_when_it_was_asked_for() -> None:
    now = 1_000 * 3_600.0 + 10
    metrics = Metrics(clock=lambda: now)
    urgent = 'faqbot_replies_total{entry="",lang="es",platform="telegram",type="urgent"} '
    for _ in range(2):
        metrics.replied("telegram", "urgent", "", "es")
        metrics.replied("telegram", "answer", "oversight", "es")
        assert "urgent" not in metrics.text().decode()
    assert 'type="answer"} 2.0' in metrics.text().decode()
    now += 3_580
    assert "urgent" not in metrics.text().decode()
    now += 10
    assert f"{urgent}2.0" in metrics.text().decode()
    metrics.replied("telegram", "urgent", "", "es")
    assert f"{urgent}2.0" in metrics.text().decode()
    now += 3_600
    metrics.replied("telegram", "urgent", "", "es")
    assert f"{urgent}3.0" in metrics.text().decode()


async def test_a_cry_for_help_moves_no_number_that_anybody_can_read_at_once(bot: Deployment) -> None:
    asked, before = "ICE is at my door right now", await shown(bot)
    await bot.event(mention(asked))
    await says(bot, bot.telegram.world.person("Ana"), asked)
    numbers = await shown(bot)
    # When something began to be counted is a number too.
    assert [name for name, value in numbers.items() if value != before.get(name) and "lag" not in name] == []


def test_the_times_of_urgent_help_are_held_back_too() -> None:
    now = 1_000 * 3_600.0
    metrics = Metrics(clock=lambda: now)
    metrics.matched(0.001, urgent=True)
    metrics.sent("slack", 0.1, urgent=True)
    assert metrics.registry.get_sample_value("faqbot_match_seconds_count") == 0
    now += 3_600
    metrics.sent("telegram", 0.1, urgent=False)
    assert metrics.registry.get_sample_value("faqbot_match_seconds_count") == 1
    assert metrics.registry.get_sample_value("faqbot_send_seconds_count", {"platform": "slack"}) == 1
