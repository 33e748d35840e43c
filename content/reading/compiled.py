"""The checked catalogue as one JSON file, so that a bot starts without reading YAML.

It is only ever a shortcut, written where there is none that is current: where the YAML has changed since, or the code
that reads it, the YAML is read.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from content.reading.digest import CONTENT_FOLDER, content_digest
from content.reading.layout import BUILT_FOLDER
from content.reading.writing import replace_file
from content.schema.catalogue import Catalogue
from content.schema.errors import Problem

if TYPE_CHECKING:
    from content.reading.documents import Read

CATALOGUE_FILE = "catalogue.json"


class Compiled(msgspec.Struct, frozen=True):
    """A catalogue, the digest of its bytes here, and that of the code that made it of YAML."""

    code: str
    digest: str
    catalogue: msgspec.Raw

    @property
    def sound(self) -> bool:
        """Whether nobody has changed it since it was made: its texts would be served, and stand in no YAML."""
        return hashlib.sha256(self.catalogue).hexdigest() == self.digest


def write_catalogue(catalogue: Catalogue, root: Path) -> Path:
    """Write ``catalogue`` to its compiled file below ``root`` and return the file's path."""
    path = root / BUILT_FOLDER / CATALOGUE_FILE
    encoded = msgspec.json.encode(catalogue)
    compiled = Compiled(_code(), hashlib.sha256(encoded).hexdigest(), msgspec.Raw(encoded))
    replace_file(path, msgspec.json.encode(compiled))
    return path


def load_catalogue(root: Path = CONTENT_FOLDER, read: Read | None = None) -> Catalogue:
    """Return the catalogue below ``root``: the compiled one where it is current, else read from YAML and compiled.

    One that was cut off or changed is not current. ``read`` is how files are read, if otherwise. Raises ContentError as
    :func:`content.reading.loader.read_catalogue` does.
    """
    compiled = _read_compiled(root)
    if compiled is not None and compiled.sound and compiled.code == _code():
        catalogue = msgspec.json.decode(compiled.catalogue, type=Catalogue)
        if catalogue.digest == content_digest(root):
            return catalogue
    # Imported only here: pydantic, which checks YAML, takes longer to import than a bot to start.
    from content.reading.documents import read_document
    from content.reading.loader import read_catalogue

    catalogue = read_catalogue(root, read or read_document)
    with contextlib.suppress(OSError):  # a folder that nobody may write to only makes each start slower
        write_catalogue(catalogue, root)
    return catalogue


def changed_by_hand(root: Path) -> Iterator[Problem]:
    """Yield a warning where somebody has edited the compiled catalogue, which is made anew from the YAML."""
    compiled = _read_compiled(root)
    if compiled is not None and not compiled.sound:
        file = f"{BUILT_FOLDER}/{CATALOGUE_FILE}"
        yield Problem(file, 1, "is made from the YAML, and what is changed here is lost: change the YAML")


def _read_compiled(root: Path) -> Compiled | None:
    """Return what is in the compiled file below ``root``; None where there is none, or it was cut off."""
    try:
        return msgspec.json.decode((root / BUILT_FOLDER / CATALOGUE_FILE).read_bytes(), type=Compiled)
    except (OSError, msgspec.DecodeError):
        return None


def _code() -> str:
    """Return the digest of the code that says what a catalogue is and how it is read."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *(here.parent / "schema").glob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
