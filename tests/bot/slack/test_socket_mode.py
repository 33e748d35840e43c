"""The same surfaces over Socket Mode, and a connection that has bad days."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.slack.app import AppTokenRefusedError
from bot.slack.sending.client import Pace
from content.schema.catalogue import Catalogue
from tests.bot.slack.conftest import CALL_SECONDS, FAST, HOLD_SECONDS, Rig, running, time_calls_out
from tests.fakes.clock import skip
from tests.fakes.slack import payloads
from tests.fakes.slack.api import SlackApi, broken, limited, silent
from tests.fakes.slack.socket import SlackSocket


@asynccontextmanager
async def connected(api: SlackApi, catalogue: Catalogue, **pace: Any) -> AsyncIterator[tuple[Rig, SlackSocket]]:
    """Run a bot that is connected to a fake Socket Mode server."""
    async with SlackSocket(api) as socket, running(api, catalogue, pace=replace(FAST, **pace)) as rig:
        worker = asyncio.ensure_future(rig.slack.run_socket())
        try:
            await socket.connected()
            yield rig, socket
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)


@pytest.fixture
async def line(api: SlackApi, slack_catalogue: Catalogue) -> AsyncIterator[tuple[Rig, SlackSocket]]:
    async with connected(api, slack_catalogue) as made:
        yield made


Line = tuple[Rig, SlackSocket]


async def test_a_mention_is_acknowledged_and_answered(line: Line) -> None:
    rig, socket = line
    ack = await socket.acknowledged(await socket.deliver(payloads.mention("oversight")))
    assert set(ack) == {"envelope_id"}
    (call,) = await rig.api.wait(1)
    assert call.method == "chat.postMessage"
    assert "Who checks" in call.args["text"]


async def test_a_slash_command_is_answered_in_the_acknowledgement(line: Line) -> None:
    rig, socket = line
    number = await socket.deliver(payloads.command("oversight"), "slash_commands")
    payload = (await socket.acknowledged(number))["payload"]
    assert payload["response_type"] == "ephemeral"
    assert "Who checks" in payload["text"]
    assert rig.api.sent == []


@pytest.mark.parametrize(
    ("payload", "method"),
    [
        (payloads.direct("oversight"), "chat.postMessage"),
        (payloads.mention("agents at my door"), "chat.postEphemeral"),
        (payloads.opened("home"), "views.publish"),
        (payloads.opened("messages"), "assistant.threads.setSuggestedPrompts"),
        (payloads.joined(), "chat.postMessage"),
    ],
)
async def test_every_event_works_over_the_socket(line: Line, payload: dict[str, Any], method: str) -> None:
    rig, socket = line
    await socket.acknowledged(await socket.deliver(payload))
    call, *kept = await rig.api.wait(1)
    assert (call.method, call.error) == (method, None)
    assert [one.method for one in kept] in ([], ["chat.postMessage"])


async def test_every_interaction_works_over_the_socket(line: Line) -> None:
    rig, socket = line
    url = rig.api.response_url
    for payload in (
        payloads.shortcut("oversight", url()),
        payloads.press("t:training:en", url(), private=True),
        payloads.press("y:training:en", url(), kind="feedback_buttons"),
        payloads.press("sh:training:en", url(), private=True),
        payloads.home_press("t:training:en"),
    ):
        await socket.acknowledged(await socket.deliver(payload, "interactive"))
    calls = await rig.api.wait(6)
    assert [call.method for call in calls] == ["response_url"] * 5 + ["views.publish"]
    assert all(call.error is None for call in calls)


async def test_an_envelope_delivered_again_is_acknowledged_again_and_answered_once(line: Line) -> None:
    rig, socket = line
    payload = payloads.mention("oversight")
    for attempt in range(3):
        number = await socket.deliver(payload, retry_attempt=attempt, retry_reason="timeout" if attempt else "")
        await socket.acknowledged(number)
    await rig.settle()
    assert len(rig.api.sent) == 1


async def test_an_outage_longer_than_the_bots_patience_loses_no_answer(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    """Six 503 in a row: not answered, so not acknowledged; Slack delivers the envelope again."""
    async with connected(api, slack_catalogue, attempts=Pace().attempts) as (rig, socket):
        api.faults["chat.postMessage"].extend([broken(503)] * 6)
        payload = payloads.mention("oversight")
        first = await socket.deliver(payload)
        await rig.api.wait(6)
        await rig.settle()
        assert first not in socket.acks
        for attempt in (1, 2):
            await socket.acknowledged(await socket.deliver(payload, retry_attempt=attempt, retry_reason="timeout"))
        assert [call.error is None for call in rig.api.sent] == [False] * 6 + [True]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_when_slack_announces_the_end_a_new_connection_is_there_at_once(line: Line, reason: str) -> None:
    rig, socket = line
    await socket.disconnect(reason)
    await socket.connected(2)
    await socket.acknowledged(await socket.deliver(payloads.mention("oversight")))
    await rig.api.wait(1)


async def test_whoever_ends_every_connection_is_asked_for_the_next_less_and_less_often(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    async with connected(api, slack_catalogue, connect_pauses=(0.0, 1_000.0)) as (rig, socket):
        await socket.disconnect("warning")
        while rig.slack._socket is None or not rig.slack._socket.client._in_a_row:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)
        skip(999)
        await asyncio.sleep(0.1)
        assert socket.opened == 1
        skip(1)
        await socket.connected(2)


async def test_an_answer_to_a_ping_that_is_no_time_does_not_end_the_worker(line: Line) -> None:
    _, socket = line
    socket.pong = b"sdk-ping-pong:nan"
    await socket.pinged(5)
    await socket.acknowledged(await socket.deliver(payloads.mention("oversight")))


async def test_after_a_drop_the_bot_connects_again(line: Line) -> None:
    rig, socket = line
    socket.drop()
    await socket.connected(2)
    await socket.acknowledged(await socket.deliver(payloads.mention("oversight")))
    await rig.api.wait(1)


async def test_a_server_that_no_longer_answers_pings_is_left(line: Line) -> None:
    _, socket = line
    socket.deaf = True
    await socket.connected(2)


async def test_while_connecting_fails_it_is_tried_again_with_a_fresh_address(line: Line) -> None:
    rig, socket = line
    socket.refusing = 3
    rig.api.faults["apps.connections.open"].extend([broken(503), limited()])
    asked = len(rig.api.called("apps.connections.open"))
    socket.drop()
    await socket.connected(2)
    addresses = [call for call in rig.api.called("apps.connections.open")[asked:] if call.error is None]
    assert len(addresses) >= 2
    await socket.acknowledged(await socket.deliver(payloads.mention("oversight")))
    assert (await rig.slack.ready())["slack_socket"] == "ok"


async def test_what_is_no_envelope_does_not_end_the_connection(line: Line) -> None:
    rig, socket = line
    for message in ("", "not json", "[]", {}, {"type": "unknown"}, {"envelope_id": "x"}, {"type": "events_api"}):
        await socket.say(message)
    for nothing in ([], None, 1):
        await socket.deliver(nothing)  # type: ignore[arg-type]
    for payload in ("text", {}, {"type": "event_callback", "event": []}):
        await socket.acknowledged(await socket.deliver(payload))  # type: ignore[arg-type]
    await socket.acknowledged(await socket.deliver(payloads.mention("oversight")))
    await rig.api.wait(1)
    assert socket.opened == 1


async def test_stopping_acknowledges_what_was_begun_and_answers_it(api: SlackApi, slack_catalogue: Catalogue) -> None:
    api.faults["chat.postMessage"].append(silent())
    async with connected(api, slack_catalogue, call_seconds=CALL_SECONDS) as (rig, socket):
        number = await socket.deliver(payloads.direct("there are agents at my door"))
        await rig.api.wait(1)
        assert number not in socket.acks, "an answer on its way holds the acknowledgement back"
        time_calls_out()
    assert number in socket.acks
    assert api.sent[-1].error is None


async def test_stopping_leaves_to_the_next_process_what_takes_too_long(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    api.faults["chat.postMessage"].append(silent())
    async with connected(api, slack_catalogue, hold_seconds=0.2) as (rig, socket):
        number = await socket.deliver(payloads.mention("oversight"))
        await rig.api.wait(1)
    assert number not in socket.acks, "not answered, so not acknowledged"
    assert [call.error for call in api.sent] == ["silent"]


async def test_an_event_that_takes_long_is_acknowledged_with_its_answer_when_it_comes_again(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    api.faults["chat.postMessage"].append(silent())
    async with connected(api, slack_catalogue, call_seconds=CALL_SECONDS, hold_seconds=HOLD_SECONDS) as (rig, socket):
        payload = payloads.direct("there are agents at my door")
        first = await socket.deliver(payload)
        await rig.api.wait(1)
        skip(HOLD_SECONDS)
        await rig.refuses("unanswered")
        time_calls_out()
        await socket.acknowledged(await socket.deliver(payload, retry_attempt=1, retry_reason="timeout"))
        assert [call.error for call in rig.api.sent] == ["silent", None], "acknowledged means answered"
        assert first not in socket.acks


async def test_a_command_that_takes_long_is_acknowledged_in_time(api: SlackApi, slack_catalogue: Catalogue) -> None:
    async with connected(api, slack_catalogue, ack_seconds=0.0, hold_seconds=0.05) as (rig, socket):
        api.faults["response_url"].append(silent())
        number = await socket.deliver(payloads.command("oversight", api.response_url()), "slash_commands")
        await socket.acknowledged(number)
        assert [call.error for call in rig.api.sent] in ([], ["silent"])
        api.go_on.set()


async def test_the_state_names_the_socket(line: Line) -> None:
    rig, _ = line
    assert await rig.slack.ready() == {"slack": "ok", "slack_socket": "ok"}


async def test_a_refused_app_token_shows_in_the_state(api: SlackApi, slack_catalogue: Catalogue) -> None:
    api.world.app_tokens.clear()
    async with SlackSocket(api), running(api, slack_catalogue) as rig:
        with pytest.raises(AppTokenRefusedError, match=r"^SLACK_APP_TOKEN: Slack refuses it \(invalid_auth\); copy"):
            await rig.slack.run_socket()
        assert (await rig.slack.ready())["slack_socket"] == "token refused"
        assert len(api.called("apps.connections.open")) == 1
