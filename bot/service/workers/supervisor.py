"""One process that starts others and looks after them: stopped together, renewed one and all, replaced when dead."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.logs import get_logger
from bot.service.ongoing import DRAIN_SECONDS
from bot.service.web.server import LINGER_SECONDS
from bot.service.workers.meters import Board, Meter

STOP_SECONDS = LINGER_SECONDS + DRAIN_SECONDS + 2
"""How long the workers may take to stop, before they are killed: platforms kill all of it after 30."""
LOOK_SECONDS = 0.1
"""Between looks whether new workers have begun to serve."""
PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Before a dead worker is replaced; the longer the more have died young."""
OLD_SECONDS = 60.0
"""A worker that has lived that long has not died of its start."""
HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)

Work = Callable[[int, int], int]
"""What a worker does, given its seat and a descriptor that ends when the supervisor does; returns its exit code."""


@dataclass(slots=True)
class _Worker:
    seat: int
    begun: float


@dataclass
class Supervisor:
    """Keeps ``workers`` processes at ``work``. ``reload`` takes up new content and says whether it could.

    What is in memory when they are forked, they share until one of them writes to it.
    """

    workers: int
    work: Work
    reload: Callable[[], bool]
    board: Board = field(init=False)
    _alive: dict[int, _Worker] = field(default_factory=dict)
    _fresh: set[int] = field(default_factory=set)
    _old: set[int] = field(default_factory=set)
    """Workers with content that has been replaced: they go once the new ones serve."""
    _told: set[int] = field(default_factory=set)
    """Those of them that know."""
    _due: list[float] = field(default_factory=list)
    """When dead workers are to be replaced."""
    _young_deaths: int = 0
    _served: bool = False
    """Whether any worker has ever begun to serve."""
    _reload_asked: bool = False
    _stop_at: float | None = None
    _code: int = 0

    def __post_init__(self) -> None:
        # The old, the new, and as many that are being replaced.
        self.board = Board(3 * self.workers)

    def run(self) -> int:
        """Work until SIGTERM or SIGINT; return the exit code: that of a worker that could not start at all."""
        lifeline, self._held = os.pipe()
        self._lifeline = lifeline
        heard, self._bell = socket.socketpair()
        heard.setblocking(False)
        self._bell.setblocking(False)
        self._heard = heard
        before = {name: signal.signal(name, lambda *_: None) for name in HEARD}
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, set(HEARD))
        try:
            for _ in range(self.workers):
                self._start()
            while self._alive or self._due:
                self._look()
        finally:
            signal.set_wakeup_fd(-1)
            for name, handler in before.items():
                signal.signal(name, handler)
            os.close(self._held)
            os.close(lifeline)
            heard.close()
            self._bell.close()
        return self._code

    def _look(self) -> None:
        """Wait for something to happen, and do what it asks for."""
        waits = bool(self._fresh) or self._reload_asked or bool(self._due) or self._stop_at is not None
        ready, _, _ = select.select([self._heard], [], [], LOOK_SECONDS if waits or not self._served else None)
        names = set(self._heard.recv(1024)) if ready else set()
        if signal.SIGTERM in names or signal.SIGINT in names:
            self._stop(again=signal.SIGINT in names)
        if signal.SIGHUP in names:
            self._reload_asked = True
        self._bury()
        self._served = self._served or any(self.board.ready(worker.seat) for worker in self._alive.values())
        self._renew()
        if self._stop_at is None:
            now = time.monotonic()
            due, self._due = [at for at in self._due if at <= now], [at for at in self._due if at > now]
            for _ in due:
                self._fresh.add(self._start())
        elif time.monotonic() > self._stop_at:
            self._send(signal.SIGKILL, self._alive)

    def _start(self) -> int:
        seat = self.board.free(worker.seat for worker in self._alive.values())
        pid = os.fork()
        if pid == 0:
            self._be_worker(seat)
        self._alive[pid] = _Worker(seat, time.monotonic())
        return pid

    def _be_worker(self, seat: int) -> None:
        """Work, in the new process, and end it."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for name in HEARD:
                signal.signal(name, signal.SIG_DFL)
            # A terminal that is closed tells all of its processes; the supervisor says what is to be done.
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            # So that the lifeline ends with the supervisor.
            os.close(self._held)
            self._heard.close()
            self._bell.close()
            code = self.work(seat, self._lifeline)
        finally:
            os._exit(code)

    def _bury(self) -> None:
        """Take note of workers that have ended."""
        while self._alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            worker = self._alive.pop(pid, None)
            if worker is None:
                continue
            served = self.board.ready(worker.seat)
            self.board.retire(worker.seat)
            expected = self._stop_at is not None or pid in self._old
            self._fresh.discard(pid)
            self._old.discard(pid)
            if expected:
                continue
            code = os.waitstatus_to_exitcode(status)
            if not served and not self._served:
                # What keeps one from starting keeps all: it has said what it is.
                self._code = self._code or (code if code > 0 else 1)
                self._stop()
                continue
            self._replace(code, young=time.monotonic() - worker.begun < OLD_SECONDS)

    def _replace(self, code: int, *, young: bool) -> None:
        self._young_deaths = self._young_deaths + 1 if young else 0
        pause = PAUSES[min(max(0, self._young_deaths - 1), len(PAUSES) - 1)]
        get_logger().error("worker died, another takes its place", code=str(code), seconds=pause)
        self._due.append(time.monotonic() + pause)

    def _renew(self) -> None:
        """Take up new content where that was asked for; let old workers go once all new ones serve."""
        self._fresh = {pid for pid in self._fresh if not self.board.ready(self._alive[pid].seat)}
        if self._stop_at is not None or self._fresh or self._due:
            return
        self._send(signal.SIGTERM, self._old - self._told)
        self._told = set(self._old)
        if self._reload_asked and not self._old:
            self._reload_asked = False
            taken = self.reload()
            labels = (("outcome", "ok" if taken else "kept old"),)
            self.board.count(Meter("faqbot_reloads", "faqbot_reloads_total", labels, 1.0))
            if taken:
                self._old = set(self._alive)
                self._fresh = {self._start() for _ in range(self.workers)}

    def _stop(self, *, again: bool = False) -> None:
        """Let all workers stop. A further SIGINT is passed on: then they stop at once."""
        if self._stop_at is None:
            self._stop_at, self._due = time.monotonic() + STOP_SECONDS, []
            self._send(signal.SIGTERM, self._alive)
        elif again:
            self._send(signal.SIGINT, self._alive)

    def _send(self, name: signal.Signals, pids: Iterable[int]) -> None:
        for pid in pids:
            os.kill(pid, name)


def share_memory() -> None:
    """Keep the collector of garbage from writing to all that is in memory: so forked processes go on sharing it."""
    gc.collect()
    gc.freeze()


def listen(port: int) -> socket.socket:
    """Return a socket that listens on ``port`` of all interfaces. Raises OSError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("0.0.0.0", port))  # noqa: S104 - as one process does
        made.listen(2048)
    except OSError:
        made.close()
        raise
    made.set_inheritable(True)
    return made
