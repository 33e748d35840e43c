"""What the code offers stands in the documents' tables, and what stands there is in the code."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from importlib import import_module
from typing import Any, get_args, get_origin, get_type_hints

import click
import msgspec
import pytest
from cryptography.fernet import Fernet
from starlette.routing import Route

from bot.cli.main import COMMANDS, cli
from bot.metrics import Metrics
from bot.service.app import make_services
from bot.service.web.connections import MOST, SPARE_FILES
from bot.service.web.server import build_server
from bot.settings import Settings, read_settings
from bot.slack.app import SlackApp
from bot.slack.setup.manifest import SCOPES
from bot.state.retention import DAY, LIFETIMES, MINUTE, Kept, KeyMaker
from bot.state.store import MemoryStore
from bot.telegram.app import TelegramApp
from content.reading.layout import CARDS_FOLDER, LANGUAGE_FILES, SHARED_FILES
from content.reading.samples import SampleFile
from content.schema.catalogue import Catalogue, Entry, LawCard, Point, Resource, Signpost, Term, UrgentHelp
from content.schema.languages import LanguageCard
from content.schema.statements import Source, Statement
from intents.matcher import Matcher
from tests.docs.documents import NAMES, ROOT, named, page

OPERATE, EDITING, CONTRIBUTING = page("docs/operate.md"), page("docs/editing.md"), page("CONTRIBUTING.md")
VARIABLES = {field.name.upper() for field in fields(Settings)}
SAYS = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "Makefile", *sorted((ROOT / "bot").rglob("*.py"))))
TARGETS = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
READS_VARIABLE = re.compile(r"environ(?:\.get\(|\[)\s*\"([A-Z]+_[A-Z_]+)\"")


def option_names(name: str) -> set[str]:
    """Return the options of a command."""
    command: click.Command = getattr(import_module(COMMANDS[name]), name)
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return {opt for option in options for opt in option.opts if opt.startswith("--")}


def first_names(document: Any, title: str) -> list[str]:
    """Return what the first cells of a section's table name, in order."""
    return [name for row in document.rows(title) for name in named(row[0])]


def test_the_table_of_settings_has_every_variable_once() -> None:
    assert sorted(first_names(OPERATE, "Settings")) == sorted(VARIABLES)


