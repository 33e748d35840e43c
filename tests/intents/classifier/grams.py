"""The names of n-grams, worked out apart from the code that is tested."""

from __future__ import annotations

from zlib import crc32


def word(gram: str) -> int:
    """Return the name of a word."""
    return crc32(gram.encode(), crc32(b"w"))


def pair(gram: str) -> int:
    """Return the name of two neighbouring words."""
    return crc32(gram.encode(), crc32(b"p"))


def letters(gram: str) -> int:
    """Return the name of a letter group."""
    return crc32(gram.encode(), crc32(b"c"))


def shape(gram: str) -> int:
    """Return the name of a part of a message's shape."""
    return crc32(gram.encode(), crc32(b"s"))
