"""Logs that say what happened without text, names, ids or tokens.

The libraries leak by default: httpx writes the Telegram token at INFO, Bolt writes whole request bodies,
python-telegram-bot whole updates at DEBUG. So only this bot's own events, made of known fields, are written
as they are; a library's record is reduced to its logger, level and place, and only from WARNING up.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict

OWN_LOGGER = "faqbot"

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger", "platform", "type", "entry", "lang", "code", "attempt", "seconds",
        "request", "place", "count", "port", "version", "content", "mode", "state", "name", "reference",
    }
)  # fmt: skip
"""Every field a log line may have. Anything else is dropped before it is written."""


class LibraryFilter(logging.Filter):
    """Lets a library's record through with its place, without its words or exception text."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == OWN_LOGGER or record.name.startswith(f"{OWN_LOGGER}."):
            return True
        if record.levelno < logging.WARNING:
            return False
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        record.msg = f"{record.name.partition('.')[0]}:{record.module}:{record.lineno} {kind}".rstrip()
        record.args = ()
        record.exc_info = None
        record.exc_text = None
        record.stack_info = None
        return True


def keep_known_fields(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Drop every field that is not in :data:`FIELDS` (a structlog processor)."""
    return {name: value for name, value in event.items() if name in FIELDS or name.startswith("_")}


def set_up_logs(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send this process's logs to ``stream`` (standard error by default) as one JSON object a line.

    Replaces the root logger's handlers: called by the commands, never on import.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(LibraryFilter())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                keep_known_fields,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    sys.excepthook = log_crash
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what ends the process by its name and place (``sys.excepthook``): its text may quote a person or a token."""
    get_logger().critical("crashed", code=kind.__name__, place=place_of(error.with_traceback(trace)))


def place_of(error: BaseException | None) -> str:
    """Return the file and line that raised ``error``, or ""."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def get_logger() -> structlog.stdlib.BoundLogger:
    """Return the bot's own logger; give it only the fields in :data:`FIELDS`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(OWN_LOGGER)
    return logger
