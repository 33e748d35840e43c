"""The same core on any intent set: accuracy inside, recall outside, the threshold from the validation rows."""

from __future__ import annotations

import pytest

from intents.publicsets import measure
from tests.intents.small import LABELS, TEXTS

ROWS = list(zip(LABELS, TEXTS, strict=True))
OUTSIDE = [("oos", "qqq zzz"), ("oos", "xyzzy plugh"), ("oos", "wwww kkkk")]


def test_what_was_learnt_is_known_and_the_rest_refused() -> None:
    figures = measure(ROWS, [*ROWS[::3], *OUTSIDE[:1]], [*ROWS[1::3], *OUTSIDE[1:]])
    assert figures.labels == 3
    assert figures.trained_on == len(ROWS)
    assert figures.in_scope_accuracy >= 0.7
    assert figures.out_of_scope_recall == 1.0
    assert 0 < figures.threshold < 1


def test_without_messages_from_outside_nothing_is_refused() -> None:
    figures = measure(ROWS, ROWS[::3], ROWS[1::3])
    assert figures.threshold == 0
    assert figures.out_of_scope_recall is None
    assert figures.in_scope_accuracy == pytest.approx(1)


def test_rows_from_outside_are_not_learnt() -> None:
    assert measure([*ROWS, *OUTSIDE], ROWS[::3], ROWS[1::3]).labels == 3
