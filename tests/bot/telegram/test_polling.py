"""Long polling: the same bot, without a webhook."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.service.app import Services
from bot.service.ongoing import DRAIN_SECONDS, FINISH_SECONDS
from bot.telegram.app import TelegramApp, TokenRefusedError
from bot.telegram.polling import GIVE_UP_SECONDS, OLD_SECONDS, WINDOW, WebhookSetError
from tests.bot.telegram.conftest import WEBHOOK, make_app, polling
from tests.fakes.clock import FakeTime, skip, standing
from tests.fakes.telegram.api import TOKEN, Fault, TelegramApi, flood
from tests.fakes.telegram.world import Person
from tests.tools.hangguard import HANG_GUARD

QUESTION = "who checks that ICE task forces follow the rules?"


async def test_messages_are_answered_and_confirmed(
    services: Services, api: TelegramApi, ana: Person, luz: Person
) -> None:
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, QUESTION)
        await api.until(lambda: len(api.said(api.world.private(ana))) == 1)
        await api.world.says(luz, "/help")
        await api.until(lambda: len(api.said(api.world.private(luz))) == 1)
        assert await app.ready() == {"telegram": "ok", "telegram_polling": "ok"}
    assert api.world.updates == []


async def test_it_names_the_kinds_of_update_that_it_wants(services: Services, api: TelegramApi, ana: Person) -> None:
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: api.said(api.world.private(ana)))
    asked = json.loads(api.made("getUpdates")[0]["allowed_updates"])
    assert asked == ["message", "callback_query", "inline_query", "my_chat_member"]


async def test_what_came_while_it_was_down_is_answered(services: Services, api: TelegramApi, ana: Person) -> None:
    await api.world.says(ana, QUESTION)
    async with make_app(services) as app, polling(app):
        await api.until(lambda: api.said(api.world.private(ana)))


async def test_a_stop_answers_what_was_taken_and_a_restart_does_not_answer_it_again(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, QUESTION)
        await api.until(lambda: api.said(api.world.private(ana)))
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: len(api.said(api.world.private(ana))) > 1)
    assert len(api.said(api.world.private(ana))) == 2


async def test_an_answer_under_way_is_finished_when_the_worker_is_stopped(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    api.fail("sendMessage", Fault(500))
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, QUESTION)
        await api.until(lambda: not api.faults["sendMessage"])
    assert len(api.said(api.world.private(ana))) == 1


async def test_a_webhook_that_is_set_ends_polling_with_one_line_that_says_what_to_do(
    services: Services, api: TelegramApi
) -> None:
    api.methods.setWebhook({"url": WEBHOOK})
    async with make_app(services) as app:
        with pytest.raises(WebhookSetError) as caught:
            await asyncio.wait_for(app.run_polling(), HANG_GUARD)
    assert "faqbot release" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert api.methods.webhook, "the webhook of whoever set it is left alone"


async def test_a_second_poller_is_waited_for(services: Services, api: TelegramApi, ana: Person) -> None:
    conflict = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    api.fail("getUpdates", Fault(409, conflict), Fault(409, conflict))
    async with make_app(services) as app, polling(app):
        await api.until(lambda: not api.faults["getUpdates"])
        await api.world.says(ana, "/help")
        await api.until(lambda: api.said(api.world.private(ana)))
    errors = services.metrics.registry.get_sample_value(
        "faqbot_errors_total", {"platform": "telegram", "code": "Conflict"}
    )
    assert errors == 2


async def test_two_pollers_at_once_both_survive(services: Services, api: TelegramApi, ana: Person) -> None:
    async with make_app(services) as one, make_app(services) as two, polling(one), polling(two):
        await api.until(lambda: any("terminated by other" in str(call.error) for call in api.calls))
        await api.world.says(ana, "/help")
        await api.until(lambda: api.said(api.world.private(ana)))
    assert len(api.said(api.world.private(ana))) == 1


PAGES = [Fault(status, body="<html>a proxy's</html>") for status in (400, 401, 403, 404, 409)]


@pytest.mark.parametrize("fault", [Fault(502), Fault(500), Fault(cut=True), Fault(503), *PAGES], ids=str)
async def test_an_outage_is_waited_out(services: Services, api: TelegramApi, ana: Person, fault: Fault) -> None:
    api.fail("getUpdates", *[fault] * 4)
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: api.said(api.world.private(ana)))
        assert (await app.ready())["telegram_polling"] == "ok"


async def test_a_flood_refusal_of_polling_is_waited_out(services: Services, api: TelegramApi, ana: Person) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    api.fail("getUpdates", flood(5))
    app = make_app(services)
    app._poller._sleep = nap
    async with app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: api.said(api.world.private(ana)))
    assert naps == [5.0]


async def test_one_chats_trouble_holds_up_no_other_and_is_asked_for_again(
    services: Services, api: TelegramApi, ana: Person, luz: Person
) -> None:
    api.fail("sendMessage", Fault(silent=True))
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: not api.faults["sendMessage"])
        await api.world.says(luz, "/help")
        await api.until(lambda: api.said(api.world.private(luz)))
        assert len(api.world.updates) == 2, "nothing behind what is not done is confirmed"
        app.stop()
        await app._inbox.drain(0)
    assert len(api.world.updates) == 2
    api._release.set()
    async with make_app(services) as app, polling(app):
        await api.until(lambda: not api.world.updates)
    assert [len(api.said(api.world.private(person))) for person in (ana, luz)] == [1, 1]


ODD = {
    "a page": Fault(body="<html>captive portal</html>"),
    "nothing": Fault(body=""),
    "a list": Fault(body="[1]"),
    "a number": Fault(body="1"),
    "no result": Fault(body='{"ok": true}'),
    "an odd result": Fault(body='{"ok": true, "result": {"a": 1}}'),
    "odd updates": Fault(body='{"ok": true, "result": [1, null, {"update_id": "x"}, {"update_id": 1e30}]}'),
    "deep": Fault(body='{"ok": true, "result": ' + "[" * 1_000_000 + "]" * 1_000_000 + "}"),
    "forbidden": Fault(403, "Forbidden"),
    "another process": Fault(409, "Conflict: terminated by other getUpdates request"),
    "a flood": flood(1),
    "a cut connection": Fault(cut=True),
}


@pytest.mark.parametrize("fault", ODD.values(), ids=ODD.keys())
async def test_whatever_comes_in_place_of_updates_is_waited_out(
    services: Services, api: TelegramApi, ana: Person, fault: Fault
) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    api.fail("getUpdates", *[fault] * 3)
    app = TelegramApp(services, poll_pauses=(1.0, 2.0, 5.0))
    app._poller._sleep = nap
    async with app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: api.said(api.world.private(ana)))
        assert (await app.ready())["telegram_polling"] == "ok"
    if fault is ODD["a flood"] or fault is ODD["odd updates"]:
        assert naps == [1.0] * 3
    else:
        assert naps == [1.0, 2.0, 5.0]


async def test_a_server_that_answers_at_once_where_nothing_happens_is_not_asked_all_the_time(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    api.fail("getUpdates", *[Fault(body='{"ok": true, "result": []}')] * 5)
    app = TelegramApp(services, poll_pauses=(1.0, 2.0, 5.0))
    app._poller._sleep = nap
    async with app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: api.said(api.world.private(ana)))
    assert naps == [1.0] * 5


async def test_an_update_from_the_end_of_time_is_passed_over(services: Services, api: TelegramApi, ana: Person) -> None:
    strange = await api.world.says(ana, "/help")
    strange["date"] = 1e30
    await api.world.says(ana, "/help")
    async with make_app(services) as app, polling(app):
        await api.until(lambda: not api.world.updates)
    assert len(api.said(api.world.private(ana))) == 1


async def test_new_updates_come_although_a_hundred_stand_behind_one_that_is_not_done(
    services: Services, api: TelegramApi, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.polling.OLD_SECONDS", 0.0)
    api.fail("sendMessage", Fault(silent=True))
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: not api.faults["sendMessage"])
        people = [api.world.person(str(number)) for number in range(150)]
        for person in people:
            await api.world.says(person, "/help")
        await api.until(lambda: all(api.said(api.world.private(person)) for person in people))
        assert api.said(api.world.private(ana)) == []
        api._release.set()


async def test_new_updates_come_at_once_although_hundreds_stand_before_them_whose_chats_are_held(
    services: Services, api: TelegramApi, luz: Person
) -> None:
    clock = FakeTime()
    app = make_app(services, clock)
    app._poller._clock = clock.now
    people = [api.world.person(str(number)) for number in range(250)]
    for person in people:
        app._lanes.hold(str(person.id), 25)
        await api.world.says(person, "/help")
    await api.world.says(luz, "/help")
    async with app, polling(app):
        await api.until(lambda: api.said(api.world.private(luz)))
        assert not any(api.said(api.world.private(person)) for person in people)
        await clock.advance(26)
        await api.until(lambda: all(api.said(api.world.private(person)) for person in people))


async def test_a_few_updates_whose_chats_are_held_stay_with_telegram_until_they_are_done(
    services: Services, api: TelegramApi, ana: Person, luz: Person
) -> None:
    clock = FakeTime()
    app = make_app(services, clock)
    app._lanes.hold(str(ana.id), 25)
    await api.world.says(ana, "/help")
    await api.world.says(luz, "/help")
    async with app, polling(app):
        await api.until(lambda: api.said(api.world.private(luz)))
        assert len(api.world.updates) == 2
        await clock.advance(26)
        await api.until(lambda: not api.world.updates)


async def test_a_stop_confirms_what_is_done_before_the_first_update_that_is_not(
    services: Services, api: TelegramApi, ana: Person, luz: Person
) -> None:
    app = await make_app(services, FakeTime()).__aenter__()
    app._lanes.hold(str(ana.id), 25)
    for person in (luz, ana):
        await api.world.says(person, "/help")
    with standing():
        async with polling(app):
            await api.until(lambda: api.said(api.world.private(luz)))
            assert len(api.world.updates) == 2
        leaving = asyncio.create_task(app.__aexit__(None, None, None))
        await asyncio.sleep(0)
        skip(DRAIN_SECONDS)
        await leaving
    assert [update["message"]["from"]["id"] for update in api.world.updates] == [ana.id]


async def test_a_stop_leaves_with_telegram_all_that_is_not_done(services: Services, api: TelegramApi) -> None:
    api.fail("sendMessage", *[Fault(502)] * 100_000)
    clock, app = FakeTime(), make_app(services)
    app._poller._clock = clock.now
    people = [api.world.person(str(number)) for number in range(WINDOW + 1)]
    for person in people:
        await api.world.says(person, "/help")
    async with app:
        async with polling(app):
            await api.until(lambda: len({call.params.get("chat_id") for call in api.calls}) > len(people))
        await clock.advance(OLD_SECONDS)
    assert len(api.world.updates) == len(people)


async def test_an_update_that_fails_for_too_long_is_given_up_so_that_new_ones_come(
    services: Services, api: TelegramApi, ana: Person, luz: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.polling.GIVE_UP_SECONDS", 0.0)
    api.fail("sendMessage", *[Fault(502)] * 4)
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: not api.world.updates)
    assert api.said(api.world.private(ana)) == []
    labels = {"platform": "telegram", "code": "given_up"}
    assert services.metrics.registry.get_sample_value("faqbot_errors_total", labels) == 1


async def test_where_more_fail_than_there_is_room_for_they_are_given_up(
    services: Services, api: TelegramApi, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.polling.MOST_OPEN", 0)
    api.fail("sendMessage", *[Fault(502)] * 4)
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: not api.world.updates)
    assert api.said(api.world.private(ana)) == []


async def test_what_has_failed_for_long_is_tried_again_as_soon_as_another_message_is_taken(
    services: Services, api: TelegramApi, ana: Person, luz: Person
) -> None:
    api.fail("sendMessage", *[Fault(502)] * 8)
    async with TelegramApp(services, send_pauses=(0.0,) * 3, poll_pauses=(0.0, 10_000.0)) as app, polling(app):
        await api.world.says(ana, "ICE is at my door right now")
        await api.until(lambda: not api.faults["sendMessage"])
        await api.world.says(luz, "/help")
        await api.until(lambda: api.said(api.world.private(luz)))
        await api.until(lambda: api.said(api.world.private(ana)))


async def test_what_has_failed_for_long_is_tried_again_as_soon_as_telegram_is_back(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    app = TelegramApp(services, send_pauses=(0.0,) * 3, poll_pauses=(0.0, 0.01))
    api.fail("sendMessage", *[Fault(502)] * 4)
    app._poller._rest = lambda _failures: 10_000.0  # type: ignore[method-assign]
    async with app, polling(app):
        await api.world.says(ana, "ICE is at my door right now")
        await api.until(lambda: not api.faults["sendMessage"])
        await app.settled()
        assert api.said(api.world.private(ana)) == []
        api.fail("getUpdates", Fault(502), Fault(502))
        await api.until(lambda: api.said(api.world.private(ana)))


def test_what_fails_again_and_again_is_tried_less_and_less_often_for_as_long_as_telegram_keeps_it(
    services: Services,
) -> None:
    poller = TelegramApp(services)._poller
    rests = [poller._rest(failures) for failures in range(20)]
    assert rests == sorted(rests)
    assert (rests[0], rests[4], rests[5], rests[-1]) == (1.0, 30.0, 60.0, 300.0)
    assert GIVE_UP_SECONDS == 24 * 3_600


async def test_a_token_revoked_while_polling_ends_it_without_showing_it(services: Services, api: TelegramApi) -> None:
    api.fail("getUpdates", Fault(401, "Unauthorized"))
    async with make_app(services) as app:
        with pytest.raises(TokenRefusedError) as caught:
            await asyncio.wait_for(app.run_polling(), HANG_GUARD)
    assert TOKEN not in str(caught.value)


async def test_a_stop_does_not_wait_for_a_confirmation_that_hangs(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    app = await make_app(services).__aenter__()
    async with polling(app):
        await api.world.says(ana, QUESTION)
        await api.until(lambda: api.said(api.world.private(ana)))
    api.fail("getUpdates", Fault(silent=True))
    with standing():
        leaving = asyncio.create_task(app.__aexit__(None, None, None))
        await api.until(lambda: not api.faults["getUpdates"])
        skip(FINISH_SECONDS)
        await leaving
    labels = {"platform": "telegram", "code": "TimeoutError"}
    assert services.metrics.registry.get_sample_value("faqbot_errors_total", labels) == 1


async def test_updates_that_nobody_could_confirm_come_again_and_are_recognised(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, QUESTION)
        await api.until(lambda: api.said(api.world.private(ana)))
        updates = list(api.world.updates)
        api.fail("getUpdates", *[Fault(500)] * 5)
    api.world.updates[:] = updates
    api.faults.clear()
    async with make_app(services) as app, polling(app):
        await api.world.says(ana, "/help")
        await api.until(lambda: len(api.said(api.world.private(ana))) > 1)
    assert len(api.said(api.world.private(ana))) == 2


@pytest.mark.parametrize(
    "strange",
    [
        {"message": {"message_id": 1}},
        {"my_chat_member": {"new_chat_member": {"status": "administrator"}}},
        {"message": 5},
    ],
    ids=str,
)
async def test_an_update_that_cannot_be_read_is_passed_over_and_holds_up_no_other(
    services: Services, api: TelegramApi, ana: Person, luz: Person, strange: dict[str, Any]
) -> None:
    await api.world.says(ana, "/help")
    api.world.updates.append({"update_id": api.world.updates[-1]["update_id"] + 1000} | strange)
    async with make_app(services) as app, polling(app):
        await api.until(lambda: not api.world.updates)
        await api.world.says(luz, "/help")
        api.world.updates[-1]["update_id"] += 2000
        await api.until(lambda: api.said(api.world.private(luz)))
    assert len(api.said(api.world.private(ana))) == 1
    unreadable = {"platform": "telegram", "reason": "unreadable"}
    assert services.metrics.registry.get_sample_value("faqbot_refused_requests_total", unreadable) == 1
