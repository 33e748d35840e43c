"""What every reply looks like: golden files for each entry, language and reply kind, and what holds for all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.cli.rendercheck import all_replies
from bot.dialogue.actions import parse_action
from bot.dialogue.reply import Reply
from bot.dialogue.writer import ReplyWriter
from bot.telegram.handlers.inline import inline_text
from bot.telegram.render.keyboards import share_link
from bot.telegram.render.menus import group_page
from bot.telegram.render.renderer import find_faults, preview, render, render_page
from content.schema.catalogue import Catalogue
from intents.match import Intent, Kind
from tests.fakes.telegram_html import parse_html
from tests.fakes.telegram_judge import judge
from tests.fakes.telegram_methods import body, keyboard

GOLDENS = Path(__file__).parents[2] / "goldens" / "telegram"
LANGUAGES = ("en", "es")


def replies_of(catalogue: Catalogue, lang: str) -> dict[str, Reply]:
    """Return every kind of reply in one language, entries by slug and the rest by what they are."""
    # The content's version, which "about" shows, changes with every edit.
    catalogue = replace(catalogue, digest="0" * 64)
    writer = ReplyWriter(catalogue)
    found = {name.removeprefix("entry ").replace(" ", "-"): reply for name, reply in all_replies(catalogue, lang)}
    choices = [Intent(Kind.ENTRY, slug) for slug in list(catalogue.edition(lang).entries)[:3]]
    found["clarify"] = writer.clarify(choices, lang)
    return found


def calls_of(reply: Reply, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the calls that send ``reply``, as JSON values."""
    found = preview(reply, catalogue.edition(reply.lang).phrases)
    return json.loads(json.dumps(found if isinstance(found, list) else [found]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reply_is_as_its_golden_file_says(catalogue: Catalogue, lang: str, update_goldens: bool) -> None:
    folder = GOLDENS / lang
    replies = replies_of(catalogue, lang)
    wanted = {
        name: json.dumps(calls_of(reply, catalogue), ensure_ascii=False, indent=1) for name, reply in replies.items()
    }
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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reply_is_one_message_that_telegram_and_the_judges_take(catalogue: Catalogue, lang: str) -> None:
    for name, reply in replies_of(catalogue, lang).items():
        (call,) = calls_of(reply, catalogue)
        judge("sendMessage", call)
        text, _ = body(call, "text")
        assert text, name
        keyboard(call)
        assert find_faults(reply, catalogue.edition(lang).phrases) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_button_carries_a_code_that_is_understood_or_a_link(catalogue: Catalogue, lang: str) -> None:
    for name, reply in replies_of(catalogue, lang).items():
        (call,) = calls_of(reply, catalogue)
        for row in call.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                data = button.get("callback_data")
                assert button.get("url", "").startswith("https://t.me/") or (data and parse_action(data)), name
                assert len(button["text"]) <= 60, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_answer_holds_all_of_its_entry_in_order(catalogue: Catalogue, lang: str) -> None:
    writer, edition = ReplyWriter(catalogue), catalogue.edition(lang)
    for slug, entry in edition.entries.items():
        (source,) = render(writer.answer(slug, lang), edition.phrases, "CalCoordFaqBot").texts
        text, entities = parse_html(source)
        parts = [entry.title, entry.short, *(part for point in entry.points for part in (point.heading, point.text))]
        parts += [entry.law_check.text] if entry.law_check else []
        parts += [entry.closing] if entry.closing else []
        parts += [edition.phrases.sources_heading, edition.phrases.disclaimer]
        place = 0
        for part in parts:
            place = text.find(part, place)
            assert place >= 0, (slug, part)
            place += len(part)
        links = [entity["url"] for entity in entities if entity["type"] == "text_link"]
        assert links == [catalogue.sources[source].url for source in entry.sources]
        assert len(entities) <= 100


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
        actions = [parse_action(str(row[0].callback_data)) for row in rendered.keyboard.inline_keyboard]
        seen += [action.argument for action in actions if action and action.verb == "t"]
    assert sorted(seen) == sorted(catalogue.edition(lang).entries)
    assert group_page(topics, 99, phrases) == group_page(topics, 0, phrases)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_inline_answer_is_one_message(catalogue: Catalogue, lang: str) -> None:
    for slug in catalogue.edition(lang).entries:
        answer = ReplyWriter(catalogue).answer(slug, lang)
        text, _ = parse_html(inline_text(answer))
        assert answer.title in text
        assert not text.endswith(answer.related_heading)


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
