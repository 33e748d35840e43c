"""Real Redis and PostgreSQL servers on free loopback ports, started, frozen and killed as tests need."""

from __future__ import annotations

import atexit
import functools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.tools.hangguard import HANG_GUARD, ends_with_us


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def answers(port: int, question: bytes = b"", begins: bytes = b"") -> bool:
    """Say whether something listens on ``port``, and answers ``question`` with what ``begins`` so."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            if question:
                connection.sendall(question)
                return bool(said := connection.recv(16)) and said.startswith(begins)
    except OSError:
        return False
    return True


class _Server:
    """A server program; a context manager. It can be stopped and started again on the same port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="faqbot-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start, and wait until it answers."""

    def stop(self, name: signal.Signals = signal.SIGKILL) -> None:
        """End it on the spot, as a machine that fails does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(name)
            self._process.wait(HANG_GUARD)
            self._process = None

    def freeze(self) -> None:
        """Keep connections open and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after :meth:`freeze`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _wait(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + HANG_GUARD
        while not ready():
            assert time.monotonic() < deadline, "the server does not start"
            assert self._process is None or self._process.poll() is None, "the server ended at once"
            time.sleep(0.01)


class RedisServer(_Server):
    """Redis without persistence: what it holds is gone when it stops. ``cluster``: a node of one, without slots."""

    def __init__(self, *, cluster: bool = False) -> None:
        super().__init__()
        self._more = ("--cluster-enabled", "yes", "--cluster-port", str(free_port())) if cluster else ()

    @staticmethod
    def missing() -> str:
        """Return why there can be none, or ""."""
        return "" if shutil.which("redis-server") else "redis-server is not installed"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--dir", str(self.folder), *self._more]
        self._process = subprocess.Popen(ends_with_us(command), stdout=subprocess.DEVNULL)
        self._wait(lambda: answers(self.port, b"PING\r\n"))


@functools.cache
def _new_database(programs: Path, user: str | None) -> Path:
    """Return a folder with an empty database, which each server copies: making one takes a second."""
    folder = Path(tempfile.mkdtemp(prefix="faqbot-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _own(folder, user)
    made = folder / "data"
    make = [programs / "initdb", "-D", made, "-U", "faqbot", "-A", "trust", "--no-sync", "-E", "UTF8"]
    make += ["--wal-segsize=1"]  # a megabyte to copy, not sixteen
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder, timeout=HANG_GUARD)
    return made


def _own(folder: Path, user: str | None) -> None:
    if user:
        shutil.chown(folder, user)
    folder.chmod(0o755)


class PostgresServer(_Server):
    """PostgreSQL with one database; what it holds survives a stop."""

    def __init__(self) -> None:
        super().__init__()
        self._user = "postgres" if os.getuid() == 0 else None

    @staticmethod
    def programs() -> Path | None:
        """Return the folder with PostgreSQL's programs, or None."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
        if found:
            return found[-1].parent
        on_path = shutil.which("initdb")
        return Path(on_path).parent if on_path else None

    @classmethod
    def missing(cls) -> str:
        """Return why there can be none, or ""."""
        if cls.programs() is None:
            return "PostgreSQL is not installed"
        if os.getuid() == 0:
            try:
                pwd.getpwnam("postgres")
            except KeyError:
                return "PostgreSQL does not run as root, and there is no user postgres"
        return ""

    @property
    def url(self) -> str:
        return f"postgresql://faqbot@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        programs = self.programs()
        assert programs is not None
        data = self.folder / "data"
        if not data.exists():
            _own(self.folder, self._user)
            subprocess.run(["cp", "-a", _new_database(programs, self._user), data], check=True, timeout=HANG_GUARD)
        (data / "postmaster.pid").unlink(missing_ok=True)
        run = [programs / "postgres", "-D", data, "-p", str(self.port), "-h", "127.0.0.1", "-k", "", "-F"]
        self._process = subprocess.Popen(
            ends_with_us(run, "QUIT"), stderr=subprocess.DEVNULL, user=self._user, cwd=self.folder
        )
        # As pg_isready asks, which would be a process each time.
        asked = b"\0\3\0\0user\0faqbot\0database\0postgres\0\0"
        self._wait(lambda: answers(self.port, (len(asked) + 4).to_bytes(4, "big") + asked, b"R"))

    def stop(self, name: signal.Signals = signal.SIGQUIT) -> None:
        """End it at once; its children too (SIGKILL would leave them on the shared memory)."""
        super().stop(name)

    def ask_passwords_of(self, user: str) -> None:
        """Let ``user`` in with the right password only."""
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text(f"host all {user} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def freeze(self) -> None:
        """Keep connections open and answer nothing: the server's processes for connections too."""
        super().freeze()
        self._tell_children(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after :meth:`freeze`."""
        self._tell_children(signal.SIGCONT)
        super().thaw()

    def _tell_children(self, name: signal.Signals) -> None:
        assert self._process is not None
        pid = self._process.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), name)


class Pgbouncer(_Server):
    """A pooler before a PostgreSQL: each transaction may run on another of its few connections."""

    def __init__(self, postgres: PostgresServer, connections: int = 3, *, mode: str = "transaction") -> None:
        super().__init__()
        self._postgres = postgres
        self._connections = connections
        self._mode = mode
        self._user = "postgres" if os.getuid() == 0 else None

    @staticmethod
    def missing() -> str:
        """Return why there can be none, or ""."""
        return PostgresServer.missing() or ("" if shutil.which("pgbouncer") else "pgbouncer is not installed")

    @property
    def url(self) -> str:
        return f"postgresql://faqbot@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        users = self.folder / "users"
        users.write_text('"faqbot" ""\n')
        settings = self.folder / "pgbouncer.ini"
        settings.write_text(
            f"""[databases]
postgres = host=127.0.0.1 port={self._postgres.port} user=faqbot
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = {self._mode}
default_pool_size = {self._connections}
max_client_conn = 500
server_login_retry = 0.2
"""
        )
        if self._user:
            for path in (self.folder, users, settings):
                shutil.chown(path, self._user)
        command = ["pgbouncer", "-q", str(settings)]
        self._process = subprocess.Popen(
            ends_with_us(command), user=self._user, cwd=self.folder, stderr=subprocess.DEVNULL
        )
        self._wait(lambda: answers(self.port))
