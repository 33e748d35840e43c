"""Wishes for a language: what they look like, and what stands beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.following.wishes import Wish, WishReader
from content.schema.catalogue import Catalogue
from tests.tools.hangguard import costs_little


@pytest.fixture(scope="module")
def wishes(catalogue: Catalogue) -> WishReader:
    """The wishes of both languages."""
    return WishReader(catalogue.editions)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("español", "es"),
        ("¿y en español?", "es"),
        ("and in English?", "en"),
        ("pero en inglés", "en"),
        ("Spanish", "es"),
        ("English!", "en"),
        ("inglés", "en"),
        ("in spanish please", "es"),
        ("en español por favor", "es"),
        ("in spanish", "es"),
        ("in english", "en"),
        ("switch to spanish", "es"),
        ("speak English!", "en"),
        ("speak spanish please", "es"),
        ("please speak spanish", "es"),
        ("can you answer in spanish please?", "es"),
        ("en inglés", "en"),
        ("cambia a español", "es"),
        ("al inglés", "en"),
        ("habla inglés por favor", "en"),
        ("hábleme en español", "es"),
        ("¿me puede contestar en inglés?", "en"),
        ("solo hablo español", "es"),
    ],
)
def test_a_message_that_is_only_a_wish(text: str, lang: str, wishes: WishReader) -> None:
    assert wishes.read(text) == Wish(lang, "")


@pytest.mark.parametrize(
    ("text", "lang", "rest"),
    [
        ("in spanish please, who checks the task forces?", "es", "who checks the task forces?"),
        ("who checks the task forces? in spanish please", "es", "who checks the task forces?"),
        ("can you answer in spanish: can local police help ICE?", "es", "can local police help ICE?"),
        ("my english is bad, in spanish please", "es", "my english is bad,"),
        ("in english, not in spanish", "en", "not in spanish"),
        ("en inglés, ¿qué es la SB 54?", "en", "¿qué es la SB 54?"),
        ("¿puede la policía local ayudar a ICE? en inglés por favor", "en", "¿puede la policía local ayudar a ICE?"),
        ("english please!\nwhat is sb 54", "en", "what is sb 54"),
    ],
)
def test_a_mark_parts_a_wish_from_the_rest(text: str, lang: str, rest: str, wishes: WishReader) -> None:
    found = wishes.read(text)
    assert found is not None
    assert (found.lang, found.rest.strip(), found.parted) == (lang, rest, True)


@pytest.mark.parametrize(
    ("text", "lang", "rest"),
    [
        ("in spanish please who checks the task forces", "es", "who checks the task forces"),
        ("explain sb 54 in spanish", "es", "explain sb 54"),
        ("sorry, can you say that again in english", "en", "sorry can you say that again"),
        ("can I read this in Spanish please?", "es", "can i read this"),
        ("en inglés por favor qué es la sb 54", "en", "que es la sb 54"),
        ("otra vez en español", "es", "otra vez"),
    ],
)
def test_a_wish_stands_before_or_behind_other_words(text: str, lang: str, rest: str, wishes: WishReader) -> None:
    assert wishes.read(text) == Wish(lang, rest)


@pytest.mark.parametrize(
    "text",
    [
        "do they speak spanish at the forums where I can complain?",
        "do the officers speak spanish",
        "do you speak spanish?",
        "spanish speaking agents",
        "in spanish or english it is the same law",
        "is there a form in english or spanish",
        "the forms are in vietnamese, chinese, spanish",
        "main spanish",
        "in french",
        "",
        "🙂",
    ],
)
def test_a_message_about_languages_is_no_wish(text: str, wishes: WishReader) -> None:
    assert wishes.read(text) is None


def test_every_pattern_is_read_with_every_name_of_a_language(wishes: WishReader, catalogue: Catalogue) -> None:
    wrong = []
    for edition in catalogue.editions.values():
        for pattern in edition.followups.in_language:
            for code, names in edition.language.names.items():
                for name in names:
                    text = pattern.strip(". ").format(language=name)
                    if wishes.read(text) != Wish(code, ""):
                        wrong.append(f"{text!r} read as {wishes.read(text)}")
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("español", "es"),
        ("Español", "es"),
        ("inglés", "en"),
        ("Inglés", "en"),
        ("ENGLISH", "en"),
        ("es", "es"),
        ("EN", "en"),
    ],
)
def test_a_language_is_known_by_its_names_and_its_code(name: str, code: str, wishes: WishReader) -> None:
    assert wishes.language_named(name) == code


@pytest.mark.parametrize("name", ["", "french", "fr", "in english"])
def test_what_names_no_language(name: str, wishes: WishReader) -> None:
    assert wishes.language_named(name) is None


@given(text=st.text() | st.lists(st.sampled_from(["in", "english", "español", ",", "please", "?", "*"])).map(" ".join))
def test_no_text_raises(text: str, wishes: WishReader) -> None:
    found = wishes.read(text)
    assert found is None or found.lang in ("en", "es")


@pytest.mark.parametrize("text", ["english, " * 20_000, "in english " * 20_000, "a " * 20_000 + "in english"])
def test_a_long_message_is_read_at_once(text: str, wishes: WishReader) -> None:
    with costs_little():
        wishes.read(text)
