"""The JSON Schemas for editors accept the real files and refuse broken ones. Judged by jsonschema, not by us."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from content.reading.digest import CONTENT_FOLDER
from content.schema.editor import KINDS, build_schemas

SCHEMAS = build_schemas()


def as_json(value: Any) -> Any:
    """Return YAML data as an editor's checker sees it, which reads YAML 1.2: dates are text, and so is the key `on`."""
    if isinstance(value, dict):
        return {"on" if key is True else key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def read(path: Path) -> Any:
    return as_json(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def files(kind: str) -> list[Path]:
    return sorted(CONTENT_FOLDER.parent.glob(KINDS[kind].glob))


def errors(kind: str, data: Any) -> list[str]:
    validator = Draft202012Validator(SCHEMAS[kind], format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(data)]


@pytest.fixture
def entry() -> dict[str, Any]:
    """A real entry, to be broken."""
    data: dict[str, Any] = read(files("entry")[0])
    return data


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_the_schema_itself_is_sound(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])


@pytest.mark.parametrize("kind", sorted(set(SCHEMAS) - {"local", "samples", "asked"}))
def test_every_real_file_is_accepted(kind: str) -> None:
    assert files(kind), f"{KINDS[kind].glob} fits no file"
    assert [f"{path.name}: {found}" for path in files(kind) for found in errors(kind, read(path))] == []


@pytest.mark.parametrize(("kind", "name"), [("samples", "smalltalk-bye"), ("asked", "asked-past")])
def test_a_real_file_of_samples_is_accepted(kind: str, name: str) -> None:
    path = CONTENT_FOLDER / f"en/samples/{name}.yaml"
    assert path in files(kind)
    assert errors(kind, read(path)) == []


def test_every_content_file_has_a_schema() -> None:
    known = {path for kind in KINDS for path in files(kind)}
    assert [path for path in CONTENT_FOLDER.rglob("*.yaml") if path not in known] == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"colour": "red"}, "colour"),
        ({"title": "x" * 61}, "too long"),
        ({"number": "five"}, "not of type 'integer'"),
        ({"rests_on": []}, "[] should be non-empty"),
        ({"related": ["training"]}, "too short"),
        ({"aliases": [False]}, "not of type 'string'"),
        ({"points": [{"heading": "Only a heading"}] * 2}, "'text' is a required property"),
    ],
)
def test_a_broken_entry_is_refused(change: dict[str, Any], says: str, entry: dict[str, Any]) -> None:
    assert any(says in found for found in errors("entry", entry | change)), errors("entry", entry | change)


def test_a_missing_field_is_refused(entry: dict[str, Any]) -> None:
    broken = copy.deepcopy(entry)
    del broken["short"]
    assert errors("entry", broken) == ["'short' is a required property"]


def test_a_listed_file_holds_nothing_but_its_list() -> None:
    data = read(CONTENT_FOLDER / "en/smalltalk.yaml")
    assert errors("smalltalk", data | {"more": []})
    assert errors("smalltalk", {})
