"""How strictly every content type is read."""

from __future__ import annotations

from typing import Any

STRICT: dict[str, Any] = {"extra": "forbid", "str_strip_whitespace": True, "str_min_length": 1}
"""What each content type tells pydantic: unknown fields and empty texts are mistakes, outer spaces are dropped."""
