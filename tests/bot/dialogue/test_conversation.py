"""The conversation: every kind of reply, what is remembered between them, and the language they are in."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace
from msgspec.structs import replace as copy

from bot.cli.editing.rendercheck import all_replies
from bot.dialogue.actions import Action, Verb, parse_action, shown_by
from bot.dialogue.conversation import Conversation
from bot.dialogue.following.choices import ChoiceReader
from bot.dialogue.following.followups import FollowUpReader
from bot.dialogue.memory import NEAR, UNSPECIFIC, Memory, Recollection, intent_of
from bot.dialogue.message import Message
from bot.dialogue.reply import (
    Answer,
    Clarify,
    EntryReply,
    Fallback,
    GlossaryReply,
    LanguageReply,
    LawReply,
    Reply,
    SignpostReply,
    SmallTalkReply,
    Sourced,
    SourcesReply,
    Topics,
    UrgentReply,
    WholeAnswer,
)
from bot.dialogue.writer import ReplyWriter
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.schema.catalogue import BUTTON_LENGTH, Catalogue, LocalHelp, Resource
from intents.distress import CRY
from intents.match import NOTHING, VAGUE, Before, Candidate, Decision, Intent, Kind, Match
from intents.matcher import Matcher

HERE = "tests:here"
OVERSIGHT = "who checks that ICE task forces follow the rules?"
VIGILAN = "¿quién vigila a los grupos de trabajo de ICE?"
NOT_OURS = "how long do I boil an egg"
UNSURE = "unsure"


class Talk:
    """Says things in one conversation."""

    def __init__(self, conversation: Conversation, key: str = HERE, locale: str | None = None) -> None:
        self.conversation = conversation
        self.key = key
        self.locale = locale

    async def says(self, text: str) -> Reply:
        return await self.conversation.reply(Message(text, self.key, locale=self.locale))

    async def presses(self, code: str) -> Reply:
        action = parse_action(code)
        assert action is not None
        return await self.conversation.act(action, self.key)


class UnsureMatcher:
    """The real matcher, but for one message on which it always asks back with the same three choices."""

    CHOICES = (Intent.parse("entry/oversight"), Intent.parse("entry/training"), Intent.parse("signpost/schools"))

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self.heard: list[tuple[str, Before]] = []

    def match(self, text: str, preferred: str, before: Before = NOTHING) -> Match:
        self.heard.append((text, before))
        if text == UNSURE:
            return Match(Decision.CLARIFY, preferred, False, 0.5, (Candidate(5, "oversight", 0.3),), None, self.CHOICES)
        return self._matcher.match(text, preferred, before)

    def __getattr__(self, name: str) -> object:
        return getattr(self._matcher, name)


@pytest.fixture
def unsure(matcher: Matcher) -> UnsureMatcher:
    """The matcher that asks back on the word UNSURE, and notes what it hears."""
    return UnsureMatcher(matcher)


@pytest.fixture
def talk(catalogue: Catalogue, unsure: UnsureMatcher) -> Talk:
    """A talk that has just begun; on the word UNSURE the bot asks back."""
    recollection = Recollection(MemoryStore(), KeyMaker(b"tests"))
    return Talk(Conversation(catalogue, unsure, recollection))  # type: ignore[arg-type]


def slug_of(reply: Reply) -> str:
    assert isinstance(reply, EntryReply), reply
    return reply.slug


class TestKinds:
    """One message, one reply."""

    async def test_an_answer_is_short_and_everything_else_one_press_away(
        self, talk: Talk, catalogue: Catalogue
    ) -> None:
        reply = await talk.says("oversight")
        edition = catalogue.edition("en")
        entry = edition.entries["oversight"]
        assert isinstance(reply, Answer)
        assert (reply.number, reply.title, reply.short) == (entry.number, entry.title, entry.short)
        assert reply.for_you is not None
        assert (reply.for_you.text, reply.point) == (entry.for_you, None)
        summed = [one for one in entry.points if one.id in entry.rests_on]
        known = [day for one in summed if (day := one.known(catalogue.sources))]
        assert edition.date_words(min(known)) in reply.footer
        assert edition.phrases.disclaimer in reply.footer
        assert [choice.label for choice in reply.points] == [point.heading for point in entry.points]
        assert [choice.slug for choice in reply.related] == list(entry.related)
        assert reply.suggestions == (*reply.points, *reply.ways, *reply.related)
        assert not reply.personal

    async def test_each_point_the_whole_and_the_sources_are_picked_by_number(
        self, talk: Talk, catalogue: Catalogue
    ) -> None:
        entry = catalogue.edition("en").entries["oversight"]
        first = await talk.says("oversight")
        assert isinstance(first, Answer)
        for number, point in enumerate(entry.points, 1):
            await talk.says("oversight")
            led = await talk.says(str(number))
            assert isinstance(led, Answer)
            assert led.point is not None
            assert (led.point.id, led.point.text, led.points) == (point.id, point.text, ())
        await talk.says("oversight")
        whole = await talk.says(str(len(entry.points) + 1))
        assert isinstance(whole, WholeAnswer)
        assert [paragraph.text for paragraph in whole.points] == [point.text for point in entry.points]
        await talk.says("oversight")
        sources = await talk.says(str(len(entry.points) + 2))
        assert isinstance(sources, SourcesReply)
        assert [one.citation for one in sources.sources] == [catalogue.sources[name].citation for name in entry.sources]

    async def test_a_question_back_offers_its_choices_and_none_of_these(self, talk: Talk, catalogue: Catalogue) -> None:
        reply = await talk.says(UNSURE)
        assert isinstance(reply, Clarify)
        verbs = [parse_action(choice.action).verb for choice in reply.suggestions]  # type: ignore[union-attr]
        assert verbs == [Verb.TOPIC, Verb.TOPIC, Verb.SIGNPOST, Verb.NONE]
        assert reply.suggestions[-1].label == catalogue.edition("en").phrases.none_of_these

    async def test_what_is_not_ours_is_refused_with_a_way_on(self, talk: Talk, catalogue: Catalogue) -> None:
        reply = await talk.says(NOT_OURS)
        assert isinstance(reply, Fallback)
        assert reply.text == catalogue.edition("en").phrases.fallback
        assert [choice.action for choice in reply.suggestions] == ["l::en"]

    async def test_a_need_beside_the_entries_gets_a_signpost(self, talk: Talk) -> None:
        reply = await talk.says("can immigration agents come into my kids school")
        assert isinstance(reply, SignpostReply)
        assert reply.signpost == "schools"
        assert reply.link_url.startswith("https://")
        assert [choice.slug for choice in reply.suggestions if choice.slug]

    async def test_a_term_is_explained_with_its_entries(self, talk: Talk, catalogue: Catalogue) -> None:
        reply = await talk.says("what is a detainer?")
        assert isinstance(reply, GlossaryReply)
        term = catalogue.edition("en").glossary["detainer"]
        assert (reply.term, reply.text) == ("detainer", term.meaning)
        assert [choice.slug for choice in reply.related] == [*term.entries, None]
        assert reply.related[-1].action == Action(Verb.LAW, "cfr-287-7", "en").code
        assert reply.sources == ()
        number = len(reply.suggestions)
        with_sources = await talk.says(str(number))
        assert isinstance(with_sources, GlossaryReply)
        assert [one.url for one in with_sources.sources] == [catalogue.sources[name].url for name in term.sources]
        assert (with_sources.text, with_sources.related, with_sources.ways) == (reply.text, reply.related, ())

    async def test_the_list_of_topics_holds_all_entries_in_groups(self, talk: Talk, catalogue: Catalogue) -> None:
        reply = await talk.says("list topics")
        assert isinstance(reply, Topics)
        assert sorted(topic.entry or 0 for group in reply.groups for topic in group.topics) == [
            entry.number for entry in catalogue.edition("en").entries.values()
        ]

    async def test_small_talk_has_a_way_on(self, talk: Talk) -> None:
        reply = await talk.says("hello")
        assert isinstance(reply, SmallTalkReply)
        assert reply.kind == "greeting"
        assert reply.suggestions

    async def test_distress_gets_numbered_steps_for_the_asker_alone(self, talk: Talk) -> None:
        reply = await talk.says("ICE is at my door right now what do I do")
        assert isinstance(reply, UrgentReply)
        assert reply.kind == "door"
        assert len(reply.steps) >= 2
        assert reply.resources
        assert reply.personal

    async def test_local_help_of_the_operator_stands_in_urgent_help(
        self, catalogue: Catalogue, matcher: Matcher
    ) -> None:
        opened = catalogue.edition("en").urgent["door"].known_to
        ours = Resource(id="ours", label="Our hotline", phone="555 0100", opened=opened)
        local = replace(catalogue, local=LocalHelp(resources={"en": (ours,)}))
        talk = Talk(Conversation(local, matcher, Recollection(MemoryStore(), KeyMaker(b"tests"))))
        reply = await talk.says("ICE is at my door right now what do I do")
        assert isinstance(reply, UrgentReply)
        assert [help_.phone for help_ in reply.local] == ["555 0100"]

    async def test_every_fixed_reply_exists_in_every_language(self, catalogue: Catalogue) -> None:
        names = {lang: {name for name, _ in all_replies(catalogue, lang)} for lang in catalogue}
        assert names["en"] == names["es"]
        assert all(reply.lang == lang for lang in catalogue for _, reply in all_replies(catalogue, lang))


class TestFollowUps:
    """What leans on what came before."""

    async def test_a_number_picks_a_choice(self, talk: Talk) -> None:
        await talk.says(UNSURE)
        assert slug_of(await talk.says("2")) == "training"

    async def test_choices_outlive_a_pick(self, talk: Talk) -> None:
        await talk.says(UNSURE)
        assert slug_of(await talk.says("2")) == "training"
        assert slug_of(await talk.says("sorry, meant 1")) == "oversight"

    @pytest.mark.parametrize("number", ["2", "#2", " 2. "])
    async def test_where_numbers_are_seen_a_bare_one_picks_from_those_shown_last(self, number: str, talk: Talk) -> None:
        seen = Message("", HERE, numbered=True)
        for listed, picked in ((UNSURE, "1"), ("topics", "5"), ("training", "oversight")):
            await talk.says(listed)
            shown = await talk.conversation.reply(copy(seen, text=picked))
            assert slug_of(shown) == "oversight"
            point = await talk.conversation.reply(copy(seen, text=number))
            assert shown_by(point).code == shown.suggestions[1].action  # type: ignore[arg-type]

    async def test_where_numbers_are_seen_the_list_is_still_there_for_other_words(self, talk: Talk) -> None:
        await talk.says(UNSURE)
        await talk.conversation.reply(Message("1", HERE, numbered=True))
        assert slug_of(await talk.conversation.reply(Message("sorry, meant 2", HERE, numbered=True))) == "training"
        await talk.says(NOT_OURS)
        assert isinstance(await talk.conversation.reply(Message("1", HERE, numbered=True)), Topics)

    @pytest.mark.parametrize(("label", "verb"), [("State totals", Verb.POINT), ("Results and numbers", Verb.TOPIC)])
    async def test_what_stands_below_an_answer_picked_from_a_list_can_be_typed(
        self, label: str, verb: Verb, talk: Talk
    ) -> None:
        await talk.says(UNSURE)
        shown = await talk.says("1")
        wanted = next(one for one in shown.suggestions if one.label == label)
        found = await talk.says(label)
        assert isinstance(found, Answer)
        assert shown_by(found).code == wanted.action
        assert shown_by(found).verb is verb

    async def test_a_signpost_and_none_of_these_can_be_picked_too(self, talk: Talk) -> None:
        await talk.says(UNSURE)
        assert isinstance(await talk.says("3"), SignpostReply)
        await talk.says(UNSURE)
        assert isinstance(await talk.says("4"), Fallback)

    @pytest.mark.parametrize(("text", "slug"), [("the first one", "oversight"), ("the second one", "training")])
    async def test_an_ordinal_picks_a_choice(self, text: str, slug: str, talk: Talk) -> None:
        await talk.says(UNSURE)
        assert slug_of(await talk.says(text)) == slug

    async def test_related_topics_are_picked_by_number(self, talk: Talk, catalogue: Catalogue) -> None:
        await talk.says("oversight")
        entry = catalogue.edition("en").entries["oversight"]
        assert slug_of(await talk.says(str(len(entry.points) + 2 + 3))) == entry.related[2]

    async def test_a_number_beyond_the_choices_is_a_topic_of_that_number(self, talk: Talk) -> None:
        await talk.says(UNSURE)
        assert slug_of(await talk.says("16")) == "local-police"

    async def test_a_number_that_is_nothing_is_explained(self, talk: Talk, catalogue: Catalogue) -> None:
        await talk.says(UNSURE)
        reply = await talk.says("77")
        assert isinstance(reply, SmallTalkReply)
        assert reply.text == catalogue.edition("en").phrases.no_such_choice.format(number=77)

    async def test_a_number_without_choices_is_a_topic_of_that_number(self, talk: Talk) -> None:
        assert slug_of(await talk.says("16")) == "local-police"

    @pytest.mark.parametrize(("text", "kind"), [("sb 54", Answer), ("ab 4", LawReply), ("they took 2", UrgentReply)])
    async def test_a_name_or_distress_with_a_number_in_it_is_no_pick(
        self, text: str, kind: type[Reply], talk: Talk
    ) -> None:
        await talk.says(UNSURE)
        assert isinstance(await talk.says(text), kind)

    async def test_the_other_one_is_the_first_offered_that_was_not_shown(self, talk: Talk) -> None:
        await talk.says(UNSURE)
        await talk.says("1")
        assert slug_of(await talk.says("no, the other one")) == "training"

    @pytest.mark.parametrize("text", ["go back", "the previous one", "la anterior"])
    async def test_one_can_go_back_to_the_answer_before(self, text: str, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        await talk.says("16")
        reply = await talk.says(text)
        assert slug_of(reply) == "oversight"
        assert reply.lang == ("es" if text == "la anterior" else "en")

    async def test_one_can_go_back_again(self, talk: Talk) -> None:
        for text in (OVERSIGHT, "16", "17"):
            await talk.says(text)
        assert slug_of(await talk.says("go back")) == "local-police"
        assert slug_of(await talk.says("go back")) == "oversight"

    @pytest.mark.parametrize("text", ["back to the first", "vuelva a la primera"])
    async def test_one_can_go_back_to_the_first_answer(self, text: str, talk: Talk) -> None:
        for before in (OVERSIGHT, "16", "17"):
            await talk.says(before)
        assert slug_of(await talk.says(text)) == "oversight"

    @pytest.mark.parametrize("text", ["back to the first", "vuelva a la primera"])
    async def test_the_first_of_a_list_is_meant_where_one_was_picked_from_it(self, text: str, talk: Talk) -> None:
        await talk.says(UNSURE)
        assert slug_of(await talk.says("2")) == "training"
        assert slug_of(await talk.says(text)) == "oversight"

    async def test_after_a_refusal_one_goes_back_to_the_last_answer(self, talk: Talk) -> None:
        await talk.says("16")
        await talk.says(OVERSIGHT)
        await talk.says(NOT_OURS)
        assert slug_of(await talk.says("go back")) == "oversight"

    @pytest.mark.parametrize(("text", "lang"), [("go back", "en"), ("previous", "en"), ("la anterior", "es")])
    async def test_with_nothing_to_go_back_to_all_topics_are_shown(self, text: str, lang: str, talk: Talk) -> None:
        reply = await talk.says(text)
        assert isinstance(reply, Topics)
        assert reply.lang == lang

    async def test_one_goes_back_through_five_answers_at_most(self, talk: Talk, catalogue: Catalogue) -> None:
        slugs = list(catalogue.edition("en").entries)[:7]
        for slug in slugs:
            assert slug_of(await talk.says(slug)) == slug
        assert [slug_of(await talk.says("go back")) for _ in range(4)] == [*reversed(slugs[2:6])]
        assert isinstance(await talk.says("go back"), Topics)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("tell me more", WholeAnswer),
            ("just the gist", Answer),
            ("más corto", Answer),
            ("what's the source?", SourcesReply),
            ("are you sure?", SourcesReply),
            ("¿de dónde sale eso?", SourcesReply),
        ],
    )
    async def test_more_less_and_its_grounds_are_of_the_same_entry(
        self, text: str, kind: type[Reply], talk: Talk
    ) -> None:
        await talk.says(OVERSIGHT)
        reply = await talk.says(text)
        assert isinstance(reply, kind)
        assert slug_of(reply) == "oversight"

    @pytest.mark.parametrize("text", ["yes", "sí, por favor", "yep"])
    async def test_yes_to_a_question_back_is_the_first_choice(self, text: str, talk: Talk) -> None:
        await talk.says(UNSURE)
        assert slug_of(await talk.says(text.replace(",", ""))) == "oversight"

    async def test_both_is_the_first_choice_with_the_second_beside_it(self, talk: Talk) -> None:
        await talk.says(UNSURE)
        reply = await talk.says("both")
        assert isinstance(reply, Answer)
        assert (reply.slug, reply.related[0].slug) == ("oversight", "training")

    @pytest.mark.parametrize("text", ["why?", "say that again"])
    async def test_why_and_again_keep_the_subject(self, text: str, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        assert slug_of(await talk.says(text)) == "oversight"

    @pytest.mark.parametrize("text", ["tell me more", "why?", "no, the other one", "the second one", "none of these"])
    async def test_without_anything_before_they_are_messages_like_others(self, text: str, talk: Talk) -> None:
        assert not isinstance(await talk.says(text), Answer)

    async def test_none_of_these_is_refused_with_a_way_on(self, talk: Talk) -> None:
        await talk.says(UNSURE)
        reply = await talk.says("none of these")
        assert isinstance(reply, Fallback)
        assert reply.suggestions

    async def test_a_complaint_is_met_with_a_question_not_a_guess(self, talk: Talk, catalogue: Catalogue) -> None:
        await talk.says(OVERSIGHT)
        reply = await talk.says("that's not what I asked")
        assert isinstance(reply, Clarify)
        assert reply.text == catalogue.edition("en").phrases.clarify_again
        assert "oversight" not in [choice.slug for choice in reply.suggestions]

    async def test_the_second_miss_is_shorter_and_offers_topics(self, talk: Talk) -> None:
        first, second = await talk.says(NOT_OURS), await talk.says(NOT_OURS)
        assert isinstance(first, Fallback)
        assert isinstance(second, Fallback)
        assert len(second.text) < len(first.text)
        assert len([choice for choice in second.suggestions if choice.slug]) >= 3

    async def test_an_answer_ends_the_row_of_misses(self, talk: Talk) -> None:
        first = await talk.says(NOT_OURS)
        await talk.says(OVERSIGHT)
        again = await talk.says(NOT_OURS)
        assert isinstance(first, Fallback)
        assert isinstance(again, Fallback)
        assert again.text == first.text

    async def test_urgent_help_is_what_a_follow_up_is_about_and_leaves_what_was_before(self, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        await talk.says("ICE is at my door right now what do I do")
        assert isinstance(await talk.says("tell me more"), UrgentReply)
        assert slug_of(await talk.says("go back")) == "oversight"

    async def test_urgent_help_leads_on_to_what_one_asks_next(self, talk: Talk, catalogue: Catalogue) -> None:
        help_ = await talk.says("ICE took my husband this morning")
        assert [one.action for one in help_.suggestions[:2]] == ["s:find-someone:en", "s:bond:en"]
        found = await talk.says("2")
        assert isinstance(found, SignpostReply)
        assert found.title == catalogue.edition("en").signposts["bond"].title

    @pytest.mark.parametrize(
        ("asked", "kind"),
        [
            ("what is SB 627", LawReply),
            ("what is a detainer", GlossaryReply),
            ("can I record agents", SignpostReply),
            ("ICE is at my door right now", UrgentReply),
        ],
    )
    async def test_a_follow_up_is_about_what_was_shown_last(self, asked: str, kind: type[Reply], talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        shown = await talk.says(asked)
        assert isinstance(shown, kind)
        for text in ("say that again", "shorter please", "why?"):
            assert await talk.says(text) == shown, text
        for text in ("source?", "are you sure?"):
            found = await talk.says(text)
            assert (type(found), found.suggestions) == (kind, getattr(shown, "related", shown.suggestions)), text
            assert not isinstance(found, Sourced) or (found.sources and not found.ways), text
        for text in ("en español por favor", "¿y en español?"):
            spanish = await talk.says(text)
            assert (type(spanish), spanish.lang) == (kind, "es")
        assert isinstance(await talk.says("back to english"), kind)

    async def test_for_more_than_a_term_says_its_topics_are_offered(self, talk: Talk, catalogue: Catalogue) -> None:
        term = await talk.says("what is a detainer")
        reply = await talk.says("ok thank you so much, and can you tell me more about that please")
        assert isinstance(reply, Clarify)
        assert reply.text == catalogue.edition("en").phrases.more_in
        topics = [one.slug for one in term.suggestions if one.slug]
        assert topics
        assert [one.slug for one in reply.suggestions[:-1]] == topics
        assert slug_of(await talk.says("yes")) == topics[0]

    @pytest.mark.parametrize(("lang", "words"), [("en", "see also"), ("es", "Vea también"), ("en", "related topics")])
    async def test_what_is_related_can_be_asked_for(
        self, lang: str, words: str, talk: Talk, catalogue: Catalogue
    ) -> None:
        edition = catalogue.edition(lang)
        await talk.says(edition.entries["oversight"].title)
        reply = await talk.says(words)
        assert isinstance(reply, Clarify)
        assert reply.text == edition.phrases.more_in
        slugs = [choice.slug for choice in reply.suggestions if choice.slug]
        assert slugs == list(edition.entries["oversight"].related)

    async def test_what_is_related_to_a_term_is_what_it_leads_to(self, talk: Talk) -> None:
        term = await talk.says("what is a detainer?")
        reply = await talk.says("see also")
        assert isinstance(reply, Clarify)
        topics = [one.slug for one in term.suggestions if one.slug]
        assert [one.slug for one in reply.suggestions[:-1]] == topics

    async def test_what_is_related_to_nothing_is_any_topic(self, talk: Talk) -> None:
        assert isinstance(await talk.says("see also"), Topics)

    async def test_a_complaint_about_a_signpost_is_met_with_what_it_leads_to(
        self, talk: Talk, catalogue: Catalogue
    ) -> None:
        await talk.says("can I record agents")
        reply = await talk.says("that's not what I asked")
        assert isinstance(reply, Clarify)
        assert reply.text == catalogue.edition("en").phrases.clarify_again

    async def test_the_same_question_is_not_asked_twice(self, talk: Talk) -> None:
        asked = await talk.says(UNSURE)
        reply = await talk.says(UNSURE)
        assert isinstance(asked, Clarify)
        assert isinstance(reply, Answer)
        assert reply.slug == asked.suggestions[0].slug
        assert [one.slug for one in reply.related[:2]] == [one.slug for one in asked.suggestions[1:3]]

    @pytest.mark.parametrize(
        ("text", "first", "second"),
        [
            ("the first one and the last", 0, 2),
            ("1 and 3", 0, 2),
            ("el segundo y el primero", 1, 0),
            ("the second, and also the first please", 1, 0),
        ],
    )
    async def test_several_choices_are_picked_at_once(self, text: str, first: int, second: int, talk: Talk) -> None:
        asked = await talk.says(UNSURE)
        reply = await talk.says(text)
        assert isinstance(reply, Answer)
        assert reply.slug == asked.suggestions[first].slug
        asked_for, offered = (parse_action(one.action) for one in (asked.suggestions[second], reply.related[0]))
        assert asked_for is not None
        assert offered is not None
        assert (asked_for.verb, asked_for.argument) == (offered.verb, offered.argument)

    async def test_a_signpost_picked_first_has_the_other_choice_before_its_own(self, talk: Talk) -> None:
        asked = await talk.says(UNSURE)
        reply = await talk.says("the third and the first")
        assert isinstance(reply, SignpostReply)
        assert reply.suggestions[0].slug == asked.suggestions[0].slug

    @pytest.mark.parametrize("lang", ["en", "es"])
    async def test_a_term_is_offered_by_its_name_without_brackets_and_picked_by_a_word_of_it(
        self, lang: str, catalogue: Catalogue
    ) -> None:
        (offered,) = ReplyWriter(catalogue).choices([Intent(Kind.TERM, "detainer")], lang)
        unlike = [Action(Verb.TOPIC, slug, lang).code for slug in catalogue.edition(lang).entries]
        term = catalogue.edition(lang).glossary["detainer"]
        assert (offered.title, offered.label) == (term.term, term.term.partition(" (")[0])
        action = parse_action(offered.action)
        assert action is not None
        assert intent_of(action) == Intent(Kind.TERM, "detainer")
        reader = ChoiceReader(catalogue, FollowUpReader(catalogue.editions))
        named = f"the one about {term.short_title}"
        assert reader.read(named, Memory(choices=(offered.action, *unlike))) == action

    async def test_what_has_no_known_word_is_not_guessed_from_what_was_spoken_of(self, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        assert isinstance(await talk.says("asdf qwer"), Fallback)

    @pytest.mark.parametrize("text", ["both", "1 and 2", "everything"])
    async def test_several_points_of_an_entry_are_the_whole_entry(self, text: str, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        reply = await talk.says(text)
        assert isinstance(reply, WholeAnswer)
        assert reply.slug == "oversight"

    @pytest.mark.parametrize("said", ["the one about {}", "{} please", "ok, tell me the {} one", "el de {}, por favor"])
    def test_a_choice_is_named_by_the_words_of_its_title(self, said: str, catalogue: Catalogue) -> None:
        reader = ChoiceReader(catalogue, FollowUpReader(catalogue.editions))
        for lang, edition in catalogue.editions.items():
            offered = [Action(Verb.TOPIC, slug, lang) for slug in edition.entries]
            memory = Memory(choices=tuple(action.code for action in offered))
            wrong = [
                one.argument
                for one in offered
                if reader.read(said.format(edition.entries[one.argument].title), memory) not in (one, None)
            ]
            assert wrong == []
            named = [reader.read(said.format(edition.entries[one.argument].title), memory) for one in offered]
            assert len([one for one in named if one]) >= len(offered) - 2

    @pytest.mark.parametrize(("text", "slug"), [("the trust one", "building-trust"), ("training", "training")])
    async def test_a_choice_is_picked_by_a_word_of_its_title(self, text: str, slug: str, talk: Talk) -> None:
        await talk.presses("n::en")
        await talk.presses("l::en")
        assert slug_of(await talk.says(text)) == slug

    @pytest.mark.parametrize(
        "text", ["ok they left. back to who checks them", "ya se fueron. volvamos a lo de quién los supervisa"]
    )
    async def test_one_goes_back_by_name_to_what_was_answered_before(self, text: str, talk: Talk) -> None:
        await talk.says("oversight")
        await talk.says("training")
        await talk.says("omg agents are outside our school right now")
        assert slug_of(await talk.says(text)) == "oversight"

    @pytest.mark.parametrize(
        ("text", "kind"),
        [("and outside my window", Clarify), ("and now they are at my door", UrgentReply)],
    )
    async def test_what_goes_on_with_the_subject_is_asked_about_before_an_alarm(
        self, text: str, kind: type[Reply], talk: Talk
    ) -> None:
        await talk.says("can I record agents")
        assert isinstance(await talk.says(text), kind)

    async def test_after_urgent_help_what_is_distress_needs_no_proof(self, talk: Talk) -> None:
        await talk.says("ICE is at my door right now")
        assert isinstance(await talk.says("and outside my window"), UrgentReply)

    async def test_a_complaint_about_nothing_answered_offers_topics(self, talk: Talk, catalogue: Catalogue) -> None:
        reply = await talk.says("that's not what I asked")
        assert isinstance(reply, Clarify)
        assert reply.text == catalogue.edition("en").phrases.clarify_again

    async def test_what_is_about_something_of_its_own_picks_nothing(self, talk: Talk) -> None:
        asked = await talk.says(UNSURE)
        assert "training" in [one.slug for one in asked.suggestions]
        reply = await talk.says("can I record agents during their training")
        assert not isinstance(reply, Answer) or reply.slug != "training"

    async def test_memory_ends_after_15_minutes(self, catalogue: Catalogue, matcher: Matcher) -> None:
        now = [0.0]
        recollection = Recollection(MemoryStore(lambda: now[0]), KeyMaker(b"tests"))
        talk = Talk(Conversation(catalogue, matcher, recollection))
        await talk.says(OVERSIGHT)
        now[0] = 15 * 60 - 1
        assert slug_of(await talk.says("why?")) == "oversight"
        now[0] += 15 * 60
        assert not isinstance(await talk.says("why?"), Answer)

    async def test_two_conversations_know_nothing_of_each_other(self, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        other = Talk(talk.conversation, "tests:there")
        assert not isinstance(await other.says("tell me more"), Answer)


class TestExpected:
    """What came before tips what comes next."""

    def expected(self, unsure: UnsureMatcher) -> Mapping[Intent, float]:
        return unsure.heard[-1][1].expected

    async def test_at_first_nothing_is_expected(self, talk: Talk, unsure: UnsureMatcher) -> None:
        await talk.says(OVERSIGHT)
        assert self.expected(unsure) == {}

    async def test_after_an_answer_its_topic_and_its_related_topics_and_nothing_vague(
        self, talk: Talk, unsure: UnsureMatcher, catalogue: Catalogue
    ) -> None:
        await talk.says(OVERSIGHT)
        await talk.says(NOT_OURS)
        related = [Intent(Kind.ENTRY, slug) for slug in catalogue.edition("en").entries["oversight"].related]
        near = dict.fromkeys((Intent(Kind.ENTRY, "oversight"), *related), NEAR)
        assert self.expected(unsure) == near | {VAGUE: UNSPECIFIC}
        assert NEAR > 1 > UNSPECIFIC

    async def test_the_title_of_what_was_shown_last_is_told_in_each_language(
        self, talk: Talk, unsure: UnsureMatcher, catalogue: Catalogue
    ) -> None:
        editions = catalogue.editions.items()

        async def titles_after(*said: str) -> Mapping[str, str]:
            for text in (*said, NOT_OURS):
                await talk.says(text)
            return unsure.heard[-1][1].titles

        assert await titles_after() == {}
        assert await titles_after(OVERSIGHT) == {code: one.entries["oversight"].title for code, one in editions}
        assert await titles_after("what is a detainer?") == {
            code: one.glossary["detainer"].term for code, one in editions
        }
        assert await titles_after("what is sb 805") == dict.fromkeys(catalogue.editions, "SB 805")
        assert await titles_after(OVERSIGHT, "2") == {code: one.entries["oversight"].title for code, one in editions}

    async def test_after_a_question_back_what_it_offered(self, talk: Talk, unsure: UnsureMatcher) -> None:
        await talk.says(UNSURE)
        await talk.says(NOT_OURS)
        offered = dict.fromkeys(UnsureMatcher.CHOICES, NEAR)
        assert self.expected(unsure) == offered | {VAGUE: UNSPECIFIC}

    async def test_related_topics_are_expected_though_others_were_offered(
        self, talk: Talk, unsure: UnsureMatcher, catalogue: Catalogue
    ) -> None:
        await talk.says(UNSURE)
        await talk.says("1")
        await talk.says(NOT_OURS)
        expected = self.expected(unsure)
        for slug in catalogue.edition("en").entries["oversight"].related:
            assert expected[Intent(Kind.ENTRY, slug)] == NEAR
        assert expected[Intent(Kind.ENTRY, "oversight")] == NEAR
        assert expected[Intent(Kind.ENTRY, "training")] == NEAR

    async def test_urgent_help_does_not_wipe_what_was_spoken_of(self, talk: Talk, unsure: UnsureMatcher) -> None:
        await talk.says(OVERSIGHT)
        await talk.says("ICE is at my door right now what do I do")
        await talk.says(NOT_OURS)
        assert self.expected(unsure)[Intent(Kind.ENTRY, "oversight")] == NEAR


class TestChoiceInWords:
    """ "This, not that" after a question back."""

    @pytest.mark.parametrize(
        "text",
        ["training and guidance, not who checks them", "not who checks them, training and guidance"],
    )
    async def test_what_is_wanted_counts(self, text: str, talk: Talk, unsure: UnsureMatcher) -> None:
        await talk.says(UNSURE)
        assert slug_of(await talk.says(text)) == "training"
        assert unsure.heard[-1][0] == "training and guidance"

    async def test_without_choices_the_message_is_read_whole(self, talk: Talk, unsure: UnsureMatcher) -> None:
        text = "how agents are trained, not who checks them"
        await talk.says(text)
        assert [heard for heard, _ in unsure.heard] == [text]

    @pytest.mark.parametrize(
        "text",
        ["please hurry, not joking, ICE is at my door right now", "por favor, no sé qué hacer, se llevaron a mi papá"],
    )
    async def test_distress_in_the_unwanted_part_is_heard(self, text: str, talk: Talk) -> None:
        await talk.says(UNSURE)
        assert isinstance(await talk.says(text), UrgentReply)


class TestOfItself:
    """What people ask about the bot."""

    @pytest.mark.parametrize(("before", "word", "lang"), [("topics", "help", "en"), ("temas", "ayuda", "es")])
    async def test_a_word_that_asks_for_help_names_no_topic(
        self, before: str, word: str, lang: str, talk: Talk
    ) -> None:
        assert isinstance(await talk.says(before), Topics)
        reply = await talk.says(word)
        assert not isinstance(reply, Answer | WholeAnswer)
        assert reply.lang == lang

    @pytest.mark.parametrize(
        ("text", "lang"),
        [
            ("privacy", "en"),
            ("do you store my messages", "en"),
            ("what do you keep about me", "en"),
            ("is this chat private?", "en"),
            ("who can see what I type", "en"),
            ("privacidad", "es"),
            ("¿guardan mis mensajes?", "es"),
            ("¿qué guardan de mí?", "es"),
            ("¿este chat es privado?", "es"),
            ("quién puede ver lo que escribo", "es"),
        ],
    )
    async def test_who_asks_what_is_kept_gets_the_privacy_text(
        self, text: str, lang: str, talk: Talk, catalogue: Catalogue
    ) -> None:
        reply = await talk.says(text)
        assert isinstance(reply, SmallTalkReply)
        assert (reply.kind, reply.lang) == ("privacy", lang)
        assert reply.notes == (catalogue.edition(lang).smalltalk["privacy"].text,)
        assert reply.text == talk.conversation.replies.privacy(lang).text

    @pytest.mark.parametrize(
        ("text", "signpost"),
        [
            ("does ICE see my DMV data", "dmv-data"),
            ("who can see my address at the DMV", "dmv-data"),
            ("can ICE see my medi-cal records", "medi-cal-data"),
            ("¿ICE ve mis datos del DMV?", "dmv-data"),
            ("¿quién puede ver mi dirección en el DMV?", "dmv-data"),
        ],
    )
    async def test_who_asks_what_agencies_keep_gets_the_signpost(self, text: str, signpost: str, talk: Talk) -> None:
        reply = await talk.says(text)
        assert isinstance(reply, SignpostReply)
        assert reply.signpost == signpost

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("why should i trust you", "why-trust-you"),
            ("how reliable are your answers", "why-trust-you"),
            ("¿por qué debo confiar en usted?", "why-trust-you"),
            ("are you a lawyer", "are-you-official"),
            ("are you the government", "are-you-official"),
            ("are you ICE?", "are-you-official"),
            ("¿es usted abogado?", "are-you-official"),
            ("¿eres de ICE?", "are-you-official"),
            ("who made you", "who-are-you"),
            ("¿quién te hizo?", "who-are-you"),
            ("how up to date are you", "about"),
            ("¿cuándo actualizaron esta información?", "about"),
        ],
    )
    async def test_who_asks_what_it_is_gets_a_fitting_text(self, text: str, kind: str, talk: Talk) -> None:
        reply = await talk.says(text)
        assert isinstance(reply, SmallTalkReply)
        assert reply.kind == kind

    @pytest.mark.parametrize("lang", ["en", "es"])
    async def test_who_asks_for_the_version_gets_the_about_text(self, lang: str, talk: Talk) -> None:
        reply = talk.conversation.replies.smalltalk("about", lang)
        assert reply.text == talk.conversation.replies.about(lang).text

    @pytest.mark.parametrize(("text", "lang"), [("u visa", "en"), ("t visa", "en"), ("visa u", "es"), ("visa t", "es")])
    async def test_a_name_of_a_visa_is_explained_in_both_languages(self, text: str, lang: str, talk: Talk) -> None:
        for said in (text, {"en": f"what is a {text}?", "es": f"¿qué es la {text}?"}[lang]):
            reply = await talk.says(said)
            assert isinstance(reply, GlossaryReply)
            assert (reply.term, reply.lang) == ("t-and-u-visas", lang)

    @pytest.mark.parametrize(
        "text", ["what counts as a joint task force", "¿qué cuenta como un grupo operativo conjunto?"]
    )
    async def test_what_counts_as_a_term_is_its_meaning(self, text: str, talk: Talk) -> None:
        reply = await talk.says(text)
        assert isinstance(reply, GlossaryReply)
        assert reply.term == "joint-task-force"
        assert "state-values" in [choice.slug for choice in reply.suggestions]

    @pytest.mark.parametrize(
        ("text", "term", "law", "label"),
        [
            ("what is 287(g)", "287g", "usc-1357", "8 USC 1357"),
            ("¿qué es 287(g)?", "287g", "usc-1357", "8 USC 1357"),
            ("what is anti-commandeering", "anti-commandeering", "amendment-10", "Tenth Amendment"),
            ("¿qué es anti-commandeering?", "anti-commandeering", "amendment-10", "Décima Enmienda"),
        ],
    )
    async def test_a_term_answers_and_leads_to_the_law_behind_it(
        self, text: str, term: str, law: str, label: str, talk: Talk
    ) -> None:
        reply = await talk.says(text)
        assert isinstance(reply, GlossaryReply)
        assert (reply.term, reply.related[-1].label) == (term, label)
        card = await talk.says(str(len(reply.related)))
        assert isinstance(card, LawReply)
        assert (card.law, card.lang) == (law, reply.lang)

    async def test_every_label_of_a_law_behind_a_term_fits_its_button(self, talk: Talk, catalogue: Catalogue) -> None:
        for lang, edition in catalogue.editions.items():
            for term in edition.glossary.values():
                if term.law is not None:
                    shown = talk.conversation.replies.glossary(term.id, lang).related
                    assert parse_action(shown[-1].action) == Action(Verb.LAW, term.law, lang)
                    assert len(shown[-1].label) <= BUTTON_LENGTH


class TestHelp:
    """What the bot says it can do."""

    ASKED = "what can you do?"

    async def test_at_first_it_says_what_it_can_do(self, talk: Talk) -> None:
        reply = await talk.says(self.ASKED)
        assert isinstance(reply, SmallTalkReply)
        assert reply.kind == "help"

    async def test_after_a_refusal_it_shows_the_topics(self, talk: Talk) -> None:
        assert isinstance(await talk.says(NOT_OURS), Fallback)
        assert isinstance(await talk.says(self.ASKED), Topics)

    async def test_a_signpost_is_an_answer_and_no_refusal(self, talk: Talk) -> None:
        assert isinstance(await talk.says("can immigration agents come into my kids school"), SignpostReply)
        assert isinstance(await talk.says(self.ASKED), SmallTalkReply)

    async def test_after_an_answer_it_says_again_what_it_can_do(self, talk: Talk) -> None:
        await talk.says(NOT_OURS)
        await talk.says(OVERSIGHT)
        assert isinstance(await talk.says(self.ASKED), SmallTalkReply)

    async def test_other_small_talk_after_a_refusal_stays_what_it_is(self, talk: Talk) -> None:
        await talk.says(NOT_OURS)
        reply = await talk.says("thank you")
        assert isinstance(reply, SmallTalkReply)
        assert reply.kind == "thanks"


class TestLanguage:
    """The message's own, else the choice, else the hint, else English."""

    async def test_the_message_tells(self, talk: Talk) -> None:
        assert (await talk.says(VIGILAN)).lang == "es"
        assert (await talk.says(OVERSIGHT)).lang == "en"

    async def test_else_the_choice(self, talk: Talk) -> None:
        talk.locale = "en-US"
        await talk.presses(Action(Verb.LANGUAGE, "", "es").code)
        assert (await talk.says("16")).lang == "es"

    @pytest.mark.parametrize(
        ("locale", "lang"), [("es-MX", "es"), ("es_419", "es"), ("fr", "en"), ("", "en"), (None, "en")]
    )
    async def test_else_the_hint_else_english(self, locale: str | None, lang: str, talk: Talk) -> None:
        talk.locale = locale
        assert (await talk.says("16")).lang == lang

    async def test_a_message_in_the_other_language_does_not_change_the_choice(self, talk: Talk) -> None:
        await talk.presses(Action(Verb.LANGUAGE, "", "es").code)
        assert (await talk.says(OVERSIGHT)).lang == "en"
        assert (await talk.says("16")).lang == "es"

    async def test_a_languages_name_chooses_it(self, talk: Talk, catalogue: Catalogue) -> None:
        reply = await talk.says("español")
        assert isinstance(reply, SmallTalkReply)
        assert reply.text == catalogue.edition("es").phrases.language_set
        assert (await talk.says("16")).lang == "es"

    async def test_distress_that_asks_for_a_language_gets_help_in_it_not_the_last_answer(self, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        reply = await talk.says("agents are banging on my door right now, tell me what to do in spanish please")
        assert isinstance(reply, UrgentReply)
        assert (reply.kind, reply.lang, reply.personal) == ("door", "es", True)

    async def test_a_languages_name_after_an_answer_gives_that_answer_in_it(self, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        reply = await talk.says("en español por favor")
        assert (slug_of(reply), reply.lang) == ("oversight", "es")

    async def test_in_another_language_the_same_comes_the_leading_point_too(
        self, talk: Talk, catalogue: Catalogue
    ) -> None:
        point = catalogue.edition("en").entries["oversight"].points[-1].id
        for code in (f"pt:5-{point}:en", "w:oversight:en", "o:oversight:en", "t:oversight:en"):
            shown = await talk.presses(code)
            for words, lang in (("en español", "es"), ("¿y en inglés?", "en"), ("in Spanish please", "es")):
                reply = await talk.says(words)
                assert isinstance(reply, EntryReply)
                assert (type(reply), reply.lang) == (type(shown), lang)
                assert shown_by(reply).code == f"{code[:-2]}{lang}"

    async def test_an_answer_comes_again_and_is_shared_with_the_point_that_led_it(
        self, talk: Talk, catalogue: Catalogue
    ) -> None:
        point = catalogue.edition("en").entries["oversight"].points[-1].id
        shown = await talk.presses(f"pt:5-{point}:en")
        assert isinstance(shown, Answer)
        assert await talk.says("say that again") == shown
        assert await talk.presses(shown.share.action) == shown
        assert getattr(await talk.presses("sh:oversight:en"), "point", ...) is None

    @pytest.mark.parametrize(
        ("text", "lang"),
        [
            ("speak spanish please", "es"),
            ("en español por favor", "es"),
            ("habla inglés por favor", "en"),
            ("in english", "en"),
        ],
    )
    async def test_a_wish_for_a_language_chooses_it(
        self, text: str, lang: str, talk: Talk, catalogue: Catalogue
    ) -> None:
        talk.locale = {"en": "es", "es": "en"}[lang]
        reply = await talk.says(text)
        assert isinstance(reply, SmallTalkReply)
        assert reply.text == catalogue.edition(lang).phrases.language_set
        assert (await talk.says("16")).lang == lang

    @pytest.mark.parametrize(
        ("text", "lang", "slug"),
        [
            ("in spanish please, who checks that ICE task forces follow the rules?", "es", "oversight"),
            ("can local police help ICE? en español por favor", "es", "local-police"),
            ("en inglés por favor: ¿quién vigila a los grupos de trabajo de ICE?", "en", "oversight"),
            ("¿puede la policía local ayudar a ICE? in english please", "en", "local-police"),
            ("explain sb 54 in spanish", "es", "immigration-enforcement"),
        ],
    )
    async def test_a_question_beside_the_wish_is_answered_in_that_language_from_then_on(
        self, text: str, lang: str, slug: str, talk: Talk, catalogue: Catalogue
    ) -> None:
        talk.locale = {"en": "es", "es": "en"}[lang]
        reply = await talk.says(text)
        assert (slug_of(reply), reply.lang) == (slug, lang)
        assert reply.notes == (catalogue.edition(lang).phrases.language_set,)
        assert (await talk.says("16")).lang == lang

    @pytest.mark.parametrize(("text", "lang"), [("the second one, in spanish", "es"), ("la segunda, en inglés", "en")])
    async def test_a_follow_up_beside_the_wish_is_followed(self, text: str, lang: str, talk: Talk) -> None:
        await talk.says(UNSURE)
        reply = await talk.says(text)
        assert (slug_of(reply), reply.lang) == ("training", lang)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("my english is bad, in spanish please", "language"),
            ("no, in spanish", "language"),
            ("again in spanish", "language"),
            ("can I read this in Spanish please?", "language"),
            ("do you have this in spanish", "language"),
            ("hello, in spanish please", "greeting"),
        ],
    )
    async def test_words_that_ask_for_nothing_beside_the_wish_are_no_question(
        self, text: str, kind: str, talk: Talk
    ) -> None:
        reply = await talk.says(text)
        assert isinstance(reply, SmallTalkReply)
        assert (reply.kind, reply.lang) == (kind, "es")

    async def test_what_is_not_ours_beside_the_wish_is_refused_in_that_language(self, talk: Talk) -> None:
        reply = await talk.says(f"in spanish please, {NOT_OURS}")
        assert isinstance(reply, Fallback)
        assert reply.lang == "es"

    @pytest.mark.parametrize(
        "text", ["do you speak spanish?", "is there a complaint form in english or spanish", "¿hablas inglés?"]
    )
    async def test_a_question_about_languages_changes_nothing(self, text: str, talk: Talk) -> None:
        talk.locale = "en"
        await talk.says(text)
        assert (await talk.says("16")).lang == "en"

    async def test_a_language_picked_by_number_is_chosen(self, talk: Talk, catalogue: Catalogue) -> None:
        await talk.conversation.offer(HERE, talk.conversation.replies.language_question("en"))
        reply = await talk.says("2")
        assert isinstance(reply, SmallTalkReply)
        assert reply.text == catalogue.edition("es").phrases.language_set
        assert (await talk.says("16")).lang == "es"

    async def test_again_in_another_language(self, talk: Talk) -> None:
        await talk.says(VIGILAN)
        reply = await talk.says("sorry my wife only reads english, can you say that again in english")
        assert (slug_of(reply), reply.lang) == ("oversight", "en")

    async def test_a_bare_number_picks_in_the_language_of_the_choices(self, talk: Talk) -> None:
        await talk.says(VIGILAN)
        assert (await talk.says("2")).lang == "es"

    async def test_a_worded_pick_picks_in_its_own_language(self, talk: Talk) -> None:
        await talk.says(VIGILAN)
        assert (await talk.says("the second one")).lang == "en"


