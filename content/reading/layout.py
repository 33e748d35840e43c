"""Which files the content consists of, and which lie in its folders without being read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from content.schema.errors import Problem

SHARED_FILES = ("sources.yaml", "laws.yaml", "local.yaml", "foreign.yaml")
BUILT_FOLDER = "built"
"""Holds what is made from the rest."""
CARDS_FOLDER = "languages"
"""Holds a file for each language that the bot has a card in."""
LANGUAGE_FILES = (
    "followups.yaml",
    "glossary.yaml",
    "language.yaml",
    "phrases.yaml",
    "resources.yaml",
    "smalltalk.yaml",
    "urgent.yaml",
)
FOLDERS = ("entries", "samples", "signposts")

_LANGUAGE = re.compile(r"[a-z]{2}")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YAML = (".yaml", ".yml")


def language_folders(root: Path) -> list[Path]:
    """Return the folders below ``root`` with a two-letter name, each a language."""
    return sorted(path for path in root.iterdir() if path.is_dir() and _LANGUAGE.fullmatch(path.name))


def yaml_files(root: Path, pattern: str) -> list[Path]:
    """Return the files below ``root`` that fit ``pattern``, in order; hidden ones belong to editors, not to content."""
    return sorted(path for path in root.glob(pattern) if path.is_file() and not _is_hidden(path))


def find_strays(root: Path) -> Iterator[Problem]:
    """Yield a problem for each file and folder below ``root`` that looks like content and is not read."""
    languages = language_folders(root)
    for path in sorted(set(root.iterdir()) - set(languages)):
        if path.name == CARDS_FOLDER and path.is_dir():
            yield from _unread(path, root)
        elif path.name == BUILT_FOLDER and path.is_dir():
            advice = "`faqbot train` makes what belongs here; move it away"
            yield from (_stray(file, root, advice) for file in _yaml_below(path))
        elif path.is_dir():
            if _yaml_below(path):
                advice = "a language's folder is named with two small letters such as `es`; rename or remove it"
                yield _stray(path, root, advice)
        elif path.suffix.lower() in _YAML and path.name not in SHARED_FILES:
            yield _stray(path, root, _advice(path, SHARED_FILES))
    for language in languages:
        for path in sorted(language.iterdir()):
            if path.name in FOLDERS and path.is_dir():
                yield from _unread(path, root)
                yield from _unnamed(path, root)
            elif path.name not in LANGUAGE_FILES and not _is_hidden(path):
                yield _stray(path, root, _advice(path, LANGUAGE_FILES))


def _unread(folder: Path, root: Path) -> Iterator[Problem]:
    return (_stray(path, root, _advice(path)) for path in sorted(folder.iterdir()) if not _is_read(path))


def _yaml_below(folder: Path) -> list[Path]:
    return sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")])


def _unnamed(folder: Path, root: Path) -> Iterator[Problem]:
    """Yield a problem for each file of ``folder`` whose name people would mistype."""
    for path in sorted(folder.iterdir()):
        if _is_read(path) and not _is_hidden(path) and not _NAME.fullmatch(path.stem):
            told = "a file's name holds small letters, digits and hyphens only: rename it in all languages"
            yield Problem(path.relative_to(root).as_posix(), 1, told)


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")


def _is_read(path: Path) -> bool:
    return _is_hidden(path) or (path.suffix == ".yaml" and path.is_file())


def _stray(path: Path, root: Path, advice: str) -> Problem:
    return Problem(path.relative_to(root).as_posix(), 1, f"is not read: {advice}")


def _advice(path: Path, names: tuple[str, ...] = ()) -> str:
    """Return what to do about ``path`` where only files with one of ``names`` are read, or any .yaml file."""
    renamed = path.with_suffix(".yaml").name
    if path.is_dir():
        return "remove the folder, or move its files to where they belong"
    if not path.exists():
        return "the link leads nowhere; remove it"
    if names and renamed not in names:
        return f"only {', '.join(names)} are read here; rename or remove it"
    if path.suffix.lower() in _YAML:
        return f"rename it to `{renamed}`, or remove it"
    return "only files that end with .yaml are read here; rename or remove it"
