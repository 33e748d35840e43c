"""The secret scan of CI, over a copy of the repository: made-up secrets pass, a real-looking one does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.hangguard import HANG_GUARD
from tests.tools.places import ROOT

ALLOWED = ".secrets.allowed"
# In parts, so that this file passes the scan itself.
PLANTED = {
    "bot/left.py": 'TOKEN = "xoxb-' + "2345678901-2345678901234-a1B2c3D4" + 'e5F6g7H8i9J0k1L2"',
    "app-token.env": "SLACK_APP_TOKEN=xapp-" + "1-A0123456789-2345678901234-" + "0a1b2c3d" + "4e5f6071" + "8293a4b5",
    "signing.env": "SLACK_SIGNING_" + "SECRET=8f742231b10e8888abcd99aa0b1c2d3e",
    "content/left.yaml": "key: 7102014567:" + "AAHdqTcvCH1vGW" + "JxfSeofSAs0K5" + "PALDsawX",
    "key.env": "ENCRYPTION_KEY=" + "uDmqVvZ0H8nQx3s" + "W5yTtKfRzJ1cLbE" + "aPoGiMlXwYv2k=",
    "database.md": "postgres://faqbot:" + "hunter2000@db.internal:5432/faqbot",
    "README.md": "rediss://:" + "hunter2000@redis.internal:6379/0",
    "left.pem": "-----BEGIN " + "PRIVATE KEY-----",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A repository of some of this one's files: those with made-up secrets, and the scan's own."""
    known = {line.partition(": ")[2] for line in (ROOT / ALLOWED).read_text().splitlines()}
    for name in (*known, ALLOWED, "Makefile", "README.md", "tests/tools/secretscan.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "content").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / ".git/info/exclude").write_text("/.venv\n")
    return tmp_path


def scan(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `make secrets` over all files of ``folder``."""
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    command = ["make", "--no-print-directory", "-o", ".venv/tests", "secrets"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=HANG_GUARD, check=False)


def test_made_up_secrets_that_were_reviewed_pass_wherever_their_lines_move(copy: Path) -> None:
    moved = copy / "tests/bot/cli/test_doctor.py"
    moved.write_text("\n\n" + moved.read_text())
    done = scan(copy)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_planted_secrets_are_found_and_not_shown(copy: Path) -> None:
    for place, line in PLANTED.items():
        with (copy / place).open("a") as file:
            file.write(f"{line}\n")
    done = scan(copy)
    assert done.returncode != 0
    assert [place for place in PLANTED if place not in done.stdout] == []
    assert [line for line in PLANTED.values() if line in done.stdout + done.stderr] == []
