"""Buttons: related topics, choices, votes, language; in channels, private messages and direct messages."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.sending.response_url import ResponseUrls
from tests.bot.slack.conftest import Rig
from tests.fakes.slack.api import broken
from tests.fakes.slack.payloads import direct, press


def elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons of a row, none of another block."""
    return block.get("elements", []) if block["type"] == "actions" else []


@pytest.mark.parametrize("code", ["t:training:en", "w:oversight:en", "o:oversight:en", "n::en"])
async def test_what_is_pressed_in_public_is_answered_to_the_presser_alone(rig: Rig, code: str) -> None:
    response = await rig.send(press(code, rig.api.response_url()))
    assert (response.status_code, response.text) == (200, "")
    (call,) = rig.api.sent
    assert (call.method, call.args["response_type"]) == ("response_url", "ephemeral")
    assert (call.args["thread_ts"], call.args["replace_original"]) == ("1690000000.000100", False)


async def test_what_the_presser_alone_sees_can_be_shared(rig: Rig) -> None:
    for code in ("t:training:en", "w:training:en"):
        await rig.send(press(code, rig.api.response_url()))
        values = [element.get("value") for block in rig.api.sent[-1].args["blocks"] for element in elements(block)]
        assert "sh:training:en" in values


async def test_a_point_chosen_from_a_menu_leads_the_answer(rig: Rig) -> None:
    entry = rig.services.conversation.catalogue.edition("en").entries["oversight"]
    payload = press("", rig.api.response_url("D1"), channel="D1", thread=None, row="points", kind="static_select")
    del payload["actions"][0]["value"]
    option = {"text": {"type": "plain_text", "text": "x"}, "value": f"pt:{entry.number}-{entry.points[1].id}:en"}
    payload["actions"][0]["selected_option"] = option
    await rig.send(payload)
    (call,) = rig.api.sent
    assert entry.points[1].text.split(".")[0] in call.args["text"]


async def test_a_related_topic_in_a_direct_message_is_a_new_message(rig: Rig) -> None:
    await rig.send(press("t:training:en", rig.api.response_url("D1"), channel="D1", thread=None))
    (call,) = rig.api.sent
    assert call.args["channel"] == "D1"
    assert "thread_ts" not in call.args


async def test_a_related_topic_in_a_private_message_stays_private(rig: Rig) -> None:
    await rig.send(press("t:training:en", rig.api.response_url(), private=True, thread=None))
    (call,) = rig.api.sent
    assert (call.method, call.args["response_type"], call.args["replace_original"]) == (
        "response_url",
        "ephemeral",
        False,
    )


@pytest.mark.parametrize("private", [True, False])
async def test_the_answer_to_a_question_back_takes_its_place(rig: Rig, private: bool) -> None:
    place = {"private": True} if private else {"channel": "D1", "thread": None}
    url = rig.api.response_url("C1" if private else "D1")
    await rig.send(press("t:training:en", url, row="choices", **place))
    (call,) = rig.api.sent
    assert (call.method, call.args["replace_original"]) == ("response_url", True)


async def test_a_question_back_to_one_person_is_not_taken_away_by_another(rig: Rig) -> None:
    await rig.send(press("t:training:en", rig.api.response_url(), user="U2", row="choices"))
    (call,) = rig.api.sent
    assert (call.args["response_type"], call.args["replace_original"]) == ("ephemeral", False)


async def test_where_the_question_cannot_be_replaced_the_answer_follows_it(rig: Rig) -> None:
    rig.api.faults["response_url"].append(broken(404))
    await rig.send(press("t:training:en", rig.api.response_url("D1"), channel="D1", thread=None, row="choices"))
    assert [call.method for call in rig.api.sent] == ["response_url", "chat.postMessage"]


async def test_none_of_these_is_answered_and_does_not_offer_the_same_again(rig: Rig) -> None:
    await rig.send(direct("unsure"))
    offered = [element["value"] for element in rig.api.sent[0].args["blocks"][-1]["elements"]]
    await rig.send(press(offered[-1], rig.api.response_url("D1"), channel="D1", thread=None, row="choices"))
    text = rig.api.sent[1].args["text"]
    assert "Who checks" not in text


async def test_the_list_of_topics_does_not_fill_a_channel(rig: Rig) -> None:
    await rig.send(press("l::en", rig.api.response_url(), row="more"))
    (call,) = rig.api.sent
    assert (call.method, call.args["response_type"]) == ("response_url", "ephemeral")
    assert call.args["thread_ts"] == "1690000000.000100"


async def test_a_vote_is_counted_once_for_each_person_and_answered_privately(rig: Rig) -> None:
    for user, code in (("U1", "y"), ("U1", "y"), ("U1", "x"), ("U2", "y")):
        await rig.send(press(f"{code}:oversight:en", rig.api.response_url(), user=user, kind="feedback_buttons"))
    again = {"message": "1800000000.000001", "channel": "D1", "thread": None}
    await rig.send(press("y:oversight:es", rig.api.response_url("D1"), kind="feedback_buttons", **again))
    await rig.send(press("x:training:en", rig.api.response_url(), kind="feedback_buttons"))
    assert rig.counted('faqbot_feedback_total{entry="oversight",helpful="yes",platform="slack"}') == 2
    assert rig.counted('faqbot_feedback_total{entry="training",helpful="no",platform="slack"}') == 1
    assert {(call.args["response_type"], call.args["replace_original"]) for call in rig.api.sent} == {
        ("ephemeral", False)
    }


