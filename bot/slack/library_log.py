"""A logger for Slack's libraries that keeps their words to itself.

They write request bodies, tokens and events into their messages at INFO, and at ERROR too. What is worth knowing,
that something was wrong and where, is counted and logged without any of it.
"""

from __future__ import annotations

import logging

from bot.logs import get_logger
from bot.metrics import Metrics


class LibraryHandler(logging.Handler):
    """Counts a library's warnings and logs their place."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """Log where ``record`` was written and the name of its exception; nothing of its text."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname.lower()
        self._metrics.failed("slack", f"library_{kind}")
        place = f"{record.module}:{record.lineno}"
        get_logger().warning("library", platform="slack", code=kind, place=place)


def library_logger(metrics: Metrics) -> logging.Logger:
    """Return a logger for the SDK's clients, outside logging's tree: nothing else hears it."""
    logger = logging.Logger("slack", logging.WARNING)  # noqa: LOG001 - a logger in the tree would pass words on
    logger.addHandler(LibraryHandler(metrics))
    return logger


def silent_logger() -> logging.Logger:
    """Return a logger for Bolt, which copies its state to loggers in the tree: so it is off, and so are they."""
    logger = logging.Logger("slack_bolt", logging.CRITICAL)  # noqa: LOG001 - see above
    logger.disabled = True
    return logger
