"""Telegram's HTML, written from plain text (https://core.telegram.org/bots/api#html-style)."""

from __future__ import annotations

import html
import re

from telegram import MessageEntity


def units(text: str) -> int:
    """Return the length of ``text`` in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """Return ``text`` so that Telegram shows it as it is."""
    return html.escape(text, quote=False)


def bold(text: str) -> str:
    """Return ``text``, escaped, in bold."""
    return f"<b>{escape(text)}</b>"


def italic(text: str) -> str:
    """Return ``text``, escaped, in italics."""
    return f"<i>{escape(text)}</i>"


def link(label: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{escape(label)}</a>'


def expandable(inner: str) -> str:
    """Return ``inner`` (HTML without quotes in it) as a quote that shows three lines until it is tapped."""
    return f"<blockquote expandable>{inner}</blockquote>"


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
