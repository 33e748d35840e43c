"""What is lent to a test comes back as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fakes.lent import Lent


def held(root: Path) -> dict[str, str | None]:
    return {path.relative_to(root).as_posix(): path.read_text() if path.is_file() else None for path in root.rglob("*")}


def turn_into_a_folder(root: Path) -> None:
    (root / "a/one").unlink()
    (root / "a/one/deep").mkdir(parents=True)
    (root / "a/one/deep/file").write_text("new")


def change_places(root: Path) -> None:
    (root / "a/one").rename(root / "kept")
    (root / "a/two").rename(root / "a/one")
    (root / "kept").rename(root / "a/two")


DEEDS = {
    "as long as before": lambda root: (root / "a/one").write_text("ONE"),
    "deleted": lambda root: shutil.rmtree(root / "a"),
    "new": lambda root: (root / "b").write_text("new"),
    "in a new folder": lambda root: shutil.copytree(root / "a", root / "c"),
    "a link": lambda root: (root / "a/link").symlink_to("nowhere"),
    "a link to a folder": lambda root: (root / "link").symlink_to(root / "a"),
    "a folder in place of a file": turn_into_a_folder,
    "one for the other": change_places,
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_lent_comes_back_as_it_was(deed: str, tmp_path: Path) -> None:
    root = tmp_path / "lent"
    (root / "a").mkdir(parents=True)
    (root / "a/one").write_text("one")
    (root / "a/two").write_text("two")
    lent, before = Lent(root), held(root)
    for _ in range(2):
        with lent.out() as folder:
            DEEDS[deed](folder)
            assert held(root) != before
        assert held(root) == before