class TestOtherLanguages:
    """A message in a language that the bot does not speak."""

    @pytest.mark.parametrize("locale", ["en", "es"])
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("est-ce que la police locale peut aider ICE?", "fr"),
            ("a polícia local pode ajudar o ICE?", "pt"),
            ("puwede bang tumulong ang lokal na pulis sa ICE?", "tl"),
            ("cảnh sát địa phương có thể giúp ICE không?", "vi"),
            ("加州警察可以帮助ICE吗", "zh-hans"),
        ],
    )
    async def test_it_gets_the_card_in_its_language(
        self, text: str, code: str, locale: str, talk: Talk, catalogue: Catalogue
    ) -> None:
        talk.locale = locale
        reply = await talk.says(text)
        assert isinstance(reply, LanguageReply)
        assert (reply.lang, reply.language, reply.steps) == (locale, code, catalogue.language_cards[code].sentences)
        assert reply.caution == catalogue.language_cards[code].not_checked

    async def test_it_gets_the_card_when_a_topic_is_looked_up_too(self, talk: Talk) -> None:
        message = Message("ICE 来了怎么办", HERE, locale="en")
        reply = await talk.conversation.look_up(message)
        assert isinstance(reply, LanguageReply)
        assert reply.language == "zh-hans"

    async def test_who_asks_for_a_language_gets_its_card_and_goes_on_in_the_one_asked_in(self, talk: Talk) -> None:
        talk.locale = "es"
        reply = await talk.says("do you have this in Korean?")
        assert isinstance(reply, LanguageReply)
        assert (reply.lang, reply.language) == ("en", "ko")

    @pytest.mark.parametrize("locale", ["en", "es"])
    @pytest.mark.parametrize("text", ["Kann die Polizei ICE helfen?", "μιλάτε ελληνικά;"])
    async def test_without_a_card_it_is_told_which_ones_it_speaks_and_offered_topics(
        self, text: str, locale: str, talk: Talk, catalogue: Catalogue
    ) -> None:
        talk.locale = locale
        reply = await talk.says(text)
        assert isinstance(reply, Fallback)
        assert (reply.lang, reply.text) == (locale, catalogue.edition(locale).phrases.other_language)
        assert len([choice for choice in reply.suggestions if choice.slug]) == 3

    async def test_a_language_of_ours_can_be_picked(self, talk: Talk) -> None:
        talk.locale = "en"
        reply = await talk.says("加州警察可以帮助ICE吗")
        number = [choice.action for choice in reply.suggestions].index("g::es") + 1
        assert (await talk.says(str(number))).lang == "es"
        assert (await talk.says("16")).lang == "es"

    @pytest.mark.parametrize(("said", "lang"), [("1", "en"), ("2", "es"), ("Español", "es"), ("English", "en")])
    async def test_after_a_cry_a_language_of_ours_leads_to_urgent_help_in_it(
        self, said: str, lang: str, talk: Talk
    ) -> None:
        card = await talk.says("có ICE trước cửa nhà tôi")
        assert isinstance(card, LanguageReply)
        place = ["1", "English"].count(said) ^ 1
        for reply in (await talk.says(said), await talk.presses(card.suggestions[place].action)):
            assert isinstance(reply, UrgentReply)
            assert (reply.kind, reply.lang) == (CRY, lang)
            assert reply.suggestions
        assert (await talk.says("16")).lang == lang


