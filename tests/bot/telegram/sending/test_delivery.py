"""Every way in which Telegram refuses or loses a call is handled on purpose."""

from __future__ import annotations

import asyncio
import io
import json

import pytest

from bot.service.lanes import RETRIES
from bot.state.retention import Kept
from bot.state.store import MemoryStore
from bot.telegram.app import READ_SECONDS
from bot.telegram.render.renderer import Rendered
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import Bot, labels
from tests.fakes.clock import FakeTime, skip
from tests.fakes.telegram.api import Fault, flood
from tests.fakes.telegram.world import USERNAME, Person

URGENT = "ICE is at my door right now"
QUESTION = "who checks that ICE task forces follow the rules?"


async def test_a_flood_refusal_is_waited_out_as_long_as_telegram_says(bot: Bot, ana: Person, clock: FakeTime) -> None:
    bot.api.fail("sendMessage", flood(3), flood(7))
    assert len(await bot.hears(ana, QUESTION)) == 1
    assert [round(nap, 1) for nap in clock.naps] == [3.1, 7.1]
    assert bot.count("faqbot_retries_total", platform="telegram") == 2


async def test_a_flood_refusal_is_not_repeated_for_ever_but_answered_when_the_update_comes_again(
    bot: Bot, ana: Person
) -> None:
    bot.api.fail("sendMessage", *[flood(1)] * (RETRIES + 1))
    assert len(await bot.hears_again(ana, QUESTION)) == 1
    assert bot.count("faqbot_errors_total", platform="telegram", code="RetryAfter") == 1


async def test_a_refusal_for_hours_gives_the_update_back_until_they_are_over(
    bot: Bot, ana: Person, luz: Person, clock: FakeTime
) -> None:
    bot.api.fail("sendMessage", flood(7200))
    await bot.api.world.says(ana, QUESTION)
    if bot.polls:
        await bot.api.until(lambda: bot.app._bot.rate_limiter._lanes.held(str(ana.id)))
    else:
        assert await bot.api.deliver() == [503]
        assert await bot.api.deliver() == [503]
    assert clock.naps == [], "nobody sleeps for hours"
    tried = sum(call.method == "sendMessage" for call in bot.api.calls)
    assert tried == 1, "Telegram is not asked before the time"
    await clock.advance(7201)
    await bot.settle()
    assert len(bot.api.said(bot.api.world.private(ana))) == 1


@pytest.mark.parametrize("fault", [Fault(500), Fault(502, "Bad Gateway"), Fault(503)], ids=str)
async def test_server_errors_are_tried_again(bot: Bot, ana: Person, fault: Fault) -> None:
    bot.api.fail("sendMessage", fault, fault)
    assert len(await bot.hears(ana, QUESTION)) == 1
    assert bot.count("faqbot_retries_total", platform="telegram") == 2


@pytest.mark.parametrize("text", [QUESTION, "ICE is at my door right now"])
async def test_after_four_failures_the_update_is_not_done_and_answered_once_when_it_comes_again(
    bot: Bot, ana: Person, text: str
) -> None:
    bot.api.fail("sendMessage", *[Fault(502, "<html>Bad Gateway</html>")] * 4)
    assert len(await bot.hears_again(ana, text)) == 1
    assert bot.count("faqbot_errors_total", platform="telegram", code="NetworkError") == 1
    assert len(await bot.hears(ana, QUESTION)) == 1


