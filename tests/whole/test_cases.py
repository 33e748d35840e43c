"""What happened when the bot was used and attacked: each reported case, and the test that holds what was mended.

Cases of small inputs are played here, with the real matcher, by the desk that all platforms share.
"""

from __future__ import annotations

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.message import Author
from bot.dialogue.reply import Answer, Fallback, LawReply, Reply, SmallTalkReply, UrgentReply, type_of
from bot.service.desk import Desk
from bot.service.outcome import Say
from tests.tools.places import TESTS

CASES = {
    "slack channel limit mutes others": (
        "bot/service/test_desk.py",
        "presses_are_limited_by_person_and_may_always_be_told_the_wait",
    ),
    "slack threads of a direct message mixed": (
        "bot/slack/test_questions.py",
        "each_thread_of_a_direct_message_remembers_its_own",
    ),
    "slack edit adds a mention": (
        "bot/slack/test_questions.py",
        "a_mention_added_by_an_edit_is_answered_and_an_edited_one_not_again",
    ),
    "slack emoji beside words": ("whole/test_cases.py", "emoji_beside_words_change_nothing"),
    "slack emoji alone": ("whole/test_cases.py", "emoji_alone_are_no_cry_and_choose_no_language"),
    "slack forwarded message": ("bot/slack/test_questions.py", "the_words_of_a_forwarded_message_are_answered"),
    "slack Home with one button twice": (
        "bot/slack/test_home.py",
        "a_page_has_no_two_buttons_that_do_the_same_in_one_row",
    ),
    "slack late app_uninstalled": (
        "bot/slack/setup/test_installs.py",
        "what_tells_late_of_an_earlier_installation_leaves_the_newer_one",
    ),
    "slack organisation-wide install": (
        "bot/slack/setup/test_installs.py",
        "an_installation_that_would_fall_silent_is_refused_by_name",
    ),
    "slack outage, delivered again": (
        "bot/slack/sending/test_delivery.py",
        "an_outage_longer_than_the_bots_patience_loses_no_answer",
    ),
    "slack restricted_action": (
        "bot/slack/sending/test_delivery.py",
        "where_the_bot_may_not_write_the_asker_is_answered_alone",
    ),
    "slack token rotation": (
        "bot/slack/setup/test_installs.py",
        "an_installation_that_would_fall_silent_is_refused_by_name",
    ),
    "slack passing refusal": (
        "bot/slack/sending/test_delivery.py",
        "what_slack_refuses_just_now_in_whatever_form_is_answered_when_it_is_delivered_again",
    ),
    "telegram 01 lost after an outage": (
        "bot/telegram/sending/test_delivery.py",
        "after_four_failures_the_update_is_not_done_and_answered_once_when_it_comes_again",
    ),
    "telegram 02 flood wait freezes all": (
        "bot/telegram/sending/test_lanes.py",
        "a_group_in_flood_wait_silences_nobody_else",
    ),
    "telegram 03 slow chat while polling": ("bot/telegram/sending/test_lanes.py", "a_slow_chat_holds_up_nobody_else"),
    "telegram 04 poller dies": ("bot/telegram/test_polling.py", "whatever_comes_in_place_of_updates_is_waited_out"),
    "telegram 05 urgent after a long story": ("whole/test_cases.py", "distress_is_found_behind_a_long_story"),
    "telegram 06 cries for help": ("whole/test_cases.py", "a_cry_for_help_gets_it"),
    "telegram 07 topic by number": ("whole/test_cases.py", "a_topic_is_found_by_its_number_in_any_form"),
    "telegram 08 reply to a claim": ("bot/telegram/test_groups.py", "a_mention_in_reply_to_a_claim_answers_the_claim"),
    "telegram 08 more, in reply to an old answer": (
        "bot/telegram/test_groups.py",
        "tell_me_more_in_reply_to_an_old_answer_to_somebody_else_leads_to_the_rest_of_it",
    ),
    "telegram 09 inline empty": ("bot/telegram/test_inline.py", "common_queries_offer_something"),
    "telegram 10 /start with anything": ("bot/telegram/test_private.py", "start_with_anything_is_looked_up"),
    "telegram 11 Spanish commands in groups": (
        "bot/telegram/test_groups.py",
        "spanish_commands_work_in_groups_without_its_name",
    ),
    "telegram 12 release meets a 429": (
        "bot/telegram/test_release.py",
        "a_short_wait_that_telegram_asks_for_is_waited_out_whatever_is_set",
    ),
    "telegram 13 release with a bad address": (
        "bot/telegram/test_release.py",
        "an_address_that_telegram_does_not_take_is_said_so_with_what_it_takes",
    ),
    "telegram 14 gibberish is no Spanish": ("whole/test_cases.py", "gibberish_and_shared_words_choose_no_language"),
    "telegram 14 a language's code as a command": ("whole/test_cases.py", "a_command_that_names_a_language_chooses_it"),
    "telegram 15 double tap": (
        "bot/telegram/sending/test_delivery.py",
        "a_nervous_finger_gets_one_answer_and_every_press_is_answered",
    ),
    "telegram 16 pace of a group": ("bot/telegram/test_groups.py", "questions_that_come_at_once_are_all_answered"),
    "telegram 17 topic that is gone": (
        "bot/telegram/sending/test_delivery.py",
        "a_topic_that_is_gone_gets_its_answer_in_the_chat",
    ),
    "telegram 18 reset after sending": (
        "bot/telegram/sending/test_delivery.py",
        "a_message_whose_confirmation_is_lost_is_not_sent_twice",
    ),
    "telegram 19 release from a checkout": ("bot/cli/test_environment.py", "every_command_of_an_operator_reads_it"),
    "telegram 20 a tab after the command": ("bot/telegram/test_commands.py", "a_tab_parts_a_command_from_its_topic"),
}
"""By case, the file and the test that would fail if it happened again."""


