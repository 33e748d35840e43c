"""Telegram's HTML, written from plain text (https://core.telegram.org/bots/api#html-style)."""

from __future__ import annotations

import html


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
    """Return a link named ``label``."""
    return f'<a href="{html.escape(url)}">{escape(label)}</a>'


def expandable(inner: str) -> str:
    """Return ``inner`` (HTML without quotes in it) as a quote that shows three lines until it is tapped."""
    return f"<blockquote expandable>{inner}</blockquote>"
