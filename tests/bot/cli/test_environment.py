"""One reading of .env for every command, whatever an editor or a shell makes of it."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import honcho.environ
import pytest
from click import ClickException
from click.testing import CliRunner

from bot.__main__ import _run
from bot.cli.environment import read_environ
from bot.cli.main import cli
from bot.installed import as_called, command_name
from bot.settings import SettingsError, read_settings
from tests.fakes.deployment import copy_content

LINES = {
    "PLAIN=x": ("PLAIN", "x"),
    "KEY = x": ("KEY", "x"),
    "EMPTY=": ("EMPTY", ""),
    "URL=postgres://u@h/n?sslmode=require&application_name=faqbot": (
        "URL", "postgres://u@h/n?sslmode=require&application_name=faqbot"),
    "SINGLE='a&b $HOME #c'": ("SINGLE", "a&b $HOME #c"),
    'DOUBLE="a&b $HOME #c"': ("DOUBLE", "a&b $HOME #c"),
    "DOLLAR=pa$$word$HOME": ("DOLLAR", "pa$$word$HOME"),
    "REMARK=x # said here": ("REMARK", "x"),
    "SPACES=  x  ": ("SPACES", "x"),
}  # fmt: skip
"""Lines that python-dotenv and honcho read alike."""
OURS = {
    "export EXPORTED=x": ("EXPORTED", "x"),
    "HASH=pass#word": ("HASH", "pass#word"),
    "TWO=a b": ("TWO", "a b"),
}
"""Lines of which honcho makes something else: docs/operate.md says so."""


@pytest.fixture(autouse=True)
def env_file() -> None:
    """Here it is read: in folders of the tests' own."""


