"""Cuts a long HTML message into messages that Telegram accepts.

A cut falls at the end of a paragraph where one is near, else of a line, a sentence or a word; never inside a
tag, a character reference or a character. Tags open at the cut are closed and opened again in the next message.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

from telegram.constants import MessageLimit

from bot.telegram.render.markup import units

MOST_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
"""UTF-16 code units of a message after its entities are parsed."""
MOST_ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)
"""Entities shown in a message. The Bot API's documentation does not tell it."""

_TOKEN = re.compile(
    r"""
    (?P<tag> </?[a-z-]+(?:\s[^<>]*)?> )
  | &(?:[a-z]+|\#\d+|\#x[0-9a-f]+);
  | .(?:[\u0300-\u036f\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff] | (?<=\u200d).){0,15}
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""A tag, or what a reader sees as one character (an emoji with its modifiers counts as one)."""

_PARAGRAPH, _LINE, _SENTENCE, _WORD = 4, 3, 2, 1
_NEAR = {_PARAGRAPH: 0.5, _LINE: 0.6, _SENTENCE: 0.7, _WORD: 0.0}
"""How full a message must be before a cut of that kind is good enough, best kind first."""


class _Token(NamedTuple):
    source: str
    shown: str
    """What a reader sees of it: nothing of a tag, the character of a reference."""

    @property
    def opens(self) -> bool:
        return not self.shown and not self.source.startswith("</")

    @property
    def is_blank(self) -> bool:
        """Whether it is white space or a tag."""
        return not self.shown.strip()


def split_html(text: str, limit: int = MOST_UNITS, entities: int = MOST_ENTITIES) -> list[str]:
    """Return ``text`` as one or more messages with at most ``limit`` visible UTF-16 units and ``entities`` tags each.

    White space at a message's ends is dropped, as Telegram does; messages without anything to see are left out.
    ``limit`` must be at least 32, the most that one visible character takes.
    """
    shown = html.unescape(re.sub(r"<[^<>]+>", "", text))
    # The usual case, without looking at every character.
    if units(shown) <= limit and text.count("<") <= 2 * entities:
        return [text.strip()] if shown.strip() else []
    tokens = [_Token(found[0], "" if found["tag"] else html.unescape(found[0])) for found in _TOKEN.finditer(text)]
    messages: list[str] = []
    opened: list[str] = []
    while tokens:
        end = _end_of_message(tokens, len(opened), limit, entities)
        body, tokens = tokens[:end], tokens[end:]
        prefix = "".join(opened)
        for token in body:
            if token.opens:
                opened.append(token.source)
            elif not token.shown and opened:
                opened.pop()
        suffix = "".join(f"</{tag[1:-1].split()[0]}>" for tag in reversed(opened))
        if seen := [place for place, token in enumerate(body) if not token.is_blank]:
            kept = (one for place, one in enumerate(body) if seen[0] <= place <= seen[-1] or not one.shown)
            messages.append(prefix + "".join(token.source for token in kept) + suffix)
    return messages


def _end_of_message(tokens: Sequence[_Token], tags: int, limit: int, entities: int) -> int:
    """Return the index after the last of ``tokens`` that go into one message, which begins with ``tags`` tags open."""
    size, before = 0, ""
    cuts: dict[int, tuple[int, int]] = {}
    for index, token in enumerate(tokens):
        size += units(token.shown)
        tags += token.opens
        if size > limit or tags > entities:
            good = (cuts[kind][0] for kind, share in _NEAR.items() if kind in cuts and cuts[kind][1] >= size * share)
            return next(good, max(index, 1))
        if token.shown:
            if kind := _kind_of_cut(before, token.shown):
                cuts[kind] = (index + 1, size)
            before = token.shown
    return len(tokens)


def _kind_of_cut(before: str, here: str) -> int:
    """Say how good a cut after the character ``here`` is; 0 where it is none."""
    if not here.isspace():
        return 0
    if here == "\n":
        return _PARAGRAPH if before == "\n" else _LINE
    return _SENTENCE if before in (".", "?", "!", ":") else _WORD
