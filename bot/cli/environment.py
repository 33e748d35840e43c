"""The settings of every command: the process's environment, and below it the file ``.env`` in the current folder."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

import click

from bot.settings import Settings, SettingsError, read_settings

ENV_FILE = ".env"
LIKENESS = 0.75
"""From which a name is taken for a slip of another (SequenceMatcher's ratio)."""


def read_environ(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return ``environ`` with what ``.env`` in ``folder`` says besides; a variable that is set wins, also empty.

    No value is expanded: a ``$`` is a ``$``. Ends the command, without any value, where a line of it says nothing.
    """
    said, problems = _read_file(folder / ENV_FILE)
    if problems:
        raise wrong_environment(problems)
    return said | dict(environ)


def strange_names(folder: Path) -> list[str]:
    """Return what to say of each name in ``.env`` that looks like a setting's and is none."""
    known = [field.name.upper() for field in fields(Settings)]
    strange = set(_read_file(folder / ENV_FILE)[0]) - set(known)
    near = {name: get_close_matches(name.upper(), known, n=1, cutoff=LIKENESS) for name in sorted(strange)}
    return [f"{name} is no setting of this bot: is {meant[0]} meant?" for name, meant in near.items() if meant]


def backslashed(folder: Path) -> list[str]:
    """Return the settings in ``.env`` whose values hold a backslash, which other readers of such files take away."""
    known = {field.name.upper() for field in fields(Settings)}
    return [name for name, value in _read_file(folder / ENV_FILE)[0].items() if name in known and "\\" in value]


def settings_of(environ: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings of ``environ`` and ``.env``. Ends the command where they are wrong, with every mistake."""
    said, problems = _read_file(folder / ENV_FILE)
    try:
        settings = read_settings(said | dict(environ))
    except SettingsError as error:
        problems += error.problems
    if problems:
        raise wrong_environment([*problems, *strange_names(folder)])
    return settings


def wrong_environment(problems: Iterable[str]) -> click.ClickException:
    """Return what ends a command because of ``problems`` in the environment."""
    return click.ClickException("the environment is wrong:\n" + "\n".join(problems))


def _read_file(path: Path) -> tuple[dict[str, str], list[str]]:
    """Return what the file says, and what is wrong with it; nothing of either where there is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        return {}, [f"{path.name}: not UTF-8 text: save it as UTF-8"]
    except OSError as error:
        return {}, [f"{path.name}: cannot be read ({error.strerror}): check its permissions"]
    from dotenv.parser import parse_stream  # only where there is such a file

    found: dict[str, str] = {}
    problems = []
    for binding in parse_stream(io.StringIO(text)):
        text = binding.original.string
        line = binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
        if binding.error or (binding.key is not None and binding.value is None):
            problems.append(f"{path.name}:{line}: must be NAME=value; check its quotes and its `=`")
        elif binding.key is not None and binding.value is not None:
            found[binding.key] = binding.value
    return found, problems
