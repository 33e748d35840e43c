"""The slash command and the message shortcut: private, at once, with a button that shares."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.actions import Action, Verb
from bot.store import MemoryStore
from content.catalogue import Catalogue
from tests.bot.slack.conftest import FAST, Rig, running
from tests.fakes.slack_api import SlackApi, broken
from tests.fakes.slack_judges import judge_message
from tests.fakes.slack_payloads import command, press, shortcut


async def faq(rig: Rig, text: str, **how: str) -> dict[str, Any]:
    response = await rig.send(command(text, rig.api.response_url(), **how))
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    judge_message(body)
    assert body["response_type"] == "ephemeral"
    assert body["unfurl_links"] is False
    assert rig.api.sent == [], "the acknowledgement itself carries the answer"
    return body


def codes(body: dict[str, Any]) -> list[str]:
    return [element["value"] for block in body["blocks"] if block["type"] == "actions" for element in block["elements"]]


async def test_alone_it_lists_the_topics(rig: Rig) -> None:
    body = await faq(rig, "")
    entries = rig.services.conversation.catalogue.edition("en").entries
    assert [code for code in codes(body) if code.startswith("t:")] != []
    assert {f"t:{slug}:en" for slug in entries} == set(codes(body))
    assert all(entry.short_title in body["text"] for entry in entries.values())


async def test_a_number_picked_from_the_list_works_in_the_next_command(rig: Rig) -> None:
    await faq(rig, "")
    body = await faq(rig, "16")
    assert rig.services.conversation.catalogue.edition("en").by_number(16).title in body["text"]  # type: ignore[union-attr]


async def test_a_slug_shows_that_topic_with_a_button_that_shares_it(rig: Rig) -> None:
    body = await faq(rig, "oversight")
    assert "Who checks" in body["text"]
    assert "sh:oversight:en" in codes(body)


async def test_in_a_direct_message_there_is_nobody_to_share_with(rig: Rig) -> None:
    assert "sh:oversight:en" not in codes(await faq(rig, "oversight", channel="D1"))


async def test_a_near_name_is_offered_and_not_shown(rig: Rig) -> None:
    body = await faq(rig, "oversite")
    assert codes(body) == ["t:oversight:en", "n::en"]


async def test_a_question_is_answered(rig: Rig) -> None:
    assert "Who checks" in (await faq(rig, "tell me about oversight"))["text"]


@pytest.mark.parametrize("text", ["help", "HELP", "how does this help me"])
async def test_help_says_how_it_works_in_slack(rig: Rig, text: str) -> None:
    assert "/faq" in (await faq(rig, text))["text"]


async def test_privacy_and_about_are_a_word_away(rig: Rig) -> None:
    phrases = rig.services.conversation.catalogue.edition("en").phrases
    assert phrases.privacy.title in (await faq(rig, "privacy"))["text"]
    assert str(len(rig.services.conversation.catalogue.edition("en").entries)) in (await faq(rig, "about"))["text"]


async def test_urgent_help_needs_no_other_way(rig: Rig) -> None:
    assert "door" in (await faq(rig, "agents at my door"))["text"].lower()


async def test_a_failure_of_our_own_is_told_in_the_acknowledgement(rig: Rig) -> None:
    response = await rig.send(command("explode", rig.api.response_url()))
    assert "reference" in response.json()["text"]
    assert rig.counted('faqbot_errors_total{code="ZeroDivisionError",platform="slack"}') == 1


async def test_too_many_commands_get_one_notice_and_then_an_empty_acknowledgement(rig: Rig) -> None:
    answers = [await rig.send(command("oversight")) for _ in range(23)]
    assert "wait" in answers[20].json()["text"]
    assert [answer.text for answer in answers[21:]] == ["", ""]


async def test_a_workspace_whose_token_is_unknown_still_gets_its_answer(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    api.world.accounts.clear()
    async with running(api, slack_catalogue) as rig:
        assert "Who checks" in (await faq(rig, "oversight"))["text"]


class SlowStore(MemoryStore):
    """A store that answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    async def get(self, key: str) -> bytes | None:
        self.asked.set()
        await self.go.wait()
        return await super().get(key)


