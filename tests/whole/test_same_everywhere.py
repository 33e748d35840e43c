"""The same conversations on Slack, on Telegram and in the terminal: the same outcome, however it came in."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.talking.talk import reply_to
from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.dialogue.message import Author
from bot.dialogue.reply import Answer, Reply, type_of
from bot.service.desk import Desk
from bot.service.outcome import Say
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from tests.fakes.deployment import Deployment, slack_person
from tests.fakes.slack.payloads import command, direct

CONVERSATIONS = [
    ("hello", "5"),
    ("hello", "2", "tell me more", "go back"),
    ("hola", "5"),
    ("hello", "hello", "5"),
    ("5", "1", "are you sure?", "why"),
    ("/topic 99", "1"),
    ("/topic 0",),
    ("/topic sb 54", "2"),
    ("/topic oversigt", "1"),
    ("/topic who checks the task forces?",),
    ("/faq",),
    ("/topics", "16"),
    ("/temas", "3"),
    ("/idioma english", "5"),
    ("/idioma español", "who checks the task forces?"),
    ("/language", "2", "/topics"),
    ("/language klingon",),
    ("/hepl", "1"),
    ("/privasidad",),
    ("/help", "hello"),
    ("/privacy",),
    ("/tema", "16"),
    ("/tema 16", "2"),
    ("/topic16",),
    ("/topic_16", "1"),
    ("/tema_sb_54",),
    ("/sos",),
    ("/auxilio", "1"),
    ("/sos agents are at my door",),
    ("/topics 16",),
    ("/about",),
    ("/oversight", "tell me more"),
    ("/ice is at my door what do i do",),
    ("ice is at my door what do i do", "5"),
    ("la migra está tocando mi puerta qué hago",),
    ("who checks the task forces? my number is 123-45-6789",),
    ("what is the weather like in Paris", "what is the weather like in Paris"),
    ("what is a detainer", "1"),
    ("en español por favor", "5", "in english"),
    ("what are the pros and cons", "1", "the second one"),
    ("thanks", "bye"),
    ("¿quién vigila a los agentes?", "2"),
    ("tell me about schools", "1"),
    ("none of these", "99", "😀"),
    ("are deputies allowed to cover up their faces with those ski masks", "1", "en español", "1"),
    ("oversight", "public forums", "in Spanish"),
    ("/topic dui", "tell me more"),
]

Outcome = tuple[str, str, str, str, tuple[str, ...], bool]


def outcome(reply: Reply, catalogue: Catalogue) -> Outcome:
    """Return what matters of a reply on every platform: its kind, subject, leading point, language and choices."""
    about = reply.slug if isinstance(reply, Answer) else str(getattr(reply, "signpost", getattr(reply, "term", "")))
    cautions = [edition.phrases.caution_personal for edition in catalogue.editions.values()]
    cautious = any(note in cautions for note in reply.notes)
    led = reply.point.id if isinstance(reply, Answer) and reply.point else ""
    return type_of(reply), about, led, reply.lang, tuple(choice.action for choice in reply.suggestions), cautious


class Said:
    """What the desk was told that people have been told."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.replies: list[Reply] = []
        original = desk.said

        async def said(say: Say, author: Author) -> None:
            self.replies.append(say.reply)
            await original(say, author)

        monkeypatch.setattr(desk, "said", said)

    def only(self) -> Reply:
        (reply,) = self.replies
        self.replies.clear()
        return reply


async def on_slack(bot: Deployment, said: Said, lines: tuple[str, ...]) -> list[Reply]:
    user, channel = slack_person(bot.slack)
    replies = []
    for line in lines:
        name, _, rest = line.removeprefix("/").partition(" ")
        words = rest if name in ("topic", "faq") else line.removeprefix("/")
        payload: dict[str, Any] = direct(line, user=user, channel=channel)
        if line.startswith("/"):
            payload = command(words, bot.slack.response_url(channel), user=user, channel=channel)
        sent = len(bot.slack.sent)
        response = await bot.event(payload)
        assert response.status_code == 200
        assert len(bot.slack.sent) - sent + bool(response.content) == 1, "one message, or the acknowledgement"
        replies.append(said.only())
    return replies


async def on_telegram(bot: Deployment, said: Said, lines: tuple[str, ...]) -> list[Reply]:
    person, replies = bot.telegram.world.person("Somebody", "en"), []
    for line in lines:
        sent = len(bot.telegram.made("sendMessage"))
        await bot.telegram.world.says(person, line)
        assert (await bot.update(bot.telegram.world.updates.pop())).status_code == 200
        assert len(bot.telegram.made("sendMessage")) == sent + 1
        replies.append(said.only())
    return replies


async def in_the_terminal(catalogue: Catalogue, matcher: Matcher, lines: tuple[str, ...]) -> list[Reply]:
    desk = Desk(Conversation(catalogue, matcher, Recollection(MemoryStore(), KeyMaker(b"tests"))))
    return [await reply_to(desk, line, "en") for line in lines]


@pytest.mark.parametrize("lines", CONVERSATIONS, ids=" > ".join)
async def test_the_same_lines_have_the_same_outcome_on_every_platform(
    bot: Deployment, catalogue: Catalogue, matcher: Matcher, monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...]
) -> None:
    said = Said(bot.services.desk, monkeypatch)
    slack = [outcome(reply, catalogue) for reply in await on_slack(bot, said, lines)]
    telegram = [outcome(reply, catalogue) for reply in await on_telegram(bot, said, lines)]
    terminal = [outcome(reply, catalogue) for reply in await in_the_terminal(catalogue, matcher, lines)]
    assert slack == telegram == terminal
