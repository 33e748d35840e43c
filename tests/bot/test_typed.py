"""Typed commands: each does what its name says, in both languages, and what it offers can be picked."""

from __future__ import annotations

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.message import Message
from bot.dialogue.reply import Answer, Clarify, Reply, SmallTalkReply, Topics
from bot.dialogue.typed import obey
from content.schema.catalogue import Catalogue

HERE = "tests:here"


class Terminal:
    """Types lines in one conversation: commands where they are some, else messages."""

    def __init__(self, conversation: Conversation, lang: str) -> None:
        self.conversation = conversation
        self.lang = lang

    async def types(self, text: str) -> Reply:
        message = Message(text, HERE, "terminal", locale=self.lang)
        return await obey(self.conversation, message) or await self.conversation.reply(message)


@pytest.fixture(params=["en", "es"])
def terminal(request: pytest.FixtureRequest, conversation: Conversation) -> Terminal:
    """A terminal in each language."""
    return Terminal(conversation, request.param)


@pytest.mark.parametrize("text", ["privacy", "/", "help me", "sb 54", " ", "", "and/or", "1/2"])
async def test_what_does_not_begin_with_a_slash_is_no_command(text: str, conversation: Conversation) -> None:
    found = await obey(conversation, Message(text, HERE, "terminal"))
    assert (found is None) == (text != "/")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/help", "help"),
        ("/HELP", "help"),
        (" /help ", "help"),
        ("/", "help"),
        ("/privacy", "privacy"),
        ("/about", "about"),
        ("/start", "welcome"),
        ("/language", "language"),
    ],
)
async def test_a_command_does_what_it_says(text: str, kind: str, terminal: Terminal) -> None:
    reply = await terminal.types(text)
    assert isinstance(reply, SmallTalkReply)
    assert (reply.kind, reply.lang) == (kind, terminal.lang)


@pytest.mark.parametrize("text", ["/topics", "/topic", "/faq", "/topics please"])
async def test_the_topics_are_listed(text: str, terminal: Terminal) -> None:
    reply = await terminal.types(text)
    assert isinstance(reply, Topics)
    assert reply.lang == terminal.lang


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("/topic sb 54", "immigration-enforcement"),
        ("/topic\nsb 54 ", "immigration-enforcement"),
        ("/topic 16", "local-police"),
        ("/faq sb 54", "immigration-enforcement"),
        ("/sb54", "immigration-enforcement"),
        ("/local_police", "local-police"),
        ("/topic who checks the task forces?", "oversight"),
        ("/topic ¿quién supervisa los grupos operativos?", "oversight"),
    ],
)
async def test_a_topic_is_shown_by_its_name_or_for_a_question(text: str, slug: str, terminal: Terminal) -> None:
    reply = await terminal.types(text)
    assert isinstance(reply, Answer)
    assert reply.slug == slug


async def test_a_near_name_is_offered(terminal: Terminal) -> None:
    assert isinstance(await terminal.types("/topic oversigt"), Clarify)


@pytest.mark.parametrize("text", ["/language español", "/language es", "/language Spanish"])
async def test_a_language_is_chosen_by_name(text: str, terminal: Terminal, catalogue: Catalogue) -> None:
    reply = await terminal.types(text)
    assert isinstance(reply, SmallTalkReply)
    assert reply.text == catalogue.edition("es").phrases.language_set
    assert (await terminal.types("/topics")).lang == "es"


async def test_a_language_that_is_none_of_ours_is_asked_about(terminal: Terminal, catalogue: Catalogue) -> None:
    reply = await terminal.types("/language klingon")
    assert isinstance(reply, SmallTalkReply)
    assert reply.text == catalogue.edition(terminal.lang).phrases.language_question


@pytest.mark.parametrize(("number", "lang"), [("1", "en"), ("2", "es")])
async def test_a_number_picks_a_language(number: str, lang: str, terminal: Terminal) -> None:
    await terminal.types("/language")
    assert (await terminal.types(number)).lang == lang
    assert (await terminal.types("/topics")).lang == lang


async def test_a_number_picks_a_topic_of_the_welcome(terminal: Terminal, catalogue: Catalogue) -> None:
    await terminal.types("/start")
    reply = await terminal.types("2")
    assert isinstance(reply, Answer)
    assert reply.slug == catalogue.edition("en").language.starters[1]
