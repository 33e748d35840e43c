"""Replies as blocks: a golden message for each shape, limits for everything that content holds or could hold."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from slack_sdk.models.basic_objects import JsonObject

from bot.cli.editing.rendercheck import all_cards, all_replies
from bot.dialogue.actions import Action, Verb
from bot.dialogue.answers import SCREEN_CHARACTERS
from bot.dialogue.reply import (
    REPLY_TYPES,
    Answer,
    Clarify,
    Notice,
    Paragraph,
    Reply,
    Sourced,
    SourcesReply,
    Suggestion,
    Topics,
    WholeAnswer,
)
from bot.dialogue.writer import ReplyWriter
from bot.slack.handlers import first_page, shared_by, way_back
from bot.slack.render.blocks import MOST_BUTTONS, pieces
from bot.slack.render.home import home_view, page_view
from bot.slack.render.limits import SlackLimit
from bot.slack.render.mrkdwn import escape
from bot.slack.render.renderer import SlackMessage, find_faults, only_text, preview, render, spoken
from content.schema.catalogue import Catalogue
from intents.match import Intent
from tests.fakes.slack.judges import judge_message, judge_view
from tests.fakes.slack.visible import visible_text
from tests.tools.places import GOLDENS
from tests.tools.remembered import filled_by_the_sdk
from tests.tools.shapes import ENTRY, shapes

SHAPES = GOLDENS / "slack"


def everything(catalogue: Catalogue, lang: str) -> dict[str, Reply]:
    """Return every reply that the content holds, numbered and named."""
    return {f"{number} {name}": reply for number, (name, reply) in enumerate(all_replies(catalogue, lang))}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_shape_of_reply_is_the_golden_one(slack_catalogue: Catalogue, lang: str, update_goldens: bool) -> None:
    folder = SHAPES / lang
    replies, phrases = ReplyWriter(slack_catalogue), slack_catalogue.edition(lang).phrases
    messages: dict[str, Any] = {
        name: render(reply, sharable=isinstance(reply, Answer | WholeAnswer)).payload
        for name, reply in shapes(slack_catalogue, lang).items()
    }
    messages["shared"] = render(replies.answer(ENTRY, lang), above=shared_by(phrases, "U1")).payload
    messages["unfolding"] = render(replies.answer(ENTRY, lang), whole=replies.whole(ENTRY, lang)).payload
    messages["home"] = home_view(first_page(replies, lang)).to_dict()
    messages["home-answer"] = page_view(replies.answer(ENTRY, lang), way_back(phrases, lang)).to_dict()
    messages["home-fallback"] = page_view(replies.fallback(lang), way_back(phrases, lang)).to_dict()
    for name, payload in messages.items():
        (judge_view if name.startswith("home") else judge_message)(payload)
    if update_goldens:
        for old in folder.glob("*.json"):
            old.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        for name, payload in messages.items():
            (folder / f"{name}.json").write_text(json.dumps(payload, ensure_ascii=False, indent=1) + "\n")
    assert {path.stem for path in folder.glob("*.json")} == set(messages), "run pytest --update-goldens"
    for name, payload in messages.items():
        assert json.loads((folder / f"{name}.json").read_text()) == payload, f"{name}: run pytest --update-goldens"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_reply_is_one_message_that_slack_takes_whole(slack_catalogue: Catalogue, lang: str) -> None:
    for name, reply in everything(slack_catalogue, lang).items():
        message = render(reply, sharable=isinstance(reply, Answer | WholeAnswer))
        judge_message(message.payload)
        assert message.whole, name
        assert find_faults(reply) == [], name


def test_the_sdk_makes_the_same_of_blocks_as_these_tests_do(
    slack_catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies, home = shapes(slack_catalogue, "en").values(), first_page(ReplyWriter(slack_catalogue), "en")
    known = [render(reply).payload for reply in replies], home_view(home).to_dict()
    monkeypatch.setattr(JsonObject, "get_non_null_attributes", filled_by_the_sdk)
    assert ([render(reply).payload for reply in replies], home_view(home).to_dict()) == known


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_kind_of_reply_is_among_the_golden_ones(slack_catalogue: Catalogue, lang: str) -> None:
    shown = {type(reply) for reply in shapes(slack_catalogue, lang).values()}
    assert shown == {*REPLY_TYPES} - {Notice}


def row(message: SlackMessage, name: str) -> list[dict[str, Any]]:
    """Return the elements of the row of buttons called ``name``."""
    rows = [block["elements"] for block in message.blocks if block.get("block_id") == name]
    return rows[0] if rows else []


@pytest.mark.parametrize("lang", ["en", "es"])
def test_an_answer_comes_in_the_order_that_people_read(slack_catalogue: Catalogue, lang: str) -> None:
    replies = ReplyWriter(slack_catalogue)
    for slug, entry in slack_catalogue.edition(lang).entries.items():
        for point in (None, *(point.id for point in entry.points)):
            message = render(replies.answer(slug, lang, point), sharable=True)
            kinds = [block["type"] for block in message.blocks]
            says = ["header", "section", "section"]
            assert kinds[: kinds.index("context") + 1] in ([*says, "context"], [*says, "section", "context"])
            names = [block["block_id"] for block in message.blocks if block.get("block_id")]
            assert names == [*(["points"] if point is None else []), "ways", "related", "feedback"]
            related = row(message, "related")
            assert len(related) == 3
            assert all(len(element["text"]["text"]) <= 30 for element in related)
            assert all(element["accessibility_label"] for element in related)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_points_are_buttons_and_a_menu_where_they_are_many(slack_catalogue: Catalogue, lang: str) -> None:
    replies = ReplyWriter(slack_catalogue)
    for slug in slack_catalogue.edition(lang).entries:
        answer = replies.answer(slug, lang)
        elements = row(render(answer), "points")
        if len(answer.points) > MOST_BUTTONS:
            (menu,) = elements
            assert menu["type"] == "static_select"
            values = [option["value"] for option in menu["options"]]
        else:
            values = [element["value"] for element in elements]
        assert values == [point.action for point in answer.points]


def plain_words_of(text: str) -> str:
    """Return the words of mrkdwn or plain text, one space apart, without marks and addresses."""
    shown = re.sub(r": https?://\S+|https?://", " ", re.sub(r"<([^<>|]+)\|([^<>]*)>", r"\2", text))
    return " ".join(re.findall(r"\w+", html.unescape(shown)))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_text_says_all_that_the_blocks_say_in_the_same_order(slack_catalogue: Catalogue, lang: str) -> None:
    replies = (*everything(slack_catalogue, lang).items(), *all_cards(slack_catalogue))
    for name, reply in replies:
        message = render(reply, sharable=True)
        text, position = f" {plain_words_of(message.text)} ", 0
        for block in message.blocks:
            for line in filter(None, map(plain_words_of, visible_text([block]).splitlines())):
                brief = isinstance(reply, SourcesReply) and line not in text
                position = position if brief else text.find(f" {line} ", position)
                assert position >= 0, (name, line)
        assert len(message.text) <= SlackLimit.FALLBACK_TEXT, name


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_text_has_the_address_of_every_link_and_the_words_of_every_button(
    slack_catalogue: Catalogue, lang: str
) -> None:
    for name, reply in (*everything(slack_catalogue, lang).items(), *all_cards(slack_catalogue)):
        message = render(reply, sharable=True)
        links = re.findall(r"<(https?://[^|>]+)\|", json.dumps(message.blocks, ensure_ascii=False))
        assert [link for link in links if link not in message.text] == [], name
        lines = message.text.splitlines()
        by_number = {choice.action for choice in reply.suggestions}
        others = [*getattr(reply, "feedback", ()), *([share] if (share := getattr(reply, "share", None)) else [])]
        assert [one.label for one in others if escape(one.label) not in lines] == [], name
        assert not by_number.intersection(one.action for one in others)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_text_names_the_related_topics_by_the_numbers_that_pick_them(slack_catalogue: Catalogue, lang: str) -> None:
    replies, edition = ReplyWriter(slack_catalogue), slack_catalogue.edition(lang)
    answers: list[Answer | Sourced] = [replies.answer(slug, lang) for slug in edition.entries]
    for reply in (*answers, replies.signpost("schools", lang), replies.glossary("detainer", lang)):
        shown = [line for line in spoken(reply).splitlines() if line]
        last = [f"{reply.suggestions.index(topic) + 1}. {escape(topic.title)}" for topic in reply.related]
        place = shown.index(escape(reply.related_heading))
        assert shown[place : place + len(last) + 1] == [escape(reply.related_heading), *last]
        choices = [f"{number}. {escape(choice.title)}" for number, choice in enumerate(reply.suggestions, start=1)]
        assert [line for line in choices if line not in shown] == []


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_text_names_every_choice_by_the_number_that_picks_it(slack_catalogue: Catalogue, lang: str) -> None:
    for name, reply in (*everything(slack_catalogue, lang).items(), *all_cards(slack_catalogue)):
        if isinstance(reply, Topics):
            continue  # by their own numbers
        none = Action(Verb.NONE, "", lang).code
        choices = [choice for choice in reply.suggestions if choice.action != none]
        shown = spoken(reply).splitlines()
        for number, choice in enumerate(choices, start=1):
            assert f"{number}. {escape(choice.title)}" in shown, (name, choice.title)


letters = st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "So"))


def filled(length: int, characters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Text of exactly ``length`` characters, in words or in one run."""
    seed = st.text(characters, min_size=1, max_size=9).map(lambda word: word.strip() or "x")
    return st.builds(lambda word, gap: ((word + gap) * length)[: length - 1] + "x", seed, st.sampled_from([" ", ""]))


