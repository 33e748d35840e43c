"""Commands beside the registered ones: slips, other languages' words, numbers of no topic, questions behind them."""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import Bot, labels
from tests.fakes.telegram.world import USERNAME, Person

BUTTONS = {"language": ["English", "Español"], "idioma": ["English", "Español"], "start": [], "about": []}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("topcs", "topics"), ("topis", "topics"), ("topc", "topic"), ("hepl", "help"), ("HELPP", "help"),
        ("strat", "start"), ("langauge", "language"), ("privcy", "privacy"), ("abuot", "about"), ("fqa", "faq"),
        ("ayda", "ayuda"), ("temaz", "temas"), ("idoma", "idioma"), ("privasidad", "privacidad"),
    ],
)  # fmt: skip
async def test_a_mistyped_command_is_suggested_and_not_run(
    bot: Bot, luz: Person, ana: Person, phrases: Phrases, spanish: Phrases, typed: str, meant: str
) -> None:
    is_spanish = meant in ("ayuda", "temas", "idioma", "privacidad")
    for person in (ana, luz):
        await bot.hears(person, "/start")
        (message,) = await bot.hears(person, f"/{typed}")
        wanted = spanish if is_spanish or person is luz else phrases
        assert message["text"] == wanted.near_command.format(command=f"/{meant}")
        # A button does the same, where one can: all languages' buttons in place of the word for the language.
        assert labels(message) == BUTTONS.get(meant, [meant.capitalize()])


async def test_in_a_group_the_suggested_command_names_the_bot(bot: Bot, ana: Person, phrases: Phrases) -> None:
    group = bot.api.world.group()
    (message,) = await bot.hears(ana, f"/hepl@{USERNAME}", group)
    assert message["text"] == phrases.near_command.format(command=f"/help@{USERNAME}")
    assert await bot.hears(ana, "/hepl", group) == []


async def test_every_word_that_is_suggested_is_a_command(
    bot: Bot, ana: Person, spanish: Phrases, catalogue: Catalogue
) -> None:
    await bot.hears(ana, "/start")
    words = spanish.command_words
    (help_,) = await bot.hears(ana, f"/{words.help}")
    assert help_["text"] == spanish.help_telegram
    (topics,) = await bot.hears(ana, f"/{words.topics}")
    assert topics["text"].startswith(spanish.topics_heading)
    (privacy,) = await bot.hears(ana, f"/{words.privacy}")
    assert privacy["text"].startswith(spanish.privacy.title)
    (about,) = await bot.hears(ana, f"/{words.about}")
    assert about["text"].startswith(spanish.about.partition("{")[0])
    (question,) = await bot.hears(ana, f"/{words.language}")
    assert (question["text"], labels(question)) == (spanish.language_question, ["English", "Español"])
    (chosen,) = await bot.hears(ana, f"/{words.language} inglés")
    assert chosen["text"] == catalogue.edition("en").phrases.language_set
    (topics,) = await bot.hears(ana, f"/{words.topics}")
    assert topics["text"].startswith(catalogue.edition("en").phrases.topics_heading), "the language chosen counts more"


@pytest.mark.parametrize(
    "command", ["/hepl", "/help", "/topics_", "/topics", "/privacy", "/sos", "/topic", "/faq", "/ayuda"]
)
async def test_distress_behind_any_command_gets_its_help(
    bot: Bot, ana: Person, catalogue: Catalogue, command: str
) -> None:
    (message,) = await bot.hears(ana, f"{command} ice is at my door what do i do")
    assert message["text"].startswith(catalogue.edition("en").urgent["door"].title)


async def test_a_tab_parts_a_command_from_its_topic(bot: Bot, ana: Person, catalogue: Catalogue) -> None:
    (message,) = await bot.hears(ana, "/topic\tsb 54")
    assert message["text"].startswith(catalogue.edition("en").entries["immigration-enforcement"].title)


async def test_words_behind_help_are_looked_up(bot: Bot, ana: Person, catalogue: Catalogue) -> None:
    (message,) = await bot.hears(ana, "/help sb 54")
    assert message["text"].startswith(catalogue.edition("en").entries["immigration-enforcement"].title)


@pytest.mark.parametrize("number", ["99", "0", "#21"])
async def test_a_number_of_no_topic_is_told_so(
    bot: Bot, ana: Person, luz: Person, phrases: Phrases, spanish: Phrases, number: str
) -> None:
    for person, words in ((ana, phrases), (luz, spanish)):
        await bot.hears(person, "/start")
        (message,) = await bot.hears(person, f"/topic {number}")
        assert message["text"] == words.no_such_topic.format(number=number.strip("#"), last=20)
        assert labels(message) == [words.all_topics]
