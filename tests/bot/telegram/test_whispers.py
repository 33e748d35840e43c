"""In groups a press is answered to whoever pressed, where the server can; else by a link to the private chat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.telegram.handlers.outcomes import ASK_SECONDS
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import Bot, labels
from tests.fakes.clock import skip, standing
from tests.fakes.telegram.api import Fault
from tests.fakes.telegram.world import USERNAME, Chat, Person

QUESTION = f"@{USERNAME} who checks that ICE task forces follow the rules?"
PROBE = "deleteEphemeralMessage"


@pytest.fixture
def group(bot: Bot) -> Chat:
    bot.api.world.whispering = True
    return bot.api.world.group()


def asked(bot: Bot) -> int:
    """Return how often the server was asked whether it can."""
    return len([call for call in bot.api.calls if call.method == PROBE])


async def test_the_rest_of_an_answer_is_shown_to_whoever_presses_alone(
    bot: Bot, ana: Person, luz: Person, group: Chat, phrases: Phrases, later: Callable[[float], None]
) -> None:
    (answer,) = await bot.hears(ana, QUESTION, group)
    assert labels(answer) == [
        phrases.whole_answer,
        phrases.sources_heading,
        phrases.helpful,
        phrases.not_helpful,
        phrases.wrong,
    ]
    for person, code in ((luz, "w:oversight:en"), (ana, "o:oversight:en")):
        later(4)
        whisper, open_to_all = await bot.whispered(person, answer, code)
        assert open_to_all == []
        assert answer["text"].splitlines()[0] in whisper["text"]
    assert asked(bot) == 1, "once in a process"


async def test_what_one_person_sees_alone_leads_on_in_the_same_way(
    bot: Bot, ana: Person, group: Chat, later: Callable[[float], None]
) -> None:
    (question,) = await bot.hears(ana, f"@{USERNAME} data rules", group)
    shown: dict[str, Any] = question
    for code in ("t:oversight:en", "w:oversight:en", "l::en", "l:2:en", "n::en", "g::es"):
        later(4)
        shown, open_to_all = await bot.whispered(ana, shown, code)
        assert open_to_all == [], code
    assert bot.api.made("editMessageText") == [], "it has no number to be changed by"
    assert labels(question) == labels(group.messages[question["message_id"]]), "others may still choose"


async def test_the_same_button_of_another_message_is_another_press(
    bot: Bot, ana: Person, group: Chat, later: Callable[[float], None]
) -> None:
    (answer,) = await bot.hears(ana, QUESTION, group)
    first, _ = await bot.whispered(ana, answer, "w:oversight:en")
    later(4)
    second, _ = await bot.whispered(ana, first, "o:oversight:en")
    later(4)
    await bot.whispered(ana, second, "o:oversight:en")


async def test_help_takes_the_way_that_is_guaranteed(bot: Bot, ana: Person, group: Chat, phrases: Phrases) -> None:
    (answer,) = await bot.hears(ana, QUESTION, group)
    _, (line,) = await bot.pressed(ana, answer, data="u:door:en")
    assert line["text"] == phrases.private_matter
    assert bot.api.world.whispers == []


@pytest.mark.parametrize("code", ["w:oversight:en", "o:oversight:en"])
async def test_where_one_is_refused_the_press_leads_to_the_private_chat(
    bot: Bot, ana: Person, group: Chat, code: str, later: Callable[[float], None]
) -> None:
    (answer,) = await bot.hears(ana, QUESTION, group)
    bot.api.fail("sendMessage", Fault(400, "Bad Request: QUERY_ID_INVALID"))
    toast, open_to_all = await bot.pressed(ana, answer, data=code)
    assert open_to_all == []
    assert toast["url"] == f"https://t.me/{USERNAME}?start={code.replace(':', '_')}"
    later(4)
    await bot.whispered(ana, answer, code)


async def test_a_server_that_does_not_know_them_is_never_sent_one(
    bot: Bot, ana: Person, group: Chat, phrases: Phrases, later: Callable[[float], None]
) -> None:
    bot.api.world.whispering = False
    (answer,) = await bot.hears(ana, QUESTION, group)
    assert labels(answer) == [phrases.whole_answer, phrases.helpful, phrases.not_helpful, phrases.wrong]
    toast, open_to_all = await bot.pressed(ana, answer, data="w:oversight:en")
    assert (open_to_all, "start=w_oversight_en" in toast["url"]) == ([], True)
    later(4)
    _, (training,) = await bot.pressed(ana, answer, data="t:training:en")
    assert "reply_markup" in training
    assert all("ephemeral_message_parameters" not in call for call in bot.api.made("sendMessage"))
    assert asked(bot) == 1, "once in a process"


async def test_where_the_server_cannot_be_asked_it_is_asked_again(
    bot: Bot, ana: Person, group: Chat, phrases: Phrases, later: Callable[[float], None]
) -> None:
    bot.api.fail(PROBE, Fault(500))
    (answer,) = await bot.hears(ana, QUESTION, group)
    assert phrases.sources_heading not in labels(answer)
    later(4)
    await bot.whispered(ana, answer, "w:oversight:en")
    assert asked(bot) == 2


async def test_a_server_that_does_not_say_whether_it_can_holds_nothing_up(
    bot: Bot, ana: Person, group: Chat, phrases: Phrases
) -> None:
    bot.api.fail(PROBE, Fault(silent=True))
    hearing = asyncio.create_task(bot.hears(ana, QUESTION, group))
    await bot.api.until(lambda: asked(bot))
    skip(ASK_SECONDS)
    (answer,) = await hearing
    assert phrases.sources_heading not in labels(answer)
    with standing():
        assert len(await bot.hears(ana, QUESTION, group)) == 1, "one second, for all together"
    assert asked(bot) == 1
    bot.api._release.set()
    await bot.app._handlers._outcomes.ephemeral._asking
    (answer,) = await bot.hears(ana, QUESTION, group)
    assert phrases.sources_heading in labels(answer)


async def test_a_server_that_shows_one_to_everybody_is_sent_no_second(
    bot: Bot, ana: Person, group: Chat, catalogue: Catalogue, later: Callable[[float], None]
) -> None:
    (answer,) = await bot.hears(ana, QUESTION, group)
    bot.api.world.whispering = False
    _, open_to_all = await bot.pressed(ana, answer, data="t:training:en")
    assert [one["text"].startswith(catalogue.edition("en").entries["training"].title) for one in open_to_all] == [True]
    later(4)
    toast, open_to_all = await bot.pressed(ana, answer, data="w:oversight:en")
    assert (open_to_all, "url" in toast) == ([], True)


async def test_in_private_nothing_is_whispered(bot: Bot, ana: Person) -> None:
    bot.api.world.whispering = True
    (answer,) = await bot.hears(ana, "oversight")
    _, new = await bot.pressed(ana, answer, data="w:oversight:en")
    assert (len(new), bot.api.world.whispers, asked(bot)) == (1, [], 0)