async def test_an_answer_that_takes_too_long_for_the_acknowledgement_comes_later(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    store = SlowStore()
    async with running(api, slack_catalogue, pace=replace(FAST, ack_seconds=0.0), store=store) as rig:
        sending = asyncio.ensure_future(rig.send(command("oversight", api.response_url())))
        await store.asked.wait()
        asyncio.get_running_loop().call_later(0.02, store.go.set)
        assert (await sending).text == ""
        (call,) = api.sent
        assert call.method == "response_url"
        assert call.args["response_type"] == "ephemeral"
        assert "Who checks" in call.args["text"]


async def test_the_shortcut_answers_the_message_to_the_one_who_chose_it(rig: Rig) -> None:
    response = await rig.send(shortcut("<@U9> what about oversight?", rig.api.response_url()))
    assert (response.status_code, response.text) == (200, "")
    (call,) = rig.api.sent
    assert call.method == "response_url"
    assert (call.args["response_type"], call.args["replace_original"]) == ("ephemeral", False)
    assert "Who checks" in call.args["text"]


async def test_the_shortcut_works_in_a_channel_the_bot_is_not_in(rig: Rig) -> None:
    await rig.send(shortcut("oversight", rig.api.response_url("CPRIVATE"), channel="CPRIVATE"))
    assert rig.api.sent[0].error is None


async def test_where_the_response_url_fails_the_shortcut_finds_another_way(rig: Rig) -> None:
    rig.api.faults["response_url"].append(broken())
    await rig.send(shortcut("oversight", rig.api.response_url()))
    assert [(call.method, call.error) for call in rig.api.sent] == [
        ("response_url", "broken"),
        ("chat.postEphemeral", None),
    ]


async def test_a_response_url_of_another_host_is_never_called(rig: Rig) -> None:
    for url in (
        "https://example.com/respond/1",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "not a url",
        "http://[",
    ):
        await rig.send(shortcut("oversight", url))
    assert {call.method for call in rig.api.sent} == {"chat.postEphemeral"}


async def test_sharing_posts_the_answer_for_everyone_and_takes_the_private_one_away(rig: Rig) -> None:
    phrases = rig.services.conversation.catalogue.edition("en").phrases
    url = rig.api.response_url()
    code = Action(Verb.SHARE, "oversight", "en").code
    await rig.send(press(code, url, private=True, thread=None, row="share"))
    public, done = rig.api.sent
    assert (public.method, public.args["response_type"]) == ("response_url", "in_channel")
    assert public.args["replace_original"] is False
    assert phrases.shared_note in public.args["text"]
    assert "Who checks" in public.args["text"]
    assert done.args == {
        "text": phrases.shared_done,
        "blocks": done.args["blocks"],
        "replace_original": True,
        "unfurl_links": False,
        "unfurl_media": False,
    }


async def test_a_share_in_a_thread_stays_in_the_thread(rig: Rig) -> None:
    await rig.send(press("sh:oversight:en", rig.api.response_url(), private=True, row="share"))
    assert rig.api.sent[0].args["thread_ts"] == "1690000000.000100"


async def test_sharing_twice_posts_once(rig: Rig) -> None:
    for _ in range(2):
        await rig.send(press("sh:oversight:en", rig.api.response_url(), private=True, row="share"))
    assert [call.args.get("response_type") for call in rig.api.sent] == ["in_channel", None]


async def test_where_the_response_url_is_spent_the_share_is_posted_as_a_message(rig: Rig) -> None:
    await rig.send(press("sh:oversight:en", "", private=True, row="share"))
    (call,) = rig.api.sent
    assert (call.method, call.args["thread_ts"]) == ("chat.postMessage", "1690000000.000100")


async def test_a_share_that_could_not_be_posted_may_be_tried_again(rig: Rig) -> None:
    rig.api.world.channels["C1"].archived = True
    await rig.send(press("sh:oversight:en", "", private=True, row="share"))
    rig.api.world.channels["C1"].archived = False
    await rig.send(press("sh:oversight:en", "", private=True, row="share"))
    assert [call.error for call in rig.api.sent] == ["is_archived", None]


async def test_a_shared_topic_that_is_gone_says_so_to_the_one_person(rig: Rig) -> None:
    await rig.send(press("sh:no-such-topic:en", rig.api.response_url(), private=True, row="share"))
    (call,) = rig.api.sent
    assert call.args["response_type"] == "ephemeral"
    assert rig.services.conversation.catalogue.edition("en").phrases.gone in call.args["text"]
