"""The answers are in our own words: no run of eight words is shared with the FAQ they were written anew from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from content.schema.catalogue import Catalogue
from tests.content.review.wordruns import run_hash, word_runs

SOURCE_RUNS = frozenset((Path(__file__).parent / "source-runs.txt").read_text(encoding="ascii").split())


def texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text within ``value`` (plain data), with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, f"{place}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, f"{place}[{index}]")


def copied(text: str, known: frozenset[str] = SOURCE_RUNS) -> list[str]:
    return [run for run in word_runs(text) if run_hash(run) in known]


def test_no_text_of_either_language_shares_eight_words_with_the_source(catalogue: Catalogue) -> None:
    found = []
    for lang, edition in catalogue.editions.items():
        said = {
            part: getattr(edition, part)
            for part in ("entries", "signposts", "phrases", "urgent", "smalltalk", "glossary", "resources")
        }
        for place, text in texts(msgspec.to_builtins(said), lang):
            found += [f"{place}: {run}" for run in copied(text)]
    for place, text in texts(msgspec.to_builtins(catalogue.laws), "laws"):
        found += [f"{place}: {run}" for run in copied(text)]
    assert found == []


def test_a_copied_run_is_found_whatever_its_case_accents_and_punctuation() -> None:
    known = frozenset(run_hash(run) for run in word_runs("Nine plain words stand here, one after the other."))
    assert copied("So: NINE pláin words “stand” here - one, after the rest", known) == [
        "nine plain words stand here one after the"
    ]
    assert copied("nine plain words stand here one after a", known) == []


def test_the_source_is_known_whole() -> None:
    assert len(SOURCE_RUNS) > 4_000
