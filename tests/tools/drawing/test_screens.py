"""The terminal of the pictures has each word in the columns that the bot counts for it."""

from __future__ import annotations

import pytest

from bot.cli.talking.columns import columns_of
from tests.tools.drawing.pictures import FOLDER, in_terminal
from tests.tools.drawing.screens import COLUMNS, Placed, page, placed


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  1. ICE", [("1.", 2, 2), ("ICE", 5, 3)]),
        # Wide letters have two columns each, marks none.
        ("打 911", [("打", 0, 2), ("911", 3, 3)]),
        ("बिल्ली में", [("बिल्ली", 0, 5), ("में", 6, 1)]),
        # What begins in a right-to-left script stands on the right, and Latin words in it keep their order.
        ("لا تفتح", [("لا", 18, 2), ("تفتح", 13, 4)]),
        ("1. لا ICE CBP تفتح", [("1.", 18, 2), ("لا", 15, 2), ("ICE", 7, 3), ("CBP", 11, 3), ("تفتح", 2, 4)]),
        ("لا (ICE وCBP)", [("لا", 18, 2), ("(ICE", 13, 4), ("وCBP)", 7, 5)]),
        ("English العربية", [("English", 0, 7), ("العربية", 8, 7)]),
    ],
)
def test_words_stand_in_their_columns(line: str, words: list[tuple[str, int, int]]) -> None:
    assert [(one.text, one.start, one.columns) for one in placed(line, 20)] == words


def test_no_two_words_of_a_card_share_a_column_and_none_leaves_the_window() -> None:
    for text in in_terminal():
        for line in text.replace("\x1b[1m", "").replace("\x1b[22m", "").splitlines():
            words: list[Placed] = sorted(placed(line), key=lambda one: one.start)
            taken = [column for one in words for column in range(one.start, one.start + one.columns)]
            assert len(set(taken)) == len(taken) == columns_of("".join(line.split())), line
            assert not taken or (min(taken) >= 0 and max(taken) < COLUMNS), line


def test_the_picture_is_there_and_its_page_needs_nothing_from_elsewhere() -> None:
    assert (FOLDER / "terminal.png").is_file()
    assert page(["> ICE"]).startswith("data:text/html;base64,")
