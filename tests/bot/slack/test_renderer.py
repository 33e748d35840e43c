"""Replies as blocks: golden messages for everything in the content, limits for everything it could hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.cli.rendercheck import all_replies
from bot.dialogue.reply import Answer, Clarify, Paragraph, Reply, SourceLink, Suggestion, type_of
from bot.dialogue.writer import ReplyWriter
from bot.slack.handlers import first_page, way_back
from bot.slack.render.blocks import pieces
from bot.slack.render.home import home_view, page_view
from bot.slack.render.limits import SlackLimit
from bot.slack.render.mrkdwn import escape
from bot.slack.render.renderer import find_faults, only_text, preview, render, spoken
from content.schema.catalogue import Catalogue
from intents.match import Intent
from tests.fakes.slack_judges import judge_message, judge_view

GOLDENS = Path(__file__).parents[2] / "goldens" / "slack"


def everything(catalogue: Catalogue, lang: str) -> dict[str, Reply]:
    """Return every reply that the content holds, by the name of its golden file."""
    # The content's version, which "about" shows, changes with every edit.
    catalogue = replace(catalogue, digest="0" * 64)
    replies = ReplyWriter(catalogue)
    found = {name.removeprefix("entry ").replace(" ", "-"): reply for name, reply in all_replies(catalogue, lang)}
    choices = [Intent.parse("entry/oversight"), Intent.parse("entry/training"), Intent.parse("signpost/schools")]
    found["clarify"] = replies.clarify(choices, lang)
    answer = replies.answer("oversight", lang)
    phrases = catalogue.edition(lang).phrases
    found["with-notes"] = replace(answer, notes=(phrases.caution_personal, phrases.welcome_short))
    found["shared"] = replace(answer, notes=(phrases.shared_note,))
    return found


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_reply_is_the_golden_one_and_valid(slack_catalogue: Catalogue, lang: str, update_goldens: bool) -> None:
    folder = GOLDENS / lang
    messages: dict[str, Any] = {}
    for name, reply in everything(slack_catalogue, lang).items():
        message = render(reply, sharable=isinstance(reply, Answer))
        judge_message(message.payload)
        assert message.whole, name
        assert find_faults(reply) == []
        messages[name] = message.payload
    replies, phrases = ReplyWriter(slack_catalogue), slack_catalogue.edition(lang).phrases
    for name, view in {
        "home": home_view(first_page(replies, lang)),
        "home-oversight": page_view(replies.answer("oversight", lang), way_back(phrases, lang)),
    }.items():
        judge_view(view.to_dict())
        messages[name] = view.to_dict()
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
def test_every_kind_of_reply_is_among_the_golden_ones(slack_catalogue: Catalogue, lang: str) -> None:
    kinds = {type_of(reply) for reply in everything(slack_catalogue, lang).values()}
    assert kinds == {"answer", "clarify", "fallback", "signpost", "topics", "smalltalk", "urgent", "glossary"}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_an_answer_comes_in_the_order_that_people_read(slack_catalogue: Catalogue, lang: str) -> None:
    replies = ReplyWriter(slack_catalogue)
    for slug in slack_catalogue.edition(lang).entries:
        message = render(replies.answer(slug, lang), sharable=True)
        kinds = [block["type"] for block in message.blocks]
        assert kinds[:2] == ["header", "section"]
        assert (
            kinds[-5:] == ["context", "context", "actions", "actions", "context_actions"]
            or kinds[-6:-3] == ["context"] * 3
        )
        related = next(block for block in message.blocks if block.get("block_id") == "related")
        assert len(related["elements"]) <= 3
        assert all(len(element["text"]["text"]) <= 30 for element in related["elements"])
        assert all(element["accessibility_label"] for element in related["elements"])


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_text_says_all_that_the_blocks_say_in_the_same_order(slack_catalogue: Catalogue, lang: str) -> None:
    for name, reply in everything(slack_catalogue, lang).items():
        message = render(reply)
        position = 0
        for block in message.blocks:
            if block["type"] in ("header", "section") and block.get("block_id") is None:
                words = block["text"]["text"].replace("*", "").split()[:4]
                plain = " ".join(message.text.replace("*", "").split())
                found = plain.find(" ".join(words), position)
                assert found >= 0, (name, words)
                position = found
        assert len(message.text) <= SlackLimit.FALLBACK_TEXT


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_text_names_the_related_topics_by_the_numbers_that_pick_them(slack_catalogue: Catalogue, lang: str) -> None:
    replies, edition = ReplyWriter(slack_catalogue), slack_catalogue.edition(lang)
    answers = [replies.answer(slug, lang) for slug in edition.entries]
    for reply in (*answers, replies.signpost("schools", lang), replies.glossary("detainer", lang)):
        last = [f"{number}. {topic.title}" for number, topic in enumerate(reply.suggestions, start=1)]
        assert spoken(reply).splitlines()[-len(last) - 1 :] == [escape(reply.related_heading), *last]


letters = st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "So"))


def filled(length: int, characters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Text of exactly ``length`` characters, in words or in one run."""
    seed = st.text(characters, min_size=1, max_size=9).map(lambda word: word.strip() or "x")
    return st.builds(lambda word, gap: ((word + gap) * length)[: length - 1] + "x", seed, st.sampled_from([" ", ""]))


