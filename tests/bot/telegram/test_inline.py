"""Inline mode: titled answers in any chat."""

from __future__ import annotations

import json

import pytest
from telegram import InlineKeyboardMarkup

from bot.telegram.render.keyboards import subject_of
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import Bot
from tests.fakes.telegram.world import USERNAME, Person


async def test_a_query_offers_titled_answers_best_first_with_a_way_into_the_bot(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    answer = await bot.inline(ana, "oversight")
    results = json.loads(answer["results"])
    entry = catalogue.edition("en").entries["oversight"]
    assert 1 <= len(results) <= 8
    assert (results[0]["title"], results[0]["description"]) == (entry.title, entry.short)
    assert results[0]["reply_markup"]["inline_keyboard"][0][0] == {
        "text": phrases.open_bot,
        "url": f"https://t.me/{USERNAME}?start=t_oversight_en",
    }
    assert json.loads(answer["button"]) == {"text": phrases.open_bot, "start_parameter": "private"}
    assert answer["cache_time"] == "300"


@pytest.mark.parametrize(
    "query",
    ["rights at the door", "detainer", "what is a detainer", "can I film ICE agents", "what to do if ICE comes",
     "find someone detained", "abogado gratis", "carta roja", "red card", "la migra", "redada", "287(g)", "warrant",
     "ICE is at my door", "sb 54", "help", "ayuda"],
)  # fmt: skip
async def test_common_queries_offer_something(bot: Bot, ana: Person, query: str) -> None:
    results = json.loads((await bot.inline(ana, query))["results"])
    assert results, query
    for result in results:
        url = result["reply_markup"]["inline_keyboard"][0][0]["url"]
        (opened,) = await bot.hears(ana, f"/start {url.partition('=')[2]}")
        assert opened["text"].splitlines()[0].strip() == result["title"].strip()


@pytest.mark.parametrize(
    ("who", "query", "first"),
    [("ana", "sb", "t:immigration-enforcement:en"), ("ana", "sb 6", "b:sb-6"), ("ana", "SB62", "b:sb-627:en"),
     ("ana", "ic", "d:ice:en"), ("ana", "warr", "d:"), ("ana", "deta", "d:detainer:en"), ("ana", "scho", "t:"),
     ("ana", "priv", "b:ab-32:en"), ("ana", "dmv", "s:dmv-data:en"), ("ana", "oversight", "t:oversight:en"),
     ("luz", "sb", "t:immigration-enforcement:es"), ("luz", "tarj", "d:red-card:es"), ("luz", "deta", "d:detainer:es")],
)  # fmt: skip
async def test_what_begins_like_a_query_comes_first_while_it_is_typed(
    bot: Bot, ana: Person, luz: Person, who: str, query: str, first: str
) -> None:
    answer = await bot.inline(ana if who == "ana" else luz, query)
    results = json.loads(answer["results"])
    assert results[0]["id"].startswith(first), [one["id"] for one in results]
    assert len(results) <= 8
    assert json.loads(answer["button"])["start_parameter"] == "private", "no language is told by half a word"
    assert answer["is_personal"] == "true"


@pytest.mark.parametrize(
    ("query", "lang"),
    [("red card", "en"), ("red cards", "en"), ("carta roja", "es"), ("cartas rojas", "es")],
)
async def test_the_card_that_people_call_red_comes_first(
    bot: Bot, ana: Person, catalogue: Catalogue, query: str, lang: str
) -> None:
    first = json.loads((await bot.inline(ana, query))["results"])[0]
    edition = catalogue.edition(lang)
    assert first["title"] in (edition.glossary["red-card"].term, edition.signposts["red-cards"].title)


async def test_a_law_a_term_and_a_signpost_come_first_where_they_answer(
    bot: Bot, ana: Person, catalogue: Catalogue
) -> None:
    edition = catalogue.edition("en")
    for query, title in (
        ("what is a detainer", edition.glossary["detainer"].term),
        ("where do I find free legal help", edition.signposts["legal-help"].title),
    ):
        results = json.loads((await bot.inline(ana, query))["results"])
        assert results[0]["title"] == title


async def test_a_question_that_a_point_answers_offers_the_answer_led_by_it(
    bot: Bot, ana: Person, catalogue: Catalogue
) -> None:
    entry = catalogue.edition("en").entries["oversight"]
    for point in entry.points:
        results = json.loads((await bot.inline(ana, f"oversight {point.heading}"))["results"])
        same = [result for result in results if result["title"] == entry.title]
        assert len(same) <= 1
        if same and same[0]["id"].startswith("pt:"):
            assert same[0]["description"] in [one.text for one in entry.points]


async def test_an_empty_query_lists_all_topics_eight_at_a_time(bot: Bot, ana: Person, catalogue: Catalogue) -> None:
    titles, offset = [], ""
    for _ in range(3):
        answer = await bot.inline(ana, "", offset)
        page = json.loads(answer["results"])
        assert len(page) <= 8
        titles += [result["title"] for result in page]
        offset = answer.get("next_offset", "")
    assert titles == [entry.title for entry in catalogue.edition("en").entries.values()]
    assert offset == ""


async def test_the_language_is_that_of_the_words_else_of_the_app_and_only_then_is_the_answer_shared(
    bot: Bot, luz: Person, catalogue: Catalogue
) -> None:
    topics = await bot.inline(luz, "")
    assert json.loads(topics["results"])[0]["title"] == next(iter(catalogue.edition("es").entries.values())).title
    assert topics["is_personal"] == "true"
    english = await bot.inline(luz, "who checks that ICE task forces follow the rules?")
    assert json.loads(english["results"])[0]["title"] == catalogue.edition("en").entries["oversight"].title
    assert english.get("is_personal", "false") == "false"


async def test_an_unrelated_query_offers_nothing_but_the_way_into_the_bot(
    bot: Bot, ana: Person, phrases: Phrases
) -> None:
    answer = await bot.inline(ana, "what is the weather in lisbon tomorrow")
    assert json.loads(answer["results"]) == []
    assert json.loads(answer["button"])["text"] == phrases.open_bot


async def test_an_urgent_query_offers_the_help_and_a_button_straight_to_it(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    answer = await bot.inline(ana, "ice is at my door what do i do")
    first, *_ = json.loads(answer["results"])
    help_ = catalogue.edition("en").urgent["door"]
    assert first["title"] == help_.title
    assert help_.say[0] in first["input_message_content"]["message_text"]
    assert json.loads(answer["button"]) == {"text": phrases.inline_private, "start_parameter": "help-door"}


@pytest.mark.parametrize(("query", "payload"), [("移民局的人在我家门口", "help-zh-hans"), ("谢谢你", "card-zh-hans")])
async def test_a_query_in_another_language_offers_nothing_to_post_but_the_way_to_its_card(
    bot: Bot, ana: Person, catalogue: Catalogue, query: str, payload: str
) -> None:
    answer = await bot.inline(ana, query)
    assert json.loads(answer["results"]) == []
    label = catalogue.language_cards["zh-hans"].continue_privately
    assert json.loads(answer["button"]) == {"text": label, "start_parameter": payload}


async def test_an_answer_too_late_is_no_error(bot: Bot, ana: Person) -> None:
    await bot.api.world.asks_inline(ana, "sb 54")
    bot.api.world.inline.clear()
    await bot.settle()
    assert "query is too old" in str(bot.api.last("answerInlineQuery").error)
    assert "faqbot_errors_total{" not in bot.services.metrics.text().decode()


async def test_nothing_is_remembered_of_what_people_type(bot: Bot, ana: Person, catalogue: Catalogue) -> None:
    await bot.inline(ana, "oversight")
    (first,) = await bot.hears(ana, "tell me more")
    assert catalogue.edition("en").entries["oversight"].title not in first["text"]


@pytest.mark.parametrize("query", ["oversight", "what is a detainer", "sb 627", "where do I find free legal help"])
async def test_what_inline_mode_sent_says_what_it_is_about(bot: Bot, ana: Person, query: str) -> None:
    for result in json.loads((await bot.inline(ana, query))["results"]):
        markup = InlineKeyboardMarkup.de_json(result["reply_markup"], None)
        subject = subject_of(markup)
        assert subject is not None
        assert subject.code == result["id"]
