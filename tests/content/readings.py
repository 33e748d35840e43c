"""The day as of which tests read the content."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from content.reading.digest import CONTENT_FOLDER

_READ = re.compile(r"^ *(?:known_to|opened|on): (\d{4}-\d\d-\d\d)", re.MULTILINE)


@cache
def newest_reading() -> date:
    """Return the newest day on which anything in the content was read: earlier, that would be in the future."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(CONTENT_FOLDER.rglob("*.yaml")))
    return max(date.fromisoformat(day) for text in texts for day in _READ.findall(text))
