"""Short messages that lean on what came before: recognised whole, in either language, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.actions import Verb
from bot.dialogue.following.followups import WORDS, FollowUp, FollowUpReader
from content.schema.catalogue import Catalogue
from intents.reading import plain_words
from tests.tools.hangguard import costs_little


@pytest.fixture(scope="module")
def reader(catalogue: Catalogue) -> FollowUpReader:
    """All follow-ups of both languages."""
    return FollowUpReader(catalogue.editions)


def test_what_stands_on_an_answers_buttons_can_be_typed(reader: FollowUpReader, catalogue: Catalogue) -> None:
    for lang, edition in catalogue.editions.items():
        said = edition.phrases
        for label, kind in (
            (said.whole_answer, FollowUp.MORE),
            (said.sources_heading, FollowUp.SOURCE),
            (said.share, FollowUp.AGAIN),
            (said.not_helpful, FollowUp.COMPLAINT),
            (said.related_heading, FollowUp.RELATED),
        ):
            understood = reader.read(label.upper(), lang)
            assert understood is not None, label
            assert understood.kind is kind, label
        assert reader.vote(plain_words(f"{said.wrong}.")) == (Verb.WRONG, lang)
        assert reader.vote(plain_words(f"{said.wrong} in the first line")) is None


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("2", FollowUp.PICK, 2),
        ("#2", FollowUp.PICK, 2),
        (" 2. ", FollowUp.PICK, 2),
        ("sorry, meant 2", FollowUp.PICK, 2),
        ("no, number 3", FollowUp.PICK, 3),
        ("the second one", FollowUp.PICK, 2),
        ("The SECOND one!", FollowUp.PICK, 2),
        ("the last one", FollowUp.PICK, -1),
        ("la segunda", FollowUp.PICK, 2),
        ("la última", FollowUp.PICK, -1),
        ("no, the other one", FollowUp.OTHER, 0),
        ("la otra", FollowUp.OTHER, 0),
        ("tell me more", FollowUp.MORE, 0),
        *((text, FollowUp.MORE, 0) for text in ("show more", "expand", "the full text please", "ver más", "leer todo")),
        *((text, FollowUp.MORE, 0) for text in ("toda la respuesta", "el texto completo, por favor", "a detalle")),
        ("dígame más", FollowUp.MORE, 0),
        ("why?", FollowUp.WHY, 0),
        ("¿por qué?", FollowUp.WHY, 0),
        ("none of these", FollowUp.NONE, 0),
        ("ninguna de estas", FollowUp.NONE, 0),
        ("that's not what I asked", FollowUp.COMPLAINT, 0),
        ("that’s not what i asked", FollowUp.COMPLAINT, 0),
        ("say that again", FollowUp.AGAIN, 0),
        ("and related topics, please", FollowUp.RELATED, 0),
        ("¿qué hay relacionado?", FollowUp.RELATED, 0),
        ("go back", FollowUp.PREVIOUS, 0),
        ("the previous one", FollowUp.PREVIOUS, 0),
        ("la anterior", FollowUp.PREVIOUS, 0),
        ("back to the first", FollowUp.EARLIEST, 0),
        ("vuelva a la primera", FollowUp.EARLIEST, 0),
        ("back to the second one", FollowUp.PICK, 2),
        ("regrese al segundo", FollowUp.PICK, 2),
        ("no, la otra", FollowUp.OTHER, 0),
        ("ok thank you so much, and can you tell me more about that please", FollowUp.MORE, 0),
        ("Thanks! Just the gist please", FollowUp.SHORTER, 0),
        ("so can I see the sources for that?", FollowUp.SOURCE, 0),
        ("oiga, ¿me puede repetir eso por favor?", FollowUp.AGAIN, 0),
        ("bueno, deme la segunda porfa", FollowUp.PICK, 2),
        ("I'd like the third one then", FollowUp.PICK, 3),
    ],
)
def test_a_follow_up_is_recognised(text: str, kind: FollowUp, number: int, reader: FollowUpReader) -> None:
    found = reader.read(text, "en")
    assert found is not None
    assert (found.kind, found.number) == (kind, number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙂",
        "tell me more about local police",
        "why does california do this?",
        "287(g)",
        "call 911",
        "ab 2792",
        "x2",
        "the second one about training please",
        "2024",
        "which of the 20 topics are about police",
        "1 2 3 4 5",
        "prop 2",
        "and ab 3?",
        "Senate Bill 4",
    ],
)
def test_a_whole_question_is_none(text: str, reader: FollowUpReader) -> None:
    assert reader.read(text, "en") is None


@pytest.mark.parametrize(("text", "loose"), [("2", False), ("#2", False), ("the second one", False), ("meant 2", True)])
def test_a_number_among_other_words_is_a_loose_pick(text: str, loose: bool, reader: FollowUpReader) -> None:
    found = reader.read(text, "en")
    assert found is not None
    assert found.loose is loose


def test_every_listed_message_is_read_as_what_it_is_listed_for(reader: FollowUpReader, catalogue: Catalogue) -> None:
    names = {"first": 1, "second": 2, "third": 3, "last": -1}
    wrong = []
    for edition in catalogue.editions.values():
        for kind in (
            "more",
            "shorter",
            "source",
            "sure",
            "agree",
            "both",
            "why",
            "other",
            "none",
            "complaint",
            "again",
            "previous",
            "earliest",
            *names,
        ):
            for text in getattr(edition.followups, kind):
                found = reader.read(text, "en")
                expected = (FollowUp.PICK, names[kind]) if kind in names else (FollowUp(kind), 0)
                if found is None or (found.kind, found.number) != expected:
                    wrong.append(f"{edition.language.code} {kind}: {text!r} read as {found}")
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the law, not the principles", "the law"),
        ("The LAW, not the principles", "the law"),
        ("  the law, not the principles  ", "the law"),
        ("local police rather than federal agents", "local police"),
        ("not the principles, the law", "the law"),
        ("not the principles but the law", "the law"),
        ("la ley, no los principios", "la ley"),
        ("la policía local en vez de los federales", "la policía local"),
        ("no los principios, sino la ley", "la ley"),
        ("no los principios sino la ley", "la ley"),
        ("no los principios, la ley", "la ley"),
        ("no, no los principios, la ley", "la ley"),
        ("los principios no, la ley", "la ley"),
        ("la ley en lugar de los principios", "la ley"),
        ("no, not the principles, the law", "the law"),
        ("the law instead of the principles", "the law"),
    ],
)
def test_of_a_choice_in_words_the_part_that_is_wanted_is_found(text: str, wanted: str, reader: FollowUpReader) -> None:
    assert reader.wanted_part(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙂",
        "the law",
        "not the principles",
        "is it legal or not?",
        "they are not allowed",
        "a, not b",
        "Which RULES hold for the Task Forces?",
        "the law" + " of this state" * 20 + ", not the principles",
        "not " + "very " * 50 + "good, the law",
    ],
)
def test_any_other_message_is_wanted_as_it_stands(text: str, reader: FollowUpReader) -> None:
    assert reader.wanted_part(text) == text


@given(text=st.text())
def test_no_text_raises(text: str, reader: FollowUpReader) -> None:
    reader.read(text, "en")
    assert reader.wanted_part(text).strip() in {text.strip(), text.strip().casefold()} or "," in text or " " in text


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 20_000,
        "a " * 20_000,
        "#" * 40_000,
        "a1" * 20_000,
        "- " * 19 + "2",
        ", not " * 5_000,
        "not a" + ", not" * 39,
    ],
)
def test_a_long_message_is_read_at_once(text: str, reader: FollowUpReader) -> None:
    with costs_little():
        reader.read(text, "en")
        reader.wanted_part(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the first and the third", (1, 3)),
        ("1 & 3", (1, 3)),
        ("2, then 1", (2, 1)),
        ("la primera y la última", (1, -1)),
        ("first, second and third", (1, 2, 3)),
    ],
)
def test_several_picks_are_read_in_their_order(text: str, numbers: tuple[int, ...], reader: FollowUpReader) -> None:
    found = reader.read(text, "en")
    assert found is not None
    assert (found.kind, (found.number, *found.others)) == (FollowUp.BOTH, numbers)


@pytest.mark.parametrize("text", ["the first amendment and the second", "more police and more ICE"])
def test_what_only_begins_like_picks_is_none(text: str, reader: FollowUpReader) -> None:
    assert reader.read(text, "en") is None


def test_a_longer_message_is_no_follow_up_with_words_around_it(reader: FollowUpReader) -> None:
    words = ["please"] * WORDS
    assert reader.read(" ".join([*words[1:], "more"]), "en") is not None
    assert reader.read(" ".join([*words, "more"]), "en") is None
