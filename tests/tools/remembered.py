"""What hundreds of tests would do again on the same input, done once in a process: parsing a file, rendering a reply.

Tests of content read all files with one of them changed, and render all replies to see whether the platforms take them.
Both are functions of their arguments alone; what was made of equal arguments is remembered.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import bot.slack.render.renderer
import bot.telegram.render.renderer
import content.reading.documents

P = ParamSpec("P")
T = TypeVar("T")


def remember() -> None:
    """Let this process remember what it made."""
    content.reading.documents.parse = functools.cache(content.reading.documents.parse)
    for renderer in (bot.slack.render.renderer, bot.telegram.render.renderer):
        renderer.find_faults = _by_value(renderer.find_faults)


def _by_value(work: Callable[P, T]) -> Callable[P, T]:
    """Return ``work`` with a memory; its arguments need not be hashable."""
    made: dict[bytes, T] = {}

    @functools.wraps(work)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
        key = hashlib.blake2b(pickle.dumps((args, sorted(kwargs.items())))).digest()
        if key not in made:
            made[key] = work(*args, **kwargs)
        return made[key]

    return remembered
