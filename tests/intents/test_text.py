"""One alphabet for everything that people type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.text import READ_CHARACTERS, fold, plain_words, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Policía", "policia"),
        ("POLICI\u0301A", "policia"),
        ("ｐｏｌｉｃｉａ", "policia"),
        ("Straße", "strasse"),
        ("ﬁnes", "fines"),
        ("what’s up", "what's up"),
        ("heeeelp!!!!", "heelp!!"),
        ("ñandú Ü", "nandu u"),
        ("", ""),
    ],
)
def test_case_accents_and_compatibility_forms_are_resolved(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Who checks CBP's task-forces?", ["who", "checks", "cbp's", "task", "forces"]),
        ("SB 54 / 287(g)", ["sb", "54", "287", "g"]),
        ("🙂 … ¿?", []),
        ("' ' ''", []),
    ],
)
def test_words_are_letters_and_digits(text: str, found: list[str]) -> None:
    assert words(fold(text)) == found


@pytest.mark.parametrize("text", ["What’s  SB-54?", "whats sb 54", " WHATS\tsb\n54 "])
def test_names_are_compared_by_their_plain_words(text: str) -> None:
    assert plain_words(text) == "whats sb 54"


@given(st.text(max_size=50), st.text(max_size=50))
def test_only_the_first_thousand_characters_are_read(start: str, rest: str) -> None:
    read = (start + " a" * READ_CHARACTERS)[:READ_CHARACTERS]
    assert fold(read + rest) == fold(read)


@given(st.text())
def test_words_hold_nothing_that_is_markup(text: str) -> None:
    held = set("".join(words(fold(text))))
    assert {char for char in held if char.isascii()} <= set("abcdefghijklmnopqrstuvwxyz0123456789'")
    assert all(unicodedata.category(char)[0] in "LMN" for char in held if char != "'")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ช่วยด้วย ที่นี่", ["ช่วยด้วย", "ที่นี่"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ខ្ញុំត្រូវការ។", ["ខ្ញុំត្រូវការ"]),
        ("ICE來了,怎麼辦?", ["ice", "來了", "怎麼辦"]),
        ("한국어 ガス й", ["한국어", "ガス", "й"]),
        ("أهلاً", ["اهلا"]),
        ("được không", ["duoc", "khong"]),
    ],
)
def test_words_of_any_script_are_read_with_the_marks_that_carry_meaning(text: str, found: list[str]) -> None:
    assert words(fold(text)) == found
