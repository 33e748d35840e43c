"""The same core on any intent set: accuracy inside, recall outside, the threshold from the validation rows."""

from __future__ import annotations

import math

import pytest

from intents.training.publicsets import PublicFigures, measure
from tests.intents.small import LABELS, TEXTS

ROWS = list(zip(LABELS, TEXTS, strict=True))
OUTSIDE = [("oos", "qqq zzz"), ("oos", "xyzzy plugh"), ("oos", "wwww kkkk")]


MORE_OUTSIDE = [
    ("oos", text)
    for text in (
        "book a table for two", "a table at nine", "cancel my table", "two tables please", "table by the window",
        "is the table free", "reserve tables", "which table is ours",
    )
]  # fmt: skip
NEAR = [
    ("oos", "a table for the ship"),
    ("oos", "reserve a table for apples"),
    ("oos", "a table, apples, pears and plums"),
]


def test_what_was_learnt_is_known_and_the_rest_refused() -> None:
    figures = measure(ROWS, [*ROWS[::3], *OUTSIDE[:1]], [*ROWS[1::3], *OUTSIDE[1:]])
    assert figures.labels == 3
    assert figures.trained_on == len(ROWS)
    assert figures.in_scope_accuracy >= 0.7
    assert figures.out_of_scope_recall == 1.0
    assert math.isfinite(figures.threshold)


def test_without_messages_from_outside_nothing_is_refused() -> None:
    figures = measure(ROWS, ROWS[::3], ROWS[1::3])
    assert figures.threshold == -math.inf
    assert figures.out_of_scope_recall is None
    assert figures.in_scope_accuracy == pytest.approx(1)


def test_rows_from_outside_are_learnt_as_a_class_that_is_no_intent() -> None:
    figures = measure([*ROWS, *MORE_OUTSIDE], [*ROWS[::3], *MORE_OUTSIDE[::2]], ROWS[1::3])
    assert figures.labels == 3
    assert figures.trained_on == len(ROWS) + len(MORE_OUTSIDE)
    assert figures.in_scope_accuracy >= 0.7


def test_what_was_learnt_from_outside_is_better_refused() -> None:
    validation = [*ROWS, *MORE_OUTSIDE[::3]]
    without = measure(ROWS, validation, [*ROWS, *NEAR])
    learnt = measure([*ROWS, *MORE_OUTSIDE], validation, [*ROWS, *NEAR])
    assert learnt.out_of_scope_recall == 1.0
    assert learnt.in_scope_accuracy >= without.in_scope_accuracy
    assert right(learnt) > right(without)


def right(figures: PublicFigures) -> float:
    """Return how many of ROWS and NEAR were judged right."""
    return figures.in_scope_accuracy * len(ROWS) + (figures.out_of_scope_recall or 0) * len(NEAR)


def test_the_class_from_outside_is_never_the_guess() -> None:
    figures = measure([*ROWS, *MORE_OUTSIDE], ROWS, [("entry/fruit", "a table of apples and pears")])
    assert figures.threshold == -math.inf
    assert figures.in_scope_accuracy == 1.0


def test_the_threshold_does_as_well_on_the_validation_rows_as_refusing_nothing_or_all() -> None:
    validation = [*ROWS, *NEAR]
    chosen = measure(ROWS, validation, validation)
    nothing_refused = measure(ROWS, ROWS, ROWS).in_scope_accuracy * len(ROWS)
    assert right(chosen) >= nothing_refused
    assert right(chosen) >= len(NEAR)


def test_training_twice_gives_the_same() -> None:
    rows = [*ROWS, *MORE_OUTSIDE], [*ROWS[::3], *NEAR], [*ROWS[1::3], *NEAR]
    assert measure(*rows) == measure(*rows)
