"""What can be wrong with content, said so that an editor knows where and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

Key = tuple[str, ...]
"""Names a part of the catalogue: a language, a kind and an id, or less."""
Place = tuple[str | int, ...]
"""A way into a document's data: the keys and positions, from the outside in."""


class Problem(Struct, frozen=True, order=True):
    """One mistake: ``file`` relative to the content folder, ``line`` from 1, and what to do about it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


At = Callable[[Key, Place, str], Problem]
"""Turns a part of the catalogue, a place within it and a message into a problem with file and line."""


class ContentError(Exception):
    """The content cannot be used; ``problems`` holds every mistake found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
