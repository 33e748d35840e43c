"""What hundreds of tests would do again on the same input, done once in a process: parsing a file.

Tests of content read all files with one of them changed; what was made of an equal text is remembered.
"""

from __future__ import annotations

import functools

import content.reading.documents


def remember() -> None:
    """Let this process remember what it made."""
    content.reading.documents.parse = functools.cache(content.reading.documents.parse)
