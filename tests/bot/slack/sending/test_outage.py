"""What Slack delivers only once (commands, shortcuts, presses), in an outage longer than the bot's patience."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue.actions import Action, Verb
from bot.service import inbox
from bot.slack.sending.client import Pace
from bot.slack.sending.response_url import SECONDS
from content.schema.catalogue import Catalogue
from tests.bot.slack.conftest import FAST, Rig, running
from tests.fakes.clock import skip
from tests.fakes.slack.api import SlackApi, broken, limited, refused
from tests.fakes.slack.payloads import command, direct, home_press, press, request_for, shortcut
from tests.tools.hangguard import HANG_GUARD

URGENT = "there are agents at my door"
DOOR, VOTE = Action(Verb.URGENT, "door", "en").code, Action(Verb.HELPFUL, "oversight", "en").code
WAYS = ("chat.postMessage", "chat.postEphemeral", "response_url", "views.publish")
TRIES = FAST.attempts + 1
PERSISTENT = replace(FAST, ack_seconds=0.05, once_rests=(0.05,) * 20)

MADE: dict[str, Callable[[str], dict[str, Any]]] = {
    "a shortcut": lambda url: shortcut("oversight", url),
    "a shortcut on a cry": lambda url: shortcut(URGENT, url),
    "a press": lambda url: press("t:oversight:en", url, private=True),
    "a press in a direct message": lambda url: press("t:oversight:en", url, channel="D1"),
    "a press for help": lambda url: press(DOOR, url),
    "a press for help on the Home tab": lambda _: home_press(DOOR),
    "a vote": lambda url: press(VOTE, url),
}
FAULTS = {"503": broken(503), "internal_error": refused("internal_error"), "429 for long": limited(300)}


def cut_off(api: SlackApi, fault: Any = FAULTS["503"], times: int = TRIES) -> None:
    """Let Slack refuse all that says something, longer than one try lasts."""
    for way in WAYS:
        # A response URL refuses by its status alone.
        api.faults[way].extend([FAULTS["503"] if way == "response_url" else fault] * times)


def back(api: SlackApi) -> None:
    for way in WAYS:
        api.faults[way].clear()


def arrived(api: SlackApi) -> list[str]:
    return [call.method for call in api.sent if call.error is None]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", MADE)
async def test_it_is_acknowledged_at_once_and_answered_once_when_slack_is_back(
    api: SlackApi, slack_catalogue: Catalogue, name: str, fault: str
) -> None:
    async with running(api, slack_catalogue, pace=PERSISTENT) as rig:
        cut_off(api, FAULTS[fault], 1_000)
        body, headers = request_for(MADE[name](api.response_url()))
        assert (await rig.http.post("/slack/events", content=body, headers=headers)).status_code == 200
        await api.wait(TRIES + 1)
        assert arrived(api) == []
        back(api)
        await rig.settle()
        if name.endswith(("cry", "help")):
            # In the direct message it stays; the channel may have been refused in the very try that did it.
            assert arrived(api).count("chat.postMessage") == 1
            assert len(arrived(api)) <= 2
        else:
            assert len(arrived(api)) == 1
        assert rig.counted('faqbot_errors_total{code="given_up",platform="slack"}') == 0


async def test_urgent_help_that_a_command_got_goes_to_the_direct_message_when_slack_is_back(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    async with running(api, slack_catalogue, pace=PERSISTENT) as rig:
        cut_off(api, times=1_000)
        body, headers = request_for(command(URGENT, api.response_url()))
        response = await rig.http.post("/slack/events", content=body, headers=headers)
        assert "911" in response.json()["text"]
        await api.wait(TRIES + 1)
        back(api)
        await rig.settle()
        assert arrived(api).count("chat.postMessage") == 1


async def test_a_finger_that_presses_again_meanwhile_gets_one_answer(api: SlackApi, slack_catalogue: Catalogue) -> None:
    async with running(api, slack_catalogue, pace=PERSISTENT) as rig:
        cut_off(api, times=1_000)
        for _ in range(3):
            body, headers = request_for(press("t:oversight:en", api.response_url()))
            assert (await rig.http.post("/slack/events", content=body, headers=headers)).status_code == 200
            await asyncio.sleep(0.1)
        back(api)
        await rig.settle()
        assert len(arrived(api)) == 1


async def test_a_page_of_the_home_tab_is_not_shown_late_in_place_of_a_newer_one(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    async with running(api, slack_catalogue, pace=PERSISTENT) as rig:
        cut_off(api)
        assert (await rig.send(home_press("t:oversight:en"))).status_code == 200
        assert arrived(api) == []


async def test_a_stop_waits_for_no_other_try(api: SlackApi, slack_catalogue: Catalogue) -> None:
    async with running(api, slack_catalogue, pace=replace(PERSISTENT, once_rests=(1_000.0,))) as rig:
        cut_off(api, times=1_000)
        body, headers = request_for(shortcut("oversight", api.response_url()))
        await rig.http.post("/slack/events", content=body, headers=headers)
        await api.wait(TRIES)
        begun = time.monotonic()
    assert time.monotonic() - begun < HANG_GUARD
    assert rig.counted('faqbot_errors_total{code="given_up",platform="slack"}') == 1


async def test_only_so_many_rest_at_once(
    api: SlackApi, slack_catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST_RESTING", 2)
    async with running(api, slack_catalogue, pace=replace(PERSISTENT, once_rests=(1_000.0,))) as rig:
        cut_off(api, times=1_000)
        for _ in range(5):
            body, headers = request_for(shortcut("oversight", api.response_url()))
            assert (await rig.http.post("/slack/events", content=body, headers=headers)).status_code == 200
        async with asyncio.timeout(HANG_GUARD):
            while rig.counted('faqbot_errors_total{code="given_up",platform="slack"}') < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        back(api)
        skip(1_000.0)
        await rig.settle()
        assert len(arrived(api)) == 2


async def test_an_event_which_slack_delivers_again_is_given_back_as_before(rig: Rig) -> None:
    cut_off(rig.api)
    assert (await rig.send(direct("oversight"))).status_code == 503


def test_all_tries_together_are_made_while_the_url_is_good() -> None:
    assert SECONDS * 0.8 < sum(Pace().once_rests) < SECONDS * 0.95
