"""People who are played get what the real adapters say, on both platforms."""

from __future__ import annotations

import pytest

from bot.playground.server import Playground
from bot.playground.slack import CHANNEL, DIRECT, SlackOpen, SlackPress, SlackSay, SlackShortcut
from bot.playground.telegram import (
    GROUP,
    PEOPLE,
    USERNAME,
    TelegramChoose,
    TelegramInline,
    TelegramInvite,
    TelegramPress,
    TelegramSay,
)
from bot.playground.timeline import DeedError, Shown

QUESTION = "who checks that ICE task forces follow the rules?"
TITLE = "Who checks task forces and ICE contact"


def said(page: Playground, place: str | int, author: str = "bot") -> list[Shown]:
    """Return what ``author`` has said in ``place`` and still stands there."""
    found = page.stage.timeline.messages
    return [one for one in found if (one.place, one.author, one.gone) == (str(place), author, None)]


def labels(shown: Shown) -> dict[str, str]:
    """Return the data of each button of a Telegram message, by its label."""
    rows = shown.content["reply_markup"]["inline_keyboard"]
    return {button["text"]: button.get("callback_data", "") for row in rows for button in row}


def elements(shown: Shown) -> dict[str, SlackPress]:
    """Return Alex's press of each button of a Slack message, by its label."""
    return {
        one["text"]["text"]: SlackPress("alex", block["block_id"], one["action_id"], one["value"], shown.id)
        for block in shown.content["blocks"]
        for one in block.get("elements", ())
        if one.get("type") == "button"
    }


async def test_a_mention_is_answered_in_its_thread(played: Playground) -> None:
    await played.stage.do(SlackSay("alex", "channel", QUESTION))
    (question,), (answer,) = said(played, CHANNEL, "alex"), said(played, CHANNEL)
    assert answer.thread == question.id
    assert TITLE in answer.content["text"]
    assert answer.only == ""


async def test_the_bot_hears_in_a_channel_only_what_is_said_to_it(played: Playground) -> None:
    turn = await played.stage.do(SlackSay("alex", "channel", QUESTION, mention=False))
    assert said(played, CHANNEL, "alex")
    assert not said(played, CHANNEL)
    assert turn not in played.stage.timeline.traces


async def test_the_shortcut_answers_to_whoever_chose_it(played: Playground) -> None:
    await played.stage.do(SlackSay("alex", "channel", QUESTION, mention=False))
    (question,) = said(played, CHANNEL, "alex")
    await played.stage.do(SlackShortcut("ana", question.id))
    (answer,) = said(played, CHANNEL)
    assert (answer.only, TITLE in answer.content["text"]) == ("ana", True)


async def test_a_command_is_answered_to_whoever_gave_it_and_is_no_message(played: Playground) -> None:
    await played.stage.do(SlackSay("ana", "channel", "/faq 5"))
    (answer,) = said(played, CHANNEL)
    assert (answer.only, answer.thread) == ("ana", "")
    assert TITLE in answer.content["text"]
    assert not said(played, CHANNEL, "ana")


async def test_a_press_in_a_channel_is_answered_to_the_presser(played: Playground) -> None:
    await played.stage.do(SlackSay("ana", "channel", QUESTION))
    (answer,) = said(played, CHANNEL)
    await played.stage.do(elements(answer)["Sources"])
    sources = said(played, CHANNEL)[-1]
    assert (sources.only, sources.turn) == ("alex", 2)


async def test_a_private_answer_is_shared_once_its_button_is_pressed(played: Playground) -> None:
    await played.stage.do(SlackSay("alex", "channel", "/faq 5"))
    (own,) = said(played, CHANNEL)
    await played.stage.do(elements(own)["Share here"])
    shared = said(played, CHANNEL)[-1]
    assert shared.only == ""
    assert TITLE in shared.content["text"]
    assert len(own.versions) == 2, "the private one says that it has been shared"


async def test_home_is_opened_and_pressed(played: Playground) -> None:
    await played.stage.do(SlackOpen("alex", "home"))
    first = played.stage.timeline.page("home:alex")
    assert first is not None
    row = next(block for block in first["blocks"] if block.get("block_id") == "topics-1")
    button = row["elements"][0]
    await played.stage.do(SlackPress("alex", "topics-1", button["action_id"], button["value"]))
    second = played.stage.timeline.page("home:alex")
    assert second is not None
    assert second["blocks"] != first["blocks"]
    assert played.stage.timeline.page("home:ana") is None


async def test_questions_are_suggested_in_the_messages_tab(played: Playground) -> None:
    await played.stage.do(SlackOpen("ana", "messages"))
    prompts = played.stage.timeline.page(f"prompts:{DIRECT['ana']}")
    assert prompts is not None
    assert prompts["prompts"]


