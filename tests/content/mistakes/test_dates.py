"""Which dates are a slip of the finger away from each other."""

from __future__ import annotations

import pytest

from content.checks.warnings.agreement import Named, is_near


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ((2026, 1, 28), (2026, 1, 27), True),
        ((2026, 1, 29), (2026, 1, 27), False),
        ((2026, 1, 21), (2026, 1, 12), True),
        ((2026, 3, 27), (2026, 1, 27), True),
        ((2025, 1, 27), (2026, 1, 27), True),
        ((2062, 1, 27), (2026, 1, 27), True),
        ((2035, 1, 27), (2026, 1, 27), False),
        ((2025, 3, 27), (2026, 1, 27), False),
        ((2015, 4, None), (2025, 4, None), True),
        ((2024, 4, None), (2025, 4, None), False),
        ((2025, 5, None), (2025, 4, None), False),
        ((2025, 4, None), (2025, 4, 2), False),
    ],
)
def test_which_dates_are_near(one: tuple[int, int, int | None], other: tuple[int, int, int | None], near: bool) -> None:
    assert is_near(Named(*one), Named(*other)) is near
