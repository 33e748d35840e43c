"""Cuts a long HTML message into messages that Telegram accepts.

A cut falls at the end of a paragraph where one is near, else of a line, a sentence or a word; never inside a
tag, a character reference or a character. Tags open at the cut are closed and opened again in the next message.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from bot.telegram.render.limits import TelegramLimit
from bot.telegram.render.markup import units

TOKEN = re.compile(
    r"""
    (?P<close> </[a-z-]+> )
  | (?P<open> <(?P<name>[a-z-]+)(?P<attributes>\s[^<>]*)?> )
  | (?P<text> &(?:[a-z]+|\#\d+|\#x[0-9a-f]+);
      | .(?:[\u0300-\u036f\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff] | (?<=\u200d).){0,15} )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""A tag, or what a reader sees as one character (an emoji with its modifiers counts as one)."""

_TAG = re.compile(r"<[^<>]+>")

_PARAGRAPH, _LINE, _SENTENCE, _WORD = 4, 3, 2, 1
_NEAR = {_PARAGRAPH: 0.5, _LINE: 0.6, _SENTENCE: 0.7, _WORD: 0.0}
"""How full a message must be before a cut of that kind is good enough, best kind first."""

Tokens = Sequence[re.Match[str]]


def split_html(text: str, limit: int = TelegramLimit.TEXT, entities: int = TelegramLimit.ENTITIES) -> list[str]:
    """Return ``text`` as one or more messages with at most ``limit`` visible UTF-16 units and ``entities`` tags each.

    White space at a message's ends is dropped, as Telegram does; messages without anything to see are left out.
    ``limit`` must be at least 32, the most that one visible character takes.
    """
    shown = html.unescape(_TAG.sub("", text))
    # The usual case, without looking at every character.
    if units(shown) <= limit and text.count("<") <= 2 * entities:
        return [text.strip()] if shown.strip() else []
    tokens = list(TOKEN.finditer(text))
    messages: list[str] = []
    opened: list[re.Match[str]] = []
    start = 0
    while start < len(tokens):
        end = _end_of_message(tokens, start, len(opened), limit, entities)
        body = tokens[start:end]
        prefix = "".join(tag[0] for tag in opened)
        opened = _open_after(opened, body)
        suffix = "".join(f"</{tag['name']}>" for tag in reversed(opened))
        if any(_is_visible(token) for token in body):
            messages.append(prefix + _trimmed(body) + suffix)
        start = end
    return messages


def visible(token: re.Match[str]) -> str:
    """Return what a reader sees of ``token``: nothing of a tag, the character of a reference."""
    text = token["text"] or ""
    return html.unescape(text) if text.startswith("&") else text


def _end_of_message(tokens: Tokens, start: int, tags: int, limit: int, entities: int) -> int:
    """Return the index after the last token of the message that starts at ``start`` with ``tags`` tags open."""
    size, before = 0, ""
    cuts: dict[int, tuple[int, int]] = {}
    for index in range(start, len(tokens)):
        token = tokens[index]
        shown = visible(token)
        size += units(shown)
        tags += token["open"] is not None
        if size > limit or tags > entities:
            return _best_cut(cuts, size, max(index, start + 1))
        if shown:
            if kind := _kind_of_cut(before, shown):
                cuts[kind] = (index + 1, size)
            before = shown
    return len(tokens)


def _best_cut(cuts: dict[int, tuple[int, int]], size: int, hard: int) -> int:
    for kind, share in _NEAR.items():
        if kind in cuts and cuts[kind][1] >= size * share:
            return cuts[kind][0]
    return hard


def _kind_of_cut(before: str, here: str) -> int:
    """Say how good a cut after the character ``here`` is; 0 where it is none."""
    if not here.isspace():
        return 0
    if here == "\n":
        return _PARAGRAPH if before == "\n" else _LINE
    return _SENTENCE if before in (".", "?", "!", ":") else _WORD


def _open_after(opened: Tokens, body: Tokens) -> list[re.Match[str]]:
    stack = list(opened)
    for token in body:
        if token["open"]:
            stack.append(token)
        elif token["close"] and stack:
            stack.pop()
    return stack


def _is_visible(token: re.Match[str]) -> bool:
    shown = visible(token)
    return bool(shown) and not shown.isspace()


def _trimmed(body: Tokens) -> str:
    """Return the tokens as text, without white space at the visible start and end."""
    seen = [index for index, token in enumerate(body) if _is_visible(token)]
    first, last = seen[0], seen[-1]
    return "".join(token[0] for index, token in enumerate(body) if first <= index <= last or not token["text"])