class TestActions:
    """Buttons."""

    async def test_each_does_what_it_says(self, talk: Talk) -> None:
        kinds = {
            "t:oversight:en": Answer,
            "sh:oversight:en": Answer,
            "s:schools:en": SignpostReply,
            "l::en": Topics,
            "l:2:en": Topics,
            "n::en": Fallback,
            "g::es": SmallTalkReply,
            "p::en": SmallTalkReply,
            "h::en": SmallTalkReply,
            "y:oversight:en": SmallTalkReply,
            "x:oversight:en": SmallTalkReply,
        }
        for code, kind in kinds.items():
            assert isinstance(await talk.presses(code), kind), code

    async def test_the_buttons_language_is_the_replys(self, talk: Talk) -> None:
        assert (await talk.presses("t:oversight:es")).lang == "es"

    @pytest.mark.parametrize("code", ["t:no-longer:en", "s:no-longer:en", "t::en", "sh:no-longer:en"])
    async def test_what_no_longer_exists_leads_to_the_topics_with_a_note(
        self, code: str, talk: Talk, catalogue: Catalogue
    ) -> None:
        reply = await talk.presses(code)
        assert isinstance(reply, Topics)
        assert reply.notes == (catalogue.edition("en").phrases.gone,)

    async def test_a_language_that_no_longer_exists_gets_english(self, talk: Talk) -> None:
        assert (await talk.presses("t:oversight:zh")).lang == "en"

    async def test_a_press_is_remembered_like_an_answer(self, talk: Talk) -> None:
        await talk.presses("t:oversight:en")
        assert slug_of(await talk.says("why?")) == "oversight"

    async def test_a_vote_changes_nothing_that_is_remembered(self, talk: Talk) -> None:
        await talk.says(OVERSIGHT)
        await talk.presses("y:oversight:en")
        assert slug_of(await talk.says("why?")) == "oversight"


