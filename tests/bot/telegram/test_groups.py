"""Groups: the bot speaks only when spoken to, in reply and in the same topic, and sends personal matters elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.telegram.render.keyboards import GROUP_ROWS
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import Bot, labels
from tests.fakes.telegram.world import BOT_ID, NOW, USERNAME, Chat, Person

QUESTION = "who checks that ICE task forces follow the rules?"
URGENT = "ice is at my door what do i do"


@pytest.fixture
def group(bot: Bot) -> Chat:
    return bot.api.world.group()


async def test_a_mention_is_answered_as_a_reply_without_the_mention_being_read(
    bot: Bot, ana: Person, group: Chat, catalogue: Catalogue
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME.lower()} {QUESTION}", group)
    assert answer["text"].startswith(catalogue.edition("en").entries["oversight"].title)
    assert answer["reply_to_message"]["text"].endswith(QUESTION)
    (call,) = bot.api.made("sendMessage")
    assert call["reply_parameters"].count('"allow_sending_without_reply": true') == 1


async def test_a_reply_to_the_bot_is_answered(
    bot: Bot, ana: Person, group: Chat, later: Callable[[float], None]
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    later(4)
    (second,) = await bot.hears(ana, "2", group, reply_to=answer)
    assert second["text"] != answer["text"]
    assert second["reply_to_message"]["text"] == "2"


@pytest.mark.parametrize("text", ["lol", "haha that's funny", "rofl", "jejeje xd", "jajaja", "😂", "..."])
async def test_a_laugh_in_reply_to_the_bot_is_left_alone_and_what_was_on_offer_stays(
    bot: Bot, ana: Person, group: Chat, later: Callable[[float], None], text: str
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    later(4)
    assert await bot.hears(ana, text, group, reply_to=answer) == []
    (second,) = await bot.hears(ana, "2", group, reply_to=answer)
    assert second["text"].startswith(answer["text"].partition("\n")[0])
    later(4)
    (told,) = await bot.hears(ana, f"@{USERNAME} {text}", group)
    assert told["text"]


@pytest.mark.parametrize(
    "text",
    [QUESTION, "@SomeOtherBot " + QUESTION, f"write to x@{USERNAME}.example", "/topics@SomeOtherBot", "/weather",
     "/faq@SomeOtherBot sb 54", f"{USERNAME} {QUESTION}"],
)  # fmt: skip
async def test_what_is_not_meant_for_it_is_not_answered_even_if_it_sees_it(
    bot: Bot, ana: Person, group: Chat, text: str
) -> None:
    group.sees_all = True
    assert await bot.hears(ana, text, group) == []


async def test_other_bots_channels_and_own_inline_results_are_not_answered(bot: Bot, ana: Person, group: Chat) -> None:
    robot = Person(ana.id + 500, "Robot", is_bot=True)
    assert await bot.hears(robot, f"@{USERNAME} {QUESTION}", group) == []
    assert await bot.hears(ana, f"@{USERNAME} {QUESTION}", group, is_automatic_forward=True) == []
    assert await bot.hears(ana, QUESTION, group, via_bot=bot.api.world.bot) == []


async def test_an_anonymous_admin_is_answered(bot: Bot, group: Chat) -> None:
    anonymous = Person(1087968824, "Group", is_bot=True, language_code=None)
    (answer,) = await bot.hears(anonymous, f"@{USERNAME} {QUESTION}", group, sender_chat=group.data())
    assert answer["reply_to_message"]["sender_chat"]["id"] == group.id


async def test_a_mention_by_link_counts_and_a_bare_mention_gets_help(
    bot: Bot, ana: Person, group: Chat, phrases: Phrases, later: Callable[[float], None]
) -> None:
    entity = {"type": "text_mention", "offset": 2, "length": 3, "user": bot.api.world.bot}
    group.sees_all = True
    (answer,) = await bot.hears(ana, f"😀Bot {QUESTION}", group, entities=[entity])
    assert "task force" in answer["text"].lower()
    later(4)
    (help_,) = await bot.hears(ana, f"@{USERNAME}", group)
    assert help_["text"].startswith(phrases.help_telegram.splitlines()[0])


@pytest.mark.parametrize(
    "question", ["is this true?", "really?", "¿es cierto?", "source?", "", "can you answer this?", "is this correct?"]
)
async def test_a_mention_in_reply_to_a_claim_answers_the_claim(
    bot: Bot, ana: Person, luz: Person, group: Chat, phrases: Phrases, question: str
) -> None:
    group.sees_all = True
    claim = await bot.api.world.says(luz, "can local police help ICE?", group)
    await bot.settle()
    (answer,) = await bot.hears(ana, f"@{USERNAME} {question}".strip(), group, reply_to=claim)
    assert "start=w_local-police_" in str(answer["reply_markup"])
    assert ("_es" in str(answer["reply_markup"])) == (question == "¿es cierto?")


async def test_only_the_quoted_part_of_a_message_is_answered(bot: Bot, ana: Person, luz: Person, group: Chat) -> None:
    group.sees_all = True
    long = await bot.api.world.says(luz, "the weather is fine. can local police help ICE? and more of that", group)
    await bot.settle()
    quote = {"text": "can local police help ICE?", "position": 21}
    (answer,) = await bot.hears(ana, f"@{USERNAME}", group, reply_to=long, quote=quote)
    assert "start=w_local-police_en" in str(answer["reply_markup"])


async def test_a_question_of_its_own_in_reply_to_somebody_is_answered_itself(
    bot: Bot, ana: Person, luz: Person, group: Chat, catalogue: Catalogue
) -> None:
    group.sees_all = True
    claim = await bot.api.world.says(luz, "can local police help ICE?", group)
    await bot.settle()
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group, reply_to=claim)
    assert answer["text"].startswith(catalogue.edition("en").entries["oversight"].title)


async def test_tell_me_more_in_reply_to_an_old_answer_to_somebody_else_leads_to_the_rest_of_it(
    bot: Bot, ana: Person, luz: Person, group: Chat, catalogue: Catalogue, later: Callable[[float], None]
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} can local police help ICE?", group)
    later(3_600)
    (more,) = await bot.hears(luz, "tell me more", group, reply_to=answer)
    assert more["text"] == catalogue.edition("en").entries["local-police"].title
    url = more["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert url == f"https://t.me/{USERNAME}?start=w_local-police_en"
    later(4)
    (spanish,) = await bot.hears(luz, "¿y en español?", group, reply_to=answer)
    assert catalogue.edition("es").entries["local-police"].title in spanish["text"]


@pytest.mark.parametrize(
    ("said", "lang"), [("repeat that", "en"), ("en español", "es"), ("¿y en español?", "es"), ("share here", "en")]
)
async def test_a_reply_of_somebody_else_to_an_answer_is_about_the_point_that_led_it(
    bot: Bot,
    ana: Person,
    luz: Person,
    group: Chat,
    catalogue: Catalogue,
    later: Callable[[float], None],
    said: str,
    lang: str,
) -> None:
    question = "can the sheriff hold me two more days because ICE asked"
    (answer,) = await bot.hears(ana, f"@{USERNAME} {question}", group)
    later(3_600)
    (again,) = await bot.hears(luz, said, group, reply_to=answer)
    points = {point.id: point for point in catalogue.edition(lang).entries["local-police"].points}
    assert points["holds-warrants"].text in again["text"]


async def test_a_caption_that_mentions_it_is_read_and_media_without_words_are_not(
    bot: Bot, ana: Person, group: Chat, phrases: Phrases
) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group, photo=photo)
    assert answer["text"].startswith(phrases.file_unread)
    assert await bot.hears(ana, "", group, photo=photo, reply_to=answer) == []


async def test_files_that_are_meant_for_it_are_politely_declined(
    bot: Bot, ana: Person, luz: Person, group: Chat, phrases: Phrases, later: Callable[[float], None]
) -> None:
    voice = {"file_id": "a", "file_unique_id": "b", "duration": 3}
    group.sees_all = True
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    assert await bot.hears(luz, "", group, voice=voice) == [], "none of its business"
    spoken = list(group.messages.values())[-1]
    meant: list[dict[str, Any]] = [
        {"text": f"@{USERNAME}", "voice": voice},
        {"text": "", "voice": voice, "reply_to": answer},
        {"text": f"@{USERNAME}", "reply_to": spoken},
    ]
    for fields in meant:
        later(4)
        (declined,) = await bot.hears(ana, fields.pop("text"), group, **fields)
        assert declined["text"].startswith(phrases.text_only), fields


async def test_commands_work_with_and_without_its_name(
    bot: Bot, ana: Person, group: Chat, catalogue: Catalogue, phrases: Phrases, later: Callable[[float], None]
) -> None:
    title = catalogue.edition("en").entries["immigration-enforcement"].title
    for command in ("/faq sb 54", f"/faq@{USERNAME} sb 54", f"/topic@{USERNAME.upper()} sb 54"):
        (answer,) = await bot.hears(ana, command, group)
        assert answer["text"].startswith(title)
        later(4)
    for command in ("/faq", f"/faq@{USERNAME}", f"/topics@{USERNAME}"):
        (menu,) = await bot.hears(ana, command, group)
        assert menu["text"].startswith(phrases.topics_heading)
        later(4)
    (named,) = await bot.hears(ana, f"/oversight@{USERNAME}", group)
    assert named["text"].startswith(catalogue.edition("en").entries["oversight"].title)


async def test_spanish_commands_work_in_groups_without_its_name(
    bot: Bot, ana: Person, group: Chat, spanish: Phrases, catalogue: Catalogue
) -> None:
    edition = catalogue.edition("es")
    for command, first in (
        ("/temas", spanish.topics_heading),
        ("/tema", spanish.topics_heading),
        ("/tema 16", edition.by_number(16).title),  # type: ignore[union-attr]
        ("/tema16", edition.by_number(16).title),  # type: ignore[union-attr]
        ("/tema_16", edition.by_number(16).title),  # type: ignore[union-attr]
        ("/tema_sb_54", edition.by_number(15).title),  # type: ignore[union-attr]
        ("/ayuda", spanish.help_telegram.splitlines()[0]),
        ("/privacidad", spanish.privacy.title),
        ("/idioma", spanish.language_question),
    ):
        (message,) = await bot.hears(ana, command, group)
        assert message["text"].startswith(first), command


@pytest.mark.parametrize(
    ("command", "lang"), [("/sos", "en"), ("/SOS", "en"), ("/auxilio", "es"), (f"/sos@{USERNAME}", "en")]
)
async def test_a_cry_for_help_in_one_command_is_heard_in_a_group(
    bot: Bot, ana: Person, group: Chat, catalogue: Catalogue, command: str, lang: str
) -> None:
    (answer,) = await bot.hears(ana, command, group)
    assert answer["text"] == catalogue.edition(lang).phrases.private_matter
    assert answer["reply_markup"]["inline_keyboard"][0][0]["url"].endswith("start=help-unclear")


async def test_answers_stay_in_the_forum_topic_they_were_asked_in(
    bot: Bot, ana: Person, later: Callable[[float], None]
) -> None:
    forum = bot.api.world.group(forum=True, topics=[42])
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", forum, thread=42)
    assert answer["message_thread_id"] == 42
    later(4)
    _, (related,) = await bot.pressed(ana, answer, data="t:training:en")
    assert related["message_thread_id"] == 42


async def test_a_group_gets_the_first_message_and_a_link_to_the_rest(
    bot: Bot, ana: Person, group: Chat, catalogue: Catalogue, phrases: Phrases
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    rows = answer["reply_markup"]["inline_keyboard"]
    assert labels(answer) == [phrases.whole_answer, phrases.helpful, phrases.not_helpful, phrases.wrong]
    assert rows[0][0]["url"] == f"https://t.me/{USERNAME}?start=w_oversight_en"
    assert phrases.points_heading not in answer["text"]
    (whole,) = await bot.hears(ana, f"/start {rows[0][0]['url'].partition('=')[2]}")
    assert catalogue.edition("en").entries["oversight"].points[-1].text in whole["text"]


async def test_the_message_that_opened_a_forum_topic_is_no_reply_to_the_bot(bot: Bot, ana: Person) -> None:
    forum = bot.api.world.group(forum=True, topics=[42])
    forum.sees_all = True
    opener = {
        "message_id": 42, "date": NOW, "chat": forum.data(), "from": bot.api.world.bot,
        "forum_topic_created": {"name": "Q", "icon_color": 1}, "message_thread_id": 42, "is_topic_message": True,
    }  # fmt: skip
    assert await bot.hears(ana, QUESTION, forum, thread=42, reply_to=opener) == []


async def test_a_thread_of_replies_outside_forums_is_not_taken_for_a_topic(bot: Bot, ana: Person, group: Chat) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group, message_thread_id=77)
    assert "message_thread_id" not in answer


async def test_an_answer_survives_the_question_being_deleted(bot: Bot, ana: Person, group: Chat) -> None:
    message = await bot.api.world.says(ana, f"@{USERNAME} {QUESTION}", group)
    del group.messages[message["message_id"]]
    await bot.settle()
    (answer,) = bot.api.said(group)
    assert "reply_to_message" not in answer


async def test_urgent_matters_get_one_line_and_a_link_that_leads_straight_to_the_help(
    bot: Bot, ana: Person, group: Chat, catalogue: Catalogue, phrases: Phrases
) -> None:
    (line,) = await bot.hears(ana, f"@{USERNAME} {URGENT}", group)
    assert line["text"] == phrases.private_matter
    assert labels(line) == [phrases.continue_privately]
    url = line["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert url == f"https://t.me/{USERNAME}?start=help-door"
    (help_,) = await bot.hears(ana, "/start help-door")
    assert help_["text"].startswith(catalogue.edition("en").urgent["door"].title)


@pytest.mark.parametrize(
    ("text", "payload"), [("移民局的人在我家门口", "help-zh-hans"), ("du coup c'est quoi ce bot", "card-fr")]
)
async def test_what_is_written_in_another_language_gets_its_line_and_the_card_in_the_private_chat_alone(
    bot: Bot, ana: Person, group: Chat, catalogue: Catalogue, text: str, payload: str
) -> None:
    (line,) = await bot.hears(ana, f"@{USERNAME} {text}", group)
    card = catalogue.language_cards[payload.partition("-")[2]]
    assert (line["text"], labels(line)) == (card.private_matter, [card.continue_privately])
    assert payload_of(line) == payload
    (shown,) = await bot.hears(ana, f"/start {payload}")
    first, second = (card.heading, card.about) if payload.startswith("help-") else (card.about, card.heading)
    assert 0 <= shown["text"].index(first) < shown["text"].index(second)


NUMBER = "my A-number is A123-456-789"


def payload_of(line: dict[str, Any]) -> str:
    """Return what the link under a message starts the private chat with."""
    return str(line["reply_markup"]["inline_keyboard"][0][0]["url"]).partition("?start=")[2]


@pytest.mark.parametrize(
    ("question", "lang"), [(QUESTION, "en"), ("¿quién supervisa los grupos operativos de ICE?", "es")]
)
async def test_a_personal_number_is_not_pointed_out_to_the_group_and_the_private_chat_asks_not_to_share_it(
    bot: Bot, ana: Person, luz: Person, group: Chat, catalogue: Catalogue, question: str, lang: str
) -> None:
    edition, person = catalogue.edition(lang), ana if lang == "en" else luz
    (line,) = await bot.hears(person, f"@{USERNAME} {question} {NUMBER}", group)
    assert line["text"] == edition.phrases.private_matter
    (answer,) = await bot.hears(person, f"/start {payload_of(line)}")
    assert answer["text"].startswith(f"{edition.phrases.caution_personal}\n\n{edition.entries['oversight'].title}")


async def test_a_number_in_a_message_without_an_answer_leads_to_the_welcome_with_the_caution(
    bot: Bot, ana: Person, group: Chat, phrases: Phrases
) -> None:
    (line,) = await bot.hears(ana, f"@{USERNAME} 123-45-6789", group)
    assert line["text"] == phrases.private_matter
    (welcome,) = await bot.hears(ana, f"/start {payload_of(line)}")
    assert welcome["text"] == f"{phrases.caution_personal}\n\n{phrases.welcome}"


async def test_a_number_in_an_urgent_message_leads_straight_to_the_help(bot: Bot, ana: Person, group: Chat) -> None:
    (line,) = await bot.hears(ana, f"@{USERNAME} {URGENT} {NUMBER}", group)
    assert payload_of(line) == "help-door"


async def test_questions_that_come_at_once_are_all_answered(bot: Bot, group: Chat, catalogue: Catalogue) -> None:
    asked = ("oversight", "training", "local police", "complaints", "what is shared")
    for number, words in enumerate(asked):
        await bot.api.world.says(bot.api.world.person(str(number)), f"@{USERNAME} /topic {words}", group)
    await bot.settle()
    entries = catalogue.edition("en").entries
    told = [message["text"] for message in bot.api.said(group)]
    slugs = ("oversight", "training", "local-police", "feedback-complaints", "what-is-shared")
    assert sorted(slug for text in told for slug in slugs if entries[slug].title in text) == sorted(slugs)
    assert len(told) == len(asked), "no request to wait, no silence"


async def test_votes_in_a_group_are_counted_once_a_person_and_the_buttons_stay_for_others(
    bot: Bot, ana: Person, luz: Person, group: Chat, phrases: Phrases
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    for person in (ana, ana, luz, ana):
        toast, new = await bot.pressed(person, answer, phrases.helpful)
        assert (toast["text"], new) == (phrases.feedback_thanks, [])
    assert bot.count("faqbot_feedback_total", platform="telegram", entry="oversight", helpful="yes") == 2


@pytest.mark.parametrize(
    ("asked", "statement"),
    [(QUESTION, "oversight"), ("what is SB 580", "law/sb-580"), ("what is a detainer", "term/detainer")],
)
async def test_what_is_wrong_in_a_group_can_be_said_without_a_word_in_the_open(
    bot: Bot, ana: Person, luz: Person, group: Chat, phrases: Phrases, asked: str, statement: str
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {asked}", group)
    for person in (ana, luz, ana):
        toast, new = await bot.pressed(person, answer, phrases.wrong)
        assert (toast["text"], new) == (phrases.wrong_thanks, [])
    assert bot.count("faqbot_feedback_total", platform="telegram", entry=statement, helpful="wrong") == 2
    assert len(answer["reply_markup"]["inline_keyboard"]) <= GROUP_ROWS


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_who_was_not_helped_in_a_group_reads_alone_whom_to_turn_to(
    bot: Bot, ana: Person, group: Chat, catalogue: Catalogue, lang: str
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    for _ in range(2):
        alert, new = await bot.pressed(ana, answer, data=f"x:oversight:{lang}")
        assert new == []
        assert alert["show_alert"] == "true", "a toast is gone before it is read"
        edition = catalogue.edition(lang)
        assert edition.phrases.person_heading in alert["text"]
        assert alert["text"].endswith(str(edition.resources["cdss-legal"].url))


async def test_a_button_pressed_too_soon_is_answered_to_the_presser_alone(
    bot: Bot, ana: Person, group: Chat, phrases: Phrases
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {QUESTION}", group)
    _, new = await bot.pressed(ana, answer, data="t:training:en")
    assert len(new) == 1
    toast, new = await bot.pressed(ana, answer, data="t:oversight:en")
    assert new == []
    assert toast["text"] == phrases.rate_limited.format(seconds=3)


async def test_it_says_hello_once_when_added(bot: Bot, ana: Person, group: Chat, phrases: Phrases) -> None:
    await bot.api.world.adds_bot(ana, group)
    await bot.settle()
    (hello,) = bot.api.said(group)
    assert hello["text"] == phrases.group_hello.format(name=f"@{USERNAME}")
    await bot.api.world.removes_bot(ana, group)
    await bot.api.world.adds_bot(ana, group)
    await bot.settle()
    assert len(bot.api.said(group)) == 1


async def test_being_made_an_admin_or_added_to_a_channel_is_no_reason_to_speak(
    bot: Bot, ana: Person, group: Chat
) -> None:
    channel = bot.api.world.group()
    channel.type = "channel"
    await bot.api.world.adds_bot(ana, channel)
    await bot.api.world._member(ana, group, "member", "left")
    await bot.settle()
    assert bot.api.made("sendMessage") == []


async def test_hello_is_said_in_the_language_of_who_added_it(
    bot: Bot, luz: Person, group: Chat, spanish: Phrases
) -> None:
    await bot.api.world.adds_bot(luz, group)
    await bot.settle()
    assert bot.api.said(group)[0]["text"] == spanish.group_hello.format(name=f"@{USERNAME}")


async def test_a_group_that_becomes_a_supergroup_is_followed_and_not_greeted_again(bot: Bot, ana: Person) -> None:
    group = bot.api.world.group(supergroup=False)
    await bot.api.world.adds_bot(ana, group)
    await bot.settle()
    await bot.api.world.says(ana, f"@{USERNAME} {QUESTION}", group)
    new = await bot.api.world.migrates(ana, group)
    await bot.settle()
    assert len(bot.api.said(group)) == 1
    (answer,) = bot.api.said(new)
    assert "reply_to_message" not in answer
    assert answer["chat"]["id"] == new.id


async def test_a_group_that_bars_it_from_writing_is_left_in_peace(bot: Bot, ana: Person, group: Chat) -> None:
    group.closed = True
    assert await bot.hears(ana, f"@{USERNAME} {QUESTION}", group) == []
    assert bot.count("faqbot_errors_total", platform="telegram", code="BadRequest") == 1


async def test_a_group_that_threw_it_out_is_no_error_that_stops_it(bot: Bot, ana: Person, group: Chat) -> None:
    message = await bot.api.world.says(ana, f"@{USERNAME} {QUESTION}", group)
    assert message["from"]["id"] != BOT_ID
    group.bot_status = "kicked"
    await bot.settle()
    assert bot.count("faqbot_errors_total", platform="telegram", code="Forbidden") == 1
    assert len(await bot.hears(ana, QUESTION)) == 1


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("what is SB 627", "b-sb-627"),
        ("what is a detainer", "d-detainer"),
        ("where do I find free legal help", "s-legal-help"),
    ],
)
async def test_a_reply_to_any_old_answer_is_about_that_one(
    bot: Bot, ana: Person, luz: Person, group: Chat, question: str, shown: str, later: Callable[[float], None]
) -> None:
    (answer,) = await bot.hears(ana, f"@{USERNAME} {question}", group)
    later(3_600)
    await bot.hears(luz, f"@{USERNAME} {QUESTION}", group)
    (sources,) = await bot.hears(luz, "source?", group, reply_to=answer)
    assert sources["text"] == answer["text"].splitlines()[0]
    url = sources["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert url == f"https://t.me/{USERNAME}?start=os_{shown}_en"
    (opened,) = await bot.hears(luz, f"/start {url.partition('=')[2]}")
    assert opened["text"].startswith(answer["text"].splitlines()[0])
    assert [entity for entity in opened["entities"] if entity["type"] == "text_link"]


async def test_what_is_kept_is_told_in_private(bot: Bot, ana: Person, group: Chat, catalogue: Catalogue) -> None:
    title = catalogue.edition("en").phrases.privacy.title
    (short,) = await bot.hears(ana, "/privacy", group)
    assert title in short["text"]
    assert len(short["text"]) < 900
    link = short["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert link == f"https://t.me/{USERNAME}?start=privacy"
    (whole,) = await bot.hears(ana, "/start privacy")
    assert all(one.text in whole["text"] for one in catalogue.edition("en").phrases.privacy.kept)
