"""Words that mean the same when a message is told apart, such as "landlord" and "landlady"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from unicodedata import combining, normalize

from content.reading.documents import Read, read_document
from content.reading.layout import yaml_files
from content.reading.validation import validate
from content.schema.errors import ContentError, Problem
from content.schema.strict import MaxLen, MinLen, Strict

ALIKE_FILE = "alike.yaml"
"""Lies beside a language's samples: what is learnt from these is learnt by groups of words."""

Word = Annotated[str, MaxLen(30)]
Alike = Sequence[Sequence[str]]
"""Groups of words, each word in one of them."""


class AlikeFile(Strict, frozen=True, kw_only=True):
    """A file ``samples/alike.yaml``: groups of words, each of which stands for the others beside other words."""

    alike: tuple[Annotated[tuple[Word, ...], MinLen(2)], ...]


def read_alike(root: Path, read: Read = read_document) -> Alike:
    """Return the groups of words below ``root`` (a content folder), those of all languages together.

    Raises ContentError with every mistake found: a word may stand in one group of a language only. Written in two
    languages it belongs to the first one's group.
    """
    problems: list[Problem] = []
    groups: list[tuple[str, ...]] = []
    known: set[str] = set()
    for path in yaml_files(root, f"*/samples/{ALIKE_FILE}"):
        document = read(path, root)
        problems.extend(document.problems)
        if document.data is None:
            continue
        file, wrong = validate(AlikeFile, document)
        problems.extend(wrong)
        here: dict[str, int] = {}
        for number, group in enumerate(file.alike if file else ()):
            for place, word in enumerate(group):
                if not plain(word).isalnum():
                    told = f"`{word}` is no single word: write one of letters alone"
                    problems.append(document.problem(("alike", number, place), told))
                if here.setdefault(plain(word), number) != number:
                    told = f"`{word}` stands in another group too: keep it in one"
                    problems.append(document.problem(("alike", number, place), told))
            groups.append(tuple(word for word in dict.fromkeys(map(plain, group)) if word not in known))
        known.update(here)
    if problems:
        raise ContentError(problems)
    return tuple(group for group in groups if len(group) > 1)


def plain(word: str) -> str:
    """Return ``word`` in small letters without accents."""
    return "".join(letter for letter in normalize("NFKD", word.casefold()) if not combining(letter))
