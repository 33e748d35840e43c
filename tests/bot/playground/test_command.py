"""The commands `playground` and `pictures`, as somebody types them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from bot.cli.playground import _serve
from bot.playground.browser import find_browser
from bot.service.web.connections import ListenError
from tests.tools.hangguard import HANG_GUARD

PROXY = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}


def test_the_playground_opens_whatever_proxy_is_set_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    env = {**os.environ, **PROXY, "PORT": "0"}
    # Where these tests run in a shell's background, Ctrl-C is ignored, and whoever is started inherits that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "playground"], env=env, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    signal.signal(signal.SIGINT, before)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        url = line.split()[-1]
        assert (line, url.startswith("http://127.0.0.1:")) == (f"open {url}\n", True)
        with urlopen(url) as page:  # noqa: S310 - the playground's own
            assert page.status == 200
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=HANG_GUARD)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()
    assert "Traceback" not in rest


ENDLESS = """
import time
import bot.cli.editing.check as check
from bot.__main__ import main
check.check_content = lambda *_, **__: print("checking", flush=True) or time.sleep(36_000)
main()
"""


def test_ctrl_c_waits_for_no_check_of_the_content() -> None:
    env = {**os.environ, **PROXY, "PORT": "0"}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, "-c", ENDLESS, "playground"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    signal.signal(signal.SIGINT, before)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "checking\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(HANG_GUARD) == 0
    finally:
        process.kill()
        process.communicate()


class Opened(Exception):  # noqa: N818
    """The page can be opened."""


@pytest.mark.parametrize(("port", "tried"), [(None, [8000, 0]), (8000, [8000])])
async def test_a_port_that_is_taken_is_another_unless_somebody_named_it(
    port: int | None, tried: list[int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    @asynccontextmanager
    async def page(_root: Path, wanted: int) -> AsyncIterator[None]:
        asked.append(wanted)
        if wanted:
            raise ListenError(wanted)
        raise Opened
        yield

    monkeypatch.setattr("bot.cli.playground._open_page", page)
    with pytest.raises(ListenError if port else Opened):
        await _serve(Path(), port)
    assert asked == tried
    assert ("port 8000 is taken" in capsys.readouterr().err) == (port is None)


@pytest.mark.parametrize(
    ("environ", "arguments", "port"),
    [({}, (), 4321), ({"PORT": "4322"}, (), 4322), ({}, ("--port", "4323"), 4323), ({"PORT": ""}, (), None)],
)
def test_the_port_is_read_as_by_every_command(
    environ: dict[str, str],
    arguments: tuple[str, ...],
    port: int | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports: list[int | None] = []

    async def serve(_root: Path, port: int | None) -> None:
        ports.append(port)

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr("bot.cli.playground._serve", serve)
    monkeypatch.setattr("bot.cli.playground.set_up_logs", lambda: None)
    monkeypatch.setattr("bot.cli.environment.ENV_FILE", ".env")  # that of no other test is read
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=of another kind\nPORT=4321\n")
    result = CliRunner().invoke(cli, ["playground", *arguments], env=environ)
    assert (result.exit_code, ports) == (0, [port]), result.output
    for line, says in (("PORT=70000", "70000"), ("PORT", ".env:1: must be NAME=value")):
        (tmp_path / ".env").write_text(f"{line}\n")
        result = CliRunner().invoke(cli, ["playground"])
        assert result.exit_code > 0
        assert says in result.output


def test_a_port_that_is_none() -> None:
    result = CliRunner().invoke(cli, ["playground", "--port", "70000"])
    assert result.exit_code == 2
    assert "70000" in result.output


def test_pictures_of_what_is_not_there(tmp_path: Path) -> None:
    for name, advice in (
        ("oversite", "did you mean oversight"),
        ("xyzzy", "`faqbot topics --all` lists all names"),
        ("signpost/school", "signpost/schools"),
        ("card/vi", "did you mean language/vi"),
    ):
        result = CliRunner().invoke(cli, ["pictures", name, "--out", str(tmp_path / "out")])
        assert result.exit_code == 1
        assert advice in result.output
        assert not (tmp_path / "out").exists()


def test_a_picture_of_the_readme_that_is_not_there() -> None:
    command = [sys.executable, "-m", "tests.tools.drawing.pictures", "home", "nope", "nothing"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("no picture is called nope, nothing; there are answer, clarify, ")


def test_pictures_without_a_browser_say_what_to_do(tmp_path: Path) -> None:
    """In a process of its own: there is no PATH in it."""
    env = {"PATH": "", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    command = [sys.executable, "-m", "bot", "pictures", "5", "--out", str(tmp_path / "out")]
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "install it" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_browser_is_found_by_any_of_its_names(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() is None
    program = tmp_path / "google-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert find_browser() == str(program)
