"""Measures the matcher on labelled messages: the figures, who is confused with whom, and how honest it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from intents.match import Decision, Match
from intents.matcher import Matcher
from intents.training.labelled import KINDS, Labelled
from intents.training.worth import TALK, WORTHS, lead, worth

K = TypeVar("K", int, str)

BINS = 10
"""Of confidence, for the reliability of answers."""


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
    def good(self) -> set[str]:
        """All that would be right, or nearly as good."""
        return {*self.labelled.gold, *self.labelled.also}

    @property
    def outcome(self) -> str:
        """How the message fared: right, asked, wrong, refused, missed, false answer or false alarm."""
        kind, decision, target, good = self.labelled.kind, self.match.decision, self.match.target, self.good
        if kind == "urgent":
            return "right" if decision is Decision.URGENT else "missed"
        if decision is Decision.URGENT and f"urgent/{target}" not in good:
            return "false alarm"
        if kind == "smalltalk":
            return "right" if decision in TALK else "missed"
        if kind == "oos":
            return "false answer" if decision is Decision.ANSWER else "right"
        if decision is Decision.CLARIFY:
            return "asked" if good & {str(choice) for choice in self.match.choices} else "missed"
        if decision is Decision.ANSWER:
            return "right" if f"entry/{target}" in good else "wrong"
        if f"{decision}/{target}" in good or (decision is Decision.FALLBACK and "none" in good):
            return "right"
        return "refused"

    @property
    def settled(self) -> bool:
        """Whether it was answered rightly, or asked back with a right choice."""
        return self.outcome in ("right", "asked")

    @property
    def worth(self) -> str:
        """What the decision is worth to whoever asked: one of ``WORTHS``."""
        return worth(self.match, self.labelled.kind, self.good)

    @property
    def style(self) -> str:
        """The kind and style of the message."""
        return f"{self.labelled.kind} {self.labelled.style}".strip()


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one set, each a share from 0 to 1, or None where nothing counts towards it."""

    count: int
    figures: dict[str, float | None]
    pairs: Counter[tuple[str, str]]
    """How often the questions meant for one entry had which entry as best candidate, by (meant, best)."""
    reliability: list[tuple[float, float, int]]
    """Mean confidence, share right, and count, for each tenth of confidence."""
    styles: dict[str, tuple[float, int]]
    """The share answered rightly or asked back with a right choice, and the count, by kind and style."""
    worst: list[Judged]
    worths: dict[str, dict[str, float]]
    """The share of each of ``WORTHS`` that occurs: of ``all`` messages, then by kind and style."""

    @property
    def confusions(self) -> Counter[tuple[str, str]]:
        """The pairs in which an entry was taken for another."""
        return Counter({(meant, best): count for (meant, best), count in self.pairs.items() if meant != best})


def judge(rows: Iterable[Labelled], matcher: Matcher, default: str) -> list[Judged]:
    """Return what the matcher makes of each message; ``default`` is the language where words do not tell."""
    return [Judged(row, matcher.match(row.text, row.lang or default)) for row in rows]


def report(judged: Sequence[Judged]) -> Report:
    """Return the figures of ``judged``."""
    faq, oos, smalltalk, urgent = ([item for item in judged if item.labelled.kind == kind] for kind in KINDS)
    far = [item for item in oos if item.labelled.style.startswith("far")]
    near = [item for item in oos if not item.labelled.style.startswith("far")]
    calm = [item for item in judged if item.labelled.kind != "urgent"]
    reliability = _reliability([item for item in judged if item.match.decision is Decision.ANSWER])
    answered = sum(count for _, _, count in reliability)
    by_style = _grouped(judged, lambda item: item.style)
    return Report(
        count=len(judged),
        figures={
            "top-1 strict": _share(item.best in item.labelled.gold for item in faq),
            "top-1 lenient": _share(item.best in item.good for item in faq),
            "resolved": _share(item.settled for item in faq),
            "answered": _share(item.match.decision is Decision.ANSWER for item in faq),
            "wrong": _share(item.outcome == "wrong" for item in faq),
            "refused": _share(item.outcome in ("refused", "false alarm") for item in faq),
            "false answers far": _share(item.outcome == "false answer" for item in far),
            "false answers near": _share(item.outcome == "false answer" for item in near),
            "urgent recall": _share(item.outcome == "right" for item in urgent),
            "false alarms": _share(item.match.decision is Decision.URGENT for item in calm),
            "small talk": _share(item.outcome == "right" for item in smalltalk),
            **_of_points([item for item in faq if item.outcome == "right"]),
            "calibration error": (
                sum(abs(said - was) * count for said, was, count in reliability) / answered if answered else None
            ),
        },
        pairs=Counter(
            (item.best if item.best in item.labelled.gold else item.labelled.gold[0], item.best)
            for item in faq
            if item.labelled.gold[0].startswith("entry/")
        ),
        reliability=reliability,
        styles={
            name: (sum(item.settled for item in items) / len(items), len(items)) for name, items in by_style.items()
        },
        worths={name: _worths(items) for name, items in {"all": judged, **by_style}.items() if items},
        worst=sorted((item for item in judged if not item.settled), key=_badness)[:20],
    )


def _of_points(answered: Sequence[Judged]) -> dict[str, float | None]:
    """Return how often the right point leads among messages whose points are known, as far as their entry answers."""
    judged = [found for item in answered if (found := lead(item.match, item.labelled.points))]
    whole, one = ([led for asks_whole, led in judged if asks_whole is wanted] for wanted in (True, False))
    return {
        "point right": _share(led == "right" for led in one),
        "point wrong": _share(led == "wrong" for led in one),
        "point false": _share(led == "wrong" for led in whole),
    }


def _reliability(answered: Sequence[Judged]) -> list[tuple[float, float, int]]:
    bins = _grouped(answered, lambda item: min(int(item.match.confidence * BINS), BINS - 1))
    return [
        (
            sum(item.match.confidence for item in items) / len(items),
            sum(item.outcome == "right" for item in items) / len(items),
            len(items),
        )
        for items in bins.values()
    ]


def _worths(judged: Sequence[Judged]) -> dict[str, float]:
    counts = Counter(item.worth for item in judged)
    return {worth: counts[worth] / len(judged) for worth in WORTHS if counts[worth]}


def _badness(item: Judged) -> tuple[int, float]:
    order = ("missed", "wrong", "false answer", "false alarm", "refused")
    severity = 0 if item.labelled.kind == "urgent" else order.index(item.outcome) + 1
    return severity, -item.match.confidence


def _grouped(judged: Iterable[Judged], key: Callable[[Judged], K]) -> dict[K, list[Judged]]:
    found: dict[K, list[Judged]] = {}
    for item in judged:
        found.setdefault(key(item), []).append(item)
    return {name: found[name] for name in sorted(found)}


def _share(hits: Iterable[bool]) -> float | None:
    found = list(hits)
    return sum(found) / len(found) if found else None
