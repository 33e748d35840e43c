"""Files and folders that look like content and are not read: told, each with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import LANGUAGE_FILES, SHARED_FILES, find_strays


def strays(root: Path) -> list[str]:
    return [str(problem) for problem in find_strays(root)]


def test_the_real_content_holds_nothing_that_is_not_read() -> None:
    assert strays(CONTENT_FOLDER) == []


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("en/entries/21-drones.yml", "rename it to `21-drones.yaml`, or remove it"),
        ("en/entries/21-drones.YAML", "rename it to `21-drones.yaml`, or remove it"),
        ("en/entries/21-drones.txt", "only files that end with .yaml are read here; rename or remove it"),
        ("en/signposts/schools.yaml~", "only files that end with .yaml are read here; rename or remove it"),
        ("en/samples/21-drones.yml", "rename it to `21-drones.yaml`, or remove it"),
        ("en/phrases.yml", "rename it to `phrases.yaml`, or remove it"),
        ("en/glosary.yaml", f"only {', '.join(LANGUAGE_FILES)} are read here; rename or remove it"),
        ("en/notes.txt", f"only {', '.join(LANGUAGE_FILES)} are read here; rename or remove it"),
        ("languages/tr.yml", "rename it to `tr.yaml`, or remove it"),
        ("local.yml", "rename it to `local.yaml`, or remove it"),
        ("locals.yaml", f"only {', '.join(SHARED_FILES)} are read here; rename or remove it"),
    ],
)
def test_a_stray_file_is_told_with_what_to_do(name: str, advice: str, root: Path) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("number: 21\n", encoding="utf-8")
    assert strays(root) == [f"{name}:1: is not read: {advice}"]


@pytest.mark.parametrize("name", ["en/entries/new", "en/entries/21-drones.yaml", "en/entry"])
def test_a_stray_folder_is_told_with_what_to_do(name: str, root: Path) -> None:
    (root / name).mkdir()
    assert strays(root) == [f"{name}:1: is not read: remove the folder, or move its files to where they belong"]


@pytest.mark.parametrize("name", ["fra", "EN", "en-us"])
def test_a_language_folder_with_another_name_than_two_letters_is_told(name: str, root: Path) -> None:
    (root / "en/signposts").rename(root / "moved")
    (root / name).mkdir()
    (root / "moved").rename(root / name / "signposts")
    (stray,) = strays(root)
    assert stray == (
        f"{name}:1: is not read: a language's folder is named with two small letters such as `es`; rename or remove it"
    )


@pytest.mark.parametrize("suffix", [".yaml", ".yml"])
def test_content_in_other_folders_is_told(suffix: str, root: Path) -> None:
    moved = f"it would be{suffix}"
    for folder in ("built", "draft"):
        (root / folder).mkdir()
        (root / folder / moved).write_text("", encoding="utf-8")
    assert strays(root) == [
        f"built/{moved}:1: is not read: `faqbot train` makes what belongs here; move it away",
        "draft:1: is not read: a language's folder is named with two small letters such as `es`; rename or remove it",
    ]


def test_a_link_that_leads_nowhere_is_told(root: Path) -> None:
    (root / "en/entries/21-drones.yaml").symlink_to("nowhere")
    assert strays(root) == ["en/entries/21-drones.yaml:1: is not read: the link leads nowhere; remove it"]


def test_what_systems_editors_and_the_bot_leave_behind_is_passed_over(root: Path) -> None:
    for name in (".DS_Store", "en/.phrases.yaml.swp", "en/entries/._05-oversight.yaml", "REVIEW.md", "loader.py"):
        (root / name).write_text("", encoding="utf-8")
    (root / "built").mkdir()
    assert strays(root) == []
