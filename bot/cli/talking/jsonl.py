"""What other programs read and write, an object a line: its keys are a contract."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from bot.cli.talking.terminal import render_text
from bot.dialogue.reply import Answer, EntryReply, LanguageReply, Reply, UrgentReply, type_of
from content.schema.catalogue import Catalogue
from intents.match import Decision, Match

_NAMES = {
    Decision.SIGNPOST: "signpost",
    Decision.GLOSSARY: "term",
    Decision.LAW: "law",
    Decision.URGENT: "urgent",
}
"""Under which key the id of what was decided stands, where it is no entry."""


def reply_object(reply: Reply, conversation: str | None = None) -> dict[str, Any]:
    """Return a reply as ``chat --jsonl`` and ``ask --json`` write it."""
    entry = (reply.number, reply.slug) if isinstance(reply, EntryReply) else (None, None)
    result: dict[str, Any] = {
        "conversation": conversation,
        "type": type_of(reply),
        "entry": entry[0],
        "slug": entry[1],
        "point": reply.point.id if isinstance(reply, Answer) and reply.point else None,
        "lang": reply.language if isinstance(reply, LanguageReply) else reply.lang,
        "text": render_text(reply, width=0),
        "suggestions": [{"entry": s.entry, "slug": s.slug, "label": s.title} for s in reply.suggestions],
    }
    result |= {name: getattr(reply, name) for name in ("signpost", "term", "law") if hasattr(reply, name)}
    if isinstance(reply, UrgentReply):
        result["urgent"] = reply.kind
    return result


def match_object(text: str, match: Match, catalogue: Catalogue) -> dict[str, Any]:
    """Return a decision as ``match --jsonl`` writes it."""
    slug = match.target if match.decision is Decision.ANSWER else None
    edition = catalogue.edition(match.lang)
    result: dict[str, Any] = {
        "text": text,
        "lang": match.foreign if match.foreign in catalogue.language_cards else match.lang,
        "decision": match.decision.value,
        "entry": edition.entries[slug].number if slug else None,
        "slug": slug,
        "point": match.point,
        "confidence": round(match.confidence, 4),
        "candidates": [
            {"entry": c.entry, "slug": c.slug, "confidence": round(c.confidence, 4)} for c in match.candidates
        ],
        "choices": [str(choice) for choice in match.choices],
    }
    if match.decision in _NAMES:
        result[_NAMES[match.decision]] = match.target
    return result


def read_lines(lines: Iterable[str], fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the object on each line that has the ``fields``; tell of any other, and end with exit code 1."""
    wrong = False
    for number, raw in enumerate(lines, 1):
        line = raw.strip("\ufeff \t\r\n")
        if not line:
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict) or not isinstance(value.get("text"), str) or any(f not in value for f in fields):
            wanted = ", ".join(f'"{name}"' for name in fields)
            problem = f"must be a JSON object with {wanted} (text as a string)"
        elif not isinstance(value.get("lang", ""), str):
            problem = '"lang" must be a string such as "es"'
        else:
            yield value
            continue
        wrong = True
        click.echo(f"line {number}: {problem}", err=True)
    if wrong:
        sys.exit(1)


def dumps(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character, which JSON can name and UTF-8 cannot
        return json.dumps(value)
    return text
