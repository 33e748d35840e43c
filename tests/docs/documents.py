"""The documents as tests see them: sections, tables, shell lines, links and the anchors that they may lead to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from tests.tools.places import ROOT

NAMES = (
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/operate.md", "docs/editing.md",
    "docs/architecture.md", "docs/measured.md", "docs/pictures/README.md", "intents/README.md", "content/REVIEW.md",
    "tests/data/real/REAL.md", "tests/data/languages/SETS.md",
    *sorted(f"docs/decisions/{path.name}" for path in (ROOT / "docs/decisions").glob("*.md")),
)  # fmt: skip
"""Every document, as a path from the repository's root."""
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One document."""

    name: str
    text: str

    @cached_property
    def prose(self) -> str:
        """The text without its blocks of code."""
        return _FENCE.sub("", self.text)

    @cached_property
    def anchors(self) -> list[str]:
        """The anchors of the headings, as GitHub makes them; a repeated one has a number behind it."""
        found: list[str] = []
        for _, title in _HEADING.findall(self.prose):
            anchor = anchor_of(title)
            found.append(f"{anchor}-{found.count(anchor)}" if anchor in found else anchor)
        return found

    @property
    def links(self) -> list[str]:
        """Every address that is linked to."""
        return _LINK.findall(self.prose)

    def section(self, title: str) -> str:
        """Return what stands below the heading, up to the next one of its level or above. The heading must be there."""
        found = [(start.start(), start.end(), len(start[1]), start[2]) for start in _HEADING.finditer(self.text)]
        begin, level = next((end, level) for _, end, level, words in found if words == title)
        after = [start for start, _, other, _ in found if start >= begin and other <= level]
        return self.text[begin : after[0] if after else len(self.text)]

    def rows(self, title: str) -> list[list[str]]:
        """Return the cells of every row of the section's tables, without their heads."""
        lines = self.section(title).splitlines()
        rules = [number for number, line in enumerate(lines) if re.fullmatch(r"\|[-| ]+\|", line.strip())]
        heads = {number - 1 for number in rules}
        return [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
            for number, line in enumerate(lines)
            if line.strip().startswith("|") and number not in heads and number not in rules
        ]

    def shell_lines(self) -> Iterator[str]:
        """Yield each command of the blocks of shell lines, those after a ``$``."""
        for kind, block in _FENCE.findall(self.text):
            if kind in ("console", "sh", "bash"):
                yield from (line.strip()[2:] for line in block.splitlines() if line.strip().startswith("$ "))


@cache
def page(name: str) -> Page:
    """Return the document of that name."""
    return Page(name, (ROOT / name).read_text(encoding="utf-8"))


def pages() -> list[Page]:
    """Return all documents."""
    return [page(name) for name in NAMES]


def named(cell: str) -> list[str]:
    """Return what stands in backticks in a table's cell."""
    return re.findall(r"`([^`]+)`", cell)


def anchor_of(title: str) -> str:
    """Return the anchor that GitHub makes of a heading: small letters, no punctuation, hyphens for spaces."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).lower()
    kept = (sign for sign in plain if sign in " -_" or unicodedata.category(sign)[0] in "LN")
    return "".join(kept).strip().replace(" ", "-")
