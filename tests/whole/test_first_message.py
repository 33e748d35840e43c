"""A first message fits a phone's screen: at most 900 visible characters, for every entry and every leading point.

Counted is what stands in the message, its buttons aside. The longest that content gives (``-s`` prints the table):

==========  ====  =====  ==============  =============  =====
platform    lang  most   entry           point          whole
==========  ====  =====  ==============  =============  =====
slack       en    883    what-is-shared  release-dates  3066
slack       es    898    state-agencies  prisons        3491
telegram    en    867    what-is-shared  release-dates  3066
telegram    es    878    state-agencies  prisons        3491
==========  ====  =====  ==============  =============  =====
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from bot.cli.editing.rendercheck import check_rendering
from bot.dialogue.answers import SCREEN_CHARACTERS
from bot.dialogue.privacy import introduced
from bot.dialogue.reply import Answer, WholeAnswer
from bot.dialogue.writer import ReplyWriter
from bot.slack.render.renderer import render as slack_render
from bot.telegram.render.limits import TelegramLimit
from bot.telegram.render.markup import units
from bot.telegram.render.renderer import render as telegram_render
from content.schema.catalogue import Catalogue
from content.schema.errors import Problem
from content.schema.phrases import Phrases
from tests.fakes.slack.visible import visible_text
from tests.fakes.telegram.html import parse_html

LANGUAGES = ("en", "es")


def on_slack(reply: Answer | WholeAnswer, _phrases: Phrases) -> str:
    """Return what people see of ``reply`` on Slack, its buttons aside."""
    return visible_text(slack_render(reply, sharable=True).blocks)


def on_telegram(reply: Answer | WholeAnswer, phrases: Phrases) -> str:
    """Return what people see of ``reply`` on Telegram, its buttons aside."""
    (text,) = telegram_render(reply, phrases, "CalCoordFaqBot").texts
    return parse_html(text)[0]


Seen = Callable[[Answer | WholeAnswer, Phrases], str]
PLATFORMS: dict[str, Seen] = {"slack": on_slack, "telegram": on_telegram}


def answers(catalogue: Catalogue, lang: str) -> Iterator[Answer]:
    """Yield every entry's first message, alone and led by each of its points."""
    replies = ReplyWriter(catalogue)
    for slug, entry in catalogue.edition(lang).entries.items():
        for point in (None, *(point.id for point in entry.points)):
            yield replies.answer(slug, lang, point)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_first_message_fits_a_screen(platform: str, lang: str, catalogue: Catalogue) -> None:
    phrases, seen = catalogue.edition(lang).phrases, PLATFORMS[platform]
    most, longest = max(((len(seen(one, phrases)), one) for one in answers(catalogue, lang)), key=lambda pair: pair[0])
    whole = max(
        len(seen(ReplyWriter(catalogue).whole(slug, lang), phrases)) for slug in catalogue.edition(lang).entries
    )
    point = longest.point.id if longest.point else "none"
    print(f"{platform:10}  {lang:4}  {most:5}  {longest.slug:14}  {point:14}  {whole:5}")  # noqa: T201
    assert most <= SCREEN_CHARACTERS, (longest.slug, point)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_message_says_what_it_means_for_whoever_asks_unless_a_point_takes_the_room(
    lang: str, catalogue: Catalogue
) -> None:
    for answer in answers(catalogue, lang):
        assert answer.for_you is not None or answer.point is not None, answer.slug


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_line_of_first_contact_adds_no_more_than_itself(lang: str, catalogue: Catalogue) -> None:
    phrases = catalogue.edition(lang).phrases
    for answer in answers(catalogue, lang):
        met = introduced(answer, phrases)
        assert len(on_telegram(answer, phrases)) + len(phrases.welcome_short) >= len(on_telegram(met, phrases))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_answer_is_one_telegram_message_with_room_for_a_note(lang: str, catalogue: Catalogue) -> None:
    phrases, replies = catalogue.edition(lang).phrases, ReplyWriter(catalogue)
    for slug in catalogue.edition(lang).entries:
        whole = replace(replies.whole(slug, lang), notes=(phrases.language_set, phrases.caution_personal))
        assert units(on_telegram(whole, phrases)) <= TelegramLimit.TEXT, slug


def test_a_first_message_that_leaves_the_screen_is_a_mistake_in_the_content(catalogue: Catalogue) -> None:
    edition = catalogue.edition("en")
    entry = edition.entries["oversight"]
    points = (replace(entry.points[0], text="word " * 150), *entry.points[1:])
    longer = replace(edition, entries={**edition.entries, "oversight": replace(entry, points=points)})
    wrong = replace(catalogue, editions={**catalogue.editions, "en": longer})
    found = [str(problem) for problem in check_rendering(wrong, lambda _key, _place, text: Problem("f", 1, text))]
    assert [text for text in found if f"led by `{entry.points[0].id}` shows" in text]
    assert not list(check_rendering(catalogue, lambda _key, _place, text: Problem("f", 1, text)))
