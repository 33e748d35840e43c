"""The Home tab, the agent view's prompts, and the hello in a channel."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.slack.sending import sender
from tests.bot.slack.conftest import Rig
from tests.fakes.clock import skip, standing
from tests.fakes.slack.api import limited, refused
from tests.fakes.slack.payloads import home_press, joined, mention, opened


def text_of(view: dict[str, Any]) -> str:
    return str(view["blocks"])


def codes(view: dict[str, Any]) -> list[str]:
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return [element["value"] for row in rows for element in row]


async def test_the_home_tab_shows_all_topics_in_groups_the_languages_and_privacy(rig: Rig) -> None:
    await rig.send(opened("home"))
    view = rig.api.world.homes["U1"]
    edition = rig.services.conversation.catalogue.edition("en")
    for group in edition.language.groups:
        assert group.label in text_of(view)
    assert {f"t:{slug}:en" for slug in edition.entries} <= set(codes(view))
    assert {"g::en", "g::es", "p::en"} <= set(codes(view))
    assert "/faq" in text_of(view)
    assert len(view["blocks"]) <= 100


async def test_urgent_help_stands_at_the_top_of_the_home_tab(rig: Rig) -> None:
    await rig.send(opened("home"))
    edition = rig.services.conversation.catalogue.edition("en")
    heading, row = rig.api.world.homes["U1"]["blocks"][:2]
    assert edition.urgent["unclear"].title in heading["text"]["text"]
    assert {element["value"] for element in row["elements"]} >= {"u:door:en", "u:raid:en", "u:unclear:es"}
    await rig.send(home_press("u:door:en"))
    assert edition.urgent["door"].title in text_of(rig.api.world.homes["U1"])


async def test_a_page_has_no_two_buttons_that_do_the_same_in_one_row(rig: Rig) -> None:
    await rig.send(home_press("n::en"))
    rows = [block["elements"] for block in rig.api.world.homes["U1"]["blocks"] if block["type"] == "actions"]
    assert rows
    for row in rows:
        values = [element["value"] for element in row]
        assert len(values) == len(set(values))


async def test_the_home_tab_speaks_the_chosen_language(rig: Rig) -> None:
    await rig.send(home_press("g::es"))
    await rig.send(opened("home"))
    phrases = rig.services.conversation.catalogue.edition("es").phrases
    assert phrases.topics_heading in text_of(rig.api.world.homes["U1"])
    await rig.send(mention("oversight"))
    title = rig.services.conversation.catalogue.edition("es").entries["oversight"].title
    assert title in rig.api.sent[-1].args["text"]


async def test_a_chosen_language_shows_the_home_page_in_it_at_once(rig: Rig) -> None:
    await rig.send(home_press("g::es"))
    edition = rig.services.conversation.catalogue.edition("es")
    shown = text_of(rig.api.world.homes["U1"])
    assert edition.phrases.language_set in shown
    assert edition.phrases.topics_heading in shown


async def test_a_topic_opens_on_the_home_tab_with_a_way_back(rig: Rig) -> None:
    await rig.send(home_press("t:oversight:en"))
    view = rig.api.world.homes["U1"]
    assert "Who checks" in text_of(view)
    assert codes(view)[0] == "l::en"
    await rig.send(home_press("l::en"))
    assert "t:training:en" in codes(rig.api.world.homes["U1"])
    assert [call.method for call in rig.api.sent] == ["views.publish", "views.publish"]


async def test_privacy_opens_on_the_home_tab(rig: Rig) -> None:
    await rig.send(home_press("p::en"))
    title = rig.services.conversation.catalogue.edition("en").phrases.privacy.title
    assert title in text_of(rig.api.world.homes["U1"])


async def test_the_conversation_gets_at_most_four_first_questions(rig: Rig) -> None:
    await rig.send(opened("messages"))
    (call,) = rig.api.sent
    assert call.method == "assistant.threads.setSuggestedPrompts"
    assert call.args["channel_id"] == "D1"
    titles = {entry.title for entry in rig.services.conversation.catalogue.edition("en").entries.values()}
    assert {prompt["message"] for prompt in call.args["prompts"]} <= titles


async def test_without_the_scope_for_it_the_conversation_just_opens(rig: Rig) -> None:
    account = rig.api.world.accounts["xoxb-one"]
    account.scopes = account.scopes - {"assistant:write"}
    response = await rig.send(opened("messages"))
    assert (response.status_code, response.text) == (200, "")
    assert [(call.method, call.error) for call in rig.api.sent] == [
        ("assistant.threads.setSuggestedPrompts", "missing_scope")
    ]


async def test_other_tabs_are_left_alone(rig: Rig) -> None:
    await rig.send(opened("about"))
    assert rig.api.sent == []


async def test_invited_to_a_channel_the_bot_says_hello_in_one_line_and_once(rig: Rig) -> None:
    await rig.send(joined())
    await rig.send(joined())
    (call,) = rig.api.sent
    assert (call.method, call.args["channel"]) == ("chat.postMessage", "C1")
    assert "<@UBOT>" in call.args["text"]
    assert "\n" not in call.args["text"]
    assert "thread_ts" not in call.args


async def test_invited_by_an_event_that_does_not_tell_who_the_bot_is_it_says_hello_all_the_same(rig: Rig) -> None:
    await rig.send(joined() | {"authorizations": []})
    assert [call.method for call in rig.api.sent] == ["chat.postMessage"]


async def test_the_hello_is_in_the_language_of_who_invited_the_bot(rig: Rig) -> None:
    await rig.send(home_press("g::es"))
    await rig.send(joined())
    assert rig.api.sent[-1].args["text"].startswith(rig.phrases("es").channel_hello.partition("{")[0])


async def test_when_others_join_the_bot_says_nothing(rig: Rig) -> None:
    await rig.send(joined("U2"))
    assert rig.api.sent == []


async def test_an_older_page_does_not_overwrite_a_newer_one(rig: Rig) -> None:
    event = opened("home")
    event["event"]["view"] = {"hash": "1.old"}
    rig.api.world.home_hashes["U1"] = "2.new"
    assert (await rig.send(event)).status_code == 200
    assert [(call.method, call.error) for call in rig.api.sent] == [("views.publish", "hash_conflict")]
    event = opened("home")
    event["event"]["view"] = {"hash": "2.new"}
    await rig.send(event)
    assert rig.api.sent[-1].error is None


def pressed_on(shown: str, code: str) -> dict[str, Any]:
    """Return a press on the page whose hash is ``shown``."""
    body = home_press(code)
    body["view"]["hash"] = shown
    return body


@pytest.mark.parametrize("code", ["t:training:en", "u:door:en"])
async def test_of_two_presses_on_one_page_the_second_shows(rig: Rig, code: str) -> None:
    await rig.send(opened("home"))
    shown = rig.api.world.home_hashes["U1"]
    await rig.send(pressed_on(shown, "t:oversight:en"))
    with standing():
        await rig.send(pressed_on(shown, code))
    edition = rig.services.conversation.catalogue.edition("en")
    title = edition.urgent["door"].title if code == "u:door:en" else edition.entries["training"].title
    assert title in text_of(rig.api.world.homes["U1"])


async def test_help_on_the_home_tab_waits_for_nothing_and_nobody_for_anothers_page(rig: Rig) -> None:
    await rig.send(opened("home"))
    shown = rig.api.world.home_hashes["U1"]
    rig.api.faults["views.publish"].append(limited(50))
    waiting = asyncio.create_task(rig.deliver(pressed_on(shown, "t:oversight:en")))
    await rig.api.wait(2)
    assert (await rig.deliver(home_press("t:training:en", user="U2"))).status_code == 200
    assert (await rig.deliver(pressed_on(shown, "u:door:en"))).status_code == 200
    assert [call.error for call in rig.api.sent] == [None, "limited", None, None]
    skip(50)
    await waiting
    assert rig.api.sent[-1].error == "hash_conflict"
    title = rig.services.conversation.catalogue.edition("en").urgent["door"].title
    assert title in text_of(rig.api.world.homes["U1"])


@pytest.mark.parametrize("code", ["t:training:en", "u:door:en"])
async def test_a_page_that_was_held_up_replaces_a_newer_one_only_with_urgent_help(rig: Rig, code: str) -> None:
    rig.api.faults["views.publish"].append(replace(refused("hash_conflict"), late=True))
    pressing = asyncio.create_task(rig.send(pressed_on("1.old", code)))
    await rig.api.begins("views.publish")
    skip(sender.PROMPT_SECONDS)
    rig.api.go_on.set()
    await pressing
    (call,) = rig.api.sent
    assert ("hash" in call.args) is (code != "u:door:en")
