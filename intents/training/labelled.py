"""Labelled messages, to measure the matcher on.

A labelled message is ``{"text", "gold": [entries], "also": [entries nearly as good], "kind", "style", "lang"}``;
``kind`` is ``faq``, ``oos``, ``smalltalk`` or ``urgent``. Entries are numbers. A message may instead be labelled
with names (``"gold": ["entry/oversight", "signpost/schools"]``), for questions that lie beside the entries, with
everything that would be right (``"ok": ["entry:5", "point:5/forums", "signpost:schools", "fallback"]``), or with the
points that answer it, their entry by name or number (``"points": ["oversight/forums"]``, ``"oversight/whole"`` where it
asks for the topic as a whole; with ``"asks": "whole"`` or ``"point"`` where both are fair).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intents.classifier.focus import WHOLE

KINDS = ("faq", "oos", "smalltalk", "urgent")
POINT = "point"


class EvaluationError(Exception):
    """A file of labelled messages cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled message. ``gold`` and ``also`` are names such as ``entry/oversight``."""

    text: str
    lang: str | None
    kind: str
    style: str
    gold: tuple[str, ...]
    also: tuple[str, ...]
    points: tuple[str, ...] = ()
    """What may lead, where somebody has said it: "oversight/forums"; "oversight/whole" where none should."""


def read_labelled(
    path: Path, slugs: Mapping[int, str], *, intents: Collection[str] = (), languages: Collection[str] = ()
) -> list[Labelled]:
    """Return the messages in a JSONL file. ``slugs`` names the entries by number.

    Other ``intents`` and ``languages`` than those given are refused. Raises EvaluationError with file and line.
    """
    reader = _Reader(slugs, intents, languages, "es" if "-es" in path.stem else None)
    found = []
    for number, row in read_rows(path):
        try:
            found.append(reader.labelled(row))
        except EvaluationError as error:
            raise EvaluationError(f"{path}:{number}: {error}") from None
    return found


def read_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return the objects in a JSONL file, each with a ``text`` and with its line's number.

    Raises EvaluationError where the file cannot be read, holds anything else, or nothing.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise EvaluationError(f"{path}: not UTF-8 text: save it as UTF-8, one JSON object a line") from None
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror}): check the path") from None
    rows = [(number, _row(line, path, number)) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise EvaluationError(f"{path}: no messages in it: write one JSON object a line")
    return rows


def _row(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise EvaluationError(f'{path}:{number}: must be a JSON object with a "text"')
    return row


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns rows of one file into labelled messages; raises EvaluationError without the place."""

    slugs: Mapping[int, str]
    intents: Collection[str]
    languages: Collection[str]
    lang: str | None
    """That of rows which do not say theirs."""

    def labelled(self, row: dict[str, Any]) -> Labelled:
        if "ok" in row and ("gold" in row or "also" in row):
            raise EvaluationError('"ok" stands in place of "gold" and "also": keep one')
        points, accepted = self._points(row), "ok" if "ok" in row else "gold"
        gold, also = self._names(row, accepted), self._names(row, "also")
        gold = gold or tuple(dict.fromkeys(f"entry/{point.partition('/')[0]}" for point in points))
        kind = row.get("kind") or ("oos" if gold == ("none",) else "faq")
        if kind not in KINDS:
            raise EvaluationError(f'"kind" must be one of {", ".join(KINDS)}')
        if kind == "faq" and not gold:
            raise EvaluationError(f'"{accepted}" is empty: a question needs at least one entry')
        lang = row.get("lang") or self.lang
        if lang is not None and (not isinstance(lang, str) or (self.languages and lang not in self.languages)):
            raise EvaluationError(f'"lang" must be one of {", ".join(self.languages)}')
        return Labelled(row["text"], lang, kind, str(row.get("style", "")), gold, also, points)

    def _points(self, row: dict[str, Any]) -> tuple[str, ...]:
        named = row.get("points", [])
        if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
            raise EvaluationError('"points" must list points such as "oversight/forums"')
        found = [self._point(one) for one in [*named, *_points_among(row.get("ok"))]]
        if strange := next((one for one in found if one.partition("/")[0] not in self.slugs.values()), None):
            raise EvaluationError(f'"points" names `{strange}`, which the content has not: correct it')
        # Which it asks for, where that is said, comes first; the others are fair as well.
        asks_whole = row.get("asks", "") == WHOLE
        return tuple(sorted(found, key=lambda one: "asks" in row and one.endswith(f"/{WHOLE}") != asks_whole))

    def _point(self, name: str) -> str:
        entry, _, point = name.partition("/")
        return f"{self.slugs.get(int(entry), entry)}/{point}" if entry.isdecimal() else name

    def _names(self, row: dict[str, Any], key: str) -> tuple[str, ...]:
        found = row.get(key, [])
        named = [self._name(item) for item in found] if isinstance(found, list) else [None]
        if None in named:
            raise EvaluationError(f'"{key}" must list entry numbers or intent names')
        names = tuple(name for name in named if name is not None)
        for name in names:
            if self.intents and name not in self.intents:
                raise EvaluationError(f'"{key}" names `{name}`, which the content has not: correct it')
        return names

    def _name(self, item: object) -> str | None:
        if isinstance(item, int) and not isinstance(item, bool) and item in self.slugs:
            return f"entry/{self.slugs[item]}"
        if not isinstance(item, str):
            return None
        if item == "fallback":
            return "none"
        kind, colon, name = item.partition(":")
        if kind == POINT:
            kind, name = "entry", name.partition("/")[0]
        if kind == "entry" and name.isdecimal() and int(name) in self.slugs:
            name = self.slugs[int(name)]
        return f"{kind}/{name}" if colon else item


def _points_among(accepted: object) -> list[str]:
    names = accepted if isinstance(accepted, list) else []
    return [name.removeprefix(f"{POINT}:") for name in names if isinstance(name, str) and name.startswith(f"{POINT}:")]
