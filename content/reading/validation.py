"""Plain data checked against the catalogue's types, with every mistake at its line."""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

from msgspec import Struct
from msgspec.structs import fields
from pydantic import TypeAdapter, ValidationError

from content.reading.documents import Document
from content.schema.errors import Place, Problem

T = TypeVar("T")
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


@cache
def adapter(kind: Hashable) -> TypeAdapter[Any]:
    """Return pydantic's checker for one of the catalogue's types (built once)."""
    return TypeAdapter(kind)


def validate(kind: type[T], document: Document, place: Place = ()) -> tuple[T | None, list[Problem]]:
    """Return the value at ``place`` of ``document`` as a ``kind``, or None and what is wrong with it.

    It is the very same each time: what was found in it before need not be looked for again.
    """
    return document.once(_validate, kind, place)


def _validate(document: Document, kind: type[T], place: Place) -> tuple[T | None, list[Problem]]:
    data = document.data
    for step in place:
        data = data[step]
    try:
        return adapter(cast("Hashable", kind)).validate_python(data), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A list whose items are all wrong counts as empty too: the items' own mistakes say it better.
        above = {item["loc"][:depth] for item in found for depth in range(len(item["loc"]))}
        told = [item for item in found if not (item["type"] == "too_short" and item["loc"] in above)]
        problems = []
        for item in told:
            where: Place = (*place, *item["loc"])
            if item["type"].startswith("string") and where not in document.lines:
                where = where[:-1]  # a text may stand there for its fields
            needed = _needed(kind, where[len(place) :])
            advice = _advice(item | {"loc": where}, document.written.get(where), needed=needed)
            problems.append(document.problem(where, advice))
        return None, problems


def _needed(kind: Any, loc: Place) -> bool:
    """Say whether what stands at ``loc`` of a ``kind`` is a field that may not be left out."""
    needed = False
    for step in loc:
        held = [one for one in get_args(kind) if one not in (Ellipsis, type(None))]  # an optional one, items of a list
        struct = next((one for one in (kind, *held) if isinstance(one, type) and issubclass(one, Struct)), None)
        known = {field.name: field.required for field in fields(struct)} if struct else {}
        needed = known.get(str(step), False)
        kind = get_type_hints(struct)[str(step)] if struct and step in known else (held or [None])[-1]
    return needed


def _advice(error: Any, written: str | None, *, needed: bool) -> str:
    kind, context = error["type"], error.get("ctx", {})
    names = [str(step) for step in error["loc"] if isinstance(step, str)]
    name = f"`{names[-1]}`" if names else "the file"
    value = error.get("input")
    empty = f"{name} is empty: fill it in{'' if needed else ', or remove it where it may be left out'}"
    match kind:
        case "missing":
            return f"{name} is missing: add it"
        case "extra_forbidden":
            return f"unknown field {name}: remove it or correct its name"
        case "string_too_long":
            return f"{name} has {len(value)} characters, at most {context['max_length']}: shorten it"
        case "string_too_short":
            return empty
        case "too_long":
            return f"{name} has {context['actual_length']} items, at most {context['max_length']}: remove some"
        case "too_short":
            return f"{name} has {context['actual_length']} items, at least {context['min_length']}: add some"
        case "string_type":
            if value is None:
                return f"{name} is empty: fill it in"
            shown = written or repr(value) if isinstance(value, bool | int | float) else "it"
            return f"{name} must be text: put {shown} in quotes"
        case "literal_error":
            return f"{name} must be one of {context['expected']}, not {value!r}"
        case "greater_than_equal":
            return f"{name} must be {context['ge']} or more, not {value!r}"
        case "less_than_equal":
            return f"{name} must be {context['le']} or less, not {value!r}"
        case _ if value is None:
            return empty
        case _ if kind.startswith("date") and isinstance(value, datetime):
            return f"{name} must be a day without a time: {value:%Y-%m-%d}"
        case _ if kind.startswith("date") and isinstance(value, str) and _DAY.fullmatch(value):
            return f"{name} must be a date such as 2026-11-24 (YYYY-MM-DD): there is no day {value}"
        case _ if kind.startswith("date"):
            return f"{name} must be a date such as 2026-11-24, not {value!r}"
        case _ if kind.startswith("bool"):
            return f"{name} must be true or false, not {value!r}"
        case _ if kind.startswith("int"):
            return f"{name} must be a whole number, not {value!r}"
        case "tuple_type":
            return f"{name} must be a list: start each item with `- `"
        case "dict_type":
            return f"{name} must have fields of its own (`name: value` lines)"
        case _:
            return f"{name}: {error['msg']}"
