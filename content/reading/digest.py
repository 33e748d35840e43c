"""Names the exact content that a compiled catalogue and a model were made from."""

from __future__ import annotations

import hashlib
from pathlib import Path

from content.reading.layout import CARDS_FOLDER, yaml_files

CONTENT_FOLDER = Path(__file__).parent.parent


def content_digest(root: Path) -> str:
    """Return the hex SHA-256 of every YAML file below ``root`` but the samples, names included."""
    return _digest(root, [path for path in _all_yaml(root) if path.parent.name != "samples"])


def samples_digest(root: Path) -> str | None:
    """Return the hex SHA-256 of every sample file below ``root``, names included; None where there are none.

    An installed bot has no samples, only the model made from them.
    """
    paths = [path for path in _all_yaml(root) if path.parent.name == "samples"]
    return _digest(root, paths) if paths else None


def _all_yaml(root: Path) -> list[Path]:
    patterns = ("*.yaml", f"{CARDS_FOLDER}/*.yaml", "??/*.yaml", "??/*/*.yaml")
    return sorted(path for pattern in patterns for path in yaml_files(root, pattern))


def _digest(root: Path, paths: list[Path]) -> str:
    digest = hashlib.sha256()
    above = f"{root.as_posix()}/"
    for path in paths:
        content = path.read_bytes()
        if b"\r" in content:
            content = content.replace(b"\r\n", b"\n")
        digest.update(b"%b\0%b\0" % (path.as_posix().removeprefix(above).encode(), content))
    return digest.hexdigest()
