"""Replies as plain text, for the terminal and for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from bot.cli.talking.columns import fill
from bot.dialogue.answers import fitted
from bot.dialogue.reply import (
    Answer,
    Card,
    LanguageReply,
    Paragraph,
    Reply,
    Sentences,
    SignpostReply,
    Sourced,
    SourceLink,
    SourcesReply,
    Suggestion,
    Topics,
    UrgentReply,
    WholeAnswer,
)
from content.schema.catalogue import Resource
from content.schema.phrases import Phrases

R = TypeVar("R", bound=Reply)

LINES, PROMPT = 24, 2
"""Lines of a terminal that is as low as most begin, and those of the prompt."""
WIDTH = 88
"""Columns of a line where no terminal says how wide it is."""
NARROWEST, WIDEST = 40, 100
"""Between these a line is as long as the terminal is wide: a narrower one breaks words, a longer line tires."""
TIED = "\xa0"
"""A space at which no line ends."""
MARGIN = 2
"""Columns left free on the right."""
BOLD, PLAIN = "\x1b[1m", "\x1b[22m"
"""Bold is the only style used: it reads the same on a dark and on a light terminal."""


def render_text(reply: Reply, *, bold: bool = False, width: int = WIDTH) -> str:
    """Return what a reply says, without its suggestions. ``bold`` marks titles with an escape code."""
    blocks = [*reply.notes, *_blocks(reply, bold)]
    return "\n\n".join(wrap(block, width) for block in blocks if block)


def render_whole(reply: Reply, *, bold: bool = False, width: int = WIDTH) -> str:
    """Return what a reply says and its suggestions; an answer's follow at once, to stay on one screen."""
    parts = [render_text(reply, bold=bold, width=width), render_suggestions(reply, width)]
    return ("\n" if isinstance(reply, Answer | Sourced) else "\n\n").join(part for part in parts if part)


def on_screen(reply: R, phrases: Phrases, width: int) -> R:
    """Return ``reply`` as a first message fits a terminal's first 24 lines, the prompt for the next one with it."""
    return fitted(reply, phrases, lambda one: len(render_whole(one, width=width).splitlines()) <= LINES - PROMPT)


def page_width(columns: int) -> int:
    """Return how long lines may be on a terminal of that many columns."""
    return min(max(columns, NARROWEST), WIDEST) - MARGIN


def render_suggestions(reply: Reply, width: int = WIDTH) -> str:
    """Return the suggestions as numbered lines, or nothing where there are none or the text lists them."""
    if isinstance(reply, Topics):
        return ""
    if isinstance(reply, Answer):
        return _in_few_lines(reply.suggestions, len(reply.points), reply.points_heading, width)
    if isinstance(reply, Sourced):
        return _in_few_lines(reply.suggestions, len(reply.related), f"{reply.related_heading}:", width)
    heading = f"{reply.related_heading}:\n" if isinstance(reply, WholeAnswer) else ""
    lines = (f"  {number}. {choice.title}" for number, choice in enumerate(reply.suggestions, 1))
    return wrap(heading + "\n".join(lines), width) if reply.suggestions else ""


def _in_few_lines(choices: Sequence[Suggestion], few: int, heading: str, width: int) -> str:
    """Return the first ``few`` choices behind their ``heading``, then the others; a number stands beside its word."""
    numbered = [f"{number}.{TIED}{choice.label}" for number, choice in enumerate(choices, 1)]
    lines = [f"{heading} {' · '.join(numbered[:few])}"] if few else []
    return wrap("\n".join([*lines, " · ".join(numbered[few:])]).rstrip("\n"), width).replace(TIED, " ")


def _blocks(reply: Reply, bold: bool) -> Iterator[str]:
    def strong(text: str) -> str:
        return f"{BOLD}{text}{PLAIN}" if bold else text

    def paragraph(part: Paragraph) -> str:
        return f"{strong(part.heading)}\n{part.text}" + (f" ({part.known})" if part.known else "")

    match reply:
        case Answer():
            yield strong(reply.title)
            yield reply.short
            yield from (paragraph(part) for part in (reply.point, reply.for_you) if part)
            yield reply.footer
        case WholeAnswer():
            yield strong(reply.title)
            yield reply.short
            yield from map(paragraph, (reply.for_you, *reply.points))
            yield paragraph(reply.law_check) if reply.law_check else ""
            yield reply.closing or ""
            yield reply.footer
        case SourcesReply():
            yield strong(reply.title)
            yield _sources(reply.heading, reply.sources)
            yield reply.footer
        case Sentences():
            yield reply.text
            yield f"{strong(reply.person.heading)}\n{_resource(reply.person.place)}" if reply.person else ""
        case SignpostReply():
            yield strong(reply.title)
            yield f"{reply.text}\n{reply.link_label}: {reply.link_url}"
            yield _sources(reply.sources_heading, reply.sources)
            yield reply.footer
        case Card():
            yield f"{strong(reply.title)}\n{reply.text}"
            yield _sources(reply.sources_heading, reply.sources)
            yield reply.footer
        case UrgentReply():
            yield strong(reply.title)
            yield "\n".join(f"{number}. {step}" for number, step in enumerate(reply.steps, 1))
            yield "\n".join(f"“{words}”" for words in reply.say)
            yield "\n".join(map(_resource, reply.resources))
            yield "\n".join([reply.local_heading, *map(_resource, reply.local)]) if reply.local else ""
            yield reply.footer
        case LanguageReply():
            steps = (f"{number}. {step}" for number, step in enumerate(reply.steps, 1))
            first = "\n".join([strong(reply.heading), *steps])
            yield from (first, reply.text) if reply.urgent else (reply.text, first)
            yield "\n".join(f"- {page.label}: {page.url}" for page in (reply.guide, reply.legal_help))
            yield reply.caution
        case Topics():
            yield strong(reply.heading)
            for group in reply.groups:
                yield strong(group.label) + "\n" + "\n".join(f"  {t.entry}. {t.title}" for t in group.topics)
            yield reply.hint


def _sources(heading: str, sources: Iterable[SourceLink]) -> str:
    lines = [f"- {source.label} ({source.citation}; {source.seen}): {source.url}" for source in sources]
    return f"{heading}:\n" + "\n".join(lines) if lines else ""


def _resource(resource: Resource) -> str:
    where = ", ".join(part for part in (resource.phone, resource.url) if part)
    note = f" {resource.note}" if resource.note else ""
    return f"- {resource.label}: {where}.{note}" if where else f"- {resource.label}.{note}"


def wrap(block: str, width: int) -> str:
    """Return ``block`` in lines of ``width`` columns, words and addresses whole; as it is where ``width`` is 0."""
    if not width:
        return block
    return "\n".join(_wrap_line(line, width) for line in block.split("\n"))


def _wrap_line(line: str, width: int) -> str:
    if line.startswith(BOLD):  # the codes take no columns
        return BOLD + _wrap_line(line.removeprefix(BOLD).removesuffix(PLAIN), width) + PLAIN
    return fill(line, width, _hang(line))


def _hang(line: str) -> int:
    """Return how far the following lines of a list item stand in."""
    stripped = line.lstrip()
    marker, _, rest = stripped.partition(" ")
    is_item = bool(rest) and (marker in ("-", "•") or marker.rstrip(".").isdigit())
    return len(line) - len(stripped) + len(marker) + 1 if is_item else len(line) - len(stripped)
