"""The bot's commands as real processes, forked from one that has read their modules and the content.

So they start in a tenth of the processor's time. Where the start itself is what a test is about, it starts an
interpreter. The process that forks is :func:`_serve` here; :class:`Warm` asks it to, and ``warmcaller.py`` in a shell.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import marshal
import os
import runpy
import select
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from socket import AF_UNIX, SOCK_SEQPACKET, recv_fds, send_fds, socket
from typing import Any, TextIO

from tests.tools.hangguard import HANG_GUARD, end_with
from tests.tools.places import ROOT

MODULES = (
    "bot.cli.editing.check", "bot.cli.editing.content", "bot.cli.editing.rendercheck", "bot.cli.editing.training",
    "bot.cli.playground", "bot.cli.talking.talk", "bot.cli.worker", "bot.cli.workers", "bot.slack.app",
    "bot.slack.setup.manifest", "bot.state.failover", "bot.telegram.app", "bot.telegram.polling", "uvloop",
)  # fmt: skip
MOST_BYTES = 1 << 20
MOST_LINES = "MOST_LINES_OF_THIS_TEST"
"""In the environment of what is forked: how many lines of its log may wait."""
CALLER = Path(__file__).with_name("warmcaller.py")


class Started:
    """A command that runs, or has run."""

    def __init__(self, line: socket) -> None:
        self._line = line
        self.pid = int(line.recv(MOST_BYTES))
        self._code: int | None = None

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        if self._code is None and select.select([self._line], [], [], 0)[0]:
            self.ended()
        return self._code

    def ended(self) -> int:
        """Wait until it has ended; return its exit code."""
        if self._code is None:
            with self._line:
                self._code = int(self._line.recv(MOST_BYTES))
        return self._code

    async def wait(self) -> int:
        """As :meth:`ended`; others go on meanwhile."""
        return await asyncio.to_thread(self.ended)

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Warm:
    """What forks them, of the checkout in ``folder``; a context manager.

    It and all that it forked end with this process at the latest, however that ends. Where it is ``cold``, it has read
    nothing.
    """

    def __init__(self, folder: Path = ROOT, *, cold: bool = False) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="faqbot-")
        self._address = f"{self._folder.name}/warm"
        with socket(AF_UNIX, SOCK_SEQPACKET) as listener:
            listener.bind(self._address)
            listener.listen(64)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fakes.warm", str(listener.fileno()), str(os.getpid()), *["cold"] * cold],
                cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
            )  # fmt: skip

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=HANG_GUARD)
        self._folder.cleanup()

    @property
    def call(self) -> str:
        """What a shell runs as ``faqbot``."""
        return shlex.join([sys.executable, "-ISE", str(CALLER), self._address])

    def start(self, *arguments: str, env: Mapping[str, str], streams: tuple[int, int, int]) -> Started:
        """Start ``faqbot`` in this checkout with these arguments and standard streams."""
        line = socket(AF_UNIX, SOCK_SEQPACKET)
        line.settimeout(HANG_GUARD)
        line.connect(self._address)
        send_fds(line, [marshal.dumps((arguments, str(ROOT), dict(env), (0, 1, 2)))], streams)
        return Started(line)

    def run(self, *arguments: str, env: Mapping[str, str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run ``faqbot`` to its end."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            code = self.start(*arguments, env=env, streams=(given.fileno(), out.fileno(), err.fileno())).ended()
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(arguments, code, out.read(), err.read())


def _read() -> None:
    """Read what commands need."""
    for name in MODULES:
        import_module(name)
    import_module("tests.tools.remembered").remember()
    import_module("intents.matcher").open_matcher(import_module("content.reading.compiled").load_catalogue())
    gc.freeze()


def _serve(listener: socket) -> list[str]:
    """Fork for each that calls; return its arguments in the process that is to run them.

    Ends with its input, once all that it forked have ended.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begun: set[int] = set()
    here = os.getpid()
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        line, _ = listener.accept()
        begun -= {pid for pid in begun if os.waitpid(pid, os.WNOHANG)[0]}
        if (pid := os.fork()) == 0:
            end_with(here)
            listener.close()
            return _begin(line)
        begun.add(pid)
        line.close()
    for pid in begun:
        os.waitpid(pid, 0)
    sys.exit()


def _begin(line: socket) -> list[str]:
    """Return the arguments in a process that is as its caller wants it; another tells the caller how that one ends."""
    told, files, _, _ = recv_fds(line, MOST_BYTES, 3)
    here = os.getpid()
    if pid := os.fork():
        try:
            for file in files:
                os.close(file)
            line.send(b"%d" % pid)
            _, status = os.waitpid(pid, 0)
            line.send(b"%d" % os.waitstatus_to_exitcode(status))
        finally:
            os._exit(0)
    end_with(here)
    line.close()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments, folder, environ, numbers = marshal.loads(told)  # noqa: S302 - from the tests
    for number in range(3):
        os.close(number)
    for number, file in zip(numbers, files, strict=True):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    if lines := os.environ.pop(MOST_LINES, ""):
        logs = import_module("bot.logs")
        logs.QueuedLines = functools.partial(logs.QueuedLines, most=int(lines))  # type: ignore[attr-defined]
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, name, _stream(number))
        setattr(sys, f"__{name}__", getattr(sys, name))
    return [*arguments]


def _stream(number: int) -> TextIO | None:
    """Return a standard stream as an interpreter opens it."""
    coding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    how: dict[str, Any] = {"encoding": coding or "utf-8", "errors": errors or "strict"}
    if number == 2:
        how |= {"errors": "backslashreplace", "buffering": 1}
    try:
        return open(number, "w" if number else "r", closefd=False, **how)
    except OSError:
        return None


if __name__ == "__main__":
    _, given, started_by, *how = sys.argv
    end_with(int(started_by))
    if "cold" not in how:
        _read()
    sys.argv[1:] = _serve(socket(fileno=int(given)))
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
