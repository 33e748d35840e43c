"""The point that a question asks for still leads where the answer takes a turn: a choice, a name, another language."""

from __future__ import annotations

import pytest

from bot.cli.editing.rendercheck import all_replies
from bot.dialogue.actions import CODE_BYTES, Verb, of_topic, parse_action
from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.dialogue.message import Message
from bot.dialogue.reply import Answer, Clarify, GlossaryReply, LawReply, Reply, SignpostReply, Sourced, WholeAnswer
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.schema.catalogue import Catalogue
from intents.match import NOTHING, Before, Candidate, Decision, Intent, Match
from intents.matcher import Matcher

CHOICES = (Intent.parse("entry/local-police"), Intent.parse("entry/oversight"), Intent.parse("signpost/schools"))
LEADING = {"local-police": "masks-badges", "oversight": "forums"}
UNCLEAR = "unclear"
BESIDE = "beside"


class Unclear:
    """The real matcher, but that one word is unclear and another asks for two things."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def match(self, text: str, preferred: str, before: Before = NOTHING) -> Match:
        best = (Candidate(5, "oversight", 0.3),)
        if text == UNCLEAR:
            return Match(Decision.CLARIFY, preferred, False, 0.5, best, choices=CHOICES, leading=LEADING)
        if text == BESIDE:
            return Match(
                Decision.SIGNPOST, preferred, False, 0.9, best, target="schools", also=CHOICES[:1], leading=LEADING
            )
        return self._matcher.match(text, preferred, before)

    def __getattr__(self, name: str) -> object:
        return getattr(self._matcher, name)


class Talk:
    """One conversation in the terminal."""

    def __init__(self, catalogue: Catalogue, matcher: Unclear) -> None:
        store = Recollection(MemoryStore(), KeyMaker(b"tests"))
        self.conversation = Conversation(catalogue, matcher, store)  # type: ignore[arg-type]

    async def says(self, *texts: str, about: str = "") -> Reply:
        for text in texts:
            reply = await self.conversation.reply(Message(text, "tests", locale="en", about=about))
        return reply

    async def presses(self, code: str) -> Reply:
        action = parse_action(code)
        assert action is not None
        return await self.conversation.act(action, "tests")


@pytest.fixture
def talk(catalogue: Catalogue, matcher: Matcher) -> Talk:
    """A conversation that has just begun."""
    return Talk(catalogue, Unclear(matcher))


def led(reply: Reply) -> tuple[str, str | None, str]:
    """Return what was answered, which point led, and the language."""
    assert isinstance(reply, Answer), reply
    return reply.slug, reply.point.id if reply.point else None, reply.lang


class TestQuestionBack:
    """The point that the unclear question asked for leads the choice."""

    @pytest.mark.parametrize(
        ("said", "slug"),
        [
            ("1", "local-police"),
            ("the first one", "local-police"),
            ("yes", "local-police"),
            ("2", "oversight"),
            ("the sheriffs one", "local-police"),
            ("Local police and sheriffs", "local-police"),
            (UNCLEAR, "local-police"),
            ("2 and 1", "oversight"),
        ],
    )
    async def test_leads_whatever_way_the_choice_is_made(self, said: str, slug: str, talk: Talk) -> None:
        asked = await talk.says(UNCLEAR)
        assert isinstance(asked, Clarify)
        assert led(await talk.says(said)) == (slug, LEADING[slug], "en")

    async def test_leads_by_the_button_too_long_after(self, talk: Talk) -> None:
        asked = await talk.says(UNCLEAR)
        action = parse_action(asked.suggestions[1].action)
        assert action is not None
        reply = await talk.conversation.act(action, "somebody else")
        assert led(reply) == ("oversight", "forums", "en")

    async def test_leads_the_other_one(self, talk: Talk) -> None:
        await talk.says(UNCLEAR, "1", UNCLEAR)
        assert led(await talk.says("the other one")) == ("oversight", "forums", "en")

    async def test_leads_after_the_question_was_asked_again_in_another_language(
        self, talk: Talk, catalogue: Catalogue
    ) -> None:
        asked = await talk.says(UNCLEAR, "en español")
        assert isinstance(asked, Clarify)
        assert asked.text == catalogue.edition("es").phrases.clarify
        assert led(await talk.says("1")) == ("local-police", "masks-badges", "es")

    async def test_leads_what_stands_beside_the_first_of_several_choices(self, talk: Talk) -> None:
        reply = await talk.says(UNCLEAR, "3 and 2")
        assert led(await talk.says("1")) == ("oversight", "forums", "en"), reply

    async def test_leads_what_is_offered_beside_another_answer(self, talk: Talk) -> None:
        reply = await talk.says(BESIDE)
        assert reply.suggestions[0].slug == "local-police"
        assert led(await talk.says("1")) == ("local-police", "masks-badges", "en")

    @pytest.mark.parametrize(
        ("said", "kind", "slug", "point"),
        [
            ("could agents walk into the emergency room", SignpostReply, "immigrant-protections", "clinics"),
            (
                "What is a 287(g) Agreement and how does it function in California?",
                GlossaryReply,
                "local-police",
                "task-forces",
            ),
            ("SB 805: must officers wear a name or badge", LawReply, "state-and-federal-law", "mask-id"),
        ],
    )
    async def test_leads_an_entry_below_what_was_shown(
        self, said: str, kind: type[Reply], slug: str, point: str, talk: Talk
    ) -> None:
        shown = await talk.says(said)
        assert isinstance(shown, kind)
        number = [choice.slug for choice in shown.suggestions].index(slug) + 1
        assert led(await talk.says(str(number))) == (slug, point, "en")

    def test_fits_every_button(self, catalogue: Catalogue) -> None:
        for slug, entry in catalogue.edition(None).entries.items():
            assert "--" not in slug
            for point in entry.points:
                action = of_topic(slug, point.id, "en")
                assert (action.subject, action.led_by) == (slug, point.id)
                assert parse_action(action.code) == action
                assert len(action.code) <= CODE_BYTES
        long = of_topic("a" * 40, "b" * 40, "en")
        assert (long.subject, long.led_by) == ("a" * 40, None)

    def test_is_of_no_choice_that_is_the_same_for_everybody(self, catalogue: Catalogue) -> None:
        for lang in catalogue:
            for name, reply in all_replies(catalogue, lang):
                actions = [parse_action(choice.action) for choice in reply.suggestions]
                assert all(one is None or one.verb is not Verb.TOPIC or one.led_by is None for one in actions), name


class TestNames:
    """An alias may name a point; a title, a number or a slug never does."""

    @pytest.mark.parametrize(
        ("said", "lang", "slug", "point"),
        [
            ("public forums", "en", "oversight", "forums"),
            ("foros públicos", "es", "oversight", "forums"),
            ("DUI", "en", "local-police", "dui-offenses"),
            ("tell me about release dates", "en", "what-is-shared", "release-dates"),
            ("parada de tráfico", "es", "local-police", "traffic-stop"),
            ("oversight", "en", "oversight", None),
            ("16", "en", "local-police", None),
            ("sheriffs", "en", "local-police", None),
            ("sb 54", "en", "immigration-enforcement", None),
        ],
    )
    async def test_lead_where_they_are_typed_and_where_they_are_looked_up(
        self, said: str, lang: str, slug: str, point: str | None, talk: Talk
    ) -> None:
        assert led(await talk.says(said)) == (slug, point, lang)
        message = Message(said.removeprefix("tell me about "), "another", locale=lang)
        assert led(await talk.conversation.look_up(message)) == (slug, point, lang)

    def test_of_titles_numbers_and_slugs_lead_no_point(self, catalogue: Catalogue, matcher: Matcher) -> None:
        for lang, edition in catalogue.editions.items():
            for entry in edition.entries.values():
                for name in (entry.title, entry.short_title, entry.slug, str(entry.number), f"#{entry.number}"):
                    match = matcher.match(name, lang)
                    assert (match.target, match.point) == (entry.slug, None), name

    async def test_of_a_point_on_offer_are_read_before_the_name_of_its_entry(
        self, talk: Talk, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(matcher._hearer.focus["en"], "points", lambda *_: {})
        assert led(await talk.says("local-police", "DUI")) == ("local-police", "dui-offenses", "en")
        assert led(await talk.says("local-police", "local police")) == ("local-police", None, "en")


class TestSources:
    """What leads below a signpost, law or term leads below it with its sources too."""

    ASKED = ("could agents walk into the emergency room", "what is a detainer", "AB 60")

    @pytest.mark.parametrize("said", ASKED)
    async def test_are_shown_by_a_press_with_the_same_topics_below(self, said: str, talk: Talk) -> None:
        shown = await talk.says(said)
        assert isinstance(shown, Sourced)
        assert any("--" in one.action for one in shown.related)
        sources = await talk.presses(shown.ways[0].action)
        assert isinstance(sources, Sourced)
        assert (sources.related, bool(sources.sources)) == (shown.related, True)
        shared = await talk.presses(shown.share.action)
        assert shared == shown

    async def test_of_something_else_have_the_topics_that_they_have_for_everybody(self, talk: Talk) -> None:
        shown = await talk.says(self.ASKED[0])
        assert isinstance(shown, Sourced)
        await talk.says(self.ASKED[1])
        sources = await talk.presses(shown.ways[0].action)
        assert isinstance(sources, Sourced)
        assert not any("--" in one.action for one in sources.related)


class TestReplies:
    """What is said in reply to an answer is about what led it, whoever says it and whatever came between."""

    ABOUT = "pt:16-masks-badges:en"

    async def test_repeat_what_led(self, talk: Talk) -> None:
        assert led(await talk.says("repeat that", about=self.ABOUT)) == ("local-police", "masks-badges", "en")

    async def test_say_what_led_in_another_language(self, talk: Talk) -> None:
        await talk.says("local-police")
        assert led(await talk.says("en español", about=self.ABOUT)) == ("local-police", "masks-badges", "es")

    async def test_lead_to_the_whole(self, talk: Talk) -> None:
        reply = await talk.says("tell me more", about=self.ABOUT)
        assert isinstance(reply, WholeAnswer)
        assert reply.slug == "local-police"

    async def test_to_the_last_answer_change_nothing_that_is_remembered(self, talk: Talk) -> None:
        await talk.says("training", "3")
        shown = await talk.says("repeat that")
        assert isinstance(shown, Answer)
        assert shown.point is not None
        about = f"pt:{shown.number}-{shown.point.id}:en"
        assert led(await talk.says("repeat that", about=about)) == led(shown)
        assert isinstance(await talk.says("1", about=about), WholeAnswer), "what was on offer below it"
