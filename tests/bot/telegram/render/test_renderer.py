"""What every reply looks like: a golden file for each shape, and what holds for all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cli.editing.rendercheck import all_replies
from bot.dialogue.actions import parse_action
from bot.dialogue.reply import Reply
from bot.dialogue.writer import ReplyWriter
from bot.telegram.render.keyboards import group_page, share_link
from bot.telegram.render.renderer import find_faults, preview, render, render_page, written_alone
from bot.telegram.render.splitting import split_html
from content.schema.catalogue import Catalogue
from tests.fakes.telegram.html import parse_html
from tests.fakes.telegram.judge import judge
from tests.fakes.telegram.methods import body, keyboard
from tests.tools.places import GOLDENS
from tests.tools.shapes import shapes

SHAPES = GOLDENS / "telegram"
LANGUAGES = ("en", "es")
IN_GROUPS = (
    *("answer", "answer-led-by-a-point", "hub", "law", "law-with-sources"),
    *("topics", "clarify", "privacy"),
)
"""The shapes that look different before others."""


def replies_of(catalogue: Catalogue, lang: str) -> dict[str, Reply]:
    """Return every reply that the content holds in one language, numbered and named."""
    return {f"{number} {name}": reply for number, (name, reply) in enumerate(all_replies(catalogue, lang))}


def calls_of(reply: Reply, catalogue: Catalogue, *, group: bool = False) -> list[dict[str, Any]]:
    """Return the calls that send ``reply``, as JSON values."""
    found = preview(reply, catalogue.edition(reply.lang).phrases, group=group)
    calls: list[dict[str, Any]] = json.loads(json.dumps(found if isinstance(found, list) else [found]))
    return calls


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_shape_of_reply_is_as_its_golden_file_says(catalogue: Catalogue, lang: str, update_goldens: bool) -> None:
    folder = SHAPES / lang
    calls = {name: calls_of(reply, catalogue) for name, reply in shapes(catalogue, lang).items()}
    calls |= {f"group-{name}": calls_of(shapes(catalogue, lang)[name], catalogue, group=True) for name in IN_GROUPS}
    wanted = {name: json.dumps(call, ensure_ascii=False, indent=1) for name, call in calls.items()}
    if update_goldens:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.json"):
            old.unlink()
        for name, text in wanted.items():
            (folder / f"{name}.json").write_text(text + "\n")
    found = {path.stem: path.read_text().rstrip("\n") for path in folder.glob("*.json")}
    assert set(found) == set(wanted), "run pytest --update-goldens and look at the difference"
    different = [name for name, text in wanted.items() if found[name] != text]
    assert different == [], "run pytest --update-goldens and look at the difference"


@pytest.mark.parametrize("group", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reply_is_one_message_that_telegram_and_the_judges_take(
    catalogue: Catalogue, lang: str, group: bool
) -> None:
    for name, reply in replies_of(catalogue, lang).items():
        (call,) = calls_of(reply, catalogue, group=group)
        judge("sendMessage", call)
        text, _ = body(call, "text")
        assert text, name
        keyboard(call)
        assert find_faults(reply, catalogue.edition(lang).phrases) == []


@pytest.mark.parametrize("group", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_button_carries_a_code_that_is_understood_a_link_or_words_to_copy(
    catalogue: Catalogue, lang: str, group: bool
) -> None:
    for name, reply in replies_of(catalogue, lang).items():
        (call,) = calls_of(reply, catalogue, group=group)
        for row in call.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                data, words = button.get("callback_data"), button.get("copy_text", {}).get("text", "")
                linked = button.get("url", "").startswith("https://")
                assert linked or (data and parse_action(data)) or 1 <= len(words) <= 256, name
                assert len(button["text"]) <= 60, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_group_gets_no_more_than_four_rows_of_buttons(catalogue: Catalogue, lang: str) -> None:
    for name, reply in replies_of(catalogue, lang).items():
        if reply.personal:
            continue
        (call,) = calls_of(reply, catalogue, group=True)
        assert len(call.get("reply_markup", {}).get("inline_keyboard", [])) <= 4, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_answer_holds_all_of_its_entry_in_order(catalogue: Catalogue, lang: str) -> None:
    writer, edition = ReplyWriter(catalogue), catalogue.edition(lang)
    for slug, entry in edition.entries.items():
        (source,) = render(writer.whole(slug, lang), edition.phrases, "CalCoordFaqBot").texts
        text, entities = parse_html(source)
        parts = [entry.title, entry.short, edition.phrases.for_you_heading, entry.for_you]
        parts += [part for point in entry.points for part in (point.heading, point.text)]
        parts += [edition.phrases.law_check_heading, entry.law_check.text] if entry.law_check else []
        parts += [entry.closing] if entry.closing else []
        parts += [edition.phrases.disclaimer]
        place = 0
        for part in parts:
            place = text.find(part, place)
            assert place >= 0, (slug, part)
            place += len(part)
        (quote,) = [entity for entity in entities if entity["type"] == "expandable_blockquote"]
        units = text.encode("utf-16-le")
        quoted = units[2 * quote["offset"] : 2 * (quote["offset"] + quote["length"])].decode("utf-16-le")
        inside = [part for point in entry.points for part in (point.heading, point.text)]
        inside += [entry.law_check.text] if entry.law_check else []
        assert [part for part in (*inside, entry.closing or "") if part not in quoted] == [], slug
        assert len(entities) <= 100


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sources_are_links_in_the_order_of_the_entry(catalogue: Catalogue, lang: str) -> None:
    writer, edition = ReplyWriter(catalogue), catalogue.edition(lang)
    for slug, entry in edition.entries.items():
        (source,) = render(writer.sources(slug, lang), edition.phrases, "CalCoordFaqBot").texts
        links = [entity["url"] for entity in parse_html(source)[1] if entity["type"] == "text_link"]
        assert links == [catalogue.sources[name].url for name in entry.sources]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_the_topic_menu_is_taken_and_all_topics_are_on_one(catalogue: Catalogue, lang: str) -> None:
    phrases = catalogue.edition(lang).phrases
    topics = ReplyWriter(catalogue).topics(lang)
    seen = []
    for page in range(1, len(topics.groups) + 1):
        rendered = render_page(topics, page, phrases)
        assert rendered.keyboard is not None
        call = {
            "chat_id": 1,
            "text": rendered.texts[0],
            "parse_mode": "HTML",
            "reply_markup": rendered.keyboard.to_dict(),
        }
        judge("sendMessage", call)
        for row in rendered.keyboard.inline_keyboard[: len(topics.groups[page - 1].topics)]:
            assert f"\n{row[0].text.partition('.')[0]}. " in rendered.texts[0], "the number in the text is the button's"
        actions = [parse_action(str(row[0].callback_data)) for row in rendered.keyboard.inline_keyboard]
        seen += [action.argument for action in actions if action and action.verb == "t"]
    assert sorted(seen) == sorted(catalogue.edition(lang).entries)
    assert group_page(topics, 99, phrases) == group_page(topics, 0, phrases)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_inline_answer_is_one_message_without_headings_of_buttons(catalogue: Catalogue, lang: str) -> None:
    phrases = catalogue.edition(lang).phrases
    for slug in catalogue.edition(lang).entries:
        answer = ReplyWriter(catalogue).answer(slug, lang)
        (piece,) = split_html(written_alone(answer))
        text, _ = parse_html(piece)
        assert answer.title in text
        assert phrases.points_heading not in text


def test_what_looks_like_markup_in_content_is_shown_and_not_read(catalogue: Catalogue) -> None:
    reply = ReplyWriter(catalogue).saying('<b>a</b> & "c" <script>', "en", kind="test")
    (text,) = render(reply, catalogue.edition("en").phrases, "CalCoordFaqBot").texts
    assert parse_html(text) == ('<b>a</b> & "c" <script>', [])


def test_a_reply_of_an_unknown_kind_is_a_mistake(catalogue: Catalogue) -> None:
    with pytest.raises(TypeError):
        render(Reply(lang="en"), catalogue.edition("en").phrases, "CalCoordFaqBot")


def test_the_share_link_survives_odd_titles() -> None:
    url = share_link("CalCoordFaqBot", "oversight", "Who's watching? 100 % & more")
    assert url == (
        "https://t.me/share/url?url=https%3A%2F%2Ft.me%2FCalCoordFaqBot%3Fstart%3Doversight"
        "&text=Who%27s+watching%3F+100+%25+%26+more"
    )
