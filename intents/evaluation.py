"""Measures the matcher on labelled messages: the figures, who is confused with whom, and how honest it is.

A labelled message is ``{"text", "gold": [entries], "also": [entries nearly as good], "kind", "style", "lang"}``;
``kind`` is ``faq``, ``oos``, ``smalltalk`` or ``urgent``. Entries are numbers. A message may instead be labelled
with names (``"gold": ["entry/oversight", "signpost/schools"]``), for questions that lie beside the entries.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intents.match import Decision, Match
from intents.matcher import Matcher

KINDS = ("faq", "oos", "smalltalk", "urgent")
TALK = (Decision.SMALLTALK, Decision.TOPICS)
BINS = 10


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


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message with what the matcher decided."""

    labelled: Labelled
    match: Match

    @property
    def best(self) -> str:
        """The entry that the matcher thinks likeliest, whatever it decided."""
        return f"entry/{self.match.candidates[0].slug}"

    @property
    def outcome(self) -> str:
        """How the message fared: right, asked, wrong, refused, missed, false answer, false alarm or ok."""
        match, labelled = self.match, self.labelled
        good = {*labelled.gold, *labelled.also}
        decision = match.decision
        if labelled.kind == "urgent":
            return "right" if decision is Decision.URGENT else "missed"
        if decision is Decision.URGENT and f"urgent/{match.target}" not in good:
            return "false alarm"
        if labelled.kind == "smalltalk":
            return "right" if decision in TALK else "missed"
        if labelled.kind == "oos":
            return "false answer" if decision is Decision.ANSWER else "right"
        return self._of_question(good)

    def _of_question(self, good: set[str]) -> str:
        match = self.match
        if match.decision is Decision.CLARIFY:
            return "asked" if good & {str(choice) for choice in match.choices} else "missed"
        if match.decision is Decision.ANSWER:
            return "right" if f"entry/{match.target}" in good else "wrong"
        if f"{match.decision}/{match.target}" in good or (match.decision is Decision.FALLBACK and "none" in good):
            return "right"
        return "refused"


@dataclass(slots=True)
class Report:
    """The figures of one set, each a share from 0 to 1, or None where nothing counts towards it."""

    count: int
    figures: dict[str, float | None]
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    reliability: list[tuple[float, float, int]] = field(default_factory=list)
    """Mean confidence, share right, and count, for each tenth of confidence."""
    styles: dict[str, tuple[float, int]] = field(default_factory=dict)
    worst: list[Judged] = field(default_factory=list)


