"""Inline mode: titled answers in any chat."""

from __future__ import annotations

import json

from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import Bot
from tests.fakes.telegram_world import USERNAME, Person


async def test_a_query_offers_titled_answers_best_first_with_a_way_into_the_bot(
    bot: Bot, ana: Person, catalogue: Catalogue, phrases: Phrases
) -> None:
    answer = await bot.inline(ana, "sb 54")
    results = json.loads(answer["results"])
    entry = catalogue.edition("en").entries["immigration-enforcement"]
    assert 1 <= len(results) <= 8
    assert (results[0]["title"], results[0]["description"]) == (entry.title, entry.short)
    assert results[0]["reply_markup"]["inline_keyboard"][0][0] == {
        "text": phrases.open_bot,
        "url": f"https://t.me/{USERNAME}?start=immigration-enforcement",
    }
    assert json.loads(answer["button"]) == {"text": phrases.open_bot, "start_parameter": "private"}
    assert answer["cache_time"] == "300"


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


async def test_an_urgent_query_offers_only_the_private_chat(bot: Bot, ana: Person, phrases: Phrases) -> None:
    answer = await bot.inline(ana, "ice is at my door what do i do")
    assert json.loads(answer["results"]) == []
    assert json.loads(answer["button"])["text"] == phrases.inline_private


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
