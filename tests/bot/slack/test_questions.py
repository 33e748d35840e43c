"""Mentions and direct messages, from signed bytes to calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.slack.conftest import Rig
from tests.fakes.slack.api import Call
from tests.fakes.slack.payloads import callback, direct, mention, press, shortcut


def only(calls: list[Call]) -> Call:
    assert len(calls) == 1, [(call.method, call.error) for call in calls]
    return calls[0]


async def test_a_mention_is_answered_in_its_thread(rig: Rig) -> None:
    event = mention("who checks them? oversight")
    response = await rig.send(event)
    assert (response.status_code, response.text) == (200, "")
    call = only(rig.api.sent)
    assert call.method == "chat.postMessage"
    assert call.args["channel"] == "C1"
    assert call.args["thread_ts"] == event["event"]["ts"]
    assert "Who checks" in call.args["text"]


async def test_a_mention_in_a_thread_is_answered_in_that_thread(rig: Rig) -> None:
    await rig.send(mention("oversight", thread_ts="1690000000.000100"))
    assert only(rig.api.sent).args["thread_ts"] == "1690000000.000100"


async def test_a_direct_message_is_answered_in_a_thread_under_it(rig: Rig) -> None:
    asked = direct("oversight")
    await rig.send(asked)
    call = only(rig.api.sent)
    assert (call.args["channel"], call.args["thread_ts"]) == ("D1", asked["event"]["ts"])


async def test_each_thread_of_a_direct_message_remembers_its_own(rig: Rig) -> None:
    titles = {slug: entry.title for slug, entry in rig.services.conversation.catalogue.edition("en").entries.items()}
    for words, thread in (("oversight", "1.1"), ("training", "1.2"), ("tell me more", "1.1"), ("tell me more", "1.2")):
        await rig.send(direct(words, thread_ts=thread))
    told = [call.args["text"].split("*")[1] for call in rig.api.sent]
    assert told == [titles[slug] for slug in ("oversight", "training", "oversight", "training")]
    await rig.send(direct("tell me more", thread_ts="1.3"))
    assert titles["training"] not in rig.api.sent[-1].args["text"], "a thread of which nothing is known"


async def test_a_message_that_begins_a_thread_may_follow_what_was_said_in_another(rig: Rig) -> None:
    titles = {slug: entry.title for slug, entry in rig.services.conversation.catalogue.edition("en").entries.items()}
    await rig.send(direct("oversight", thread_ts="1.1"))
    await rig.send(press("t:training:en", channel="D1", thread="1.1"))
    more = direct("tell me more")
    await rig.send(more)
    assert titles["training"] in rig.api.sent[-1].args["text"]
    await rig.send(direct("source?", thread_ts=more["event"]["ts"]))
    assert titles["training"] in rig.api.sent[-1].args["text"]


async def test_the_choices_of_the_welcome_can_be_picked_in_the_next_message(rig: Rig) -> None:
    await rig.send(direct("hello"))
    await rig.send(direct("2"))
    first = rig.services.conversation.replies.welcome("en")
    assert first.suggestions[1].title in rig.api.sent[-1].args["text"]


async def test_a_direct_message_in_a_thread_is_answered_there(rig: Rig) -> None:
    await rig.send(direct("oversight", thread_ts="1690000000.000100"))
    assert only(rig.api.sent).args["thread_ts"] == "1690000000.000100"


async def test_the_first_answer_says_once_what_this_is(rig: Rig) -> None:
    phrases = rig.services.conversation.catalogue.edition("en").phrases
    await rig.send(direct("oversight"))
    await rig.send(direct("training"))
    first, second = (call.args["text"] for call in rig.api.sent)
    assert phrases.welcome_short in first
    assert not first.startswith(phrases.welcome_short), "a notification shows the beginning: the answer"
    assert phrases.welcome_short not in second


@pytest.mark.parametrize(("text", "lang"), [("oversight", "en"), ("es: schools", "es"), ("what is a detainer", "en")])
async def test_the_first_answer_says_that_it_is_no_legal_advice_once(rig: Rig, text: str, lang: str) -> None:
    await rig.send(direct(text))
    said = str(only(rig.api.sent).args["blocks"]).lower()
    assert said.count({"en": "legal advice", "es": "asesoría legal"}[lang]) == 1


NUMBER = "my number is 123-45-6789"


@pytest.mark.parametrize(("text", "lang"), [("oversight", "en"), ("es: oversight", "es")])
async def test_a_personal_number_in_a_channel_is_not_pointed_out_to_everyone(rig: Rig, text: str, lang: str) -> None:
    event = mention(f"{text} {NUMBER}")
    await rig.send(event)
    answer, caution = rig.api.sent
    title = rig.services.conversation.catalogue.edition(lang).entries["oversight"].title
    assert (answer.method, answer.args["thread_ts"]) == ("chat.postMessage", event["event"]["ts"])
    assert title in answer.args["text"]
    assert rig.phrases(lang).caution_personal not in answer.args["text"] + str(answer.args["blocks"])
    assert (caution.method, caution.args["user"]) == ("chat.postEphemeral", "U1")
    assert caution.args["text"] == rig.phrases(lang).caution_personal
    assert "123-45" not in str(rig.api.sent)


async def test_the_caution_about_a_number_shows_in_the_thread_that_it_was_written_in(rig: Rig) -> None:
    await rig.send(mention(f"oversight {NUMBER}", thread_ts="1690000000.000100"))
    assert rig.api.sent[1].args["thread_ts"] == "1690000000.000100"


async def test_a_caution_that_cannot_be_delivered_is_not_said_aloud(rig: Rig) -> None:
    rig.api.world.channels["C1"].members.discard("U1")
    await rig.send(mention(f"oversight {NUMBER}"))
    assert [(call.method, call.error) for call in rig.api.sent] == [
        ("chat.postMessage", None),
        ("chat.postEphemeral", "user_not_in_channel"),
    ]
    assert rig.counted('faqbot_errors_total{code="ZeroDivisionError",platform="slack"}') == 0


async def test_where_nobody_else_reads_the_caution_stands_with_the_answer(rig: Rig) -> None:
    await rig.send(direct(f"oversight {NUMBER}"))
    assert rig.phrases().caution_personal in only(rig.api.sent).args["text"]


async def test_a_greeting_is_answered_with_the_whole_welcome_the_first_time(rig: Rig) -> None:
    phrases = rig.services.conversation.catalogue.edition("en").phrases
    await rig.send(direct("hello"))
    await rig.send(direct("hello"))
    first, second = (call.args["text"] for call in rig.api.sent)
    assert phrases.welcome in first
    assert phrases.welcome not in second


async def test_a_mention_without_words_gets_the_welcome(rig: Rig) -> None:
    await rig.send(mention(""))
    phrases = rig.services.conversation.catalogue.edition("en").phrases
    assert phrases.welcome in only(rig.api.sent).args["text"]


async def test_slacks_own_notation_never_reaches_the_matcher(rig: Rig) -> None:
    await rig.send(mention("<@U123> tell <#C9|general> about <https://a.example|oversight> &amp; more"))
    assert "Who checks" in only(rig.api.sent).args["text"]


async def test_the_second_choice_can_be_picked_by_number_by_anyone_in_the_thread(rig: Rig) -> None:
    event = mention("unsure")
    await rig.send(event)
    await rig.send(mention("2", user="U2", thread_ts=event["event"]["ts"]))
    title = rig.services.conversation.catalogue.edition("en").entries["training"].title
    assert title in rig.api.sent[1].args["text"]


async def test_urgent_help_in_a_channel_goes_to_the_asker_alone_there_and_where_it_stays(rig: Rig) -> None:
    await rig.send(mention("there are agents at my door"))
    call, kept = rig.api.sent
    assert (kept.method, kept.args["channel"], kept.error) == ("chat.postMessage", "U1", None)
    assert kept.args["text"] == call.args["text"]
    assert (call.method, call.args["user"]) == ("chat.postEphemeral", "U1")
    assert "thread_ts" not in call.args, "a thread nobody writes in yet does not show ephemeral messages"


async def test_urgent_help_in_a_thread_goes_to_the_asker_alone_in_that_thread(rig: Rig) -> None:
    await rig.send(mention("there are agents at my door", thread_ts="1690000000.000100"))
    call, _ = rig.api.sent
    assert (call.method, call.args["thread_ts"]) == ("chat.postEphemeral", "1690000000.000100")


async def test_where_the_private_reply_cannot_be_delivered_the_thread_says_so_and_nothing_more(rig: Rig) -> None:
    rig.api.world.channels["C1"].members.discard("U1")
    del rig.api.world.channels["D1"]
    event = mention("there are agents at my door")
    await rig.send(event)
    whisper, _directly, post = rig.api.sent
    assert (whisper.method, whisper.error) == ("chat.postEphemeral", "user_not_in_channel")
    assert (post.method, post.args["thread_ts"]) == ("chat.postMessage", event["event"]["ts"])
    phrases = rig.services.conversation.catalogue.edition("en").phrases
    assert post.args["text"] == phrases.ephemeral_failed


async def test_urgent_help_in_a_direct_message_is_a_plain_message(rig: Rig) -> None:
    await rig.send(direct("there are agents at my door"))
    assert only(rig.api.sent).method == "chat.postMessage"


async def test_a_message_in_spanish_is_answered_in_spanish(rig: Rig) -> None:
    await rig.send(direct("es: oversight"))
    title = rig.services.conversation.catalogue.edition("es").entries["oversight"].title
    assert title in only(rig.api.sent).args["text"]


async def test_a_language_chosen_in_private_holds_in_channels(rig: Rig) -> None:
    await rig.send(press("g::es", rig.api.response_url(), channel="D1", thread=None))
    await rig.send(mention("oversight"))
    title = rig.services.conversation.catalogue.edition("es").entries["oversight"].title
    assert title in rig.api.sent[-1].args["text"]


async def test_an_event_delivered_again_is_answered_once(rig: Rig) -> None:
    event = mention("oversight")
    for _ in range(4):
        assert (await rig.send(event)).status_code == 200
    only(rig.api.sent)
    assert rig.counted('faqbot_duplicates_total{platform="slack"}') == 3


async def test_a_mention_in_a_direct_message_arrives_twice_and_is_answered_once(rig: Rig) -> None:
    as_message = direct("<@UBOT> oversight")
    as_mention = callback(as_message["event"] | {"type": "app_mention"})
    await rig.send(as_mention)
    await rig.send(as_message)
    only(rig.api.sent)


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "BOTHER"},
        {"bot_id": "BBOT", "user": "UBOT"},
        {"user": "UBOT"},
        {"subtype": "message_changed", "message": {"text": "oversight", "user": "U1"}},
        {"subtype": "message_deleted", "hidden": True},
        {"subtype": "channel_join"},
        {"subtype": "bot_message", "username": "other"},
        {"subtype": "channel_topic"},
        {"subtype": "assistant_app_thread"},
        {"edited": {"user": "U1", "ts": "1.2"}},
        {"user": None},
        {"channel_type": "channel", "channel": "C1"},
        {"channel_type": "mpim", "channel": "G1"},
    ],
)
async def test_what_no_person_says_to_the_bot_is_left_alone(rig: Rig, change: dict[str, object]) -> None:
    response = await rig.send(direct("oversight", **change))
    assert (response.status_code, response.text) == (200, "")
    assert rig.api.sent == []


FORWARDED = {"is_share": True, "is_msg_unfurl": True, "text": "oversight"}


@pytest.mark.parametrize("text", ["", "is this true?", "what about this?"])
async def test_the_words_of_a_forwarded_message_are_answered(rig: Rig, text: str) -> None:
    await rig.send(direct(text, attachments=[FORWARDED]))
    assert "Who checks" in only(rig.api.sent).args["text"]


@pytest.mark.parametrize(
    "event", [mention("oversight", user="UBOT"), direct("oversight", user="UBOT")], ids=["in a channel", "in private"]
)
async def test_what_the_bot_itself_wrote_is_no_question(rig: Rig, event: dict[str, Any]) -> None:
    await rig.send(event)
    assert rig.api.sent == []


async def test_a_question_beside_a_forwarded_message_is_answered_itself(rig: Rig) -> None:
    await rig.send(direct("training", attachments=[FORWARDED]))
    title = rig.services.conversation.catalogue.edition("en").entries["training"].title
    assert title in only(rig.api.sent).args["text"]


@pytest.mark.parametrize("attachments", [[{"text": "oversight", "from_url": "https://a.example"}], [3], "x", [{}]])
async def test_previews_of_links_are_not_read(rig: Rig, attachments: object) -> None:
    await rig.send(direct("training", attachments=attachments))
    assert "Who checks" not in only(rig.api.sent).args["text"].split("\n")[0]


@pytest.mark.parametrize("kind", ["slack_audio", "slack_video", None])
async def test_clips_and_files_without_words_are_politely_declined(rig: Rig, kind: str | None) -> None:
    await rig.send(direct("hello"))
    files = [{"id": "F1", "subtype": kind}]
    chosen = shortcut("", rig.api.response_url())
    chosen["message"] |= {"files": files}
    for payload in (direct("", subtype="file_share", files=files), mention("", files=files), chosen):
        await rig.send(payload)
        assert rig.api.sent[-1].args["text"].startswith(rig.phrases().text_only), payload["type"]


FORWARDED_FILE = {
    "is_share": True,
    "is_msg_unfurl": True,
    "text": "",
    "fallback": "[November 29th, 2026 9:12 AM] ana: can local police help ICE",
    "files": [{"id": "F1", "name": "can local police help ICE.pdf"}],
}


@pytest.mark.parametrize(
    "nothing", [{"text": ""}, {"text": None}, {"files": None, "fallback": "[no preview available]"}]
)
async def test_forwarded_files_are_politely_declined_and_what_stands_in_their_place_is_not_read(
    rig: Rig, nothing: dict[str, object]
) -> None:
    await rig.send(direct("hello"))
    forwarded = [FORWARDED_FILE | nothing]
    chosen = shortcut("", rig.api.response_url())
    chosen["message"] |= {"attachments": forwarded}
    for payload in (direct("", attachments=forwarded), mention("", attachments=forwarded), chosen):
        await rig.send(payload)
        assert rig.api.sent[-1].args["text"].startswith(rig.phrases().text_only), payload["type"]


@pytest.mark.parametrize(
    "payload",
    [
        direct("", attachments=[FORWARDED_FILE | {"text": "oversight"}]),
        direct("oversight", attachments=[FORWARDED_FILE]),
        direct("oversight", subtype="file_share", files=[{"id": "F1"}]),
        mention("oversight", files=[{"id": "F1"}]),
    ],
)
async def test_words_beside_a_file_are_answered_and_the_file_is_declined_in_a_line(
    rig: Rig, payload: dict[str, Any]
) -> None:
    await rig.send(payload)
    said = only(rig.api.sent).args["text"]
    assert said.startswith(rig.phrases().file_unread)
    assert "Who checks" in said


async def test_the_shortcut_answers_the_words_beside_a_file(rig: Rig) -> None:
    chosen = shortcut("oversight", rig.api.response_url())
    chosen["message"] |= {"files": [{"id": "F1"}]}
    await rig.send(chosen)
    said = only(rig.api.sent).args["text"]
    assert said.startswith(rig.phrases().file_unread)
    assert "Who checks" in said


async def test_nothing_stands_before_help_whatever_file_is_beside_it(rig: Rig) -> None:
    await rig.send(direct("there are agents at my door", subtype="file_share", files=[{"id": "F1"}]))
    assert rig.phrases().file_unread not in only(rig.api.sent).args["text"]


async def test_words_alone_are_answered_without_a_line_on_files(rig: Rig) -> None:
    await rig.send(direct("", attachments=[FORWARDED]))
    assert rig.phrases().file_unread not in only(rig.api.sent).args["text"]


async def test_the_shortcut_on_a_forwarded_message_answers_its_words(rig: Rig) -> None:
    chosen = shortcut("", rig.api.response_url())
    chosen["message"] |= {"attachments": [FORWARDED]}
    await rig.send(chosen)
    assert "Who checks" in only(rig.api.sent).args["text"]


async def test_a_mention_added_by_an_edit_is_answered_and_an_edited_one_not_again(rig: Rig) -> None:
    edited = mention("oversight", edited={"user": "U1", "ts": "1.2"})
    await rig.send(edited)
    assert "Who checks" in only(rig.api.sent).args["text"]
    again = mention("training", edited={"user": "U1", "ts": "1.3"})
    again["event"]["ts"] = edited["event"]["ts"]
    await rig.send(again)
    assert len(rig.api.sent) == 1


@pytest.mark.parametrize(
    ("about", "words"),
    [
        *(("oversight", "tell me more"), ("oversight", "source?"), ("schools", "source?")),
        *(("what is a detainer", "sources"), ("oversight", "what do you keep about me?")),
    ],
)
async def test_the_whole_answer_is_never_posted_in_the_open(rig: Rig, about: str, words: str) -> None:
    await rig.send(mention(about, thread_ts="1690000000.000100"))
    await rig.send(mention(words, thread_ts="1690000000.000100"))
    assert [call.method for call in rig.api.sent] == ["chat.postMessage", "chat.postEphemeral"]


async def test_a_message_with_a_file_is_answered(rig: Rig) -> None:
    await rig.send(direct("oversight", subtype="file_share", files=[{"id": "F1"}]))
    only(rig.api.sent)


async def test_guests_of_slack_connect_get_the_same_answer_and_nothing_of_the_workspace(rig: Rig) -> None:
    event = mention("oversight", user="U1", user_team="TGUEST", source_team="TGUEST")
    await rig.send(event | {"is_ext_shared_channel": True, "team_id": "TGUEST"})
    call = only(rig.api.sent)
    assert "Who checks" in call.args["text"]
    for secret in ("T1", "TGUEST", "nombre"):
        assert secret not in str(call.args["blocks"]) + call.args["text"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "a" * 40_000,
        "😀🎉",
        "\x00\x07\x1b",
        "\u202eoversight\u202c",
        "<@U123>",
        "<b>x</b> &lt;script&gt;",
        "*_~`>",
    ],
)
async def test_any_text_gets_an_answer(rig: Rig, text: str) -> None:
    assert (await rig.send(direct(text))).status_code == 200
    assert only(rig.api.sent).error is None


async def test_too_many_messages_get_one_notice_and_then_silence(rig: Rig) -> None:
    for _ in range(24):
        await rig.send(direct("oversight"))
    assert len(rig.api.sent) == 21
    assert "Please wait" in rig.api.sent[-1].args["text"]
    assert rig.counted('faqbot_rate_limited_total{platform="slack"}') == 4


async def test_the_notice_in_a_channel_is_for_the_one_person(rig: Rig) -> None:
    for _ in range(22):
        await rig.send(mention("oversight"))
    assert [call.method for call in rig.api.sent[20:]] == ["chat.postEphemeral"]


async def test_a_failure_of_our_own_is_told_with_a_code_and_counted(rig: Rig) -> None:
    assert (await rig.send(direct("explode"))).status_code == 200
    assert "reference" in only(rig.api.sent).args["text"]
    assert "explode" not in only(rig.api.sent).args["text"]
    assert rig.counted('faqbot_errors_total{code="ZeroDivisionError",platform="slack"}') == 1


@pytest.mark.parametrize(
    "named", [[{"enterprise_id": "E1", "team_id": None, "user_id": "UBOT", "is_bot": True}], [], None]
)
async def test_an_event_whose_authorizations_name_no_workspace_is_answered(named: object, rig: Rig) -> None:
    """As it comes where an app is installed for a whole organisation."""
    event = mention("oversight") | {"authorizations": named, "enterprise_id": "E1"}
    await rig.send(event)
    assert "Who checks" in only(rig.api.sent).args["text"]
    await rig.send(mention("tell me more") | {"authorizations": named})
    assert len(rig.api.sent) == 2
