"""What people see of Slack's blocks, buttons aside."""

from __future__ import annotations

import html
import re
from typing import Any

_LINK = re.compile(r"<[^<>|]+\|([^<>]*)>")


def visible_text(blocks: list[dict[str, Any]]) -> str:
    """Return the words of headings, sections and small print, without marks and addresses.

    Of a container that is shut the title shows.
    """
    texts = [text["text"] for block in blocks for text in _texts(block)]
    return html.unescape("\n\n".join(_LINK.sub(r"\1", text).replace("*", "") for text in texts))


def _texts(block: dict[str, Any]) -> list[dict[str, Any]]:
    match block["type"]:
        case "header" | "section":
            return [block["text"]]
        case "container":
            assert block["default_collapsed"]
            return [block["title"]]
        case "context":
            texts: list[dict[str, Any]] = block["elements"]
            return texts
        case _:
            return []
