"""The webhook: the secret before anything else, each update once, in order in each chat, finished before the stop."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.service.app import Services
from bot.service.ongoing import FINISH_SECONDS
from bot.service.web.server import LINGER_SECONDS
from bot.settings import Secret
from bot.telegram.app import HELD_SECONDS, HOLD_SECONDS, SECRET_HEADER, TokenRefusedError
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import SECRET, WEBHOOK, Bot, labels, make_app, polling, served
from tests.fakes.clock import FakeTime, skip, standing
from tests.fakes.telegram.api import Fault, TelegramApi, flood
from tests.fakes.telegram.world import USERNAME, Person
from tests.tools.hangguard import HANG_GUARD

QUESTION = "who checks that ICE task forces follow the rules?"


@pytest.fixture
async def bot(services: Services, api: TelegramApi) -> AsyncIterator[Bot]:
    async with served(services, api) as running:
        yield running


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "ñandú".encode("latin-1")]
)
async def test_without_the_secret_there_is_a_401_and_nothing_else(bot: Bot, ana: Person, secret: Any) -> None:
    assert bot.api.client is not None
    await bot.api.world.says(ana, QUESTION)
    headers = {} if secret is None else {SECRET_HEADER: secret}
    response = await bot.api.client.post(WEBHOOK, content=b"{not even json", headers=headers)
    assert (response.status_code, response.content) == (401, b"")
    response = await bot.api.client.post(WEBHOOK, json=bot.api.world.updates[0], headers=headers)
    await bot.app.settled()
    assert response.status_code == 401
    assert bot.api.made("sendMessage") == []
    assert bot.count("faqbot_refused_requests_total", platform="telegram", reason="secret") == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b'{"update_id": "x"}', b"\xff\xfe",
     b'{"update_id": 1, "message": 5}', b'{"update_id": 1, "message": {"message_id": 1}}', b"[" * 20_000],
)  # fmt: skip
async def test_what_telegram_could_not_have_meant_is_acknowledged_and_dropped(bot: Bot, body: bytes) -> None:
    assert bot.api.client is not None
    response = await bot.api.client.post(WEBHOOK, content=body, headers={SECRET_HEADER: SECRET})
    await bot.app.settled()
    assert response.status_code == 200
    assert bot.api.made("sendMessage") == []


async def test_only_posts_are_taken(bot: Bot) -> None:
    assert bot.api.client is not None
    assert (await bot.api.client.get(WEBHOOK, headers={SECRET_HEADER: SECRET})).status_code == 405


async def test_there_is_no_route_without_a_secret(services: Services) -> None:
    bare = dataclasses.replace(services, settings=dataclasses.replace(services.settings, telegram_webhook_secret=None))
    assert make_app(bare).routes() == []


async def test_a_redelivered_update_is_answered_once(bot: Bot, ana: Person) -> None:
    await bot.api.world.says(ana, QUESTION)
    (update,) = bot.api.world.updates
    assert [await bot.api.post(update) for _ in range(3)] == [200, 200, 200]
    await bot.app.settled()
    assert len(bot.api.said(bot.api.world.private(ana))) == 1
    assert bot.count("faqbot_duplicates_total", platform="telegram") == 2


async def test_what_was_acknowledged_is_answered_before_the_stop(services: Services, api: TelegramApi) -> None:
    people = [api.world.person(str(number)) for number in range(10)]
    async with served(services, api):
        for person in people:
            await api.world.says(person, QUESTION)
        assert set(await api.deliver()) == {200}
    assert all(len(api.said(api.world.private(person))) == 1 for person in people)


async def test_a_wrong_token_stops_the_start_without_showing_it(services: Services, api: TelegramApi) -> None:
    wrong = "7000001:another-token-that-telegram-does-not-know"
    settings = dataclasses.replace(services.settings, telegram_bot_token=Secret(wrong))
    with pytest.raises(TokenRefusedError) as caught:
        async with make_app(dataclasses.replace(services, settings=settings)):
            pass
    assert wrong not in "".join(traceback.format_exception(caught.value))


async def test_a_start_while_telegram_is_away_recovers_and_answers_what_came_meanwhile(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    api.fail("getMe", Fault(502), Fault(cut=True))
    async with make_app(services) as app:
        assert await app.ready() == {"telegram": "connecting"}
        api.methods.setWebhook({"url": WEBHOOK, "secret_token": SECRET})
        transport = httpx.ASGITransport(Starlette(routes=app.routes()))
        async with httpx.AsyncClient(transport=transport) as api.client:
            await api.world.says(ana, QUESTION)
            await api.deliver()
            await app.settled()
        assert await app.ready() == {"telegram": "ok"}
    assert len(api.said(api.world.private(ana))) == 1


ODD = {
    "a proxy's page": Fault(403, body="<html>blocked</html>"),
    "a proxy's 404": Fault(404, body="<html>no such page</html>"),
    "a proxy's 401": Fault(401, body='{"error": "unauthorized"}'),
    "forbidden": Fault(403, "Forbidden"),
    "nobody": Fault(body='{"ok": true, "result": {}}'),
    "a list": Fault(body='{"ok": true, "result": [1]}'),
    "null": Fault(body='{"ok": true, "result": null}'),
    "no result": Fault(body='{"ok": true}'),
}


@pytest.mark.parametrize("fault", ODD.values(), ids=ODD.keys())
async def test_whatever_comes_in_place_of_the_bots_name_is_waited_out(
    services: Services, api: TelegramApi, ana: Person, fault: Fault
) -> None:
    api.fail("getMe", fault, fault)
    async with make_app(services) as app, polling(app):
        assert await app.ready() == {"telegram": "connecting"}
        await api.world.says(ana, QUESTION)
        await api.until(lambda: api.said(api.world.private(ana)))
    assert not api.faults["getMe"]


async def test_the_same_chat_is_answered_in_order_even_when_the_first_answer_is_slow(
    bot: Bot, ana: Person, catalogue: Catalogue
) -> None:
    await bot.hears(ana, "/start")
    bot.api.fail("sendMessage", Fault(500), Fault(502))
    await bot.api.world.says(ana, "/topic 5")
    await bot.api.world.says(ana, "/topic 6")
    await bot.settle()
    _, first, second = bot.api.said(bot.api.world.private(ana))
    assert first["message_id"] < second["message_id"]
    titles = [catalogue.edition("en").by_number(number) for number in (5, 6)]
    assert [entry.title for entry in titles if entry] == [first["text"].splitlines()[0], second["text"].splitlines()[0]]


async def test_edits_that_come_all_the_same_are_ignored(bot: Bot, ana: Person) -> None:
    message = await bot.api.world.says(ana, QUESTION)
    bot.api.world.updates[:] = [{"update_id": 1, "edited_message": message | {"edit_date": 1_780_000_001}}]
    await bot.settle()
    assert bot.api.made("sendMessage") == []


async def test_kinds_that_were_not_asked_for_are_acknowledged_and_ignored(bot: Bot, ana: Person) -> None:
    channel = {"id": -1005, "type": "channel", "title": "C"}
    post = {"message_id": 1, "date": 1, "chat": channel, "text": f"@{USERNAME} {QUESTION}"}
    poll = {"id": "1", "question": "q", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
            "type": "regular", "allows_multiple_answers": False}  # fmt: skip
    bot.api.world.updates[:] = [{"update_id": 1, "channel_post": post}, {"update_id": 2, "poll": poll}]
    await bot.settle()
    assert bot.api.calls[-1].method == "getMe"


async def test_a_mistake_of_ours_is_counted_logged_without_words_and_told_with_a_reference(
    bot: Bot, ana: Person, phrases: Phrases, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("canary text of Ana")

    monkeypatch.setattr(type(bot.services.conversation), "reply", broken)
    (message,) = await bot.hears(ana, "canary question")
    before, after = phrases.failed.split("{code}")
    assert message["text"].startswith(before)
    reference = message["text"].removeprefix(before).removesuffix(after)
    assert reference in log.getvalue()
    assert "canary" not in log.getvalue()
    assert bot.count("faqbot_errors_total", platform="telegram", code="RuntimeError") == 1


async def test_a_mistake_behind_a_button_is_told_to_the_presser(
    bot: Bot, ana: Person, phrases: Phrases, monkeypatch: pytest.MonkeyPatch
) -> None:
    (welcome,) = await bot.hears(ana, "/start")

    async def broken(*_: Any) -> Any:
        raise RuntimeError("canary")

    monkeypatch.setattr(type(bot.services.conversation), "act", broken)
    monkeypatch.setattr(type(bot.services.conversation), "language", broken)
    query = await bot.api.world.presses(ana, welcome, labels(welcome)[0])
    await bot.settle()
    assert bot.api.methods.answered[query]["text"].startswith(phrases.failed.split("{code}")[0])


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(HANG_GUARD):
        while not condition():  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)


async def deliver_late(bot: Bot) -> list[int]:
    """Let Telegram deliver what is new, and wait no longer for it once the bot has begun to send its answer."""
    bot.app._hold_seconds = HOLD_SECONDS
    delivering = asyncio.create_task(bot.api.deliver())
    await until(lambda: not bot.api.faults["sendMessage"])
    skip(HOLD_SECONDS)
    statuses = await delivering
    bot.app._hold_seconds = HANG_GUARD
    return statuses


async def test_chats_do_not_wait_for_each_other(bot: Bot, ana: Person, luz: Person) -> None:
    bot.api.fail("sendMessage", Fault(silent=True))
    await bot.api.world.says(ana, "/help")
    assert await deliver_late(bot) == [503], "not answered, so not acknowledged"
    bot.api.world.updates.clear()
    await bot.api.world.says(luz, "/help")
    await bot.api.deliver()
    await bot.api.until(lambda: bot.api.said(bot.api.world.private(luz)))
    assert bot.api.said(bot.api.world.private(ana)) == []
    bot.api._release.set()
    await bot.app.settled()


async def test_what_waits_for_a_held_group_keeps_no_connection_from_others(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    group, clock = api.world.group(), FakeTime()
    group.sees_all = True
    async with served(services, api, clock) as bot:
        bot.app._lanes.hold(str(group.id), 25)
        with standing():
            await api.world.says(ana, "good morning, everybody", group)
            assert await api.deliver() == [200], "what needs no answer waits for nothing"
            await api.world.says(ana, f"@{USERNAME} sb 54", group)
            delivering = asyncio.create_task(api.deliver())
            await clock.asleep.wait()
            skip(HELD_SECONDS)
            assert await delivering == [503]
        await clock.advance(26)
        await bot.app.settled()
        assert len(api.said(group)) == 1
        assert await api.deliver() == [200]
    assert len(api.said(group)) == 1


async def test_the_more_wait_for_an_answer_the_sooner_their_connections_are_free(bot: Bot) -> None:
    """Behind forty connections and two hundred questions a cry for help came after five seconds."""
    connections = 40
    bot.app._hold_seconds = HOLD_SECONDS
    bot.api.fail("sendMessage", *[Fault(silent=True)] * connections)
    for number in range(connections):
        await bot.api.world.says(bot.api.world.person(str(number)), "/help")
    with standing():
        posts = [asyncio.create_task(bot.api.post(update)) for update in bot.api.world.updates]
        await until(lambda: not bot.api.faults["sendMessage"])
        assert not any(post.done() for post in posts)
        skip(HOLD_SECONDS / 4)
        await until(lambda: sum(post.done() for post in posts) > connections / 5)
        skip(HOLD_SECONDS)
        assert set(await asyncio.gather(*posts)) == {503}
    bot.api._release.set()


def test_what_takes_long_keeps_a_connection_from_others_for_less_than_they_may_wait() -> None:
    assert HOLD_SECONDS <= 1.0


async def test_a_message_on_its_way_when_the_process_stops_is_not_sent_again_by_the_next(
    services: Services, api: TelegramApi, ana: Person
) -> None:
    api.fail("sendMessage", Fault(silent=True, late=True))
    async with served(services, api) as bot:
        bot.app.stop()
        await api.world.says(ana, "/help")
        with standing():
            delivering = asyncio.create_task(deliver_late(bot))
            await until(lambda: bot.count("faqbot_refused_requests_total", platform="telegram", reason="unanswered"))
            api._release.set()
            assert await delivering == [200]
        assert len(api.said(api.world.private(ana))) == 1


@pytest.mark.parametrize("text", ["/help", "ICE is at my door right now"])
async def test_what_waits_out_a_flood_when_the_process_stops_is_given_back_and_answered_by_the_next(
    services: Services, api: TelegramApi, ana: Person, text: str
) -> None:
    api.fail("sendMessage", flood(25))
    async with served(services, api, FakeTime()) as bot:
        bot.app.stop()
        await api.world.says(ana, text)
        assert await deliver_late(bot) == [503]
        assert api.said(api.world.private(ana)) == []
    async with served(services, api, FakeTime()):
        assert await api.deliver() == [200]
    assert len(api.said(api.world.private(ana))) == 1


def test_an_update_held_when_the_process_stops_is_given_back_before_the_server_cuts_it_off() -> None:
    """Else Telegram gets 500 for it."""
    assert HOLD_SECONDS + FINISH_SECONDS < LINGER_SECONDS
