"""A first message fits a phone's screen: at most 900 visible characters, for every entry and every leading point.

Counted is what stands in the message, its buttons aside; in the terminal the lines of a screen of 80 columns, the
prompt with them. The longest stand in docs/measured.md, which ``make goldens`` writes anew.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from msgspec.structs import replace

from bot.cli.editing.rendercheck import all_cards, all_replies, check_rendering
from bot.cli.talking.terminal import on_screen, page_width, render_whole
from bot.dialogue.answers import SCREEN_CHARACTERS, noted
from bot.dialogue.reply import (
    Answer,
    GlossaryReply,
    LanguageReply,
    LawReply,
    Reply,
    SignpostReply,
    Sourced,
    is_long,
    is_urgent,
)
from bot.dialogue.sayings import introduced, with_caution
from bot.dialogue.writer import ReplyWriter
from bot.slack.handlers import with_room_for_a_name
from bot.slack.render.renderer import render as slack_render
from bot.telegram.render.markup import units
from bot.telegram.render.renderer import render as telegram_render
from bot.telegram.render.splitting import MOST_UNITS
from content.schema.catalogue import Catalogue
from content.schema.errors import Problem
from content.schema.phrases import Phrases
from intents.match import Intent, Kind
from tests.docs.documents import page
from tests.fakes.slack.visible import visible_text
from tests.fakes.telegram.html import parse_html
from tests.tools.places import ROOT

LANGUAGES = ("en", "es")
TERMINAL_LINES = 24


def on_slack(reply: Reply, _phrases: Phrases) -> str:
    """Return what people see of ``reply`` on Slack, its buttons aside."""
    return visible_text(slack_render(reply, sharable=True).blocks)


def on_telegram(reply: Reply, phrases: Phrases) -> str:
    """Return what people see of ``reply`` on Telegram, its buttons aside."""
    (text,) = telegram_render(reply, phrases, "CalCoordFaqBot").texts
    return parse_html(text)[0]


def in_a_group(reply: Reply, phrases: Phrases) -> str:
    """Return what the others in a Telegram group see of ``reply``, its buttons aside."""
    (text,) = telegram_render(reply, phrases, "CalCoordFaqBot", group=True).texts
    return parse_html(text)[0]


def lines(reply: Reply, phrases: Phrases) -> int:
    """Return how many lines of a terminal of 80 columns ``reply`` takes, with its choices and the prompt."""
    width = page_width(80)
    return len(f"{render_whole(on_screen(reply, phrases, width), width=width)}\n\n>".splitlines())


Seen = Callable[[Reply, Phrases], str]
PLATFORMS: dict[str, Seen] = {"slack": on_slack, "telegram": on_telegram}


def answers(catalogue: Catalogue, lang: str) -> Iterator[Answer]:
    """Yield every entry's first message, alone and led by each of its points."""
    replies = ReplyWriter(catalogue)
    for slug, entry in catalogue.edition(lang).entries.items():
        for point in (None, *(point.id for point in entry.points)):
            yield replies.answer(slug, lang, point)


BESIDE = {"Signposts": SignpostReply, "Laws": LawReply, "Terms": GlossaryReply}
"""What answers beside the entries, by its row in the table."""


def first_messages(catalogue: Catalogue, lang: str) -> dict[str, list[Reply]]:
    """Return every first message by its row in the table: those of an entry, and of each kind beside the entries."""
    found: dict[str, list[Reply]] = {}
    for answer in answers(catalogue, lang):
        found.setdefault(f"`{answer.slug}`", []).append(answer)
    shown = [reply for _, reply in all_replies(catalogue, lang) if not is_long(reply)]
    for row, kind in BESIDE.items():
        found[row] = [reply for reply in shown if isinstance(reply, kind)]
    return found


def table(catalogue: Catalogue) -> dict[str, list[int]]:
    """Return the most of each row: Slack, Telegram and lines in the terminal, each in English and in Spanish."""
    most: dict[str, list[int]] = {}
    for seen in (*(pair for pair in PLATFORMS.values()), None):
        for lang in LANGUAGES:
            phrases = catalogue.edition(lang).phrases
            for row, known in first_messages(catalogue, lang).items():
                # Also as who meets the bot with it sees it.
                replies = [*known, *(introduced(reply, phrases) for reply in known)]
                sizes = (len(seen(reply, phrases)) if seen else lines(reply, phrases) for reply in replies)
                most.setdefault(row, []).append(max(sizes))
    return most


@pytest.fixture(scope="module")
def longest(catalogue: Catalogue) -> dict[str, list[int]]:
    return table(catalogue)


SECTION = "The longest first messages"
FEW = (30, 30, 30, 30, 2, 2)
"""By how much the table may be off, since texts change daily: characters, and lines."""