async def test_a_vote_on_what_is_no_topic_is_not_counted(rig: Rig) -> None:
    await rig.send(press("y:injected-label:en", rig.api.response_url(), kind="feedback_buttons"))
    assert "injected" not in rig.metrics


async def test_the_same_press_delivered_twice_is_answered_once(rig: Rig) -> None:
    payload = press("t:training:en", rig.api.response_url())
    await rig.send(payload)
    await rig.send(payload)
    assert len(rig.api.sent) == 1


async def test_a_chosen_language_is_confirmed_and_kept(rig: Rig) -> None:
    await rig.send(press("g::es", rig.api.response_url("D1"), channel="D1", thread=None, row="more"))
    await rig.send(direct("oversight"))
    phrases = rig.services.conversation.catalogue.edition("es").phrases
    assert rig.api.sent[0].args["text"].startswith(phrases.language_set)
    title = rig.services.conversation.catalogue.edition("es").entries["oversight"].title
    assert title in rig.api.sent[1].args["text"]


@pytest.mark.parametrize("code", ["t:oversight", "zz:oversight:en", "", "x" * 3_000, "T:oversight:en", "t:../etc:en"])
async def test_a_code_that_is_not_ours_is_left_alone(rig: Rig, code: str) -> None:
    response = await rig.send(press(code, rig.api.response_url()))
    assert (response.status_code, response.text) == (200, "")
    assert rig.api.sent == []


async def test_a_button_of_a_topic_that_is_gone_says_so(rig: Rig) -> None:
    await rig.send(press("t:long-gone:en", rig.api.response_url("D1"), channel="D1", thread=None))
    assert rig.services.conversation.catalogue.edition("en").phrases.gone in rig.api.sent[0].args["text"]


async def test_a_response_url_is_used_at_most_twice_and_not_after_half_an_hour(rig: Rig) -> None:
    now = [0.0]
    async_session = rig.slack._client.session
    assert async_session is not None
    urls = ResponseUrls(async_session, [], [], rig.slack._logger, "127.0.0.1", lambda: now[0], lambda: now[0])
    url = urls.open(rig.api.response_url(), 0.0)
    now[0] = 1_799.0
    assert url.usable
    await url.send({"text": "1", "unfurl_links": False})
    await url.send({"text": "2", "unfurl_links": False})
    assert not url.usable
    old = urls.open(rig.api.response_url(), now[0])
    now[0] += 1_799.0
    assert old.usable
    now[0] += 1.0
    assert not old.usable
    assert not urls.open(rig.api.response_url(), now[0] - 1_800.0).usable
    ahead = urls.open(rig.api.response_url(), now[0] + 300.0)
    now[0] += 1_800.0
    assert not ahead.usable, "another clock that is ahead of ours makes no URL live longer"
    assert len(rig.api.sent) == 2


async def test_a_wall_clock_that_jumps_takes_no_way_to_the_person_away_and_opens_none(rig: Rig) -> None:
    wall, steady = [1_000_000.0], [0.0]
    session = rig.slack._client.session
    assert session is not None
    urls = ResponseUrls(session, [], [], rig.slack._logger, "127.0.0.1", lambda: wall[0], lambda: steady[0])
    url = urls.open(rig.api.response_url(), wall[0])
    wall[0] += 86_400.0
    assert url.usable
    wall[0] -= 2 * 86_400.0
    steady[0] += 1_800.0
    assert not url.usable


async def test_a_related_topic_under_what_was_shared_where_the_bot_is_not_comes_to_the_presser(rig: Rig) -> None:
    for channel in ("DPEOPLE", "GPEOPLE", "CPRIVATE"):
        await rig.send(press("t:training:en", rig.api.response_url(channel), channel=channel, thread=None))
        answered = rig.api.sent[-1]
        assert (answered.method, answered.args["response_type"], answered.error) == ("response_url", "ephemeral", None)
        assert answered.args["replace_original"] is False


async def test_a_private_answer_to_a_press_that_cannot_be_delivered_is_told_in_the_thread(rig: Rig) -> None:
    rig.api.faults["response_url"].append(broken(404))
    rig.api.world.channels["C1"].members.discard("U1")
    del rig.api.world.channels["D1"]
    await rig.send(press("l::en", rig.api.response_url(), row="more"))
    assert [(call.method, call.error) for call in rig.api.sent] == [
        ("response_url", "broken"),
        ("chat.postEphemeral", "user_not_in_channel"),
        ("chat.postMessage", "channel_not_found"),
        ("chat.postMessage", None),
    ]
    assert rig.api.sent[-1].args["text"] == rig.phrases().ephemeral_failed
    assert rig.api.sent[-1].args["thread_ts"] == "1690000000.000100"


async def test_a_nervous_finger_gets_one_answer(rig: Rig) -> None:
    for _ in range(3):
        await rig.send(press("t:training:en", rig.api.response_url(), private=True))
    assert len(rig.api.sent) == 1
    await rig.send(press("t:oversight:en", rig.api.response_url(), private=True))
    assert len(rig.api.sent) == 2