def choices(characters: st.SearchStrategy[str], verb: str, most: int) -> st.SearchStrategy[tuple[Suggestion, ...]]:
    """Choices with labels and titles as long as the content's schema allows."""
    made = st.builds(
        lambda label, title: Suggestion(label=label, title=title, action=f"{verb}:a:en", slug="a", spoken="s" * 76),
        filled(30, characters),
        filled(60, characters),
    )
    return st.lists(made, min_size=3, max_size=most).map(
        lambda found: tuple(replace(one, action=f"{verb}:{n}:en") for n, one in enumerate(found))
    )


@st.composite
def answers(draw: st.DrawFn, characters: st.SearchStrategy[str]) -> Answer:
    """A first message in which every field is as long as the content's schema allows."""
    points, related = draw(choices(characters, "pt", 8)), draw(choices(characters, "t", 3))
    leads = draw(st.booleans())
    plain = Suggestion(label="x" * 30, title="x" * 30, action="sh:a:en")
    ways = (replace(plain, action="w:a:en"), replace(plain, action="o:a:en"))
    return Answer(
        lang="en",
        number=1,
        slug="a",
        title=draw(filled(60, characters)),
        short=draw(filled(280, characters)),
        point=Paragraph(heading=draw(filled(30, characters)), text=draw(filled(600, characters))) if leads else None,
        for_you=Paragraph(heading="h" * 30, text=draw(filled(240, characters))),
        points_heading="h" * 30,
        points=() if leads else points,
        ways=ways,
        footer="f" * 380,
        related_heading="Related topics",
        related=related,
        suggestions=(*(() if leads else points), *ways, *related),
        share=plain,
        feedback=tuple(replace(plain, action=f"{verb}:a:en") for verb in ("y", "x", "wr")),
        notes=(draw(filled(300, characters)),),
    )


