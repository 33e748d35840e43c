"""The README names everything that people can use: commands, environment variables, make targets, files to edit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent.parent
VARIABLES = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
TARGETS = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
CONTRACT = (
    "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET",
    "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL", "PORT", "REDIS_URL", "DATABASE_URL",
    "SLACK_API_URL", "TELEGRAM_API_URL",
)  # fmt: skip


@pytest.fixture(scope="module")
def readme() -> str:
    """The README's text."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named(name: str, readme: str) -> None:
    assert re.search(rf"\b(faqbot|bot) {name}\b|`{name}`", readme)


@pytest.mark.parametrize("name", sorted({*VARIABLES, *CONTRACT}))
def test_every_environment_variable_is_named(name: str, readme: str) -> None:
    assert re.search(rf"\b{name}\b", readme)


@pytest.mark.parametrize("name", TARGETS)
def test_every_make_target_is_named(name: str, readme: str) -> None:
    assert f"make {name}" in readme


@pytest.mark.parametrize("name", CONTRACT)
def test_every_variable_of_the_contract_is_in_the_example(name: str) -> None:
    assert name in VARIABLES


def test_no_variable_or_target_is_named_that_does_not_exist(readme: str) -> None:
    assert set(re.findall(r"\bmake ([a-z-]+)\b(?=`|\n)", readme)) <= set(TARGETS)
    assert set(re.findall(r"\bfaqbot ([a-z]+)\b", readme)) <= {*COMMANDS}


def test_every_local_link_leads_somewhere(readme: str) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", readme)
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize(
    "part", ["content/en/entries", "samples", "signposts", "local.yaml", "faqbot check", "faqbot train"]
)
def test_editors_are_told_where_things_are(part: str, readme: str) -> None:
    assert part in readme
