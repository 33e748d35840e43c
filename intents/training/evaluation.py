"""Measures the matcher on labelled messages: the figures, who is confused with whom, and how honest it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from intents.match import Decision, Match
from intents.matcher import Matcher
from intents.training.labelled import KINDS, Labelled
from intents.training.worth import WORTHS, lead, worth

TALK = (Decision.SMALLTALK, Decision.TOPICS)
BINS = 10


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

    @property
    def worth(self) -> str:
        """What the decision is worth to whoever asked: one of ``WORTHS``."""
        return worth(self.match, self.labelled.kind, {*self.labelled.gold, *self.labelled.also})

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
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often the questions meant for one entry had which entry as best candidate, by (meant, best)."""
    reliability: list[tuple[float, float, int]] = field(default_factory=list)
    """Mean confidence, share right, and count, for each tenth of confidence."""
    styles: dict[str, tuple[float, int]] = field(default_factory=dict)
    """The share answered rightly or asked back with a right choice, and the count, by kind and style."""
    worst: list[Judged] = field(default_factory=list)
    worths: dict[str, dict[str, float]] = field(default_factory=dict)
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
        **_of_points([item for item in faq if item.outcome == "right"]),
    }
    reliability = _reliability([item for item in judged if item.match.decision is Decision.ANSWER])
    answered = sum(count for _, _, count in reliability)
    figures["calibration error"] = (
        sum(abs(said - was) * count for said, was, count in reliability) / answered if answered else None
    )
    return Report(
        count=len(judged),
        figures=figures,
        pairs=Counter(
            (item.best if item.best in item.labelled.gold else item.labelled.gold[0], item.best)
            for item in faq
            if item.labelled.gold[0].startswith("entry/")
        ),
        reliability=reliability,
        styles=_styles(judged),
        worths=_worths(judged),
        worst=sorted((item for item in judged if item.outcome not in ("right", "asked")), key=_badness)[:20],
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
    rows = []
    for low in range(BINS):
        inside = [j for j in answered if min(int(j.match.confidence * BINS), BINS - 1) == low]
        if inside:
            said = sum(item.match.confidence for item in inside) / len(inside)
            rows.append((said, sum(item.outcome == "right" for item in inside) / len(inside), len(inside)))
    return rows


def _worths(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    groups: dict[str, Counter[str]] = {"all": Counter()} if judged else {}
    for item in sorted(judged, key=_style):
        for name in ("all", _style(item)):
            groups.setdefault(name, Counter())[item.worth] += 1
    return {
        name: {one: counts[one] / counts.total() for one in WORTHS if counts[one]} for name, counts in groups.items()
    }


def _style(item: Judged) -> str:
    return f"{item.labelled.kind} {item.labelled.style}".strip()


def _styles(judged: Sequence[Judged]) -> dict[str, tuple[float, int]]:
    groups: dict[str, list[Judged]] = {}
    for item in judged:
        groups.setdefault(_style(item), []).append(item)
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