@pytest.mark.parametrize("line", [*LINES, *OURS])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_each_way_to_write_a_setting_is_read(line: str, end: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(f"# first{end or chr(10)}{line}{end}".encode())
    name, value = (LINES | OURS)[line]
    assert read_environ({}, tmp_path) == {name: value}


@pytest.mark.parametrize("line", LINES)
def test_honcho_reads_it_alike(line: str) -> None:
    name, value = LINES[line]
    assert honcho.environ.parse(line).get(name, "") == value


@pytest.mark.parametrize("line", OURS)
def test_honcho_reads_it_otherwise(line: str) -> None:
    """Else docs/operate.md may say less."""
    name, value = OURS[line]
    assert honcho.environ.parse(line).get(name) != value


def test_what_is_set_wins_even_empty(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nB=file\nC=file\n", encoding="utf-8-sig")
    assert read_environ({"A": "set", "B": ""}, tmp_path) == {"A": "set", "B": "", "C": "file"}


def test_without_a_file_the_environment_is_all(tmp_path: Path) -> None:
    assert read_environ({"A": "1"}, tmp_path) == {"A": "1"}


@pytest.mark.parametrize(
    ("text", "line"), [("A=1\n\nMARK\n", 3), ("A='MARK\n", 1), ('A=1\nB="MARK\n', 2), ("A=1\n\n\n  MARK MARK=2\n", 4)]
)
def test_a_line_that_says_nothing_is_named_without_what_stands_there(text: str, line: int, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(text)
    with pytest.raises(ClickException) as caught:
        read_environ({}, tmp_path)
    assert caught.value.message.splitlines()[1].startswith(f".env:{line}: must be NAME=value")
    assert "MARK" not in str(caught.value)


def test_a_file_that_is_no_text_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=caf\xe9\n")
    with pytest.raises(ClickException, match=r"\n\.env: not UTF-8 text"):
        read_environ({}, tmp_path)
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").mkdir()
    with pytest.raises(ClickException, match=r"\n\.env: cannot be read \("):
        read_environ({}, tmp_path)


@pytest.mark.parametrize("command", ["release", "serve", "run", "doctor", "manifest"])
def test_every_command_of_an_operator_reads_it(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN = none\nPORT=none\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, [command])
    assert done.exit_code == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()[1:]] == ["TELEGRAM_BOT_TOKEN", "PORT"]


@pytest.mark.parametrize(("arguments", "said"), [([], "2"), (["--workers", "2"], ""), (["--workers", "3"], "1")])
def test_several_workers_without_redis_are_refused_by_name(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    slack = {"SLACK_SIGNING_SECRET": "x", "SLACK_BOT_TOKEN": "xoxb-one"}
    done = CliRunner().invoke(cli, ["serve", *arguments], env={**slack, "WEB_CONCURRENCY": said, "REDIS_URL": ""})
    assert done.exit_code == 1
    assert done.stderr.splitlines()[1].startswith("WEB_CONCURRENCY: more than one worker needs REDIS_URL")


@pytest.mark.parametrize("value", ["0", "65", "two", "-1"])
def test_a_number_of_workers_is_one(value: str) -> None:
    with pytest.raises(SettingsError, match="WEB_CONCURRENCY: must be a number from 1 to 64"):
        read_settings({"WEB_CONCURRENCY": value})


def test_wrong_lines_and_wrong_settings_are_told_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text('PORT=none\nREDIS_URL="redis://MARK\nTELEGRAM_BOT_TOKEN=MARK\n')
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(cli, ["run"], env={"PUBLIC_URL": "MARK"}).stderr
    assert [line.partition(": ")[0] for line in told.splitlines()[1:]] == [
        ".env:2", "TELEGRAM_BOT_TOKEN", "PUBLIC_URL", "PORT",
    ]  # fmt: skip
    assert "MARK" not in told


def test_the_doctor_tells_of_a_name_with_a_slip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SLACK_SIGNING_SECRETS=x\nEDITOR=vi\nPORT=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.serve.set_up_logs", lambda: None)
    shown = CliRunner().invoke(cli, ["doctor"], env={"PORT": ""}).stdout
    assert "SLACK_SIGNING_SECRETS is no setting of this bot: is SLACK_SIGNING_SECRET meant?" in shown
    assert "EDITOR" not in shown


class TestName:
    """What to type for ``faqbot`` where the reader stands."""

    def test_in_a_checkout_it_is_the_environments_own(self, tmp_path: Path) -> None:
        program = tmp_path / ".venv/bin/faqbot"
        program.parent.mkdir(parents=True)
        program.write_text("")
        assert command_name(f"{program.parent}/python", tmp_path, "/nowhere") == ".venv/bin/faqbot"
        assert command_name(f"{program.parent}/python", tmp_path / "else", "/nowhere") == str(program)

    def test_where_the_shell_finds_it_the_name_is_enough(self, tmp_path: Path) -> None:
        program = tmp_path / "bin/faqbot"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        assert command_name(f"{program.parent}/python", tmp_path, str(program.parent)) == "faqbot"

    def test_where_it_is_not_installed_the_module_is_run(self, tmp_path: Path) -> None:
        assert command_name(f"{tmp_path}/python", tmp_path, "/nowhere") == "python -m bot"

    def test_an_advice_is_told_as_it_is_typed(self) -> None:
        assert as_called("run `faqbot train`, a faqbot", ".venv/bin/faqbot") == "run `.venv/bin/faqbot train`, a faqbot"

    def test_a_mistake_names_it(self, tmp_path: Path) -> None:
        (tmp_path / "content").mkdir()
        done = CliRunner().invoke(cli, ["show", "no such thing at all"], prog_name="python -m bot")
        assert done.stderr.endswith("`python -m bot topics --all` lists all names\n")

    def test_what_ends_a_command_and_what_comes_of_one_name_it(self, tmp_path: Path) -> None:
        with mock.patch("bot.cli.main.cli", side_effect=SettingsError(["run `faqbot doctor`"])):
            assert f"`{command_name()} doctor`" in str(_run())
        root = copy_content(tmp_path)
        done = CliRunner().invoke(cli, ["new", "term", "of-a-test", "--content", str(root)], prog_name="python -m bot")
        assert "`python -m bot check --watch`" in done.stdout
        done = CliRunner().invoke(cli, ["check", "--content", str(root)], prog_name="python -m bot")
        assert "`faqbot" not in done.output

    def test_the_version_is_told(self) -> None:
        done = CliRunner().invoke(cli, ["--version"])
        assert done.exit_code == 0
        assert done.stdout.startswith("faqbot 0.")


@pytest.mark.parametrize("command", [["release"], ["run"], ["serve"], ["manifest", "--socket"]])
def test_a_slip_of_a_name_is_told_where_nothing_else_is_wrong(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKN=1\nEDITOR=vi\n")
    told = CliRunner().invoke(cli, command, env={"TELEGRAM_BOT_TOKEN": None}).stderr
    first = told.splitlines()[0]
    assert first.endswith(": TELEGRAM_BOT_TOKN is no setting of this bot: is TELEGRAM_BOT_TOKEN meant?")
    assert "EDITOR" not in told


def test_slips_of_names_are_told_beside_wrong_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SLACK_SIGNING_SECRETS=x\nMETRICS_TOKEN=é\n")
    done = CliRunner().invoke(cli, ["run"], env={"METRICS_TOKEN": None})
    assert "METRICS_TOKEN: must look like one word of ASCII letters, digits and marks" in done.output
    assert "SLACK_SIGNING_SECRETS is no setting of this bot: is SLACK_SIGNING_SECRET meant?" in done.output


def test_a_backslash_in_the_file_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.serve.set_up_logs", lambda: None)
    (tmp_path / ".env").write_text("METRICS_TOKEN=a\\b\nSTATUS_PORT=9100\nOTHER=a\\b\n")
    done = CliRunner().invoke(cli, ["doctor"])
    assert [line.partition(": ")[2] for line in done.output.splitlines() if "backslash" in line] == [
        "METRICS_TOKEN holds a backslash, which systemd reads otherwise: set a value without one"
    ]
    assert "For the web (`faqbot serve`) Slack: set SLACK_SIGNING_SECRET" in done.output
    assert "For a worker (`faqbot run`) Slack: set SLACK_APP_TOKEN" in done.output
