"""Messages of any length are cut into messages that Telegram takes, without losing or breaking anything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.render.markup import bold, escape, expandable, italic, link, to_entities, units
from bot.telegram.render.splitting import split_html
from tests.fakes.telegram.html import length, parse_html

PLAIN = st.lists(
    st.one_of(
        st.sampled_from(list("abc <>&\"'\n\n .?!;/=xé")),
        st.sampled_from(["😀", "👩\u200d👩\u200d👧", "e\u0301", "👍🏽", "\u202e", "𝔘", "&amp;", "</b>"]),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    max_size=120,
).map("".join)
INLINE = st.one_of(
    PLAIN.map(escape),
    PLAIN.map(bold),
    PLAIN.map(italic),
    st.tuples(PLAIN, st.sampled_from(["https://a.example/?b=1&c=%22", "https://b.example"])).map(lambda t: link(*t)),
)
BLOCK = st.one_of(INLINE, st.lists(INLINE, max_size=5).map(lambda parts: expandable("".join(parts))))
MESSAGE = st.lists(BLOCK, max_size=12).map("\n\n".join)


def squeezed(text: str) -> str:
    """Return ``text`` without white space: splitting may drop it where it cuts."""
    return "".join(text.split())


@given(MESSAGE, st.integers(32, 400))
def test_every_piece_is_well_formed_and_short_enough_and_nothing_is_lost(source: str, limit: int) -> None:
    whole, _ = parse_html(source)
    pieces = split_html(source, limit)
    shown = [parse_html(piece)[0] for piece in pieces]
    assert all(0 < length(text) <= limit for text in shown)
    assert squeezed("".join(shown)) == squeezed(whole)


@given(MESSAGE, st.integers(32, 400))
def test_each_character_keeps_its_formatting_across_cuts(source: str, limit: int) -> None:
    def marked(piece: str) -> list[tuple[str, frozenset[tuple[str, str]]]]:
        text, entities = parse_html(piece)
        units_ = text.encode("utf-16-le")
        kinds: list[set[tuple[str, str]]] = [set() for _ in range(len(units_) // 2)]
        for entity in entities:
            for place in range(entity["offset"], entity["offset"] + entity["length"]):
                kinds[place].add((entity["type"], entity.get("url", "")))
        found = []
        offset = 0
        for character in text:
            if not character.isspace():
                found.append((character, frozenset(kinds[offset])))
            offset += length(character)
        return found

    assert [item for piece in split_html(source, limit) for item in marked(piece)] == marked(source)


@given(st.lists(PLAIN.map(bold), min_size=1, max_size=60).map(" ".join))
def test_no_piece_has_more_entities_than_telegram_shows(source: str) -> None:
    pieces = split_html(source, 4096, entities=7)
    assert all(len(parse_html(piece)[1]) <= 7 for piece in pieces)
    assert squeezed("".join(parse_html(piece)[0] for piece in pieces)) == squeezed(parse_html(source)[0])


@given(PLAIN)
def test_what_people_would_see_of_escaped_text_is_the_text(text: str) -> None:
    assert parse_html(escape(text)) == (text.strip(), [])


@given(MESSAGE)
def test_the_form_with_entities_says_what_the_html_says(source: str) -> None:
    text, entities = to_entities(source)
    expected, known = parse_html(source)
    assert text.strip() == expected
    lead = length(text) - length(text.lstrip())
    found = {
        (str(e.type), max(0, e.offset - lead), min(length(expected), e.offset + e.length - lead), e.url)
        for e in entities
    }
    wanted = {(e["type"], e["offset"], e["offset"] + e["length"], e.get("url")) for e in known}
    assert {item for item in found if item[2] > item[1]} == wanted


def test_a_short_message_stays_as_it_is() -> None:
    assert split_html("<b>a</b>\n\nb") == ["<b>a</b>\n\nb"]


def test_a_cut_falls_between_paragraphs_where_one_is_near() -> None:
    paragraphs = ["word " * 15 + "end." for _ in range(10)]
    pieces = split_html("\n\n".join(paragraphs), 200)
    assert all(piece.endswith("end.") for piece in pieces)


def test_a_cut_inside_a_quote_goes_on_with_the_quote() -> None:
    first, second = split_html(expandable("a" * 30 + " " + "b" * 30), 40)
    assert first == "<blockquote expandable>" + "a" * 30 + "</blockquote>"
    assert second == "<blockquote expandable>" + "b" * 30 + "</blockquote>"


def test_an_emoji_of_several_characters_is_not_cut() -> None:
    family = "👩\u200d👩\u200d👧"
    pieces = split_html(family * 20, 32)
    assert all(len(piece) % len(family) == 0 for piece in pieces)
    assert units(family) == 8


def test_nothing_to_see_is_no_message() -> None:
    assert split_html("") == []
    assert split_html(" \n<b> </b>\n") == []
