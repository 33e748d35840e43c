"""Replies as plain text: every reply, whole, wrapped, without escape codes unless asked for."""

from __future__ import annotations

import re

import pytest

from bot.cli.editing.rendercheck import all_cards, all_replies
from bot.cli.talking.columns import columns_of, fill
from bot.cli.talking.jsonl import reply_object
from bot.cli.talking.terminal import BOLD, PLAIN, WIDTH, page_width, render_suggestions, render_text, render_whole
from bot.dialogue.reply import Answer, Reply, SourcesReply, Topics, WholeAnswer
from bot.dialogue.writer import ReplyWriter
from content.schema.catalogue import Catalogue

KEYS = ["conversation", "type", "entry", "slug", "point", "lang", "text", "suggestions"]


@pytest.fixture(scope="module")
def replies(catalogue: Catalogue) -> list[tuple[str, Reply]]:
    """Every fixed reply of both languages."""
    return [(f"{lang} {name}", reply) for lang in catalogue for name, reply in all_replies(catalogue, lang)]


def test_nothing_of_an_answer_is_lost(replies: list[tuple[str, Reply]]) -> None:
    for name, reply in replies:
        text = render_text(reply, width=0)
        match reply:
            case Answer():
                said = [reply.title, reply.short, reply.footer]
                parts = [part for part in (reply.point, reply.for_you) if part]
                said += [text for part in parts for text in (part.heading, part.text)]
            case WholeAnswer():
                said = [reply.title, reply.short, reply.for_you.text, reply.closing or "", reply.footer]
                said += [part for point in reply.points for part in (point.heading, point.text, point.known)]
            case SourcesReply():
                said = [part for source in reply.sources for part in (source.label, source.citation, source.url)]
            case _:
                continue
        assert [part for part in said if part not in text] == [], name


def test_an_answer_and_its_choices_fit_one_screen(replies: list[tuple[str, Reply]]) -> None:
    width = page_width(80)
    for name, reply in replies:
        if isinstance(reply, Answer):
            shown = f"{render_whole(reply, width=width)}\n\n>"
            assert len(shown.splitlines()) <= 24, name


def test_a_choices_number_stands_before_its_first_word(replies: list[tuple[str, Reply]]) -> None:
    for name, reply in replies:
        choices = render_suggestions(reply, page_width(40))
        assert not re.search(r"(?m)\b\d+\.$", choices), name
        assert "\xa0" not in choices, name


def test_no_line_is_wider_than_the_page_unless_one_word_is(replies: list[tuple[str, Reply]]) -> None:
    for name, reply in replies:
        wide = [line for line in render_text(reply).splitlines() if len(line) > WIDTH and " " in line.strip(" -•")]
        assert [line for line in wide if max(map(len, line.split())) < WIDTH - 6] == [], name


@pytest.mark.parametrize("columns", [40, 47, 80, 100])
def test_no_line_is_wider_than_the_terminal_but_an_address(columns: int, replies: list[tuple[str, Reply]]) -> None:
    width = page_width(columns)
    for name, reply in replies:
        shown = f"{render_text(reply, width=width)}\n{render_suggestions(reply, width)}"
        assert [line for line in shown.splitlines() if len(line) > columns and "://" not in line] == [], name
        bold = render_text(reply, width=width, bold=True)
        assert bold.replace(BOLD, "").replace(PLAIN, "") == render_text(reply, width=width), name


@pytest.mark.parametrize(("columns", "width"), [(1, 38), (40, 38), (80, 78), (100, 98), (300, 98)])
def test_a_page_is_as_wide_as_the_terminal_where_that_can_be_read(columns: int, width: int) -> None:
    assert page_width(columns) == width


def test_the_first_screen_fits_a_small_terminal(catalogue: Catalogue) -> None:
    for lang in catalogue:
        reply = ReplyWriter(catalogue).welcome(lang)
        width = page_width(80)
        phrases = catalogue.edition(lang).phrases
        shown = [render_text(reply, width=width), "", render_suggestions(reply, width), "", phrases.terminal_hint, ""]
        assert len("\n".join([*shown, phrases.terminal_prompt]).splitlines()) <= 24, lang


