"""An event costs Redis two round trips at most, one to take and read, one to write; one that was done costs one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from bot.dialogue.actions import Action, Verb
from bot.state.limits import PERSON_LIMIT
from bot.state.redis import PREFIX, RedisStore, open_redis
from bot.state.retention import DAY
from bot.state.store import Count, Operation
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.fakes.deployment import MIDDAY, Deployment, deployed, environ_for
from tests.fakes.slack.api import SlackApi
from tests.fakes.slack.payloads import command, direct, mention, press, shortcut
from tests.fakes.telegram.api import TelegramApi
from tests.fakes.telegram.world import USERNAME

QUESTION = "who checks that ICE task forces follow the rules?"
TOPIC, VOTE = (Action(verb, "oversight", "en").code for verb in (Verb.TOPIC, Verb.HELPFUL))
Trips = list[tuple[Operation, ...]]

pytestmark = pytest.mark.redis


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> Trips:
    """What Redis was asked, one item for each round trip."""
    asked: Trips = []
    run = RedisStore.run

    async def noted(store: RedisStore, *operations: Operation) -> list[Any]:
        asked.append(operations)
        return await run(store, *operations)

    monkeypatch.setattr(RedisStore, "run", noted)
    return asked


@pytest.fixture
async def shared(catalogue: Catalogue, matcher: Matcher, redis_url: str, trips: Trips) -> AsyncIterator[Deployment]:
    """The bot on both platforms with its memory in Redis; what it learns once, as secrets of the day, it knows."""
    async with SlackApi() as slack_api, TelegramApi() as telegram_api:
        environ = environ_for(slack_api, telegram_api, REDIS_URL=redis_url)
        async with deployed(slack_api, telegram_api, environ, catalogue, matcher) as made:
            await made.event(direct(QUESTION, user="UFIRST", channel="DFIRST"))
            await made.event(press(VOTE, user="UFIRST"))
            trips.clear()
            yield made


def counted(trips: Trips) -> int:
    """Return how many messages were counted against a limit."""
    return sum(isinstance(one, Count) for operations in trips for one in operations)


SLACK = {
    "a first message": lambda url: direct(QUESTION, user="U1", channel="D1"),
    "a mention": lambda url: mention(QUESTION, user="U2"),
    "a command": lambda url: command("16", url, user="U3"),
    "the language": lambda url: command("language spanish", url, user="U4"),
    "a shortcut": lambda url: shortcut(QUESTION, url, user="U5"),
    "a press": lambda url: press(TOPIC, url, user="U6", channel="D6"),
    "a press in a channel": lambda url: press(TOPIC, url, user="U7"),
    "a vote": lambda url: press(VOTE, url, user="U8"),
    "a language": lambda url: press(Action(Verb.LANGUAGE, "", "es").code, url, user="U9"),
}


@pytest.mark.parametrize("name", SLACK)
async def test_on_slack_an_event_takes_two_round_trips_and_comes_again_for_one(
    shared: Deployment, trips: Trips, name: str
) -> None:
    payload = SLACK[name](shared.slack.response_url("C1"))
    assert (await shared.event(payload)).status_code == 200
    assert [len(trips), counted(trips)] == [2, 1], name
    trips.clear()
    assert (await shared.event(payload)).status_code == 200
    assert len(trips) <= (2 if name.startswith("a press") else 1), "what is done is only looked up"


async def test_on_slack_a_follow_up_takes_two_round_trips_and_is_understood(shared: Deployment, trips: Trips) -> None:
    for said in (QUESTION, "2", "tell me more"):
        trips.clear()
        await shared.event(direct(said, user="U10", channel="D10"))
        assert [len(trips), counted(trips)] == [2, 1]
    texts = [str(message) for message in shared.slack.sent[-3:]]
    assert len(set(texts)) == 3


async def test_on_telegram_an_event_takes_two_round_trips_and_comes_again_for_one(
    shared: Deployment, trips: Trips
) -> None:
    world = shared.telegram.world
    person, group = world.person("Somebody", "en"), world.group()

    async def does(act: Callable[[], Awaitable[object]], again: int = 1, counts: int = 1) -> None:
        await act()
        update = world.updates.pop()
        trips.clear()
        assert (await shared.update(update)).status_code == 200
        assert [len(trips), counted(trips)] == [2, counts], update
        trips.clear()
        assert (await shared.update(update)).status_code == 200
        assert len(trips) <= again, "what is done is only looked up"

    for said in (QUESTION, "2", "/topic 16", "/language"):
        await does(lambda said=said: world.says(person, said))  # type: ignore[misc]
    answer = shared.telegram.said(world.private(person))[0]
    await does(lambda: world.presses(person, answer, "", TOPIC), again=2)
    await does(lambda: world.presses(person, answer, "", VOTE))
    await does(lambda: world.says(person, f"@{USERNAME} {QUESTION}", group), counts=2)
    posted = shared.telegram.said(group)[-1]
    await does(lambda: world.presses(person, posted, "", Action(Verb.TOPIC, "training", "en").code), again=2)
    await does(lambda: world.says(person, "/language español"))
    for query in ("sb 54", ""):
        await does(lambda query=query: world.asks_inline(person, query), counts=0)  # type: ignore[misc]


async def test_what_is_not_meant_for_the_bot_counts_for_nobody(shared: Deployment, trips: Trips) -> None:
    world = shared.telegram.world
    person, group = world.person("Somebody", "en"), world.group()
    said = {"message_id": 7, "date": 1, "chat": group.data(), "text": "hello all", "from": person.data()}
    update = {"update_id": 77_000_001, "message": said}
    assert (await shared.update(update)).status_code == 200
    assert counted(trips) == 0


async def test_a_vote_beyond_the_limit_is_none_and_may_be_given_later(shared: Deployment, later: Any) -> None:
    for _ in range(PERSON_LIMIT.most):
        await shared.event(press(VOTE, user="U11"))
    ballots = shared.services.metrics
    before = ballots.text().decode().count("faqbot_feedback_total{")
    await shared.event(press(Action(Verb.HELPFUL, "training", "en").code, user="U11"))
    assert ballots.text().decode().count("faqbot_feedback_total{") == before
    assert await shared.services.conversation.recollection.vote_once("slack:T1:U11", "training")


async def test_what_is_kept_changes_with_the_clock_that_the_bot_was_given(shared: Deployment, redis_url: str) -> None:
    async with open_redis(redis_url) as admin:
        kept = {name.decode() for name in await admin.keys(f"{PREFIX}secret:*")}
    assert {f"{PREFIX}secret:{DAY}:{int(MIDDAY // DAY) + ahead}" for ahead in (0, 1)} <= kept