class TestLookUp:
    """Topics by command."""

    async def look(self, talk: Talk, text: str, locale: str | None = None) -> Reply:
        return await talk.conversation.look_up(Message(text, HERE, locale=locale))

    @pytest.mark.parametrize("text", ["oversight", "5", "audits", "Who checks task forces and ICE contact"])
    async def test_a_name_leads_to_its_topic(self, text: str, talk: Talk) -> None:
        assert slug_of(await self.look(talk, text)) == "oversight"

    async def test_a_near_name_is_offered_and_can_be_picked(self, talk: Talk, catalogue: Catalogue) -> None:
        reply = await self.look(talk, "oversigt")
        assert isinstance(reply, Clarify)
        assert reply.text == catalogue.edition("en").phrases.near_topic
        assert slug_of(await talk.says("1")) == "oversight"

    async def test_several_near_names_are_offered_in_the_plural(self, talk: Talk, catalogue: Catalogue) -> None:
        reply = await self.look(talk, "prsons")
        assert isinstance(reply, Clarify)
        assert reply.text == catalogue.edition("en").phrases.near_topics
        assert len(reply.suggestions) == 3

    async def test_anything_else_is_answered_as_a_question(self, talk: Talk) -> None:
        assert slug_of(await self.look(talk, OVERSIGHT)) == "oversight"
        assert isinstance(await self.look(talk, NOT_OURS), Fallback)

    async def test_it_answers_in_the_hinted_language(self, talk: Talk) -> None:
        assert (await self.look(talk, "5", "es-MX")).lang == "es"

    @pytest.mark.parametrize("locale", ["en", "es"])
    @pytest.mark.parametrize(
        ("text", "lang"),
        [
            ("¿quién supervisa los grupos operativos?", "es"),
            ("quién supervisa los grupos operativos", "es"),
            ("who checks the task forces?", "en"),
        ],
    )
    async def test_a_question_is_answered_in_its_own_language_before_any_near_name(
        self, text: str, lang: str, locale: str, talk: Talk
    ) -> None:
        reply = await self.look(talk, text, locale)
        assert (slug_of(reply), reply.lang) == ("oversight", lang)

    @pytest.mark.parametrize(("text", "lang"), [("call the pollice", "en"), ("polisia local", "es")])
    async def test_a_near_name_is_offered_in_its_own_language(
        self, text: str, lang: str, talk: Talk, catalogue: Catalogue
    ) -> None:
        reply = await self.look(talk, text, {"en": "es", "es": "en"}[lang])
        assert isinstance(reply, Clarify)
        assert (reply.lang, reply.text) == (lang, catalogue.edition(lang).phrases.near_topic)

    async def test_only_what_looks_like_a_name_is_said_to_be_none(
        self, talk: Talk, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nothing = Match(Decision.FALLBACK, "en", True, 1.0, ())
        monkeypatch.setattr(talk.conversation._matcher, "match", lambda *_: nothing)
        reply = await self.look(talk, "who checks task forses and ICE contacts?")
        assert isinstance(reply, Clarify)
        assert reply.text == catalogue.edition("en").phrases.clarify
        assert reply.suggestions[0].slug == "oversight"


class TestFirstContact:
    """Once for each person."""

    async def test_one_is_new_until_met_and_again_after_being_forgotten(self, talk: Talk) -> None:
        assert await talk.conversation.recollection.is_new(HERE)
        await talk.conversation.recollection.meet(HERE)
        assert not await talk.conversation.recollection.is_new(HERE)
        assert await talk.conversation.recollection.is_new("tests:there")
        number = talk.conversation.catalogue.edition("en").entries["oversight"].number
        votes = ((Verb.HELPFUL, "oversight"), (Verb.WRONG, f"{number}-forums"), (Verb.WRONG, "b-sb-54"))
        ballots = [talk.conversation.ballot(Action(verb, argument, "en")) or "" for verb, argument in votes]
        assert all(ballots)
        assert all([await talk.conversation.recollection.vote_once(HERE, ballot) for ballot in ballots])
        assert not any([await talk.conversation.recollection.vote_once(HERE, ballot) for ballot in ballots])
        await talk.conversation.forget(HERE)
        assert await talk.conversation.recollection.is_new(HERE)
        assert all([await talk.conversation.recollection.vote_once(HERE, ballot) for ballot in ballots])

    @pytest.mark.parametrize("kind", ["welcome", "greeting"])
    async def test_the_same_number_picks_the_same_below_the_welcome_and_below_a_greeting(
        self, talk: Talk, catalogue: Catalogue, kind: str
    ) -> None:
        replies = talk.conversation.replies
        reply = replies.welcome("en") if kind == "welcome" else replies.smalltalk("greeting", "en")
        await talk.conversation.begin(HERE, reply)
        assert slug_of(await talk.says("2")) == catalogue.edition("en").language.starters[1]
        await talk.conversation.begin(HERE, reply)
        assert isinstance(await talk.says("5"), Topics)


BAD = (
    "",
    "   ",
    "🙂" * 50,
    "\x00\x1b[31m\u202e",
    "<@U123> <!channel>",
    "<script>alert(1)</script>",
    "مرحبا",
    "a" * 40_000,
    "\ud800",
)


@pytest.mark.parametrize("text", BAD, ids=ascii)
async def test_bad_input_gets_a_reply_and_comes_back_in_none(text: str, talk: Talk) -> None:
    reply = await talk.says(text)
    assert not isinstance(reply, Answer)
    if text.strip() and len(text) < 100:
        assert text not in repr(reply)
