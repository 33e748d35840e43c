"""A folder that one test after the other may change, where a copy for each would take longer than the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LONG_AGO = (0, 0)
"""When its files were written: whatever a test writes is later, however soon it comes and whatever its size."""


class Lent:
    """``root`` and all below it, which is put back as it was when a test gives it back."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
        self._folders = {folder for path in self._held for folder in path.parents}
        self._seen = {path: _written(path) for path in self._held}

    @contextmanager
    def out(self) -> Iterator[Path]:
        """Lend ``root``."""
        try:
            yield self.root
        finally:
            self._put_back()

    def _put_back(self) -> None:
        for folder, folders, names in [*os.walk(self.root)]:
            if Path(folder) not in self._folders:
                shutil.rmtree(folder, ignore_errors=True)  # one above may have taken it along
            for path in (Path(folder, name) for name in (*folders, *names)):
                if path not in self._held and (path.is_symlink() or path.is_file()):
                    path.unlink()
        for path, content in self._held.items():
            if not path.is_file() or _state(path) != self._seen[path]:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.unlink(missing_ok=True)
                path.write_bytes(content)
                self._seen[path] = _written(path)


def _written(path: Path) -> tuple[int, int, int]:
    os.utime(path, _LONG_AGO)
    return _state(path)


def _state(path: Path) -> tuple[int, int, int]:
    now = path.lstat()
    return now.st_ino, now.st_mtime_ns, now.st_mode
