"""Which telephone numbers can be called, as people write them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.cli.doctor import check_local
from content.checks.local import CALL_AGAIN_DAYS, doubtful_local, not_callable, tip_line
from content.checks.times import due
from content.reading.loader import read_with_places
from tests.content.mistakes.mistakes import copy_content

RIGHT = (
    *("911", "988", "211", "1-800-898-7180", "800 898 7180", "(800) 898-7180", "+1 800.898.7180", "8008987180"),
    *(
        "1-800-898-7180 ext. 12",
        "1-800-898-7180 x5",
        "1-800-898-7180, extensión 214",
        "+52 55 5080 2000",
        "+502 2410 0010",
    ),
)
WRONG = (
    *("974-1234", "1-800-898-718", "1-800-898-71800", "2-800-898-7180", "800-198-7180", "100-898-7180", "912", "0"),
    *("+52 5508", "+1 55 5080 2000 1", "+52 55 5080 2000 1234 5", "011 52 55 5080 2000", "1-800-898-7180 or 211"),
    *("call Bob", "…", "1-800-CALL-NOW", "213-555-0142", "text HELP to 88788", "ext. 12"),
)


@pytest.mark.parametrize("phone", RIGHT)
def test_what_can_be_called_is_taken(phone: str) -> None:
    assert not_callable(phone) == ""


@pytest.mark.parametrize("phone", WRONG)
def test_what_cannot_be_called_is_told(phone: str) -> None:
    assert not_callable(phone).startswith(f"`{phone}` ")


@pytest.mark.parametrize(
    "text", ["1-866-347-2423", "8663472423", "+1 (866) 347 2423", "1-866-DHS-2-ICE", "866dhs2ice", "Call 802-872-6199."]
)
def test_ices_tip_line_is_known_in_any_spelling(text: str) -> None:
    assert "tip line" in tip_line(text)


def test_other_lines_are_no_tip_line() -> None:
    assert tip_line("1-888-351-4024") == tip_line("Call 866-347-2424.") == ""


@pytest.mark.parametrize("field", ["resources", "contact"])
def test_local_numbers_are_to_be_called_again_after_some_months(field: str, tmp_path: Path) -> None:
    root, opened = copy_content(tmp_path / "content"), date(2026, 3, 3)
    one = f"{{id: ours, label: Ours, phone: 1-800-898-7180, opened: {opened}}}"
    (root / "local.yaml").write_text(f"{field}:\n  en: {one if field == 'contact' else f'[{one}]'}\n", "utf-8")
    catalogue, at = read_with_places(root)
    again = opened + timedelta(CALL_AGAIN_DAYS)
    assert [str(found.problem) for found in due(catalogue, at) if found.day == again] == [
        f"local.yaml:2: `ours` was last called or looked at on {opened}: call it, or look again, and write that day"
    ]
    assert list(doubtful_local(catalogue, again - timedelta(1), at)) == []
    assert "is over 120 days ago" in str(*doubtful_local(catalogue, again, at))
    assert any("over 120 days ago: ours: call it" in str(finding) for finding in check_local(catalogue))
