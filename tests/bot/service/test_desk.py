"""The rules about answering people, as the desk holds them for every platform."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, parse_action
from bot.dialogue.commands import START_CAUTION
from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.dialogue.message import Author
from bot.dialogue.reply import (
    Answer,
    Clarify,
    Notice,
    Reply,
    SmallTalkReply,
    Sourced,
    Topics,
    UrgentReply,
    WholeAnswer,
)
from bot.logs import get_logger
from bot.metrics import COARSE_SECONDS, Metrics
from bot.service.desk import Desk
from bot.service.gaps import Gaps
from bot.service.inbox import Inbox, NotDoneError, Result
from bot.service.outcome import Outcome, Say, Silence, Wait
from bot.state.batch import Batch
from bot.state.limits import CHAT_LIMIT, GROUP_LIMIT, PERSON_LIMIT, URGENT_LIMIT, RateLimits
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.schema.catalogue import Catalogue
from intents.matcher import Matcher

OVERSIGHT = "who checks that ICE task forces follow the rules?"
URGENT = "ice is at my door what do i do"
NUMBER = "my number is 123-45-6789"
ALONE = Author(platform="telegram", person="telegram:7:7", conversation="telegram:7:7", locale="en")
GROUP = replace(ALONE, conversation="telegram:-1:7", chat="telegram:-1", private=False, paced=True, met=True)
CHANNEL = Author(platform="slack", person="slack:T:U", conversation="slack:T:C:1", chat="slack:T:C", private=False)


class Rig:
    """A desk whose time moves only when told to."""

    def __init__(self, catalogue: Catalogue, matcher: Matcher) -> None:
        self.now = 1000.0
        store, keys = MemoryStore(lambda: self.now), KeyMaker(b"tests")
        self.metrics = Metrics(clock=lambda: self.now)
        self.inbox = Inbox("telegram", store, keys, self.metrics)
        self.conversation = Conversation(catalogue, matcher, Recollection(store, keys))
        self.desk = Desk(self.conversation, RateLimits(store, keys), self.metrics, get_logger)

    async def says(self, text: str, author: Author = ALONE) -> Reply:
        outcome = await self.desk.ask(text, author)
        assert isinstance(outcome, Say), outcome
        await self.desk.said(outcome, author)
        return outcome.reply

    async def commands(self, name: str, rest: str = "", author: Author = ALONE) -> Reply:
        outcome = await self.desk.command(name, rest, author)
        assert isinstance(outcome, Say), outcome
        await self.desk.said(outcome, author)
        return outcome.reply

    async def use_up(self, author: Author, times: int = PERSON_LIMIT.most) -> None:
        for _ in range(times):
            assert not isinstance(await self.desk.command("about", "", author), Wait)


@pytest.fixture
def rig(catalogue: Catalogue, matcher: Matcher) -> Rig:
    return Rig(catalogue, matcher)


# The grammar of commands


@pytest.fixture(params=["en", "es"])
def author(request: pytest.FixtureRequest) -> Author:
    """Somebody in each language who has been met."""
    return replace(ALONE, locale=request.param, met=True)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("help", "help"),
        ("HELP", "help"),
        ("", "help"),
        ("privacy", "privacy"),
        ("about", "about"),
        ("start", "welcome"),
        ("language", "language"),
    ],
)
async def test_a_command_does_what_it_says(rig: Rig, author: Author, name: str, kind: str) -> None:
    reply = await rig.commands(name, author=author)
    assert isinstance(reply, SmallTalkReply)
    assert (reply.kind, reply.lang) == (kind, author.locale)


@pytest.mark.parametrize(
    ("name", "rest"), [("topics", ""), ("topic", ""), ("faq", ""), ("topics", "please"), ("faq", "topics")]
)
async def test_the_topics_are_listed(rig: Rig, author: Author, name: str, rest: str) -> None:
    reply = await rig.commands(name, rest, author)
    assert isinstance(reply, Topics)
    assert reply.lang == author.locale


@pytest.mark.parametrize(
    ("name", "rest", "slug"),
    [
        ("topic", "sb 54", "immigration-enforcement"),
        ("topic", "\n sb 54 ", "immigration-enforcement"),
        ("topic", "16", "local-police"),
        ("faq", "sb 54", "immigration-enforcement"),
        ("help", "sb 54", "immigration-enforcement"),
        ("sb54", "", "immigration-enforcement"),
        ("local_police", "", "local-police"),
        ("topic", "who checks the task forces?", "oversight"),
        ("topic", "¿quién supervisa los grupos operativos?", "oversight"),
    ],
)
async def test_a_topic_is_shown_by_its_name_or_for_a_question(
    rig: Rig, author: Author, name: str, rest: str, slug: str
) -> None:
    reply = await rig.commands(name, rest, author)
    assert isinstance(reply, Answer)
    assert reply.slug == slug


async def test_a_near_name_is_offered(rig: Rig, author: Author) -> None:
    assert isinstance(await rig.commands("topic", "oversigt", author), Clarify)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("language", "español"),
        ("language", "es"),
        ("idioma", "Spanish"),
        ("faq", "idioma español"),
        ("topic", "language es"),
    ],
)
async def test_a_language_is_chosen_by_name(
    rig: Rig, author: Author, catalogue: Catalogue, name: str, rest: str
) -> None:
    reply = await rig.commands(name, rest, author)
    assert isinstance(reply, SmallTalkReply)
    assert reply.text == catalogue.edition("es").phrases.language_set
    assert (await rig.commands("topics", author=author)).lang == "es"
    elsewhere = replace(author, conversation="telegram:-1:7")
    assert (await rig.commands("topics", author=elsewhere)).lang == "es", "it is the person's, wherever they write"


async def test_a_language_that_is_none_of_ours_is_asked_about(rig: Rig, author: Author, catalogue: Catalogue) -> None:
    reply = await rig.commands("language", "klingon", author)
    assert isinstance(reply, SmallTalkReply)
    assert reply.text == catalogue.edition(author.locale).phrases.language_question


@pytest.mark.parametrize(("number", "lang"), [("1", "en"), ("2", "es")])
async def test_a_number_picks_a_language(rig: Rig, author: Author, number: str, lang: str) -> None:
    await rig.commands("language", author=author)
    assert (await rig.says(number, author)).lang == lang
    assert (await rig.commands("topics", author=author)).lang == lang


@pytest.mark.parametrize(
    ("name", "rest", "form", "command"),
    [
        ("hepl", "", "/{}", "/help"),
        ("topcs", "", "/{}@bot", "/topics@bot"),
        ("faq", "hepl", "/faq {}", "/faq help"),
        ("ayda", "", "/{}", "/ayuda"),
    ],
)
async def test_a_slip_is_suggested_as_commands_are_written_there_and_not_run(
    rig: Rig, catalogue: Catalogue, name: str, rest: str, form: str, command: str
) -> None:
    lang = "es" if "ayuda" in command else "en"
    reply = await rig.commands(name, rest, replace(ALONE, form=form, met=True))
    assert isinstance(reply, SmallTalkReply)
    assert reply.text == catalogue.edition(lang).phrases.near_command.format(command=command)
    assert (await rig.says("1", replace(ALONE, met=True))) is not None


async def test_the_number_of_no_topic_is_told_so(rig: Rig, author: Author, catalogue: Catalogue) -> None:
    reply = await rig.commands("topic", "99", author)
    assert isinstance(reply, SmallTalkReply)
    assert reply.text == catalogue.edition(author.locale).phrases.no_such_topic.format(number=99, last=20)
    assert isinstance(await rig.says("1", author), Topics), "its one choice"


@pytest.mark.parametrize("platform", ["slack", "telegram", "terminal"])
async def test_help_is_the_platforms_own_however_it_is_asked_for(rig: Rig, catalogue: Catalogue, platform: str) -> None:
    there = replace(ALONE, platform=platform, met=True)
    own = getattr(catalogue.edition("en").phrases, f"help_{platform}")
    press = await rig.desk.press(Action(Verb.HELP, "", "en"), there)
    assert isinstance(press, Say)
    for reply in (await rig.commands("help", author=there), await rig.says("help", there), press.reply):
        assert isinstance(reply, SmallTalkReply)
        assert reply.text == own


# First contact


async def test_a_person_is_told_once_what_this_is_and_only_when_it_has_reached_them(
    rig: Rig, catalogue: Catalogue
) -> None:
    short = catalogue.edition("en").phrases.welcome_short
    for _ in range(2):
        outcome = await rig.desk.ask(OVERSIGHT, ALONE)
        assert isinstance(outcome, Say)
        assert short in repr(outcome.reply), "the first was never sent"
    await rig.desk.said(outcome, ALONE)
    assert short not in repr(await rig.says(OVERSIGHT))
    assert short not in repr(await rig.says(OVERSIGHT, replace(ALONE, person="telegram:8:8", met=True)))


async def test_urgent_help_comes_without_it(rig: Rig, catalogue: Catalogue) -> None:
    reply = await rig.says(URGENT)
    assert isinstance(reply, UrgentReply)
    assert catalogue.edition("en").phrases.welcome_short not in repr(reply)


async def test_a_greeting_is_welcomed_the_first_time_and_who_says_nothing_too(rig: Rig, catalogue: Catalogue) -> None:
    welcome = catalogue.edition("en").phrases.welcome
    nobody = replace(ALONE, person="telegram:8:8", conversation="telegram:8:8")
    for text, author in (("hello", ALONE), (" ", nobody)):
        first, second = await rig.says(text, author), await rig.says(text, author)
        assert isinstance(first, SmallTalkReply)
        assert isinstance(second, SmallTalkReply)
        assert first.text == welcome != second.text


@pytest.mark.parametrize(
    ("text", "declined"),
    [
        ("who checks task forces", True),
        ("what is the weather", True),
        ("ICE is at my door", False),
        ("Helfen Sie mir bitte", False),
        ("加州警察可以帮助ICE吗", False),
    ],
)
async def test_a_file_beside_words_is_declined_in_a_line_but_before_help_and_cards_nothing_stands(
    text: str, declined: bool, rig: Rig, catalogue: Catalogue
) -> None:
    line = catalogue.edition("en").phrases.file_unread
    say = await rig.desk.ask(text, ALONE, has_file=True)
    assert isinstance(say, Say)
    assert (line in say.reply.notes) is declined
    again = await rig.desk.ask(text, ALONE)
    assert isinstance(again, Say)
    assert line not in again.reply.notes


# Personal numbers


@pytest.mark.parametrize("text", [f"{OVERSIGHT} my A-number is A123456789", "123-45-6789", "call me at 415 555 0123"])
async def test_where_nobody_else_reads_the_caution_comes_before_everything_else(
    rig: Rig, catalogue: Catalogue, text: str
) -> None:
    reply = await rig.says(text)
    assert reply.notes[0] == catalogue.edition(reply.lang).phrases.caution_personal
    assert (await rig.says(OVERSIGHT)).notes == ()


@pytest.mark.parametrize("author", [GROUP, CHANNEL], ids=["group", "channel"])
async def test_where_others_read_the_caution_is_for_the_asker_alone(
    rig: Rig, catalogue: Catalogue, author: Author
) -> None:
    outcome = await rig.desk.ask(f"{OVERSIGHT} {NUMBER}", author)
    caution = catalogue.edition("en").phrases.caution_personal
    assert isinstance(outcome, Say)
    assert outcome.caution is not None
    assert outcome.caution.text == caution
    assert caution not in repr(outcome.reply)


async def test_a_link_may_bring_the_caution_along(rig: Rig, catalogue: Catalogue) -> None:
    reply = await rig.commands("start", f"{START_CAUTION}oversight")
    assert isinstance(reply, Answer)
    assert reply.notes[0] == catalogue.edition("en").phrases.caution_personal


# Limits, which what is urgent passes


Asks = Callable[[Rig, Author], object]


async def beyond(rig: Rig, author: Author, text: str = OVERSIGHT) -> list[type[Outcome]]:
    return [type(await rig.desk.ask(text, author)) for _ in range(3)]


@pytest.mark.parametrize("author", [ALONE, CHANNEL], ids=["alone", "channel"])
async def test_twenty_messages_a_minute_are_answered_then_comes_one_notice_then_silence(
    rig: Rig, author: Author
) -> None:
    assert PERSON_LIMIT.most == 20
    await rig.use_up(author, 20)
    assert await beyond(rig, author) == [Wait, Silence, Silence]
    rig.now += 61
    assert await beyond(rig, author) == [Say, Say, Say]


async def test_sixty_messages_a_minute_are_the_most_in_a_channel_and_nobodys_own_limit_is_used_up(rig: Rig) -> None:
    assert CHAT_LIMIT.most == 60
    for number in range(3):
        await rig.use_up(replace(CHANNEL, person=f"slack:T:{number}"), 20)
    assert await beyond(rig, CHANNEL) == [Wait, Silence, Silence]
    assert await beyond(rig, replace(CHANNEL, chat="", conversation=CHANNEL.person)) == [Say, Say, Say]


async def test_what_is_urgent_is_answered_three_times_a_minute_beyond_them(rig: Rig) -> None:
    assert URGENT_LIMIT.most == 3
    await rig.use_up(ALONE)
    assert await beyond(rig, ALONE, URGENT) == [Say, Say, Say]
    assert await beyond(rig, ALONE, URGENT) == [Wait, Silence, Silence]
    for name, rest in (("start", "help-door"), ("faq", URGENT), ("hepl", URGENT)):
        other = replace(ALONE, person=f"telegram:{name}", conversation=name)
        await rig.use_up(other)
        assert isinstance(await rig.desk.command(name, rest, other), Say)


async def test_presses_are_limited_by_person_and_may_always_be_told_the_wait(rig: Rig) -> None:
    action = Action(Verb.TOPIC, "oversight", "en")
    for number in range(4):
        for _ in range(20):
            assert isinstance(await rig.desk.press(action, replace(CHANNEL, person=f"slack:T:{number}")), Say)
    outcomes = [await rig.desk.press(action, replace(CHANNEL, person="slack:T:0")) for _ in range(2)]
    assert [isinstance(one, Wait) and one.told for one in outcomes] == [False, True]


async def test_questions_in_a_group_are_all_answered_and_presses_paced(rig: Rig) -> None:
    assert [type(await rig.desk.ask(OVERSIGHT, GROUP)) for _ in range(5)] == [Say] * 5
    assert isinstance(await rig.desk.press(Action(Verb.TOPIC, "oversight", "en"), GROUP), Say)
    too_soon = await rig.desk.press(Action(Verb.TOPIC, "oversight", "en"), GROUP)
    assert isinstance(too_soon, Wait)
    assert too_soon.seconds == 3
    for in_place in (Action(Verb.TOPICS, "2", "en"), Action(Verb.NONE, "", "en"), Action(Verb.LANGUAGE, "", "en")):
        assert isinstance(await rig.desk.press(in_place, GROUP), Say), "it changes the message that it is below"
    rig.now += 3
    assert isinstance(await rig.desk.press(Action(Verb.TOPIC, "oversight", "en"), GROUP), Say)


async def test_a_group_is_asked_to_wait_once_a_minute_whoever_writes_too_much(rig: Rig) -> None:
    other = replace(GROUP, person="telegram:8:8", conversation="telegram:-1:8")
    for person in (GROUP, other):
        await rig.use_up(person)
    assert [await beyond(rig, person) for person in (GROUP, other)] == [[Wait, Silence, Silence], [Silence] * 3]
    rig.now += 60
    for person in (GROUP, other):
        await rig.use_up(person)
    assert await beyond(rig, other) == [Wait, Silence, Silence]


async def test_a_group_gets_the_answers_to_twenty_presses_a_minute(rig: Rig) -> None:
    assert GROUP_LIMIT.most == 20
    answers = 0
    for number in range(24):
        person = replace(GROUP, person=f"telegram:{number % 3}")
        answers += isinstance(await rig.desk.press(Action(Verb.TOPIC, "oversight", "en"), person), Say)
        rig.now += 2.9 if number % 2 else 3.1
    assert 12 <= answers <= 21


# Votes, counting


async def test_a_vote_counts_once_for_each_person_and_entry_and_is_thanked_by_a_notice(rig: Rig) -> None:
    for person, slug in (("a", "oversight"), ("a", "oversight"), ("b", "oversight"), ("a", "no-such-topic")):
        outcome = await rig.desk.press(Action(Verb.HELPFUL, slug, "en"), replace(ALONE, person=person))
        assert isinstance(outcome, Say)
        assert isinstance(outcome.reply, Notice)
        await rig.desk.said(outcome, ALONE)
    shown = rig.metrics.text().decode()
    assert 'faqbot_feedback_total{entry="oversight",helpful="yes",platform="telegram"} 2.0' in shown
    assert "no-such-topic" not in shown
    assert "faqbot_replies_total{" not in shown, "a notice is no reply"


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_a_vote_can_be_typed_under_an_answer(rig: Rig, lang: str) -> None:
    phrases = rig.desk.phrases(lang)
    typed = {phrases.helpful: "yes", phrases.wrong: "wrong", phrases.not_helpful: "no"}
    for words, opinion in typed.items():
        author = replace(ALONE, person=f"telegram:{opinion}", conversation=f"telegram:{opinion}", met=True)
        vote = f'faqbot_feedback_total{{entry="oversight",helpful="{opinion}",platform="telegram"}} 1.0'
        await rig.desk.ask(words, author)
        assert vote not in rig.metrics.text().decode(), "nothing was shown yet"
        await rig.desk.ask("5", author)
        for _ in range(2):
            outcome = await rig.desk.ask(f" {words.upper()}! ", author)
            assert vote in rig.metrics.text().decode(), "one vote a person"
            if opinion == "no":
                assert isinstance(outcome, Say)
                assert isinstance(outcome.reply, Clarify)
                break
            thanks = phrases.wrong_thanks if opinion == "wrong" else phrases.feedback_thanks
            assert isinstance(outcome, Say)
            assert isinstance(outcome.reply, SmallTalkReply)
            assert outcome.reply.text == thanks


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("statement", ["signpost/schools", "law/sb-580", "term/detainer"])
async def test_whether_what_stands_beside_the_entries_helped_is_counted_and_leads_to_a_person(
    rig: Rig, lang: str, statement: str
) -> None:
    replies, phrases = rig.desk.replies, rig.desk.phrases(lang)
    kind, _, name = statement.partition("/")
    shown = {"signpost": replies.signpost, "law": replies.law, "term": replies.glossary}[kind](name, lang)
    for vote, opinion, words in zip(
        shown.feedback[:2], ("yes", "no"), (phrases.helpful, phrases.not_helpful), strict=True
    ):
        counted = f'faqbot_feedback_total{{entry="{statement}",helpful="{opinion}",platform="telegram"}} '
        first, second = (replace(ALONE, person=f"{who} {opinion}", conversation=who, met=True) for who in "ab")
        pressed = parse_action(vote.action)
        assert pressed is not None
        outcome = await rig.desk.press(pressed, first)
        assert isinstance(outcome, Say)
        assert isinstance(outcome.reply, Notice)
        assert (outcome.reply.person is not None) == (opinion == "no")
        assert counted + "1.0" in rig.metrics.text().decode()
        await rig.desk.conversation.offer(second.conversation, shown)
        await rig.desk.ask(words, second)
        assert counted + "2.0" in rig.metrics.text().decode(), "typed as pressed"


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_what_is_wrong_is_counted_by_the_statement_that_was_shown(rig: Rig, lang: str) -> None:
    replies = rig.desk.replies
    shown = {
        "local-police": replies.answer("local-police", lang),
        "local-police/ask-status": replies.answer("local-police", lang, "ask-status"),
        "oversight": replies.whole("oversight", lang),
        "signpost/schools": replies.signpost("schools", lang),
        "law/sb-580": replies.law("sb-580", lang, sources=True),
        "term/detainer": replies.glossary("detainer", lang),
        "urgent/door": replies.urgent("door", lang),
    }
    for statement, reply in shown.items():
        assert isinstance(reply, Answer | WholeAnswer | Sourced | UrgentReply)
        pressed = parse_action(reply.feedback[-1].action)
        assert pressed is not None
        counted = f'faqbot_feedback_total{{entry="{statement}",helpful="wrong",platform="telegram"}} '
        first, second = (replace(ALONE, person=f"{who} {statement}", conversation=who, met=True) for who in "ab")
        for _ in range(2):
            outcome = await rig.desk.press(pressed, first)
            assert isinstance(outcome, Say)
            assert isinstance(outcome.reply, Notice)
            assert outcome.reply.text == rig.desk.phrases(lang).wrong_thanks
        rig.now += COARSE_SECONDS
        assert counted + "1.0" in rig.metrics.text().decode(), "one vote a person"
        await rig.desk.conversation.offer(second.conversation, reply)
        await rig.desk.ask(rig.desk.phrases(lang).wrong, second)
        rig.now += COARSE_SECONDS
        assert counted + "2.0" in rig.metrics.text().decode(), "typed as pressed"


async def test_that_help_is_wrong_shows_at_the_turn_of_the_hour_and_is_no_gap(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    gaps = Gaps(tmp_path)
    monkeypatch.setattr(gaps, "disliked", lambda topic, _lang: noted.append(topic))
    desk = Desk(rig.conversation, None, rig.metrics, get_logger, gaps)
    for argument in ("u-door", "s-schools"):
        await desk.press(Action(Verb.WRONG, argument, "en"), ALONE)
    assert noted == ["signpost/schools"]
    assert "urgent/door" not in rig.metrics.text().decode(), "when somebody saw it is nobody's business"
    rig.now += COARSE_SECONDS
    assert 'entry="urgent/door",helpful="wrong"' in rig.metrics.text().decode()


@pytest.mark.parametrize(
    "argument", ["no-such-topic", "16-no-such-point", "s-none", "b-none", "d-none", "u-none", "u-unclear", "s-", ""]
)
async def test_what_no_content_states_is_never_counted_as_wrong(rig: Rig, argument: str) -> None:
    await rig.desk.press(Action(Verb.WRONG, argument, "en"), ALONE)
    assert "faqbot_feedback_total{" not in rig.metrics.text().decode()


async def test_a_vote_is_typed_on_answers_only(rig: Rig) -> None:
    author = replace(ALONE, met=True)
    for shown, words in itertools.product(
        ("SOS", "asdf qwer", "ICE is at my door"), ("This is wrong", "Helpful", "Not helpful")
    ):
        if words != "This is wrong" or shown != "ICE is at my door":
            await rig.desk.ask("5", author)
            await rig.desk.ask(shown, author)
            await rig.desk.ask(words, author)
            rig.now += COARSE_SECONDS
    for argument in ("u-door", "16-no-such-point", "16-ask-status"):
        await rig.desk.press(Action(Verb.HELPFUL, argument, "en"), author)
    rig.now += COARSE_SECONDS
    assert "faqbot_feedback_total{" not in rig.metrics.text().decode()


async def test_a_reply_is_counted_when_it_has_been_said_and_logged_with_its_delivery(
    rig: Rig, log: io.StringIO
) -> None:
    author = replace(ALONE, batch=Batch(MemoryStore(), "abc123"))
    outcome = await rig.desk.ask(OVERSIGHT, author)
    assert "faqbot_replies_total{" not in rig.metrics.text().decode()
    assert isinstance(outcome, Say)
    await rig.desk.said(outcome, author)
    counted = 'faqbot_replies_total{entry="oversight",lang="en",platform="telegram",type="answer"} 1.0'
    assert counted in rig.metrics.text().decode()
    assert "abc123" in log.getvalue()


async def test_something_without_words_is_told_that_only_text_is_read(rig: Rig, catalogue: Catalogue) -> None:
    author, unread = replace(ALONE, met=True), catalogue.edition("en").phrases.text_only
    page = "https://news.example/2026/ice-is-at-my-door-right-now-123456789"
    for outcome in (
        await rig.desk.unread(author),
        await rig.desk.ask("", author, has_file=True),
        await rig.desk.ask(page, author),
        await rig.desk.ask(f" {page.upper()}\n", author),
        await rig.desk.ask("", author, claim=page),
        await rig.desk.ask("is this true?", author, claim=page),
        await rig.desk.ask(f"is this true? {page}", author),
        await rig.desk.ask("is this true?", author, has_file=True),
    ):
        assert isinstance(outcome, Say)
        assert isinstance(outcome.reply, SmallTalkReply)
        assert (outcome.reply.text, outcome.reply.notes) == (unread, ())


async def test_what_the_address_of_a_page_says_nobody_has_said(rig: Rig, catalogue: Catalogue) -> None:
    author = replace(ALONE, met=True)
    page = "https://news.example/ice-is-at-my-door-right-now/123-45-6789"
    assert await rig.says(f"{OVERSIGHT} {page}", author) == await rig.says(OVERSIGHT, author)
    assert not await rig.desk.hurries(page, author)
    assert await rig.commands("topic", f"oversight {page}", author) == await rig.commands("topic", "oversight", author)
    assert isinstance(await rig.says(f"ICE is at my door right now {page}", author), UrgentReply)
    trusted = await rig.says("how do I know that this is true?", replace(author, person="b", conversation="b"))
    assert trusted == rig.desk.replies.smalltalk("why-trust-you", "en")


@pytest.mark.parametrize("follow", ["2", "the second one", "tell me more", "shorter", "back", "hm?"])
async def test_a_message_that_comes_again_because_its_reply_was_lost_means_what_it_meant(rig: Rig, follow: str) -> None:
    """What was picked was already the last answer: "2" then picked from the choices below that."""
    replies: list[Reply] = []

    async def work(batch: Batch) -> None:
        replies.append(await rig.says(follow, replace(ALONE, delivery="7", batch=batch)))
        if len(replies) == 1:
            raise NotDoneError

    await rig.says("does my local police work with ICE")
    await rig.says(OVERSIGHT)
    ahead = rig.desk.ahead(replace(ALONE, delivery="7"))
    results = [await rig.inbox.take(("message", "7"), work, ahead=ahead) for _ in range(3)]
    assert results == [Result.LATE, Result.DONE, Result.SEEN]
    first, again = replies
    assert again == first
    if follow == "2":
        assert await rig.says("2", replace(ALONE, delivery="8")) != first
