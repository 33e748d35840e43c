"""Log lines: JSON, one a line, only of known fields; the libraries' words never get through."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.logs import FIELDS, QueuedLines, get_logger, log_crash, set_up_logs
from tests.tools.hangguard import HANG_GUARD

MARK = "c4narymark"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, with everything that ``set_up_logs`` changes put back afterwards."""
    root, hook = logging.getLogger(), sys.excepthook
    thread_hook, lost_hook = threading.excepthook, sys.unraisablehook
    handlers, level, write = root.handlers[:], root.level, get_logger().write
    stream = io.StringIO()
    set_up_logs(stream, logging.DEBUG)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], sys.excepthook = handlers, hook
    threading.excepthook, sys.unraisablehook = thread_hook, lost_hook
    root.setLevel(level)
    get_logger().write = write


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_level_and_time(lines: io.StringIO) -> None:
    get_logger().info("replied", platform="slack", type="answer", entry="oversight", lang="en", seconds=0.01)
    (line,) = read(lines)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "replied",
        "level": "info",
        "logger": "faqbot",
        "platform": "slack",
        "type": "answer",
        "entry": "oversight",
        "lang": "en",
        "seconds": 0.01,
    }


class Refusing(io.StringIO):
    """A stream that takes nothing: a disk that is full, or a pipe that nobody reads."""

    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


@pytest.mark.usefixtures("lines")
def test_work_goes_on_where_nothing_can_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (Refusing(), closed):
        set_up_logs(stream)
        get_logger().error("failed", code="ValueError")
        logging.getLogger("aiohttp").error("failed")
    assert capsys.readouterr() == ("", "")


def test_a_field_that_only_looks_like_the_librarys_own_is_dropped(lines: io.StringIO) -> None:
    get_logger().info("replied", _text=MARK, _record=MARK, _from_structlog=MARK)
    assert MARK not in lines.getvalue()


@pytest.mark.parametrize("value", [ValueError(MARK), object(), "\udcff", {1, 2}, b"\xff", float("nan")])
def test_no_value_stops_what_is_logged(lines: io.StringIO, value: object) -> None:
    get_logger().info("replied", code=value)
    assert MARK not in lines.getvalue()
    assert read(lines)[0]["event"] == "replied"


def test_what_ends_a_thread_or_cannot_be_caught_is_named_but_not_quoted(
    lines: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ValueError(MARK)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    cell = Unforgiving()
    del cell
    gc.collect()
    assert [line["code"] for line in read(lines)] == ["ValueError", "KeyError"]
    assert MARK not in lines.getvalue() + capsys.readouterr().err


class Unforgiving:
    """Raises where nobody can catch it."""

    def __del__(self) -> None:
        raise KeyError(MARK)


def test_unknown_fields_are_dropped(lines: io.StringIO) -> None:
    get_logger().warning("replied", text=MARK, user=MARK, chat_id=MARK, token=MARK, exc_info=ValueError(MARK))
    assert MARK not in lines.getvalue()
    assert set(read(lines)[0]) <= FIELDS


def test_an_exception_is_logged_without_its_words(lines: io.StringIO) -> None:
    try:
        raise ValueError(MARK)
    except ValueError:
        get_logger().error("failed", code="ValueError")
        logging.getLogger("sqlalchemy.engine").exception("with %s", MARK)
    assert MARK not in lines.getvalue()
    own, library = read(lines)
    assert own["code"] == "ValueError"
    assert library["event"].startswith("sqlalchemy:test_logs:")
    assert library["event"].endswith("ValueError")


@pytest.mark.parametrize(
    "name", ["httpx", "httpcore.http11", "slack_bolt.App", "slack_sdk", "telegram.ext", "uvicorn.error", "asyncio"]
)
def test_a_library_is_silent_below_warning_and_wordless_from_there(lines: io.StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logger.log(level, "HTTP Request: POST https://api.telegram.org/bot%s/sendMessage", MARK, extra={"body": MARK})
    assert MARK not in lines.getvalue()
    assert len(read(lines)) == (0 if logger.disabled else 2)


async def test_httpx_which_logs_urls_with_tokens_is_silent(lines: io.StringIO) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200))
    async with httpx.AsyncClient(transport=transport) as client:
        await client.post(f"https://api.telegram.org/bot{MARK}/getMe")
    assert lines.getvalue() == ""


