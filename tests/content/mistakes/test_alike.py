"""Words alike: groups read from beside the samples, refused with file and line where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.reading.alike import ALIKE_FILE, read_alike
from content.reading.digest import CONTENT_FOLDER
from content.reading.samples import read_samples
from content.schema.errors import ContentError


def write(root: Path, text: str, lang: str = "en") -> Path:
    path = root / lang / "samples" / ALIKE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return root


def problems_of(root: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_alike(root)
    return [str(problem) for problem in caught.value.problems]


def test_words_are_read_in_small_letters_without_accents_and_each_once(tmp_path: Path) -> None:
    write(tmp_path, "alike:\n  - [Prisión, cárcel, carcel]\n  - [corte, juez]\n", "es")
    assert read_alike(tmp_path) == (("prision", "carcel"), ("corte", "juez"))


def test_a_word_of_two_languages_is_in_the_first_ones_group(tmp_path: Path) -> None:
    write(write(tmp_path, "alike:\n  - [bond, fianza]\n"), "alike:\n  - [fianza, caución, garantía]\n", "es")
    assert read_alike(tmp_path) == (("bond", "fianza"), ("caucion", "garantia"))


def test_a_group_of_which_one_word_is_left_is_none(tmp_path: Path) -> None:
    write(write(tmp_path, "alike:\n  - [bond, fianza]\n"), "alike:\n  - [fianza, caución]\n", "es")
    assert read_alike(tmp_path) == (("bond", "fianza"),)


def test_a_language_may_have_none(tmp_path: Path) -> None:
    assert read_alike(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("alike:\n  - [bond, bail]\n  - [cash,\n     Bail]\n", "4: `Bail` stands in another group too: keep it in one"),
        ("alike:\n  - [green card, lpr]\n", "2: `green card` is no single word: write one of letters alone"),
        ("alike:\n  - [bond]\n", "2: `alike` has 1 items, at least 2: add some"),
        ("same:\n  - [bond, bail]\n", "1: unknown field `same`: remove it or correct its name"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, problem: str, tmp_path: Path) -> None:
    assert any(found.endswith(problem) for found in problems_of(write(tmp_path, text))), problems_of(tmp_path)


def test_they_are_no_samples() -> None:
    assert not [sample for sample in read_samples(CONTENT_FOLDER) if sample.file.endswith(ALIKE_FILE)]
