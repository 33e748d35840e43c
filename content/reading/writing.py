"""Writes files that others may be reading."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` at one stroke: whoever reads it gets the old or the new, never a part.

    Folders that are missing are made. Raises OSError, and leaves nothing behind, where that cannot be.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        written = Path(file.name)
        try:
            file.write(content)
            file.flush()
            # A temporary file is for its writer alone; what is built is for whoever may read the folder.
            written.chmod(path.parent.stat().st_mode & 0o666)
            written.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                written.unlink()
            raise
