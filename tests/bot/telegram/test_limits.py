"""Help before limits: what is urgent is answered to whoever has written too much, and is no way round the limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import Bot
from tests.fakes.telegram.world import USERNAME, Chat, Person

URGENT = {"en": "ice is at my door what do i do", "es": "la migra está tocando mi puerta qué hago"}


async def use_up(bot: Bot, *people: Person, chat: Chat | None = None) -> None:
    """Write as much as each of ``people`` may in a minute."""
    command = f"/about@{USERNAME}" if chat else "/about"
    for person in people:
        for _ in range(20):
            await bot.api.world.says(person, command, chat)
    await bot.settle()


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_urgent_help_comes_to_a_person_over_the_limit_three_times_a_minute(
    bot: Bot, ana: Person, luz: Person, catalogue: Catalogue, lang: str, later: Callable[[float], None]
) -> None:
    person, edition = ana if lang == "en" else luz, catalogue.edition(lang)
    await use_up(bot, person)
    said = [await bot.hears(person, text) for text in (URGENT[lang], f"/faq {URGENT[lang]}", "/start help-door")]
    assert [message["text"].splitlines()[0] for (message,) in said] == [edition.urgent["door"].title] * 3
    (notice,) = await bot.hears(person, URGENT[lang])
    assert notice["text"].startswith(edition.phrases.rate_limited.partition("{")[0])
    assert await bot.hears(person, URGENT[lang]) == []
    later(61)
    (help_,) = await bot.hears(person, URGENT[lang])
    assert help_["text"].startswith(edition.urgent["door"].title)


async def test_what_is_not_urgent_still_gets_its_notice_after_urgent_help(
    bot: Bot, ana: Person, phrases: Phrases
) -> None:
    await use_up(bot, ana)
    await bot.hears(ana, URGENT["en"])
    (notice,) = await bot.hears(ana, "/about")
    assert notice["text"].startswith(phrases.rate_limited.partition("{")[0])
    assert await bot.hears(ana, "/start help-no-such-kind") == []


async def test_in_a_group_that_others_have_flooded_the_way_to_help_is_shown(
    bot: Bot, ana: Person, phrases: Phrases
) -> None:
    group = bot.api.world.group()
    await use_up(bot, *(bot.api.world.person(str(number)) for number in range(3)), chat=group)
    assert len(await bot.hears(ana, f"@{USERNAME} who checks the task forces?", group)) <= 1
    (line,) = await bot.hears(ana, f"@{USERNAME} {URGENT['en']}", group)
    assert line["text"] == phrases.private_matter


async def test_nothing_of_a_message_beyond_the_limit_is_remembered(
    bot: Bot, ana: Person, later: Callable[[float], None], catalogue: Catalogue
) -> None:
    await use_up(bot, ana)
    await bot.hears(ana, "who checks that ICE task forces follow the rules?")
    later(61)
    (message,) = await bot.hears(ana, "tell me more")
    assert catalogue.edition("en").entries["oversight"].title not in message["text"]
