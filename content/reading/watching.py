"""Tells when something changes in a content folder, by looking: no system's own notices are needed, or missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from content.reading.layout import BUILT_FOLDER

LOOK_SECONDS = 0.3
"""Between two looks; one at the 400 files of the content takes a few milliseconds."""

State = frozenset[tuple[str, int, int]]


def state_of(root: Path) -> State:
    """Return what tells two moments of the folder ``root`` apart: each file's name, time of change and size.

    What is built from the content, and hidden files (editors write them while somebody types), do not count.
    """
    found: set[tuple[str, int, int]] = set()
    # A folder may go while it is looked at: what comes back is a change. What is removed just now is not there either.
    with suppress(OSError):
        for path in root.rglob("*"):
            parts = path.relative_to(root).parts
            if parts[0] != BUILT_FOLDER and not any(part.startswith((".", "__pycache__")) for part in parts):
                found |= {(str(path), 0, 0)} if path.is_dir() else state_of_file(path)
    return frozenset(found)


def state_of_file(path: Path) -> State:
    """Return what tells two moments of one file apart; nothing where there is none."""
    try:
        seen = path.stat()
    except OSError:
        return frozenset()
    return frozenset({(str(path), seen.st_mtime_ns, seen.st_size)})


def each_change(root: Path, pause: Callable[[float], object]) -> Iterator[State]:
    """Yield the state of ``root`` at once, and again whenever it has changed; ``pause`` waits between two looks.

    A change that comes while the caller works is seen at the next look.
    """
    seen = state_of(root)
    yield seen
    while True:
        pause(LOOK_SECONDS)
        if (now := state_of(root)) != seen:
            seen = now
            yield seen