async def test_the_rest_of_an_answer_of_several_messages_comes_with_the_next_delivery_and_nothing_twice(
    bot: Bot, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = ("the first part", "the second part", "the third part")
    monkeypatch.setattr(bot.app._handlers._outcomes, "rendered", lambda *_, **__: Rendered(parts))
    bot.api._release.set()
    taken = Fault(late=True)
    bot.api.fail("sendMessage", taken, *[Fault(502)] * 4)
    assert [message["text"] for message in await bot.hears_again(ana, QUESTION)] == list(parts)
    replied = bot.services.metrics.text().decode()
    assert replied.count("faqbot_replies_total{") == 1
    assert len(await bot.hears(ana, QUESTION)) == 3, "of another question nothing was sent before"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
@pytest.mark.parametrize("body", ["<html>a proxy's</html>", '{"error": "denied"}'], ids=["page", "json"])
async def test_a_refusal_that_is_not_telegrams_loses_no_answer_and_nobody_is_forgotten(
    bot: Bot, ana: Person, phrases: Phrases, status: int, body: str
) -> None:
    (welcome,) = await bot.hears(ana, "hello")
    assert welcome["text"] == phrases.welcome
    bot.api.fail("sendMessage", *[Fault(status, body=body)] * 4)
    assert len(await bot.hears_again(ana, QUESTION)) == 2
    assert bot.count("faqbot_retries_total", platform="telegram") == 3
    assert bot.count("faqbot_errors_total", platform="telegram", code="NetworkError") == 1
    (again,) = await bot.hears(ana, "hello")
    assert again["text"] != phrases.welcome, "the greeting is remembered"


@pytest.mark.parametrize("page", ["<html>Bad Gateway</html>", "[]", "[" * 100_000], ids=["page", "list", "deep"])
async def test_a_gateways_page_in_place_of_an_answer_is_logged_once_and_not_as_an_error(
    page: str, bot: Bot, ana: Person, log: io.StringIO
) -> None:
    bot.api.fail("sendMessage", *[Fault(502, body=page)] * 4)
    assert len(await bot.hears_again(ana, QUESTION)) == 1
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines if line["level"] != "info"] == ["not sent"]


@pytest.mark.parametrize("page", ["", "<html>", "[]", "[" * 100_000], ids=["nothing", "page", "list", "deep"])
async def test_a_success_that_cannot_be_read_counts_as_one_and_is_logged_once(
    page: str, bot: Bot, ana: Person, log: io.StringIO
) -> None:
    bot.api.fail("sendMessage", Fault(200, body=page))
    assert len(await bot.hears(ana, QUESTION)) == 0
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines if line["level"] != "info"] == ["not sent"]
    assert len(await bot.hears(ana, QUESTION)) == 1


REFUSALS = {
    "a success's status": '{"ok": false, "error_code": 429, "description": "x", "parameters": {"retry_after": 1}}',
    "no code": '{"ok": false}',
    "a code in words": '{"ok": false, "error_code": "flood"}',
    "a wait in words": '{"ok": false, "error_code": 429, "description": "x", "parameters": {"retry_after": "soon"}}',
    "a wait for ever": '{"ok": false, "error_code": 429, "description": "x", "parameters": {"retry_after": 1e30}}',
    "a wait backwards": '{"ok": false, "error_code": 429, "description": "x", "parameters": {"retry_after": -5}}',
    "parameters that are a list": '{"ok": false, "error_code": 429, "description": "x", "parameters": [1]}',
    "no description": '{"ok": false, "error_code": 400, "description": null}',
    "moved in words": '{"ok": false, "error_code": 400, "description": "x", "parameters": {"migrate_to_chat_id": "x"}}',
    "a description that is a number": '{"ok": false, "error_code": 400, "description": 5}',
}


@pytest.mark.parametrize("status", [200, 429])
@pytest.mark.parametrize("text", [QUESTION, URGENT])
@pytest.mark.parametrize("body", REFUSALS.values(), ids=REFUSALS.keys())
async def test_a_refusal_of_whatever_form_loses_no_answer(
    bot: Bot, ana: Person, phrases: Phrases, body: str, text: str, status: int
) -> None:
    bot.api.fail("sendMessage", Fault(status, body=body))
    (answer,) = await bot.hears(ana, text)
    assert not answer["text"].startswith(phrases.failed.partition("{")[0])


async def test_a_conflict_with_whoever_else_uses_the_token_loses_no_answer(bot: Bot, ana: Person) -> None:
    bot.api.fail("sendMessage", Fault(409, "Conflict: terminated by other long poll"))
    assert len(await bot.hears_again(ana, QUESTION)) == 1
    assert bot.count("faqbot_errors_total", platform="telegram", code="Conflict") == 1