def test_warnings_and_crashes_are_named_but_not_quoted(lines: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(MARK, stacklevel=1)
    try:
        raise ZeroDivisionError(MARK)
    except ZeroDivisionError as error:
        log_crash(type(error), error, error.__traceback__)
    assert MARK not in lines.getvalue()
    assert read(lines)[-1]["code"] == "ZeroDivisionError"
    assert read(lines)[-1]["place"].startswith("test_logs.py:")


async def test_a_task_that_nobody_waits_for_is_reported_without_its_words(lines: io.StringIO) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": MARK, "exception": ValueError(MARK)})
    assert MARK not in lines.getvalue()
    assert len(read(lines)) == 1


def test_a_pipe_that_nobody_reads_holds_up_nothing_and_what_is_dropped_is_counted_and_told() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe, os.fdopen(reading) as reader:
        lines = QueuedLines(pipe, most=10)
        for number in range(2_000):
            lines.write(f"{number:06} {'x' * 200}\n")
        assert 1_000 < lines.dropped < 2_000, "some went into the pipe, some wait, the rest is gone"
        lines.close(0.01)
        taken = [reader.readline() for _ in range(2_000 - lines.dropped)]
        assert taken[0].startswith("000000")
        lines.close(10)
        lines.write("again\n")
        told = [reader.readline(), reader.readline()]
        assert any('"log lines dropped"' in line for line in (*taken, *told))


def test_lines_that_come_together_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(QueuedLines, "_put", lambda _self, text: written.append(text))
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe, os.fdopen(reading):
        lines = QueuedLines(pipe)
        for number in range(50):
            lines.write(f"{number:06} {'x' * 200}\n")
        lines.close(10)
    assert [line[:6] for line in "".join(written).splitlines()] == [f"{number:06}" for number in range(50)]
    assert len(written) < 10
    assert max(map(len, written)) <= 4_096


async def test_an_unread_log_pipe_stops_neither_answers_nor_the_end(tmp_path: Path) -> None:
    """Two thousand lines to a pipe that nobody reads, then SIGTERM: the program goes on, and ends when told to."""
    program = (
        "import asyncio, signal, sys\n"
        "from bot.logs import get_logger, set_up_logs\n"
        "lines = set_up_logs(queued=True)\n"
        "async def main():\n"
        "    stop = asyncio.Event()\n"
        "    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)\n"
        "    for number in range(20_000):\n"
        "        get_logger().info('replied', platform='telegram', count=number)\n"
        "    print(lines.dropped, flush=True)\n"
        "    await stop.wait()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, stderr=(unread := os.pipe())[1]
    )
    try:
        async with asyncio.timeout(HANG_GUARD):
            assert process.stdout is not None
            assert int(await process.stdout.readline()) > 1_000
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    finally:
        for end in unread:
            os.close(end)
        if process.returncode is None:
            process.kill()


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("lines")
def test_on_a_terminal_a_line_is_short_and_for_people() -> None:
    stream = Terminal()
    set_up_logs(stream, logging.DEBUG)
    get_logger().info("listening on", address="http://127.0.0.1:9000", code=None, request="")
    get_logger().warning("platform ended", platform="slack", code="ValueError", text=MARK)
    logging.getLogger("httpx.client").warning("token %s", MARK)
    first, second, third = stream.getvalue().splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d listening on http://127\.0\.0\.1:9000", first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING platform ended platform=slack code=ValueError", second)
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING httpx:test_logs:\d+ \(httpx\.client\)", third)


@pytest.mark.usefixtures("lines")
def test_on_a_terminal_an_event_stays_one_line_and_steers_nothing() -> None:
    stream = Terminal()
    set_up_logs(stream)
    get_logger().info("failed", code="a\n12:00:00 b\x1b[2J")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()
