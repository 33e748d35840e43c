"""This bot's HTML as plain text with entities, the other form in which Telegram takes formatted text.

Telegram counts a message's length after it has read the markup, but not everything between the bot and Telegram
is so exact. A message that is short enough to read but long with its markup is sent in this form.
"""

from __future__ import annotations

import html
import re

from telegram import MessageEntity

from bot.telegram.render.markup import units

_TAG = re.compile(r"<([^<>]+)>")
_HREF = re.compile(r'href="([^"]*)"')
_TYPES = {"b": MessageEntity.BOLD, "i": MessageEntity.ITALIC, "a": MessageEntity.TEXT_LINK}


def to_entities(source: str) -> tuple[str, list[MessageEntity]]:
    """Return the visible text of ``source`` and its entities (offsets in UTF-16 units), outer ones first.

    ``source`` is HTML as :mod:`bot.telegram.render.markup` writes it.
    """
    text: list[str] = []
    offset = 0
    found: list[MessageEntity] = []
    stack: list[tuple[str, int]] = []
    for index, part in enumerate(_TAG.split(source)):
        # re.split gives text and tags in turn.
        if index % 2 == 0:
            shown = html.unescape(part)
            text.append(shown)
            offset += units(shown)
        elif not part.startswith("/"):
            stack.append((part, offset))
        elif stack:
            tag, start = stack.pop()
            if offset > start:
                found.append(_entity(tag, start, offset - start))
    return "".join(text), sorted(found, key=lambda entity: (entity.offset, -entity.length))


def _entity(tag: str, offset: int, length: int) -> MessageEntity:
    name, _, attributes = tag.partition(" ")
    if name == "blockquote":
        kind = MessageEntity.EXPANDABLE_BLOCKQUOTE if attributes == "expandable" else MessageEntity.BLOCKQUOTE
        return MessageEntity(kind, offset, length)
    href = _HREF.search(attributes)
    return MessageEntity(_TYPES[name], offset, length, url=html.unescape(href[1]) if href else None)
