"""The checked catalogue as one JSON file, so that a bot starts without reading YAML.

``faqbot train`` writes it. It is only ever a shortcut: where the YAML has changed since, the YAML is read.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from content.reading.digest import CONTENT_FOLDER, content_digest
from content.schema.catalogue import Catalogue

BUILT_FOLDER = "built"
CATALOGUE_FILE = "catalogue.json"


def write_catalogue(catalogue: Catalogue, root: Path = CONTENT_FOLDER) -> Path:
    """Write ``catalogue`` to its compiled file below ``root`` and return the file's path."""
    path = root / BUILT_FOLDER / CATALOGUE_FILE
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(catalogue), indent=0))
    return path


def load_catalogue(root: Path = CONTENT_FOLDER) -> Catalogue:
    """Return the catalogue below ``root``: the compiled one where it is current, else read from YAML.

    Raises ContentError as :func:`content.reading.loader.read_catalogue` does.
    """
    try:
        compiled = msgspec.json.decode((root / BUILT_FOLDER / CATALOGUE_FILE).read_bytes(), type=Catalogue)
    except (OSError, msgspec.DecodeError):
        compiled = None
    if compiled is not None and compiled.digest == content_digest(root):
        return compiled
    # Imported only here: pydantic, which checks YAML, takes longer to import than a bot to start.
    from content.reading.loader import read_catalogue

    return read_catalogue(root)
