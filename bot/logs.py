"""Logs that say what happened without text, names, ids or tokens.

The libraries leak by default: httpx writes the Telegram token at INFO, Bolt writes whole request bodies,
python-telegram-bot whole updates at DEBUG. So only this bot's own events, made of known fields, are written
as they are; a library's record is reduced to its logger, level and place, and only from WARNING up.
"""

from __future__ import annotations

import atexit
import errno
import json
import logging
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path
from types import TracebackType
from typing import TextIO

import msgspec

from bot.installed import as_called, command_name

OWN_LOGGER = "faqbot"

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger", "platform", "type", "entry", "lang", "code", "attempt", "seconds",
        "request", "place", "count", "port", "address", "version", "content", "mode", "state", "name", "reference",
    }
)  # fmt: skip
"""Every field a log line may have. Anything else is dropped before it is written."""


_ADVISING = ("event", "state")
"""Fields that may name a command to run."""
QUEUED_LINES = 1_000
"""Lines that may wait to be written: some 300 kB."""
FLUSH_SECONDS = 1.0
"""How long the end of the process waits for them."""
GATHER_SECONDS = 0.1
"""How long lines are gathered before they are written: a thread that wakes for each takes the interpreter from the work
several times a line, which cost more than making the line."""
TOGETHER = 3_000
"""Characters from which nothing more is written at once: of up to 4,096 bytes, what other processes write to the same
pipe stands before or behind them (https://man7.org/linux/man-pages/man7/pipe.7.html)."""


class Lines:
    """A stream for log lines. Where it cannot be written (a full disk, a closed pipe), work goes on without them."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.dropped = 0
        """Lines that nobody took."""

    def write(self, text: str) -> None:
        """Write ``text``, if that can be done."""
        with suppress(OSError, ValueError):
            self._stream.write(text)

    def close(self, seconds: float = FLUSH_SECONDS) -> None:
        """Give what is queued that long to be written."""


class QueuedLines(Lines):
    """Lines that a thread writes: a pipe that nobody reads holds up the thread and nothing else.

    What does not fit into the queue is dropped and counted; the next line that is written says how many those were.
    The thread goes past Python's buffer, whose lock it would hold at the end of the process.
    """

    def __init__(self, stream: TextIO, most: int = QUEUED_LINES) -> None:
        super().__init__(stream)
        self._file = stream.fileno()
        self._queue: queue.Queue[str] = queue.Queue(most)
        self._told = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def write(self, text: str) -> None:
        """Queue ``text``; drop it where the queue is full."""
        try:
            self._queue.put_nowait(text)
        except queue.Full:
            self.dropped += 1

    def waiting(self) -> list[str]:
        """Return the lines that wait to be written."""
        with self._queue.mutex:
            return list(self._queue.queue)

    def close(self, seconds: float = FLUSH_SECONDS) -> None:
        """Give what is queued that long to be written; from now on nothing is gathered."""
        self._ending.set()
        with self._queue.all_tasks_done:
            self._queue.all_tasks_done.wait_for(lambda: not self._queue.unfinished_tasks, seconds)

    def _write(self) -> None:
        while True:
            text, count = self._queue.get(), 1
            if self._queue.empty():
                self._ending.wait(GATHER_SECONDS)
            with suppress(queue.Empty):
                while len(text) < TOGETHER:
                    text, count = text + self._queue.get_nowait(), count + 1
            self._put(text)
            if (lost := self.dropped - self._told) and not self._queue.full():
                self._told += lost
                self._put(f'{{"event":"log lines dropped","count":{lost},"level":"warning"}}\n')
            for _ in range(count):
                self._queue.task_done()

    def _put(self, text: str) -> None:
        left = text.encode(errors="backslashreplace")
        with suppress(OSError, ValueError):
            while left:
                left = left[os.write(self._file, left) :]


class Log:
    """The bot's own lines; :func:`set_up_logs` says where to. Their fields are those in :data:`FIELDS`."""

    def __init__(self) -> None:
        self.write: Callable[[dict[str, object]], None] = lambda _line: None

    def line(self, level: str, event: str, logger: str = OWN_LOGGER, **fields: object) -> None:
        """Write one line; a field that is not known is dropped."""
        known = {name: value for name, value in fields.items() if name in FIELDS}
        now = datetime.now(UTC).isoformat(timespec="microseconds")[:26] + "Z"
        self.write({**known, "event": event, "logger": logger, "level": level, "timestamp": now})

    info = partialmethod(line, "info")
    warning = partialmethod(line, "warning")
    error = partialmethod(line, "error")
    critical = partialmethod(line, "critical")