async def test_a_private_chat_in_telegram_is_a_conversation(played: Playground) -> None:
    await played.stage.do(TelegramSay("ana", "private", "¿quién vigila a las task forces de ICE?"))
    (answer,) = said(played, PEOPLE["ana"])
    assert answer.content["text"].startswith("Quién supervisa")
    assert answer.content["entities"][0]["type"] == "bold"
    await played.stage.do(TelegramPress("ana", "private", answer.id, labels(answer)["Respuesta completa"]))
    whole = said(played, PEOPLE["ana"])[-1]
    assert any(entity["type"] == "expandable_blockquote" for entity in whole.content["entities"])
    assert not said(played, PEOPLE["alex"])


async def test_votes_flash_and_lose_their_buttons(played: Playground) -> None:
    await played.stage.do(TelegramSay("alex", "private", QUESTION))
    (answer,) = said(played, PEOPLE["alex"])
    turn = await played.stage.do(TelegramPress("alex", "private", answer.id, labels(answer)["Helpful"]))
    assert [(one.turn, one.person) for one in played.stage.timeline.flashes] == [(turn, "alex")]
    assert "Helpful" in labels_of_version(answer, 0)
    assert "Helpful" not in labels(answer)


def labels_of_version(shown: Shown, number: int) -> list[str]:
    """Return the labels of the buttons as they were."""
    rows = shown.versions[number].content["reply_markup"]["inline_keyboard"]
    return [button["text"] for row in rows for button in row]


async def test_a_group_hears_what_it_asked_and_personal_matters_lead_away(played: Playground) -> None:
    await played.stage.do(TelegramSay("alex", "group", QUESTION))
    assert not said(played, GROUP)
    await played.stage.do(TelegramSay("alex", "group", f"@{USERNAME} agents are at my door"))
    (answer,) = said(played, GROUP)
    (question,) = (one for one in said(played, GROUP, "alex") if one.turn == 2)
    assert answer.content["reply_to"] == question.id
    link = answer.content["reply_markup"]["inline_keyboard"][0][0]["url"]
    await played.stage.do(TelegramSay("alex", "private", f"/start {link.partition('?start=')[2]}"))
    (urgent,) = said(played, PEOPLE["alex"])
    assert "1." in urgent.content["text"]


async def test_a_reply_to_the_bot_needs_no_mention(played: Playground) -> None:
    await played.stage.do(TelegramSay("alex", "group", f"@{USERNAME} sb 54"))
    (answer,) = said(played, GROUP)
    await played.stage.do(TelegramSay("ana", "group", "who wrote it?", reply_to=answer.id))
    assert len(said(played, GROUP)) == 2


async def test_inline_results_are_sent_for_the_person(played: Playground) -> None:
    await played.stage.do(TelegramInline("ana", "sb 54"))
    offered = played.stage.timeline.page("inline:ana")
    assert offered is not None
    await played.stage.do(TelegramChoose("ana", "group", offered["results"][0]["id"]))
    (sent,) = said(played, GROUP, "ana")
    assert sent.content["via"] == USERNAME
    assert not said(played, GROUP), "the bot does not answer what it has sent itself"


async def test_a_group_is_greeted(played: Playground) -> None:
    await played.stage.do(TelegramInvite("alex"))
    assert USERNAME in said(played, GROUP)[0].content["text"]


async def test_menus_and_description_are_those_that_are_released(played: Playground) -> None:
    english, spanish = played.stage.telegram.profile("en"), played.stage.telegram.profile("es")
    assert "topics" in [one["command"] for one in english["menus"]["private"]]
    assert len(english["menus"]["group"]) < len(english["menus"]["private"])
    assert english["description"] != spanish["description"] != ""


async def test_a_language_chosen_on_a_button_changes_the_message_in_place(played: Playground) -> None:
    await played.stage.do(TelegramSay("alex", "private", "/language"))
    (asked,) = said(played, PEOPLE["alex"])
    await played.stage.do(TelegramPress("alex", "private", asked.id, labels(asked)["Español"]))
    assert len(said(played, PEOPLE["alex"])) == 1
    assert asked.content["edited"]


async def test_it_begins_anew(played: Playground) -> None:
    await played.stage.do(TelegramSay("alex", "private", QUESTION))
    await played.stage.restart()
    assert not played.stage.timeline.messages
    await played.stage.do(TelegramSay("alex", "private", "hello"))
    assert played.stage.timeline.traces[1]["outcome"]["introduces"], "nobody is known any more"


@pytest.mark.parametrize(
    "deed",
    [
        SlackPress("alex", "related", "faq:none", "none", "1.2"),
        SlackPress("alex", "related", "faq:none", "none"),
        SlackShortcut("alex", "1.2"),
        SlackSay("nobody", "channel", QUESTION),
    ],
)
async def test_what_is_not_there_cannot_be_pressed(played: Playground, deed: SlackPress | SlackShortcut) -> None:
    with pytest.raises(DeedError):
        await played.stage.do(deed)
    assert played.stage.timeline.turn == 0


