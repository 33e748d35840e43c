"""Everything that can go wrong between the bot and Slack, and what becomes of the answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ThreadedResolver

from bot.metrics import Metrics
from bot.slack.render.renderer import CHOICES_BLOCK
from bot.slack.sending import privately
from bot.slack.sending.client import LONGEST_WAIT, Pace
from bot.slack.sending.errors import REMEDIES, Remedy
from bot.state.failover import open_shared_store
from content.schema.catalogue import Catalogue
from tests.bot.slack.conftest import CALL_SECONDS, FAST, PATIENT, Rig, environ_for, running, time_calls_out
from tests.fakes.clock import skip, standing
from tests.fakes.servers import RedisServer
from tests.fakes.slack.api import (
    Fault,
    SlackApi,
    broken,
    cut_short,
    led_elsewhere,
    limited,
    limited_in_words,
    refused,
    reset,
    silent,
    slow,
    unreadable,
)
from tests.fakes.slack.payloads import direct, mention, press, request_for, shortcut
from tests.tools.hangguard import HANG_GUARD

POST = "chat.postMessage"
URGENT = "there are agents at my door"
UNCLEAR = [
    reset(), broken(504), broken(200), broken(200, "application/json"), broken(200, "text/plain"), unreadable("[1]"),
    unreadable("{}"), unreadable('{"ok": tr'), unreadable('{"ok": true, "ts": ' + "9" * 5_000 + "}"),
    unreadable("[" * 100_000),
]  # fmt: skip
"""What leaves it open whether Slack took the call."""
PROXY = (400, 401, 403, 404, 408, 429)
"""Statuses that come with a web page: not from Slack, which says in JSON what it refuses."""
NOT_TAKEN = [
    cut_short(503), cut_short(429), led_elsewhere(302), led_elsewhere(307), unreadable('{"ok": false}'),
    unreadable('{"ok": false, "error": 5}'), unreadable('{"ok": false, "error": "Please try again"}'),
]  # fmt: skip
"""What shows that it did not, and does not say why."""
LATER = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")


@pytest.mark.parametrize(
    "fault",
    [limited(), *map(broken, (500, 502, 503, *PROXY)), *map(refused, LATER), *UNCLEAR, *NOT_TAKEN],
    ids=lambda fault: fault.code or f"{fault.kind} {fault.status}",
)
async def test_a_passing_failure_is_retried_and_counted(rig: Rig, fault: Fault) -> None:
    rig.api.faults[POST].extend([fault, fault])
    await rig.send(direct(URGENT if fault in UNCLEAR else "oversight"))
    calls = rig.api.called(POST)
    assert [call.error is None for call in calls] == [False, False, True]
    assert rig.counted('faqbot_retries_total{platform="slack"}') == 2
    assert "elsewhere" not in rig.api.begun, "neither token nor text goes to another address"


@pytest.mark.parametrize(
    "fault",
    [limited(), broken(500), broken(503), reset(), broken(504), led_elsewhere(307)],
    ids=lambda fault: f"{fault.kind} {fault.status}",
)
async def test_a_passing_failure_of_a_response_url_is_retried_and_counted_too(rig: Rig, fault: Fault) -> None:
    rig.api.faults["response_url"].extend([fault, fault])
    await rig.send(shortcut(URGENT if fault in UNCLEAR else "oversight", rig.api.response_url()))
    assert [(call.method, call.error is None) for call in rig.api.sent[:3]] == [
        ("response_url", False),
        ("response_url", False),
        ("response_url", True),
    ]
    assert rig.counted('faqbot_retries_total{platform="slack"}') == 2
    assert "elsewhere" not in rig.api.begun


@pytest.mark.parametrize(
    ("fault", "code"),
    [(limited(), "response_url_429"), (broken(503), "response_url_503"), (reset(), "connection")],
    ids=["limited", "broken", "reset"],
)
async def test_a_lasting_failure_of_a_response_url_is_given_up_after_a_bound_for_another_way(
    rig: Rig, fault: Fault, code: str
) -> None:
    rig.api.faults["response_url"].extend([fault] * 20)
    await rig.send(shortcut(URGENT if fault in UNCLEAR else "oversight", rig.api.response_url()))
    assert [call.method for call in rig.api.sent][:4] == ["response_url"] * 3 + ["chat.postEphemeral"]
    assert rig.fallen(code) == 1


async def test_a_call_that_is_not_answered_in_time_is_sent_again(api: SlackApi, slack_catalogue: Catalogue) -> None:
    api.faults[POST].append(silent())
    async with running(api, slack_catalogue, pace=replace(FAST, call_seconds=CALL_SECONDS)) as rig:
        sending = asyncio.create_task(rig.send(direct(URGENT)))
        await api.wait(1)
        time_calls_out()
        assert (await sending).status_code == 200
        assert [call.error for call in api.called(POST)] == ["silent", None]


@pytest.mark.parametrize("fault", [reset(), broken(504)], ids=["reset", "504"])
async def test_where_it_is_unclear_whether_a_response_url_took_it_an_answer_counts_as_sent(
    rig: Rig, fault: Fault
) -> None:
    rig.api.faults["response_url"].append(fault)
    await rig.send(shortcut("oversight", rig.api.response_url()))
    assert [call.method for call in rig.api.sent] == ["response_url"]
    assert "faqbot_replies_total{" in rig.metrics


async def test_what_replaces_a_message_may_come_twice(rig: Rig) -> None:
    rig.api.faults["response_url"].append(reset())
    await rig.send(press("t:training:en", rig.api.response_url(), row=CHOICES_BLOCK, private=True))
    assert [(call.method, call.error) for call in rig.api.sent] == [("response_url", "reset"), ("response_url", None)]


async def test_urgent_help_that_stays_unclear_is_sent_once_more_when_it_is_delivered_again(rig: Rig) -> None:
    rig.api.faults[POST].extend([unreadable('{"ok": tr')] * 3)
    event = direct(URGENT)
    assert [(await rig.send(event)).status_code for _ in range(3)] == [503, 200, 200]
    assert [call.error is None for call in rig.api.called(POST)] == [False] * 3 + [True]
    assert rig.fallen("unreadable_answer") == 1


@pytest.mark.parametrize("fault", [silent(), *UNCLEAR], ids=lambda fault: f"{fault.kind} {fault.status}")
async def test_where_it_is_unclear_whether_it_was_sent_an_answer_counts_as_sent(
    api: SlackApi, slack_catalogue: Catalogue, fault: Fault
) -> None:
    api.faults[POST].append(fault)
    async with running(api, slack_catalogue, pace=replace(FAST, call_seconds=CALL_SECONDS)) as rig:
        event = direct("oversight")
        sending = asyncio.create_task(rig.send(event))
        await api.wait(1)
        if fault == silent():
            time_calls_out()
        assert [response.status_code for response in (await sending, await rig.send(event))] == [200, 200]
        assert [call.error for call in api.sent] == [fault.kind]


@pytest.mark.parametrize(
    ("fault", "code"),
    [(limited(), "ratelimited"), (broken(503), "http_503"), (refused("internal_error"), "internal_error")],
    ids=["limited", "broken", "refused"],
)
async def test_a_lasting_failure_is_given_up_after_a_bound_with_a_code_and_slack_is_to_deliver_again(
    rig: Rig, fault: Fault, code: str
) -> None:
    rig.api.faults[POST].extend([fault] * 4)
    event = direct("oversight")
    response = await rig.send(event)
    assert (response.status_code, response.headers["retry-after"], response.content) == (503, "1", b"")
    assert len(rig.api.called(POST)) == 3
    assert rig.counted(f'faqbot_errors_total{{code="{code}",platform="slack"}}') == 1
    assert "faqbot_replies_total{" not in rig.metrics
    assert [(await rig.send(event)).status_code for _ in range(2)] == [200, 200]
    assert [call.error is None for call in rig.api.called(POST)] == [False] * 4 + [True]
    assert rig.phrases().welcome_short in rig.api.sent[-1].args["text"], "nobody has been told before"


async def test_however_often_an_answer_fails_no_limit_takes_it_away(rig: Rig) -> None:
    """Each delivery was counted as a message: after an outage the person was asked to wait, or heard nothing."""
    event = mention("oversight")
    rig.api.faults[POST].extend([broken(503)] * 3 * 65)
    assert [(await rig.send(event)).status_code for _ in range(66)] == [503] * 65 + [200]
    assert "Who checks" in rig.api.sent[-1].args["text"]


@pytest.mark.parametrize("text", ["oversight", "there are agents at my door"])
async def test_an_outage_longer_than_the_bots_patience_loses_no_answer(
    api: SlackApi, slack_catalogue: Catalogue, text: str
) -> None:
    """Six 503 in a row, as in an outage of 13 seconds; then Slack delivers again, more often than need be."""
    event, ways = mention(text), [POST] if text == "oversight" else ["chat.postEphemeral", POST]
    async with running(api, slack_catalogue, pace=replace(FAST, attempts=Pace().attempts)) as rig:
        for way in ways:
            api.faults[way].extend([broken(503)] * 6)
        assert [(await rig.send(event)).status_code for _ in range(4)] == [503, 200, 200, 200]
        for way in ways:  # urgent help also goes where it stays
            assert [call.error is None for call in api.called(way)] == [False] * 6 + [True]
        assert len(api.sent) == 7 * len(ways)


async def test_one_persons_messages_are_answered_in_order_even_when_the_first_answer_is_slow(rig: Rig) -> None:
    rig.api.faults[POST].extend([broken(503)] * 2)
    bodies = [request_for(direct(text)) for text in ("oversight", "training")]
    posts = []
    for body, headers in bodies:
        posts.append(asyncio.create_task(rig.http.post("/slack/events", content=body, headers=headers)))
        # Only what has come in first is to be answered first: connections overtake each other.
        await rig.api.wait(1)
    assert [response.status_code for response in await asyncio.gather(*posts)] == [200, 200]
    entries = rig.services.conversation.catalogue.edition("en").entries
    said = [call.args["text"] for call in rig.api.called(POST) if call.error is None]
    assert [entries[slug].title in text for slug, text in zip(("oversight", "training"), said, strict=True)] == [
        True
    ] * 2


async def test_a_persons_own_cry_for_help_does_not_wait_behind_their_question(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    api.faults[POST].append(limited(int(HANG_GUARD)))
    async with running(api, slack_catalogue, pace=PATIENT) as rig:
        assert (await rig.deliver_late(direct("oversight"))).status_code == 503
        assert (await rig.deliver(direct(URGENT))).status_code == 200
        assert [call.error for call in api.called(POST)] == ["limited", None]
        skip(HANG_GUARD)
        await rig.settle()
        assert [call.error for call in api.called(POST)] == ["limited", None, None]


async def test_while_slack_asks_to_wait_in_a_channel_it_is_left_alone_there_and_nowhere_else(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    api.faults[POST].append(limited(300))
    async with running(api, slack_catalogue, pace=PATIENT) as rig:
        assert (await rig.deliver_late(mention("oversight", user="U1"))).status_code == 503
        later = [asyncio.create_task(rig.deliver(mention("oversight", user=f"U{number}"))) for number in (2, 3)]
        for channel in ("D1", "D2"):
            assert (await rig.deliver(direct("oversight", channel=channel, user="U4"))).status_code == 200
        sent = [(call.args["channel"], call.error) for call in api.sent]
        assert sent == [("C1", "limited"), ("D1", None), ("D2", None)]
        skip(300)
        assert [response.status_code for response in await asyncio.gather(*later)] == [200, 200]
        await rig.settle()
        assert [(call.args["channel"], call.error) for call in api.sent[3:]] == [("C1", None)] * 3


async def test_a_redelivery_joins_an_answer_that_is_still_on_its_way(api: SlackApi, slack_catalogue: Catalogue) -> None:
    api.faults[POST].append(silent())
    async with running(api, slack_catalogue, pace=PATIENT) as rig:
        event = direct(URGENT)
        assert (await rig.deliver_late(event)).status_code == 503
        time_calls_out()
        assert (await rig.deliver(event)).status_code == 200
        assert [call.error for call in api.called(POST)] == ["silent", None]


async def test_while_nobody_resolves_slacks_name_nothing_has_left_and_it_is_answered_when_it_is_delivered_again(
    api: SlackApi, slack_catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, (_, _, port) = asyncio.Event(), urlsplit(api.url).netloc.partition(":")

    async def resolve(_resolver: object, host: str, *_: object, **_more: object) -> list[dict[str, object]]:
        while not found.is_set():
            skip(1)
            await asyncio.sleep(0)
        address: dict[str, object] = {"hostname": host, "host": "127.0.0.1", "port": int(port), "proto": 0, "flags": 0}
        return [address | {"family": socket.AF_INET}]

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    environ = environ_for(api, SLACK_API_URL=f"http://slack.test:{port}/api/")
    pace = replace(FAST, call_seconds=CALL_SECONDS)
    async with running(api, slack_catalogue, environ, pace=pace) as rig:
        event = direct("oversight")
        assert (await rig.send(event)).status_code == 503
        found.set()
        assert [(await rig.send(event)).status_code for _ in range(2)] == [200, 200]
        assert [call.error for call in api.called(POST)] == [None]


@pytest.mark.parametrize("way", [shortcut, partial(press, "u:door:en", private=True)], ids=["shortcut", "press"])
async def test_urgent_help_in_a_direct_message_takes_the_next_way_whatever_the_one_before_fails_of(
    rig: Rig, way: Callable[..., dict[str, Any]]
) -> None:
    for method in ("response_url", "chat.postEphemeral"):
        rig.api.faults[method].extend([broken(503)] * 3)
    words = [URGENT] if way is shortcut else []
    await rig.send(way(*words, rig.api.response_url(), channel="D1"))
    last = rig.api.sent[-1]
    assert (last.method, last.args["channel"], last.error) == (POST, "D1", None)


@pytest.mark.parametrize("status", PROXY)
@pytest.mark.parametrize("text", ["oversight", URGENT])
async def test_what_a_proxy_refuses_for_long_is_answered_when_it_is_delivered_again(
    rig: Rig, status: int, text: str
) -> None:
    rig.api.faults[POST].extend([broken(status)] * 3)
    event = direct(text)
    assert [(await rig.send(event)).status_code for _ in range(3)] == [503, 200, 200]
    assert [call.error is None for call in rig.api.called(POST)] == [False] * 3 + [True]


@pytest.mark.parametrize("code", LATER)
async def test_what_slack_refuses_just_now_in_whatever_form_is_answered_when_it_is_delivered_again(
    rig: Rig, code: str
) -> None:
    event = mention(URGENT)
    for way in ("chat.postEphemeral", POST):
        rig.api.faults[way].extend([refused(code)] * 3)
    assert [(await rig.send(event)).status_code for _ in range(3)] == [503, 200, 200]
    assert [(call.method, call.error) for call in rig.api.sent] == [
        *[("chat.postEphemeral", code)] * 3,
        *[(POST, code)] * 3,
        ("chat.postEphemeral", None),
        (POST, None),
    ]


@pytest.mark.parametrize("wait", ["1.5", "-1", "", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "\u00b2", "9" * 12])
async def test_a_wait_in_words_or_for_ever_does_not_silence_a_channel_for_ever(rig: Rig, wait: str) -> None:
    rig.api.faults[POST].append(limited_in_words(wait))
    event = mention("oversight", channel="C1")
    sending = asyncio.create_task(rig.send(event))
    await rig.api.wait(1)
    while not sending.done():
        skip(1.0)
        await asyncio.sleep(0.01)
    skip(LONGEST_WAIT)
    await rig.send(event)
    assert [call.error is None for call in rig.api.called(POST)] == [False, True]


async def test_a_wait_longer_than_anyone_has_patience_is_not_waited_for(rig: Rig) -> None:
    rig.api.faults[POST].append(limited(3_600))
    await rig.send(direct("oversight"))
    assert len(rig.api.called(POST)) == 1
    assert rig.counted('faqbot_errors_total{code="ratelimited",platform="slack"}') == 1


DOWN = [code for code, remedy in REMEDIES.items() if remedy in (Remedy.DOWN, Remedy.UNTHREAD)]
GIVE_UP = [code for code, remedy in REMEDIES.items() if remedy is Remedy.GIVE_UP]


@pytest.mark.parametrize("code", [*DOWN, "a_code_of_next_year"])
async def test_where_the_bot_may_not_write_the_asker_is_answered_alone(rig: Rig, code: str) -> None:
    rig.api.faults[POST].append(refused(code))
    response = await rig.send(mention("oversight"))
    assert response.status_code == 200
    assert [(call.method, call.error) for call in rig.api.sent] == [(POST, code), ("chat.postEphemeral", None)]
    assert rig.fallen(code) == 1
    assert "faqbot_replies_total{" in rig.metrics


@pytest.mark.parametrize("code", DOWN)
async def test_where_the_asker_cannot_be_answered_there_either_the_direct_message_remains(rig: Rig, code: str) -> None:
    rig.api.faults[POST].append(refused(code))
    rig.api.faults["chat.postEphemeral"].extend([refused(code)] * 2)
    await rig.send(mention("oversight"))
    last = rig.api.sent[-1]
    assert (last.method, last.args["channel"], last.error) == (POST, "U1", None)
    assert "Who checks" in last.args["text"]


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("oversight", [(POST, "C1"), ("chat.postEphemeral", "C1"), (POST, "U1")]),
        (URGENT, [("chat.postEphemeral", "C1"), (POST, "U1")]),
    ],
)
async def test_in_a_channel_that_was_archived_meanwhile_the_asker_is_answered_directly(
    rig: Rig, text: str, ways: list[tuple[str, str]]
) -> None:
    rig.api.world.channels["C1"].archived = True
    event = mention(text)
    assert [(await rig.send(event)).status_code for _ in range(2)] == [200, 200]
    assert [(call.method, call.args["channel"]) for call in rig.api.sent] == ways
    assert [call.error for call in rig.api.sent] == ["is_archived"] * (len(ways) - 1) + [None]


async def test_urgent_help_that_the_channel_holds_up_goes_to_the_direct_message_at_once(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    api.faults["chat.postEphemeral"].append(limited(int(HANG_GUARD)))
    async with running(api, slack_catalogue, pace=PATIENT) as rig:
        # So long that the patience with the channel ends too.
        assert (await rig.deliver_late(mention(URGENT), "chat.postEphemeral")).status_code == 503
        await api.wait(2)
        assert [(call.method, call.args["channel"], call.error) for call in api.sent] == [
            ("chat.postEphemeral", "C1", "limited"),
            (POST, "U1", None),
        ]
        skip(HANG_GUARD)
        await rig.settle()
        assert [call.error for call in api.called("chat.postEphemeral")] == ["limited", None]


@pytest.mark.parametrize("fault", [limited(300), refused("not_in_channel")], ids=lambda fault: fault.kind)
async def test_urgent_help_that_has_arrived_directly_is_done_whatever_becomes_of_the_channel(
    api: SlackApi, slack_catalogue: Catalogue, fault: Fault
) -> None:
    api.faults["chat.postEphemeral"].append(replace(fault, late=True))
    async with running(api, slack_catalogue) as rig:
        sending = asyncio.create_task(rig.send(mention(URGENT)))
        await api.begins("chat.postEphemeral")
        skip(privately.PATIENT_SECONDS)
        await api.wait(1)
        api.go_on.set()
        assert (await sending).status_code == 200
        assert (api.sent[0].method, api.sent[0].args["channel"], api.sent[0].error) == (POST, "U1", None)
        assert api.called("chat.postEphemeral")[0].error is not None


@pytest.mark.parametrize("fault", [limited(300), broken(503)], ids=lambda fault: fault.kind)
@pytest.mark.parametrize(
    "made",
    [lambda _: mention(URGENT), lambda url: shortcut(URGENT, url), lambda url: press("u:door:en", url, private=True)],
    ids=["mention", "shortcut", "press"],
)
async def test_urgent_help_that_the_channel_refuses_for_now_goes_to_the_direct_message(
    rig: Rig, made: Callable[[str], dict[str, Any]], fault: Fault
) -> None:
    for way in ("response_url", "chat.postEphemeral"):
        rig.api.faults[way].extend([fault] * 3)
    delivery = made(rig.api.response_url())
    assert [(await rig.send(delivery)).status_code for _ in range(2)] == [200, 200]
    arrived = [(call.method, call.args["channel"]) for call in rig.api.sent if call.error is None]
    assert arrived == [(POST, "U1")]


@pytest.mark.parametrize("code", GIVE_UP)
async def test_what_no_way_leads_around_is_counted_and_not_tried_elsewhere(rig: Rig, code: str) -> None:
    rig.api.faults[POST].append(refused(code))
    assert (await rig.send(mention("oversight"))).status_code == 200
    assert len(rig.api.sent) == 1
    assert rig.fallen(code) == 1


@pytest.mark.parametrize("code", GIVE_UP)
async def test_urgent_help_is_tried_in_every_way_that_there_is(rig: Rig, code: str) -> None:
    rig.api.faults["chat.postEphemeral"].append(refused(code))
    assert (await rig.send(mention("there are agents at my door"))).status_code == 200
    last = rig.api.sent[-1]
    assert (last.method, last.args["channel"], last.error) == (POST, "U1", None)


async def test_a_direct_messages_thread_that_cannot_be_answered_in_is_answered_beside_it(rig: Rig) -> None:
    rig.api.faults[POST].append(refused("thread_not_found"))
    await rig.send(direct("oversight", thread_ts="1690000000.000100"))
    assert [(call.error, call.args.get("thread_ts")) for call in rig.api.sent] == [
        ("thread_not_found", "1690000000.000100"),
        (None, None),
    ]


async def test_a_wait_of_five_minutes_is_given_back_and_answered_when_it_is_delivered_again(rig: Rig) -> None:
    rig.api.faults[POST].append(limited(300))
    event = mention("oversight")
    assert [(await rig.send(event)).status_code for _ in range(2)] == [503, 503]
    assert [call.error for call in rig.api.sent] == ["limited"], "Slack is not asked before the time"
    skip(300)
    assert (await rig.send(event)).status_code == 200
    assert [call.error for call in rig.api.sent] == ["limited", None]


@pytest.mark.parametrize("code", ["msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"])
async def test_a_message_that_slack_refuses_goes_again_as_short_text(rig: Rig, code: str) -> None:
    rig.api.faults[POST].append(refused(code))
    await rig.send(mention("oversight"))
    first, second = rig.api.called(POST)
    assert first.args["blocks"]
    assert second.error is None
    assert not second.args.get("blocks")
    assert "Who checks" in second.args["text"]
    assert len(second.args["text"]) <= 1_500


async def test_a_message_refused_in_both_forms_is_given_up(rig: Rig) -> None:
    rig.api.faults[POST].extend([refused("msg_too_long")] * 5)
    await rig.send(mention("oversight"))
    assert len(rig.api.called(POST)) == 2


async def test_a_private_message_that_is_too_long_goes_again_as_short_text(rig: Rig) -> None:
    rig.api.world.block_characters = 2_500
    await rig.send(press("t:training:en", rig.api.response_url(), private=True))
    first, second = rig.api.sent
    assert (first.error, second.error) == ("msg_blocks_too_long", None)
    assert not second.args.get("blocks")


async def test_a_revoked_token_shows_in_the_state(rig: Rig) -> None:
    rig.api.world.accounts["xoxb-one"].revoked = True
    await rig.send(mention("oversight"))
    assert [call.error for call in rig.api.called(POST)] == ["token_revoked"]
    assert (await rig.http.get("/readyz")).json()["slack"] == "token refused"


async def test_the_state_says_when_slack_refuses_the_token_from_the_start(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    async with running(api, slack_catalogue, environ_for(api, SLACK_BOT_TOKEN="xoxb-unknown")) as rig:
        ready = await rig.http.get("/readyz")
        assert (ready.status_code, ready.json()["slack"]) == (503, "token refused")


async def test_the_state_recovers_when_slack_does(api: SlackApi, slack_catalogue: Catalogue) -> None:
    api.faults["auth.test"].extend([broken(503)] * 3)
    async with running(api, slack_catalogue) as rig:
        assert (await rig.http.get("/readyz")).json()["slack"] == "unreachable"
        await rig.settle()
        assert (await rig.http.get("/readyz")).json()["slack"] == "ok"


async def test_questions_are_answered_while_the_bot_does_not_know_its_own_name(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    api.faults["auth.test"].extend([broken(503)] * 3)
    async with running(api, slack_catalogue) as rig:
        await rig.send(mention("oversight"))
        assert [call.error for call in api.called(POST)] == [None]


async def test_stopping_finishes_what_was_begun(api: SlackApi, slack_catalogue: Catalogue) -> None:
    api.faults[POST].append(silent())
    async with running(api, slack_catalogue, pace=PATIENT) as rig:
        assert (await rig.deliver_late(direct(URGENT))).status_code == 503
        time_calls_out()
    assert [call.error for call in api.called(POST)][-1] is None


async def test_a_message_on_its_way_when_the_process_stops_is_not_sent_again_by_the_next(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    api.faults[POST].append(slow())
    async with running(api, slack_catalogue, pace=PATIENT) as rig:
        rig.slack.stop()
        with standing():
            late = asyncio.create_task(rig.deliver_late(direct("oversight")))
            await rig.refuses("unanswered")
            api.go_on.set()
            assert (await late).status_code == 200
        assert [(call.method, call.error) for call in api.sent] == [(POST, None)]


async def test_what_only_waits_when_the_process_stops_is_given_back(api: SlackApi, slack_catalogue: Catalogue) -> None:
    api.faults[POST].append(limited(int(HANG_GUARD)))
    async with running(api, slack_catalogue, pace=PATIENT) as rig:
        rig.slack.stop()
        assert (await rig.deliver_late(direct(URGENT))).status_code == 503
        assert (await rig.deliver(direct(URGENT))).status_code == 200
        assert [call.error for call in api.called(POST)] == ["limited", None]


@asynccontextmanager
async def two_machines(
    api: SlackApi, catalogue: Catalogue, redis_server: RedisServer, pace: Pace
) -> AsyncIterator[tuple[Rig, Rig]]:
    """Run two processes that share one Redis."""
    async with (
        open_shared_store(redis_server.url, Metrics()) as first,
        open_shared_store(redis_server.url, Metrics()) as second,
        running(api, catalogue, pace=pace, store=first) as one,
        running(api, catalogue, pace=pace, store=second) as other,
    ):
        yield one, other


@pytest.mark.redis
async def test_a_retry_that_reaches_another_machine_is_answered_once(
    api: SlackApi, slack_catalogue: Catalogue, redis_server: RedisServer
) -> None:
    """Two processes and one Redis: the other neither answers nor acknowledges before the first is done."""
    api.faults[POST].append(slow())
    pace = replace(FAST, hold_seconds=0.1)
    async with two_machines(api, slack_catalogue, redis_server, pace) as (one, other):
        body, headers = request_for(event := direct("oversight"))
        posts = [await rig.http.post("/slack/events", content=body, headers=headers) for rig in (one, other)]
        assert [response.status_code for response in posts] == [503, 503]
        api.go_on.set()
        await one.settle()
        await other.settle()
        assert (await other.deliver(event)).status_code == 200
        assert [call.error for call in api.called(POST)] == [None]


@pytest.mark.redis
async def test_what_one_machine_gives_back_the_other_answers(
    api: SlackApi, slack_catalogue: Catalogue, redis_server: RedisServer
) -> None:
    api.faults[POST].append(replace(refused("fatal_error"), late=True))
    pace = replace(FAST, hold_seconds=0.1, attempts=0)
    async with two_machines(api, slack_catalogue, redis_server, pace) as (one, other):
        body, headers = request_for(event := direct("oversight"))
        posts = [await rig.http.post("/slack/events", content=body, headers=headers) for rig in (one, other)]
        assert [response.status_code for response in posts] == [503, 503]
        api.go_on.set()
        await other.settle()
        assert (await one.deliver(event)).status_code == 200
        assert [call.error for call in api.called(POST)] == ["fatal_error", None]
