"""Telegram's HTML mode, as the Bot API reads it: text and entities, or a refusal.

Rules from https://core.telegram.org/bots/api#html-style and, for the words of the refusals, tdlib's
``td/telegram/MessageEntity.cpp`` (``parse_html``).
"""

from __future__ import annotations

import re
from typing import Any

_TAG = re.compile(r"<(/?)([^\s/>]*)((?:\s+[a-z-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-f]{1,6}));?", re.IGNORECASE)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
}  # fmt: skip


class ParseError(ValueError):
    """The text is not well-formed; the message is what the Bot API answers."""


def length(text: str) -> int:
    """Return the length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the visible text and its entities. Raises ParseError."""
    text, offset = "", 0
    entities: list[dict[str, Any]] = []
    stack: list[tuple[str, int, dict[str, str]]] = []
    position = 0
    while position < len(source):
        character = source[position]
        if character == "<":
            match = _TAG.match(source, position)
            if match is None:
                raise ParseError(f"Unclosed start tag at byte offset {position}")
            closing, name, attributes = match[1], match[2].lower(), match[3]
            if closing:
                _close(name, stack, entities, offset, position)
            else:
                stack.append((_known(name, position), offset, _attributes(attributes)))
                if name == "blockquote" and [tag for tag, _, _ in stack].count("blockquote") > 1:
                    raise ParseError("blockquotes can't be nested")
            position = match.end()
            continue
        if character == "&" and (match := _REFERENCE.match(source, position)):
            character = _decoded(match)
            position = match.end()
        else:
            position += 1
        text += character
        offset += 1 + (character > "\uffff")
    if stack:
        raise ParseError(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return _trimmed(text, entities)


def _known(name: str, position: int) -> str:
    if name not in _TYPES:
        raise ParseError(f'Unsupported start tag "{name}" at byte offset {position}')
    return name


def _attributes(source: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(source)}


def _decoded(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1].lower()]
    return chr(int(match[2]) if match[2] else int(match[3], 16))


def _close(
    name: str, stack: list[tuple[str, int, dict[str, str]]], entities: list[dict[str, Any]], offset: int, position: int
) -> None:
    if not stack:
        raise ParseError(f"Unexpected end tag at byte offset {position}")
    opened, start, attributes = stack.pop()
    if name and name != opened:
        raise ParseError(f'Unmatched end tag at byte offset {position}, expected "</{opened}>", found "</{name}>"')
    if offset == start:
        return
    entity: dict[str, Any] = {"type": _TYPES[opened], "offset": start, "length": offset - start}
    if opened == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    if opened == "a":
        entity["url"] = re.sub(_REFERENCE, _decoded, attributes.get("href", ""))
    entities.append(entity)


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Telegram drops white space at both ends and moves the entities along."""
    stripped = text.strip()
    lead = length(text) - length(text.lstrip())
    end = length(stripped)
    kept = []
    for entity in sorted(entities, key=lambda item: (item["offset"], -item["length"])):
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return stripped, kept