async def test_what_is_not_there_cannot_be_pressed_in_telegram(played: Playground) -> None:
    await played.stage.do(TelegramSay("alex", "private", QUESTION))
    (answer,) = said(played, PEOPLE["alex"])
    for deed in (
        TelegramPress("alex", "private", answer.id, "t:none:en"),
        TelegramPress("alex", "private", "1", "t:none:en"),
        TelegramChoose("alex", "private", "none"),
        TelegramSay("nobody", "private", QUESTION),
    ):
        with pytest.raises(DeedError):
            await played.stage.do(deed)
    assert played.stage.timeline.turn == 1


async def test_a_button_that_is_gone_is_not_reported(played: Playground) -> None:
    await played.stage.do(SlackSay("alex", "channel", QUESTION))
    (answer,) = said(played, CHANNEL)
    with pytest.raises(DeedError):
        await played.stage.do(SlackPress("alex", "ways", "faq:w:oversight:en", "w:another:en", answer.id))


async def test_a_message_that_was_taken_away_cannot_be_pressed(played: Playground) -> None:
    await played.stage.do(SlackSay("alex", "channel", "/faq 5"))
    (own,) = said(played, CHANNEL)
    await played.stage.do(elements(own)["Sources"])
    hook = next(name for name, (_, message, _) in played.stage.slack._hooks.items() if message == own.id)
    assert played.stage.slack.respond(hook, {"delete_original": True})
    assert own not in said(played, CHANNEL)
    with pytest.raises(DeedError):
        await played.stage.do(elements(own)["Sources"])


async def test_slack_itself_refuses_a_command_that_no_app_has(played: Playground) -> None:
    await played.stage.do(SlackSay("alex", "channel", "/nosuch thing"))
    (told,) = played.stage.timeline.messages
    assert (told.author, told.only) == ("slackbot", "alex")
    assert told.content["text"].startswith("“/nosuch” is not a valid command.")
    assert played.stage.timeline.traces == {}


async def test_a_command_behind_a_space_is_a_message(played: Playground) -> None:
    await played.stage.do(SlackSay("alex", "direct", " /faq privacy"))
    assert said(played, DIRECT["alex"], "alex")[0].content["text"] == " /faq privacy"
    assert "command" not in played.stage.timeline.traces[1]


async def test_the_bot_is_added_to_a_group_once(played: Playground) -> None:
    await played.stage.do(TelegramInvite("alex"))
    with pytest.raises(DeedError):
        await played.stage.do(TelegramInvite("ana"))


RULED = {
    "SOS": "cry",
    "sb 54": "name",
    "do you speak Korean?": "language",
    "ecru": "unknown",
    "thx bb": "courtesy",
    "my uncle isnt picking up": "asked first",
    "hello": None,
    QUESTION: None,
}
"""The rule that decides each of these, None where the prices do."""


@pytest.mark.parametrize("after", [None, "who watches immigration detention?"])
@pytest.mark.parametrize(("text", "rule"), RULED.items())
async def test_prices_are_those_that_decided_else_the_rule_that_did_is_told(
    text: str, rule: str | None, after: str | None, played: Playground
) -> None:
    for said_first in filter(None, ("/start", after)):
        await played.stage.do(TelegramSay("alex", "private", said_first))
    turn = await played.stage.do(TelegramSay("alex", "private", text))
    decision = played.stage.timeline.traces[turn]["decisions"][0]
    assert decision["rule"] == rule
    if rule is None:
        cheapest = decision["prices"][0]
        assert (cheapest["decision"], cheapest["target"]) == (decision["decision"], decision["target"])


async def test_every_turn_tells_why(played: Playground) -> None:
    await played.stage.do(TelegramSay("alex", "private", "thanks! who checks that ICE task forces follow the rules?"))
    trace = played.stage.timeline.traces[1]
    decision = trace["decisions"][0]
    assert (decision["decision"], decision["target"], decision["lang"]) == ("answer", "oversight", "en")
    assert decision["candidates"][0]["slug"] == "oversight"
    assert [one["text"] for one in decision["clauses"]] == ["who checks that ice task forces follow the rules?"]
    assert decision["prices"][0]["decision"] == "answer"
    costs = [one["cost"] for one in decision["prices"]]
    assert costs == sorted(costs)
    assert trace["outcome"]["say"] | {"point": None} == {
        "type": "answer", "form": "Answer", "lang": "en", "entry": 5, "slug": "oversight", "point": None,
    }  # fmt: skip
    await played.stage.do(TelegramSay("alex", "private", "2"))
    again = played.stage.timeline.traces[2]["decisions"][0]
    assert again["act"] == {"kind": "pick", "number": 2}
    assert again["expected"]["entry/oversight"] > 1
    (answer, _) = said(played, PEOPLE["alex"])
    await played.stage.do(TelegramPress("alex", "private", answer.id, labels(answer)["Sources"]))
    assert played.stage.timeline.traces[3]["pressed"] == "o:oversight:en"
    calls = sorted(call.method for call in played.stage.timeline.calls if call.turn == 3)
    assert calls == ["answerCallbackQuery", "sendMessage"]
