"""The slash command and the message shortcut: private, at once, with a button that shares."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.dialogue.actions import Action, Verb
from bot.service.outcome import Outcome
from bot.slack.handlers import shared_by
from bot.state.store import Get, MemoryStore, Operation
from content.schema.catalogue import Catalogue
from tests.bot.slack.conftest import FAST, Rig, running
from tests.fakes.slack.api import SlackApi, broken
from tests.fakes.slack.judges import judge_message
from tests.fakes.slack.payloads import command, press, shortcut


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
    rows = [block["elements"] for block in body["blocks"] if block["type"] == "actions"]
    return [element["value"] for row in rows for element in row if "value" in element]


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


@pytest.mark.parametrize("channel", ["D1", "DPEOPLE", "GPEOPLE"])
async def test_in_a_direct_message_too_it_can_be_shared_with_whoever_reads_it(rig: Rig, channel: str) -> None:
    """Slack's payload does not tell the bot's own direct messages from those between people."""
    assert "sh:oversight:en" in codes(await faq(rig, "oversight", channel=channel))


async def test_a_near_name_is_offered_and_not_shown(rig: Rig) -> None:
    body = await faq(rig, "oversite")
    assert codes(body) == ["t:oversight:en", "n::en"]


async def test_a_question_is_answered(rig: Rig) -> None:
    assert "Who checks" in (await faq(rig, "tell me about oversight"))["text"]


@pytest.mark.parametrize("text", ["help", "HELP", "how does this help me"])
async def test_help_says_how_it_works_in_slack(rig: Rig, text: str) -> None:
    assert "/faq" in (await faq(rig, text))["text"]


@pytest.mark.parametrize(
    ("words", "lang"),
    [({"privacy": "privacy", "about": "about"}, "en"), ({"privacy": "Privacidad", "about": "acerca"}, "es")],
)
async def test_privacy_and_about_are_a_word_away(rig: Rig, words: dict[str, str], lang: str) -> None:
    assert rig.phrases(lang).privacy.title in (await faq(rig, words["privacy"]))["text"]
    assert rig.phrases(lang).about.partition("{")[0] in (await faq(rig, words["about"]))["text"]


@pytest.mark.parametrize(("word", "lang"), [("language", "en"), ("Language", "en"), ("idioma", "es"), ("IDIOMA", "es")])
async def test_the_language_can_be_chosen_by_button(rig: Rig, word: str, lang: str) -> None:
    body = await faq(rig, word)
    assert rig.phrases(lang).language_question in body["text"]
    assert codes(body) == ["g::en", "g::es"]
    await rig.send(press("g::es", rig.api.response_url(), private=True, thread=None, row="more"))
    (confirmed,) = rig.api.sent
    assert confirmed.args["text"].startswith(rig.phrases("es").language_set)
    rig.api.calls.clear()
    assert rig.phrases("es").topics_heading in (await faq(rig, "", channel="D1"))["text"]


@pytest.mark.parametrize("text", ["language español", "idioma Spanish", "idioma es"])
async def test_the_language_can_be_named_at_once(rig: Rig, text: str) -> None:
    assert rig.phrases("es").language_set in (await faq(rig, text))["text"]
    title = rig.services.conversation.catalogue.edition("es").entries["oversight"].title
    assert title in (await faq(rig, "oversight", channel="D1"))["text"]


@pytest.mark.parametrize(("word", "lang"), [("help", "en"), ("ayuda", "es")])
async def test_help_says_how_to_choose_the_language(rig: Rig, word: str, lang: str) -> None:
    name = rig.phrases(lang).command_words.language
    assert f"/faq {name}" in (await faq(rig, word))["text"]


async def test_words_of_another_language_speak_it_unless_one_was_chosen(rig: Rig) -> None:
    assert rig.phrases("es").topics_heading in (await faq(rig, "temas"))["text"]
    await faq(rig, "language english")
    assert rig.phrases("en").topics_heading in (await faq(rig, "temas", channel="D1"))["text"]


@pytest.mark.parametrize(
    ("typed", "meant", "lang", "code"),
    [
        ("hepl", "help", "en", ["h::en"]),
        ("topcis", "topics", "en", ["l::en"]),
        ("Topcs", "topics", "en", ["l::en"]),
        ("privcy", "privacy", "en", ["p::en"]),
        ("langauge", "language", "en", ["g::en", "g::es"]),
        ("abuot", "about", "en", []),
        ("ayda", "ayuda", "es", ["h::es"]),
        ("tmeas", "temas", "es", ["l::es"]),
        ("idoma", "idioma", "es", ["g::en", "g::es"]),
        ("privasidad", "privacidad", "es", ["p::es"]),
    ],
)
async def test_a_mistyped_word_is_suggested_and_not_run(
    rig: Rig, typed: str, meant: str, lang: str, code: list[str]
) -> None:
    body = await faq(rig, typed)
    assert rig.phrases(lang).near_command.format(command=f"/faq {meant}") in body["text"]
    assert codes(body) == code


async def test_a_suggested_word_is_run_by_its_button(rig: Rig) -> None:
    (code,) = codes(await faq(rig, "hepl"))
    await rig.send(press(code, rig.api.response_url(), private=True, thread=None, row="more"))
    assert rig.api.sent[0].args["text"].startswith(rig.phrases().help_slack.replace("*", "∗"))


async def test_distress_behind_a_mistyped_word_gets_its_help(rig: Rig) -> None:
    body = (await rig.send(command("hepl agents at my door"))).json()
    assert "door" in body["text"].lower()


@pytest.mark.parametrize(("text", "lang"), [("99", "en"), ("#21", "en"), ("0", "es")])
async def test_a_number_of_no_topic_is_told_so(rig: Rig, text: str, lang: str) -> None:
    await rig.send(press(f"g::{lang}", rig.api.response_url(), private=True, thread=None))
    rig.api.calls.clear()
    for _ in range(2):
        body = await faq(rig, text)
        assert rig.phrases(lang).no_such_topic.format(number=text.strip("#"), last=20) in body["text"]
        assert codes(body) == [f"l::{lang}"]
        await faq(rig, "")


async def test_urgent_help_comes_in_the_acknowledgement_and_in_the_direct_message_where_it_stays(rig: Rig) -> None:
    body = (await rig.send(command("agents at my door"))).json()
    assert "door" in body["text"].lower()
    assert [(call.method, call.args["channel"]) for call in rig.api.sent] == [("chat.postMessage", "U1")]
    await rig.send(command("agents at my door", channel="D1"))
    assert len(rig.api.sent) == 1, "there it stays in any case"


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_a_failure_of_our_own_is_told_in_the_acknowledgement(rig: Rig, lang: str) -> None:
    await rig.send(press(f"g::{lang}", rig.api.response_url(), private=True, thread=None))
    response = await rig.send(command("explode", rig.api.response_url()))
    assert response.json()["text"].startswith(rig.phrases(lang).failed.partition("{")[0])
    assert response.json()["response_type"] == "ephemeral"
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

    async def run(self, *operations: Operation) -> list[Any]:
        if any(isinstance(one, Get) for one in operations):
            self.asked.set()
            await self.go.wait()
        return await super().run(*operations)


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
    rig.api.faults["response_url"].append(broken(404))
    await rig.send(shortcut("oversight", rig.api.response_url()))
    assert [(call.method, call.error) for call in rig.api.sent] == [
        ("response_url", "broken"),
        ("chat.postEphemeral", None),
    ]


UNDELIVERED = [
    ("response_url", "broken"),
    ("chat.postEphemeral", "user_not_in_channel"),
    ("chat.postMessage", "channel_not_found"),
    ("chat.postMessage", None),
]


@pytest.mark.parametrize(("text", "lang"), [("oversight", "en"), ("es: oversight", "es"), ("agents at my door", "en")])
async def test_a_shortcuts_answer_that_cannot_be_delivered_is_told_in_the_messages_thread_without_it(
    rig: Rig, text: str, lang: str
) -> None:
    rig.api.faults["response_url"].append(broken(404))
    rig.api.world.channels["C1"].members.discard("U1")
    del rig.api.world.channels["D1"]
    await rig.send(shortcut(text, rig.api.response_url()))
    assert [(call.method, call.error) for call in rig.api.sent] == UNDELIVERED
    told = rig.api.sent[-1].args
    assert (told["text"], told["thread_ts"]) == (rig.phrases(lang).ephemeral_failed, "1690000000.000100")


async def test_a_shortcut_on_a_message_in_a_thread_is_told_in_that_thread(rig: Rig) -> None:
    rig.api.world.channels["C1"].members.discard("U1")
    del rig.api.world.channels["D1"]
    payload = shortcut("oversight", "")
    payload["message"]["thread_ts"] = "1680000000.000100"
    await rig.send(payload)
    assert rig.api.sent[-1].args["thread_ts"] == "1680000000.000100"


async def test_where_the_bot_cannot_write_either_there_is_a_code_in_the_log_and_nothing_more(rig: Rig) -> None:
    rig.api.faults["response_url"].append(broken(404))
    del rig.api.world.channels["D1"]
    url = rig.api.response_url("CPRIVATE")
    response = await rig.send(shortcut("oversight", url, channel="CPRIVATE"))
    assert response.status_code == 200
    assert [(call.method, call.error) for call in rig.api.sent] == [
        ("response_url", "broken"),
        ("chat.postEphemeral", "channel_not_found"),
        ("chat.postMessage", "channel_not_found"),
        ("chat.postMessage", "channel_not_found"),
    ]
    assert (rig.fallen("response_url_404"), rig.fallen("channel_not_found")) == (1, 3)
    assert "faqbot_replies_total{" not in rig.metrics


async def test_what_concerns_a_shortcut_where_the_bot_is_not_goes_through_its_own_url(rig: Rig) -> None:
    """A failure, and a request to wait: an ephemeral message could not reach that channel."""
    await rig.send(shortcut("explode", rig.api.response_url("CPRIVATE"), channel="CPRIVATE"))
    for _ in range(19):
        await rig.send(command("oversight"))
    await rig.send(shortcut("oversight", rig.api.response_url("CPRIVATE"), channel="CPRIVATE"))
    failed, wait = rig.api.sent
    assert {(call.method, call.args["response_type"]) for call in rig.api.sent} == {("response_url", "ephemeral")}
    assert failed.args["text"].startswith(rig.phrases().failed.partition("{")[0])
    assert wait.args["text"].startswith(rig.phrases().rate_limited.partition("{")[0])


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


@pytest.mark.parametrize(
    ("sent_before", "method"), [(0.0, "response_url"), (290.0, "chat.postEphemeral")], ids=["at once", "late"]
)
async def test_the_half_hour_of_a_response_url_begins_when_slack_sent_it(
    api: SlackApi,
    slack_catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
    sent_before: float,
    method: str,
) -> None:
    """The work takes 25 minutes and 20 seconds; five minutes more, before it arrived, are too many."""
    asked, go, passed = asyncio.Event(), asyncio.Event(), [0.0]
    steady = SimpleNamespace(monotonic=lambda: time.monotonic() + passed[0])
    monkeypatch.setattr("bot.slack.sending.response_url.time", steady)
    async with running(api, slack_catalogue, pace=replace(FAST, ack_seconds=0.0)) as rig:
        obey, when = rig.services.desk.command, time.time() - sent_before

        async def command_takes_long(*what: Any) -> Outcome:
            asked.set()
            await go.wait()
            return await obey(*what)

        monkeypatch.setattr(rig.services.desk, "command", command_takes_long)
        sending = asyncio.ensure_future(rig.send(command("oversight", api.response_url()), when))
        await asked.wait()
        passed[0] += 1_520.0
        asyncio.get_running_loop().call_later(0.02, go.set)
        await sending
        assert [(call.method, call.error) for call in api.sent] == [(method, None)]


async def test_a_late_answer_that_cannot_be_delivered_is_told_in_the_channel_without_it(
    api: SlackApi, slack_catalogue: Catalogue
) -> None:
    store = SlowStore()
    api.faults["response_url"].append(broken(404))
    api.world.channels["C1"].members.discard("U1")
    del api.world.channels["D1"]
    async with running(api, slack_catalogue, pace=replace(FAST, ack_seconds=0.0), store=store) as rig:
        sending = asyncio.ensure_future(rig.send(command("oversight", api.response_url())))
        await store.asked.wait()
        asyncio.get_running_loop().call_later(0.02, store.go.set)
        await sending
        assert [(call.method, call.error) for call in api.sent] == UNDELIVERED
        assert api.sent[-1].args["text"] == rig.phrases().ephemeral_failed


async def test_sharing_posts_the_answer_for_everyone_and_takes_the_private_one_away(rig: Rig) -> None:
    phrases = rig.services.conversation.catalogue.edition("en").phrases
    url = rig.api.response_url()
    code = Action(Verb.SHARE, "oversight", "en").code
    await rig.send(press(code, url, private=True, thread=None, row="share"))
    public, done = rig.api.sent
    assert (public.method, public.args["response_type"]) == ("response_url", "in_channel")
    assert public.args["replace_original"] is False
    assert public.args["text"].startswith(shared_by(phrases, "U1"))
    assert "<@U1>" in str(public.args["blocks"][0])
    assert "Who checks" in public.args["text"]
    assert done.args == {
        "text": phrases.shared_done,
        "blocks": done.args["blocks"],
        "replace_original": True,
        "unfurl_links": False,
        "unfurl_media": False,
    }


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("verb", [Verb.SIGNPOST, Verb.LAW, Verb.TERM])
async def test_what_answers_beside_the_entries_is_shared_without_its_sources(rig: Rig, verb: Verb, lang: str) -> None:
    name = {Verb.SIGNPOST: "schools", Verb.LAW: "ab-60", Verb.TERM: "detainer"}[verb]
    await rig.send(press(Action(Verb.SOURCES_OF, f"{verb}-{name}", lang).code, rig.api.response_url()))
    (alone,) = rig.api.sent
    buttons = [one for block in alone.args["blocks"] for one in block.get("elements", ()) if one["type"] == "button"]
    code = next(one["value"] for one in buttons if one["text"]["text"] == rig.phrases(lang).share)
    await rig.send(press(code, rig.api.response_url(), private=True, row="ways"))
    public, done = rig.api.sent[1:]
    assert (public.args["response_type"], done.args["text"]) == ("in_channel", rig.phrases(lang).shared_done)
    title = next(block["text"]["text"] for block in alone.args["blocks"] if block["type"] == "header")
    assert public.args["text"].startswith(f"{shared_by(rig.phrases(lang), 'U1')}\n\n*{title}*")
    assert "https://" not in public.args["text"] or verb is Verb.SIGNPOST


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
    assert [(call.method, call.error) for call in rig.api.sent] == [
        ("chat.postMessage", "is_archived"),
        ("chat.postEphemeral", "is_archived"),
        ("chat.postMessage", None),
    ]


@pytest.mark.parametrize("channel", ["DPEOPLE", "GPEOPLE", "CPRIVATE"])
async def test_what_is_shared_where_the_bot_is_not_gets_there(rig: Rig, channel: str) -> None:
    url = rig.api.response_url(channel)
    await rig.send(press("sh:oversight:en", url, channel=channel, private=True, thread=None, row="share"))
    public, done = rig.api.sent
    assert (public.method, public.args["response_type"], public.error) == ("response_url", "in_channel", None)
    assert public.args["text"].startswith(shared_by(rig.phrases(), "U1"))
    assert done.args["text"] == rig.phrases().shared_done


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("channel", ["DPEOPLE", "GPEOPLE", "CPRIVATE"])
async def test_what_cannot_be_shared_is_told_to_the_one_person(rig: Rig, channel: str, lang: str) -> None:
    rig.api.faults["response_url"].append(broken(404))
    url = rig.api.response_url(channel)
    await rig.send(press(f"sh:oversight:{lang}", url, channel=channel, private=True, thread=None, row="share"))
    assert [(call.method, call.error) for call in rig.api.sent] == [
        ("response_url", "broken"),
        ("chat.postMessage", "channel_not_found"),
        ("response_url", None),
    ]
    told = rig.api.sent[-1].args
    assert (told["text"], told["response_type"]) == (rig.phrases(lang).share_failed, "ephemeral")


async def test_a_shared_topic_that_is_gone_says_so_to_the_one_person(rig: Rig) -> None:
    await rig.send(press("sh:no-such-topic:en", rig.api.response_url(), private=True, row="share"))
    (call,) = rig.api.sent
    assert call.args["response_type"] == "ephemeral"
    assert rig.services.conversation.catalogue.edition("en").phrases.gone in call.args["text"]


async def test_a_command_or_shortcut_sent_again_is_answered_once(rig: Rig) -> None:
    recorded = command("oversight", rig.api.response_url())
    answers = [await rig.send(recorded) for _ in range(2)]
    assert "Who checks" in answers[0].json()["text"]
    assert answers[1].text == ""
    chosen = shortcut("oversight", rig.api.response_url())
    for _ in range(2):
        await rig.send(chosen)
    assert [call.method for call in rig.api.sent] == ["response_url"]
