"""Writes evaluation figures as text, and as one HTML file with pictures (matplotlib, the ``edit`` extra)."""

from __future__ import annotations

import html
import io
from collections.abc import Mapping
from typing import Any

from intents.training.evaluation import Judged, Report

SHOWN_CONFUSIONS = 15


def write_text(name: str, report: Report) -> str:
    """Return the figures, how each style fared, the commonest confusions and the worst messages of one set."""
    lines = [f"{name}: {report.count} messages"]
    lines += [f"  {figure:<20} {_percent(value)}" for figure, value in report.figures.items()]
    lines.append("  what the decisions are worth, by style:")
    for style, worths in report.worths.items():
        shares = ", ".join(f"{worth} {_percent(share)}" for worth, share in worths.items())
        lines.append(f"    {style:<24} {shares}")
    lines.append("  answered rightly, or asked with the right choice, by style:")
    lines += [f"    {style:<24} {_percent(share)} of {count}" for style, (share, count) in report.styles.items()]
    if report.confusions:
        lines.append("  entries taken for others (meant -> best candidate):")
        lines += [
            f"    {meant} -> {taken}: {count}"
            for (meant, taken), count in report.confusions.most_common(SHOWN_CONFUSIONS)
        ]
    if report.worst:
        lines.append(f"  the worst {len(report.worst)}:")
        lines += [f"    {_line(item)}" for item in report.worst]
    return "\n".join(lines)


def write_html(reports: Mapping[str, Report]) -> str:
    """Return one self-contained page: figures, accuracy by style, confusion map, reliability, worst messages.

    Raises ImportError where matplotlib is not installed.
    """
    sections = "".join(_section(name, report) for name, report in reports.items())
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ccc;text-align:left}"
        "svg{max-width:100%;height:auto}"
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>FAQ bot evaluation</title>'
        f"<style>{style}</style></head><body><h1>FAQ bot evaluation</h1>{sections}</body></html>\n"
    )


def _section(name: str, report: Report) -> str:
    figures = "".join(
        f"<tr><th>{html.escape(figure)}</th><td>{_percent(value)}</td></tr>" for figure, value in report.figures.items()
    )
    worst = "".join(f"<li>{html.escape(_line(item))}</li>" for item in report.worst)
    pictures = "".join((_style_bars(report), _reliability(report), _confusion_map(report)))
    return (
        f"<section><h2>{html.escape(name)}</h2><p>{report.count} messages</p><table>{figures}</table>"
        f"{pictures}<h3>The worst messages</h3><ol>{worst}</ol></section>"
    )


def _style_bars(report: Report) -> str:
    names, values = list(report.styles), [share for share, _ in report.styles.values()]
    figure, axes = _figure(8, 0.5 + 0.3 * len(names))
    axes.barh([f"{name} ({report.styles[name][1]})" for name in names], values, color="#4477aa")
    axes.set_xlim(0, 1)
    axes.set_title("Answered rightly or asked with the right choice, by style")
    return _svg(figure)


def _reliability(report: Report) -> str:
    if not report.reliability:
        return ""
    figure, axes = _figure(5, 5)
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linestyle="--")
    said, was, counts = zip(*report.reliability, strict=True)
    axes.plot(said, was, marker="o", color="#4477aa")
    for x, y, count in zip(said, was, counts, strict=True):
        axes.annotate(str(count), (x, y), textcoords="offset points", xytext=(4, -10))
    axes.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="confidence", ylabel="share right", title="Reliability of answers")
    return _svg(figure)


def _confusion_map(report: Report) -> str:
    names = sorted({name for pair in report.pairs for name in pair})
    if not names:
        return ""
    cells = [[report.pairs[meant, taken] for taken in names] for meant in names]
    size = 2 + 0.4 * len(names)
    figure, axes = _figure(size + 2, size)
    axes.imshow(cells, cmap="Blues")
    most = max(report.pairs.values())
    for row, counts in enumerate(cells):
        for column, count in enumerate(counts):
            if count:
                axes.text(column, row, count, ha="center", va="center", color="white" if count > most / 2 else "black")
    short = [name.partition("/")[2] for name in names]
    axes.set_xticks(range(len(names)), short, rotation=90)
    axes.set_yticks(range(len(names)), short)
    axes.set(xlabel="best candidate", ylabel="meant", title="Which entry was the best candidate for which")
    return _svg(figure)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _svg(figure: Any) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def _line(item: Judged) -> str:
    gold = ", ".join(item.labelled.gold) or item.labelled.kind
    best = ", ".join(f"{c.slug} {c.confidence:.2f}" for c in item.match.candidates[:3])
    decided = f"{item.match.decision}{'/' + item.match.target if item.match.target else ''}"
    return f"[{item.outcome}] {item.labelled.text[:160]} | meant {gold} | decided {decided} | {best}"


def _percent(value: float | None) -> str:
    return "no such messages" if value is None else f"{value:.1%}"