def test_the_unit_allows_as_many_files_as_the_bot_uses() -> None:
    said = re.findall(r"^LimitNOFILE=(\d+)$", (ROOT / "docs/operate.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert said == [str(MOST + SPARE_FILES)]


def test_the_example_has_every_variable_once() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == sorted(VARIABLES)


def test_what_tests_and_tools_read_stands_in_the_contributors_document() -> None:
    found = {
        name
        for folder in ("tests/tools/bench", "tests/tools/load")
        for path in (ROOT / folder).glob("*.py")
        for name in READS_VARIABLE.findall(path.read_text())
    }
    assert sorted(first_names(CONTRIBUTING, "Variables of the tools")) == sorted(found - VARIABLES)


@pytest.mark.parametrize("name", NAMES)
def test_no_document_names_a_variable_that_nobody_reads(name: str) -> None:
    tools = first_names(CONTRIBUTING, "Variables of the tools")
    found = re.findall(r"\b((?:SLACK|TELEGRAM|REDIS|DATABASE|SOAK|FUZZ|BENCH|ENCRYPTION)_[A-Z_]+)\b", page(name).text)
    assert set(found) - VARIABLES - {*tools, "REDIS_URL_TEST"} == set()


def test_the_table_of_commands_has_every_command_once() -> None:
    rows = [named(row[0])[0].split()[1] for row in OPERATE.rows("Commands")]
    assert rows == list(COMMANDS)


@pytest.mark.parametrize("row", OPERATE.rows("Commands"), ids=lambda row: str(named(row[0])[0]))
def test_a_command_has_the_options_that_its_row_says(row: list[str]) -> None:
    said = {name for name in named(row[2]) if name.startswith("--")}
    assert said == option_names(named(row[0])[0].split()[1]) - {"--content"}


def test_which_commands_take_other_content() -> None:
    without = {name for name in COMMANDS if "--content" not in option_names(name)}
    assert without == {"schema"}
    assert "All but `schema` take `--content`" in OPERATE.section("Commands")


@pytest.mark.parametrize("option", ["--version", "--help", "-h"])
def test_options_of_all_commands(option: str) -> None:
    assert f"{option}`" in OPERATE.section("Commands")
    assert option == "--version" or option in cli.context_settings["help_option_names"]


@pytest.mark.parametrize("name", NAMES)
def test_no_document_names_a_command_or_option_that_is_not(name: str) -> None:
    for call in re.findall(r"(?:`|\$ |/)faqbot ([^`\n]*)", page(name).text):
        command, *words = call.split() or [""]
        if re.fullmatch("[a-z]+", command):
            assert command in COMMANDS, call
            options = {word.partition("=")[0] for word in words if word.startswith("--")}
            assert options <= option_names(command) | {"--help"}, call


def test_the_table_of_make_targets_has_every_target_once() -> None:
    rows = [name.split()[-1] for name in first_names(CONTRIBUTING, "Make targets")]
    assert sorted(rows) == sorted(TARGETS)


@pytest.mark.parametrize("name", NAMES)
def test_no_document_names_a_make_target_that_is_not(name: str) -> None:
    found = re.findall(r"(?:`|^\$ |\| |[A-Z]+=\S+ )make ([a-z-]+)", page(name).text, re.MULTILINE)
    assert set(found) <= TARGETS


def test_the_table_of_metrics_has_every_metric_with_its_labels() -> None:
    said = {named(row[0])[0]: set(named(row[2])) for row in OPERATE.rows("Metrics")}
    collectors: list[Any] = list(Metrics().registry._collector_to_names)
    there = {one._name + ("_total" if one._type == "counter" else ""): set(one._labelnames) for one in collectors}
    assert said == there


def test_the_table_of_routes_has_every_route_with_its_method(catalogue: Catalogue, matcher: Matcher) -> None:
    settings = read_settings(
        {
            "SLACK_SIGNING_SECRET": "x",
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "x",
            "ENCRYPTION_KEY": Fernet.generate_key().decode(),
            "DATABASE_URL": "sqlite://",
            "TELEGRAM_BOT_TOKEN": "1:" + "a" * 20,
            "TELEGRAM_WEBHOOK_SECRET": "x",
        }
    )
    services = make_services(settings, catalogue, matcher, MemoryStore(), KeyMaker(b"tests"), Metrics())
    app = build_server(services, [SlackApp(services), TelegramApp(services)])
    there = {
        (route.path, *sorted({*(route.methods or ())} - {"HEAD"})) for route in app.routes if isinstance(route, Route)
    }
    said = {(named(row[0])[0], row[1]) for row in OPERATE.rows("Health and readiness") if row[0].startswith("`/")}
    assert said == there


def test_the_table_of_scopes_has_exactly_those_of_the_manifest() -> None:
    assert sorted(first_names(OPERATE, "Slack")) == sorted(SCOPES)


KEPT = {
    "the last five topics, the choices offered, misses in a row": Kept.CONVERSATION,
    "the language chosen": Kept.LANGUAGE,
    "that the first message was shown": Kept.GREETED,
    "that an event was seen": Kept.SEEN,
    "how many messages came": Kept.LIMIT,
    "that someone voted on an entry": Kept.VOTE,
    "counts of replies and votes by topic": Kept.METRICS,
    "a Slack workspace's token, encrypted, with its id and the bot's own ids; for OAuth installations only":
        Kept.INSTALLATION,
}  # fmt: skip
SPANS = {
    15 * MINUTE: "15 minutes",
    7 * DAY: "7 days",
    60 * MINUTE: "1 hour",
    MINUTE: "1 minute",
    30 * DAY: "30 days",
    DAY: "1 day",
}


def test_the_table_of_what_is_kept_is_the_register() -> None:
    rows = OPERATE.rows("What is kept")
    assert [KEPT[row[0]] for row in rows] == list(Kept)
    for what, _, how_long in rows:
        if (kind := KEPT[what]) in LIFETIMES:
            assert how_long.startswith(SPANS[LIFETIMES[kind]])


KINDS: dict[str, tuple[Any, set[str]]] = {
    "An entry": (Entry, set()),
    "A point": (Point, set()),
    "Time": (Statement, {"sources"}),
    "Sources": (Source, set()),
    "Samples": (SampleFile, set()),
    "A signpost": (Signpost, set()),
    "A law": (LawCard, set()),
    "A term": (Term, set()),
    "Urgent help": (UrgentHelp, set()),
    "Places to turn to": (Resource, set()),
    "A card in another language": (LanguageCard, set()),
}
"""Sections with a table of fields: the type, and fields that another section tells of."""


@pytest.mark.parametrize("title", KINDS)
def test_editors_are_told_of_every_field_and_of_no_other(title: str) -> None:
    kind, elsewhere = KINDS[title]
    said = [name.partition(":")[0] for name in first_names(EDITING, title)]
    assert sorted(said) == sorted({field.name for field in msgspec.structs.fields(kind)} - elsewhere)


LIMIT = re.compile(r"\((\d+)(?: each)?\)")


@pytest.mark.parametrize("title", KINDS)
def test_the_lengths_that_editors_are_told_are_the_schemas(title: str) -> None:
    hints = get_type_hints(KINDS[title][0], include_extras=True)
    for row in EDITING.rows(title):
        known = {limit for name in named(row[0]) for limit in limits_in(hints[name.partition(":")[0]])}
        assert {int(length) for length in LIMIT.findall(row[1])} <= known, row


def limits_in(hint: Any) -> set[int]:
    """Return every limit that a type names, those of the types within it included."""
    found = {limit for mark in getattr(hint, "__metadata__", ()) for limit in getattr(mark, "limits", {}).values()}
    inner = [get_origin(hint), *get_args(hint)]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        inner += get_type_hints(hint, include_extras=True).values()
    return found.union(*(limits_in(one) for one in inner if one is not None))


def test_editors_are_told_of_every_kind_of_file() -> None:
    files = first_names(EDITING, "Where everything stands")
    for name in SHARED_FILES:
        assert f"content/{name}" in files
    for name in LANGUAGE_FILES:
        assert f"content/en/{name}" in files
    assert any(name.startswith(f"content/{CARDS_FOLDER}/") for name in files)
    assert [name for name in files if not (ROOT / name).exists()] == ["content/local.yaml"]


def test_what_is_said_of_python_is_what_the_package_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    for name in ("README.md", "docs/operate.md"):
        assert "Python 3.11, 3.12 or 3.13" in page(name).text


@pytest.mark.parametrize("row", OPERATE.rows("Troubleshooting"), ids=lambda row: str(row[0]))
def test_what_operators_are_told_that_they_may_see_is_said_in_the_code(row: list[str]) -> None:
    said = [part.strip() for quote in named(row[0]) if " " in quote for part in quote.split("…")]
    assert [part for part in said if part not in SAYS] == []
