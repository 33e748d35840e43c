"""Makes a copy of the real content with one mistake in it, and says where the loader must find that mistake."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from content.reading.digest import CONTENT_FOLDER
from content.reading.layout import CARDS_FOLDER

SHARED = ("sources.yaml", "laws.yaml", "foreign.yaml")
ENTRY = "en/entries/05-oversight.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """An edit of ``file``: the first match of the pattern ``old`` becomes ``new`` (both as in ``re.sub``).

    The loader must report ``says`` in ``seen_in`` (the same file by default), on the line of the first match of
    ``at`` after the edit (the line where the edit begins by default). ``others`` allows further reports that
    follow from the mistake.
    """

    name: str
    file: str = ENTRY
    old: str
    new: str
    says: str
    at: str | None = None
    seen_in: str | None = None
    others: bool = False

    def make(self, root: Path) -> tuple[str, int]:
        """Make the mistake below ``root``; return the file and line where it must be found."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        found = re.search(self.old, text, re.MULTILINE)
        assert found, f"{self.file} has nothing like {self.old!r}: this test needs another place for its mistake"
        changed = text[: found.start()] + found.expand(self.new) + text[found.end() :]
        assert changed != text
        path.write_text(changed, encoding="utf-8")
        seen_in = self.seen_in or self.file
        if self.at is None:
            return seen_in, text.count("\n", 0, found.start()) + 1
        return seen_in, line_of(root / seen_in, self.at)

    def check(self, root: Path, problems_of: Callable[[Path], list[str]]) -> None:
        """Make the mistake below ``root``; ``problems_of`` must find it in its file and line, and nothing else."""
        file, line = self.make(root)
        problems = problems_of(root)
        here = [problem for problem in problems if problem.startswith(f"{file}:{line}: ") and self.says in problem]
        assert here, f"wanted {file}:{line}: … {self.says} …, got:\n" + "\n".join(problems)
        assert self.others or len(problems) == 1, "\n".join(problems)


def line_of(path: Path, pattern: str) -> int:
    """Return the number of the first line of ``path`` where ``pattern`` begins."""
    text = path.read_text(encoding="utf-8")
    found = re.search(pattern, text, re.MULTILINE)
    assert found, f"{path} has nothing like {pattern!r}"
    return text.count("\n", 0, found.start()) + 1


def copy_content(
    target: Path, *, languages: tuple[str, ...] = ("en",), samples: bool = False, cards: bool = False
) -> Path:
    """Copy the real content, but what is built from it, to ``target``; return ``target``.

    The ``cards`` in other languages name each language that the bot answers in: they need all of these.
    """
    target.mkdir(parents=True)
    for name in SHARED:
        shutil.copy(CONTENT_FOLDER / name, target)
    ignore = None if samples else shutil.ignore_patterns("samples")
    for lang in languages:
        shutil.copytree(CONTENT_FOLDER / lang, target / lang, ignore=ignore)
    if cards:
        shutil.copytree(CONTENT_FOLDER / CARDS_FOLDER, target / CARDS_FOLDER)
    return target