@pytest.mark.parametrize("case", CASES)
def test_every_case_has_its_test(case: str) -> None:
    file, name = CASES[case]
    assert f"def test_{name}(" in (TESTS / file).read_text("utf-8")


class Person:
    """Somebody alone with the bot."""

    def __init__(self, conversation: Conversation, name: str = "cases") -> None:
        self.conversation = conversation
        self._desk = Desk(conversation)
        self._author = Author(platform="telegram", person=name, conversation=name, met=True, locale="en")

    async def says(self, text: str) -> Reply:
        """Return the reply to a message, or to a command."""
        if text.startswith("/"):
            name, _, rest = text.removeprefix("/").partition(" ")
            outcome = await self._desk.command(name, rest, self._author)
        else:
            outcome = await self._desk.ask(text, self._author)
        assert isinstance(outcome, Say)
        return outcome.reply


@pytest.fixture
def person(conversation: Conversation) -> Person:
    return Person(conversation)


@pytest.mark.parametrize(
    "text",
    ["/tema 16", "/topic_16", "/topic16", "/topics 16", "/TOPIC16", "topic 16", "tema 16", "question 16",
     "pregunta 16", "number 16", "no. 16", "/topic 16", "16 :eyes:"],
)  # fmt: skip
async def test_a_topic_is_found_by_its_number_in_any_form(text: str, person: Person) -> None:
    reply = await person.says(text)
    assert isinstance(reply, Answer)
    assert reply.number == 16
    assert reply.lang == ("es" if "tema" in text or "pregunta" in text else "en")


async def test_a_law_is_found_behind_the_word_topic(person: Person) -> None:
    reply = await person.says("topic sb 54")
    assert isinstance(reply, Answer | LawReply)
    assert "SB 54" in reply.title


@pytest.mark.parametrize("text", ["SOS", "/sos", "help!!!", "HELP", "AYUDA!!!", "socorro", "🆘", "911"])
async def test_a_cry_for_help_gets_it(text: str, person: Person) -> None:
    reply = await person.says(text)
    assert isinstance(reply, UrgentReply)
    assert any("911" in step for step in reply.steps)


async def test_distress_is_found_behind_a_long_story(person: Person) -> None:
    story = "I have lived here twenty years and I work at a restaurant and have two kids in school. " * 12
    reply = await person.says(f"{story}Right now ICE agents are knocking at my door, what do I do?")
    assert isinstance(reply, UrgentReply)
    assert reply.kind == "door"


async def test_emoji_beside_words_change_nothing(person: Person) -> None:
    for words in ("detainers", "16", "oversight", "help"):
        assert await person.says(f"{words} :thinking_face:") == await person.says(words)


@pytest.mark.parametrize("text", [":eyes:", ":thinking_face:", "👀", "👍"])
async def test_emoji_alone_are_no_cry_and_choose_no_language(text: str, person: Person) -> None:
    reply = await person.says(text)
    assert not isinstance(reply, UrgentReply)
    assert reply.lang == "en"


@pytest.mark.parametrize(
    "text", ["👍", "🙏🏽", ":eyes:", "...", ":-)", "rofl", "ROFL!!", "lmao", "haha", "jejeje", "xd", "jsjsjs 😂", "❤️"]
)
async def test_what_asks_nothing_is_refused_nothing(text: str, person: Person) -> None:
    for _ in range(2):
        reply = await person.says(text)
        assert isinstance(reply, SmallTalkReply)
        assert (reply.kind, reply.person) == ("chitchat", None)
    refused = await person.says("what is the weather like in Paris")
    assert refused == await Person(person.conversation, "somebody else").says("what is the weather like in Paris")


@pytest.mark.parametrize("text", ["?", "rofl who knows the weather in Paris"])
async def test_a_question_that_is_not_ours_is_refused_whoever_laughs(text: str, person: Person) -> None:
    assert isinstance(await person.says(text), Fallback)


@pytest.mark.parametrize("text", ["xyz", "xxxx", "/xyz", "no"])
async def test_gibberish_and_shared_words_choose_no_language(text: str, person: Person) -> None:
    reply = await person.says(text)
    assert (reply.lang, type_of(reply) in ("fallback", "smalltalk", "clarify")) == ("en", True)


@pytest.mark.parametrize(("text", "lang"), [("/es", "es"), ("/ES", "es"), ("/español", "es"), ("/en", "en")])
async def test_a_command_that_names_a_language_chooses_it(text: str, lang: str, person: Person) -> None:
    reply = await person.says(text)
    assert (reply.lang, reply) == (lang, await person.says(f"/language {lang}"))
    assert (await person.says("16")).lang == lang