@st.composite
def answers(draw: st.DrawFn, characters: st.SearchStrategy[str]) -> Answer:
    """An answer in which every field is as long as the content's schema allows."""
    points = tuple(
        Paragraph(heading=draw(filled(60, characters)), text=draw(filled(600, characters))) for _ in range(8)
    )
    source = SourceLink(
        label=draw(filled(60, characters)),
        citation=draw(filled(160, characters)),
        url="https://a.gov/" + "x" * 286,
        seen="24 November 2026",
    )
    topics = tuple(
        Suggestion(
            label=draw(filled(30, characters)),
            title=draw(filled(60, characters)),
            action=f"t:{name}:en",
            slug=name,
            spoken="s" * 76,
        )
        for name in ("a", "b", "c")
    )
    plain = Suggestion(label="x" * 30, title="x" * 30, action="sh:a:en")
    return Answer(
        lang="en",
        number=1,
        slug="a",
        title=draw(filled(60, characters)),
        short=draw(filled(280, characters)),
        points=points,
        law_check=Paragraph(heading="h" * 60, text=draw(filled(560, characters))),
        closing=draw(filled(320, characters)),
        sources_heading="Sources",
        sources=(source,) * draw(st.integers(3, 14)),
        footer="f" * 380,
        related_heading="Related topics",
        suggestions=topics,
        share=plain,
        feedback=(replace(plain, action="y:a:en"), replace(plain, action="x:a:en")),
        notes=(draw(filled(300, characters)),),
    )


@settings(max_examples=25)
@given(answers(letters | st.sampled_from("&<>*_|`~:")))
def test_an_answer_as_long_as_content_can_be_is_one_that_slack_takes(reply: Answer) -> None:
    message = render(reply, sharable=True)
    judge_message(message.payload)
    assert len(message.blocks) <= SlackLimit.BLOCKS
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= SlackLimit.MESSAGE_CHARACTERS
    assert len(message.text) <= SlackLimit.FALLBACK_TEXT
    judge_message(only_text(reply).payload)
    assert len(only_text(reply).text) <= SlackLimit.SHORT_TEXT


@settings(max_examples=10)
@given(answers(st.sampled_from("abcdefg hijklmñé.,")))
def test_an_answer_of_the_length_that_the_check_allows_is_shown_whole(reply: Answer) -> None:
    within = replace(reply, points=reply.points[:3], sources=reply.sources[:5], notes=())
    assert render(within, sharable=True).whole


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
    answer = ReplyWriter(slack_catalogue).answer("oversight", "en")
    huge = replace(answer, points=(Paragraph(heading="h", text="&" * 3_000),) * 2)
    assert find_faults(huge) != []
    assert find_faults(answer) == []


def test_the_preview_is_what_is_sent(slack_catalogue: Catalogue) -> None:
    answer = ReplyWriter(slack_catalogue).answer("oversight", "en")
    assert preview(answer) == render(answer, sharable=True).payload


def test_choices_are_numbered_so_that_a_typed_number_works(slack_catalogue: Catalogue) -> None:
    reply: Clarify = ReplyWriter(slack_catalogue).clarify(
        [Intent.parse("entry/oversight"), Intent.parse("entry/training")], "en"
    )
    lines = spoken(reply).splitlines()
    assert [line[:2] for line in lines[1:]] == ["1.", "2."]
