"""From a failed answer to a person: the operator's contact, else the official list, wherever the bot did not help."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from bot.cli.talking.terminal import render_text
from bot.dialogue.actions import Action, Verb
from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.dialogue.message import Author, Message
from bot.dialogue.reply import Clarify, Fallback, Notice, Person, Reply, UrgentReply
from bot.dialogue.writer import LEGAL_HELP, ReplyWriter
from bot.service.desk import Desk
from bot.service.outcome import Say, Wait
from bot.slack.render.renderer import render as slack_render
from bot.state.limits import PERSON_LIMIT, URGENT_LIMIT, RateLimits
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from bot.telegram.render.renderer import render as telegram_render
from content.schema.catalogue import Catalogue, LocalHelp, Resource
from intents.matcher import Matcher
from tests.fakes.slack.judges import judge_message

LANGUAGES = ("en", "es")
DESK = Resource(
    id="desk", label="Our legal desk", phone="555 0100", url="https://desk.example/help", note="9 to 5",
    opened=date(2026, 11, 24),
)  # fmt: skip


@pytest.fixture
def with_contact(catalogue: Catalogue) -> Catalogue:
    return replace(catalogue, local=LocalHelp(contact=dict.fromkeys(LANGUAGES, DESK)))


def everywhere(reply: Reply, catalogue: Catalogue) -> list[str]:
    """Return ``reply`` as each platform shows it."""
    telegram = telegram_render(reply, catalogue.edition(reply.lang).phrases, "CalCoordFaqBot").texts[0]
    slack = slack_render(reply)
    return [render_text(reply), telegram, slack.text, str(slack.blocks)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_operators_contact_stands_under_refusals_and_urgent_help(with_contact: Catalogue, lang: str) -> None:
    replies = ReplyWriter(with_contact)
    for reply in (replies.fallback(lang), replies.fallback(lang, again=True), replies.urgent("door", lang)):
        for shown in everywhere(reply, with_contact):
            assert [part for part in (DESK.label, DESK.phone, DESK.note) if str(part) not in shown] == []
            assert str(DESK.url) in shown


def test_a_channel_of_the_operators_is_a_link_on_slack_and_nothing_elsewhere(catalogue: Catalogue) -> None:
    contact = dict.fromkeys(LANGUAGES, replace(DESK, slack_channel="C0123456789"))
    replies = ReplyWriter(replace(catalogue, local=LocalHelp(contact=contact)))
    for reply in (replies.fallback("en", again=True), replies.urgent("door", "es")):
        text, telegram, slack, blocks = everywhere(reply, catalogue)
        assert "<#C0123456789>" in slack
        assert "<#C0123456789>" in blocks
        assert "C0123456789" not in text + telegram
        judge_message(slack_render(reply).payload)


def test_a_user_group_of_the_operators_is_named_on_slack_and_alerted_nowhere(catalogue: Catalogue) -> None:
    contact = dict.fromkeys(LANGUAGES, replace(DESK, slack_user_group="legal-desk"))
    replies = ReplyWriter(replace(catalogue, local=LocalHelp(contact=contact)))
    for reply in (replies.fallback("en", again=True), replies.urgent("door", "es")):
        text, telegram, slack, blocks = everywhere(reply, catalogue)
        for shown in (slack, blocks):
            assert "`@legal-desk`" in shown
            assert "subteam" not in shown
        assert "legal-desk" not in text + telegram
        judge_message(slack_render(reply).payload)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_one_the_official_list_stands_there(catalogue: Catalogue, lang: str) -> None:
    replies, legal_help = ReplyWriter(catalogue), catalogue.edition(lang).resources[LEGAL_HELP]
    assert "cdss.ca.gov/immigration-services" in replies.fallback(lang).text
    second = replies.fallback(lang, again=True)
    for reply in (second, *(replies.urgent(kind, lang) for kind in catalogue.edition(lang).urgent)):
        for shown in everywhere(reply, catalogue):
            assert str(legal_help.url) in shown
    named = [one.label for one in replies.urgent("door", lang).resources]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("verb", [Verb.NOT_HELPFUL, Verb.HELPFUL, Verb.WRONG])
async def test_who_was_not_helped_is_told_whom_to_turn_to_whether_the_vote_counts_or_not(
    with_contact: Catalogue, matcher: Matcher, verb: Verb
) -> None:
    desk = Desk(Conversation(with_contact, matcher, Recollection(MemoryStore(), KeyMaker(b"tests"))))
    author = Author(platform="slack", person="p", conversation="c")
    told: list[Person | None] = []
    for _ in range(2):
        outcome = await desk.press(Action(verb, "oversight", "en"), author)
        assert isinstance(outcome, Say)
        assert isinstance(outcome.reply, Notice)
        told.append(outcome.reply.person)
    assert [person is not None for person in told] == [verb is Verb.NOT_HELPFUL] * 2


@pytest.mark.parametrize("before", ["5", "ICE is at my door", "what is SB 627", "asdf qwer", ""])
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_who_types_that_it_did_not_help_is_told_whom_to_turn_to(
    with_contact: Catalogue, matcher: Matcher, lang: str, before: str
) -> None:
    conversation = Conversation(with_contact, matcher, Recollection(MemoryStore(), KeyMaker(b"tests")))
    words = with_contact.edition(lang).phrases.not_helpful
    if before:
        await conversation.reply(Message(before, "c"))
    for _ in range(2):
        reply = await conversation.reply(Message(words, "c"))
        assert all(DESK.label in shown for shown in everywhere(reply, with_contact)), reply
        assert reply.lang == lang


async def test_a_limit_lets_people_through_to_a_person_a_few_times(with_contact: Catalogue, matcher: Matcher) -> None:
    store, keys = MemoryStore(), KeyMaker(b"tests")
    desk = Desk(Conversation(with_contact, matcher, Recollection(store, keys)), RateLimits(store, keys))
    author = Author(platform="slack", person="p", conversation="c")
    await desk.ask("5", author)
    for _ in range(PERSON_LIMIT.most):
        await desk.press(Action(Verb.HELPFUL, "oversight", "en"), author)
    assert isinstance(await desk.press(Action(Verb.HELPFUL, "oversight", "en"), author), Wait)
    pressed = await desk.press(Action(Verb.NOT_HELPFUL, "oversight", "en"), author)
    typed = await desk.ask("Not helpful", author)
    for outcome in (pressed, typed):
        assert isinstance(outcome, Say)
        assert isinstance(outcome.reply, Notice | Clarify)
        assert outcome.reply.person is not None
    for _ in range(URGENT_LIMIT.most):
        last = await desk.press(Action(Verb.NOT_HELPFUL, "oversight", "en"), author)
    assert isinstance(last, Wait), "no way round the limit"


async def test_a_second_miss_names_people_and_no_message_is_passed_on(conversation: Conversation) -> None:
    said = [await conversation.reply(Message(text, "c")) for text in ("qwrt zxcv", "plok mnbv")]
    assert isinstance(said[1], Fallback)
    assert said[1].person is not None
    assert not isinstance(said[0], UrgentReply)