def test_the_longest_first_messages_are_those_of_the_golden_table(
    longest: dict[str, list[int]], update_goldens: bool
) -> None:
    found, path = longest, ROOT / "docs/measured.md"
    if update_goldens:
        rows = "".join(f"| {row} | {' | '.join(map(str, most))} |\n" for row, most in found.items())
        old = path.read_text("utf-8")
        start = re.search(rf"## {SECTION}\n(?s:.*?)\n\|[-|]+\|\n", old)
        assert start
        path.write_text(old[: start.end()] + rows + re.sub(r"\A(?:\|.*\n)*", "", old[start.end() :]), "utf-8")
        page.cache_clear()
    said = {row[0]: [int(cell) for cell in row[1:]] for row in page("docs/measured.md").rows(SECTION)}
    assert list(said) == list(found), "run make goldens"
    for row, most in found.items():
        assert all(abs(one - two) <= few for one, two, few in zip(said[row], most, FEW, strict=True)), (row, most)


def test_every_first_message_fits_a_screen(longest: dict[str, list[int]]) -> None:
    over = {
        row: most
        for row, most in longest.items()
        if max(most[:4]) > SCREEN_CHARACTERS or max(most[4:]) > TERMINAL_LINES
    }
    assert over == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_longer_than_a_first_message_is_posted_in_the_open(lang: str, catalogue: Catalogue) -> None:
    phrases = catalogue.edition(lang).phrases
    cards = [(name, card) for name, card in all_cards(catalogue) if not is_urgent(card)]
    for name, reply in (*all_replies(catalogue, lang), *cards):
        if reply.personal:
            continue
        # The texts of a card may have 900 characters, and the numbers and dots before its lines come on top.
        most = SCREEN_CHARACTERS + (25 if isinstance(reply, LanguageReply) else 0)
        assert len(in_a_group(reply, phrases)) <= most, name
        assert is_long(reply) or len(on_slack(reply, phrases)) <= most, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_message_says_what_it_means_for_whoever_asks_whatever_point_leads(
    lang: str, catalogue: Catalogue
) -> None:
    for answer in answers(catalogue, lang):
        assert answer.for_you is not None, (answer.slug, answer.point)


NOTED = ("language", "file", "caution", "contact")
"""What may be said beside a first message, as it comes to it: the language first, then what the desk adds."""


def told(reply: Reply, phrases: Phrases, notes: Iterable[str]) -> Reply:
    """Return ``reply`` with each of ``notes``, in the order of ``NOTED``."""
    said: dict[str, Callable[[Reply], Reply]] = {
        "language": lambda one: noted(one, phrases.language_set, phrases),
        "file": lambda one: noted(one, phrases.file_unread, phrases),
        "caution": lambda one: with_caution(one, phrases),
        "contact": lambda one: introduced(one, phrases),
    }
    for name in NOTED:
        if name in notes:
            reply = said[name](reply)
    return reply


NOTES = [notes for size in range(1, 5) for notes in itertools.combinations(NOTED, size)]


@pytest.mark.parametrize("notes", NOTES, ids="+".join)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_first_message_fits_a_screen_with_what_is_said_before_it(
    lang: str, notes: tuple[str, ...], catalogue: Catalogue
) -> None:
    phrases, over = catalogue.edition(lang).phrases, []
    for row, replies in first_messages(catalogue, lang).items():
        for reply in replies:
            message = told(reply, phrases, notes)
            sizes = [len(seen(message, phrases)) for seen in PLATFORMS.values()]
            # No file reaches a terminal.
            screens = lines(message, phrases) if "file" not in notes else 0
            if max(sizes) > SCREEN_CHARACTERS or screens > TERMINAL_LINES:
                over.append((row, getattr(reply, "point", None), sizes, screens))
            if "caution" in notes:
                assert {
                    phrases.caution_personal,
                    phrases.caution_personal_short,
                    phrases.file_unread_and_caution,
                }.intersection(message.notes[:1])
            if "file" in notes:
                assert {
                    phrases.file_unread,
                    phrases.file_unread_short,
                    phrases.file_unread_and_caution,
                }.intersection(message.notes)
            if "contact" in notes:
                assert isinstance(message, Answer | Sourced)
                assert phrases.welcome_short in message.footer
    assert over == []


@pytest.mark.parametrize("notes", NOTES, ids="+".join)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_message_says_what_it_means_for_whoever_asks_whatever_is_said_beside_it(
    lang: str, notes: tuple[str, ...], catalogue: Catalogue
) -> None:
    phrases = catalogue.edition(lang).phrases
    for answer in answers(catalogue, lang):
        message = told(answer, phrases, notes)
        assert isinstance(message, Answer)
        assert message.for_you is not None, (answer.slug, answer.point)


def test_two_notes_become_one_and_the_heading_short_only_where_there_is_no_room(catalogue: Catalogue) -> None:
    phrases = catalogue.edition("es").phrases
    tight = told(ReplyWriter(catalogue).answer("building-trust", "es", "u-t-visas"), phrases, NOTED)
    assert tight.notes == (phrases.file_unread_and_caution,)
    roomy = told(ReplyWriter(catalogue).answer("building-trust", "es"), phrases, ["file", "caution"])
    assert isinstance(tight, Answer)
    assert isinstance(roomy, Answer)
    assert [one.for_you and one.for_you.heading for one in (tight, roomy)] == [
        phrases.for_you_heading_short,
        phrases.for_you_heading,
    ]
    assert roomy.notes == (phrases.caution_personal, phrases.file_unread)