def read_labelled(path: Path, slugs: Mapping[int, str]) -> list[Labelled]:
    """Return the messages in a JSONL file. ``slugs`` names the entries by number.

    Raises EvaluationError with file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise EvaluationError(f"{path}: cannot be read: check the path") from None
    return [
        _labelled(json_line(line, path, number), slugs, path, number) for number, line in enumerate(lines, 1) if line
    ]


def json_line(line: str, path: Path, number: int) -> dict[str, Any]:
    """Return the object on a line with a ``text``. Raises EvaluationError where there is none."""
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise EvaluationError(f'{path}:{number}: must be a JSON object with a "text"')
    return row


def _labelled(row: dict[str, Any], slugs: Mapping[int, str], path: Path, number: int) -> Labelled:
    def names(key: str) -> tuple[str, ...]:
        found = row.get(key, [])
        if isinstance(found, list):
            named = [f"entry/{slugs[item]}" if isinstance(item, int) and item in slugs else item for item in found]
            if all(isinstance(item, str) for item in named):
                return tuple(named)
        raise EvaluationError(f'{path}:{number}: "{key}" must list entry numbers or intent names')

    gold = names("gold")
    kind = row.get("kind") or ("oos" if gold == ("none",) else "faq")
    if kind not in KINDS:
        raise EvaluationError(f'{path}:{number}: "kind" must be one of {", ".join(KINDS)}')
    if kind == "faq" and not gold:
        raise EvaluationError(f'{path}:{number}: "gold" is empty: a question needs at least one entry')
    lang = row.get("lang") or ("es" if "-es" in path.stem else None)
    return Labelled(row["text"], lang, kind, str(row.get("style", "")), gold, names("also"))


def judge(rows: Iterable[Labelled], matcher: Matcher, default: str) -> list[Judged]:
    """Return what the matcher makes of each message; ``default`` is the language where words do not tell."""
    return [Judged(row, matcher.match(row.text, row.lang or default)) for row in rows]


def report(judged: Sequence[Judged]) -> Report:
    """Return the figures of ``judged``."""
    by_kind = {kind: [item for item in judged if item.labelled.kind == kind] for kind in KINDS}
    faq, oos = by_kind["faq"], by_kind["oos"]
    outcomes = Counter(item.outcome for item in faq)
    far = [item for item in oos if item.labelled.style.startswith("far")]
    near = [item for item in oos if not item.labelled.style.startswith("far")]
    calm = [item for item in judged if item.labelled.kind != "urgent"]
    figures = {
        "top-1 strict": _share(item.best in item.labelled.gold for item in faq),
        "top-1 lenient": _share(item.best in (*item.labelled.gold, *item.labelled.also) for item in faq),
        "resolved": _ratio(outcomes["right"] + outcomes["asked"], len(faq)),
        "answered": _share(item.match.decision is Decision.ANSWER for item in faq),
        "wrong": _ratio(outcomes["wrong"], len(faq)),
        "refused": _ratio(outcomes["refused"] + outcomes["false alarm"], len(faq)),
        "false answers far": _share(item.outcome == "false answer" for item in far),
        "false answers near": _share(item.outcome == "false answer" for item in near),
        "urgent recall": _share(item.outcome == "right" for item in by_kind["urgent"]),
        "false alarms": _share(item.match.decision is Decision.URGENT for item in calm),
        "small talk": _share(item.outcome == "right" for item in by_kind["smalltalk"]),
    }
    reliability = _reliability([item for item in judged if item.match.decision is Decision.ANSWER])
    answered = sum(count for _, _, count in reliability)
    figures["calibration error"] = (
        sum(abs(said - was) * count for said, was, count in reliability) / answered if answered else None
    )
    return Report(
        count=len(judged),
        figures=figures,
        confusions=Counter(
            (item.labelled.gold[0], item.best)
            for item in faq
            if item.labelled.gold[0].startswith("entry/") and item.best not in item.labelled.gold
        ),
        reliability=reliability,
        styles=_styles(judged),
        worst=sorted((item for item in judged if item.outcome not in ("right", "asked")), key=_badness)[:20],
    )


def _reliability(answered: Sequence[Judged]) -> list[tuple[float, float, int]]:
    rows = []
    for low in range(BINS):
        inside = [j for j in answered if min(int(j.match.confidence * BINS), BINS - 1) == low]
        if inside:
            said = sum(item.match.confidence for item in inside) / len(inside)
            rows.append((said, sum(item.outcome == "right" for item in inside) / len(inside), len(inside)))
    return rows


def _styles(judged: Sequence[Judged]) -> dict[str, tuple[float, int]]:
    groups: dict[str, list[Judged]] = {}
    for item in judged:
        groups.setdefault(f"{item.labelled.kind} {item.labelled.style}".strip(), []).append(item)
    return {
        name: (sum(item.outcome in ("right", "asked") for item in items) / len(items), len(items))
        for name, items in sorted(groups.items())
    }


def _badness(item: Judged) -> tuple[int, float]:
    order = ("missed", "wrong", "false answer", "false alarm", "refused")
    severity = 0 if item.labelled.kind == "urgent" else order.index(item.outcome) + 1
    return severity, -item.match.confidence


def _share(hits: Iterable[bool]) -> float | None:
    found = list(hits)
    return _ratio(sum(found), len(found))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
