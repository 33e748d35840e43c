"""How strictly content is read: the base of every content type, and the limits that its fields name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


M = TypeVar("M")


class Limits:
    """What pydantic is to check of a value, by its own names; None is no limit."""

    def __init__(self, **limits: int | None) -> None:
        self.limits = {name: limit for name, limit in limits.items() if limit is not None}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        return cast("CoreSchema", schema | self.limits)


class Between(Limits):
    """A number that is neither smaller nor greater."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(ge=least, le=most)


class Len(Limits):
    """How many characters a text or items a list has at least and at most."""

    def __init__(self, least: int | None, most: int | None) -> None:
        super().__init__(min_length=least, max_length=most)


class MaxLen(Len):
    """At most so many."""

    def __init__(self, most: int) -> None:
        super().__init__(None, most)


class MinLen(Len):
    """At least so many."""

    def __init__(self, least: int) -> None:
        super().__init__(least, None)


class Means(str):
    """What a text is, or each of a list: an "id", a "url", or the name of a part of that kind. Checked by `check`."""

    __slots__ = ()


class Holds:
    """What is filled in into a text, or into each of a list: it holds these names in braces, and no other brace."""

    def __init__(self, *names: str) -> None:
        self.names = tuple(f"{{{name}}}" for name in names)


class Strict(Struct, frozen=True, kw_only=True):
    """The base of every type that YAML is read into.

    Unknown fields and empty texts are mistakes, outer spaces are dropped. msgspec's own checks stop at the first
    mistake; pydantic, which is told here how to check such a type, finds them all.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema  # a bot that starts from compiled content does without pydantic

        checked = {
            field.name: core_schema.typed_dict_field(handler.generate_schema(field.type), required=field.required)
            for field in fields(cls)
        }
        config = core_schema.CoreConfig(str_strip_whitespace=True, str_min_length=1)
        whole = core_schema.typed_dict_schema(checked, cls=cls, extra_behavior="forbid", config=config)
        return core_schema.no_info_after_validator_function(lambda found: cls(**found), whole)


@cache
def marked(kind: type[Struct], mark: type[M]) -> dict[str, M]:
    """Return what of the class ``mark`` stands on the fields of ``kind``, or on what they hold, by field."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: found for name, hint in hints.items() if (found := next(_marks(hint, mark), None)) is not None}


def _marks(hint: Any, mark: type[M]) -> Iterator[M]:
    yield from (one for one in getattr(hint, "__metadata__", ()) if isinstance(one, mark))
    for inner in get_args(hint):
        yield from _marks(inner, mark)


def longest(kind: type[Struct], name: str) -> int | None:
    """Return how many characters the field ``name`` of ``kind`` may have, or None where nothing says so."""
    found = marked(kind, Limits).get(name)
    return found.limits.get("max_length") if found else None