def test_wrapping_changes_only_white_space(replies: list[tuple[str, Reply]]) -> None:
    for name, reply in replies:
        assert render_text(reply, width=40).split() == render_text(reply, width=0).split(), name


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_card_in_any_script_fits_the_columns_of_the_terminal(columns: int, catalogue: Catalogue) -> None:
    width = page_width(columns)
    for code, reply in all_cards(catalogue):
        text = render_whole(reply, width=width)
        assert "".join(text.split()) == "".join(render_whole(reply, width=0).split()), code
        assert [line for line in text.splitlines() if columns_of(line) > width and "://" not in line] == [], code


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("您可以不开门", ["您可以不", "开门"]),
        # No line begins with a sign that closes, and none ends with one that opens.
        ("您可以不，开门", ["您可以", "不，开门"]),
        ("您可以（开门）", ["您可以", "（开门）"]),
        ("拨打 911。", ["拨打", "911。"]),
        # Thai, Lao and Khmer part no words: wider than a line they break, but no vowel or sign from its letter.
        ("ไม่ต้องเปิดประตู", ["ไม่ต้องเปิด", "ประตู"]),
        ("แคลิฟอร์เนีย", ["แคลิฟอร์เนี", "ย"]),
        ("កម្មវិធីស្វ័យ", ["កម្មវិធីស្វ័យ"]),
        ("ຄາລິຟໍເນຍ ບໍ່", ["ຄາລິຟໍເນຍ", "ບໍ່"]),
        # Korean words stay whole.
        ("문을 열어요", ["문을", "열어요"]),
        ("열어주세요 문", ["열어주세요", "문"]),
        # Marks take no column of their own.
        ("बिल्ली में", ["बिल्ली में"]),
        ("e\u0301e\u0301e\u0301 e\u0301e\u0301e\u0301e\u0301", ["e\u0301e\u0301e\u0301 e\u0301e\u0301e\u0301e\u0301"]),
        ("a b c d e", ["a b c d", "e"]),
        ("ab\u00a0cd\u00a0ef g", ["ab\u00a0cd\u00a0ef", "g"]),
        ("", [""]),
    ],
)
def test_a_line_is_filled_by_columns(line: str, rows: list[str]) -> None:
    assert fill(line, 8, 0) == "\n".join(rows)


def test_plain_text_has_no_escape_codes_and_bold_has_them_in_pairs(replies: list[tuple[str, Reply]]) -> None:
    for name, reply in replies:
        assert "\x1b" not in render_text(reply), name
        bold = render_text(reply, bold=True)
        assert bold.count(BOLD) == bold.count(PLAIN), name
        assert bold.replace(BOLD, "").replace(PLAIN, "").split() == render_text(reply).split(), name


def test_suggestions_are_numbered_as_they_are_picked(catalogue: Catalogue) -> None:
    reply = ReplyWriter(catalogue).answer("oversight", "en")
    shown = " ".join(render_suggestions(reply).split())
    assert shown.startswith(f"{reply.points_heading} 1. ")
    assert [choice for n, choice in enumerate(reply.suggestions, 1) if f"{n}. {choice.label}" not in shown] == []
    whole = ReplyWriter(catalogue).whole("oversight", "en")
    lines = render_suggestions(whole).splitlines()
    assert lines[0] == f"{whole.related_heading}:"
    assert lines[1:] == [f"  {n}. {choice.title}" for n, choice in enumerate(whole.suggestions, 1)]


def test_the_list_of_topics_is_not_listed_twice(catalogue: Catalogue) -> None:
    reply = ReplyWriter(catalogue).topics("en")
    assert isinstance(reply, Topics)
    assert render_suggestions(reply) == ""
    assert [line for line in render_text(reply).splitlines() if line.startswith("  16. ")] == [
        f"  16. {catalogue.edition('en').entries['local-police'].title}"
    ]


def test_the_steps_of_urgent_help_are_numbered(catalogue: Catalogue) -> None:
    text = render_text(ReplyWriter(catalogue).urgent("door", "en"))
    steps = catalogue.edition("en").urgent["door"].steps
    assert [f"{n}. " in text for n in range(1, len(steps) + 1)] == [True] * len(steps)


def test_reply_objects_have_the_keys_of_the_contract(replies: list[tuple[str, Reply]]) -> None:
    for name, reply in replies:
        found = reply_object(reply, "c")
        named = {"signpost": "signpost", "glossary": "term", "law": "law", "urgent": "urgent"}.get(found["type"])
        assert list(found) == [*KEYS, *([named] if named else [])], name
        assert all(list(choice) == ["entry", "slug", "label"] for choice in found["suggestions"]), name
        assert (found["entry"] is None) == (found["type"] != "answer") == (found["slug"] is None), name