@pytest.mark.parametrize("body", ['{"ok": true}', '{"ok": true, "result": null}'])
async def test_a_success_that_says_nothing_of_a_message_leaves_it_open(
    bot: Bot, ana: Person, luz: Person, body: str
) -> None:
    bot.api.fail("sendMessage", Fault(200, body=body))
    assert len(await bot.hears(ana, URGENT)) == 1
    bot.api.fail("sendMessage", Fault(200, body=body))
    assert await bot.hears(luz, QUESTION) == []


@pytest.mark.parametrize("result", ["[]", "{}", "5", '{"message_id": "x", "date": {}, "chat": []}'])
@pytest.mark.parametrize("text", [QUESTION, URGENT])
async def test_what_telegram_says_it_has_done_is_done_whatever_it_says_of_it(
    bot: Bot, ana: Person, text: str, result: str
) -> None:
    bot.api.fail("sendMessage", Fault(body=f'{{"ok": true, "result": {result}}}', done=True))
    assert len(await bot.hears(ana, text)) == 1


async def test_so_is_a_page_that_was_turned(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (menu,) = await bot.hears(ana, "/topics")
    await bot.pressed(ana, menu, menu["reply_markup"]["inline_keyboard"][0][0]["text"])
    bot.api.fail("editMessageText", Fault(body='{"ok": true, "result": []}', done=True))
    await bot.pressed(ana, menu, phrases.back)
    assert bot.count("faqbot_errors_total", platform="telegram", code="TypeError") == 0


async def test_a_message_whose_confirmation_is_lost_is_not_sent_twice(bot: Bot, ana: Person) -> None:
    bot.api.fail("sendMessage", Fault(silent=True, done=True))
    hearing = asyncio.create_task(bot.hears(ana, QUESTION))
    await bot.api.until(lambda: bot.api.made("sendMessage"))
    skip(READ_SECONDS + 1)
    assert len(await hearing) == 1
    assert len(bot.api.made("sendMessage")) == 1
    assert bot.count("faqbot_errors_total", platform="telegram", code="PerhapsSentError") == 1


UNCLEAR = [Fault(cut=True, done=True), Fault(504, done=True), Fault(200, body='{"ok": tr', done=True)]


@pytest.mark.parametrize("fault", UNCLEAR, ids=["cut", "504", "unreadable"])
async def test_where_it_is_unclear_whether_it_was_sent_an_answer_counts_as_sent(
    bot: Bot, ana: Person, fault: Fault
) -> None:
    bot.api.fail("sendMessage", fault)
    assert len(await bot.hears(ana, QUESTION)) == 1
    assert bot.count("faqbot_errors_total", platform="telegram", code="PerhapsSentError") == 1


@pytest.mark.parametrize("fault", [*UNCLEAR, Fault(cut=True)], ids=["cut after", "504", "unreadable", "cut before"])
async def test_where_it_is_unclear_whether_it_was_sent_urgent_help_is_sent_again(
    bot: Bot, ana: Person, fault: Fault
) -> None:
    bot.api.fail("sendMessage", fault)
    assert len(await bot.hears(ana, URGENT)) == (2 if fault.done else 1)


async def test_urgent_help_that_stays_unclear_is_sent_once_more_when_the_update_comes_again(
    bot: Bot, ana: Person
) -> None:
    bot.api.fail("sendMessage", *[Fault(cut=True)] * 4)
    assert len(await bot.hears_again(ana, URGENT)) == 1


@pytest.mark.parametrize("group", [False, True])
async def test_however_often_an_answer_fails_no_limit_takes_it_away(bot: Bot, ana: Person, group: bool) -> None:
    """Each attempt was counted as a message: after an outage the person was asked to wait, or heard nothing."""
    chat = bot.api.world.group() if group else None
    bot.api.fail("sendMessage", *[Fault(502)] * 4 * 65)
    await bot.api.world.says(ana, f"@{USERNAME} {QUESTION}" if group else QUESTION, chat)
    if not bot.polls:
        for _ in range(65):
            assert await bot.api.deliver() == [503]
    await bot.settle()
    (answer,) = bot.api.said(chat or bot.api.world.private(ana))
    assert labels(answer)


async def test_however_often_a_buttons_answer_fails_no_pace_takes_it_away(bot: Bot, ana: Person) -> None:
    group = bot.api.world.group()
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    bot.api.fail("sendMessage", *[Fault(502)] * 4)
    await bot.api.world.presses(ana, answer, "", "t:training:en")
    if not bot.polls:
        assert await bot.api.deliver() == [503]
    await bot.settle()
    assert len(bot.api.said(group)) == 2


async def test_a_topic_that_is_gone_gets_its_answer_in_the_chat(bot: Bot, ana: Person) -> None:
    group = bot.api.world.group(forum=True, topics=[7])
    await bot.api.world.says(ana, f"@{USERNAME} {QUESTION}", group, thread=7)
    group.topics.clear()
    await bot.settle()
    (said,) = bot.api.said(group)
    assert "message_thread_id" not in said
    assert bot.api.last("sendMessage").error is None


async def test_a_press_whose_answer_hangs_holds_up_nothing(bot: Bot, ana: Person) -> None:
    (welcome,) = await bot.hears(ana, "/start")
    bot.api.fail("answerCallbackQuery", Fault(silent=True))
    await bot.api.world.presses(ana, welcome, "", "t:oversight:en")
    if not bot.polls:
        assert await bot.api.deliver() == [200]
    await bot.api.until(lambda: len(bot.api.said(bot.api.world.private(ana))) == 2)
    bot.api._release.set()


@pytest.mark.parametrize("code", ["t:oversight:en", "a code of another version"])
async def test_a_nervous_finger_gets_one_answer_and_every_press_is_answered(code: str, bot: Bot, ana: Person) -> None:
    (welcome,) = await bot.hears(ana, "/start")
    presses = [await bot.api.world.presses(ana, welcome, "", code) for _ in range(3)]
    await bot.settle()
    assert len(bot.api.said(bot.api.world.private(ana))) == 2
    assert set(presses) <= bot.api.methods.answered.keys()


async def test_another_button_of_the_same_message_and_the_same_one_of_another_are_no_double_tap(
    bot: Bot, ana: Person
) -> None:
    first, second = await bot.hears(ana, "/start"), await bot.hears(ana, "/help")
    for message, data in ((first[0], "t:oversight:en"), (first[0], "t:training:en"), (second[0], "t:oversight:en")):
        await bot.api.world.presses(ana, message, "", data)
    await bot.settle()
    assert len(bot.api.said(bot.api.world.private(ana))) == 5


async def test_someone_who_blocked_the_bot_is_forgotten(bot: Bot, ana: Person, phrases: Phrases) -> None:
    await bot.hears(ana, "/language español")
    await bot.api.world.blocks(ana)
    await bot.settle()
    bot.api.world.private(ana).blocked = False
    (again,) = await bot.hears(ana, "hello")
    assert again["text"] == phrases.welcome, "neither the language nor the greeting is remembered"


async def test_a_send_refused_because_of_a_block_forgets_too(bot: Bot, ana: Person, phrases: Phrases) -> None:
    await bot.hears(ana, "/language español")
    bot.api.world.private(ana).blocked = True
    assert await bot.hears(ana, "2") == []
    assert isinstance(bot.services.store, MemoryStore)
    kept = {key.partition(":")[0] for key in bot.services.store._lifetimes}
    assert not kept & {Kept.CONVERSATION, Kept.LANGUAGE, Kept.GREETED}, "what the answer remembered is gone too"
    bot.api.world.private(ana).blocked = False
    (again,) = await bot.hears(ana, "hello")
    assert again["text"] == phrases.welcome
    assert bot.count("faqbot_errors_total", platform="telegram", code="Forbidden") == 1


async def test_a_refusal_of_our_markup_is_answered_with_plain_text_and_counted(bot: Bot, ana: Person) -> None:
    bot.api.fail("sendMessage", Fault(400, "Bad Request: can't parse entities: Unexpected end tag at byte offset 5"))
    (message,) = await bot.hears(ana, QUESTION)
    assert "entities" not in message
    assert "<" not in message["text"]
    assert bot.count("faqbot_errors_total", platform="telegram", code="BadRequest") == 1


async def test_a_menu_that_is_gone_is_sent_anew(bot: Bot, ana: Person) -> None:
    (menu,) = await bot.hears(ana, "/topics")
    del bot.api.world.private(ana).messages[menu["message_id"]]
    _, (new,) = await bot.pressed(ana, menu, labels(menu)[0])
    assert labels(new)


async def test_a_vote_below_a_message_that_is_gone_still_counts(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (answer,) = await bot.hears(ana, QUESTION)
    del bot.api.world.private(ana).messages[answer["message_id"]]
    toast, new = await bot.pressed(ana, answer, phrases.helpful)
    assert (toast["text"], new) == (phrases.feedback_thanks, [])
    assert "faqbot_errors_total{" not in bot.services.metrics.text().decode()


async def test_a_press_that_has_expired_is_no_error_and_still_gets_its_answer(bot: Bot, ana: Person) -> None:
    (welcome,) = await bot.hears(ana, "/start")
    await bot.api.world.presses(ana, welcome, labels(welcome)[0])
    bot.api.world.buttons.clear()
    await bot.settle()
    assert len(bot.api.said(bot.api.world.private(ana))) == 2
    assert "faqbot_errors_total{" not in bot.services.metrics.text().decode()


async def test_a_press_on_a_message_too_old_to_be_shown_is_answered(bot: Bot, ana: Person) -> None:
    (welcome,) = await bot.hears(ana, "/start")
    old = {"chat": welcome["chat"], "message_id": 1, "date": 0}
    _, (answer,) = await bot.pressed(ana, old, data="t:oversight:en")
    assert labels(answer)
    _, (menu,) = await bot.pressed(ana, old, data="l:1:en")
    assert labels(menu)


async def test_a_press_below_an_inline_message_is_answered_and_does_nothing(bot: Bot, ana: Person) -> None:
    query = {"id": "77", "from": ana.data(), "chat_instance": "1", "data": "t:oversight:en", "inline_message_id": "x"}
    bot.api.world.buttons["77"] = query
    await bot.api.world.happens("callback_query", query)
    await bot.settle()
    assert "77" in bot.api.methods.answered
    assert bot.api.made("sendMessage") == []


async def test_presses_beyond_the_limit_are_answered_with_the_wait(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (welcome,) = await bot.hears(ana, "/start")
    toasts = [(await bot.pressed(ana, welcome, data="l:1:en"))[0].get("text") for _ in range(21)]
    assert toasts[:19] == [None] * 19
    assert all(toast and toast.startswith(phrases.rate_limited.split("{")[0]) for toast in toasts[19:])


async def test_messages_beyond_the_limit_get_one_notice_and_then_silence(
    bot: Bot, ana: Person, phrases: Phrases
) -> None:
    for _ in range(20):
        assert len(await bot.hears(ana, "/help")) == 1
    (notice,) = await bot.hears(ana, "/help")
    assert notice["text"].startswith(phrases.rate_limited.split("{")[0])
    assert await bot.hears(ana, "/help") == []


async def test_a_token_revoked_while_running_is_counted_by_name_and_the_update_waits_for_another(
    bot: Bot, ana: Person
) -> None:
    bot.api.fail("sendMessage", Fault(401, "Unauthorized"))
    assert len(await bot.hears_again(ana, QUESTION)) == 1
    assert bot.count("faqbot_errors_total", platform="telegram", code="InvalidToken") == 1
