"""Every line that a document gives to a shell is run in a copy of the checkout, or held to what exists."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.playground.browser import find_browser
from content.reading.digest import CONTENT_FOLDER
from tests.docs.documents import NAMES, ROOT, page
from tests.fakes.warm import Warm
from tests.tools.hangguard import HANG_GUARD

BEGINS = re.compile(r"\.venv/bin/faqbot new\b")
HELD = {
    "make test": "would run these tests",
    "make lint": "is a step of CI",
    ".ci/run": "would run these tests",
    "make doctor": "ends with 1 without an account: see below",
    "make run": "needs an account: see below",
    "git pull": "needs a remote",
    "git checkout ORIG_HEAD": "needs a pull before it",
    ".venv/bin/faqbot check --watch": "goes on until Ctrl-C: tests/bot/cli/test_editing.py ends it",
}
"""Lines that are not run, with the reason."""
WITHOUT_ACCOUNT = re.compile(r"(?:make|\.venv/bin/faqbot) (?:topics|show|ask|due|check|schema|manifest|match)\b")
PLACEHOLDER = re.compile(r"…|\b(?:NAME|FILE|ENTRY|TEXT|KIND)\b|--watch|--samples")
"""Also options that take longer than a test may, or do not end."""
LINES = {name: [*page(name).shell_lines()] for name in NAMES}
ALL = {line for lines in LINES.values() for line in lines}
INLINE = sorted(
    {
        call
        for name in NAMES
        for call in re.findall(r"`([^`\n]+)`", page(name).prose)
        if WITHOUT_ACCOUNT.match(call) and not PLACEHOLDER.search(call)
    }
)
"""What stands within sentences and asks for no account, and nothing to fill in."""
PRELUDE = (
    'make() { command make --no-print-directory -o .venv/runs -o .venv/tests -o content/built/model.msgpack "$@"; }\n'
)
"""The environment of the tests is there already, and has the model."""


def copy_checkout(folder: Path, *ignored: str) -> Path:
    """Copy to ``folder`` what a line may read or write, but for what is ``ignored``; return it."""
    shutil.copytree(CONTENT_FOLDER, folder / "content", ignore=shutil.ignore_patterns("__pycache__", *ignored))
    for name in ("bot", "intents", "tests", "Makefile", "pyproject.toml", "requirements.txt", "Procfile"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / ".env").write_text("PUBLIC_URL=https://bot.example.org\n")
    sqlite3.connect(folder / "faqbot.db").close()
    return folder


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy in which one process after the other is forked, not started; without samples, which take long to read."""
    folder = copy_checkout(tmp_path_factory.mktemp("a checkout"), "samples")
    (folder / ".venv").unlink()
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for program in Path(sys.prefix, "bin").iterdir():
        (programs / program.name).symlink_to(program)
    with Warm(folder) as warm:
        faqbot = programs / "faqbot"
        faqbot.unlink()
        faqbot.write_text(f'#!/bin/sh\nexec {warm.call} "$@"\n')
        faqbot.chmod(0o755)
        yield folder


@pytest.fixture
def own_checkout(tmp_path: Path) -> Path:
    """For a line that leaves the content unfinished, and for one that is run as it is by whoever comes first."""
    return copy_checkout(tmp_path)


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as somebody does who has no account and no settings."""
    inherited = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    return subprocess.run(
        ["bash", "-c", PRELUDE + line],
        cwd=folder, env=inherited | {"PYTHONPATH": str(folder), "LANG": "C.UTF-8"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=HANG_GUARD, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("line", sorted(line for line in ALL - set(HELD) if not BEGINS.match(line)))
def test_a_line_of_a_document_works(line: str, checkout: Path) -> None:
    if "faqbot pictures" in line and find_browser() is None:
        pytest.skip("no Chromium in PATH: no pictures are taken")
    done = run(line, checkout)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", INLINE)
def test_a_command_within_a_sentence_works(line: str, checkout: Path) -> None:
    done = run(line, checkout)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", sorted(filter(BEGINS.match, ALL)))
def test_a_line_that_begins_something_writes_it(line: str, own_checkout: Path) -> None:
    done = run(line, own_checkout)
    assert done.returncode == 0, done.stderr
    name = line.rpartition(" ")[2]
    assert len([*own_checkout.glob(f"content/*/entries/*-{name}.yaml")]) == 2
    assert not [*ROOT.glob(f"content/*/entries/*-{name}.yaml")]


@pytest.mark.parametrize("line", HELD)
def test_a_line_that_is_not_run_stands_in_a_document_and_names_what_exists(line: str) -> None:
    assert line in ALL
    program, _, rest = line.partition(" ")
    if program == "make":
        targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert rest in targets
    elif "/" in program and not program.startswith(".venv"):
        assert os.access(ROOT / program, os.X_OK)


@pytest.mark.parametrize(("target", "said"), [("doctor", "no platform is set up"), ("run", "TELEGRAM_BOT_TOKEN")])
def test_without_an_account_make_says_what_is_missing(target: str, said: str, checkout: Path) -> None:
    done = run(f"make {target}", checkout)
    assert done.returncode != 0
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_pipe_gets_the_answer(own_checkout: Path) -> None:
    line = next(line for line in LINES["README.md"] if line.endswith("| make chat"))
    assert "Who checks task forces" in run(line, own_checkout).stdout


def test_the_key_that_operators_are_told_to_make_is_one(checkout: Path) -> None:
    line = next(
        call for call in re.findall(r"`([^`\n]+)`", page("docs/operate.md").prose) if call.startswith("openssl")
    )
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    Fernet(run(line, checkout).stdout.strip())
