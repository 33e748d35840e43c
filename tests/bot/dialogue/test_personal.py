"""Personal numbers are spotted, ordinary numbers are not, and no text makes the search slow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.sayings import holds_personal_number
from tests.tools.hangguard import costs_little


@pytest.mark.parametrize(
    "text",
    [
        "my A-number is A123456789",
        "A 123 456 789",
        "a#: 12345678",
        "A-012-345-678",
        "ssn 123-45-6789",
        "123 45 6789",
        "call me at (415) 555-0123",
        "415.555.0123",
        "+1 415 555 0123",
        "4155550123",
        "+52 55 1234 5678",
        "mi número es 123456789",
    ],
)
def test_a_personal_number_is_spotted(text: str) -> None:
    assert holds_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "sb 54",
        "Gov. Code 7284.6",
        "287(g) and 8 usc 1373",
        "call 911 or 988",
        "in 2017, 2018 and 2025",
        "there are 20 topics",
        "AB 2792",
        "12345",
        "a 10 year old",
        "$1,000,000",
        "",
    ],
)
def test_an_ordinary_number_is_not(text: str) -> None:
    assert not holds_personal_number(text)


@pytest.mark.parametrize("part", ["1", "1 ", "A ", "1-", "+1 ", "(1", "123 ", "A#1"])
def test_a_long_message_is_searched_at_once(part: str) -> None:
    with costs_little():
        holds_personal_number(part * 40_000)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    holds_personal_number(text)
