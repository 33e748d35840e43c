"""Words behind commands, and slips in them."""

from __future__ import annotations

import pytest

from bot.dialogue.commands import Word, known_words, nearest
from content.schema.catalogue import Catalogue
from intents.reading import plain_words


@pytest.fixture
def names(catalogue: Catalogue) -> list[str]:
    return ["start", "topic", "faq", *known_words(catalogue)]


def test_every_language_has_a_word_for_everything(catalogue: Catalogue) -> None:
    words = known_words(catalogue)
    assert words["topics"] == (Word.TOPICS, None)
    assert words["temas"] == (Word.TOPICS, "es")
    assert len(words) == len(Word) * len(catalogue.languages)


def test_words_are_single_and_small_as_commands_must_be(names: list[str]) -> None:
    assert all(name.isascii() and name.isalpha() and name == name.casefold() for name in names)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hepl", "help"), ("hlp", "help"), ("helpp", "help"), ("HELO", "help"), ("topcs", "topics"),
        ("topicss", "topics"), ("lnaguaeg", "language"), ("ayda", "ayuda"), ("privasidd", "privacidad"),
    ],
)  # fmt: skip
def test_a_slip_is_near_its_word(names: list[str], typed: str, meant: str) -> None:
    assert nearest(typed, names) == meant


@pytest.mark.parametrize(
    "typed", ["", "h", "help", "Topics", "stop", "hola", "police", "oversight", "help me", "x" * 8_000]
)
def test_an_exact_word_and_anything_farther_away_is_no_slip(names: list[str], typed: str) -> None:
    assert nearest(typed, names) is None


def test_no_name_of_a_topic_or_term_is_taken_for_a_slip(catalogue: Catalogue, names: list[str]) -> None:
    for edition in catalogue.editions.values():
        known = [name for e in edition.entries.values() for name in (e.slug, e.title, e.short_title, *e.aliases)]
        known += [name for term in edition.glossary.values() for name in (term.id, term.term, *term.names)]
        assert [name for name in known if nearest(plain_words(name), names)] == []