@settings(max_examples=25)
@given(answers(letters | st.sampled_from("&<>*_|`~:")))
def test_an_answer_as_long_as_content_can_be_is_one_that_slack_takes_whole(reply: Answer) -> None:
    message = render(reply, sharable=True)
    judge_message(message.payload)
    assert message.whole
    assert len(message.text) <= SlackLimit.FALLBACK_TEXT
    judge_message(only_text(reply).payload)
    assert len(only_text(reply).text) <= SlackLimit.SHORT_TEXT


@given(st.text(max_size=200), st.integers(12, 60))
def test_pieces_lose_nothing_but_blanks_between_them(text: str, length: int) -> None:
    parts = list(pieces(text, length))
    assert all(len(part) <= length for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text(st.sampled_from("&<>"), min_size=30, max_size=80), st.integers(12, 40))
def test_pieces_never_end_inside_an_escape(text: str, length: int) -> None:
    for part in pieces(escape(text), length):
        assert part.count("&") == part.count(";")


def test_what_does_not_fit_is_a_fault_that_the_content_check_can_show(slack_catalogue: Catalogue) -> None:
    whole = ReplyWriter(slack_catalogue).whole("oversight", "en")
    huge = replace(whole, points=(Paragraph(heading="h", text="&" * 3_000),) * 2)
    assert find_faults(huge) != []
    assert find_faults(whole) == []
    judge_message(render(huge).payload)