def test_a_note_is_said_in_full_where_there_is_room(catalogue: Catalogue) -> None:
    phrases = catalogue.edition("en").phrases
    short = ReplyWriter(catalogue).glossary("detainer", "en")
    message = told(short, phrases, NOTED)
    assert message.notes == (phrases.caution_personal, phrases.file_unread, phrases.language_set)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_that_offers_what_else_was_asked_fits_a_screen(lang: str, catalogue: Catalogue) -> None:
    replies, phrases = ReplyWriter(catalogue), catalogue.edition(lang).phrases
    entries = catalogue.edition(lang).entries
    also = [Intent(Kind.ENTRY, slug) for slug in sorted(entries, key=lambda slug: -len(entries[slug].short_title))[:2]]
    for slug, entry in entries.items():
        for point in (None, *(point.id for point in entry.points)):
            answer = replies.answer(slug, lang, point, also)
            assert lines(answer, phrases) <= TERMINAL_LINES, (slug, point)
            assert max(len(seen(answer, phrases)) for seen in PLATFORMS.values()) <= SCREEN_CHARACTERS, (slug, point)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_shared_fits_a_screen_with_the_name_of_whoever_shared_it(lang: str, catalogue: Catalogue) -> None:
    phrases = catalogue.edition(lang).phrases
    line = phrases.shared_note.format(name=f"@{'a name' * 5}")
    for answer in answers(catalogue, lang):
        blocks = slack_render(with_room_for_a_name(answer, phrases), above=line).blocks
        assert len(visible_text(blocks)) <= SCREEN_CHARACTERS, (answer.slug, answer.point)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_first_contact_takes_nothing_but_the_disclaimers_place(lang: str, catalogue: Catalogue) -> None:
    phrases = catalogue.edition(lang).phrases
    for answer in answers(catalogue, lang):
        met = introduced(answer, phrases)
        assert isinstance(met, Answer)
        assert phrases.welcome_short in met.footer
        assert phrases.disclaimer not in met.footer, "said once"
        assert replace(met, footer=answer.footer) == answer, (answer.slug, answer.point)


SAID_AT_FIRST_CONTACT = {
    "en": ("general information", "reviewed", "not generated", "not legal advice", "not a government service"),
    "es": ("información general", "revisada", "no generada", "no es asesoría legal", "ni del gobierno"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_line_of_first_contact_says_what_this_is_and_what_it_is_not(lang: str, catalogue: Catalogue) -> None:
    said = catalogue.edition(lang).phrases.welcome_short.casefold()
    assert [words for words in SAID_AT_FIRST_CONTACT[lang] if words not in said] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_answer_is_one_telegram_message_with_room_for_a_note(lang: str, catalogue: Catalogue) -> None:
    phrases, replies = catalogue.edition(lang).phrases, ReplyWriter(catalogue)
    for slug in catalogue.edition(lang).entries:
        whole = replace(replies.whole(slug, lang), notes=(phrases.language_set, phrases.caution_personal))
        assert units(on_telegram(whole, phrases)) <= MOST_UNITS, slug


def test_a_first_message_that_leaves_the_screen_is_a_mistake_in_the_content(catalogue: Catalogue) -> None:
    edition = catalogue.edition("en")
    entry = edition.entries["oversight"]
    points = (replace(entry.points[0], text="word " * 150), *entry.points[1:])
    longer = replace(edition, entries={**edition.entries, "oversight": replace(entry, points=points)})
    wrong = replace(catalogue, editions={**catalogue.editions, "en": longer})
    found = [str(problem) for problem in check_rendering(wrong, lambda _key, _place, text: Problem("f", 1, text))]
    assert [text for text in found if f"led by `{entry.points[0].id}` shows" in text]
    # Fits with the disclaimer, not with the longer line of first contact.
    rather_long = (replace(entry.points[0], text="word " * 70), *entry.points[1:])
    both = replace(entry, points=rather_long, for_you="word " * 45)
    longer = replace(edition, entries={**edition.entries, "oversight": both})
    wrong = replace(catalogue, editions={**catalogue.editions, "en": longer})
    found = [str(problem) for problem in check_rendering(wrong, lambda _key, _place, text: Problem("f", 1, text))]
    assert [text for text in found if f"led by `{entry.points[0].id}` leaves no room at first contact" in text]
    law = catalogue.laws["sb-54"]
    long = replace(catalogue, laws={**catalogue.laws, "sb-54": replace(law, does={"en": "word " * 150, "es": "word"})})
    told = [str(problem) for problem in check_rendering(long, lambda _key, _place, text: Problem("f", 1, text))]
    assert len(told) == 1
    assert "law sb-54 shows" in told[0]
    assert not list(check_rendering(catalogue, lambda _key, _place, text: Problem("f", 1, text)))
