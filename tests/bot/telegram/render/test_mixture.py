"""Five hundred updates of all kinds at once, by webhook and by polling."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from content.schema.catalogue import Catalogue, Entry
from content.schema.phrases import Phrases
from tests.bot.telegram.conftest import Bot
from tests.fakes.telegram.world import USERNAME, Chat, Person

URGENT = "ice is at my door what do i do"
STEPS = 10


@dataclass
class Script:
    """What one person does in one chat, and the first lines that the bot must say there, in order."""

    bot: Bot
    person: Person
    chat: Chat
    expected: list[str] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)
    """By the id of each press and inline query, the words of its answer (None: without words)."""
    steps: list[Callable[[], Awaitable[Any]]] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)

    async def says(self, text: str, *expected: str, **more: Any) -> None:
        self.last = await self.bot.api.world.says(self.person, text, self.chat, **more)
        self.expected += expected

    async def edits(self) -> None:
        """Change the message last written; the update comes although nobody asked for its kind."""
        world = self.bot.api.world
        world.allowed |= {"edited_message"}
        await world.edits(dict(self.last), "sb 54")

    async def presses(self, message: dict[str, Any], data: str, answer: str | None, *expected: str) -> None:
        query = await self.bot.api.world.presses(self.person, message, "", data)
        self.answers[query] = answer
        self.expected += expected

    async def asks_inline(self, text: str) -> None:
        self.answers[await self.bot.api.world.asks_inline(self.person, text)] = None


async def in_private(bot: Bot, entries: list[Entry], phrases: Phrases, dice: random.Random) -> list[Script]:
    """Return the scripts of thirty private chats: texts, commands, presses, stickers, edits, inline queries."""
    world = bot.api.world
    people = [world.person(str(number)) for number in range(30)]
    for person in people:
        await world.says(person, "/start")
    await bot.settle()
    scripts = []
    for person in people:
        script = Script(bot, person, world.private(person), [phrases.welcome.splitlines()[0]])
        (welcome,) = bot.api.said(script.chat)
        for _ in range(STEPS):
            entry = dice.choice(entries)
            possible: list[Callable[[], Awaitable[Any]]] = [
                lambda s=script, e=entry: s.says(f"/topic {e.number}", e.title),
                lambda s=script, e=entry: s.says(e.title, e.title),
                lambda s=script: s.says("", phrases.text_only, dice={"emoji": "🎲", "value": 1}),
                lambda s=script, e=entry, w=welcome: s.presses(w, f"t:{e.slug}:en", None, e.title),
                lambda s=script, e=entry: s.asks_inline(e.title),
                lambda s=script: s.edits(),
            ]
            script.steps.append(dice.choice(possible if script.steps else possible[:3]))
        scripts.append(script)
    return scripts


async def in_groups(bot: Bot, entries: list[Entry], phrases: Phrases, dice: random.Random) -> list[Script]:
    """Return the scripts of twenty groups, in each of which one press may send a message in so short a time."""
    world, scripts = bot.api.world, []
    hello = phrases.group_hello.format(name=f"@{USERNAME}")
    wait = phrases.rate_limited.format(seconds=3)
    other = entries[-1]
    for number in range(20):
        script = Script(bot, world.person(f"member {number}"), world.group())
        script.chat.sees_all = True
        script.expected.append("an old answer")
        old = bot.api.methods.sendMessage({"chat_id": script.chat.id, "text": "an old answer"})
        entry = dice.choice(entries)
        script.steps = [
            lambda s=script: s.bot.api.world.adds_bot(s.person, s.chat),
            lambda s=script: s.says("good morning, all", hello),
            lambda s=script, e=entry: s.says(f"@{USERNAME} {e.title}", e.title),
            lambda s=script, e=entry, o=old: s.presses(o, f"t:{e.slug}:en", None, e.title),
            lambda s=script, o=old: s.presses(o, f"w:{other.slug}:en", wait),
            lambda s=script, o=old: s.presses(o, "y:oversight:en", phrases.feedback_thanks),
            lambda s=script, o=old: s.presses(o, "y:oversight:en", phrases.feedback_thanks),
            lambda s=script: s.says(f"@{USERNAME} {URGENT}", phrases.private_matter),
            lambda s=script: s.says("/weather"),
            lambda s=script: s.bot.api.world._member(s.person, s.chat, "member", "left"),
        ]
        scripts.append(script)
    return scripts


async def test_five_hundred_mixed_updates_from_fifty_chats_are_each_answered_once_and_in_order(
    bot: Bot, catalogue: Catalogue, phrases: Phrases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interleaved at random; a third of what comes by webhook comes twice. The limits' clock stands still."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    dice = random.Random(7)  # noqa: S311 - the same mixture every time
    entries = list(catalogue.edition("en").entries.values())
    scripts = [*await in_private(bot, entries, phrases, dice), *await in_groups(bot, entries, phrases, dice)]
    turns = [script for script in scripts for _ in range(STEPS)]
    dice.shuffle(turns)
    assert len(turns) == 500
    twice = 0
    for number, script in enumerate(turns, start=1):
        await script.steps.pop(0)()
        if number % 100:
            continue
        for update in list(bot.api.world.updates) if not bot.polls else []:
            if dice.random() < 0.33:
                assert await bot.api.post(update) == 200
                twice += 1
            assert await bot.api.post(update) == 200
            bot.api.world.updates.remove(update)
        await bot.settle()
    for script in scripts:
        said = [message["text"].splitlines()[0] for message in bot.api.said(script.chat)]
        assert said == script.expected
        assert {query: bot.api.methods.answered[query].get("text") for query in script.answers} == script.answers
    assert bot.count("faqbot_duplicates_total", platform="telegram") == twice
    assert bot.count("faqbot_feedback_total", platform="telegram", entry="oversight", helpful="yes") == 20
    assert bot.app._inbox._turns == {}
