"""Labelled messages are read from a file, and what is wrong with a row is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intents.training.labelled import EvaluationError, Labelled, read_labelled

SLUGS = {1: "a", 2: "b", 3: "c"}
A, B = ("entry/a",), ("entry/b",)


def write(tmp_path: Path, *rows: object, name: str = "set.jsonl") -> Path:
    path = tmp_path / name
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_numbers_become_names(tmp_path: Path) -> None:
    path = write(tmp_path, {"text": "t", "gold": [1], "also": [2], "kind": "faq", "style": "terse"})
    assert read_labelled(path, SLUGS) == [Labelled("t", None, "faq", "terse", A, B)]


def test_names_stay_and_the_kind_follows(tmp_path: Path) -> None:
    rows = [{"text": "t", "gold": ["signpost/s"], "lang": "es"}, {"text": "u", "gold": ["none"]}]
    first, second = read_labelled(write(tmp_path, *rows), SLUGS)
    assert (first.kind, first.lang, first.gold) == ("faq", "es", ("signpost/s",))
    assert second.kind == "oos"


def test_everything_that_would_be_right_may_stand_in_one_list(tmp_path: Path) -> None:
    row = {"text": "t", "ok": ["entry:2", "signpost:s", "law:sb-54", "fallback"], "kind": "oos"}
    (found,) = read_labelled(write(tmp_path, row), SLUGS)
    assert (found.gold, found.also) == (("entry/b", "signpost/s", "law/sb-54", "none"), ())
    assert found.kind == "oos"


def test_the_points_of_an_entry_say_which_it_is(tmp_path: Path) -> None:
    (found,) = read_labelled(write(tmp_path, {"text": "t", "points": ["b/one", "b/whole"]}), SLUGS)
    assert (found.gold, found.points, found.kind) == (B, ("b/one", "b/whole"), "faq")


def test_points_may_stand_among_what_is_right_and_name_their_entry_by_number(tmp_path: Path) -> None:
    row = {"text": "t", "ok": ["point:2/one", "law:sb-54"], "points": ["1/two"]}
    (found,) = read_labelled(write(tmp_path, row), SLUGS)
    assert (found.gold, found.points) == (("entry/b", "law/sb-54"), ("a/two", "b/one"))


@pytest.mark.parametrize(
    ("asks", "points"),
    [
        ({}, ("b/two", "b/whole", "b/one")),
        ({"asks": "whole"}, ("b/whole", "b/two", "b/one")),
        ({"asks": "point"}, ("b/two", "b/one", "b/whole")),
    ],
)
def test_what_is_asked_for_comes_first(asks: dict[str, str], points: tuple[str, ...], tmp_path: Path) -> None:
    row = {"text": "t", "points": ["b/two", "b/whole", "b/one"], **asks}
    assert read_labelled(write(tmp_path, row), SLUGS)[0].points == points


def test_the_file_may_name_the_language(tmp_path: Path) -> None:
    path = write(tmp_path, {"text": "t", "gold": [1]}, name="dev-es.jsonl")
    assert read_labelled(path, SLUGS)[0].lang == "es"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", 'must be a JSON object with a "text"'),
        ("[" * 100_000, 'must be a JSON object with a "text"'),
        ("[]", 'must be a JSON object with a "text"'),
        ({"gold": [1]}, 'must be a JSON object with a "text"'),
        ({"text": 5}, 'must be a JSON object with a "text"'),
        ({"text": "t", "gold": 1}, '"gold" must list entry numbers or intent names'),
        ({"text": "t", "gold": [99]}, '"gold" must list entry numbers or intent names'),
        ({"text": "t", "gold": [[1]]}, '"gold" must list entry numbers or intent names'),
        ({"text": "t", "gold": [True]}, '"gold" must list entry numbers or intent names'),
        ({"text": "t", "gold": [1], "lang": 5}, '"lang" must be one of'),
        ({"text": "t", "gold": [1], "also": [None]}, '"also" must list entry numbers or intent names'),
        ({"text": "t", "gold": []}, '"gold" is empty'),
        ({"text": "t", "ok": []}, '"ok" is empty'),
        ({"text": "t", "ok": ["entry:1"], "gold": [1]}, '"ok" stands in place of "gold" and "also": keep one'),
        ({"text": "t", "ok": "entry:1"}, '"ok" must list entry numbers or intent names'),
        ({"text": "t", "points": "a/one"}, '"points" must list points such as "oversight/forums"'),
        ({"text": "t", "points": ["z/one"]}, '"points" names `z/one`, which the content has not: correct it'),
        ({"text": "t", "points": ["99/one"]}, '"points" names `99/one`, which the content has not: correct it'),
        ({"text": "t", "ok": ["point:z/one"]}, '"points" names `z/one`, which the content has not: correct it'),
        ({"text": "t", "gold": [1], "kind": "faqs"}, '"kind" must be one of faq, oos, smalltalk, urgent'),
    ],
)
def test_a_wrong_row_is_named_by_file_and_line(row: object, says: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"text": "t", "gold": [1]}, row)
    with pytest.raises(EvaluationError) as caught:
        read_labelled(path, SLUGS)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert says in str(caught.value)


def test_names_and_languages_that_the_content_has_not_are_refused(tmp_path: Path) -> None:
    known = {"intents": {"entry/a"}, "languages": ("en", "es")}
    assert read_labelled(write(tmp_path, {"text": "t", "gold": [1], "lang": "es"}), SLUGS, **known)
    with pytest.raises(EvaluationError, match='1: "also" names `entry/z`, which the content has not: correct it'):
        read_labelled(write(tmp_path, {"text": "t", "gold": [1], "also": ["entry/z"]}), SLUGS, **known)
    with pytest.raises(EvaluationError, match='1: "lang" must be one of en, es'):
        read_labelled(write(tmp_path, {"text": "t", "gold": [1], "lang": "fr"}), SLUGS, **known)


def test_a_file_without_messages_is_refused(tmp_path: Path) -> None:
    for rows in ((), ("", "  ")):
        with pytest.raises(EvaluationError, match="no messages in it: write one JSON object a line"):
            read_labelled(write(tmp_path, *rows), SLUGS)


def test_only_line_ends_part_rows_and_other_systems_marks_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes('\ufeff{"text": "a\u2028b", "gold": [1]}\r\n\r\n{"text": "c\x85", "gold": [2]}'.encode())
    assert [row.text for row in read_labelled(path, SLUGS)] == ["a\u2028b", "c\x85"]


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "binary.jsonl"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(EvaluationError, match="not UTF-8 text: save it as UTF-8"):
        read_labelled(path, SLUGS)
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_labelled(tmp_path / "none.jsonl", SLUGS)
