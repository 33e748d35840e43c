"""Private chats: every message gets a reply, menus change in place, answers are new messages."""

from __future__ import annotations

import pytest

from bot.dialogue.reply import said_aloud
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from intents.distress import CRY
from tests.bot.telegram.conftest import Bot, labels
from tests.fakes.telegram.world import Person

QUESTION = "who checks that ICE task forces follow the rules?"


async def test_start_shows_the_welcome_with_starters_and_the_other_language(
    bot: Bot, ana: Person, phrases: Phrases
) -> None:
    (message,) = await bot.hears(ana, "/start")
    assert message["text"] == phrases.welcome
    assert labels(message)[-2:] == [phrases.all_topics, "Español"]
    assert len(labels(message)) == 6


async def test_start_has_a_line_in_the_language_of_the_persons_telegram(
    bot: Bot, catalogue: Catalogue, phrases: Phrases
) -> None:
    thu = bot.api.world.person("Thu", "vi")
    (message,) = await bot.hears(thu, "/start")
    assert message["text"] == f"{phrases.welcome}\n\n{catalogue.language_cards['vi'].welcome}"


async def test_a_question_is_answered_with_its_entry_and_the_line_of_first_contact_once(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    (first,) = await bot.hears(ana, QUESTION)
    entry = catalogue.edition("en").entries["oversight"]
    assert first["text"].startswith(entry.title)
    assert phrases.welcome_short in first["text"]
    assert entry.short in first["text"]
    (second,) = await bot.hears(ana, QUESTION)
    assert second["text"].startswith(entry.title)
    assert phrases.welcome_short not in second["text"]
    assert "reply_to_message" not in second


async def test_the_whole_answer_keeps_its_background_in_an_expandable_quote(
    bot: Bot, ana: Person, phrases: Phrases
) -> None:
    (message,) = await bot.hears(ana, QUESTION)
    _, (whole,) = await bot.pressed(ana, message, phrases.whole_answer)
    kinds = [entity["type"] for entity in whole["entities"]]
    assert kinds.count("expandable_blockquote") == 1
    assert labels(whole)[-2:] == [phrases.share_link, phrases.wrong]
    call = bot.api.made("sendMessage")[-1]
    assert call["link_preview_options"] == '{"is_disabled": true}'


async def test_sources_are_named_links(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (message,) = await bot.hears(ana, QUESTION)
    _, (sources,) = await bot.pressed(ana, message, phrases.sources_heading)
    assert "text_link" in [entity["type"] for entity in sources["entities"]]
    assert "https://" not in sources["text"]


async def test_an_answer_offers_its_points_the_whole_the_sources_and_votes(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    (message,) = await bot.hears(ana, "oversight")
    entry = catalogue.edition("en").entries["oversight"]
    rows = [[button["text"] for button in row] for row in message["reply_markup"]["inline_keyboard"]]
    assert rows == [
        *[[point.heading] for point in entry.points],
        [phrases.whole_answer, phrases.sources_heading],
        [phrases.helpful, phrases.not_helpful],
        [phrases.wrong],
    ]


async def test_below_a_leading_point_stand_the_related_topics(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    edition = catalogue.edition("en")
    entry = edition.entries["oversight"]
    (message,) = await bot.hears(ana, "oversight")
    _, (led,) = await bot.pressed(ana, message, entry.points[0].heading)
    assert entry.points[0].text in led["text"]
    assert labels(led) == [
        phrases.whole_answer,
        phrases.sources_heading,
        *(edition.entries[slug].short_title for slug in entry.related),
        phrases.helpful,
        phrases.not_helpful,
        phrases.wrong,
    ]


async def test_a_greeting_at_first_contact_gets_the_welcome(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (message,) = await bot.hears(ana, "hello")
    assert message["text"] == phrases.welcome
    (again,) = await bot.hears(ana, "hello")
    assert again["text"] != phrases.welcome


async def test_the_reply_is_in_the_language_of_the_message_else_of_the_app(
    bot: Bot, luz: Person, spanish: Phrases, catalogue: Catalogue
) -> None:
    (welcome,) = await bot.hears(luz, "/start")
    assert welcome["text"] == spanish.welcome
    (answer,) = await bot.hears(luz, "who checks that ICE task forces follow the rules?")
    assert catalogue.edition("en").entries["oversight"].title in answer["text"]


async def test_topics_open_an_overview_whose_groups_and_pages_are_edited_in_place(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    edition = catalogue.edition("en")
    await bot.hears(ana, "/start")
    (menu,) = await bot.hears(ana, "/topics")
    overview = menu["text"]
    assert all(f"{entry.number}. {entry.title}" in overview for entry in edition.entries.values())
    groups = edition.language.groups
    assert labels(menu) == [group.label for group in groups]
    _, new = await bot.pressed(ana, menu, groups[0].label)
    assert new == []
    assert phrases.page.format(page=1, pages=len(groups)) in menu["text"]
    assert labels(menu)[-2:] == [phrases.next_page, phrases.back]
    await bot.pressed(ana, menu, phrases.next_page)
    assert phrases.page.format(page=2, pages=len(groups)) in menu["text"]
    assert labels(menu)[-3:] == [phrases.previous_page, phrases.next_page, phrases.back]
    await bot.pressed(ana, menu, phrases.previous_page)
    await bot.pressed(ana, menu, phrases.back)
    assert menu["text"] == overview


async def test_a_topic_picked_from_the_menu_is_a_new_message(bot: Bot, ana: Person, catalogue: Catalogue) -> None:
    (menu,) = await bot.hears(ana, "/topics")
    await bot.pressed(ana, menu, labels(menu)[0])
    page = menu["text"]
    answer, (new,) = await bot.pressed(ana, menu, labels(menu)[0])
    assert "text" not in answer
    titles = [entry.title for entry in catalogue.edition("en").entries.values()]
    assert new["text"].splitlines()[0] in titles
    assert menu["text"] == page


async def test_pressing_the_page_that_is_shown_changes_nothing_and_is_no_error(bot: Bot, ana: Person) -> None:
    await bot.hears(ana, "/start")
    (menu,) = await bot.hears(ana, "/topics")
    answer, new = await bot.pressed(ana, menu, data="l:0:en")
    assert (answer.get("text"), new) == (None, [])
    assert "message is not modified" in str(bot.api.last("editMessageText").error)
    assert bot.count("faqbot_errors_total", platform="telegram", code="BadRequest") == 0


async def test_topic_shows_an_exact_name_and_only_suggests_a_near_one(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    await bot.hears(ana, "/start")
    (exact,) = await bot.hears(ana, "/topic sb 54")
    assert exact["text"].startswith(catalogue.edition("en").entries["immigration-enforcement"].title)
    (number,) = await bot.hears(ana, "/topic 5")
    assert number["text"].startswith(catalogue.edition("en").entries["oversight"].title)
    (near,) = await bot.hears(ana, "/topic ovresight")
    assert near["text"] == phrases.near_topic
    assert labels(near)[-1] == phrases.none_of_these
    (alone,) = await bot.hears(ana, "/topic")
    assert phrases.topics_heading in alone["text"]
    (alias,) = await bot.hears(ana, "/faq sb 54")
    assert alias["text"] == exact["text"]
    (command,) = await bot.hears(ana, "/local_police")
    assert command["text"].startswith(catalogue.edition("en").entries["local-police"].title)


async def test_picking_a_suggestion_settles_the_question(bot: Bot, ana: Person, catalogue: Catalogue) -> None:
    await bot.hears(ana, "/start")
    (near,) = await bot.hears(ana, "/topic ovresight")
    _, (answer,) = await bot.pressed(ana, near, labels(near)[0])
    assert answer["text"].splitlines()[0] in [entry.title for entry in catalogue.edition("en").entries.values()]
    assert labels(near) == []


async def test_none_of_these_turns_the_question_into_the_refusal(bot: Bot, ana: Person, phrases: Phrases) -> None:
    await bot.hears(ana, "/start")
    (near,) = await bot.hears(ana, "/topic ovresight")
    _, new = await bot.pressed(ana, near, phrases.none_of_these)
    assert new == []
    assert near["text"] == phrases.fallback
    assert labels(near) == [phrases.all_topics]


async def test_a_number_picks_from_what_was_offered(bot: Bot, ana: Person, catalogue: Catalogue) -> None:
    entry = catalogue.edition("en").entries["oversight"]
    await bot.hears(ana, "oversight")
    (second,) = await bot.hears(ana, "2")
    assert entry.points[1].heading in second["text"]
    assert entry.points[1].text in second["text"]


async def test_after_a_cry_in_another_language_a_press_leads_to_help_below_the_card(
    bot: Bot, ana: Person, catalogue: Catalogue
) -> None:
    (card,) = await bot.hears(ana, "có ICE trước cửa nhà tôi")
    label = catalogue.language_cards["vi"].buttons["es"]
    _, (help_,) = await bot.pressed(ana, card, label)
    assert catalogue.edition("es").urgent[CRY].title in help_["text"]


async def test_the_language_is_asked_and_confirmed_in_place(
    bot: Bot, ana: Person, phrases: Phrases, spanish: Phrases
) -> None:
    await bot.hears(ana, "/start")
    (question,) = await bot.hears(ana, "/language")
    assert question["text"] == phrases.language_question
    assert labels(question) == ["English", "Español"]
    await bot.pressed(ana, question, "Español")
    assert question["text"] == spanish.language_set
    (about,) = await bot.hears(ana, "/help")
    assert about["text"] == spanish.help_telegram.replace("  ", " ")
    (back,) = await bot.hears(ana, "/language inglés")
    assert back["text"] == phrases.language_set


async def test_the_language_button_below_the_welcome_turns_it_into_that_language(
    bot: Bot, ana: Person, spanish: Phrases
) -> None:
    (welcome,) = await bot.hears(ana, "/start")
    await bot.pressed(ana, welcome, "Español")
    assert spanish.welcome in welcome["text"]
    assert labels(welcome)[-1] == "English"


@pytest.mark.parametrize(
    ("command", "phrase"), [("/help", "help_telegram"), ("/privacy", "privacy"), ("/about", "about")]
)
async def test_the_other_commands_say_what_they_are_for(
    bot: Bot, ana: Person, phrases: Phrases, command: str, phrase: str
) -> None:
    await bot.hears(ana, "/start")
    (message,) = await bot.hears(ana, command)
    wanted = (
        phrases.privacy.title if phrase == "privacy" else getattr(phrases, phrase).splitlines()[0].partition("{")[0]
    )
    assert message["text"].startswith(wanted.strip())


@pytest.mark.parametrize(
    "media",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}},
        {
            "sticker": {
                "file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1, "height": 1,
                "is_animated": False, "is_video": False,
            }
        },
        {"contact": {"phone_number": "1", "first_name": "B"}},
        {"location": {"latitude": 1.0, "longitude": 1.0}},
        {"dice": {"emoji": "🎲", "value": 1}},
    ],
    ids=lambda media: next(iter(media)),
)  # fmt: skip
async def test_anything_but_text_gets_a_short_request_for_text_and_is_not_downloaded(
    bot: Bot, ana: Person, phrases: Phrases, media: dict[str, object]
) -> None:
    await bot.hears(ana, "/start")
    (message,) = await bot.hears(ana, "", **media)
    assert message["text"] == phrases.text_only
    assert bot.api.made("getFile") == []


async def test_a_caption_is_read_as_text_and_an_album_is_one_message(
    bot: Bot, ana: Person, catalogue: Catalogue
) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await bot.hears(ana, "/start")
    (message,) = await bot.hears(ana, QUESTION, photo=photo, media_group_id="7")
    unread = catalogue.edition("en").phrases.file_unread
    assert message["text"].startswith(f"{unread}\n\n{catalogue.edition('en').entries['oversight'].title}")
    assert await bot.hears(ana, "", photo=photo, media_group_id="7") == []
    (help_,) = await bot.hears(ana, "ICE is at my door", photo=photo)
    assert unread not in help_["text"], "nothing stands before help"


async def test_service_messages_edits_and_own_inline_results_are_not_answered(bot: Bot, ana: Person) -> None:
    bot.api.world.allowed |= {"edited_message"}
    assert await bot.hears(ana, "", message_auto_delete_timer_changed={"message_auto_delete_time": 60}) == []
    assert await bot.hears(ana, "sb 54", via_bot=bot.api.world.bot) == []
    message = await bot.api.world.says(ana, "")
    bot.api.world.updates.clear()
    await bot.api.world.edits(message, QUESTION)
    await bot.settle()
    assert bot.api.made("sendMessage") == []


async def test_a_deep_link_opens_its_entry_and_a_stale_one_says_so(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    (message,) = await bot.hears(ana, "/start oversight")
    assert phrases.welcome_short in message["text"]
    assert catalogue.edition("en").entries["oversight"].short in message["text"]
    (gone,) = await bot.hears(ana, "/start qqxz-vv_1")
    assert gone["text"].startswith(phrases.gone)
    assert phrases.topics_heading in gone["text"]
    (private,) = await bot.hears(ana, "/start private")
    assert private["text"] == phrases.welcome


@pytest.mark.parametrize(
    ("payload", "first_line"),
    [
        ("16", "entry local-police"), ("sb54", "law sb-54"), ("sb-54", "law sb-54"), ("help", "help"),
        ("topics", "topics"), ("can police help ICE", "entry local-police"), ("t_oversight_en", "entry oversight"),
        ("s_schools_en", "signpost schools"), ("red-cards", "signpost red-cards"), ("laken-riley", "card laken-riley"),
        ("l__en", "topics"), ("y_oversight_en", "near"), ("tps", "signpost daca-tps"),
        ("99", "number"), ("hello", "welcome"), ("drones", "gone"),
    ],
)  # fmt: skip
async def test_start_with_anything_is_looked_up(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases, payload: str, first_line: str
) -> None:
    edition = catalogue.edition("en")
    kind, _, name = first_line.partition(" ")
    first = {
        "entry": lambda: edition.entries[name].title,
        "law": lambda: edition.entries["immigration-enforcement"].title,
        "signpost": lambda: edition.signposts[name].title,
        "card": lambda: catalogue.laws[name].name["en"],
        "help": lambda: phrases.help_telegram.splitlines()[0],
        "topics": lambda: phrases.topics_heading,
        "near": lambda: phrases.near_topic,  # a link never votes
        "number": lambda: phrases.no_such_topic.format(number=99, last=len(edition.entries)),
        "welcome": lambda: edition.smalltalk["greeting"].text,
        "gone": lambda: phrases.gone,
    }[kind]()
    await bot.hears(ana, "/start")
    (message,) = await bot.hears(ana, f"/start {payload}")
    assert message["text"].startswith(first)


async def test_start_with_a_language_speaks_it_from_then_on(bot: Bot, ana: Person, spanish: Phrases) -> None:
    (welcome,) = await bot.hears(ana, "/start es")
    assert welcome["text"] == spanish.welcome
    (help_,) = await bot.hears(ana, "/help")
    assert help_["text"].startswith(spanish.help_telegram.splitlines()[0])


async def test_tell_me_more_in_reply_to_an_older_answer_is_about_that_one(
    bot: Bot, ana: Person, catalogue: Catalogue
) -> None:
    (older,) = await bot.hears(ana, "oversight")
    await bot.hears(ana, "training")
    (more,) = await bot.hears(ana, "tell me more", reply_to=older)
    assert catalogue.edition("en").entries["oversight"].points[-1].text in more["text"]


@pytest.mark.parametrize("data", ["t:long-gone:en", "f:7", "s:no-such-signpost:en", "zz:zz:zz", "x" * 64])
async def test_a_button_of_another_version_says_politely_that_its_topic_is_gone(
    bot: Bot, ana: Person, phrases: Phrases, data: str
) -> None:
    (welcome,) = await bot.hears(ana, "/start")
    _, (message,) = await bot.pressed(ana, welcome, data=data)
    assert message["text"].startswith(phrases.gone)


async def test_a_vote_is_thanked_for_counted_once_and_its_buttons_go(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (message,) = await bot.hears(ana, QUESTION)
    answer, new = await bot.pressed(ana, message, phrases.helpful)
    assert (answer["text"], new) == (phrases.feedback_thanks, [])
    assert bot.count("faqbot_feedback_total", platform="telegram", entry="oversight", helpful="yes") == 1
    assert phrases.helpful not in labels(message)
    assert {phrases.whole_answer, phrases.wrong} <= set(labels(message))


@pytest.mark.parametrize("vote", ["helpful", "not_helpful", "wrong"])
async def test_after_a_vote_a_reply_is_still_about_the_point_that_led(
    vote: str, bot: Bot, ana: Person, phrases: Phrases, catalogue: Catalogue
) -> None:
    (first,) = await bot.hears(ana, QUESTION)
    point = catalogue.edition("es").entries["oversight"].points[-1]
    _, (message,) = await bot.pressed(ana, first, data=f"pt:5-{point.id}:en")
    await bot.pressed(ana, message, getattr(phrases, vote))
    await bot.hears(ana, "training")
    (again,) = await bot.hears(ana, "en español", reply_to=message)
    assert point.text in again["text"]


async def test_that_help_is_wrong_is_said_in_the_last_row_which_then_goes(
    bot: Bot, ana: Person, phrases: Phrases
) -> None:
    (help_,) = await bot.hears(ana, "ICE is at my door")
    assert [button["text"] for button in help_["reply_markup"]["inline_keyboard"][-1]] == [phrases.wrong]
    before = labels(help_)
    toast, new = await bot.pressed(ana, help_, phrases.wrong)
    assert (toast["text"], new) == (phrases.wrong_thanks, [])
    assert labels(help_) == before[:-1], "what helps stays"


async def test_below_a_term_each_vote_goes_and_the_sources_stay(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (term,) = await bot.hears(ana, "what is a detainer")
    assert labels(term)[-4:] == [phrases.sources_heading, phrases.wrong, phrases.helpful, phrases.not_helpful]
    await bot.pressed(ana, term, phrases.wrong)
    assert labels(term)[-3:] == [phrases.sources_heading, phrases.helpful, phrases.not_helpful]
    toast, (way,) = await bot.pressed(ana, term, phrases.not_helpful)
    assert toast["text"] == phrases.feedback_thanks
    assert way["text"].startswith(phrases.person_heading)
    assert labels(term)[-1] == phrases.sources_heading
    await bot.hears(ana, "training")
    (again,) = await bot.hears(ana, "repeat that", reply_to=term)
    assert again["text"].splitlines()[:3] == term["text"].splitlines()[:3]


async def test_whoever_was_not_helped_gets_the_way_to_a_person(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (message,) = await bot.hears(ana, QUESTION)
    toast, (way,) = await bot.pressed(ana, message, data="x:oversight:en")
    assert toast["text"] == phrases.feedback_thanks
    assert way["text"].startswith(phrases.person_heading)
    _, again = await bot.pressed(ana, message, data="x:oversight:en")
    assert [one["text"] for one in again] == [way["text"]], "whether the vote counts or not"


async def test_pressing_a_vote_again_or_under_the_same_answer_again_counts_once(
    bot: Bot, ana: Person, luz: Person, phrases: Phrases
) -> None:
    (first,) = await bot.hears(ana, QUESTION)
    (second,) = await bot.hears(ana, QUESTION)
    for message in (first, first, second):
        for code in ("y", "x"):
            await bot.pressed(ana, message, data=f"{code}:oversight:en")
    assert bot.count("faqbot_feedback_total", platform="telegram", entry="oversight", helpful="yes") == 1
    assert bot.count("faqbot_feedback_total", platform="telegram", entry="oversight", helpful="no") == 0
    (other,) = await bot.hears(luz, QUESTION)
    await bot.pressed(luz, other, phrases.not_helpful)
    assert bot.count("faqbot_feedback_total", platform="telegram", entry="oversight", helpful="no") == 1


async def test_who_blocks_the_bot_is_forgotten_with_their_votes(bot: Bot, ana: Person, phrases: Phrases) -> None:
    for times in (1, 2):
        (message,) = await bot.hears(ana, QUESTION)
        assert phrases.welcome_short in message["text"]
        await bot.pressed(ana, message, phrases.helpful)
        assert bot.count("faqbot_feedback_total", platform="telegram", entry="oversight", helpful="yes") == times
        await bot.api.world.blocks(ana)
        await bot.settle()
        bot.api.world.private(ana).blocked = False


@pytest.mark.parametrize(
    ("text", "lang"), [(QUESTION, "en"), ("¿quién supervisa los grupos operativos de ICE?", "es"), ("detainer", "en")]
)
async def test_the_first_answer_says_that_it_is_no_legal_advice_once(
    bot: Bot, ana: Person, luz: Person, catalogue: Catalogue, text: str, lang: str
) -> None:
    (first,) = await bot.hears(ana if lang == "en" else luz, text)
    assert first["text"].lower().count({"en": "legal advice", "es": "asesoría legal"}[lang]) == 1
    assert catalogue.edition(lang).phrases.welcome_short in first["text"]


async def test_urgent_help_comes_at_once_without_the_line_of_first_contact(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    (message,) = await bot.hears(ana, "ice is at my door what do i do")
    edition = catalogue.edition("en")
    help_ = edition.urgent["door"]
    assert message["text"].startswith(help_.title)
    assert phrases.welcome_short not in message["text"]
    buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
    resources = [edition.resources[name] for name in help_.resources]
    assert [button["url"] for button in buttons if "url" in button] == [one.url for one in resources if one.url]
    numbers = [one.phone for one in resources if one.phone]
    copied = [button["copy_text"]["text"] for button in buttons if "copy_text" in button]
    assert copied == [*numbers, *map(said_aloud, help_.say)]
    leading_on = [number for number, button in enumerate(buttons) if "callback_data" in button]
    assert leading_on == list(range(len(buttons) - len(leading_on), len(buttons))), "below all that helps now"
    assert "Español" in labels(message)


async def test_a_personal_number_is_answered_with_a_caution(bot: Bot, ana: Person, phrases: Phrases) -> None:
    (message,) = await bot.hears(ana, f"{QUESTION} my A-number is A123-456-789")
    assert message["text"].startswith(phrases.caution_personal)
    assert "A123" not in message["text"]


@pytest.mark.parametrize(
    "text",
    ["   ", "🤖🤖🤖", "\u0000\u0007\u001b[31m", "مرحبا كيف حالك", "<b>bold</b> & <script>alert(1)</script>",
     "<@U123> hi", "x" * 4096, "/", "/unknown_thing", "//", "/start@"],
)  # fmt: skip
async def test_odd_input_gets_a_reply_and_never_an_error(bot: Bot, ana: Person, text: str) -> None:
    messages = await bot.hears(ana, text)
    assert len(messages) == 1
    assert "<script>" not in messages[0]["text"]
    assert "faqbot_errors_total{" not in bot.services.metrics.text().decode()
