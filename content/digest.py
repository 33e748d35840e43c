"""Names the exact content that a compiled catalogue and a model were made from."""

from __future__ import annotations

import hashlib
from pathlib import Path

from content.layout import yaml_files

CONTENT_FOLDER = Path(__file__).parent


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
    return sorted(path for pattern in ("*.yaml", "??/*.yaml", "??/*/*.yaml") for path in yaml_files(root, pattern))


def _digest(root: Path, paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
        digest.update(b"\0")
    return digest.hexdigest()