class LibraryHandler(logging.Handler):
    """Writes a library's record with its place, without its words or exception text."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write ``record``."""
        if _out_of_files(record):
            return
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        said = f"{record.name.partition('.')[0]}:{record.module}:{record.lineno} {kind}".rstrip()
        _LOG.line(record.levelname.lower(), said, record.name)


_LOG = Log()


def _out_of_files(record: logging.LogRecord) -> bool:
    """Say whether ``record`` tells that no file is free: asyncio says so for each connection, and waits by itself."""
    error = record.exc_info[1] if record.exc_info else None
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


def set_up_logs(stream: TextIO | None = None, level: int = logging.INFO, *, queued: bool = False) -> Lines:
    """Send this process's logs to ``stream`` (standard error by default), one event a line; return the way.

    Each is a JSON object, or, where ``stream`` is a terminal, in short for people to read.
    ``queued``: by a thread, so that nothing waits for whoever reads them.

    Replaces the root logger's handlers: called by the commands, never on import.
    """
    lines = (QueuedLines if queued else Lines)(stream or sys.stderr)
    as_line = _as_words if _is_read(stream or sys.stderr) else _as_json
    name = command_name()

    def write(line: dict[str, object]) -> None:
        # Commands that a line advises are called as they are where this process runs.
        for field in _ADVISING:
            if isinstance(said := line.get(field), str):
                line[field] = as_called(said, name)
        lines.write(f"{as_line(line)}\n")

    _LOG.write = write
    root = logging.getLogger()
    root.handlers[:] = [LibraryHandler(logging.WARNING)]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    sys.excepthook = log_crash
    threading.excepthook = lambda found: _log_lost(found.exc_value)
    sys.unraisablehook = lambda found: _log_lost(found.exc_value)
    return lines


def _is_read(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (OSError, ValueError):  # closed
        return False


def _as_words(event: Mapping[str, object]) -> str:
    """Return ``event`` as one short line for a terminal: when, how bad where it is, what, and the rest by name."""
    rest = {name: value for name, value in event.items() if value not in ("", None)}
    when, level = str(rest.pop("timestamp", ""))[11:19], str(rest.pop("level", "info"))
    what, logger = str(rest.pop("event", "")), str(rest.pop("logger", OWN_LOGGER))
    address = [str(rest.pop("address"))] if "address" in rest else []
    said = [when, *([level.upper()] if level != "info" else []), what, *address]
    said += [f"{name}={value}" for name, value in rest.items()]
    # What a library logs may hold anything; a line's end within would look like another line.
    return " ".join([*said, *([f"({logger})"] if logger != OWN_LOGGER else [])]).replace("\n", " ").replace("\x1b", "?")


def _as_json(event: Mapping[str, object]) -> str:
    try:
        return msgspec.json.encode(event).decode()
    except (TypeError, ValueError):
        # No value can stop what is logged: an object shows as its type, half a character as its number.
        return json.dumps(event, default=lambda value: type(value).__name__)


def log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what ends the process by its name and place (``sys.excepthook``): its text may quote a person or a token."""
    get_logger().critical("crashed", code=kind.__name__, place=place_of(error.with_traceback(trace)))


def _log_lost(error: BaseException | None) -> None:
    """Log what ended a thread, or what nobody could catch, as :func:`log_crash` does."""
    get_logger().error("failed", code=type(error).__name__, place=place_of(error))


def place_of(error: BaseException | None) -> str:
    """Return the file and line that raised ``error``, or ""."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def get_logger() -> Log:
    """Return the bot's own logger."""
    return _LOG