def test_the_preview_is_what_is_sent(slack_catalogue: Catalogue) -> None:
    answer = ReplyWriter(slack_catalogue).answer("oversight", "en")
    assert preview(answer) == render(answer, sharable=True).payload


def test_choices_are_numbered_so_that_a_typed_number_works(slack_catalogue: Catalogue) -> None:
    reply: Clarify = ReplyWriter(slack_catalogue).clarify(
        [Intent.parse("entry/oversight"), Intent.parse("entry/training")], "en"
    )
    lines = [line for line in spoken(reply).splitlines() if line]
    assert [line[:2] for line in lines[1:]] == ["1.", "2.", "3."]
    none = slack_catalogue.edition("en").phrases.none_of_these
    assert lines[-1] == f"3. {none}"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_answer_unfolds_to_the_whole_of_it_and_shows_no_more_than_before(
    slack_catalogue: Catalogue, lang: str
) -> None:
    replies = ReplyWriter(slack_catalogue)
    for slug, entry in slack_catalogue.edition(lang).entries.items():
        whole = replies.whole(slug, lang)
        for point in (None, *(point.id for point in entry.points)):
            reply = replies.answer(slug, lang, point)
            message = render(reply, sharable=True, whole=whole)
            judge_message(message.payload)
            assert message.unfolded == render(reply, sharable=True)
            assert message.text == message.unfolded.text
            (container,) = (block for block in message.blocks if block["type"] == "container")
            assert (container["is_collapsible"], container["default_collapsed"]) == (True, True)
            assert container["title"]["text"] == reply.ways[0].label
            assert len(container["child_blocks"]) <= SlackLimit.CHILD_BLOCKS
            shown = visible_text(message.blocks) + visible_text(container["child_blocks"])
            for part in (whole.for_you, *whole.points, *([whole.law_check] if whole.law_check else [])):
                assert shown.count(part.text) == 1, (slug, point, part.id)
            assert len(visible_text(message.blocks)) <= SCREEN_CHARACTERS + len(container["title"]["text"])
            assert next(element["value"] for element in row(message, "ways")) == reply.ways[1].action


def test_an_answer_too_long_to_unfold_in_place_keeps_its_button(slack_catalogue: Catalogue) -> None:
    replies = ReplyWriter(slack_catalogue)
    reply, whole = replies.answer("oversight", "en"), replies.whole("oversight", "en")
    long = replace(whole, points=tuple(replace(point, text="word " * 600) for point in whole.points))
    assert render(reply, whole=long) == render(reply)
    assert render(replies.fallback("en"), whole=whole) == render(replies.fallback("en"))
